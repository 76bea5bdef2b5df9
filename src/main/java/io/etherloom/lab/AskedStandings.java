package io.etherloom.lab;

import io.etherloom.fabric.PhysicalSwitch;
import io.etherloom.fabric.PortState;
import io.etherloom.vswitch.Placement;
import io.etherloom.vswitch.ShaperState;
import io.etherloom.vswitch.TeamState;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// How a running switch stands, asked of its agent by commands. A vSwitch is asked for all its teams at once, at most ten times a second, so that a
/// sentence may be behind a failover by that much. A physical switch is asked for single ports and stations, at most [#QUESTIONS] in that time, for
/// a guest can make up as many addresses as it sends frames; what is asked beyond that is not answered. Used by one thread.
final class AskedStandings implements Standings {
    static final long FRESH_NANOS = 100_000_000;
    static final int QUESTIONS = 32;

    private final SwitchRuntime runtime;
    private @Nullable VSwitchSnapshot snapshot;
    private long askedNanos;
    private long windowNanos;
    private int questions;

    AskedStandings(SwitchRuntime runtime) {
        this.runtime = runtime;
    }

    private VSwitchSnapshot snapshot() {
        var known = snapshot;
        long nowNanos = System.nanoTime();
        if (known == null || nowNanos - askedNanos > FRESH_NANOS) {
            known = VSwitchSnapshot.ask(runtime);
            snapshot = known;
            askedNanos = nowNanos;
        }
        return known;
    }

    private VSwitchSnapshot.Seat seat(int port) {
        return Objects.requireNonNull(snapshot().seats().get(port), "the port has gone");
    }

    /// @throws IllegalStateException when too much was asked
    private <T> T ask(Supplier<T> question) {
        long nowNanos = System.nanoTime();
        if (nowNanos - windowNanos > FRESH_NANOS) {
            windowNanos = nowNanos;
            questions = 0;
        }
        if (questions++ >= QUESTIONS) {
            throw new IllegalStateException("asked too often");
        }
        return runtime.agent().commands().call(question);
    }

    private PhysicalSwitch physical() {
        return (PhysicalSwitch) runtime.frameSwitch();
    }

    @Override
    public Placement placement(int port) {
        return seat(port).placement();
    }

    @Override
    public TeamState team(int port) {
        return snapshot().state(seat(port));
    }

    @Override
    public @Nullable ShaperState shaper(int port) {
        return seat(port).toSwitch();
    }

    @Override
    public PortState portState(int port) {
        return ask(() -> physical().portState(port, runtime.agent().nowNanos()));
    }

    @Override
    public PhysicalSwitch.@Nullable Station station(int vid, long mac) {
        return this.<PhysicalSwitch.@Nullable Station>ask(() -> physical().station(vid, mac, runtime.agent().nowNanos()));
    }
}
