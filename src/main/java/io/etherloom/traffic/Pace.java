package io.etherloom.traffic;

/// When how many frames are due, for a constant rate. It makes up for little of lost time: whoever comes later than a few bursts finds those
/// few due, and the schedule begins anew behind them. So a sender that had no processor for a while offers less, which is counted, and never
/// a burst that would overflow a queue by the generator's own doing. One thread; time is an argument.
final class Pace {
    private static final long SECOND = 1_000_000_000L;
    /// Frames that are due within this time may go together.
    private static final long CLUSTER_NANOS = 50_000;

    private final long framesPerSecond;
    private final int cluster;
    private final int capacity;
    private final int maxLag;
    private long originNanos;
    private long taken;

    /// @param framesPerSecond 1 to 10^9
    /// @param capacity        most frames that one [#take] gives
    /// @param maxLag          most frames that are made up for, at least `capacity`
    Pace(long framesPerSecond, int capacity, int maxLag) {
        if (framesPerSecond < 1 || framesPerSecond > SECOND) {
            throw new IllegalArgumentException(framesPerSecond + " frames/s");
        }
        this.framesPerSecond = framesPerSecond;
        this.capacity = capacity;
        this.maxLag = maxLag;
        cluster = Math.clamp(framesPerSecond * CLUSTER_NANOS / SECOND, 1, capacity);
    }

    /// The first frame is due now.
    void begin(long nowNanos) {
        originNanos = nowNanos;
        taken = 0;
    }

    /// How many frames go now: none before their time, else a cluster, or up to a whole burst when late.
    int take(long nowNanos) {
        while (nowNanos - originNanos >= SECOND && taken >= framesPerSecond) {
            originNanos += SECOND;
            taken -= framesPerSecond;
        }
        long elapsed = nowNanos - originNanos;
        long due = elapsed >= 2 * SECOND ? Long.MAX_VALUE : elapsed * framesPerSecond / SECOND + 1 - taken;
        if (due < cluster) {
            return 0;
        }
        if (due > maxLag) {
            // As if the schedule had begun so late that just these are due.
            originNanos = nowNanos - dueNanos(maxLag - 1);
            taken = 0;
            due = maxLag;
        }
        int count = (int) Math.min(due, capacity);
        taken += count;
        return count;
    }

    /// How long until [#take] gives something again; 0 or less when it does now.
    long waitNanos(long nowNanos) {
        return originNanos + dueNanos(taken + cluster - 1) - nowNanos;
    }

    /// When a frame is due, from the origin; rounded up, so that it then is.
    private long dueNanos(long frame) {
        return Math.ceilDiv(frame * SECOND, framesPerSecond);
    }
}
