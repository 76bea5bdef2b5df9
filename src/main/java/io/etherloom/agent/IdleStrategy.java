package io.etherloom.agent;

/// What an agent does in duty cycles without work. One instance per agent, used on its thread.
public sealed interface IdleStrategy {
    /// Called after each duty cycle.
    void idle(int work, Agent agent, long nowNanos);

    /// Never sleeps: lowest latency, one core used up.
    record BusySpin() implements IdleStrategy {
        @Override
        public void idle(int work, Agent agent, long nowNanos) {
            if (work == 0) {
                Thread.onSpinWait();
            }
        }
    }

    /// Goes on looking for a while after the last work, then sleeps in the kernel until something happens. The spin saves the wake-up
    /// (some 20 µs on a virtual machine) where frames follow each other closely; it costs nothing when the lab is idle.
    final class SpinThenWait implements IdleStrategy {
        private final long spinNanos;
        private long idleSince;
        private boolean isIdle;

        /// @param spinNanos how long to go on after the last work
        public SpinThenWait(long spinNanos) {
            this.spinNanos = spinNanos;
        }

        @Override
        public void idle(int work, Agent agent, long nowNanos) {
            if (work > 0) {
                isIdle = false;
            } else if (!isIdle) {
                isIdle = true;
                idleSince = nowNanos;
            } else if (nowNanos - idleSince >= spinNanos) {
                agent.await();
                isIdle = false;
            } else {
                Thread.onSpinWait();
            }
        }
    }
}
