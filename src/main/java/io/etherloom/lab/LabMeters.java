package io.etherloom.lab;

import io.etherloom.frame.FramePool;
import io.etherloom.lab.Blueprint.Rule;
import io.etherloom.lab.LabControl.Meters;
import io.etherloom.vswitch.ShaperState;
import io.etherloom.vswitch.VSwitch;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What metrics read of a lab, made anew for each scrape under the lab's lock; each agent is asked once.
final class LabMeters {
    private final List<Meters.Port> ports = new ArrayList<>();
    private final List<Meters.Seat> seats = new ArrayList<>();
    private final List<Meters.Shaper> shapers = new ArrayList<>();
    private final List<Meters.Uplink> uplinks = new ArrayList<>();
    private final List<Meters.Team> teams = new ArrayList<>();

    private LabMeters() {}

    static Meters of(Converger converger, Agents agents) {
        var meters = new LabMeters();
        var snapshots = new LinkedHashMap<String, VSwitchSnapshot>();
        agents.all().forEach(agent -> snapshots.putAll(agent.commands().call(() -> snapshots(converger, agent))));
        converger.switches().forEach((key, runtime) -> {
            runtime.ports().values().forEach(port -> meters.add(key, port));
            var snapshot = snapshots.get(key);
            if (snapshot != null) {
                meters.add(key, runtime, snapshot);
            }
        });
        return new Meters(meters.ports, meters.seats, meters.shapers, meters.uplinks, meters.teams, agents.all().stream().map(LabMeters::meter).toList());
    }

    /// What is left when the lab is closed.
    static Meters nothing() {
        return new Meters(List.of(), List.of(), List.of(), List.of(), List.of(), List.of());
    }

    private static Map<String, VSwitchSnapshot> snapshots(Converger converger, SwitchAgent agent) {
        var snapshots = new LinkedHashMap<String, VSwitchSnapshot>();
        converger.switches().forEach((key, runtime) -> {
            if (runtime.agent() == agent && runtime.frameSwitch() instanceof VSwitch vSwitch) {
                snapshots.put(key, VSwitchSnapshot.of(vSwitch, agent.nowNanos()));
            }
        });
        return snapshots;
    }

    private void add(String key, PortRuntime port) {
        var device = port.device();
        ports.add(new Meters.Port(key, port.plan().name(), port.counters(), device == null ? () -> 0 : device::deviceQueueDrops));
    }

    private void add(String key, SwitchRuntime runtime, VSwitchSnapshot snapshot) {
        teams.add(new Meters.Team(key, snapshot.failovers()));
        for (var port : runtime.ports().values()) {
            var name = port.plan().name();
            var seat = snapshot.seats().get(port.index());
            if (port.plan().rule() instanceof Rule.Uplink) {
                var uplink = snapshot.uplinks().get(port.index());
                var beacons = snapshot.beacons(port.index());
                boolean isUsable = uplink != null && uplink.isUsable();
                uplinks.add(new Meters.Uplink(key, name, port::isLinkUp, () -> isUsable, beacons != null, beacons != null && beacons.isHeard()));
            } else if (seat != null) {
                seats.add(new Meters.Seat(key, name, PortViews.teamPnic(snapshot, runtime, port), seat.rarpsSent()));
                addShaper(key, name, true, seat.toSwitch());
                addShaper(key, name, false, seat.toPort());
            }
        }
    }

    private void addShaper(String key, String port, boolean isIn, @Nullable ShaperState shaper) {
        if (shaper != null) {
            shapers.add(new Meters.Shaper(
                    key, port, isIn, shaper.tokenOctets(), shaper.queuedFrames(), shaper.passedOctets(), shaper.delayedFrames()));
        }
    }

    private static Meters.AgentMeter meter(SwitchAgent agent) {
        AgentMeters meters = agent.meters();
        FramePool pool = agent.pool();
        return new Meters.AgentMeter(agent.role(), meters::cycles, meters::busyNanos, meters::takeMaxCycleNanos, meters::errors,
                pool.capacity(), pool::free, pool.tailCapacity(), pool::freeTails);
    }
}
