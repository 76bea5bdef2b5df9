package io.etherloom.lab;

import io.etherloom.frame.CapturePoint;
import io.etherloom.frame.DropReason;
import io.etherloom.frame.Frame;
import io.etherloom.frame.FrameObserver;
import org.jspecify.annotations.Nullable;

/// When a vNIC sent and got its last frame at one host and its first at the other. The agents of its ports write, one after the other; any thread reads.
final class MoveWatch implements FrameObserver {
    private static final long NEVER = Long.MIN_VALUE;

    private static final long BUSY_NANOS = 100_000_000;

    private boolean hasMoved;
    private volatile long lastSent = NEVER;
    private volatile long lastGot = NEVER;
    private volatile long firstSent = NEVER;
    private volatile long firstGot = NEVER;

    @Override
    public void observe(CapturePoint point, Frame frame, int tag, @Nullable DropReason reason, long nowNanos) {
        if (point == CapturePoint.VNIC_TX) {
            if (!hasMoved) {
                lastSent = nowNanos;
            } else if (firstSent == NEVER) {
                firstSent = nowNanos;
            }
        } else if (point == CapturePoint.VNIC_RX) {
            if (!hasMoved) {
                lastGot = nowNanos;
            } else if (firstGot == NEVER) {
                firstGot = nowNanos;
            }
        }
    }

    /// It has come to the other host; the second time, back to the first, where it begins anew. While all agents stand still.
    void moved() {
        hasMoved = !hasMoved;
        if (!hasMoved) {
            firstSent = NEVER;
            firstGot = NEVER;
        }
    }

    boolean isBusy(long nowNanos) {
        return isRecent(lastSent, nowNanos) || isRecent(lastGot, nowNanos);
    }

    private static boolean isRecent(long last, long nowNanos) {
        return last != NEVER && nowNanos - last < BUSY_NANOS;
    }

    long silenceNanos() {
        return between(lastSent, firstSent);
    }

    long deafNanos() {
        return between(lastGot, firstGot);
    }

    private static long between(long last, long first) {
        return last == NEVER || first == NEVER ? 0 : first - last;
    }
}
