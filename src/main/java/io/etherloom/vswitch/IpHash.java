package io.etherloom.vswitch;

import io.etherloom.frame.Frame;
import io.etherloom.wire.Ethernet;

/// The hash of load balancing by IP: source XOR destination address, reduced to an index (spec 4.5-4.12). Symmetric, so both directions
/// of a conversation take the same uplink; ports of TCP and UDP play no part.
final class IpHash {
    /// Where IPv4 has its source address, and other types whatever they have there (spec 4.10).
    private static final int SOURCE = Ethernet.HEADER + 12;
    private static final int IPV6_ADDRESSES = Ethernet.HEADER + 8;
    private static final int IPV6_WORDS = 8;

    private IpHash() {}

    /// The index of the uplink for a frame.
    ///
    /// @param count uplinks, at least 1
    static int index(Frame frame, int count, boolean takesLastOctet, boolean foldsIpv6) {
        int hash = foldsIpv6 && frame.type() == Ethernet.TYPE_IPV6 ? words(frame, IPV6_ADDRESSES, IPV6_WORDS) : pair(frame);
        int reduced = takesLastOctet ? hash & 0xFF : hash;
        // A remainder costs as much as all the rest, and most teams have two or four uplinks.
        return (count & count - 1) == 0 ? reduced & count - 1 : Integer.remainderUnsigned(reduced, count);
    }

    private static int pair(Frame frame) {
        if (frame.headLength() < SOURCE + 2 * Integer.BYTES) {
            return words(frame, SOURCE, 2);
        }
        long at = (long) frame.start() + SOURCE;
        return Ethernet.u32(frame.head(), at) ^ Ethernet.u32(frame.head(), at + Integer.BYTES);
    }

    /// XOR of the words in network order; what lies beyond the frame counts as zero, as its padding would.
    private static int words(Frame frame, int from, int count) {
        int hash = 0;
        for (int i = 0, at = from; i < count; i++, at += Integer.BYTES) {
            hash ^= at + Integer.BYTES <= frame.headLength() ? Ethernet.u32(frame.head(), frame.start() + at) : partial(frame, at);
        }
        return hash;
    }

    private static int partial(Frame frame, int at) {
        int word = 0;
        for (int i = 0; i < Integer.BYTES; i++) {
            word = word << 8 | (at + i < frame.headLength() ? Ethernet.u8(frame.head(), frame.start() + at + i) : 0);
        }
        return word;
    }
}
