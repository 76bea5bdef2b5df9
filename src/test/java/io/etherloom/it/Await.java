package io.etherloom.it;

import java.util.concurrent.Callable;

/// Waits for what happens by itself. Generous, because a busy machine shall not fail a test; prompt, because each test waits often.
final class Await {
    private static final long PATIENCE_NANOS = 30_000_000_000L;
    private static final int TURN_MILLIS = 5;

    private Await() {}

    /// Returns as soon as the condition holds.
    ///
    /// @param what the condition in words, for the failure
    static void until(String what, Callable<Boolean> condition) throws Exception {
        long begunNanos = System.nanoTime();
        while (!condition.call()) {
            if (System.nanoTime() - begunNanos > PATIENCE_NANOS) throw new AssertionError("not within 30 s: " + what);
            Thread.sleep(TURN_MILLIS);
        }
    }
}
