package io.etherloom.lab;

import io.etherloom.fabric.PhysicalSwitch;
import io.etherloom.frame.DropReason;
import io.etherloom.frame.PortCounters;
import io.etherloom.lab.Blueprint.Rule;
import io.etherloom.lab.Blueprint.SwitchPlan;
import io.etherloom.lab.view.FabricView;
import io.etherloom.lab.view.FdbView;
import io.etherloom.lab.view.HostView;
import io.etherloom.lab.view.NetworkView;
import io.etherloom.lab.view.PortGroupView;
import io.etherloom.lab.view.PortView;
import io.etherloom.lab.view.UplinkView;
import io.etherloom.lab.view.VSwitchView;
import io.etherloom.lab.view.VmView;
import io.etherloom.topology.Host;
import io.etherloom.topology.InterfaceAddress;
import io.etherloom.topology.PhysicalPort;
import io.etherloom.topology.Pnic;
import io.etherloom.topology.Policy;
import io.etherloom.topology.PortGroup;
import io.etherloom.topology.Sourced;
import io.etherloom.topology.Topology;
import io.etherloom.topology.VSwitch;
import io.etherloom.topology.Vm;
import io.etherloom.vswitch.PortSpec;
import io.etherloom.wire.MacAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Shows a lab as plain records. Made for one question, under the lab's lock; what only the agent knows is asked of it in one command.
final class LabViews {
    private static final String NONE = "-";

    private final Topology topology;
    private final Overrides overrides;
    private final Converger converger;
    private final SwitchAgent agent;
    private final LabHome home;

    LabViews(Topology topology, Overrides overrides, Converger converger, SwitchAgent agent, LabHome home) {
        this.topology = topology;
        this.overrides = overrides;
        this.converger = converger;
        this.agent = agent;
        this.home = home;
    }

    List<HostView> hosts() {
        return topology.hosts().values().stream()
                .map(host -> new HostView(
                        host.name(),
                        host.vmkernel().isEmpty() ? "" : home.namespace(host.name()),
                        List.copyOf(host.vSwitches().keySet()),
                        List.copyOf(host.pnics().keySet()),
                        List.copyOf(host.vmkernel().keySet()),
                        (int) topology.vms().values().stream().filter(vm -> vm.host().equals(host.name())).count()))
                .toList();
    }

    List<NetworkView> networks() {
        var byLabel = new TreeMap<String, Map<Host, PortGroup>>();
        for (var host : topology.hosts().values()) {
            for (var vSwitch : host.vSwitches().values()) {
                vSwitch.portGroups().forEach((label, group) ->
                        byLabel.computeIfAbsent(label, _ -> new LinkedHashMap<>()).put(host, group));
            }
        }
        return byLabel.entrySet().stream().map(it -> network(it.getKey(), it.getValue())).toList();
    }

    private NetworkView network(String label, Map<Host, PortGroup> groups) {
        var vlans = new TreeSet<Integer>();
        groups.values().forEach(group -> vlans.add(group.vlan()));
        var mismatches = new ArrayList<String>();
        if (vlans.size() > 1) {
            var named = new ArrayList<String>();
            groups.forEach((host, group) -> named.add(host.name() + " has VLAN " + group.vlan()));
            mismatches.add("VLAN differs: " + String.join(", ", named));
        }
        topology.hosts().values().stream()
                .filter(host -> !groups.containsKey(host))
                .forEach(host -> mismatches.add("missing on " + host.name()));
        var hosts = groups.keySet().stream().map(Host::name).toList();
        return new NetworkView(label, hosts, List.copyOf(vlans), mismatches);
    }

    List<VSwitchView> vSwitches() {
        var views = new ArrayList<VSwitchView>();
        forEachVSwitch((host, vSwitch, runtime) -> views.add(new VSwitchView(
                host.name(), vSwitch.name(), vSwitch.mtu(), vSwitch.ports(), runtime.ports().size() + 1, vSwitch.uplinks(),
                List.copyOf(vSwitch.portGroups().keySet()), failovers(runtime))));
        return views;
    }

    private long failovers(SwitchRuntime runtime) {
        return agent.commands().call(() -> dataPlane(runtime).failovers());
    }

    private static io.etherloom.vswitch.VSwitch dataPlane(SwitchRuntime runtime) {
        return (io.etherloom.vswitch.VSwitch) runtime.frameSwitch();
    }

    private interface VSwitchVisitor {
        void visit(Host host, VSwitch vSwitch, SwitchRuntime runtime);
    }

