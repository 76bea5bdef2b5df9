package io.etherloom.discovery;

import java.util.Locale;

/// A protocol by which neighbours on a link find each other.
public enum DiscoveryProtocol {
    /// Cisco Discovery Protocol, version 2.
    CDP(3),
    /// Link Layer Discovery Protocol (IEEE Std 802.1AB).
    LLDP(4);

    private final String label = name().toLowerCase(Locale.ROOT);
    private final int fastFrames;

    DiscoveryProtocol(int fastFrames) {
        this.fastFrames = fastFrames;
    }

    /// As files and tables have it.
    public String label() {
        return label;
    }

    /// So many frames are sent a second apart once a link has come up (IEEE Std 802.1AB, txFastInit).
    int fastFrames() {
        return fastFrames;
    }
}
