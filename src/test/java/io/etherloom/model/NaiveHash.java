package io.etherloom.model;

import io.etherloom.vswitch.SwitchSpec;

/// Load balancing by IP hash (spec 4.5-4.12).
final class NaiveHash {
    private static final int SOURCE = 26;
    private static final int DESTINATION = 30;
    private static final int IPV6 = 0x86dd;
    private static final int IPV6_SOURCE = 22;
    private static final int IPV6_WORDS = 8;

    private NaiveHash() {}

    /// The index of the uplink among as many for an untagged frame.
    static int index(byte[] frame, int count, SwitchSpec.TeamOptions options) {
        var hash = word(frame, SOURCE) ^ word(frame, DESTINATION); // 4.5, 4.10
        if (WireFrame.type(frame) == IPV6 && options.foldsIpv6()) { // 4.11
            hash = 0;
            for (var word = 0; word < IPV6_WORDS; word++) {
                hash ^= word(frame, IPV6_SOURCE + 4 * word);
            }
        }
        return (int) ((options.hashesLastOctet() ? hash & 0xff : hash) % count); // 4.6
    }

    /// 32 bits in network order; what lies behind the end of a short frame is zero, as its padding on the wire.
    private static long word(byte[] frame, int at) {
        var word = 0L;
        for (var i = at; i < at + 4; i++) {
            word = word << 8 | (i < frame.length ? frame[i] & 0xff : 0);
        }
        return word;
    }
}
