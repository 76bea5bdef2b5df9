package io.etherloom.wire;

import static java.nio.ByteOrder.BIG_ENDIAN;
import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// The ones' complement sum of RFC 1071, eight octets a step. They are read in the order of the machine, since the sum of swapped octets is
/// the swapped sum (RFC 1071, 2(B)).
public final class InternetChecksum {
    private static final ValueLayout.OfInt U32 = ValueLayout.JAVA_INT_UNALIGNED.withOrder(BIG_ENDIAN);
    private static final ValueLayout.OfLong WORD = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(LITTLE_ENDIAN);
    private static final long LOW = 0xFFFF_FFFFL;

    private InternetChecksum() {}

    /// Adds `length` octets to a running sum; every part but the last must have an even length.
    public static long add(long sum, MemorySegment bytes, long at, long length) {
        int words = (int) (length & ~7);
        if (words > 0) {
            sum += Short.toUnsignedLong(Short.reverseBytes((short) reduce(words(bytes, at, words))));
        }
        long end = at + length;
        at += words;
        if (at + 4 <= end) {
            sum += Integer.toUnsignedLong(bytes.get(U32, at));
            at += 4;
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

    /// The sum of the halves of each word; 32 bits are free for carries.
    private static long words(MemorySegment bytes, long at, int length) {
        long low = 0;
        long high = 0;
        for (int i = 0; i < length; i += 8) {
            long word = bytes.get(WORD, at + i);
            low += word & LOW;
            high += word >>> 32;
        }
        return low + high;
    }

    /// Sixteen bits, zero only for zero.
    private static int reduce(long sum) {
        sum = (sum & LOW) + (sum >>> 32);
        sum = (sum & LOW) + (sum >>> 32);
        int reduced = (int) ((sum & 0xFFFF) + (sum >>> 16 & 0xFFFF));
        return (reduced & 0xFFFF) + (reduced >>> 16);
    }

    /// Folds a running sum to the 16-bit checksum, complemented, ready to be written.
    public static int fold(long sum) {
        return ~reduce(sum) & 0xFFFF;
    }
}
