package io.etherloom.lab;

import io.etherloom.lab.Blueprint.CablePlan;
import io.etherloom.lab.Blueprint.DevicePlan;
import io.etherloom.lab.Blueprint.EndpointPlan;
import io.etherloom.lab.Blueprint.InterfacePlan;
import io.etherloom.lab.Blueprint.MachinePlan;
import io.etherloom.lab.Blueprint.NicHardware;
import io.etherloom.lab.Blueprint.PortPlan;
import io.etherloom.lab.Blueprint.Role;
import io.etherloom.lab.Blueprint.Rule;
import io.etherloom.lab.Blueprint.SwitchPlan;
import io.etherloom.lab.Blueprint.TeamPlan;
import io.etherloom.topology.AdvancedOption;
import io.etherloom.topology.AdvancedOptions;
import io.etherloom.topology.FailureDetection;
import io.etherloom.topology.Host;
import io.etherloom.topology.Link;
import io.etherloom.topology.Nic;
import io.etherloom.topology.PhysicalPort;
import io.etherloom.topology.Pnic;
import io.etherloom.topology.PortRef;
import io.etherloom.topology.Router;
import io.etherloom.topology.SecurityAction;
import io.etherloom.topology.SecurityPolicy;
import io.etherloom.topology.SwitchDiscovery;
import io.etherloom.topology.TeamingPolicy;
import io.etherloom.topology.Topology;
import io.etherloom.topology.TrafficShaping;
import io.etherloom.topology.VSwitch;
import io.etherloom.topology.Vm;
import io.etherloom.topology.VmKernel;
import io.etherloom.topology.VmKind;
import io.etherloom.vswitch.Balancing;
import io.etherloom.vswitch.Security;
import io.etherloom.vswitch.ShaperSpec;
import io.etherloom.vswitch.Vnic;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Turns a topology into a [Blueprint]. All inheritance is resolved by the topology already; here names become keys and the product's
/// units those of the data plane.
final class BlueprintCompiler {
    private static final int DEFAULT_QUEUE = 80;
    private static final int MACHINE_MTU = 1500;
    /// Ports of physical switches queue like pNICs.
    private static final int PHYSICAL_QUEUE = 2000;

    private final Topology topology;
    private final Overrides overrides;
    private final Blueprint blueprint = Blueprint.nothing();

    private BlueprintCompiler(Topology topology, Overrides overrides) {
        this.topology = topology;
        this.overrides = overrides;
    }

    static Blueprint compile(Topology topology, Overrides overrides) {
        var compiler = new BlueprintCompiler(topology, overrides);
        compiler.fabric();
        topology.hosts().values().forEach(compiler::host);
        topology.vms().values().forEach(compiler::vm);
        return compiler.blueprint;
    }

    private void fabric() {
        var fabric = topology.fabric();
        fabric.switches().values().forEach(it -> blueprint.switches()
                .put(it.name(), new SwitchPlan.Physical(it.name(), it.mtu(), it.ageing().toNanos(), it.forwardDelay().toNanos(),
                        it.errDisableRecovery().toNanos(), List.copyOf(it.etherChannels().values()),
                        it.linkDiscovery().cdp() != SwitchDiscovery.Cdp.FORWARD)));
        fabric.links().forEach(this::link);
        fabric.routers().values().forEach(this::router);
        fabric.machines().values().forEach(machine -> {
            var plan = new InterfacePlan("eth0", machine.mac(), MACHINE_MTU, 1, machine.addresses(), machine.gateways());
            endpoint(new EndpointPlan(machine.name(), Role.MACHINE, false, false, List.of(plan), machine.run()));
            physicalPort(machine.link(), new DevicePlan.Interface(machine.name(), plan), isPlugged(machine.link()));
        });
        fabric.taps().forEach(tap -> physicalPort(tap.port(), new DevicePlan.HostTap(tap.name()), isPlugged(tap.port())));
    }

    private void link(Link link) {
        var cable = cable(link.a().toString(), link.b().toString());
        boolean isUp = !link.blocked() && isPlugged(link.a()) && isPlugged(link.b());
        physicalPort(link.a(), new DevicePlan.CableEnd(cable, true), isUp);
        physicalPort(link.b(), new DevicePlan.CableEnd(cable, false), isUp);
    }

    /// Whether nobody pulled the cable out of a port of a physical switch.
    private boolean isPlugged(PortRef port) {
        return !overrides.isPulled(port.switchName(), port.port());
    }

