package io.etherloom.lab;

import io.etherloom.fabric.PhysicalSwitch;
import io.etherloom.fabric.PortState;
import io.etherloom.frame.FrameSwitch;
import io.etherloom.vswitch.Placement;
import io.etherloom.vswitch.ShaperState;
import io.etherloom.vswitch.TeamState;
import io.etherloom.vswitch.VSwitch;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// How a switch stands that belongs to the thread that asks.
final class TwinStandings implements Standings {
    private final FrameSwitch twin;
    private final LongSupplier clock;
    private @Nullable ShaperState kept;
    private int keptPort = -1;

    /// @param clock the time for which to answer
    TwinStandings(FrameSwitch twin, LongSupplier clock) {
        this.twin = twin;
        this.clock = clock;
    }

    private VSwitch vSwitch() {
        return (VSwitch) twin;
    }

    private PhysicalSwitch physical() {
        return (PhysicalSwitch) twin;
    }

    /// Keeps how the shaper of a port stands now, whatever a frame takes from it afterwards.
    void keepShaper(int port) {
        keptPort = -1;
        kept = shaper(port);
        keptPort = port;
    }

    @Override
    public Placement placement(int port) {
        return vSwitch().placement(port);
    }

    @Override
    public TeamState team(int port) {
        return vSwitch().teamState(port, clock.getAsLong());
    }

    @Override
    public @Nullable ShaperState shaper(int port) {
        return port == keptPort ? kept : vSwitch().shaperState(port, true, clock.getAsLong());
    }

    @Override
    public PortState portState(int port) {
        return physical().portState(port, clock.getAsLong());
    }

    @Override
    public PhysicalSwitch.@Nullable Station station(int vid, long mac) {
        return physical().station(vid, mac, clock.getAsLong());
    }
}
