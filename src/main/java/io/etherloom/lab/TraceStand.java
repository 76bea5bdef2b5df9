package io.etherloom.lab;

import io.etherloom.frame.DropReason;
import io.etherloom.lab.Blueprint.Rule;
import io.etherloom.trace.Rehearsal;
import io.etherloom.trace.Step;
import io.etherloom.vswitch.SwitchSpec;
import io.etherloom.vswitch.VSwitch;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One switch in a trace: its twin, and the words for what that does. Under the lab's lock.
final class TraceStand implements AutoCloseable {
    private final Rehearsal rehearsal;
    private final Map<Integer, PortPlace> places;
    private final TwinStandings standings;
    private final SwitchWords words;
    private long nowNanos;

    TraceStand(LabState state, SwitchRuntime runtime) {
        places = PortPlace.of(runtime, state.converger().current());
        rehearsal = new Rehearsal(runtime.ports().values().stream().map(TraceStand::port).toList());
        try {
            var agent = runtime.agent();
            agent.commands().run(() -> rehearsal.stand(runtime.frameSwitch()));
            nowNanos = agent.nowNanos();
            standings = new TwinStandings(rehearsal.twin(), () -> nowNanos);
            SwitchSpec spec = rehearsal.twin() instanceof VSwitch vSwitch ? vSwitch.tables().spec() : null;
            words = Words.of(state.topology(), state.overrides(), runtime, spec, places, standings);
        } catch (RuntimeException fault) {
            rehearsal.close();
            throw fault;
        }
    }

    private static Rehearsal.Port port(PortRuntime port) {
        return new Rehearsal.Port(port.index(), port.plan().rule() instanceof Rule.Access, port.plan().queueLimit(), refusal(port));
    }

    /// What its device would say to a frame.
    private static @Nullable DropReason refusal(PortRuntime port) {
        if (port.attachment() == null) {
            return DropReason.PORT_DISABLED;
        }
        return port.isLinkUp() ? null : DropReason.LINK_DOWN;
    }

    SwitchWords words() {
        return words;
    }

    PortPlace place(int port) {
        var place = places.get(port);
        if (place == null) {
            throw new IllegalStateException("no port " + port + " in " + places.keySet());
        }
        return place;
    }

    List<Step> carry(int port, byte[] wire, long atNanos) {
        nowNanos = atNanos;
        if (rehearsal.twin() instanceof VSwitch) {
            standings.keepShaper(port);
        }
        return rehearsal.carry(port, wire, atNanos);
    }

    @Override
    public void close() {
        rehearsal.close();
    }
}
