package io.etherloom.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// What the kernel says of one network interface (`struct ifinfomsg` and its attributes, `<linux/if_link.h>`).
///
/// @param index       number within its network namespace, 1 or more
/// @param flags       `IFF_` flags of `<linux/if.h>`
/// @param mac         48 bits, the first octet on the wire in bits 47 to 40; 0 if the interface has none of six octets
/// @param mtuBytes    largest payload
/// @param promiscuity how many users want every frame (`IFLA_PROMISCUITY`): tcpdump, a bridge, a macvlan
/// @param kind        driver, such as `tun`, `veth`, `bridge`; empty for hardware and `lo`
/// @param tap         how it was opened if it is a TUN or TAP
/// @param statistics  counters since the interface was made
public record Link(int index, String name, int flags, long mac, int mtuBytes, int promiscuity, String kind, @Nullable Tap tap,
                   Statistics statistics) {
    /// `<linux/if.h>`.
    public static final int IFF_UP = 0x1;
    public static final int IFF_RUNNING = 0x40;
    static final int IFF_NOARP = 0x80;
    public static final int IFF_PROMISC = 0x100;
    public static final int IFF_ALLMULTI = 0x200;
    public static final int IFF_LOWER_UP = 0x10000;

    /// `<linux/if_link.h>`.
    static final int IFLA_ADDRESS = 1;
    static final int IFLA_IFNAME = 3;
    static final int IFLA_MTU = 4;
    private static final int IFLA_LINKINFO = 18;
    private static final int IFLA_STATS64 = 23;
    static final int IFLA_EXT_MASK = 29;
    static final int IFLA_PROMISCUITY = 30;
    static final int IFLA_ALLMULTI = 61;
    private static final int IFLA_INFO_KIND = 1;
    private static final int IFLA_INFO_DATA = 2;
    private static final int IFLA_TUN_TYPE = 3;
    private static final int IFLA_TUN_VNET_HDR = 5;
    private static final int IFLA_TUN_PERSIST = 6;
    private static final int IFLA_TUN_MULTI_QUEUE = 7;
    private static final int IFLA_TUN_NUM_QUEUES = 8;

    /// `NLA_TYPE_MASK`: the upper two bits of a type are flags.
    private static final int NLA_TYPE_MASK = 0x3fff;

    static final int IFINFOMSG_BYTES = 16;

    /// How a TUN or TAP interface was made.
    ///
    /// @param ethernet   false for a TUN, which carries IP packets
    /// @param vnetHeader each frame on its descriptors begins with a `struct virtio_net_hdr`
    /// @param persistent it stays when its descriptors are closed
    /// @param multiQueue it takes several descriptors
    /// @param queues     descriptors attached now; -1 if the kernel does not say, which it does for multi-queue ones only
    public record Tap(boolean ethernet, boolean vnetHeader, boolean persistent, boolean multiQueue, int queues) {}

    /// `struct rtnl_link_stats64`, as the interface sees it: what a guest sends is `tx`.
    ///
    /// @param txDropped frames that the interface could not hand on; for a TAP, because its queue towards the reader was full
    public record Statistics(long rxPackets, long txPackets, long rxBytes, long txBytes, long rxErrors, long txErrors, long rxDropped,
                             long txDropped) {
        static final Statistics NONE = new Statistics(0, 0, 0, 0, 0, 0, 0, 0);
    }

    /// Administratively up, as by `ip link set up`.
    public boolean isUp() {
        return (flags & IFF_UP) != 0;
    }

    /// Up, and something is at the other end.
    public boolean hasCarrier() {
        return (flags & IFF_LOWER_UP) != 0;
    }

    /// Checks what the kernel takes as the name of an interface: 1 to 15 octets without space, `/` or `:`, and neither `.` nor `..`
    /// (`dev_valid_name`); `%` asks the kernel to choose a number, which we never want.
    public static void requireName(String name) {
        int bytes = name.getBytes(StandardCharsets.UTF_8).length;
        boolean fits = bytes >= 1 && bytes <= 15 && !name.equals(".") && !name.equals("..");
        if (!fits || name.chars().anyMatch(c -> c <= ' ' || c == 0x7f || c == '/' || c == ':' || c == '%')) {
            throw new IllegalArgumentException("\"" + name + "\" cannot name a network interface: 1 to 15 characters without space, / : or %");
        }
    }

    /// Reads the payload of `RTM_NEWLINK` or `RTM_DELLINK`.
    ///
    /// @param at  offset of the `ifinfomsg`
    /// @param end offset behind the message
    static Link read(MemorySegment message, long at, long end) {
        String name = "";
        String kind = "";
        long mac = 0;
        int mtu = 0;
        int promiscuity = 0;
        Tap tap = null;
        var statistics = Statistics.NONE;
        for (long a = at + IFINFOMSG_BYTES; a + 4 <= end; a = next(message, a)) {
            switch (type(message, a)) {
                case IFLA_IFNAME -> name = string(message, a);
                case IFLA_ADDRESS -> mac = mac(message, a);
                case IFLA_MTU -> mtu = message.get(JAVA_INT_UNALIGNED, a + 4);
                case IFLA_PROMISCUITY -> promiscuity = message.get(JAVA_INT_UNALIGNED, a + 4);
                case IFLA_STATS64 -> statistics = statistics(message, a + 4);
                case IFLA_LINKINFO -> {
                    kind = kind(message, a);
                    if (kind.equals("tun")) tap = tap(message, a);
                }
                default -> { }
            }
        }
        return new Link(message.get(JAVA_INT_UNALIGNED, at + 4), name, message.get(JAVA_INT_UNALIGNED, at + 8), mac, mtu, promiscuity, kind,
            tap, statistics);
    }

    private static String kind(MemorySegment message, long info) {
        for (long a = info + 4; a < next(message, info); a = next(message, a)) {
            if (type(message, a) == IFLA_INFO_KIND) return string(message, a);
        }
        return "";
    }

    private static @Nullable Tap tap(MemorySegment message, long info) {
        for (long a = info + 4; a < next(message, info); a = next(message, a)) {
            if (type(message, a) == IFLA_INFO_DATA) return tapFrom(message, a);
        }
        return null;
    }

    private static Tap tapFrom(MemorySegment message, long data) {
        // IFF_TAP is 2, IFF_TUN 1; the others are one octet each, 0 or 1.
        int[] values = new int[IFLA_TUN_NUM_QUEUES + 1];
        values[IFLA_TUN_NUM_QUEUES] = -1;
        for (long a = data + 4; a < next(message, data); a = next(message, a)) {
            int type = type(message, a);
            if (type == IFLA_TUN_NUM_QUEUES) values[type] = message.get(JAVA_INT_UNALIGNED, a + 4);
            else if (type < values.length) values[type] = message.get(JAVA_BYTE, a + 4);
        }
        return new Tap(values[IFLA_TUN_TYPE] == 2, values[IFLA_TUN_VNET_HDR] != 0, values[IFLA_TUN_PERSIST] != 0,
            values[IFLA_TUN_MULTI_QUEUE] != 0, values[IFLA_TUN_NUM_QUEUES]);
    }

    private static Statistics statistics(MemorySegment message, long at) {
        return new Statistics(counter(message, at, 0), counter(message, at, 1), counter(message, at, 2), counter(message, at, 3),
            counter(message, at, 4), counter(message, at, 5), counter(message, at, 6), counter(message, at, 7));
    }

    private static long counter(MemorySegment message, long at, int index) {
        return message.get(JAVA_LONG_UNALIGNED, at + 8L * index);
    }

    static long mac(MemorySegment message, long attribute) {
        if (length(message, attribute) != 4 + 6) return 0;
        long mac = 0;
        for (int i = 0; i < 6; i++) mac = mac << 8 | (message.get(JAVA_BYTE, attribute + 4 + i) & 0xff);
        return mac;
    }

    /// The value of a string attribute, without the zero at its end.
    static String string(MemorySegment message, long attribute) {
        byte[] octets = message.asSlice(attribute + 4, length(message, attribute) - 4).toArray(JAVA_BYTE);
        int size = octets.length;
        while (size > 0 && octets[size - 1] == 0) size--;
        return new String(octets, 0, size, StandardCharsets.UTF_8);
    }

    static int type(MemorySegment message, long attribute) {
        return message.get(JAVA_SHORT_UNALIGNED, attribute + 2) & NLA_TYPE_MASK;
    }

    /// The attribute behind this one. A length below that of its own header would never end, so it counts as the header.
    static long next(MemorySegment message, long attribute) {
        return attribute + (Math.max(4, length(message, attribute)) + 3 & ~3);
    }

    private static int length(MemorySegment message, long attribute) {
        return message.get(JAVA_SHORT_UNALIGNED, attribute) & 0xffff;
    }
}