    private void router(Router router) {
        var interfaces = new ArrayList<InterfacePlan>();
        var vids = new ArrayList<Integer>();
        router.interfaces().forEach((vid, addresses) -> {
            var name = vid == 0 ? "eth0" : "eth0." + vid;
            interfaces.add(new InterfacePlan(name, router.mac(), MACHINE_MTU, 1, addresses, List.of()));
            vids.add(vid);
        });
        endpoint(new EndpointPlan(router.name(), Role.ROUTER, false, true, interfaces, router.run()));
        blueprint.switches().put(router.name(), new SwitchPlan.Splitter(router.name(), List.copyOf(vids)));
        var cable = cable(router.link().toString(), router.name());
        boolean isUp = isPlugged(router.link());
        physicalPort(router.link(), new DevicePlan.CableEnd(cable, true), isUp);
        port(new PortPlan(router.name(), "eth0", new Rule.Split(0), new DevicePlan.CableEnd(cable, false), PHYSICAL_QUEUE, isUp));
        for (int i = 0; i < interfaces.size(); i++) {
            var device = new DevicePlan.Interface(router.name(), interfaces.get(i));
            port(new PortPlan(router.name(), "vlan " + vids.get(i), new Rule.Split(i + 1), device, DEFAULT_QUEUE, true));
        }
    }

    private void physicalPort(PortRef ref, DevicePlan device, boolean isLinkUp) {
        var owner = topology.fabric().switches().get(ref.switchName());
        PhysicalPort port = owner.ports().get(ref.port());
        port(new PortPlan(ref.switchName(), ref.port(), new Rule.Physical(port, DiscoveryPlans.of(owner, port)), device, PHYSICAL_QUEUE, isLinkUp));
    }

    private void host(Host host) {
        int portsetBase = host.advanced().value(AdvancedOption.PORTSET_BASE);
        for (var vSwitch : host.vSwitches().values()) {
            var key = switchKey(host.name(), vSwitch.name());
            int drainMillis = host.advanced().value(AdvancedOption.PORT_DISABLE_TIMEOUT);
            blueprint.switches().put(key, new SwitchPlan.Virtual(
                    host.name(), vSwitch.name(), portsetBase, vSwitch.mtu(), drainMillis, HostOptions.of(host)));
            vSwitch.uplinks().forEach(name -> uplink(host, vSwitch, host.pnics().get(name)));
        }
        if (!host.vmkernel().isEmpty()) {
            var interfaces = host.vmkernel().values().stream().map(BlueprintCompiler::vmkInterface).toList();
            endpoint(new EndpointPlan(host.name(), Role.HOST, false, false, interfaces, List.of()));
            host.vmkernel().values().forEach(vmk -> vmkernel(host, vmk));
        }
    }

    private static InterfacePlan vmkInterface(VmKernel vmk) {
        return new InterfacePlan(vmk.name(), vmk.mac(), vmk.mtu(), 1, vmk.addresses(), vmk.gateways());
    }

    private void uplink(Host host, VSwitch vSwitch, Pnic pnic) {
        boolean isUp = !overrides.isPulled(host.name(), pnic.name()) && (!(pnic instanceof Pnic.Cabled it) || isPlugged(it.link()));
        int queue = host.advanced().value(AdvancedOption.MAX_NETIF_TX_QUEUE_LEN);
        DevicePlan device = switch (pnic) {
            case Pnic.Tap tap -> new DevicePlan.HostTap(tap.tap());
            case Pnic.Cabled cabled -> {
                var cable = cable(cabled.link().toString(), host.name() + "/" + pnic.name());
                physicalPort(cabled.link(), new DevicePlan.CableEnd(cable, true), isUp);
                yield new DevicePlan.CableEnd(cable, false);
            }
        };
        var rule = new Rule.Uplink(HostOptions.virtualMac(pnic), DiscoveryPlans.of(host, vSwitch, pnic));
        port(new PortPlan(switchKey(host.name(), vSwitch.name()), pnic.name(), rule, device, queue, isUp));
    }

    private void vmkernel(Host host, VmKernel vmk) {
        var device = new DevicePlan.Interface(host.name(), vmkInterface(vmk));
        access(host, vmk.vSwitch(), vmk.portGroup(), vmk.name(), new Vnic(vmk.mac(), vmk.mac(), false, null, vmk.mtu()), device);
    }

