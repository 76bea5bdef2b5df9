package io.etherloom.capture;

import java.time.Instant;

/// One instant on two clocks: the agent's monotonic one and the time of day. Time stamps made with it keep the order and the
/// differences of the monotonic clock exactly, whatever happens to the machine's time while the capture runs.
///
/// @param startNanos the agent's `nowNanos` at that instant
/// @param startEpochNanos nanoseconds since 1970-01-01 UTC at that instant
public record WallClock(long startNanos, long startEpochNanos) {
    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    /// The machine's time of day against [System#nanoTime], as of now.
    public static WallClock ofSystem() {
        long before = System.nanoTime();
        var time = Instant.now();
        long after = System.nanoTime();
        return new WallClock(before + (after - before) / 2, time.getEpochSecond() * NANOS_PER_SECOND + time.getNano());
    }

    /// Nanoseconds since 1970-01-01 UTC at this reading of the agent's clock.
    public long epochNanos(long nowNanos) {
        return startEpochNanos + (nowNanos - startNanos);
    }
}
