package io.etherloom.api;

import io.etherloom.event.EventLog;
import io.etherloom.event.EventType;
import io.etherloom.frame.CountedPort;
import io.etherloom.frame.DropReason;
import io.etherloom.frame.DurationCounts;
import io.etherloom.frame.PortCounters;
import io.etherloom.lab.CaptureRequest;
import io.etherloom.lab.LabControl;
import io.etherloom.lab.GuestMigration;
import io.etherloom.lab.LabException;
import io.etherloom.lab.Meters;
import io.etherloom.lab.PortMove;
import io.etherloom.lab.TraceQuestion;
import io.etherloom.lab.view.CaptureSubjectView;
import io.etherloom.lab.view.ExternalVm;
import io.etherloom.lab.view.FabricView;
import io.etherloom.lab.view.FdbView;
import io.etherloom.lab.view.HostView;
import io.etherloom.lab.view.LabView;
import io.etherloom.lab.view.NeighborView;
import io.etherloom.lab.view.NetworkView;
import io.etherloom.lab.view.PlanView;
import io.etherloom.lab.view.PortGroupView;
import io.etherloom.lab.view.PortGroupView.PolicyValue;
import io.etherloom.lab.view.PortView;
import io.etherloom.lab.view.ReplayView;
import io.etherloom.lab.view.SecurityView;
import io.etherloom.lab.view.SettingsView;
import io.etherloom.lab.view.ShaperView;
import io.etherloom.lab.view.TeamView;
import io.etherloom.lab.view.TopView;
import io.etherloom.lab.view.TraceView;
import io.etherloom.lab.view.UplinkView;
import io.etherloom.lab.view.VSwitchView;
import io.etherloom.lab.view.VmKernelView;
import io.etherloom.lab.view.VmView;
import io.etherloom.lab.view.VmView.NicView;
import io.etherloom.replay.Replay;
import io.etherloom.replay.ReplaySettings;
import io.etherloom.topology.Setting;
import io.etherloom.topology.Topology;
import io.etherloom.topology.TopologyException;
import io.etherloom.traffic.TrafficPort;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/// A lab that always says the same and remembers what it was told to do. One host, one VM, and everything that can be shown once.
public final class FixedLab implements LabControl {
    /// What was done to it, such as `power web1 true`.
    public final List<String> done = new CopyOnWriteArrayList<>();
    /// The captures that were asked for.
    public final List<CaptureRequest> requests = new CopyOnWriteArrayList<>();
    /// What a capture writes, piece by piece; after the last it waits until it is over when [#isEndless].
    public final List<byte[]> captured = new ArrayList<>();
    /// Opened when a capture has ended.
    public final CountDownLatch captureEnded = new CountDownLatch(1);
    /// The ports that metrics see.
    public final List<Meters.Port> meterPorts = new CopyOnWriteArrayList<>();
    /// What it answers to a live view, one after the other; then always the same.
    public final Deque<TopView> tops = new ConcurrentLinkedDeque<>();
    public volatile boolean isEndless;
    /// Of what is replayed only the first MiB is read before.
    public CountDownLatch uploadBegins = new CountDownLatch(0);
    /// Told why what is replayed could not be read.
    public CompletableFuture<String> uploadEnds = new CompletableFuture<>();
    public volatile long agentErrors;
    public volatile RuntimeException fault;

    /// What it has logged.
    public volatile Path logFile = Path.of("nothing");
    /// What it follows, as far as it is asked.
    public volatile Topology topology = followed();
    private final EventLog events = new EventLog(64, InstantSource.fixed(Instant.parse("2026-01-02T03:04:05.678Z")));
    private final PortCounters counters = CountedPort.withBroadcasts(3);
    private final String name;

    public FixedLab(String name) {
        this.name = name;
        meterPorts.add(meterPort(Meters.Kind.VNIC, "web1.eth0"));
    }

