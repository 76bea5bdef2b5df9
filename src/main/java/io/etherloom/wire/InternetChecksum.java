package io.etherloom.wire;

import static java.nio.ByteOrder.BIG_ENDIAN;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// The ones' complement sum of RFC 1071, over 32-bit words while it lasts.
public final class InternetChecksum {
    private static final ValueLayout.OfInt U32 = ValueLayout.JAVA_INT_UNALIGNED.withOrder(BIG_ENDIAN);

    private InternetChecksum() {}

    /// Adds `length` octets to a running sum; every part but the last must have an even length.
    public static long add(long sum, MemorySegment bytes, long at, long length) {
        long end = at + length;
        for (; at + 4 <= end; at += 4) {
            sum += Integer.toUnsignedLong(bytes.get(U32, at));
        }
        if (at + 2 <= end) {
            sum += Ethernet.u16(bytes, at);
            at += 2;
        }
        if (at < end) {
            sum += (long) Ethernet.u8(bytes, at) << 8;
        }
        return sum;
    }

    /// Folds a running sum to the 16-bit checksum, complemented, ready to be written.
    public static int fold(long sum) {
        sum = (sum & 0xFFFF_FFFFL) + (sum >>> 32);
        sum = (sum & 0xFFFF_FFFFL) + (sum >>> 32);
        int folded = (int) ((sum & 0xFFFF) + (sum >>> 16 & 0xFFFF));
        folded = (folded & 0xFFFF) + (folded >>> 16);
        return ~folded & 0xFFFF;
    }
}
