package io.etherloom.wire;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// `struct virtio_net_hdr` of `<linux/virtio_net.h>`, the ten octets before each frame of a TAP with `IFF_VNET_HDR`. Legacy headers
/// have the byte order of the machine; the machines that run this are little-endian.
///
/// ```
///  0     1         2         4          6            8             10
///  | flags | gso_type | hdr_len | gso_size | csum_start | csum_offset | frame …
/// ```
public final class VirtioNetHeader {
    public static final int LENGTH = 10;

    /// `VIRTIO_NET_HDR_F_NEEDS_CSUM`: the checksum at csum_start + csum_offset holds the pseudo header only.
    public static final int NEEDS_CSUM = 1;
    /// `VIRTIO_NET_HDR_F_DATA_VALID`: the checksum has been verified.
    public static final int DATA_VALID = 2;

    public static final int GSO_NONE = 0;
    public static final int GSO_TCPV4 = 1;
    public static final int GSO_TCPV6 = 4;
    public static final int GSO_UDP_L4 = 5;
    /// `VIRTIO_NET_HDR_GSO_ECN`, or-ed to a TCP type: the segment has CWR set.
    public static final int GSO_ECN = 0x80;

    private static final ValueLayout.OfShort U16 = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(LITTLE_ENDIAN);
    private static final ValueLayout.OfLong U64 = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(LITTLE_ENDIAN);

    private VirtioNetHeader() {}

    public static int flags(MemorySegment bytes, long at) {
        return Ethernet.u8(bytes, at);
    }

    public static int gsoType(MemorySegment bytes, long at) {
        return Ethernet.u8(bytes, at + 1);
    }

    public static int gsoSize(MemorySegment bytes, long at) {
        return Short.toUnsignedInt(bytes.get(U16, at + 4));
    }

    public static int checksumStart(MemorySegment bytes, long at) {
        return Short.toUnsignedInt(bytes.get(U16, at + 6));
    }

    public static int checksumOffset(MemorySegment bytes, long at) {
        return Short.toUnsignedInt(bytes.get(U16, at + 8));
    }

    /// Whether the sender left nothing to do: no checksum to complete and nothing to cut.
    public static boolean isPlain(MemorySegment bytes, long at) {
        return (bytes.get(U16, at) & ~DATA_VALID) == 0;
    }

    /// Writes a header that asks for nothing.
    public static void writePlain(MemorySegment bytes, long at) {
        bytes.set(U64, at, 0L);
        bytes.set(U16, at + 8, (short) 0);
    }

    /// Writes all fields.
    public static void write(
            MemorySegment bytes, long at, int flags, int gsoType, int headerLength, int gsoSize, int start, int offset) {
        bytes.set(U64, at, (flags & 0xFFL) | (gsoType & 0xFFL) << 8 | (headerLength & 0xFFFFL) << 16
                | (gsoSize & 0xFFFFL) << 32 | (start & 0xFFFFL) << 48);
        bytes.set(U16, at + 8, (short) offset);
    }
}