    /// A port with three broadcasts in, one drop, and two frames that the kernel dropped.
    public Meters.Port meterPort(Meters.Kind kind, String usedBy) {
        boolean isVnic = kind == Meters.Kind.VNIC;
        boolean isFabric = kind == Meters.Kind.FABRIC;
        return new Meters.Port(kind, isFabric ? "tor1" : "esx1/vSwitch0", usedBy, isFabric ? "" : "esx1", 33_554_435, isVnic ? "VM Network" : "",
            isVnic ? usedBy.replaceFirst("\\..*", "") : "", isVnic ? "10" : "", true, counters, 2);
    }

    private static Map<DropReason, Long> drops(long unreceived) {
        var drops = new EnumMap<DropReason, Long>(DropReason.class);
        for (var reason : DropReason.values()) {
            drops.put(reason, reason == DropReason.NO_RECEIVER ? unreceived : 0L);
        }
        return drops;
    }

    private static DurationCounts durations(long first, long last, int count) {
        var durations = new DurationCounts();
        durations.add(first, count - 1L);
        durations.add(last);
        return durations;
    }

    private static Topology followed() {
        try {
            return Topology.parse("""
                name: campus
                hosts:
                  esx1: { pnics: { vmnic0: { tap: t1 } }, vSwitches: { vSwitch0: { uplinks: [vmnic0], portGroups: { VM Network: { vlan: 10 } } } } }
                  esx2: { like: esx1, pnics: { vmnic0: { tap: t2 } } }
                  esx3: {}
                vms: { web1: { host: esx1, nics: [ { portGroup: VM Network } ] } }
                """, "/labs/campus.yaml");
        } catch (TopologyException problems) {
            throw new AssertionError(problems);
        }
    }

    @Override
    public LabView lab() {
        return new LabView(name, ProcessHandle.current().pid(), "unknown", "unknown", "unknown", "/labs/" + name + ".yaml",
            "2026-01-02T03:04:05Z", false, "");
    }

    @Override
    public List<HostView> hosts() {
        return List.of(new HostView("esx1", "el-" + name + "-esx1", List.of("vSwitch0"), List.of("vmnic0"), List.of("vmk0"), 1,
            List.of(new HostView.Option("Net.TeamPolicyUpDelay", 0, 100))));
    }

    @Override
    public List<NetworkView> networks() {
        return List.of(new NetworkView("VM Network", List.of("esx1", "esx2"), List.of(10, 20), List.of("VLAN differs: 10 on esx1, 20 on esx2")));
    }

    @Override
    public List<VSwitchView> vSwitches() {
        return List.of(new VSwitchView("esx1", "vSwitch0", 1500, 0, 3, List.of("vmnic0"), List.of("VM Network"), 1,
            new VSwitchView.LinkDiscovery("cdp", "listen"), List.of(new PolicyValue("teaming.failback", "yes", "profile vss-classic"))));
    }

    @Override
    public List<PortGroupView> portGroups() {
        return List.of(new PortGroupView("esx1", "vSwitch0", "VM Network", 10, "VST", 1, List.of(
            new PolicyValue("security.promiscuousMode", "reject", "vSwitch0"),
            new PolicyValue("teaming.failback", "yes", "vss-classic")), List.of("teaming.failback")));
    }

    @Override
    public List<PortView> ports() {
        return List.of(
            new PortView("esx1", "vSwitch0", 33_554_434, "vmnic0", "-", "-", 0, "00:50:56:50:00:01", "up", 5, 300, 7, 420, 0, Map.of()),
            new PortView("esx1", "vSwitch0", 33_554_435, "web1.eth0", "vmnic0", "VM Network", 10, "00:50:56:80:00:01", "up", 7, 420, 5, 300, 1,
                Map.of("tag_unexpected", 1L)));
    }

