package io.etherloom.lab;

import io.etherloom.agent.NanoClock;

/// Time that stands still until a test moves it.
final class ManualClock implements NanoClock {
    private long nowNanos = 1_000_000_000L;

    @Override
    public long nanoTime() {
        return nowNanos;
    }

    void advance(long nanos) {
        nowNanos += nanos;
    }
}
