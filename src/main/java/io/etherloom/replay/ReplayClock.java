package io.etherloom.replay;

import java.util.concurrent.locks.LockSupport;

/// Time for a replay: what it is, and how to wait.
public interface ReplayClock {
    long nanoTime();

    /// Waits until that time, or a little longer; returns early when the thread is interrupted.
    void awaitUntil(long nanos);

    /// The machine's; a wait is a tenth of a millisecond too long at most times.
    static ReplayClock ofSystem() {
        return new ReplayClock() {
            @Override
            public long nanoTime() {
                return System.nanoTime();
            }

            @Override
            public void awaitUntil(long nanos) {
                for (long left = nanos - System.nanoTime(); left > 0 && !Thread.currentThread().isInterrupted(); left = nanos - System.nanoTime()) {
                    LockSupport.parkNanos(left);
                }
            }
        };
    }
}
