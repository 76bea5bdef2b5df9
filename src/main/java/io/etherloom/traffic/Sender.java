package io.etherloom.traffic;

import io.etherloom.linux.Libc;
import java.util.concurrent.locks.LockSupport;

/// Sends one stream at a rate, on a thread of its own. Between bursts it sleeps while there is time for that, then spins, or gives way on a
/// machine with so few processors that the switch would have to wait for this one.
final class Sender implements Runnable {
    /// Sleeping is not more exact than this.
    private static final long NAP_SLACK_NANOS = 80_000;
    /// A quarter of the queue of a TAP.
    private static final int MAX_LAG = 4 * Burst.CAPACITY;
    private static final boolean GIVES_WAY = Runtime.getRuntime().availableProcessors() < 4;

    /// What a stream carries.
    ///
    /// @param framesPerSecond of each stream
    /// @param frames          after so many it ends
    /// @param nanos           or after this time
    /// @param firstSource     0, or the address from which the first frame comes, the next from the next address
    record Load(long framesPerSecond, long frames, long nanos, long firstSource) {}

    private final TrafficPort port;
    private final Burst burst;
    private final Load load;
    private volatile boolean isStopped;
    private volatile long offered;
    private volatile long taken;
    private volatile long elapsedNanos;
    private volatile RuntimeException fault = NONE;

    private static final RuntimeException NONE = new RuntimeException("none");

    Sender(TrafficPort port, Burst burst, Load load) {
        this.port = port;
        this.burst = burst;
        this.load = load;
    }

    @Override
    public void run() {
        try {
            send();
        } catch (RuntimeException e) {
            fault = e;
        }
    }

    private void send() {
        var libc = new Libc();
        var pace = new Pace(load.framesPerSecond, Burst.CAPACITY, MAX_LAG);
        long begun = System.nanoTime();
        long now = begun;
        long next = 0;
        long took = 0;
        pace.begin(begun);
        while (!isStopped && next < load.frames && now - begun < load.nanos) {
            int count = (int) Math.min(pace.take(now), load.frames - next);
            if (count > 0) {
                burst.stamp(count, next, libc.realtimeNanos());
                if (load.firstSource != 0) {
                    burst.sources(count, load.firstSource + next);
                }
                took += port.send(burst, count);
                next += count;
                offered = next;
                taken = took;
            } else {
                await(pace.waitNanos(now));
            }
            now = System.nanoTime();
        }
        elapsedNanos = now - begun;
    }

    private static void await(long nanos) {
        if (nanos > 2 * NAP_SLACK_NANOS) {
            LockSupport.parkNanos(nanos - NAP_SLACK_NANOS);
        } else if (GIVES_WAY) {
            Thread.yield();
        } else {
            Thread.onSpinWait();
        }
    }

    void stop() {
        isStopped = true;
    }

    /// Frames offered to the port so far.
    long offered() {
        return offered;
    }

    /// Those among them that the port took.
    long taken() {
        return taken;
    }

    /// How long it sent; once it has ended.
    long elapsedNanos() {
        return elapsedNanos;
    }

    /// Throws what made it end early.
    void check() {
        if (fault != NONE) {
            throw fault;
        }
    }
}
