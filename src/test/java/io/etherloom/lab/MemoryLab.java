package io.etherloom.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.etherloom.device.FrameHold;
import io.etherloom.device.MemoryDevice;
import io.etherloom.discovery.PortDiscovery;
import io.etherloom.event.EventLog;
import io.etherloom.fabric.PhysicalSwitch;
import io.etherloom.frame.CapturePoint;
import io.etherloom.frame.DropReason;
import io.etherloom.frame.Frame;
import io.etherloom.frame.FrameObserver;
import io.etherloom.frame.FramePool;
import io.etherloom.frame.PortCounters;
import io.etherloom.lab.Blueprint.DevicePlan;
import io.etherloom.lab.Blueprint.EndpointPlan;
import io.etherloom.lab.Blueprint.PortPlan;
import io.etherloom.lab.Blueprint.Rule;
import io.etherloom.lab.view.NeighborView;
import io.etherloom.linux.Netns;
import io.etherloom.model.Delivery;
import io.etherloom.model.Drop;
import io.etherloom.model.Outcome;
import io.etherloom.topology.AgentSettings;
import io.etherloom.topology.FailureDetection;
import io.etherloom.topology.PortGroup;
import io.etherloom.topology.SecurityAction;
import io.etherloom.topology.Setting;
import io.etherloom.topology.Topology;
import io.etherloom.topology.TopologyException;
import io.etherloom.vswitch.VSwitch;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// A lab from the text of a topology file by the way of every lab (topology, blueprint, converger, agent), but without threads, namespaces
/// and real time: the test is the agent's thread and moves the clock. Every interface that would be one of the machine is a device in
/// memory: those of VMs, physical machines and routers, and TAPs, so that an uplink with `tap:` is the wire itself.
///
/// Places are called `web1` (its first interface, else `web1.eth1`), `up0` (a TAP) or `gw.eth0.10`. What a call causes comes back as an
/// [Outcome]: copies by place, drops by the name of the port that counted them. Physical switches are silent unless the text says
/// `linkDiscovery`, so that on the wire is what a test sends. [#close] asserts the conservation law and that the pool
/// is full.
final class MemoryLab implements AutoCloseable {
    private static final long STEP_NANOS = 1_000_000L;
    private static final int POOL = 4096;
    private static final int TAILS = 64;

    private final ManualClock clock = new ManualClock();
    private final Agents agents;
    private final Converger converger;
    private final EventLog events = new EventLog();
    private final List<Delivery> deliveries = new ArrayList<>();
    private final Map<MemoryDevice, String> places = new IdentityHashMap<>();
    private final Map<String, Ledger> ledgers = new LinkedHashMap<>();
    /// Every counter that ever was, with the name of its port.
    private final Map<PortCounters, String> counters = new IdentityHashMap<>();
    private final Map<PortCounters, long[]> seenDrops = new IdentityHashMap<>();
    private String yaml;
    private Topology topology;
    private Overrides overrides = new Overrides();
    private final WorldIds worlds = new WorldIds();
    /// Whether some port may have been promiscuous, or some team in doubt.
    private boolean copiesUnicast;
    private boolean arePortsDisabled;

    private MemoryLab(String yaml, int count) {
        this.yaml = yaml;
        agents = new Agents(IntStream.range(0, count).mapToObj(this::agent).toList());
        converger = new Converger(agents, new NoNamespaces(), new DeviceFactory(new NoNamespaces(), new Interfaces(new Netns()), agents, AgentSettings.Taps.HOME), events);
        topology = parse(yaml, List.of());
        converger.onPortDisabled(() -> arePortsDisabled = true);
        converge();
    }

    static MemoryLab of(String yaml) {
        return new MemoryLab(yaml, 1);
    }

    /// The same lab on so many agents, whose turns the test takes one after the other.
    static MemoryLab of(String yaml, int agents) {
        return new MemoryLab(yaml, agents);
    }

    private SwitchAgent agent(int number) {
        return new SwitchAgent("agent-" + number, clock, new FramePool(POOL, TAILS), attachment -> {
            throw new AssertionError("port " + attachment.port() + " has failed");
        });
    }