    private void vm(Vm vm) {
        if (!overrides.isPowered(vm.name(), vm.poweredOn())) {
            return;
        }
        boolean inMemory = !vm.kind().hasNamespace();
        boolean isExternal = vm.kind() == VmKind.EXTERNAL;
        var interfaces = vm.nics().stream().map(nic -> isExternal ? externalInterface(vm, nic) : nicInterface(nic)).toList();
        var host = topology.hosts().get(vm.host());
        var plan = new EndpointPlan(vm.name(), isExternal ? Role.EXTERNAL : Role.VM, inMemory, false, interfaces, vm.run(), vm.replay(), vm.container(),
                machine(vm, host));
        endpoint(plan);
        for (var nic : vm.nics()) {
            if (overrides.isConnected(vm.name(), nic.index(), nic.connected())) {
                var device = plan.devices().get(nic.index());
                var vnic = new Vnic(nic.mac(), nic.effectiveMac(), nic.promiscuous(), nic.multicast(), nic.mtu());
                access(host, nic.vSwitch(), nic.portGroup(), nicName(vm.name(), nic.index()), vnic, device);
            }
        }
    }

    private static @Nullable MachinePlan machine(Vm vm, Host host) {
        var qemu = vm.qemu();
        return qemu == null ? null : new MachinePlan(host.name(), !host.vmkernel().isEmpty(), qemu.withoutNics(), vm.nics().stream()
                .map(nic -> new NicHardware(nic.adapterType(), qemu.netdevs().get(nic.index()))).toList());
    }

    private static InterfacePlan nicInterface(Nic nic) {
        return new InterfacePlan("eth" + nic.index(), nic.mac(), nic.mtu(), nic.queues(), nic.addresses(), nic.gateways());
    }

    /// The name that it has until somebody takes it: one of the machine, so no other lab's and no other VM's.
    private InterfacePlan externalInterface(Vm vm, Nic nic) {
        var whole = UUID.nameUUIDFromBytes((topology.name() + "/" + vm.name() + "/" + nic.index()).getBytes(StandardCharsets.UTF_8)).toString().replace("-", "");
        return new InterfacePlan("elx" + whole.substring(0, 12), nic.mac(), nic.mtu(), 1, nic.addresses(), List.of());
    }

    private void access(Host host, String vSwitch, String label, String name, Vnic vnic, DevicePlan device) {
        var portGroup = host.vSwitches().get(vSwitch).portGroups().get(label);
        int queue = host.advanced().value(AdvancedOption.MAX_PORT_RX_QUEUE_LEN);
        var policy = portGroup.policy();
        var rule = new Rule.Access(label, portGroup.vlan(), vnic, security(policy.security(), host.advanced()),
                team(policy.teaming()), shaper(policy.trafficShaping().value()));
        port(new PortPlan(switchKey(host.name(), vSwitch), name, rule, device, queue, true));
    }

    private static Security security(SecurityPolicy policy, AdvancedOptions advanced) {
        boolean filtersPromiscuous = advanced.isOn(AdvancedOption.REVERSE_PATH_FWD_CHECK_PROMISC)
                || advanced.isOn(AdvancedOption.PROMISC_REVERSE_STRICT);
        return new Security(
                policy.promiscuousMode().value() == SecurityAction.ACCEPT,
                policy.macChanges().value() == SecurityAction.ACCEPT,
                policy.forgedTransmits().value() == SecurityAction.ACCEPT,
                filtersPromiscuous);
    }

    private static TeamPlan team(TeamingPolicy policy) {
        var balancing = switch (policy.loadBalancing().value()) {
            case ORIGINATING_VIRTUAL_PORT -> Balancing.PORT_ID;
            case SOURCE_MAC_HASH -> Balancing.SOURCE_MAC;
            case IP_HASH -> Balancing.IP_HASH;
            case EXPLICIT_FAILOVER_ORDER -> Balancing.EXPLICIT;
        };
        var order = policy.failoverOrder().value();
        return new TeamPlan(balancing, policy.failureDetection().value() == FailureDetection.BEACON_PROBING,
                policy.notifySwitches().value(), policy.failback().value(), order.active(), order.standby());
    }

    private static @Nullable ShaperSpec shaper(TrafficShaping shaping) {
        return shaping.enabled()
                ? new ShaperSpec(shaping.averageBitsPerSecond(), shaping.peakBitsPerSecond(), shaping.burstOctets())
                : null;
    }

    private void endpoint(EndpointPlan endpoint) {
        blueprint.endpoints().put(endpoint.name(), endpoint);
    }

    private String cable(String first, String second) {
        var cable = new CablePlan(first, second);
        blueprint.cables().put(cable.name(), cable);
        return cable.name();
    }

    private void port(PortPlan port) {
        blueprint.ports().put(port.key(), port);
    }

    /// Key of a vSwitch.
    static String switchKey(String host, String vSwitch) {
        return host + "/" + vSwitch;
    }

    /// Name of a VM's port.
    static String nicName(String vm, int nic) {
        return vm + ".eth" + nic;
    }
}
