package io.etherloom.capture;

import io.etherloom.frame.CapturePoint;
import io.etherloom.frame.DropReason;
import io.etherloom.frame.Frame;
import io.etherloom.wire.Tag;
import io.etherloom.wire.VirtioNetHeader;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/// One copied frame as it lies in the ring, from an 8-aligned offset on.
///
/// ```
///  0          8        12         16         20      21       22       24            34       36    40     44       48
///  | nowNanos | source | original | captured | point | reason | unfin. | vnet header | unused | tag | lost | unused | frame …
/// ```
///
/// An unfinished frame, that is a super-frame or one with a partial checksum, is there whole and with its vnet header, because it
/// can only be cut and completed with all octets; of any other there are at most snap length octets. `lost` counts the frames at this source
/// and point that are missing before this one.
final class CaptureRecord {
    static final int HEADER = 48;

    private static final int TIME = 0;
    private static final int SOURCE = 8;
    private static final int ORIGINAL = 12;
    private static final int CAPTURED = 16;
    private static final int POINT = 20;
    private static final int REASON = 21;
    private static final int UNFINISHED = 22;
    private static final int VNET_HEADER = 24;
    private static final int TAG = 36;
    private static final int LOST = 40;

    private static final CapturePoint[] POINTS = CapturePoint.values();

    private CaptureRecord() {}

    /// Whether somebody has to finish the frame before it looks as on a wire. What contradicts itself stays as it is: nothing of its metadata is kept.
    static boolean isUnfinished(Frame frame) {
        return !frame.offload().isPlain();
    }

    /// Octets of the frame with its tag, uncut.
    static int originalLength(Frame frame, int tag) {
        return frame.isTruncated() ? frame.length() : frame.length() + Tag.length(tag);
    }

    /// Fills the record at `at`, which has room for `limit` octets of the frame.
    static void write(MemorySegment ring, long at, int source, CapturePoint point, Frame frame, int tag,
            @Nullable DropReason reason, long nowNanos, int limit, int lost) {
        boolean isUnfinished = isUnfinished(frame);
        ring.set(ValueLayout.JAVA_LONG, at + TIME, nowNanos);
        ring.set(ValueLayout.JAVA_INT, at + SOURCE, source);
        ring.set(ValueLayout.JAVA_INT, at + ORIGINAL, originalLength(frame, tag));
        ring.set(ValueLayout.JAVA_INT, at + CAPTURED, frame.write(tag, ring, at + HEADER, limit));
        ring.set(ValueLayout.JAVA_BYTE, at + POINT, (byte) point.ordinal());
        ring.set(ValueLayout.JAVA_BYTE, at + REASON, (byte) (reason == null ? -1 : reason.ordinal()));
        ring.set(ValueLayout.JAVA_BYTE, at + UNFINISHED, (byte) (isUnfinished ? 1 : 0));
        ring.set(ValueLayout.JAVA_INT, at + TAG, tag);
        ring.set(ValueLayout.JAVA_INT, at + LOST, lost);
        if (isUnfinished) {
            frame.offload().write(ring, at + VNET_HEADER, tag);
        }
    }

    static long nowNanos(MemorySegment ring, long at) {
        return ring.get(ValueLayout.JAVA_LONG, at + TIME);
    }

    static int source(MemorySegment ring, long at) {
        return ring.get(ValueLayout.JAVA_INT, at + SOURCE);
    }

    static int tag(MemorySegment ring, long at) {
        return ring.get(ValueLayout.JAVA_INT, at + TAG);
    }

    static int lost(MemorySegment ring, long at) {
        return ring.get(ValueLayout.JAVA_INT, at + LOST);
    }

    static int originalLength(MemorySegment ring, long at) {
        return ring.get(ValueLayout.JAVA_INT, at + ORIGINAL);
    }

    static int capturedLength(MemorySegment ring, long at) {
        return ring.get(ValueLayout.JAVA_INT, at + CAPTURED);
    }

    static CapturePoint point(MemorySegment ring, long at) {
        return POINTS[ring.get(ValueLayout.JAVA_BYTE, at + POINT)];
    }

    static @Nullable DropReason reason(MemorySegment ring, long at) {
        int ordinal = ring.get(ValueLayout.JAVA_BYTE, at + REASON);
        return ordinal < 0 ? null : DropReason.of(ordinal);
    }

    static boolean isUnfinished(MemorySegment ring, long at) {
        return ring.get(ValueLayout.JAVA_BYTE, at + UNFINISHED) != 0;
    }

    /// Rebuilds an unfinished frame.
    ///
    /// @param frame fresh from its pool
    /// @param tail memory from the same pool; the frame owns it from now on
    /// @return the tag that it carries
    static int read(MemorySegment ring, long at, Frame frame, MemorySegment tail) {
        int length = capturedLength(ring, at);
        int inHead = Math.min(length, Frame.HEAD_CAPACITY);
        MemorySegment.copy(ring, at + HEADER, frame.head(), Frame.HEADROOM, inHead);
        MemorySegment.copy(ring, at + HEADER + inHead, tail, 0, length - inHead);
        int tag = frame.parse(length, tail);
        frame.offload().read(ring, at + VNET_HEADER, frame, tag);
        return tag;
    }

    static {
        if (VNET_HEADER + VirtioNetHeader.LENGTH > TAG || DropReason.COUNT > Byte.MAX_VALUE) {
            throw new AssertionError("the record's fields overlap");
        }
    }
}
