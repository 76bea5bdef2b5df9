package io.etherloom.lab;

import io.etherloom.lab.view.HostView;
import io.etherloom.lab.view.NetworkView;
import io.etherloom.lab.view.VSwitchView;
import io.etherloom.lab.view.VmKernelView;
import io.etherloom.lab.view.VmView;
import io.etherloom.topology.AdvancedOption;
import io.etherloom.topology.Host;
import io.etherloom.topology.InterfaceAddress;
import io.etherloom.topology.LinkDiscovery;
import io.etherloom.topology.PortGroup;
import io.etherloom.topology.Vm;
import io.etherloom.topology.VmKernel;
import io.etherloom.wire.MacAddress;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Shows what a lab consists of: hosts, vSwitches, networks, VMs.
record InventoryViews(LabState state) {
    List<HostView> hosts() {
        return state.topology().hosts().values().stream()
                .map(host -> new HostView(
                        host.name(),
                        host.vmkernel().isEmpty() ? "" : state.home().namespace(host.name()),
                        List.copyOf(host.vSwitches().keySet()),
                        List.copyOf(host.pnics().keySet()),
                        List.copyOf(host.vmkernel().keySet()),
                        (int) state.topology().vms().values().stream().filter(vm -> vm.host().equals(host.name())).count(),
                        Arrays.stream(AdvancedOption.values()).map(option -> option(host, option)).toList()))
                .toList();
    }

    private HostView.Option option(Host host, AdvancedOption option) {
        return new HostView.Option(option.key(), host.advanced().value(option), option.defaultFor(state.topology().profile()));
    }

    List<VmKernelView> vmkernel() {
        var views = new ArrayList<VmKernelView>();
        for (var host : state.topology().hosts().values()) {
            host.vmkernel().values().forEach(vmk -> views.add(vmkernel(host, vmk)));
        }
        return views;
    }

    private VmKernelView vmkernel(Host host, VmKernel vmk) {
        return new VmKernelView(host.name(), vmk.name(), vmk.vSwitch(), vmk.portGroup(), MacAddress.format(vmk.mac()),
                vmk.addresses().stream().map(InterfaceAddress::toString).toList(), vmk.gateways().stream().map(InetAddress::getHostAddress).toList(),
                vmk.mtu(), vmk.services(), portId(host.name(), vmk.vSwitch(), vmk.name()), state.home().namespace(host.name()));
    }

    private @Nullable Long portId(String host, String vSwitch, String port) {
        var runtime = state.converger().switches().get(BlueprintCompiler.switchKey(host, vSwitch));
        var found = runtime == null ? null : runtime.ports().get(port);
        return runtime == null || found == null ? null : (Long) runtime.portId(found);
    }

    List<NetworkView> networks() {
        var byLabel = new TreeMap<String, Map<Host, PortGroup>>();
        for (var host : state.topology().hosts().values()) {
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
        state.topology().hosts().values().stream()
                .filter(host -> !groups.containsKey(host))
                .forEach(host -> mismatches.add("missing on " + host.name()));
        var hosts = groups.keySet().stream().map(Host::name).toList();
        return new NetworkView(label, hosts, List.copyOf(vlans), mismatches);
    }

    List<VSwitchView> vSwitches() {
        return state.vSwitches().stream().map(it -> new VSwitchView(
                it.host().name(), it.vSwitch().name(), it.vSwitch().mtu(), it.vSwitch().ports(), it.runtime().ports().size() + 1,
                it.vSwitch().uplinks(), List.copyOf(it.vSwitch().portGroups().keySet()), it.snapshot(state).failovers(),
                words(it.vSwitch().linkDiscovery()), new PolicyViews(state).policies(it))).toList();
    }

    private static VSwitchView.LinkDiscovery words(LinkDiscovery discovery) {
        return new VSwitchView.LinkDiscovery(discovery.protocol().toString(), discovery.operation().toString());
    }

    List<VmView> vms() {
        var views = new ArrayList<VmView>();
        state.topology().vms().values().forEach(vm -> views.add(vm(vm)));
        var fabric = state.topology().fabric();
        fabric.machines().values().forEach(machine -> views.add(new VmView(machine.name(), LabState.NONE, "machine", "on", state.home().namespace(machine.name()),
                List.of(nic(0, "eth0", machine.link().toString(), machine.mac(), machine.addresses(), true, null)))));
        fabric.routers().values().forEach(router -> {
            var nics = new ArrayList<VmView.NicView>();
            router.interfaces().forEach((vid, addresses) -> nics.add(nic(nics.size(), vid == 0 ? "eth0" : "eth0." + vid,
                    router.link().toString(), router.mac(), addresses, true, null)));
            views.add(new VmView(router.name(), LabState.NONE, "router", "on", state.home().namespace(router.name()), nics));
        });
        return views;
    }

    private VmView vm(Vm vm) {
        boolean isOn = state.overrides().isPowered(vm.name(), vm.poweredOn());
        boolean hasNamespace = vm.kind().hasNamespace();
        var nics = vm.nics().stream().map(nic -> {
            var portId = portId(vm.host(), nic.vSwitch(), BlueprintCompiler.nicName(vm.name(), nic.index()));
            return nic(nic.index(), "eth" + nic.index(), nic.portGroup(), nic.mac(), nic.addresses(), portId != null, portId);
        }).toList();
        return new VmView(vm.name(), vm.host(), vm.kind().toString(), isOn ? "on" : "off",
                hasNamespace && isOn ? state.home().namespace(vm.name()) : "", nics, state.status().apply(vm.name()));
    }

    private static VmView.NicView nic(int index, String name, String portGroup, long mac, List<InterfaceAddress> addresses,
            boolean isConnected, @Nullable Long portId) {
        return new VmView.NicView(index, name, portGroup, MacAddress.format(mac),
                addresses.stream().map(InterfaceAddress::toString).toList(), isConnected, portId);
    }
}
