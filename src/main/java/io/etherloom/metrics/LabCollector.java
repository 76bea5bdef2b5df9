package io.etherloom.metrics;

import io.etherloom.frame.DropReason;
import io.etherloom.frame.PortCounters.Cast;
import io.etherloom.lab.LabControl.Meters;
import io.etherloom.lab.LabControl.Meters.AgentMeter;
import io.etherloom.lab.LabControl.Meters.Port;
import io.etherloom.lab.LabControl.Meters.Uplink;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.prometheus.metrics.model.snapshots.SummarySnapshot;
import io.prometheus.metrics.model.snapshots.SummarySnapshot.SummaryDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Unit;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;

/// Turns the meters of a lab into metric families at the moment of a scrape. It keeps nothing between scrapes, so a port that is gone is
/// gone from the next one; a registered meter for each port would have to be taken out again by hand.
///
/// "In" is from the connected entity into the switch and "out" the other way, as RFC 2863 counts for the switch's interface; what a VM
/// transmits is therefore `direction="in"` (spec 1.14, 8.21). A series appears when it has counted something for the first time in the
/// case of drops, at once otherwise.
final class LabCollector implements MultiCollector {
    private static final double NANOS_PER_SECOND = 1e9;

    private final Supplier<Meters> meters;

    LabCollector(Supplier<Meters> meters) {
        this.meters = meters;
    }

    @Override
    public MetricSnapshots collect() {
        var now = meters.get();
        return MetricSnapshots.of(
            frames(now.ports()), octets(now.ports()), drops(now.ports()), watched(now.ports()),
            uplinkUp(now.uplinks()), uplinkUsable(now.uplinks()), uplinkHeard(now.uplinks()),
            TeamFamilies.teamUplink(now.seats()), TeamFamilies.rarps(now.seats()), TeamFamilies.failovers(now.teams()),
            ShaperFamilies.tokens(now.shapers()), ShaperFamilies.queue(now.shapers()), ShaperFamilies.passed(now.shapers()),
            ShaperFamilies.delayed(now.shapers()),
            cycleTime(now.agents()), cycleTimeMax(now.agents()), errors(now.agents()),
            poolCapacity(now.agents()), poolFree(now.agents()));
    }

    private static CounterSnapshot frames(List<Port> ports) {
        var family = CounterSnapshot.builder().name("vswitch_port_frames")
            .help("Frames on the wire that passed a port; in is from the connected entity into the switch.");
        for (var port : ports) {
            for (var cast : Cast.values()) {
                family.dataPoint(count(traffic(port, "in", cast), port.counters().inFrames(cast)));
                family.dataPoint(count(traffic(port, "out", cast), port.counters().outFrames(cast)));
            }
        }
        return family.build();
    }

    private static CounterSnapshot octets(List<Port> ports) {
        var family = CounterSnapshot.builder().name("vswitch_port_octets")
            .help("Octets of these frames, with an 802.1Q tag and without the frame check sequence.");
        for (var port : ports) {
            for (var cast : Cast.values()) {
                family.dataPoint(count(traffic(port, "in", cast), port.counters().inOctets(cast)));
                family.dataPoint(count(traffic(port, "out", cast), port.counters().outOctets(cast)));
            }
        }
        return family.build();
    }

    /// Spec 5.2: what promiscuous mode costs, apart from what ports are sent for themselves.
    private static CounterSnapshot watched(List<Port> ports) {
        var family = CounterSnapshot.builder().name("vswitch_port_promiscuous_copies")
            .help("Unicast frames for others that a port was given a copy of because it is promiscuous.");
        for (var port : ports) {
            long copies = port.counters().watchedFrames();
            if (copies > 0) {
                family.dataPoint(count(Labels.of("vswitch", port.vSwitch(), "port", port.port()), copies));
            }
        }
        return family.build();
    }

    private static CounterSnapshot drops(List<Port> ports) {
        var family = CounterSnapshot.builder().name("vswitch_port_drops")
            .help("Frames that ended at a port instead of at a device, by reason; device_queue are those that the kernel dropped before"
                + " the switch could read them.");
        for (var port : ports) {
            long deviceQueue = port.deviceQueueDrops().getAsLong();
            for (int ordinal = 0; ordinal < DropReason.COUNT; ordinal++) {
                var reason = DropReason.of(ordinal);
                long dropped = port.counters().drops(reason) + (reason == DropReason.DEVICE_QUEUE ? deviceQueue : 0);
                if (dropped > 0) {
                    family.dataPoint(count(
                        Labels.of("vswitch", port.vSwitch(), "port", port.port(), "reason", reason.label()), dropped));
                }
            }
        }
        return family.build();
    }

