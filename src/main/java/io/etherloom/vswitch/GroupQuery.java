package io.etherloom.vswitch;

import io.etherloom.frame.Frame;
import io.etherloom.wire.Ethernet;
import io.etherloom.wire.InternetChecksum;
import java.lang.foreign.MemorySegment;

/// What a general IGMP query looks like (RFC 3376, 4 and 4.1; RFC 2236, 2). Its IP header carries the router alert option (RFC 2113) and lets
/// no router forward it.
///
/// ```
///  0  01:00:5e:00:00:01  pNIC  0800
/// 14  46 c0 length  0000 4000  01 02 checksum  router  224.0.0.1  94 04 0000
/// 38  11 code checksum  0.0.0.0                                                IGMPv2
/// 46  02 7d 0000                                                               more of IGMPv3
/// ```
final class GroupQuery {
    /// All systems of a network, 224.0.0.1 (RFC 1112, 6.4).
    static final long ALL_SYSTEMS = 0x0100_5E00_0001L;

    private static final int ALL_SYSTEMS_IP = 0xE000_0001;
    private static final int IP_HEADER = 24;
    /// Version 4, six words, precedence of internetwork control (RFC 3376, 4).
    private static final int IP_BEGIN = 0x46C0_0000;
    private static final int DO_NOT_FRAGMENT = 0x4000;
    /// Time to live 1, protocol 2.
    private static final int IP_IGMP = 0x0102_0000;
    private static final int ROUTER_ALERT = 0x9404_0000;
    private static final int QUERY = 0x11 << 24;
    /// A guest answers within a second, rather than the ten that a querier leaves it by default: a receiver waits for it. The reference says
    /// nothing, so this is ours.
    private static final int MAX_RESPONSE_TENTHS = 10;
    /// Robustness 2, an interval of 125 s, no sources: the defaults (RFC 3376, 8).
    private static final int ROBUSTNESS_AND_INTERVAL = 0x027D_0000;
    private static final int VERSION_2_LENGTH = 8;
    private static final int VERSION_3_LENGTH = 12;

    private GroupQuery() {}

    /// Makes a fresh frame a query from this address.
    static void write(Frame frame, long source, SwitchSpec.QueryOptions options) {
        var bytes = frame.head();
        long at = Frame.HEADROOM;
        long ip = at + Ethernet.HEADER;
        long igmp = ip + IP_HEADER;
        int length = options.igmpVersion() == 2 ? VERSION_2_LENGTH : VERSION_3_LENGTH;
        Ethernet.addresses(bytes, at, ALL_SYSTEMS, source);
        Ethernet.u16(bytes, at + Ethernet.ADDRESSES, Ethernet.TYPE_IPV4);
        Ethernet.u32(bytes, ip, IP_BEGIN | IP_HEADER + length);
        Ethernet.u32(bytes, ip + 4, DO_NOT_FRAGMENT);
        Ethernet.u32(bytes, ip + 8, IP_IGMP);
        Ethernet.u32(bytes, ip + 12, options.routerIp());
        Ethernet.u32(bytes, ip + 16, ALL_SYSTEMS_IP);
        Ethernet.u32(bytes, ip + 20, ROUTER_ALERT);
        Ethernet.u32(bytes, igmp, QUERY | MAX_RESPONSE_TENTHS << 16);
        Ethernet.u32(bytes, igmp + 4, 0);
        Ethernet.u32(bytes, igmp + 8, ROBUSTNESS_AND_INTERVAL);
        Ethernet.u16(bytes, ip + 10, checksum(bytes, ip, IP_HEADER));
        Ethernet.u16(bytes, igmp + 2, checksum(bytes, igmp, length));
        frame.parse(Ethernet.HEADER + IP_HEADER + length, null);
    }

    private static int checksum(MemorySegment bytes, long at, int length) {
        return InternetChecksum.fold(InternetChecksum.add(0, bytes, at, length));
    }
}