    private void forEachVSwitch(VSwitchVisitor visitor) {
        for (var host : topology.hosts().values()) {
            for (var vSwitch : host.vSwitches().values()) {
                var runtime = converger.switches().get(BlueprintCompiler.switchKey(host.name(), vSwitch.name()));
                if (runtime != null) {
                    visitor.visit(host, vSwitch, runtime);
                }
            }
        }
    }

    List<PortGroupView> portGroups() {
        var views = new ArrayList<PortGroupView>();
        forEachVSwitch((host, vSwitch, runtime) -> vSwitch.portGroups().values().forEach(group -> {
            long active = runtime.ports().values().stream()
                    .filter(port -> port.plan().rule() instanceof Rule.Access access && access.portGroup().equals(group.name()))
                    .count();
            views.add(new PortGroupView(host.name(), vSwitch.name(), group.name(), group.vlan(), tagging(group.vlan()),
                    (int) active, policies(group.policy(), host.name(), vSwitch.name(), group.name())));
        }));
        return views;
    }

    private static String tagging(int vlan) {
        return vlan == 0 ? "EST" : vlan == PortSpec.VLAN_TRUNK ? "VGT" : "VST";
    }

    private List<PortGroupView.PolicyValue> policies(Policy policy, String host, String vSwitch, String group) {
        var where = new Sources(topology.profile().word(), host + "/" + vSwitch, group);
        var security = policy.security();
        var teaming = policy.teaming();
        var order = teaming.failoverOrder();
        return List.of(
                where.value("security.promiscuousMode", security.promiscuousMode()),
                where.value("security.macChanges", security.macChanges()),
                where.value("security.forgedTransmits", security.forgedTransmits()),
                where.value("teaming.loadBalancing", teaming.loadBalancing()),
                where.value("teaming.failureDetection", teaming.failureDetection()),
                where.value("teaming.notifySwitches", teaming.notifySwitches()),
                where.value("teaming.failback", teaming.failback()),
                where.text("teaming.failoverOrder.active", order.value().active().toString(), order),
                where.text("teaming.failoverOrder.unused", order.value().unused().toString(), order),
                where.text("trafficShaping.enabled", policy.trafficShaping().value().enabled() ? "yes" : "no", policy.trafficShaping()));
    }

    /// Names the place that a value was inherited from (spec 1.39).
    private record Sources(String profile, String vSwitch, String group) {
        PortGroupView.PolicyValue value(String name, Sourced<?> value) {
            var text = value.value() instanceof Boolean flag ? flag ? "yes" : "no" : String.valueOf(value.value());
            return text(name, text, value);
        }

        PortGroupView.PolicyValue text(String name, String text, Sourced<?> value) {
            var place = switch (value.origin()) {
                case PROFILE -> "profile " + profile;
                case VSWITCH -> "vSwitch " + vSwitch;
                case PORT_GROUP -> "port group " + group;
                case BY_HAND -> value.originText();
            };
            return new PortGroupView.PolicyValue(name, text, place);
        }
    }

    List<PortView> ports() {
        var views = new ArrayList<PortView>();
        forEachVSwitch((host, vSwitch, runtime) -> {
            views.add(management(host, vSwitch, runtime));
            var teams = teamPnics(runtime);
            runtime.ports().values().forEach(port -> views.add(port(host, vSwitch, runtime, port, teams)));
        });
        return views;
    }

    private static PortView management(Host host, VSwitch vSwitch, SwitchRuntime runtime) {
        return new PortView(host.name(), vSwitch.name(), runtime.portId(1), "Management", "n/a", NONE, 0, NONE, "up",
                0, 0, 0, 0, 0, Map.of());
    }

    /// Name of the uplink that each port sends by, by port index.
    private Map<Integer, String> teamPnics(SwitchRuntime runtime) {
        return agent.commands().call(() -> {
            var teams = new LinkedHashMap<Integer, String>();
            for (var port : runtime.ports().values()) {
                var uplink = runtime.portAt(dataPlane(runtime).placement(port.index()).uplink());
                teams.put(port.index(), uplink == null ? "void" : uplink.plan().name());
            }
            return teams;
        });
    }

