package io.etherloom.agent;

import java.util.function.Consumer;

/// Runs an agent on a platform thread of its own until it is closed. A throwable of a duty cycle goes to the error handler and the agent
/// lives on.
public final class AgentRunner implements AutoCloseable {
    private final Agent agent;
    private volatile IdleStrategy idle;
    private final NanoClock clock;
    private final Consumer<Throwable> onError;
    private final Runnable bell;
    private final Thread thread;
    private volatile boolean isRunning = true;

    /// @param bell wakes the agent out of [Agent#await]
    public AgentRunner(Agent agent, IdleStrategy idle, NanoClock clock, Consumer<Throwable> onError, Runnable bell) {
        this.agent = agent;
        this.idle = idle;
        this.clock = clock;
        this.onError = onError;
        this.bell = bell;
        thread = Thread.ofPlatform().name(agent.role()).daemon().unstarted(this::run);
    }

    public void start() {
        agent.onStart(thread);
        thread.start();
    }

    /// Has the agent idle in another way from its next duty cycle on; any thread.
    public void idle(IdleStrategy next) {
        idle = next;
        bell.run();
    }

    private void run() {
        try {
            while (isRunning) {
                // Waiting is inside too, since an agent may receive what it was woken for.
                try {
                    idle.idle(agent.doWork(), agent, clock.nanoTime());
                } catch (Throwable fault) {
                    onError.accept(fault);
                }
            }
        } finally {
            agent.onEnd();      // Also when a fault could not even be told: whoever waits for the agent is told that it has ended.
        }
    }

    /// Ends the thread after its current duty cycle and waits for it.
    @Override
    public void close() {
        isRunning = false;
        bell.run();
        boolean isInterrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException interrupted) {
                isInterrupted = true;      // Its memory is freed next, so there is no way around waiting.
            }
        }
        if (isInterrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
