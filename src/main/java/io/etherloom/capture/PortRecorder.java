package io.etherloom.capture;

import io.etherloom.agent.ByteRing;
import io.etherloom.frame.CapturePoint;
import io.etherloom.frame.DropReason;
import io.etherloom.frame.Frame;
import io.etherloom.frame.FrameObserver;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/// Copies what passes one port into the ring of the capture; a full ring costs the copy, which is counted. Runs on the agent
/// thread and allocates nothing; [#dropped] may be read by any.
final class PortRecorder implements FrameObserver {
    private static final VarHandle DROPPED = droppedHandle();

    private final ByteRing ring;
    private final int interfaceIndex;
    private final int points;
    private final int snapLength;
    private long dropped;

    /// @param points bit set of the ordinals of the points to record
    PortRecorder(ByteRing ring, int interfaceIndex, int points, int snapLength) {
        this.ring = ring;
        this.interfaceIndex = interfaceIndex;
        this.points = points;
        this.snapLength = snapLength;
    }

    @Override
    public void observe(CapturePoint point, Frame frame, int tag, @Nullable DropReason reason, long nowNanos) {
        if ((points >>> point.ordinal() & 1) == 0) {
            return;
        }
        int length = CaptureRecord.originalLength(frame, tag);
        int limit = CaptureRecord.isUnfinished(frame) ? length : Math.min(length, snapLength);
        long at = ring.claim(CaptureRecord.HEADER + limit);
        if (at < 0) {
            DROPPED.setOpaque(this, dropped + frame.segments());
            return;
        }
        CaptureRecord.write(ring.memory(), at, interfaceIndex, point, frame, tag, reason, nowNanos, limit);
        ring.commit();
    }

    /// Index of the source that it records.
    int source() {
        return interfaceIndex;
    }

    /// Frames on the wire of which the ring could not take a copy.
    long dropped() {
        return (long) DROPPED.getOpaque(this);
    }

    private static VarHandle droppedHandle() {
        try {
            return MethodHandles.lookup().findVarHandle(PortRecorder.class, "dropped", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }
}
