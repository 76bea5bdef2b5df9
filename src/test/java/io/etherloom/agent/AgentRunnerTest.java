package io.etherloom.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// What becomes of the faults of an agent.
class AgentRunnerTest {
    /// Fails in each duty cycle or in each wait, and counts.
    private static final class Failing implements Agent {
        private final boolean inWait;
        private final CountDownLatch turns = new CountDownLatch(3);
        private final CountDownLatch ended;

        Failing(boolean inWait, CountDownLatch ended) {
            this.inWait = inWait;
            this.ended = ended;
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
            ended.countDown();
        }
    }

    private static void assertSurvives(boolean inWait) throws InterruptedException {
        var ended = new CountDownLatch(1);
        var agent = new Failing(inWait, ended);
        var faults = new AtomicInteger();
        var runner = new AgentRunner(agent, new IdleStrategy.SpinThenWait(0), NanoClock.SYSTEM, _ -> faults.incrementAndGet(), () -> { });
        runner.start();
        assertThat(agent.turns.await(10, TimeUnit.SECONDS)).as("a third turn").isTrue();
        runner.close();
        assertThat(faults).hasPositiveValue();
        assertThat(ended.getCount()).isZero();
    }

    /// As with no memory left for the words. Others wait for what an agent does, and would do so for ever.
    @Test
    void endsWhenAFaultCannotBeTold() throws InterruptedException {
        var ended = new CountDownLatch(1);
        var agent = new Failing(false, ended);
        var runner = new AgentRunner(agent, new IdleStrategy.SpinThenWait(0), NanoClock.SYSTEM, _ -> {
            throw new OutOfMemoryError("a test's");
        }, () -> { });
        runner.start();
        assertThat(ended.await(10, TimeUnit.SECONDS)).isTrue();
        runner.close();
    }

    /// The agent waits until it is told to do so no more: were the strategy not changed, no thread would count the turns down.
    @Test
    void idlesInAnotherWayWhenTold() throws InterruptedException {
        var bell = new Semaphore(0);
        var waiting = new CountDownLatch(1);
        var turns = new CountDownLatch(1000);
        var agent = new Agent() {
            private int waits;

            @Override
            public String role() {
                return "sleepy";
            }

            @Override
            public int doWork() {
                if (waits > 0) {
                    turns.countDown();
                }
                return 0;
            }

            @Override
            public void onStart(Thread thread) {}

            @Override
            public void await() {
                waits++;
                waiting.countDown();
                bell.acquireUninterruptibly();
            }

            @Override
            public void onEnd() {}
        };
        try (var runner = new AgentRunner(agent, new IdleStrategy.SpinThenWait(0), NanoClock.SYSTEM, _ -> { }, bell::release)) {
            runner.start();
            assertThat(waiting.await(10, TimeUnit.SECONDS)).as("a wait").isTrue();
            runner.idle(new IdleStrategy.BusySpin());
            assertThat(turns.await(10, TimeUnit.SECONDS)).as("turns without another wait").isTrue();
        }
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
