package io.etherloom.lab;

import io.etherloom.discovery.Discoverer;
import io.etherloom.discovery.PortDiscovery;
import io.etherloom.fabric.ChannelHash;
import io.etherloom.fabric.PhysicalSwitch;
import io.etherloom.fabric.PhysicalSwitchSpec;
import io.etherloom.fabric.PhysicalTables;
import io.etherloom.fabric.VlanSplitter;
import io.etherloom.frame.DropReason;
import io.etherloom.frame.FramePool;
import io.etherloom.frame.FrameSwitch;
import io.etherloom.frame.PortSet;
import io.etherloom.lab.Blueprint.PortPlan;
import io.etherloom.lab.Blueprint.Rule;
import io.etherloom.lab.Blueprint.SwitchPlan;
import io.etherloom.topology.EtherChannel;
import io.etherloom.topology.PhysicalPort;
import io.etherloom.vswitch.ForwardingTables;
import io.etherloom.vswitch.PortSpec;
import io.etherloom.vswitch.SwitchSpec;
import io.etherloom.vswitch.Team;
import io.etherloom.vswitch.VSwitch;
import java.util.BitSet;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A switch that exists, with its ports in the order in which they were connected. Kept by the control side, under the lab's lock; only
/// [#publish] runs on the agent thread.
final class SwitchRuntime {
    /// Slot 1 is the internal Management port (spec 1.10).
    private static final int FIRST_SLOT = 2;

    private SwitchPlan plan;
    private final FrameSwitch frameSwitch;
    private final SwitchAgent agent;
    private final SwitchAgent.Member member;
    private final Map<String, PortRuntime> ports = new LinkedHashMap<>();
    private final BitSet indexes = new BitSet();
    /// Of ports that are gone, by reason.
    private final long[] keptDrops = new long[DropReason.COUNT];
    private final int portset;
    private int nextSlot = FIRST_SLOT;
    private @Nullable Object pending;
    private @Nullable Object published;

    /// Made while the agent stands still, since it joins it.
    ///
    /// @param portset upper eight bits of the port ids of a vSwitch (spec 1.10), which stay while it exists
    ///
    /// @param news told of what the switch does, on the agent thread
    SwitchRuntime(SwitchPlan plan, int portset, SwitchAgent agent, SwitchNews news) {
        this.plan = plan;
        this.portset = portset;
        this.agent = agent;
        frameSwitch = make(plan, agent.pool(), news);
        member = agent.add(frameSwitch);
    }

    private static FrameSwitch make(SwitchPlan plan, FramePool pool, SwitchNews news) {
        var ports = new PortSet(pool);
        return switch (plan) {
            case SwitchPlan.Virtual _ -> new VSwitch(ports, news);
            case SwitchPlan.Physical _ -> {
                var physical = new PhysicalSwitch(ports);
                physical.listener(news);
                yield physical;
            }
            case SwitchPlan.Splitter splitter ->
                new VlanSplitter(ports, splitter.vids().stream().mapToInt(Integer::intValue).toArray());
        };
    }

    SwitchPlan plan() {
        return plan;
    }

    void plan(SwitchPlan next) {
        plan = next;
    }

    FrameSwitch frameSwitch() {
        return frameSwitch;
    }

    /// Its one writer.
    SwitchAgent agent() {
        return agent;
    }

    SwitchAgent.Member member() {
        return member;
    }

    /// By port name.
    Map<String, PortRuntime> ports() {
        return ports;
    }

    /// The port that has this index, or null.
    @Nullable PortRuntime portAt(int index) {
        return ports.values().stream().filter(port -> port.index() == index).findFirst().orElse(null);
    }

    /// Gives a new port an index and, on a vSwitch, a slot.
    ///
    /// @param hasMigrated whether its guest comes by VMotion
    PortRuntime add(PortPlan port, boolean hasMigrated) {
        int index = port.rule() instanceof Rule.Split split ? split.index() : indexes.nextClearBit(0);
        indexes.set(index);
        var runtime = new PortRuntime(port, index, nextSlot++, hasMigrated);
        ports.put(port.name(), runtime);
        return runtime;
    }

    void remove(PortRuntime port) {
        ports.remove(port.plan().name());
        indexes.clear(port.index());
    }

    /// A port goes, and what it dropped stays counted.
    void keepDrops(PortRuntime port) {
        for (int ordinal = 0; ordinal < DropReason.COUNT; ordinal++) {
            keptDrops[ordinal] += port.drops(DropReason.of(ordinal));
        }
    }

    /// Frames that ended at any port since this switch was made, by reason: a sum that no port takes away when it goes.
    Map<DropReason, Long> drops() {
        var drops = new EnumMap<DropReason, Long>(DropReason.class);
        for (var reason : DropReason.values()) {
            drops.put(reason, keptDrops[reason.ordinal()] + ports.values().stream().mapToLong(port -> port.drops(reason)).sum());
        }
        return drops;
    }

    /// The id of a port as esxtop shows it (spec 1.10).
    long portId(PortRuntime port) {
        return portId(port.slot());
    }

    /// The id of the port in this slot.
    long portId(int slot) {
        return plan instanceof SwitchPlan.Virtual ? (long) portset << 24 | slot : slot;
    }

    /// What a vSwitch follows, null for other switches and before the first tables.
    @Nullable SwitchSpec spec() {
        return published instanceof SwitchSpec spec ? spec : null;
    }

    int portset() {
        return portset;
    }

    /// The ports of vNICs and vmks as the switch follows them now; none of a switch that is no vSwitch.
    List<PortSpec.Access> published() {
        var all = published instanceof SwitchSpec spec ? spec.ports() : List.<PortSpec>of();
        return all.stream().filter(PortSpec.Access.class::isInstance).map(PortSpec.Access.class::cast).toList();
    }

