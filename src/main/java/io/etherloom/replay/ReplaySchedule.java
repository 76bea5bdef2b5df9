package io.etherloom.replay;

import io.etherloom.topology.ReplayRate;

/// When the frames are due, round after round. Each comes at or after the one before, whatever the times in the file: those of several
/// interfaces may stand in disorder, and a frame without a time goes with the one before it.
///
/// It makes up for little of lost time, as after a pause of the machine: who comes more than [#MAX_LAG_NANOS] late finds the rest of the
/// schedule moved by that, so that there is no burst which the lab's own doing has made. One thread; time is an argument.
final class ReplaySchedule {
    /// How late frames may be and still be made up for.
    static final long MAX_LAG_NANOS = 50_000_000;

    private static final double SECOND = 1e9;

    private final ReplayRate rate;
    private long originNanos;
    private long lastDueNanos;
    private long firstEpochNanos;
    private long frames;
    private long octets;

    /// The first frame is due now.
    ReplaySchedule(ReplayRate rate, long nowNanos) {
        this.rate = rate;
        originNanos = nowNanos;
        lastDueNanos = nowNanos;
    }

    /// The file is sent once more: its times begin anew, right behind the last frame, while a constant rate goes on.
    void nextRound() {
        firstEpochNanos = 0;
    }

    /// When the next frame is due.
    ///
    /// @param epochNanos its time in the file, 0 for none
    /// @param length     its octets on the wire
    long next(long epochNanos, int length, long nowNanos) {
        long due = Math.max(lastDueNanos, switch (rate) {
            case ReplayRate.Multiple multiple -> spaced(epochNanos, multiple.factor());
            case ReplayRate.Frames constant -> originNanos + (long) (frames * SECOND / constant.perSecond());
            case ReplayRate.Bits constant -> originNanos + (long) (octets * 8 * SECOND / constant.perSecond());
            case ReplayRate.Max _ -> nowNanos;
        });
        frames++;
        octets += length;
        long lag = nowNanos - due;
        if (lag > MAX_LAG_NANOS) {
            originNanos += lag;
            due = nowNanos;
        }
        lastDueNanos = due;
        return due;
    }

    private long spaced(long epochNanos, double factor) {
        if (epochNanos == 0) {
            return lastDueNanos;
        }
        if (firstEpochNanos == 0) {
            firstEpochNanos = epochNanos;
            originNanos = lastDueNanos;
        }
        return originNanos + (long) ((epochNanos - firstEpochNanos) / factor);
    }
}
