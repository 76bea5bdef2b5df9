package io.etherloom.lab;

import io.etherloom.frame.DropReason;
import io.etherloom.lab.Blueprint.Rule;
import io.etherloom.lab.LabState.Running;
import io.etherloom.lab.view.PortGroupView;
import io.etherloom.lab.view.PortGroupView.PolicyValue;
import io.etherloom.lab.view.SecurityView;
import io.etherloom.lab.view.ShaperView;
import io.etherloom.topology.Origin;
import io.etherloom.topology.PortGroup;
import io.etherloom.topology.Setting;
import io.etherloom.vswitch.PortSpec;
import io.etherloom.vswitch.ShaperState;
import io.etherloom.wire.MacAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Shows the policies of port groups and what comes of them at each port: security and shaping. For teaming see [TeamViews].
record PolicyViews(LabState state) {
    /// How a frame is refused because of what its sender or receiver asked for.
    private static final List<DropReason> REFUSALS =
            List.of(DropReason.FORGED_TRANSMIT, DropReason.MAC_CHANGE_REJECTED, DropReason.BPDU_FILTERED);

    List<PortGroupView> portGroups() {
        var views = new ArrayList<PortGroupView>();
        for (var running : state.vSwitches()) {
            running.vSwitch().portGroups().values().forEach(group -> views.add(portGroup(running, group)));
        }
        return views;
    }

    private PortGroupView portGroup(Running running, PortGroup group) {
        long active = running.runtime().ports().values().stream()
                .filter(port -> port.plan().rule() instanceof Rule.Access access && access.portGroup().equals(group.name()))
                .count();
        var values = PolicyWords.values(group.policy()).stream().map(value -> shown(running, group.name(), value)).toList();
        return new PortGroupView(running.host().name(), running.vSwitch().name(), group.name(), group.vlan(), tagging(group.vlan()),
                (int) active, values, overrides(running.host().name(), group));
    }

    /// What is set by hand is shown so wherever it holds, so where it was set decides.
    private List<String> overrides(String host, PortGroup group) {
        var byHand = state.overrides().settings().stream()
                .filter(it -> it.kind() == Setting.Kind.PORT_GROUP && it.host().equals(host) && it.name().equals(group.name())
                        && !it.value().equals(Setting.INHERIT))
                .map(it -> PolicyWords.unit(it.path())).toList();
        return PolicyWords.values(group.policy()).stream()
                .filter(it -> it.origin() == Origin.PORT_GROUP || it.origin() == Origin.BY_HAND && byHand.contains(it.unit()))
                .map(PolicyWords.Value::policy).toList();
    }

    private static String tagging(int vlan) {
        return vlan == 0 ? "EST" : vlan == PortSpec.VLAN_TRUNK ? "VGT" : "VST";
    }

    /// What a vSwitch has its port groups inherit.
    List<PolicyValue> policies(Running running) {
        return PolicyWords.values(running.vSwitch().policy()).stream().map(value -> shown(running, "", value)).toList();
    }

    /// With the name of the place that the value was inherited from (spec 1.39).
    private PolicyValue shown(Running running, String group, PolicyWords.Value value) {
        var place = switch (value.origin()) {
            case PROFILE -> "profile " + state.topology().profile().word();
            case VSWITCH -> "vSwitch " + running.host().name() + "/" + running.vSwitch().name();
            case PORT_GROUP -> "port group " + group;
            case BY_HAND -> value.origin().label();
        };
        return new PolicyValue(value.policy(), value.text(), place);
    }

    /// What a view shows of one port of a vNIC or vmk.
    private interface SeatVisitor {
        void visit(Running running, PortRuntime port, PortGroup group, VSwitchSnapshot.Seat seat);
    }

    private void forEachSeat(SeatVisitor visitor) {
        for (var running : state.vSwitches()) {
            var seats = running.snapshot(state).seats();
            for (var port : running.runtime().ports().values()) {
                var seat = seats.get(port.index());
                var group = port.plan().rule() instanceof Rule.Access access ? running.vSwitch().portGroups().get(access.portGroup()) : null;
                if (seat != null && group != null) {
                    visitor.visit(running, port, group, seat);
                }
            }
        }
    }

    List<SecurityView> security() {
        var views = new ArrayList<SecurityView>();
        forEachSeat((running, port, group, seat) -> {
            var vnic = seat.spec().vnic();
            var policies = PolicyWords.security(group.policy()).stream().map(value -> shown(running, group.name(), value)).toList();
            views.add(new SecurityView(
                    running.host().name(), running.vSwitch().name(), running.runtime().portId(port), port.plan().name(), group.name(),
                    MacAddress.format(vnic.initialMac()), MacAddress.format(vnic.mac()), MacAddress.format(seat.spec().effectiveMac()),
                    vnic.asksPromiscuous(), seat.isPromiscuous(), policies, refused(port)));
        });
        return views;
    }

    private static Map<String, Long> refused(PortRuntime port) {
        var refused = new LinkedHashMap<String, Long>();
        REFUSALS.forEach(reason -> refused.put(reason.label(), port.counters().drops(reason)));
        return refused;
    }

    List<ShaperView> shapers() {
        var views = new ArrayList<ShaperView>();
        forEachSeat((running, port, group, seat) -> {
            addShaper(views, running, port, group, "vm -> switch", seat.toSwitch());
            addShaper(views, running, port, group, "switch -> vm", seat.toPort());
        });
        return views;
    }

    private static void addShaper(
            List<ShaperView> views, Running running, PortRuntime port, PortGroup group, String direction, @Nullable ShaperState shaper) {
        if (shaper != null) {
            var spec = shaper.spec();
            views.add(new ShaperView(
                    running.host().name(), running.vSwitch().name(), running.runtime().portId(port), port.plan().name(), group.name(),
                    direction, spec.averageBitsPerSecond(), spec.peakBitsPerSecond(), spec.burstOctets(), shaper.tokenOctets(),
                    shaper.queuedFrames(), shaper.queueLimit(), shaper.passedOctets(), shaper.delayedFrames(), shaper.droppedFrames()));
        }
    }
}
