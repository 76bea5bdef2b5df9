package io.etherloom.lab;

import io.etherloom.fabric.PhysicalSwitch;
import io.etherloom.fabric.PortState;
import io.etherloom.frame.FrameSwitch;
import io.etherloom.vswitch.Placement;
import io.etherloom.vswitch.ShaperState;
import io.etherloom.vswitch.TeamState;
import io.etherloom.vswitch.VSwitch;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// How what changes by itself stands in one switch: teams, links, shapers, port states, what was learned. Asked when a sentence needs it.
final class Standings {
    /// Has a question answered where the switch may be asked.
    interface Asker {
        <T> T ask(Supplier<T> question);
    }

    private final FrameSwitch frameSwitch;
    private final Asker asker;
    private final LongSupplier clock;
    private @Nullable ShaperState kept;
    private int keptPort = -1;

    /// @param clock the time for which to answer
    Standings(FrameSwitch frameSwitch, Asker asker, LongSupplier clock) {
        this.frameSwitch = frameSwitch;
        this.asker = asker;
        this.clock = clock;
    }

    /// Of a switch that belongs to the thread that asks.
    static Standings of(FrameSwitch own, LongSupplier clock) {
        return new Standings(own, new Asker() {
            @Override
            public <T> T ask(Supplier<T> question) {
                return question.get();
            }
        }, clock);
    }

    private VSwitch vSwitch() {
        return (VSwitch) frameSwitch;
    }

    private PhysicalSwitch physical() {
        return (PhysicalSwitch) frameSwitch;
    }

    /// By which uplink a port sends, and why.
    Placement placement(int port) {
        return asker.ask(() -> vSwitch().placement(port));
    }

    TeamState team(int port) {
        return asker.ask(() -> vSwitch().teamState(port, clock.getAsLong()));
    }

    /// Keeps how the shaper of a port stands now, whatever a frame takes from it afterwards.
    void keepShaper(int port) {
        kept = shaper(port);
        keptPort = port;
    }

    /// Of what the guest of a port sends; null without one.
    @Nullable ShaperState shaper(int port) {
        return port == keptPort ? kept : asker.<@Nullable ShaperState>ask(() -> vSwitch().shaperState(port, true, clock.getAsLong()));
    }

    PortState portState(int port) {
        return asker.ask(() -> physical().portState(port, clock.getAsLong()));
    }

    /// Where a physical switch has heard an address, null when it does not know.
    PhysicalSwitch.@Nullable Station station(int vid, long mac) {
        return asker.<PhysicalSwitch.@Nullable Station>ask(() -> physical().station(vid, mac, clock.getAsLong()));
    }
}
