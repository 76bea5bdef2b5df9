package io.etherloom.traffic;

import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// Drains all receiving ports on one thread, which mostly sleeps: arrival is stamped by the kernel, and the rings hold what comes meanwhile.
final class Receiver implements Runnable {
    private static final long NAP_NANOS = 500_000;
    private static final int AT_ONCE = 4096;

    private final List<TrafficPort> ports;
    private volatile boolean isStopped;
    private volatile @Nullable RuntimeException fault;

    Receiver(List<TrafficPort> ports) {
        this.ports = ports;
    }

    @Override
    public void run() {
        try {
            while (!isStopped) {
                if (!drain()) {
                    LockSupport.parkNanos(NAP_NANOS);
                }
            }
            while (drain()) {
                Thread.onSpinWait();
            }
        } catch (RuntimeException e) {
            fault = e;
        }
    }

    /// Whether there may be more.
    private boolean drain() {
        boolean hasMore = false;
        for (int i = 0; i < ports.size(); i++) {
            hasMore |= ports.get(i).drain(AT_ONCE) == AT_ONCE;
        }
        return hasMore;
    }

    void stop() {
        isStopped = true;
    }

    void check() {
        var happened = fault;
        if (happened != null) {
            throw happened;
        }
    }
}
