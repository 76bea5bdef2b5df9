package io.etherloom.agent;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// How other threads have an agent do something: they enqueue it, the agent does it between two batches, in order, and the result comes
/// back as a future. Any thread enqueues, the agent's drains.
public final class CommandQueue {
    private final ConcurrentLinkedQueue<Runnable> waiting = new ConcurrentLinkedQueue<>();
    private final Runnable bell;
    private volatile @Nullable Thread owner;
    private volatile boolean isClosed;

    /// @param bell wakes the agent; called by the enqueuing thread
    public CommandQueue(Runnable bell) {
        this.bell = bell;
    }

    /// Names the thread that drains. As long as nobody does, whoever submits does the work himself: that is how an agent is set up
    /// before it starts, and how a test drives one without a thread.
    ///
    /// @param owner null for nobody
    public void ownedBy(@Nullable Thread owner) {
        this.owner = owner;
    }

    /// Enqueues work for the agent.
    ///
    /// @return completes with its result, or with what it threw, or with an [IllegalStateException] when the agent has ended
    public <T> CompletableFuture<T> submit(Supplier<T> command) {
        var result = new CompletableFuture<T>();
        waiting.add(() -> run(command, result));
        var draining = owner;
        if (isClosed || draining == null || draining == Thread.currentThread()) {
            drain();
        } else {
            bell.run();
        }
        return result;
    }

    /// Enqueues work and waits for its result; what it threw is thrown here.
    public <T> T call(Supplier<T> command) {
        try {
            return submit(command).join();
        } catch (CompletionException failed) {
            if (failed.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            if (failed.getCause() instanceof Error cause) {
                throw cause;
            }
            throw failed;
        }
    }

    /// Enqueues work and waits until it is done.
    public void run(Runnable command) {
        call(() -> {
            command.run();
            return Boolean.TRUE;
        });
    }

    private <T> void run(Supplier<T> command, CompletableFuture<T> result) {
        if (isClosed) {
            result.completeExceptionally(new IllegalStateException("the agent has ended"));
            return;
        }
        try {
            result.complete(command.get());
        } catch (Throwable failed) {
            result.completeExceptionally(failed);
        }
    }

    /// Whether something is enqueued.
    public boolean isEmpty() {
        return waiting.isEmpty();
    }

    /// Does what is enqueued; on the agent thread.
    ///
    /// @return how many commands were done
    public int drain() {
        int count = 0;
        for (var command = waiting.poll(); command != null; command = waiting.poll()) {
            command.run();
            count++;
        }
        return count;
    }

    /// Refuses what comes from now on, and what is still waiting.
    public void close() {
        isClosed = true;
        drain();
    }
}
