package io.etherloom.lab;

import io.etherloom.event.EventLog;
import io.etherloom.event.EventType;
import io.etherloom.frame.DurationCounts;
import io.etherloom.frame.FramePool;
import io.etherloom.lab.Blueprint.DevicePlan;
import io.etherloom.lab.Blueprint.Rule;
import io.etherloom.lab.Blueprint.SwitchPlan;
import io.etherloom.lab.Meters.Kind;
import io.etherloom.topology.Pnic;
import io.etherloom.topology.Topology;
import io.etherloom.vswitch.PortSpec;
import io.etherloom.vswitch.ShaperState;
import io.etherloom.vswitch.VSwitch;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// What metrics read of a lab, made anew for each scrape. Counters are read where they are; the agents are asked for the rest, some ports at
/// a time, so that none has a long duty cycle for it.
final class LabMeters {
    /// Longer than any change that is not a start takes, shorter than a scrape may.
    static final long PATIENCE_NANOS = 1_000_000_000;

    private final Topology topology;
    private final Converger converger;
    private final long patienceNanos;
    private final Set<SwitchAgent> stuck = new HashSet<>();
    private final List<Meters.Switch> switches = new ArrayList<>();
    private final List<Meters.Port> ports = new ArrayList<>();
    private final List<Meters.Seat> seats = new ArrayList<>();
    private final List<Meters.Shaper> shapers = new ArrayList<>();
    private final List<Meters.Uplink> uplinks = new ArrayList<>();
    private final List<Meters.Team> teams = new ArrayList<>();

    private LabMeters(Topology topology, Converger converger, long patienceNanos) {
        this.topology = topology;
        this.converger = converger;
        this.patienceNanos = patienceNanos;
    }

    /// What is known without the lab's lock and the agents' help.
    ///
    /// @param probed what traffic probes measured
    record Beside(Agents agents, DurationCounts probed, EventLog events, Meters.Captures captures) {
        /// Nothing but this: the lab is closed, or busy for longer than a scrape may wait.
        Meters alone(String lab, String topology) {
            return meters(lab, topology, List.of(), List.of(), List.of(), List.of(), List.of(), List.of());
        }

        private Meters meters(
                String lab, String topology, List<Meters.Switch> switches, List<Meters.Port> ports, List<Meters.Seat> seats, List<Meters.Shaper> shapers,
                List<Meters.Uplink> uplinks, List<Meters.Team> teams) {
            return new Meters(lab, topology, switches, ports, seats, shapers, uplinks, teams, agents.all().stream().map(LabMeters::meter).toList(),
                    probed, counts(events), captures);
        }

        private static Map<EventType, Long> counts(EventLog events) {
            var counts = new EnumMap<EventType, Long>(EventType.class);
            for (var type : EventType.values()) {
                counts.put(type, events.count(type));
            }
            return counts;
        }
    }

    /// Under the lab's lock.
    ///
    /// @param patienceNanos how long to wait for an agent's answer; [#PATIENCE_NANOS]
    static Meters of(Topology topology, Converger converger, Beside beside, long patienceNanos) {
        var meters = new LabMeters(topology, converger, patienceNanos);
        converger.switches().forEach(meters::add);
        return beside.meters(topology.name(), topology.file(), meters.switches, meters.ports, meters.seats, meters.shapers, meters.uplinks, meters.teams);
    }

    private void add(String key, SwitchRuntime runtime) {
        if (!(runtime.plan() instanceof SwitchPlan.Virtual plan)) {
            switches.add(new Meters.Switch(key, "", 0, runtime.drops()));
            runtime.ports().values().forEach(port -> ports.add(port(Kind.FABRIC, key, "", runtime, port)));
            return;
        }
        switches.add(new Meters.Switch(key, plan.host(), plan.mtu(), runtime.drops()));
        runtime.ports().values().forEach(port -> ports.add(port(kind(port), key, plan.host(), runtime, port)));
        var snapshot = snapshot(runtime);
        if (snapshot != null) {
            teams.add(new Meters.Team(key, snapshot.failovers(), ((VSwitch) runtime.frameSwitch()).outages()));
            runtime.ports().values().forEach(port -> add(key, plan.host(), runtime, port, snapshot));
        }
    }