    private static GaugeSnapshot uplinkUp(List<Uplink> uplinks) {
        var family = GaugeSnapshot.builder().name("vswitch_uplink_up").help("1 while the uplink has link, else 0.");
        for (var uplink : uplinks) {
            family.dataPoint(gauge(uplinkLabels(uplink), uplink.isUp().getAsBoolean() ? 1 : 0));
        }
        return family.build();
    }

    private static GaugeSnapshot uplinkUsable(List<Uplink> uplinks) {
        var family = GaugeSnapshot.builder().name("vswitch_uplink_usable")
            .help("1 while teaming may send by the uplink, else 0; an uplink with link again waits for Net.TeamPolicyUpDelay first.");
        for (var uplink : uplinks) {
            family.dataPoint(gauge(uplinkLabels(uplink), uplink.isUsable().getAsBoolean() ? 1 : 0));
        }
        return family.build();
    }

    private static GaugeSnapshot uplinkHeard(List<Uplink> uplinks) {
        var family = GaugeSnapshot.builder().name("vswitch_uplink_beacon_heard")
            .help("1 while beacons of its peers arrive at an uplink, 0 after three in a row were missed or while its team is in"
                + " doubt; only where a team probes.");
        for (var uplink : uplinks) {
            if (uplink.isProbed()) {
                family.dataPoint(gauge(uplinkLabels(uplink), uplink.isHeard() ? 1 : 0));
            }
        }
        return family.build();
    }

    private static SummarySnapshot cycleTime(List<AgentMeter> agents) {
        var family = SummarySnapshot.builder().name("agent_cycle_time_seconds").unit(Unit.SECONDS)
            .help("Duty cycles of an agent that did work, and the time spent in them.");
        for (var agent : agents) {
            family.dataPoint(SummaryDataPointSnapshot.builder().labels(Labels.of("agent", agent.name()))
                .count(agent.cycles().getAsLong()).sum(agent.busyNanos().getAsLong() / NANOS_PER_SECOND).build());
        }
        return family.build();
    }

    private static GaugeSnapshot cycleTimeMax(List<AgentMeter> agents) {
        var family = GaugeSnapshot.builder().name("agent_cycle_time_max_seconds").unit(Unit.SECONDS)
            .help("The longest duty cycle of an agent since the scrape before.");
        for (var agent : agents) {
            family.dataPoint(gauge(Labels.of("agent", agent.name()), agent.maxCycleNanos().getAsLong() / NANOS_PER_SECOND));
        }
        return family.build();
    }

    private static CounterSnapshot errors(List<AgentMeter> agents) {
        var family = CounterSnapshot.builder().name("agent_errors").help("Faults that reached an agent's error handler: bugs.");
        for (var agent : agents) {
            family.dataPoint(count(Labels.of("agent", agent.name()), agent.errors().getAsLong()));
        }
        return family.build();
    }

    private static GaugeSnapshot poolCapacity(List<AgentMeter> agents) {
        return pools("frame_pool_capacity", "Buffers of an agent's frame pool: heads, and tails for what is longer than a head.", agents,
            AgentMeter::poolCapacity, AgentMeter::tailCapacity);
    }

    private static GaugeSnapshot poolFree(List<AgentMeter> agents) {
        return pools("frame_pool_free", "Buffers of an agent's frame pool that no frame holds now.", agents,
            agent -> agent.poolFree().getAsInt(), agent -> agent.tailFree().getAsInt());
    }

    private static GaugeSnapshot pools(
            String name, String help, List<AgentMeter> agents, ToLongFunction<AgentMeter> heads, ToLongFunction<AgentMeter> tails) {
        var family = GaugeSnapshot.builder().name(name).help(help);
        for (var agent : agents) {
            family.dataPoint(gauge(Labels.of("agent", agent.name(), "pool", "head"), heads.applyAsLong(agent)));
            family.dataPoint(gauge(Labels.of("agent", agent.name(), "pool", "tail"), tails.applyAsLong(agent)));
        }
        return family.build();
    }

    private static Labels traffic(Port port, String direction, Cast cast) {
        return Labels.of("vswitch", port.vSwitch(), "port", port.port(), "direction", direction,
            "cast", cast.name().toLowerCase(Locale.ROOT));
    }

    private static Labels uplinkLabels(Uplink uplink) {
        return Labels.of("vswitch", uplink.vSwitch(), "uplink", uplink.name());
    }

    static CounterDataPointSnapshot count(Labels labels, long value) {
        return CounterDataPointSnapshot.builder().labels(labels).value(value).build();
    }

    static GaugeDataPointSnapshot gauge(Labels labels, double value) {
        return GaugeDataPointSnapshot.builder().labels(labels).value(value).build();
    }
}