    private PortView port(Host host, VSwitch vSwitch, SwitchRuntime runtime, PortRuntime port, Map<Integer, String> teams) {
        var counters = port.counters();
        var drops = drops(port);
        long dropped = drops.values().stream().mapToLong(Long::longValue).sum();
        boolean isUplink = port.plan().rule() instanceof Rule.Uplink;
        var access = port.plan().rule() instanceof Rule.Access it ? it : null;
        var pnic = host.pnics().get(port.plan().name());
        return new PortView(
                host.name(), vSwitch.name(), runtime.portId(port), port.plan().name(),
                isUplink ? NONE : teams.getOrDefault(port.index(), "void"),
                access == null ? NONE : access.portGroup(),
                access == null ? PortSpec.VLAN_TRUNK : access.vlan(),
                access != null ? MacAddress.format(access.vnic().initialMac()) : pnic == null ? NONE : MacAddress.format(pnic.mac()),
                link(port), counters.inFrames(), counters.inOctets(), counters.outFrames(), counters.outOctets(), dropped, drops);
    }

    private static String link(PortRuntime port) {
        return port.isLinkUp() ? "up" : "down";
    }

    /// Frames that ended at a port, by reason; only reasons that happened.
    static Map<String, Long> drops(PortRuntime port) {
        var drops = drops(port.counters());
        var device = port.device();
        long inKernel = device == null ? 0 : device.deviceQueueDrops();
        if (inKernel > 0) {
            drops.merge(DropReason.DEVICE_QUEUE.label(), inKernel, Long::sum);
        }
        return drops;
    }

    private static Map<String, Long> drops(PortCounters counters) {
        var drops = new LinkedHashMap<String, Long>();
        for (var reason : DropReason.values()) {
            if (counters.drops(reason) > 0) {
                drops.put(reason.label(), counters.drops(reason));
            }
        }
        return drops;
    }

    List<UplinkView> uplinks() {
        var views = new ArrayList<UplinkView>();
        for (var host : topology.hosts().values()) {
            host.pnics().values().forEach(pnic -> views.add(uplink(host, pnic)));
        }
        return views;
    }

    private UplinkView uplink(Host host, Pnic pnic) {
        var kind = pnic instanceof Pnic.Tap ? "tap" : "cable";
        var peer = switch (pnic) {
            case Pnic.Tap tap -> tap.tap();
            case Pnic.Cabled cabled -> cabled.link().toString();
        };
        var vSwitch = host.vSwitches().values().stream().filter(it -> it.uplinks().contains(pnic.name())).findFirst().orElse(null);
        var runtime = vSwitch == null ? null : converger.switches().get(BlueprintCompiler.switchKey(host.name(), vSwitch.name()));
        var port = runtime == null ? null : runtime.ports().get(pnic.name());
        var mac = MacAddress.format(pnic.mac());
        if (vSwitch == null || runtime == null || port == null) {
            return new UplinkView(host.name(), pnic.name(), NONE, kind, peer, mac, "down", "down", 0, 0, 0, 0, 0, 0);
        }
        var counters = port.counters();
        int senders = (int) teamPnics(runtime).values().stream().filter(pnic.name()::equals).count();
        return new UplinkView(host.name(), pnic.name(), vSwitch.name(), kind, peer, mac, link(port), state(runtime, port), senders,
                counters.inFrames(), counters.inOctets(), counters.outFrames(), counters.outOctets(),
                drops(port).values().stream().mapToLong(Long::longValue).sum());
    }

    private String state(SwitchRuntime runtime, PortRuntime port) {
        return agent.commands().call(() -> {
            var vSwitch = dataPlane(runtime);
            var state = vSwitch.isUsable(port.index()) ? "usable" : vSwitch.isLinkUp(port.index()) ? "waiting" : "down";
            return vSwitch.isUnstable(port.index(), agent.nowNanos()) ? state + ", unstable" : state;
        });
    }

    List<VmView> vms() {
        var views = new ArrayList<VmView>();
        topology.vms().values().forEach(vm -> views.add(vm(vm)));
        var fabric = topology.fabric();
        fabric.machines().values().forEach(machine -> views.add(new VmView(machine.name(), NONE, "machine", "on", home.namespace(machine.name()),
                List.of(nic(0, "eth0", machine.link().toString(), machine.mac(), machine.addresses(), true, null)))));
        fabric.routers().values().forEach(router -> {
            var nics = new ArrayList<VmView.NicView>();
            router.interfaces().forEach((vid, addresses) -> nics.add(nic(nics.size(), vid == 0 ? "eth0" : "eth0." + vid,
                    router.link().toString(), router.mac(), addresses, true, null)));
            views.add(new VmView(router.name(), NONE, "router", "on", home.namespace(router.name()), nics));
        });
        return views;
    }

