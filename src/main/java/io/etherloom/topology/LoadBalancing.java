package io.etherloom.topology;

import java.util.List;

/// How a port of a team is given its uplink. Output uses the vSphere client's word, whatever spelling the file used.
public enum LoadBalancing {
    /// By the port's id over the active uplinks, the default (spec 4.1, 4.3).
    ORIGINATING_VIRTUAL_PORT("originatingVirtualPort", "portid", "loadbalance_srcid", "LoadBalanceSrcId"),
    /// By the frame's source address (spec 4.4).
    SOURCE_MAC_HASH("sourceMacHash", "mac", "loadbalance_srcmac", "LoadBalanceSrcMac"),
    /// By source and destination address; needs a static EtherChannel on the physical side (spec 4.5, 4.13).
    IP_HASH("ipHash", "iphash", "loadbalance_ip", "LoadBalanceIP"),
    /// Always the first usable uplink of the order (spec 4.15).
    EXPLICIT_FAILOVER_ORDER("explicitFailoverOrder", "explicit", "failover_explicit", "ExplicitFailover");

    private final String word;
    private final List<String> spellings;

    LoadBalancing(String word, String... otherSpellings) {
        this.word = word;
        this.spellings = Spelling.all(word, otherSpellings);
    }

    /// What a file may write: the canonical word, then esxcli's, the API's and PowerCLI's, in any case.
    List<String> spellings() {
        return spellings;
    }

    /// The canonical word.
    @Override
    public String toString() {
        return word;
    }
}
