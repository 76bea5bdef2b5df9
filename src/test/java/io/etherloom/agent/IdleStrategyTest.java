package io.etherloom.agent;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class IdleStrategyTest {
    /// Counts how often it had to wait.
    private static final class CountingAgent implements Agent {
        private int waits;

        @Override
        public String role() {
            return "counting";
        }

        @Override
        public int doWork() {
            return 0;
        }

        @Override
        public void onStart(Thread thread) {}

        @Override
        public void await() {
            waits++;
        }

        @Override
        public void onEnd() {}
    }

    private final CountingAgent agent = new CountingAgent();

    @Test
    void busySpinNeverSleeps() {
        var idle = new IdleStrategy.BusySpin();
        for (int i = 0; i < 1000; i++) {
            idle.idle(0, agent, i * 1_000_000L);
        }
        assertThat(agent.waits).isZero();
    }

    @Test
    void looksOnForAWhileThenSleeps() {
        var idle = new IdleStrategy.SpinThenWait(100);
        idle.idle(1, agent, 0);
        idle.idle(0, agent, 10);
        idle.idle(0, agent, 109);
        assertThat(agent.waits).isZero();
        idle.idle(0, agent, 110);
        assertThat(agent.waits).isEqualTo(1);
    }

    @Test
    void workBeginsTheWhileAnew() {
        var idle = new IdleStrategy.SpinThenWait(100);
        idle.idle(0, agent, 0);
        idle.idle(3, agent, 90);
        idle.idle(0, agent, 100);
        idle.idle(0, agent, 150);
        assertThat(agent.waits).isZero();
        idle.idle(0, agent, 200);
        assertThat(agent.waits).isEqualTo(1);
    }
}
