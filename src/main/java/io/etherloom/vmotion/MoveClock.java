package io.etherloom.vmotion;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;

/// Time for moves: what it is, and how it passes.
interface MoveClock {
    /// The machine's.
    MoveClock SYSTEM = new MoveClock() {
        @Override
        public long nanoTime() {
            return System.nanoTime();
        }

        @Override
        public void pause(long nanos) {
            LockSupport.parkNanos(nanos);
        }

        @Override
        public void await(Condition change, long nanos) throws InterruptedException {
            var _ = change.await(nanos, TimeUnit.NANOSECONDS);
        }
    };

    /// From the origin of the agents' clock, in nanoseconds.
    long nanoTime();

    /// Lets about so much time pass; returns early when the thread is interrupted.
    void pause(long nanos);

    /// Waits for a change with the lock that belongs to it, at most for so long; returns early without one, too.
    ///
    /// @param nanos 0 or less does not wait
    void await(Condition change, long nanos) throws InterruptedException;
}
