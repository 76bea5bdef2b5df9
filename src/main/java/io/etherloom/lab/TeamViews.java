package io.etherloom.lab;

import io.etherloom.lab.Blueprint.Rule;
import io.etherloom.lab.LabState.Running;
import io.etherloom.lab.view.TeamView;
import io.etherloom.topology.FailoverOrder;
import io.etherloom.topology.FailureDetection;
import io.etherloom.topology.LoadBalancing;
import io.etherloom.topology.TeamingPolicy;
import io.etherloom.vswitch.PortSpec;
import io.etherloom.vswitch.TeamState;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Shows teams: which uplinks they have and how these stand, who sits where and why, and what happened last.
record TeamViews(LabState state) {
    /// What makes a team: the effective values, wherever they come from.
    private record Terms(LoadBalancing loadBalancing, FailureDetection failureDetection, boolean notifies, boolean failsBack, FailoverOrder order) {
        static Terms of(TeamingPolicy policy) {
            return new Terms(policy.loadBalancing().value(), policy.failureDetection().value(), policy.notifySwitches().value(),
                    policy.failback().value(), policy.failoverOrder().value());
        }
    }

    List<TeamView> teams() {
        var views = new ArrayList<TeamView>();
        for (var running : state.vSwitches()) {
            var groups = new LinkedHashMap<Terms, List<String>>();
            running.vSwitch().portGroups().values().forEach(group ->
                    groups.computeIfAbsent(Terms.of(group.policy().teaming()), _ -> new ArrayList<>()).add(group.name()));
            var snapshot = running.snapshot(state);
            int number = 1;
            for (var entry : groups.entrySet()) {
                views.add(team(running, snapshot, number++, entry.getKey(), List.copyOf(entry.getValue())));
            }
        }
        return views;
    }

    private static TeamView team(Running running, VSwitchSnapshot snapshot, int number, Terms terms, List<String> labels) {
        var ports = running.runtime().ports().values().stream()
                .filter(port -> port.plan().rule() instanceof Rule.Access access && labels.contains(access.portGroup()))
                .filter(port -> snapshot.seats().containsKey(port.index()))
                .toList();
        var states = statesByVlan(snapshot, ports);
        var uplinks = new ArrayList<TeamView.Uplink>();
        terms.order().active().forEach(name -> uplinks.add(uplink(running, snapshot, states, name, "active")));
        terms.order().standby().forEach(name -> uplinks.add(uplink(running, snapshot, states, name, "standby")));
        terms.order().unused().forEach(name -> uplinks.add(uplink(running, snapshot, states, name, "unused")));
        var reasons = new SeatReasons(running.runtime(), snapshot);
        var seats = ports.stream().map(port -> new TeamView.Seat(
                running.runtime().portId(port), port.plan().name(), ((Rule.Access) port.plan().rule()).portGroup(),
                PortViews.teamPnic(snapshot, running.runtime(), port), reasons.of(port))).toList();
        return new TeamView(
                running.host().name(), running.vSwitch().name(), number, labels, terms.loadBalancing().toString(),
                terms.failureDetection().toString(), terms.notifies(), terms.failsBack(),
                states.values().stream().anyMatch(TeamState::isInDoubt), lastChange(running.runtime(), states), uplinks, seats);
    }

    private static Map<Integer, TeamState> statesByVlan(VSwitchSnapshot snapshot, List<PortRuntime> ports) {
        var states = new TreeMap<Integer, TeamState>();
        for (var port : ports) {
            var seat = snapshot.seats().get(port.index());
            states.put(seat.spec().vlan(), snapshot.state(seat));
        }
        return states;
    }

    private static TeamView.Uplink uplink(
            Running running, VSwitchSnapshot snapshot, Map<Integer, TeamState> states, String name, String role) {
        var port = running.runtime().ports().get(name);
        if (port == null) {
            return new TeamView.Uplink(name, role, "down", null);
        }
        var vlansByState = new LinkedHashMap<String, List<Integer>>();
        long heardNanosAgo = -1;
        for (var entry : states.entrySet()) {
            for (var member : entry.getValue().members()) {
                if (member.uplink() == port.index()) {
                    vlansByState.computeIfAbsent(words(member.standing()), _ -> new ArrayList<>()).add(entry.getKey());
                    heardNanosAgo = VSwitchSnapshot.sooner(heardNanosAgo, member.hasHeardNanosAgo());
                }
            }
        }
        var text = vlansByState.isEmpty() ? unasked(snapshot.uplinks().get(port.index()), role) : byVlan(vlansByState);
        return new TeamView.Uplink(name, role, text, PortViews.millis(heardNanosAgo));
    }

    /// How an uplink stands that no port's team has an opinion about.
    private static String unasked(VSwitchSnapshot.@Nullable Uplink uplink, String role) {
        if (uplink == null || !uplink.isLinkUp()) {
            return "down";
        }
        return role.equals("unused") ? role : uplink.isUsable() ? "ready" : "waiting";
    }

    private static String byVlan(Map<String, List<Integer>> vlansByState) {
        if (vlansByState.size() == 1) {
            return vlansByState.keySet().iterator().next();
        }
        return vlansByState.entrySet().stream()
                .map(it -> it.getKey() + " in VLAN " + it.getValue().stream().map(TeamViews::vlan).collect(Collectors.joining(",")))
                .collect(Collectors.joining("; "));
    }

    private static String vlan(int vlan) {
        return vlan == PortSpec.VLAN_TRUNK ? "all" : Integer.toString(vlan);
    }

    static String words(TeamState.Standing standing) {
        return switch (standing) {
            case IN_USE -> "in use";
            case READY -> "ready";
            case DOWN -> "down";
            case WAITING -> "waiting";
            case NO_BEACONS -> "no beacons";
            case RESTING -> "resting";
        };
    }

    private static TeamView.@Nullable Change lastChange(SwitchRuntime runtime, Map<Integer, TeamState> states) {
        TeamState.Change last = null;
        for (var state : new LinkedHashSet<>(states.values())) {
            var change = state.lastChange();
            if (change != null && (last == null || change.agoNanos() < last.agoNanos())) {
                last = change;
            }
        }
        if (last == null) {
            return null;
        }
        var cause = switch (last.cause()) {
            case LINK_DOWN -> "link down";
            case BEACONS_LOST -> "beacons lost";
            case FAILBACK -> "failback";
            case RECONFIGURED -> "reconfigured";
        };
        return new TeamView.Change(last.agoNanos() / 1_000_000, PortViews.name(runtime, last.from()), PortViews.name(runtime, last.to()), cause,
                last.outageNanos() < 0 ? null : last.outageNanos() / 1_000);
    }
}
