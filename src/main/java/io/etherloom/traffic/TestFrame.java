package io.etherloom.traffic;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// A frame of the generator, which no guest answers: its EtherType is for experiments (IEEE Std 802-2014, 9.2.3), and behind that stands
///
///     0        4        8                 16                24
///     | magic  | stream |    sequence     | sent, ns, 1970  | zeros
///
/// Lengths are without frame check sequence; RFC 2544 counts its four octets, so its 64 are 60 here.
public final class TestFrame {
    /// Local Experimental EtherType 1.
    public static final int ETHER_TYPE = 0x88B5;
    /// The frame check sequence, which no interface of Linux takes or gives.
    public static final int FCS_OCTETS = 4;
    /// Ethernet header without tag.
    public static final int HEADER_OCTETS = 14;
    /// What carries all of the above.
    public static final int MIN_OCTETS = 60;

    private static final int MAGIC = 0x454C_5452;
    private static final int AT_MAGIC = HEADER_OCTETS;
    private static final int AT_STREAM = AT_MAGIC + 4;
    private static final int AT_SEQUENCE = AT_STREAM + 4;
    private static final int AT_SENT = AT_SEQUENCE + 8;

    private static final ValueLayout.OfShort U16 = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfInt U32 = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfLong U64 = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private TestFrame() {}

    /// Writes all but what [#stamp] does.
    static void write(MemorySegment frame, long offset, long destination, long source, int stream) {
        address(frame, offset, destination);
        address(frame, offset + 6, source);
        frame.set(U16, offset + 12, (short) ETHER_TYPE);
        frame.set(U32, offset + AT_MAGIC, MAGIC);
        frame.set(U32, offset + AT_STREAM, stream);
    }

    static void stamp(MemorySegment frame, long offset, long sequence, long sentNanos) {
        frame.set(U64, offset + AT_SEQUENCE, sequence);
        frame.set(U64, offset + AT_SENT, sentNanos);
    }

    static void source(MemorySegment frame, long offset, long mac) {
        address(frame, offset + 6, mac);
    }

    private static void address(MemorySegment frame, long offset, long mac) {
        frame.set(U32, offset, (int) (mac >>> 16));
        frame.set(U16, offset + 4, (short) mac);
    }

    /// Whether it is a frame of this stream.
    static boolean isOf(MemorySegment frame, long offset, int length, int stream) {
        return length >= MIN_OCTETS && frame.get(U16, offset + 12) == (short) ETHER_TYPE
            && frame.get(U32, offset + AT_MAGIC) == MAGIC && frame.get(U32, offset + AT_STREAM) == stream;
    }

    static long sequence(MemorySegment frame, long offset) {
        return frame.get(U64, offset + AT_SEQUENCE);
    }

    static long sentNanos(MemorySegment frame, long offset) {
        return frame.get(U64, offset + AT_SENT);
    }
}