    private static Topology parse(String yaml, List<Setting> settings) {
        try {
            return Topology.parse(yaml, "test.yaml", settings);
        } catch (TopologyException refused) {
            throw new IllegalArgumentException(refused.getMessage(), refused);
        }
    }

    /// What has happened, as a person reads it.
    EventLog events() {
        return events;
    }

    /// The time of the manual clock.
    long nowNanos() {
        return clock.nanoTime();
    }

    /// Converges to a changed text.
    Outcome apply(String yaml) {
        this.yaml = yaml;
        topology = parse(yaml, List.of());
        overrides = overrides.afterApply(topology);
        return converge();
    }

    /// Sets a value by hand, as `etherloom set` does.
    Outcome set(Setting.Kind kind, String target, String assignment) {
        overrides.set(Setting.parse(kind, target, assignment));
        topology = parse(yaml, overrides.settings());
        return converge();
    }

    private Outcome converge() {
        copiesUnicast |= topology.hosts().values().stream()
                .flatMap(host -> host.vSwitches().values().stream())
                .flatMap(vSwitch -> vSwitch.portGroups().values().stream())
                .map(PortGroup::policy)
                .anyMatch(policy -> policy.security().promiscuousMode().value() == SecurityAction.ACCEPT
                        || policy.teaming().failureDetection().value() == FailureDetection.BEACON_PROBING);
        return converge(BlueprintCompiler.compile(topology, overrides));
    }

    /// Makes the lab what a blueprint says.
    Outcome converge(Blueprint blueprint) {
        converger.converge(inMemory(blueprint));
        agents.all().forEach(SwitchAgent::timersChanged);      // As after every command that comes from another thread.
        for (var runtime : converger.switches().entrySet()) {
            for (var port : runtime.getValue().ports().values()) {
                if (counters.put(port.counters(), port.plan().name()) == null) {
                    ledger(runtime.getKey()).ports.add(port.counters());
                    observe(runtime.getKey(), port.plan().name(), ledger(runtime.getKey()));
                }
                if (port.device() != null && port.device().device() instanceof MemoryDevice device) {
                    listen(device, place(port.plan().device()));
                }
            }
        }
        return settle();
    }

    private Ledger ledger(String key) {
        return ledgers.computeIfAbsent(key, _ -> new Ledger(runtime(key).frameSwitch() instanceof VSwitch));
    }

