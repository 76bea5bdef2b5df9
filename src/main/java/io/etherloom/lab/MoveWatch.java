package io.etherloom.lab;

import io.etherloom.frame.CapturePoint;
import io.etherloom.frame.DropReason;
import io.etherloom.frame.Frame;
import io.etherloom.frame.FrameObserver;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/// When a vNIC sent and got its last frame at one host and its first at the other, and whether it got one at both. The agents of its ports write, one
/// after the other; any thread reads.
final class MoveWatch implements FrameObserver {
    private static final long NEVER = Long.MIN_VALUE;
    private static final long BUSY_NANOS = 100_000_000;
    /// So many of the last frames at one host are compared with so many of the first at the other, a power of two.
    private static final int REMEMBERED = 256;
    /// Addresses, headers and the beginning of the payload, in which sequence numbers and checksums are.
    private static final int COMPARED = 96;

    private final String target;
    private final long[] before = new long[REMEMBERED];
    private final long[] beforeNanos = new long[REMEMBERED];
    private int beforeCount;
    private int afterCount;
    private boolean isStunned;
    private boolean hasMoved;
    private volatile long lastSent = NEVER;
    private volatile long lastGot = NEVER;
    private volatile long firstSent = NEVER;
    private volatile long firstGot = NEVER;
    private volatile long duplicates;

    /// @param target host to which the vNIC shall go
    MoveWatch(String target) {
        this.target = target;
    }

    @Override
    public void observe(CapturePoint point, Frame frame, int tag, @Nullable DropReason reason, long nowNanos) {
        if (point == CapturePoint.VNIC_TX) {
            if (!hasMoved) {
                lastSent = nowNanos;
            } else if (firstSent == NEVER) {
                firstSent = nowNanos;
            }
        } else if (point == CapturePoint.VNIC_RX && !isStunned) {
            if (!hasMoved) {
                lastGot = nowNanos;
                beforeNanos[beforeCount & REMEMBERED - 1] = nowNanos;
                before[beforeCount++ & REMEMBERED - 1] = identity(frame);
            } else {
                firstGot = firstGot == NEVER ? nowNanos : firstGot;
                compare(frame);
            }
        }
    }

    @SuppressWarnings("NonAtomicOperationOnVolatileField")      // One writer.
    private void compare(Frame frame) {
        if (afterCount < REMEMBERED && !frame.isGroup()) {
            afterCount++;
            long identity = identity(frame);
            for (int i = 0; i < Math.min(beforeCount, REMEMBERED); i++) {
                if (before[i] == identity) {
                    duplicates++;
                    return;
                }
            }
        }
    }

    /// FNV-1a over what tells frames apart; two of one content, as a repeated ARP request, are the same here, and so only unicast counts.
    private static long identity(Frame frame) {
        var head = frame.head();
        int length = Math.min(frame.length(), COMPARED);
        long hash = 0xcbf29ce484222325L ^ frame.length();
        for (int i = 0; i < length; i++) {
            hash = (hash ^ head.get(ValueLayout.JAVA_BYTE, frame.start() + i)) * 0x100000001b3L;
        }
        return hash;
    }

    /// Its port stands still, so what it gets waits elsewhere, or works again; while all agents stand still.
    ///
    /// @param sinceNanos when its guest has stopped and got nothing more; `Long.MIN_VALUE` when it works again
    /// @param repeated how many of the last frames come only now, or once more: those that waited, and those that came since then by the time at which the device got
    ///     them, a little after the time of their batch, which is known here
    void stunned(long sinceNanos, int repeated) {
        isStunned = sinceNanos != NEVER;
        int kept = beforeCount - repeated;
        while (isStunned && beforeCount > 0 && (beforeCount > kept || beforeNanos[beforeCount - 1 & REMEMBERED - 1] >= sinceNanos)) {
            beforeCount--;
            beforeNanos[beforeCount & REMEMBERED - 1] = NEVER;
            before[beforeCount & REMEMBERED - 1] = 0;
        }
    }

    /// A port of it has come at a host; back at the first it begins anew. While all agents stand still.
    void arrived(String host) {
        hasMoved = host.equals(target);
        isStunned = false;
        if (!hasMoved) {
            firstSent = NEVER;
            firstGot = NEVER;
            afterCount = 0;
        }
    }

    boolean isHeard() {
        return lastSent != NEVER && lastGot != NEVER;
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

    /// Frames that it got at both hosts.
    long duplicates() {
        return duplicates;
    }
}
