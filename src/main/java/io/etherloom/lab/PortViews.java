package io.etherloom.lab;

import io.etherloom.frame.DropReason;
import io.etherloom.frame.PortCounters;
import io.etherloom.lab.Blueprint.Rule;
import io.etherloom.lab.LabState.Running;
import io.etherloom.lab.view.PortView;
import io.etherloom.lab.view.UplinkView;
import io.etherloom.topology.Host;
import io.etherloom.topology.Pnic;
import io.etherloom.vswitch.Placement;
import io.etherloom.vswitch.PortSpec;
import io.etherloom.wire.MacAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Shows the ports of vSwitches with their counters, and the pNICs among them.
record PortViews(LabState state) {
    private static final long NANOS_PER_MILLI = 1_000_000;

    List<PortView> ports() {
        var views = new ArrayList<PortView>();
        for (var running : state.vSwitches()) {
            var snapshot = running.snapshot(state);
            views.add(management(running));
            running.runtime().ports().values().forEach(port -> views.add(port(running, snapshot, port)));
        }
        return views;
    }

    private static PortView management(Running running) {
        return new PortView(running.host().name(), running.vSwitch().name(), running.runtime().portId(1), "Management", "n/a", LabState.NONE, 0,
                LabState.NONE, "up", 0, 0, 0, 0, 0, Map.of());
    }

    private static PortView port(Running running, VSwitchSnapshot snapshot, PortRuntime port) {
        var runtime = running.runtime();
        var counters = port.counters();
        var drops = drops(port);
        long dropped = drops.values().stream().mapToLong(Long::longValue).sum();
        boolean isUplink = port.plan().rule() instanceof Rule.Uplink;
        var access = port.plan().rule() instanceof Rule.Access it ? it : null;
        return new PortView(
                running.host().name(), running.vSwitch().name(), runtime.portId(port), port.plan().name(),
                isUplink ? LabState.NONE : teamPnic(snapshot, runtime, port),
                access == null ? LabState.NONE : access.portGroup(),
                access == null ? PortSpec.VLAN_TRUNK : access.vlan(),
                mac(running.host(), snapshot, port),
                link(port), counters.inFrames(), counters.inOctets(), counters.outFrames(), counters.outOctets(), dropped, drops);
    }

    private static String mac(Host host, VSwitchSnapshot snapshot, PortRuntime port) {
        var seat = snapshot.seats().get(port.index());
        var pnic = host.pnics().get(port.plan().name());
        return seat != null ? MacAddress.format(seat.spec().effectiveMac()) : pnic != null ? MacAddress.format(pnic.mac()) : LabState.NONE;
    }

    /// The uplink by which a port sends, as esxtop names it (spec 8.8).
    static String teamPnic(VSwitchSnapshot snapshot, SwitchRuntime runtime, PortRuntime port) {
        var seat = snapshot.seats().get(port.index());
        if (seat == null || seat.placement().uplink() == Placement.NONE) {
            return "void";
        }
        return seat.placement().uplink() == Placement.ALL
                ? "all(" + snapshot.carriers(seat).size() + ")"
                : name(runtime, seat.placement().uplink());
    }

    /// Name of the port with this index.
    static String name(SwitchRuntime runtime, int index) {
        var port = runtime.portAt(index);
        return port == null ? LabState.NONE : port.plan().name();
    }

    static String link(PortRuntime port) {
        return port.isLinkUp() ? "up" : "down";
    }

    /// Frames that ended at a port, by reason; only reasons that happened.
    static Map<String, Long> drops(PortRuntime port) {
        var drops = drops(port.counters());
        var device = port.device();
        long inKernel = device == null ? 0 : device.deviceQueueDrops();
        if (inKernel > 0) {
            drops.merge(DropReason.DEVICE_QUEUE.label(), inKernel, Long::sum);
        }
        return drops;
    }

    private static Map<String, Long> drops(PortCounters counters) {
        var drops = new LinkedHashMap<String, Long>();
        for (var reason : DropReason.values()) {
            if (counters.drops(reason) > 0) {
                drops.put(reason.label(), counters.drops(reason));
            }
        }
        return drops;
    }

    List<UplinkView> uplinks() {
        var views = new ArrayList<UplinkView>();
        var running = state.vSwitches();
        for (var host : state.topology().hosts().values()) {
            for (var pnic : host.pnics().values()) {
                var owner = running.stream()
                        .filter(it -> it.host().name().equals(host.name()) && it.runtime().ports().containsKey(pnic.name()))
                        .findFirst().orElse(null);
                views.add(owner == null
                        ? idle(host, pnic)
                        : uplink(owner, pnic, owner.snapshot(state)));
            }
        }
        return views;
    }

    private UplinkView idle(Host host, Pnic pnic) {
        return new UplinkView(host.name(), pnic.name(), LabState.NONE, kind(pnic), peer(pnic), MacAddress.format(pnic.mac()), "down", "down",
                0, 0, 0, 0, 0, 0, false, null, isPulled(host, pnic));
    }

    private boolean isPulled(Host host, Pnic pnic) {
        return state.overrides().isPulled(host.name(), pnic.name());
    }

    private UplinkView uplink(Running owner, Pnic pnic, VSwitchSnapshot snapshot) {
        var port = owner.runtime().ports().get(pnic.name());
        int senders = (int) snapshot.seats().values().stream().filter(seat -> snapshot.carriers(seat).contains(port.index())).count();
        var beacons = snapshot.beacons(port.index());
        var counters = port.counters();
        return new UplinkView(
                owner.host().name(), pnic.name(), owner.vSwitch().name(), kind(pnic), peer(pnic), MacAddress.format(pnic.mac()), link(port),
                state(snapshot.uplinks().get(port.index()), beacons), senders,
                counters.inFrames(), counters.inOctets(), counters.outFrames(), counters.outOctets(),
                drops(port).values().stream().mapToLong(Long::longValue).sum(),
                beacons != null, beacons == null ? null : millis(beacons.heardNanosAgo()), isPulled(owner.host(), pnic));
    }

    private static String kind(Pnic pnic) {
        return pnic instanceof Pnic.Tap ? "tap" : "cable";
    }

    private static String peer(Pnic pnic) {
        return switch (pnic) {
            case Pnic.Tap tap -> tap.tap();
            case Pnic.Cabled cabled -> cabled.link().toString();
        };
    }

    private static String state(VSwitchSnapshot.@Nullable Uplink uplink, VSwitchSnapshot.@Nullable Beacons beacons) {
        if (uplink == null) {
            return "down";
        }
        var state = uplink.isUsable() ? "usable" : uplink.isLinkUp() ? "waiting" : "down";
        if (uplink.isUsable() && beacons != null && !beacons.isHeard()) {
            state = beacons.isMissed() ? "no beacons" : "in doubt";
        }
        return uplink.isUnstable() ? state + ", unstable" : state;
    }

    /// Null for never.
    static @Nullable Long millis(long agoNanos) {
        return agoNanos < 0 ? null : agoNanos / NANOS_PER_MILLI;
    }
}