    private void listen(MemoryDevice device, String place) {
        if (places.put(device, place) == null) {
            device.sink((bytes, length) ->
                    deliveries.add(new Delivery(place, bytes.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE))));
        }
    }

    private static String place(DevicePlan plan) {
        return switch (plan) {
            case DevicePlan.Memory memory when memory.name().equals("eth0") -> memory.endpoint();
            case DevicePlan.Memory memory -> memory.endpoint() + "." + memory.name();
            case DevicePlan.Interface _, DevicePlan.ExternalTap _, DevicePlan.Qemu _, DevicePlan.HostTap _, DevicePlan.CableEnd _ -> throw new AssertionError(plan);
        };
    }

    /// The same lab with nothing of the machine in it: no interfaces and no commands.
    private Blueprint inMemory(Blueprint blueprint) {
        var endpoints = new LinkedHashMap<String, EndpointPlan>();
        blueprint.endpoints().forEach((name, it) -> endpoints.put(name,
                new EndpointPlan(it.name(), it.role(), true, it.forwards(), it.interfaces(), List.of())));
        var ports = new LinkedHashMap<String, PortPlan>();
        blueprint.ports().forEach((key, it) -> ports.put(key, new PortPlan(
                it.switchKey(), it.name(), quiet(it.rule()), inMemory(it.device()), it.queueLimit(), it.isLinkUp())));
        return new Blueprint(endpoints, blueprint.switches(), blueprint.cables(), ports);
    }

    private Rule quiet(Rule rule) {
        return rule instanceof Rule.Physical physical && !yaml.contains("linkDiscovery")
                ? new Rule.Physical(physical.port(), PortDiscovery.SILENT)
                : rule;
    }

    private static DevicePlan inMemory(DevicePlan device) {
        return switch (device) {
            case DevicePlan.Interface(var endpoint, var plan) -> new DevicePlan.Memory(endpoint, plan.name());
            case DevicePlan.Qemu guest -> new DevicePlan.Memory(guest.endpoint(), guest.plan().name());
            case DevicePlan.ExternalTap(var endpoint, var plan) -> new DevicePlan.Memory(endpoint, plan.name());
            case DevicePlan.HostTap(var name) -> new DevicePlan.Memory(name, "eth0");
            case DevicePlan.Memory memory -> memory;
            case DevicePlan.CableEnd end -> end;
        };
    }

    /// Lets a frame arrive at a place and everything happen that follows from it now.
    Outcome send(String place, byte[]... frames) {
        for (var frame : frames) {
            assertThat(device(place).inject(frame)).as("%s takes %d octets", place, frame.length).isTrue();
        }
        return settle();
    }

    /// Everything that comes to a place from now on, in its order, instead of what calls give back.
    List<byte[]> listenAt(String place) {
        return listenAt(place, () -> true);
    }

    /// The same of a guest that does not always listen.
    List<byte[]> listenAt(String place, BooleanSupplier isListening) {
        var arrived = new ArrayList<byte[]>();
        device(place).sink((bytes, length) -> {
            if (isListening.getAsBoolean()) {
                arrived.add(bytes.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE));
            }
        });
        return arrived;
    }

    /// Whether the device at this place would take a frame: not where the link is down.
    boolean takes(String place, byte[] frame) {
        return device(place).inject(frame);
    }

    /// Has a guest stop reading, or read again.
    void stall(String place, boolean isStalled) {
        device(place).stall(isStalled);
    }

    private MemoryDevice device(String place) {
        return places.entrySet().stream()
                .filter(it -> it.getValue().equals(place) && isOpen(it.getKey()))
                .map(Map.Entry::getKey).findFirst()
                .orElseThrow(() -> new AssertionError("nothing is called " + place + " in " + places.values()));
    }

    private boolean isOpen(MemoryDevice device) {
        return converger.devices().values().stream().anyMatch(it -> it.device() == device);
    }

    /// Moves the clock, duty cycle by duty cycle.
    Outcome advanceMillis(long millis) {
        for (long i = 0; i < millis; i++) {
            clock.advance(STEP_NANOS);
            agents.all().forEach(SwitchAgent::doWork);
            refreshLinks();
        }
        return settle();
    }

    /// Moves the clock by a part of a millisecond, in one duty cycle.
    Outcome advanceNanos(long nanos) {
        clock.advance(nanos);
        agents.all().forEach(SwitchAgent::doWork);
        refreshLinks();
        return settle();
    }

    /// Moves the clock at one go, as when the machine was asleep.
    Outcome jumpMillis(long millis) {
        clock.advance(millis * STEP_NANOS);
        return settle();
    }

    /// @param owner a host, or a physical switch
    /// @param name of its pNIC, or port
    Outcome pull(String owner, String name) {
        overrides.pull(owner, name, true);
        return converge();
    }

    Outcome plug(String owner, String name) {
        overrides.pull(owner, name, false);
        return converge();
    }

    Outcome power(String vm, boolean isOn) {
        overrides.power(vm, isOn);
        return converge();
    }

    Outcome connect(String vm, int nic, boolean isConnected) {
        overrides.connect(vm, nic, isConnected);
        return converge();
    }

    /// Has a VM run on another host.
    Outcome move(String vm, String host) {
        overrides.set(new Setting(Setting.Kind.VM, vm, "", "host", host));
        topology = parse(yaml, overrides.settings());
        var outcome = converge();
        converger.movers().given().values().forEach(hold -> brings(host + "/vSwitch0", hold));
        return outcome;
    }

    /// Has the ports of a VM stand still, keeping so many octets each.
    Outcome stun(String vm, long octets) {
        return stun(vm, octets, Long.MAX_VALUE);
    }

    /// The same for a VM whose guest had stopped already, at a time of the manual clock.
    Outcome stun(String vm, long octets, long stoppedNanos) {
        converger.movers().stun(vm, converger.movers().holds(vm, octets), stoppedNanos)
            .forEach((port, hold) -> brings(topology.vms().get(vm).host() + "/vSwitch0", hold));
        return settle();
    }

    private void brings(String switchKey, FrameHold hold) {
        brings(switchKey, () -> hold.handedOver() + hold.lost());
    }

    /// Frames come to a switch by hand, of which nobody sees that they enter.
    void brings(String switchKey, LongSupplier frames) {
        ledger(switchKey).brought.add(frames);
    }

    /// Ends that.
    Outcome wake(String vm) {
        converger.movers().wake(vm);
        return settle();
    }

    MovingPorts movers() {
        return converger.movers();
    }

    private Outcome settle() {
        int quiet = 0;
        for (int turn = 0; quiet < 2; turn++) {
            assertThat(turn).as("duty cycles until the lab is quiet").isLessThan(1000);
            quiet = agents.all().stream().mapToInt(SwitchAgent::doWork).sum() == 0 ? quiet + 1 : 0;
            refreshLinks();
        }
        converger.news().tell();
        var outcome = new Outcome(deliveries, newDrops());
        deliveries.clear();
        return outcome;
    }

    private void refreshLinks() {
        if (arePortsDisabled) {
            arePortsDisabled = false;
            converger.refreshLinks();
        }
    }

    private List<Drop> newDrops() {
        var drops = new ArrayList<Drop>();
        counters.forEach((cells, port) -> {
            var seen = seenDrops.computeIfAbsent(cells, _ -> new long[DropReason.COUNT]);
            for (var reason : DropReason.values()) {
                for (; seen[reason.ordinal()] < cells.drops(reason); seen[reason.ordinal()]++) {
                    drops.add(new Drop(port.replace(".eth0", ""), reason));
                }
            }
        });
        return drops;
    }

    /// Name of the uplink by which a port sends, or null.
    @Nullable String uplinkOf(String switchKey, String port) {
        var runtime = runtime(switchKey);
        int index = ((VSwitch) runtime.frameSwitch()).placement(port(switchKey, port).index()).uplink();
        var uplink = runtime.portAt(index);
        return uplink == null ? null : uplink.plan().name();
    }

    VSwitch vSwitch(String switchKey) {
        return (VSwitch) runtime(switchKey).frameSwitch();
    }

    PhysicalSwitch physicalSwitch(String name) {
        return (PhysicalSwitch) runtime(name).frameSwitch();
    }

    SwitchRuntime runtime(String switchKey) {
        return Objects.requireNonNull(converger.switches().get(switchKey), switchKey);
    }

    PortRuntime port(String switchKey, String port) {
        return Objects.requireNonNull(runtime(switchKey).ports().get(port), port);
    }

    long portId(String switchKey, String port) {
        return runtime(switchKey).portId(port(switchKey, port));
    }

    /// Shows what passes a port until it goes.
    void observe(String switchKey, String port, FrameObserver observer) {
        PortObservers.add(runtime(switchKey).frameSwitch().ports(), port(switchKey, port).index(), observer);
    }

    Blueprint blueprint() {
        return converger.current();
    }

    Topology topology() {
        return topology;
    }

    /// Who is heard where.
    List<NeighborView> neighbors() {
        return new NeighborViews(state(), nowNanos()).neighbors();
    }

    /// Has this told of neighbours from now on.
    void onNeighbors(Neighbors.Listener listener) {
        converger.neighbors().listener(listener);
    }

    /// What views read.
    LabState state() {
        return state(topology, overrides);
    }

    /// The same of a lab that something else drives.
    LabState state(Topology topology, Overrides overrides) {
        return new LabState(topology, overrides, converger, new NoNamespaces(), worlds);
    }

    /// Of the first agent.
    FramePool pool() {
        return agent().pool();
    }

    /// The first.
    SwitchAgent agent() {
        return agents.at(0);
    }

    Agents agents() {
        return agents;
    }

    /// Lets everything that waits go, then asserts that nothing was lost and nothing is held.
    @Override
    public void close() {
        places.keySet().stream().filter(this::isOpen).forEach(device -> device.stall(false));
        settle();
        while (shapedFrames() > 0) {
            advanceMillis(1);
        }
        checkConservation();
        converger.converge(Blueprint.nothing());
        for (var agent : agents.all()) {
            assertThat(agent.pool().free()).as("frames of %s that nobody holds", agent.role()).isEqualTo(POOL);
            assertThat(agent.pool().freeTails()).as("tails of %s that nobody holds", agent.role()).isEqualTo(TAILS);
            agent.onEnd();
            agent.pool().close();
        }
    }

    /// `received + copied = transmitted + dropped + queued`, with nothing queued any more. A vSwitch copies a unicast frame for
    /// promiscuous ports and in doubt only.
    private void checkConservation() {
        converger.switches().forEach((key, runtime) -> {
            for (var port : runtime.ports().values()) {
                assertThat(runtime.frameSwitch().ports().queued(port.index())).as("queued at %s", port.plan().key()).isZero();
            }
        });
        ledgers.forEach((key, ledger) -> ledger.check(key, !copiesUnicast));
    }

    private long shapedFrames() {
        return converger.switches().values().stream()
                .filter(runtime -> runtime.frameSwitch() instanceof VSwitch)
                .mapToLong(runtime -> runtime.ports().values().stream().mapToLong(port -> shapedFrames(runtime, port)).sum())
                .sum();
    }

    private long shapedFrames(SwitchRuntime runtime, PortRuntime port) {
        var state = ((VSwitch) runtime.frameSwitch()).shaperState(port.index(), true, clock.nanoTime());
        return state == null ? 0 : state.queuedFrames();
    }

    /// What entered a switch and what ended there, by transmission or drop, as observers of all its ports saw it.
    private static final class Ledger implements FrameObserver {
        private final boolean isVirtual;
        /// Every port that there ever was.
        private final List<PortCounters> ports = new ArrayList<>();
        /// Whose unicast frames left here and entered elsewhere; some of them before anybody could observe the port.
        private final List<LongSupplier> brought = new ArrayList<>();
        private long unicastIn;
        private long unicastEnded;
        private long groupIn;
        private long groupEnded;

        Ledger(boolean isVirtual) {
            this.isVirtual = isVirtual;
        }

        @Override
        public void observe(CapturePoint point, Frame frame, int tag, @Nullable DropReason reason, long nowNanos) {
            switch (point) {
                case VNIC_TX, UPLINK_RCV -> {
                    unicastIn += frame.isGroup() ? 0 : 1;
                    groupIn += frame.isGroup() ? 1 : 0;
                }
                case VNIC_RX, UPLINK_SND, DROP -> {
                    unicastEnded += frame.isGroup() ? 0 : 1;
                    groupEnded += frame.isGroup() ? 1 : 0;
                }
                case PORT_INPUT, ETHERSWITCH_DISPATH, ETHERSWITCH_OUTPUT, PORT_OUTPUT -> { }
            }
        }

        void check(String name, boolean isUnicastSingle) {
            long consumed = ports.stream().mapToLong(PortCounters::consumedFrames).sum();
            if (isVirtual && isUnicastSingle) {
                long kept = brought.stream().mapToLong(LongSupplier::getAsLong).sum();
                assertThat(unicastEnded).as("%s: unicast frames that left or ended", name).isBetween(unicastIn, unicastIn + kept);
            } else {
                assertThat(unicastEnded).as("%s: unicast frames that left or ended", name).isGreaterThanOrEqualTo(unicastIn);
            }
            assertThat(groupEnded + consumed).as("%s: group frames and copies that left or ended", name).isGreaterThanOrEqualTo(groupIn);
        }
    }
}
