package io.etherloom.lab;

import io.etherloom.lab.Blueprint.DevicePlan;
import io.etherloom.lab.Blueprint.PortPlan;
import io.etherloom.lab.Blueprint.Rule;
import io.etherloom.lab.Blueprint.SwitchPlan;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Which agent owns which switch. All vSwitches of a host go to one agent, and each physical switch to one; what exists stays where it is,
/// and what comes goes, in the order of the file, to the agent that has the fewest ports so far. A router's interfaces go with the
/// physical switch that it is plugged into. The same changes in the same order give the same placement. Guarded by the lab's lock.
final class Placement {
    private final int agents;
    private final Map<String, Integer> byOwner = new HashMap<>();

    /// @param agents how many there are
    Placement(int agents) {
        this.agents = agents;
    }

    /// Finds places for what is new in a blueprint. What is not in it keeps its place until [#forget], because a change that fails is taken back
    /// while switches and cables of the one before are still where they were.
    void follow(Blueprint next) {
        var ports = new LinkedHashMap<String, Integer>();
        next.switches().values().forEach(plan -> ports.putIfAbsent(owner(plan), 1));
        next.ports().values().forEach(port -> ports.merge(owner(next, port.switchKey()), 1, Integer::sum));
        var load = new int[agents];
        byOwner.forEach((owner, agent) -> load[agent] += ports.getOrDefault(owner, 0));
        // Hosts first: they carry the frames of VMs, and the physical switches fill up what is left.
        place(next, ports, load, SwitchPlan.Virtual.class);
        place(next, ports, load, SwitchPlan.Physical.class);
        next.switches().values().forEach(plan -> {
            if (plan instanceof SwitchPlan.Splitter splitter) {
                byOwner.putIfAbsent(owner(plan), besideIts(splitter, next));
            }
        });
    }

    /// Forgets what is not in a blueprint that was made whole.
    void forget(Blueprint made) {
        byOwner.keySet().retainAll(made.switches().values().stream().map(Placement::owner).collect(Collectors.toSet()));
    }

    private void place(Blueprint next, Map<String, Integer> ports, int[] load, Class<? extends SwitchPlan> kind) {
        next.switches().values().forEach(plan -> {
            if (kind.isInstance(plan) && !byOwner.containsKey(owner(plan))) {
                int agent = leastOf(load);
                byOwner.put(owner(plan), agent);
                load[agent] += ports.get(owner(plan));
            }
        });
    }

    private static int leastOf(int[] load) {
        int least = 0;
        for (int i = 1; i < load.length; i++) {
            least = load[i] < load[least] ? i : least;
        }
        return least;
    }

    /// The agent of the switch at the other end of the router's cable.
    private int besideIts(SwitchPlan.Splitter splitter, Blueprint next) {
        var cable = next.ports().values().stream()
                .filter(port -> port.switchKey().equals(splitter.name()))
                .map(PortPlan::device).filter(DevicePlan.CableEnd.class::isInstance)
                .map(device -> ((DevicePlan.CableEnd) device).cable())
                .findFirst().orElse("");
        return next.ports().values().stream()
                .filter(port -> port.rule() instanceof Rule.Physical && port.device() instanceof DevicePlan.CableEnd end && end.cable().equals(cable))
                .map(port -> agentOf(next, port.switchKey()))
                .findFirst().orElse(0);
    }

    private static String owner(Blueprint blueprint, String switchKey) {
        return owner(blueprint.switches().get(switchKey));
    }

    /// Names of hosts, physical switches and routers are different.
    private static String owner(@Nullable SwitchPlan plan) {
        return switch (plan) {
            case SwitchPlan.Virtual virtual -> virtual.host();
            case SwitchPlan.Physical physical -> physical.name();
            case SwitchPlan.Splitter splitter -> splitter.name();
            case null -> throw new IllegalArgumentException("a port without switch");
        };
    }

    /// Number of the agent that owns this switch of the blueprint that was followed last.
    int agentOf(Blueprint blueprint, String switchKey) {
        return byOwner.getOrDefault(owner(blueprint, switchKey), 0);
    }
}