    private VmView vm(Vm vm) {
        boolean isOn = overrides.isPowered(vm.name(), vm.poweredOn());
        boolean hasNamespace = vm.kind() == io.etherloom.topology.VmKind.NAMESPACE;
        var nics = vm.nics().stream().map(nic -> {
            var runtime = converger.switches().get(BlueprintCompiler.switchKey(vm.host(), nic.vSwitch()));
            var port = runtime == null ? null : runtime.ports().get(BlueprintCompiler.nicName(vm.name(), nic.index()));
            Long portId = runtime == null || port == null ? null : runtime.portId(port);
            return nic(nic.index(), "eth" + nic.index(), nic.portGroup(), nic.mac(), nic.addresses(), port != null, portId);
        }).toList();
        return new VmView(vm.name(), vm.host(), vm.kind().toString(), isOn ? "on" : "off",
                hasNamespace && isOn ? home.namespace(vm.name()) : "", nics);
    }

    private static VmView.NicView nic(int index, String name, String portGroup, long mac, List<InterfaceAddress> addresses,
            boolean isConnected, @Nullable Long portId) {
        return new VmView.NicView(index, name, portGroup, MacAddress.format(mac),
                addresses.stream().map(InterfaceAddress::toString).toList(), isConnected, portId);
    }

    List<FdbView> fdb() {
        var views = new ArrayList<FdbView>();
        converger.switches().forEach((key, runtime) -> {
            switch (runtime.plan()) {
                case SwitchPlan.Virtual _ -> runtime.ports().values().forEach(port -> {
                    if (port.plan().rule() instanceof Rule.Access access) {
                        var vlan = access.vlan() == PortSpec.VLAN_TRUNK ? "all" : Integer.toString(access.vlan());
                        views.add(new FdbView(key, vlan, MacAddress.format(access.vnic().initialMac()), port.plan().name(), "static", 0));
                    }
                });
                case SwitchPlan.Physical _ -> views.addAll(stations(key, runtime));
                case SwitchPlan.Splitter _ -> { }
            }
        });
        return views;
    }

    private List<FdbView> stations(String key, SwitchRuntime runtime) {
        return agent.commands().call(() -> {
            var found = new ArrayList<FdbView>();
            ((PhysicalSwitch) runtime.frameSwitch()).stations(agent.nowNanos(), (vid, mac, index, ageNanos) -> {
                var port = runtime.portAt(index);
                found.add(new FdbView(key, Integer.toString(vid), MacAddress.format(mac), port == null ? NONE : port.plan().name(),
                        "learned", ageNanos / 1_000_000_000L));
            });
            return found;
        });
    }

    List<FabricView> fabric() {
        var views = new ArrayList<FabricView>();
        for (var physical : topology.fabric().switches().values()) {
            var runtime = converger.switches().get(physical.name());
            for (var port : physical.ports().values()) {
                views.add(fabricPort(physical.name(), port, runtime == null ? null : runtime.ports().get(port.name())));
            }
        }
        return views;
    }

    private FabricView fabricPort(String name, PhysicalPort port, @Nullable PortRuntime runtime) {
        var vlans = switch (port) {
            case PhysicalPort.Access access -> Integer.toString(access.vlan());
            case PhysicalPort.Trunk trunk -> trunk.vlans().toString();
        };
        var mode = port instanceof PhysicalPort.Access ? "access" : "trunk";
        var untagged = port instanceof PhysicalPort.Trunk trunk && trunk.nativeVlan() != 0 ? Integer.toString(trunk.nativeVlan()) : NONE;
        if (runtime == null) {
            return new FabricView(name, port.name(), mode, vlans, untagged, "down", NONE, 0, 0, 0);
        }
        var counters = runtime.counters();
        return new FabricView(name, port.name(), mode, vlans, untagged, link(runtime), peer(runtime),
                counters.inFrames(), counters.outFrames(), counters.drops());
    }

    private String peer(PortRuntime port) {
        return switch (port.plan().device()) {
            case Blueprint.DevicePlan.Interface it -> it.endpoint();
            case Blueprint.DevicePlan.Memory it -> it.endpoint();
            case Blueprint.DevicePlan.HostTap tap -> tap.name();
            case Blueprint.DevicePlan.CableEnd end -> {
                var cable = converger.current().cables().get(end.cable());
                yield cable == null ? NONE : end.isFirst() ? cable.second() : cable.first();
            }
        };
    }
}