    @Override
    public TraceView trace(TraceQuestion question) {
        done.add("trace " + question.from() + " " + question.to());
        boolean arrives = "web1".equals(question.to());
        var stage = new TraceView.Stage(arrives ? "VnicRx" : "Drop", "web1.eth0", null, arrives ? "delivered" : "dropped", arrives ? null : "no_uplink", 0,
            "VLAN 10 (port group VM Network)", List.of(new TraceView.Value("vlan", "10", "port group VM Network")), null);
        return new TraceView(question.from(), question.to(), new TraceView.Frame("00:50:56:80:00:01", "ff:ff:ff:ff:ff:ff", null, "arp", 60, "ff"),
            arrives, arrives ? "arrives at web1.eth0" : "does not arrive", List.of(), List.of(), List.of(),
            new TraceView.Hop("esx1/vSwitch0", "vswitch", List.of(stage), 0));
    }

    @Override
    public List<UplinkView> uplinks() {
        return List.of(new UplinkView("esx1", "vmnic0", "vSwitch0", "cable", "tor1/1", "00:50:56:50:00:01", "up", "usable", 1, 5, 300, 7, 420, 0, true, 412L, false));
    }

    @Override
    public List<TeamView> teams() {
        return List.of(
            new TeamView("esx1", "vSwitch0", 1, List.of("VM Network", "DMZ"), "originatingVirtualPort", "linkStatus", true, true, false,
                new TeamView.Change(12_345, "vmnic1", "vmnic0", "link down", 850L),
                List.of(new TeamView.Uplink("vmnic0", "active", "in use", null), new TeamView.Uplink("vmnic1", "active", "down", null)),
                List.of(new TeamView.Seat(33_554_435, "web1.eth0", "VM Network", "vmnic0", "failed over from vmnic1"))),
            new TeamView("esx1", "vSwitch0", 2, List.of("Probed"), "sourceMacHash", "beaconProbing", false, false, true, null,
                List.of(new TeamView.Uplink("vmnic0", "active", "no beacons", 3600L), new TeamView.Uplink("vmnic1", "standby", "down", null),
                    new TeamView.Uplink("vmnic2", "unused", "unused", null)),
                List.of()));
    }

    @Override
    public List<ShaperView> shapers() {
        return List.of(new ShaperView("esx1", "vSwitch0", 33_554_435, "web1.eth0", "VM Network", "vm -> switch", 8_000_000, 1_500_000_000,
            104_857_600, 1537, 3, 69, 420, 5, 2));
    }

    @Override
    public List<SecurityView> security() {
        var refused = new LinkedHashMap<String, Long>();
        refused.put("forged_transmit", 7L);
        refused.put("mac_change_rejected", 0L);
        refused.put("bpdu_filtered", 1L);
        return List.of(new SecurityView("esx1", "vSwitch0", 33_554_435, "web1.eth0", "VM Network", "00:50:56:80:00:01", "02:00:00:00:00:01",
            "00:50:56:80:00:01", true, false, List.of(
                new PolicyValue("security.promiscuousMode", "reject", "profile vss-classic"),
                new PolicyValue("security.macChanges", "reject", "set by hand"),
                new PolicyValue("security.forgedTransmits", "reject", "port group VM Network")), refused));
    }

    @Override
    public SettingsView set(Setting.Kind kind, String target, List<String> assignments) {
        if (target.startsWith("esx9")) {
            throw new LabException(LabException.Kind.NOT_FOUND, "no host esx9; did you mean 'esx1'? Allowed: esx1");
        }
        if (assignments.contains("vlan=9999")) {
            throw new LabException(LabException.Kind.INVALID, "set portgroup " + target + ": error: vlan: 9999 is outside 0-4095");
        }
        done.add("set " + kind + " " + target + " " + assignments);
        return assignments.equals(List.of("vlan=10"))
            ? new SettingsView(List.of(), List.of())
            : new SettingsView(List.of(new PlanView("change", "port group " + target, "security.forgedTransmits accept -> reject (set by hand)")),
                List.of("teaming: IP hash needs an EtherChannel"));
    }