    /// What must be handed to the agent, compiled; null when the switch already follows it. Runs outside the agent.
    @Nullable Object compile() {
        Object wanted = switch (plan) {
            case SwitchPlan.Virtual virtual -> new SwitchSpec(virtual.mtu(), portSpecs(virtual), virtual.options(), discovery());
            case SwitchPlan.Physical physical -> new PhysicalSwitchSpec(
                    physical.mtu(), physical.ageingNanos(), PhysicalSwitchSpec.DEFAULT_MAX_STATIONS, physicalPorts(),
                    physical.channels().stream().map(this::channel).toList(),
                    physical.forwardDelayNanos(), physical.errDisableRecoveryNanos(), discovery(), physical.reservesCdp());
            case SwitchPlan.Splitter _ -> "fixed";
        };
        if (Objects.equals(wanted, published)) {
            return null;
        }
        pending = wanted;
        return switch (wanted) {
            case SwitchSpec spec -> ForwardingTables.compile(spec);
            case PhysicalSwitchSpec spec -> PhysicalTables.compile(spec);
            default -> wanted;
        };
    }

    /// Has the switch follow what [#compile] gave; on the agent thread.
    void publish(Object compiled, long nowNanos) {
        published = null;      // Until it is done: a fault half-way must not count as followed.
        switch (frameSwitch) {
            case VSwitch vSwitch -> vSwitch.apply((ForwardingTables) compiled, nowNanos);
            case PhysicalSwitch physical -> physical.apply((PhysicalTables) compiled, nowNanos);
            default -> { }      // A splitter is fixed when it is made.
        }
        published = pending;
    }

    /// What the ports with a cable say and hear, by index.
    private Map<Integer, PortDiscovery> discovery() {
        var discovery = new LinkedHashMap<Integer, PortDiscovery>();
        for (var port : ports.values()) {
            switch (port.plan().rule()) {
                case Rule.Uplink uplink -> discovery.put(port.index(), uplink.discovery());
                case Rule.Physical physical -> discovery.put(port.index(), physical.discovery());
                case Rule.Access _, Rule.Split _ -> { }
            }
        }
        return discovery;
    }

    /// What its ports say and hear; a router does neither.
    @Nullable Discoverer discoverer() {
        return switch (frameSwitch) {
            case VSwitch vSwitch -> vSwitch.discoverer();
            case PhysicalSwitch physical -> physical.discoverer();
            default -> null;
        };
    }

    private List<PortSpec> portSpecs(SwitchPlan.Virtual virtual) {
        return ports.values().stream().map(port -> portSpec(virtual, port)).toList();
    }

    private PortSpec portSpec(SwitchPlan.Virtual virtual, PortRuntime port) {
        return switch (port.plan().rule()) {
            case Rule.Access access -> accessSpec(virtual, port, access);
            case Rule.Uplink uplink -> new PortSpec.Uplink(port.index(), port.slot(), port.plan().name(), uplink.mac());
            case Rule.Physical _, Rule.Split _ -> throw new IllegalStateException(port.plan().toString());
        };
    }

    private PortSpec accessSpec(SwitchPlan.Virtual virtual, PortRuntime port, Rule.Access access) {
        var vnic = port.vnic(access.vnic(), virtual.mtu());
        boolean isPromiscuous = access.security().allowsPromiscuous()
                && (vnic.asksPromiscuous() || virtual.options().path().assumesPromiscuous());
        var security = access.security().withFiltersPromiscuous(
                port.filtersPromiscuous(isPromiscuous, access.security().filtersPromiscuous()));
        var plan = access.team();
        var team = new Team(plan.balancing(), plan.probesBeacons(), plan.notifies(), plan.failsBack(),
                indexes(plan.active()), indexes(plan.standby()));
        return new PortSpec.Access(port.index(), port.slot(), access.vlan(), vnic, security, team, access.shaper(), null, port.hasMigrated());
    }

    private List<Integer> indexes(List<String> uplinks) {
        return uplinks.stream().map(ports::get).filter(Objects::nonNull).map(PortRuntime::index).toList();
    }

    private List<PhysicalSwitchSpec.Port> physicalPorts() {
        return ports.values().stream()
                .map(port -> physicalPort(port.index(), ((Rule.Physical) port.plan().rule()).port()))
                .toList();
    }

    private static PhysicalSwitchSpec.Port physicalPort(int index, PhysicalPort port) {
        var spec = switch (port) {
            case PhysicalPort.Access access -> PhysicalSwitchSpec.Port.access(index, access.vlan());
            case PhysicalPort.Trunk trunk -> {
                var tagged = new BitSet();
                trunk.vlans().ranges().forEach(range -> tagged.set(range.first(), range.last() + 1));
                int nativeVid = trunk.nativeVlan() == 0 ? PhysicalSwitchSpec.Port.NO_VLAN : trunk.nativeVlan();
                yield PhysicalSwitchSpec.Port.trunk(index, tagged, nativeVid);
            }
        };
        return spec.withBpduGuard(port.bpduGuard()).withPortFast(port.portFast());
    }

    private PhysicalSwitchSpec.Channel channel(EtherChannel channel) {
        var hash = switch (channel.hash()) {
            case SRC_DST_MAC -> ChannelHash.SRC_DST_MAC;
            case SRC_DST_IP -> ChannelHash.SRC_DST_IP;
        };
        return new PhysicalSwitchSpec.Channel(channel.name(), indexes(channel.ports()), hash);
    }
}
