package io.etherloom.lab;

import io.etherloom.lab.Blueprint.DevicePlan;
import io.etherloom.lab.Blueprint.PortPlan;
import io.etherloom.lab.Blueprint.Rule;
import io.etherloom.lab.Blueprint.SwitchPlan;
import java.util.HashMap;
import java.util.Map;

/// A port as sentences name it. Immutable.
///
/// @param name      in the lab: `web1.eth0`, `esx1/vmnic0`, `tor1/24`
/// @param peer      what is at the other end: `web1`, `tor1/1`, `TAP up0`
/// @param isPlugged whether a device is in it
/// @param isLinkUp  as the agent was told last
record PortPlace(int index, String name, long portId, PortPlan plan, String peer, boolean isPlugged, boolean isLinkUp) {
    /// All ports of a switch by index; under the lab's lock.
    static Map<Integer, PortPlace> of(SwitchRuntime runtime, Blueprint blueprint) {
        var places = new HashMap<Integer, PortPlace>();
        runtime.ports().values().forEach(port -> places.put(port.index(), of(runtime, port, blueprint)));
        return Map.copyOf(places);
    }

    static PortPlace of(SwitchRuntime runtime, PortRuntime port, Blueprint blueprint) {
        return new PortPlace(port.index(), name(runtime, port), runtime.portId(port), port.plan(), peer(port.plan(), blueprint),
                port.attachment() != null, port.isLinkUp());
    }

    static String name(SwitchRuntime runtime, PortRuntime port) {
        var name = port.plan().name();
        return switch (runtime.plan()) {
            case SwitchPlan.Virtual virtual -> name.contains(".") ? name : virtual.host() + "/" + name;
            case SwitchPlan.Physical physical -> physical.name() + "/" + name;
            case SwitchPlan.Splitter splitter -> splitter.name() + " " + name;
        };
    }

    private static String peer(PortPlan port, Blueprint blueprint) {
        return switch (port.device()) {
            case DevicePlan.Interface it -> it.endpoint();
            case DevicePlan.ExternalTap it -> it.endpoint();
            case DevicePlan.Memory it -> it.endpoint();
            case DevicePlan.Qemu it -> it.endpoint();
            case DevicePlan.HostTap tap -> "TAP " + tap.name();
            case DevicePlan.CableEnd end -> {
                var cable = blueprint.cables().get(end.cable());
                yield cable == null ? end.cable() : end.isFirst() ? cable.second() : cable.first();
            }
        };
    }

    boolean isGuests() {
        return plan.rule() instanceof Rule.Access;
    }
}
