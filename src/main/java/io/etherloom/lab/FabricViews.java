package io.etherloom.lab;

import io.etherloom.fabric.PortState;
import io.etherloom.lab.Blueprint.DevicePlan;
import io.etherloom.lab.Blueprint.SwitchPlan;
import io.etherloom.lab.view.FabricView;
import io.etherloom.lab.view.FdbView;
import io.etherloom.topology.PhysicalPort;
import io.etherloom.topology.PhysicalSwitch;
import io.etherloom.vswitch.PortSpec;
import io.etherloom.wire.MacAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Shows the physical network, and by what addresses all switches forward.
record FabricViews(LabState state) {
    List<FdbView> fdb() {
        var views = new ArrayList<FdbView>();
        state.converger().switches().forEach((key, runtime) -> {
            switch (runtime.plan()) {
                case SwitchPlan.Virtual _ -> views.addAll(addresses(key, runtime));
                case SwitchPlan.Physical _ -> views.addAll(stations(key, runtime));
                case SwitchPlan.Splitter _ -> { }
            }
        });
        return views;
    }

    /// What a vSwitch knows of its own ports: their effective addresses (spec 2.1, 5.6).
    private List<FdbView> addresses(String key, SwitchRuntime runtime) {
        var seats = VSwitchSnapshot.ask(runtime).seats();
        var found = new ArrayList<FdbView>();
        for (var port : runtime.ports().values()) {
            var seat = seats.get(port.index());
            if (seat != null) {
                var vlan = seat.spec().vlan() == PortSpec.VLAN_TRUNK ? "all" : Integer.toString(seat.spec().vlan());
                found.add(new FdbView(key, vlan, MacAddress.format(seat.spec().effectiveMac()), port.plan().name(), "static", 0));
            }
        }
        return found;
    }

    private List<FdbView> stations(String key, SwitchRuntime runtime) {
        return runtime.agent().commands().call(() -> {
            var found = new ArrayList<FdbView>();
            ((io.etherloom.fabric.PhysicalSwitch) runtime.frameSwitch()).stations(runtime.agent().nowNanos(), (vid, mac, index, ageNanos) -> {
                var port = runtime.portAt(index);
                found.add(new FdbView(key, Integer.toString(vid), MacAddress.format(mac), port == null ? LabState.NONE : port.plan().name(),
                        "learned", ageNanos / 1_000_000_000L));
            });
            return found;
        });
    }

    List<FabricView> fabric() {
        var views = new ArrayList<FabricView>();
        for (var physical : state.topology().fabric().switches().values()) {
            var runtime = state.converger().switches().get(physical.name());
            var states = runtime == null ? Map.<String, PortState>of() : portStates(runtime);
            for (var port : physical.ports().values()) {
                views.add(fabricPort(physical, port, runtime == null ? null : runtime.ports().get(port.name()), states.get(port.name())));
            }
        }
        return views;
    }

    private Map<String, PortState> portStates(SwitchRuntime runtime) {
        return runtime.agent().commands().call(() -> {
            var states = new HashMap<String, PortState>();
            var physical = (io.etherloom.fabric.PhysicalSwitch) runtime.frameSwitch();
            long nowNanos = runtime.agent().nowNanos();
            runtime.ports().values().forEach(port -> states.put(port.plan().name(), physical.portState(port.index(), nowNanos)));
            return states;
        });
    }

    private FabricView fabricPort(PhysicalSwitch owner, PhysicalPort port, @Nullable PortRuntime runtime, @Nullable PortState now) {
        var vlans = switch (port) {
            case PhysicalPort.Access access -> Integer.toString(access.vlan());
            case PhysicalPort.Trunk trunk -> trunk.vlans().toString();
        };
        var mode = port instanceof PhysicalPort.Access ? "access" : "trunk";
        var untagged = port instanceof PhysicalPort.Trunk trunk && trunk.nativeVlan() != 0 ? Integer.toString(trunk.nativeVlan()) : LabState.NONE;
        var channel = owner.etherChannelOf(port.name()).isEmpty() ? LabState.NONE : owner.etherChannelOf(port.name());
        if (runtime == null || now == null) {
            return new FabricView(owner.name(), port.name(), mode, vlans, untagged, "down", LabState.NONE, 0, 0, 0, "down", channel, Map.of());
        }
        var counters = runtime.counters();
        var drops = PortViews.drops(runtime);
        return new FabricView(owner.name(), port.name(), mode, vlans, untagged, PortViews.link(runtime), peer(runtime),
                counters.inFrames(), counters.outFrames(), drops.values().stream().mapToLong(Long::longValue).sum(), words(now), channel, drops);
    }

    private static String words(PortState now) {
        return now.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private String peer(PortRuntime port) {
        return switch (port.plan().device()) {
            case DevicePlan.Interface it -> it.endpoint();
            case DevicePlan.ExternalTap it -> it.endpoint();
            case DevicePlan.Memory it -> it.endpoint();
            case DevicePlan.Qemu it -> it.endpoint();
            case DevicePlan.HostTap tap -> tap.name();
            case DevicePlan.CableEnd end -> {
                var cable = state.converger().current().cables().get(end.cable());
                yield cable == null ? LabState.NONE : end.isFirst() ? cable.second() : cable.first();
            }
        };
    }
}
