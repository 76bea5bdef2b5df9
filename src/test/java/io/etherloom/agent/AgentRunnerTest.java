package io.etherloom.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// What becomes of the faults of an agent.
class AgentRunnerTest {
    /// Fails in each duty cycle or in each wait, and counts.
    private static final class Failing implements Agent {
        private final boolean inWait;
        private final CountDownLatch turns = new CountDownLatch(3);
        private boolean hasEnded;

        Failing(boolean inWait) {
            this.inWait = inWait;
        }

        @Override
        public String role() {
            return "failing";
        }

        @Override
        public int doWork() {
            turns.countDown();
            if (!inWait) throw new IllegalStateException("in the duty cycle");
            return 0;
        }

        @Override
        public void onStart(Thread thread) {}

        @Override
        public void await() {
            if (inWait) throw new IllegalStateException("in the wait");
        }

        @Override
        public void onEnd() {
            hasEnded = true;
        }
    }

    private static void assertSurvives(boolean inWait) throws InterruptedException {
        var agent = new Failing(inWait);
        var faults = new AtomicInteger();
        var runner = new AgentRunner(agent, new IdleStrategy.SpinThenWait(0), NanoClock.SYSTEM, _ -> faults.incrementAndGet(), () -> { });
        runner.start();
        assertThat(agent.turns.await(10, TimeUnit.SECONDS)).as("a third turn").isTrue();
        runner.close();
        assertThat(faults).hasPositiveValue();
        assertThat(agent.hasEnded).isTrue();
    }

    @Test
    void goesOnAfterAFaultInADutyCycle() throws InterruptedException {
        assertSurvives(false);
    }

    @Test
    void goesOnAfterAFaultWhileItWaits() throws InterruptedException {
        assertSurvives(true);
    }
}
