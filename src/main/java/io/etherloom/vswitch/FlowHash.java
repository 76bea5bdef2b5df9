package io.etherloom.vswitch;

import io.etherloom.frame.Frame;
import io.etherloom.wire.Ethernet;
import java.lang.foreign.MemorySegment;

/// Which flow a frame belongs to: addresses, protocol and ports of IPv4 (RFC 791) and IPv6 (RFC 8200). Fragments have no ports except the
/// first, so all of them go by their MAC addresses, as everything that is not IP or is cut. Frames of one flow have one hash, so their
/// order is kept where flows are told apart.
final class FlowHash {
    private static final int IPV4_HEADER = 20;
    private static final int IPV4_FRAGMENT = 6;
    /// More-fragments flag and fragment offset.
    private static final int IPV4_FRAGMENT_MASK = 0x3FFF;
    private static final int IPV4_PROTOCOL = 9;
    private static final int IPV4_SOURCE = 12;
    private static final int IPV6_HEADER = 40;
    private static final int IPV6_NEXT_HEADER = 6;
    private static final int IPV6_SOURCE = 8;
    private static final int IPV6_FRAGMENT = 44;
    private static final int TCP = 6;
    private static final int UDP = 17;
    private static final int SCTP = 132;
    private static final int PORTS = 4;
    /// 2^64 divided by the golden ratio.
    private static final long MIX = 0x9E37_79B9_7F4A_7C15L;

    private FlowHash() {}

    /// @return all 64 bits well mixed; take the upper ones
    static long of(Frame frame) {
        if (frame.type() == Ethernet.TYPE_IPV4 && frame.headLength() >= Ethernet.HEADER + IPV4_HEADER) {
            return ipv4(frame);
        }
        if (frame.type() == Ethernet.TYPE_IPV6 && frame.headLength() >= Ethernet.HEADER + IPV6_HEADER) {
            return ipv6(frame);
        }
        return addresses(frame);
    }

    private static long addresses(Frame frame) {
        return mix(mix(frame.destination()) + frame.source());
    }

    private static long ipv4(Frame frame) {
        var head = frame.head();
        long network = (long) frame.start() + Ethernet.HEADER;
        if ((Ethernet.u16(head, network + IPV4_FRAGMENT) & IPV4_FRAGMENT_MASK) != 0) {
            return addresses(frame);
        }
        int protocol = Ethernet.u8(head, network + IPV4_PROTOCOL);
        int headerLength = (Ethernet.u8(head, network) & 15) * 4;
        return transport(frame, protocol, headerLength, words(head, network + IPV4_SOURCE, 2));
    }

    private static long ipv6(Frame frame) {
        var head = frame.head();
        long network = (long) frame.start() + Ethernet.HEADER;
        int protocol = Ethernet.u8(head, network + IPV6_NEXT_HEADER);
        if (protocol == IPV6_FRAGMENT) {
            return addresses(frame);
        }
        return transport(frame, protocol, IPV6_HEADER, words(head, network + IPV6_SOURCE, 8));
    }

    /// Adds the protocol, and the ports where it has them and they are not cut.
    private static long transport(Frame frame, int protocol, int headerLength, long hash) {
        int at = Ethernet.HEADER + headerLength;
        boolean hasPorts = protocol == TCP || protocol == UDP || protocol == SCTP;
        int ports = hasPorts && at + PORTS <= frame.headLength() ? Ethernet.u32(frame.head(), (long) frame.start() + at) : 0;
        return mix(mix(hash + protocol) + ports);
    }

    private static long words(MemorySegment bytes, long at, int count) {
        long hash = 0;
        for (int i = 0; i < count; i++) {
            hash = mix(hash + Ethernet.u32(bytes, at + 4L * i));
        }
        return hash;
    }

    /// The upper half of a product depends on all bits; brought down, the next product spreads it again.
    private static long mix(long value) {
        long product = value * MIX;
        return product ^ product >>> 32;
    }
}