    @Override
    public List<VmView> vms() {
        return List.of(new VmView("web1", "esx1", "namespace", "on", "el-" + name + "-web1", List.of(
            new NicView(0, "eth0", "VM Network", "00:50:56:80:00:01", List.of("10.0.10.11/24"), true, 33_554_435L),
            new NicView(1, "eth1", "VM Network", "00:50:56:80:00:02", List.of(), false, null))));
    }

    @Override
    public List<VmKernelView> vmkernel() {
        return List.of(new VmKernelView("esx1", "vmk0", "vSwitch0", "VM Network", "00:50:56:60:00:01", List.of("10.0.0.11/24"), List.of("10.0.0.1"), 1500,
            List.of("management"), 33_554_436L, "el-" + name + "-esx1"));
    }

    @Override
    public List<FdbView> fdb() {
        return List.of(new FdbView("tor1", "10", "00:50:56:80:00:01", "1", "learned", 12));
    }

    @Override
    public TopView top() {
        var next = tops.poll();
        return next == null ? top(1_000_000_000L, 1) : next;
    }

    /// A moment in the life of this lab.
    ///
    /// @param times how often everything has happened that happens in a second
    public TopView top(long nanos, long times) {
        var none = new TopView.Flow(0, 0, 0, 0, 0, 0);
        var sent = new TopView.Flow(1_000 * times, 100_000 * times, 20 * times, 30 * times, 10 * times, 1_000 * times);
        var got = new TopView.Flow(2_000 * times, 2_500_000 * times, 0, 5 * times, 40 * times, 2_040 * times);
        return new TopView(name, "2026-01-02T03:04:05Z", nanos, 1_767_323_045_000L + nanos / 1_000_000, 1, 1,
            List.of(new TopView.Agent("agent-0", nanos / 4, agentErrors, 16_384, 16_000, 256, 256)),
            List.of(
                new TopView.Port("esx1", "vSwitch0", 33_554_433, "Management", "n/a", false, true, 0, none, none, 0),
                new TopView.Port("esx1", "vSwitch0", 33_554_434, "vmnic0", "-", true, true, 10_000_000_000L, sent, got, times),
                new TopView.Port("esx1", "vSwitch0", 33_554_435, "1001:web1.eth0", "vmnic0", false, true, 0, sent, got, 0)),
            List.of(new TopView.Drop("esx1/vSwitch0", "web1.eth0", "tag_unexpected", 10 * times)), uplinks(), teams(), shapers(),
            List.of(new TopView.Neighbor("esx1", "vmnic0", "tor1", "1")));
    }

    @Override
    public List<FabricView> fabric() {
        return List.of(new FabricView("tor1", "1", "trunk", "10,20", "-", "up", "esx1/vmnic0", 7, 5, 1, "err-disabled", "po1",
                Map.of("vlan_not_allowed", 1L)));
    }

    @Override
    public List<NeighborView> neighbors() {
        return List.of(
            new NeighborView("esx1", "vmnic0", "vSwitch0", null, new NeighborView.Heard("cdp", "tor1", "1", "tor1", "cisco WS-C3850", "IOS",
                List.of("switch", "igmp"), List.of("10.0.0.2"), 1, 9216, null, "full", "campus", null, 12, 180)),
            new NeighborView("tor1", "1", "-", "heard nothing for 35 s", null));
    }

    @Override
    public List<PlanView> plan(String topology, String file) {
        if (!file.equals(lab().topology())) {
            throw new LabException(LabException.Kind.CONFLICT, "the lab " + name + " was started from " + lab().topology());
        }
        if (topology.isEmpty()) {
            throw new LabException(LabException.Kind.INVALID, file + ":1:1: error: the file is empty");
        }
        return List.of(new PlanView("change", "port group esx1/VM Network", "vlan 10 -> 20"), new PlanView("add", "vm web2", ""));
    }