    /// Null when the agent does not answer, which costs one scrape's patience for all its switches.
    private @Nullable VSwitchSnapshot snapshot(SwitchRuntime runtime) {
        var agent = runtime.agent();
        if (stuck.contains(agent)) {
            return null;
        }
        try {
            return VSwitchSnapshot.ask(runtime, question -> patiently(agent, question));
        } catch (StuckException _) {
            stuck.add(agent);
            return null;
        }
    }

    private static final class StuckException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        StuckException(Throwable cause) {
            super(cause);
        }
    }

    private int patiently(SwitchAgent agent, Supplier<Integer> question) {
        try {
            return agent.commands().submit(question).get(patienceNanos, TimeUnit.NANOSECONDS);
        } catch (TimeoutException | ExecutionException e) {
            throw new StuckException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StuckException(e);
        }
    }

    private Kind kind(PortRuntime port) {
        return port.plan().rule() instanceof Rule.Uplink ? Kind.UPLINK : vm(port).isEmpty() ? Kind.VMK : Kind.VNIC;
    }

    /// The VM whose vNIC is plugged in; empty for everything else.
    private String vm(PortRuntime port) {
        var name = switch (port.plan().device()) {
            case DevicePlan.Interface mine -> mine.endpoint();
            case DevicePlan.ExternalTap theirs -> theirs.endpoint();
            case DevicePlan.Memory memory -> memory.endpoint();
            case DevicePlan.Qemu guest -> guest.endpoint();
            default -> "";
        };
        var endpoint = converger.current().endpoints().get(name);
        return endpoint != null && endpoint.role().isVm() ? name : "";
    }

    private Meters.Port port(Kind kind, String key, String host, SwitchRuntime runtime, PortRuntime port) {
        var device = port.device();
        long deviceQueueDrops = device == null ? 0 : device.deviceQueueDrops();
        var access = port.plan().rule() instanceof Rule.Access it ? it : null;
        return new Meters.Port(kind, key, port.plan().name(), host, runtime.portId(port), access == null ? "" : access.portGroup(),
                access == null ? "" : vm(port), access == null ? "" : vlan(access.vlan()), port.isLinkUp(), port.counters(), deviceQueueDrops);
    }

    private static String vlan(int vlan) {
        return vlan == PortSpec.VLAN_TRUNK ? "trunk" : Integer.toString(vlan);
    }

    private void add(String key, String host, SwitchRuntime runtime, PortRuntime port, VSwitchSnapshot snapshot) {
        var name = port.plan().name();
        var seat = snapshot.seats().get(port.index());
        if (port.plan().rule() instanceof Rule.Uplink) {
            uplinks.add(uplink(key, host, port, snapshot));
        } else if (seat != null) {
            seats.add(new Meters.Seat(key, name, PortViews.teamPnic(snapshot, runtime, port), seat.rarpsSent()));
            addShaper(key, name, true, seat.toSwitch());
            addShaper(key, name, false, seat.toPort());
        }
    }

    private Meters.Uplink uplink(String key, String host, PortRuntime port, VSwitchSnapshot snapshot) {
        var uplink = snapshot.uplinks().get(port.index());
        var beacons = snapshot.beacons(port.index());
        var owner = topology.hosts().get(host);
        var pnic = owner == null ? null : owner.pnics().get(port.plan().name());
        return new Meters.Uplink(key, port.plan().name(), host, peer(pnic), pnic == null ? 0 : pnic.bitsPerSecond(), port.isLinkUp(),
                uplink != null && uplink.isUsable(), beacons != null, beacons != null && beacons.isHeard());
    }

    private static String peer(@Nullable Pnic pnic) {
        return switch (pnic) {
            case Pnic.Cabled cabled -> cabled.link().toString();
            case Pnic.Tap tap -> tap.tap();
            case null -> "";
        };
    }

    private void addShaper(String key, String port, boolean isIn, @Nullable ShaperState shaper) {
        if (shaper != null) {
            shapers.add(new Meters.Shaper(key, port, isIn, shaper.spec().averageBitsPerSecond(), shaper.tokenOctets(), shaper.queuedFrames(),
                    shaper.passedOctets(), shaper.delayedFrames()));
        }
    }

    private static Meters.AgentMeter meter(SwitchAgent agent) {
        AgentMeters meters = agent.meters();
        FramePool pool = agent.pool();
        return new Meters.AgentMeter(agent.role(), meters.cycles(), meters.takeMaxCycleNanos(), Math.max(0, agent.nowNanos() - meters.begunNanos()),
                meters.errors(), pool.capacity(), pool.free(), pool.tailCapacity(), pool.freeTails());
    }
}
