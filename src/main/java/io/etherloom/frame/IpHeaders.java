package io.etherloom.frame;

import io.etherloom.wire.Ethernet;
import io.etherloom.wire.Tag;

/// The way from the type field of a frame to its TCP or UDP header, as far as the kernel goes it to cut a super-frame: behind inner tags
/// that the switch treats as payload (`skb_network_protocol`), and over the extension headers of IPv6 that say nothing of fragments or
/// encryption (`ipv6_gso_pull_exthdrs`). Bounded, since a guest is hostile.
final class IpHeaders {
    static final int TCP = 6;
    static final int UDP = 17;
    /// In place of an EtherType: either IP will do.
    static final int ANY_VERSION = 0;

    /// Of inner tags; the kernel gives up at eight with the outer one (`VLAN_MAX_DEPTH`).
    private static final int MAX_INNER_TAGS = 6;
    private static final int IPV4_MIN_HEADER = 20;
    private static final int IPV6_HEADER = 40;
    /// Extension headers of RFC 8200, each of which begins with the next type and its length in units of eight octets, less one.
    private static final int HOP_BY_HOP = 0;
    private static final int ROUTING = 43;
    private static final int DESTINATION = 60;
    private static final int MAX_EXTENSIONS = 8;

    private IpHeaders() {}

    /// Whether the IP headers of a frame end where its transport header is said to begin.
    ///
    /// @param version EtherType of the IP that is wanted, or [#ANY_VERSION]
    /// @param protocol that the last of them must name
    /// @param transport offset in the untagged frame, at most [Frame#headLength]
    static boolean reach(Frame frame, int version, int protocol, int transport) {
        int at = network(frame);
        int found = type(frame, at - 2);
        if (version != ANY_VERSION && version != found || at + IPV4_MIN_HEADER > transport) {
            return false;
        }
        return switch (found) {
            case Ethernet.TYPE_IPV4 -> u8(frame, at) >>> 4 == 4 && at + (u8(frame, at) & 15) * 4 == transport && u8(frame, at + 9) == protocol;
            case Ethernet.TYPE_IPV6 -> u8(frame, at) >>> 4 == 6 && reachBehindExtensions(frame, at, protocol, transport);
            default -> false;
        };
    }

    /// Where the network header begins, behind all tags.
    static int network(Frame frame) {
        int at = Ethernet.HEADER;
        int type = frame.type();
        for (int tags = 0; (type == Tag.TPID || type == Ethernet.TYPE_SERVICE_TAG) && tags < MAX_INNER_TAGS; tags++) {
            if (at + Tag.LENGTH > frame.headLength()) {
                return at;
            }
            at += Tag.LENGTH;
            type = type(frame, at - 2);
        }
        return at;
    }

    private static boolean reachBehindExtensions(Frame frame, int network, int protocol, int transport) {
        int at = network + IPV6_HEADER;
        int next = at <= transport ? u8(frame, network + 6) : -1;
        for (int i = 0; i < MAX_EXTENSIONS && isExtension(next) && at + 8 <= transport; i++) {
            next = u8(frame, at);
            at += (u8(frame, at + 1) + 1) * 8;
        }
        return at == transport && next == protocol;
    }

    private static boolean isExtension(int header) {
        return header == HOP_BY_HOP || header == ROUTING || header == DESTINATION;
    }

    private static int type(Frame frame, int at) {
        return Ethernet.u16(frame.head(), (long) frame.start() + at);
    }

    private static int u8(Frame frame, int at) {
        return Ethernet.u8(frame.head(), (long) frame.start() + at);
    }
}
