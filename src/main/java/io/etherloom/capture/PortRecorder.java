package io.etherloom.capture;

import io.etherloom.agent.ByteRing;
import io.etherloom.frame.CapturePoint;
import io.etherloom.frame.DropReason;
import io.etherloom.frame.Frame;
import io.etherloom.frame.FrameObserver;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/// Copies what passes one port and is wanted into the ring of the capture; a full ring costs the copy, which is counted. Runs on the agent
/// thread and allocates nothing; [#dropped] may be read by any.
final class PortRecorder implements FrameObserver {
    private static final VarHandle COUNT = MethodHandles.arrayElementVarHandle(long[].class);
    private static final int POINTS = CapturePoint.values().length;

    private final ByteRing ring;
    private final int source;
    private final int points;
    private final int snapLength;
    private final CaptureFilter filter;
    private final boolean isFiltered;
    private final long[] dropped = new long[POINTS];
    /// Those of `dropped` of which no record tells yet.
    private final int[] untold = new int[POINTS];

    /// @param points bit set of the ordinals of the points to record
    /// @param filter of this recorder alone
    PortRecorder(ByteRing ring, int source, int points, int snapLength, CaptureFilter filter) {
        this.ring = ring;
        this.source = source;
        this.points = points;
        this.snapLength = snapLength;
        this.filter = filter;
        isFiltered = !filter.isEmpty();
    }

    @Override
    public void observe(CapturePoint point, Frame frame, int tag, @Nullable DropReason reason, long nowNanos) {
        int ordinal = point.ordinal();
        if ((points >>> ordinal & 1) == 0 || isFiltered && !filter.accepts(frame, tag)) {
            return;
        }
        int length = CaptureRecord.originalLength(frame, tag);
        int limit = CaptureRecord.isUnfinished(frame) ? length : Math.min(length, snapLength);
        long at = ring.claim(CaptureRecord.HEADER + limit);
        if (at < 0) {
            untold[ordinal] += frame.segments();
            COUNT.setOpaque(dropped, ordinal, dropped[ordinal] + frame.segments());
            return;
        }
        CaptureRecord.write(ring.memory(), at, source, point, frame, tag, reason, nowNanos, limit, untold[ordinal]);
        untold[ordinal] = 0;
        ring.commit();
    }

    /// Index of the source that it records.
    int source() {
        return source;
    }

    /// Frames on the wire of which the ring could not take a copy.
    long dropped() {
        long sum = 0;
        for (int i = 0; i < POINTS; i++) {
            sum += dropped(i);
        }
        return sum;
    }

    /// Those at the point with this ordinal.
    long dropped(int point) {
        return (long) COUNT.getOpaque(dropped, point);
    }
}