    @Override
    public List<PlanView> apply(String topology, String file) {
        var plan = plan(topology, file);
        done.add("apply " + file + " " + topology.length());
        return plan;
    }

    @Override
    public PortMove prepareMove(String vm, String host) {
        return new FixedMove(vm, host);
    }

    @Override
    public @Nullable GuestMigration migration(String vm, String host) {
        return null;
    }

    /// Says that all was well.
    private final class FixedMove implements PortMove {
        private final String vm;
        private final String host;
        private long gapNanos;
        private long held;

        private FixedMove(String vm, String host) {
            this.vm = vm;
            this.host = host;
        }

        @Override
        public void carry(long bufferOctets) {}

        @Override
        public void stun(long bufferOctets, long stoppedNanos) {
            held = bufferOctets > 0 ? 12 : 0;
            done.add("stun " + vm + " " + bufferOctets);
        }

        @Override
        public void attach() {
            done.add("move " + vm + " " + host);
            gapNanos = 300_000;
        }

        @Override
        public void back() {
            done.add("back " + vm);
        }

        @Override
        public void complete() {}

        @Override
        public void close() {}

        @Override
        public long gapNanos() {
            return gapNanos;
        }

        @Override
        public long held() {
            return held;
        }

        @Override
        public long handedOver() {
            return held;
        }

        @Override
        public long lost() {
            return 0;
        }

        @Override
        public long duplicated() {
            return 0;
        }

        @Override
        public boolean isHeard() {
            return true;
        }

        @Override
        public boolean isBusy() {
            return false;
        }

        @Override
        public long silenceNanos() {
            return 1_200_000;
        }

        @Override
        public long deafNanos() {
            return 0;
        }
    }

    @Override
    public Topology topology() {
        return topology;
    }

    @Override
    public void power(String vm, boolean isOn) {
        requireVm(vm);
        done.add("power " + vm + " " + isOn);
    }

    @Override
    public void connect(String vm, int nic, boolean isConnected) {
        requireVm(vm);
        done.add("connect " + vm + " " + nic + " " + isConnected);
    }

    @Override
    public void link(String owner, String name, boolean isUp) {
        if (!List.of("esx1/vmnic0", "tor1/24").contains(owner + "/" + name)) {
            throw new LabException(LabException.Kind.NOT_FOUND, "there is no pNIC " + owner + "/" + name);
        }
        if (fault != null) {
            throw fault;
        }
        done.add("link " + owner + " " + name + " " + isUp);
    }

    private static void requireVm(String vm) {
        if (!vm.equals("web1")) {
            throw new LabException(LabException.Kind.NOT_FOUND, "there is no VM " + vm);
        }
    }

    @Override
    public long capture(CaptureRequest request, OutputStream out, BooleanSupplier isOver) throws IOException {
        requests.add(request);
        var ports = request.subjects().stream().map(CaptureRequest.Subject::name).toList();
        for (var port : ports) {
            if (!List.of("web1", "esx1/vmnic0").contains(port)) {
                throw new LabException(LabException.Kind.NOT_FOUND, "there is no port " + port);
            }
        }
        done.add("capture " + ports + " " + request.snapLength());
        try {
            for (var piece : captured) {
                out.write(piece);
                out.flush();
            }
            while (isEndless && !isOver.getAsBoolean()) {
                Thread.onSpinWait();
            }
            return captured.size();
        } finally {
            captureEnded.countDown();
        }
    }

    @Override
    public TrafficPort trafficPort(String name) {
        throw new LabException(LabException.Kind.NOT_FOUND, "there is no VM " + name);
    }

