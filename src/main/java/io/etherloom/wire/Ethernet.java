package io.etherloom.wire;

import static java.nio.ByteOrder.BIG_ENDIAN;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Field access for an Ethernet header (IEEE Std 802.3, 3.1.1) at an offset of a segment. The caller has checked the length.
public final class Ethernet {
    public static final int ADDRESSES = 12;
    public static final int HEADER = 14;
    /// Up to this the type field is the length of an 802.3 frame (IEEE Std 802.3, 3.2.6).
    public static final int MAX_LENGTH_FIELD = 1500;
    public static final int TYPE_IPV4 = 0x0800;
    public static final int TYPE_IPV6 = 0x86DD;
    public static final int TYPE_ARP = 0x0806;
    public static final int TYPE_SERVICE_TAG = 0x88A8;

    private static final ValueLayout.OfShort U16 = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(BIG_ENDIAN);
    private static final ValueLayout.OfInt U32 = ValueLayout.JAVA_INT_UNALIGNED.withOrder(BIG_ENDIAN);
    private static final ValueLayout.OfLong U64 = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(BIG_ENDIAN);

    private Ethernet() {}

    /// Destination address in the low 48 bits.
    public static long destination(MemorySegment bytes, long at) {
        return bytes.get(U64, at) >>> 16;
    }

    /// Source address in the low 48 bits.
    public static long source(MemorySegment bytes, long at) {
        return (long) Short.toUnsignedInt(bytes.get(U16, at + 6)) << 32 | Integer.toUnsignedLong(bytes.get(U32, at + 8));
    }

    /// Source address and EtherType in one read, the address in the upper 48 bits.
    public static long sourceAndType(MemorySegment bytes, long at) {
        return bytes.get(U64, at + 6);
    }

    /// EtherType, or the length of an 802.3 frame when it is below 0x0600.
    public static int type(MemorySegment bytes, long at) {
        return Short.toUnsignedInt(bytes.get(U16, at + ADDRESSES));
    }

    /// Writes both addresses.
    public static void addresses(MemorySegment bytes, long at, long destination, long source) {
        bytes.set(U64, at, destination << 16 | source >>> 32);
        bytes.set(U32, at + 8, (int) source);
    }

    /// Writes an 802.1Q tag, or any other type followed by 16 bits, at `at`, which is where the type stands in an untagged frame.
    public static void tag(MemorySegment bytes, long at, int tag) {
        bytes.set(U32, at, Tag.TPID << 16 | Tag.tagControl(tag));
    }

    /// A big-endian 16-bit field.
    public static int u16(MemorySegment bytes, long at) {
        return Short.toUnsignedInt(bytes.get(U16, at));
    }

    public static void u16(MemorySegment bytes, long at, int value) {
        bytes.set(U16, at, (short) value);
    }

    /// A big-endian 32-bit field.
    public static int u32(MemorySegment bytes, long at) {
        return bytes.get(U32, at);
    }

    public static void u32(MemorySegment bytes, long at, int value) {
        bytes.set(U32, at, value);
    }

    public static int u8(MemorySegment bytes, long at) {
        return Byte.toUnsignedInt(bytes.get(ValueLayout.JAVA_BYTE, at));
    }

    public static void u8(MemorySegment bytes, long at, int value) {
        bytes.set(ValueLayout.JAVA_BYTE, at, (byte) value);
    }
}
