package io.etherloom.lab;

import io.etherloom.agent.NanoClock;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongUnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The thread that reads what agents have heard by CDP and LLDP, and wakes when a neighbour is to be forgotten. It sleeps when nothing is
/// heard, and between two looks long enough that a flood of frames costs little.
final class NeighborWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(NeighborWatch.class);
    private static final long PAUSE_NANOS = 100_000_000L;
    private static final long RETRY_NANOS = 1_000_000_000L;

    private final LongUnaryOperator look;
    private final Thread thread = Thread.ofPlatform().name("neighbors").daemon().unstarted(this::run);
    private volatile boolean isClosed;

    /// @param look given the time, returns when to be called again at the latest
    NeighborWatch(LongUnaryOperator look) {
        this.look = look;
    }

    void start() {
        thread.start();
    }

    /// Something was heard; any thread, allocates nothing.
    void heard() {
        LockSupport.unpark(thread);
    }

    private void run() {
        while (!isClosed) {
            long nowNanos = NanoClock.SYSTEM.nanoTime();
            long dueNanos = look(nowNanos);
            if (dueNanos == Long.MAX_VALUE) {
                LockSupport.park(this);
            } else {
                LockSupport.parkNanos(this, Math.max(PAUSE_NANOS, dueNanos - NanoClock.SYSTEM.nanoTime()));
            }
            pause();
        }
    }

    /// A fault costs this look, not those after it.
    private long look(long nowNanos) {
        try {
            return look.applyAsLong(nowNanos);
        } catch (RuntimeException fault) {
            LOG.error("event=neighbors-fault effect=\"neighbours are looked at again in a second\"", fault);
            return nowNanos + RETRY_NANOS;
        }
    }

    /// Collects what else comes; an early wake-up does no harm.
    private void pause() {
        if (!isClosed) {
            try {
                Thread.sleep(PAUSE_NANOS / 1_000_000);
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();      // Closed; the loop ends.
            }
        }
    }

    /// Returns once it reads no more.
    @Override
    public void close() {
        isClosed = true;
        thread.interrupt();
        try {
            thread.join();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