    @Override
    public ReplayView replay(
            String port, Replay.Source source, ReplaySettings settings, Consumer<ReplayView> progress, BooleanSupplier isOver) {
        if (!port.equals("web1")) {
            throw new LabException(LabException.Kind.NOT_FOUND, "no port " + port + " in this lab");
        }
        done.add("replay " + port + " " + settings);
        try (var in = source.open()) {
            long octets = in.readNBytes(1 << 20).length;
            uploadBegins.await();
            octets += in.readAllBytes().length;
            return new ReplayView("web1.eth0", 3, octets, 0, 1, Map.of("cut", 2L), Map.of("oversize", 1L), 2_000_000_000L, "finished", "");
        } catch (IOException | InterruptedException e) {
            uploadEnds.complete(String.valueOf(e.getMessage()));
            return new ReplayView("web1.eth0", 0, 0, 0, 0, Map.of(), Map.of(), 0, "broken", String.valueOf(e.getMessage()));
        }
    }

    @Override
    public void endReplay(String port) {
        done.add("end replay " + port);
    }

    /// Runs the command on the machine itself, as nothing else can be done without namespaces.
    @Override
    public Process exec(String vm, List<String> command) {
        requireVm(vm);
        try {
            return new ProcessBuilder(command).start();
        } catch (IOException e) {
            throw new LabException(LabException.Kind.ENVIRONMENT, String.valueOf(e.getMessage()), e);
        }
    }

    @Override
    public Path log(String vm) {
        if (vm != null) {
            requireVm(vm);
        }
        return logFile;
    }

    @Override
    public EventLog events() {
        return events;
    }

    @Override
    public Meters meters() {
        var counts = new EnumMap<EventType, Long>(EventType.class);
        for (var type : EventType.values()) {
            counts.put(type, events.count(type));
        }
        return new Meters(name, lab().topology(),
            List.of(new Meters.Switch("esx1/vSwitch0", "esx1", 1500, drops(3)), new Meters.Switch("tor1", "", 0, drops(0))),
            List.copyOf(meterPorts),
            List.of(new Meters.Seat("esx1/vSwitch0", "web1.eth0", "vmnic0", 5)),
            List.of(new Meters.Shaper("esx1/vSwitch0", "web1.eth0", true, 8_000_000, 1537, 3, 420, 5)),
            List.of(new Meters.Uplink("esx1/vSwitch0", "vmnic0", "esx1", "tor1/1", 10_000_000_000L, true, false, true, false),
                new Meters.Uplink("esx1/vSwitch0", "vmnic1", "esx1", "tor2/1", 0, true, true, false, false)),
            List.of(new Meters.Team("esx1/vSwitch0", 4, durations(0, 2_000_000, 1))),
            List.of(new Meters.AgentMeter("esx1", durations(3_000_000, 2_473_000_000L, 10), 4_000_000, 250_000_000, agentErrors, 4096, 4000, 64, 60)),
            durations(40_000, 50_000, 2), counts, new Meters.Captures(1, 7));
    }

    @Override
    public ExternalVm arrive(ExternalVm wanted) {
        done.add("arrive " + wanted.name() + " on " + wanted.portGroup() + " of " + wanted.host());
        return new ExternalVm(wanted.name(), wanted.host(), wanted.portGroup(), wanted.mac(), wanted.addresses(), wanted.namespace(), "elx0");
    }

    @Override
    public void leave(String vm) {
        done.add("leave " + vm);
    }

    @Override
    public long agentErrors() {
        return agentErrors;
    }

    @Override
    public void probed(Histogram latency) {
        done.add("probed " + latency.getTotalCount());
    }

    @Override
    public List<CaptureSubjectView> captureSubjects() {
        return List.of(new CaptureSubjectView("lab", "", "all ports"), new CaptureSubjectView("vm", "web1", "VM web1"),
            new CaptureSubjectView("portgroup", "VM Network", "port group VM Network"),
            new CaptureSubjectView("uplink", "esx1/vmnic0", "uplink esx1/vmnic0"));
    }

    @Override
    public void endCaptures() {
        done.add("end captures");
    }

    @Override
    public void shutdown() {
        done.add("shutdown");
    }
}
