package io.etherloom.vmotion;

import io.etherloom.topology.Host;
import io.etherloom.topology.Nic;
import io.etherloom.topology.Pnic;
import io.etherloom.topology.PortGroup;
import io.etherloom.topology.PortRef;
import io.etherloom.topology.Topology;
import io.etherloom.topology.VSwitch;
import io.etherloom.topology.Vm;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What stands against the move of one VM to one host (spec 7.1-7.3a). Changes nothing.
final class MoveChecks {
    private static final String SERVICE = "vmotion";
    private static final String NOT_ON_WIRE = "VlanNotOnWire";

    /// Looks through the network as it is now.
    @FunctionalInterface
    interface Ways {
        /// Where a frame from one port to another ends, in words; null when it arrives.
        @Nullable String end(String from, String to);
    }

    private final Topology topology;
    private final Ways ways;
    private final FabricPaths fabric;
    private final Map<String, String> effectiveMacs;
    private final Set<String> poweredOn;
    private final Vm vm;
    private final Host source;
    private final Host target;
    private final List<Finding> findings = new ArrayList<>();

    private MoveChecks(Topology topology, Ways ways, Set<PortRef> down, Map<String, String> effectiveMacs, Set<String> poweredOn, Vm vm, Host target) {
        this.poweredOn = poweredOn;
        this.effectiveMacs = effectiveMacs;
        this.topology = topology;
        this.ways = ways;
        fabric = new FabricPaths(topology.fabric(), down);
        this.vm = vm;
        this.target = target;
        source = topology.hosts().get(vm.host());
    }

    /// @param topology what the lab follows, settings by hand included
    /// @param ways     looks from one port to another through the lab
    /// @param down     ports of physical switches that have no link
    /// @param effectiveMacs of connected ports of VMs and vmks, by what they are used by (spec 5.6)
    /// @param poweredOn VMs that are on: one that is off takes no port (spec 1.9)
    static List<Finding> of(Topology topology, Ways ways, Set<PortRef> down, Map<String, String> effectiveMacs, Set<String> poweredOn, Vm vm, Host target) {
        var checks = new MoveChecks(topology, ways, down, effectiveMacs, poweredOn, vm, target);
        vm.nics().forEach(checks::network);
        checks.freePorts();
        checks.addresses();
        checks.vmkernel();
        return List.copyOf(checks.findings);
    }

    private static @Nullable PortGroup labelled(Host host, String label) {
        return host.vSwitches().values().stream().flatMap(it -> it.portGroups().values().stream()).filter(it -> it.name().equals(label)).findFirst().orElse(null);
    }

    private void network(Nic nic) {
        var name = vm.name() + ".eth" + nic.index();
        var group = labelled(target, nic.portGroup());
        if (group == null) {
            findings.add(Finding.fatal("CannotAccessNetwork", name + " is in port group \"" + nic.portGroup() + "\" on " + source.name() + ", and " + target.name()
                + " has no port group of this label", "make one there with the same label: labels are case sensitive (spec 7.1)"));
            return;
        }
        var here = source.vSwitches().get(nic.vSwitch());
        var there = target.vSwitches().get(group.vSwitch());
        if (nic.connected() && topology.vmotion().testsVirtualIntranet()) {
            island(name, source, here);
            island(name, target, there);
        }
        var from = here.portGroups().get(nic.portGroup());
        differences(name, nic, here, there, from, group);
        wire(from, group);
    }

    private void island(String name, Host host, VSwitch vSwitch) {
        if (vSwitch.uplinks().isEmpty()) {
            findings.add(Finding.fatal("VMOnVirtualIntranet", name + (host == source ? " is" : " would be") + " on " + host.name() + "/" + vSwitch.name()
                + ", which has no uplink", "give it one, or disconnect the vNIC: at the other host it would be alone (spec 7.2); `vmotion: { testVirtualIntranet: no }` in the file lets it go"));
        }
    }

    private void differences(String name, Nic nic, VSwitch here, VSwitch there, PortGroup from, PortGroup to) {
        var label = "port group \"" + nic.portGroup() + "\" ";
        if (from.vlan() != to.vlan()) {
            findings.add(Finding.warning("VlanDiffers", label + "is VLAN " + from.vlan() + " on " + source.name() + " and VLAN " + to.vlan() + " on " + target.name(),
                "give both the same VLAN, or " + name + " loses its network (spec 7.1)"));
        }
        if (here.mtu() != there.mtu()) {
            findings.add(Finding.warning("MtuDiffers", source.name() + "/" + here.name() + " has MTU " + here.mtu() + " and " + target.name() + "/" + there.name()
                + " has " + there.mtu(), "give both the same MTU: the guest keeps its own"));
        }
        differs(label, "security", from.policy().security().equals(to.policy().security()));
        differs(label, "teaming", from.policy().teaming().equals(to.policy().teaming()));
        differs(label, "trafficShaping", from.policy().trafficShaping().value().equals(to.policy().trafficShaping().value()));
    }

    private void differs(String label, String policy, boolean isEqual) {
        if (!isEqual) {
            findings.add(Finding.warning("PolicyDiffers", label + "has another " + policy + " policy on " + target.name() + " than on " + source.name(),
                "compare `etherloom show portgroups`; the port at the target follows the target's"));
        }
    }

    /// From the physical port behind each uplink that the port group at the target may use, through the fabric to one behind those at the source.
    private void wire(PortGroup from, PortGroup to) {
        if (to.vlan() == PortGroup.GUEST_TAGGING) {
            return;
        }
        var aims = aims(from);
        for (var uplink : team(to)) {
            if (target.pnics().get(uplink) instanceof Pnic.Cabled cabled && !fabric.down().contains(cabled.link())) {
                wire(to, cabled, from.vlan() == to.vlan() ? aims : Map.of());
            }
        }
    }

    private void wire(PortGroup group, Pnic.Cabled uplink, Map<String, PortRef> aims) {
        var port = uplink.link();
        var vlan = "port group \"" + group.name() + "\" on " + target.name() + " is " + (group.vlan() == 0 ? "untagged" : "VLAN " + group.vlan());
        var behind = port + " behind " + target.name() + "/" + uplink.name();
        var refusal = fabric.atPort(port, group.vlan());
        if (refusal != null) {
            findings.add(Finding.warning(NOT_ON_WIRE, vlan + ", which " + behind + " " + refusal.verb() + refusal.reason(), refusal.cure()));
            return;
        }
        var ports = List.copyOf(aims.values());
        if (ports.isEmpty() || fabric.reaches(port, ports, group.vlan())) {
            return;
        }
        var end = fabric.end(port, ports, group.vlan());
        findings.add(Finding.warning(NOT_ON_WIRE, vlan + ", which does not get from " + behind + " to " + words(aims) + ": "
            + (end == null ? "no cables lead there" : end.port() + " " + end.verb() + " it" + end.reason()), end == null ? "link the physical switches" : end.cure()));
    }

    private String words(Map<String, PortRef> aims) {
        return aims.entrySet().stream().map(aim -> aim.getValue() + " behind " + source.name() + "/" + aim.getKey()).collect(Collectors.joining(" or "));
    }

    /// Uplinks of the source by which the VM has its network now, and the ports behind them. None when one is a TAP: what is beyond it nobody knows.
    private Map<String, PortRef> aims(PortGroup group) {
        var aims = new LinkedHashMap<String, PortRef>();
        for (var uplink : team(group)) {
            switch (source.pnics().get(uplink)) {
                case Pnic.Tap _ -> {
                    return Map.of();
                }
                case Pnic.Cabled it when !fabric.down().contains(it.link()) && fabric.atPort(it.link(), group.vlan()) == null -> aims.put(uplink, it.link());
                case Pnic.Cabled _ -> { }
            }
        }
        return aims;
    }

    private static List<String> team(PortGroup group) {
        var order = group.policy().teaming().failoverOrder().value();
        return Stream.concat(order.active().stream(), order.standby().stream()).toList();
    }

    private void freePorts() {
        for (var vSwitch : target.vSwitches().values()) {
            long wanted = !poweredOn.contains(vm.name()) ? 0 : vm.nics().stream().filter(Nic::connected).filter(nic -> isOn(vSwitch, labelled(target, nic.portGroup()))).count();
            long used = topology.vms().values().stream().filter(it -> it.host().equals(target.name()) && poweredOn.contains(it.name()))
                .flatMap(it -> it.nics().stream()).filter(nic -> nic.connected() && nic.vSwitch().equals(vSwitch.name())).count()
                + target.vmkernel().values().stream().filter(vmk -> vmk.vSwitch().equals(vSwitch.name())).count();
            if (vSwitch.ports() != VSwitch.ELASTIC && wanted > 0 && used + wanted > vSwitch.ports()) {
                findings.add(Finding.fatal("DestinationSwitchFull", target.name() + "/" + vSwitch.name() + " has " + vSwitch.ports() + " ports, " + used
                    + " of them taken, and " + vm.name() + " needs " + wanted, "raise `ports` of the vSwitch, or move a VM away from there"));
            }
        }
    }

    private static boolean isOn(VSwitch vSwitch, @Nullable PortGroup group) {
        return group != null && group.vSwitch().equals(vSwitch.name());
    }

    /// Never two enabled ports with one address. Those of the file differ; a guest may have set another.
    private void addresses() {
        vm.nics().forEach(nic -> {
            var name = vm.name() + ".eth" + nic.index();
            var mac = effectiveMacs.get(name);
            effectiveMacs.forEach((other, its) -> {
                if (its.equals(mac) && !other.equals(name)) {
                    findings.add(Finding.fatal("DuplicateMac", name + " and " + other + " both have " + mac, "have one of the guests set its address back"));
                }
            });
        });
    }

    /// Where the lab has VMkernel ports, both hosts need one for VMotion, and one of each must reach the other; there may be several (spec 7.3a, 7.12).
    private void vmkernel() {
        if (topology.hosts().values().stream().allMatch(host -> host.vmkernel().isEmpty())) {
            return;
        }
        var here = enabled(source);
        var there = enabled(target);
        if (here.isEmpty() || there.isEmpty()) {
            var missing = here.isEmpty() ? source : target;
            findings.add(Finding.fatal("VMotionNotConfigured", missing.name() + " has no VMkernel port for VMotion, so nothing could carry the memory of " + vm.name(),
                "give one of its VMkernel ports `services: [vmotion]`"));
            return;
        }
        var tried = new ArrayList<String>();
        for (var from : here) {
            for (var to : there) {
                var end = ways.end(from, to);
                if (end == null) {
                    return;
                }
                tried.add(from + " does not reach " + to + ": " + end);
            }
        }
        findings.add(Finding.fatal("VMotionLinkDown", String.join("; ", tried), "`etherloom trace --from " + here.getFirst() + " --to " + there.getFirst()
            + "` shows where it ends"));
    }

    /// Names of the host's ports for VMotion.
    private static List<String> enabled(Host host) {
        return host.vmkernel().values().stream().filter(vmk -> vmk.services().stream().anyMatch(SERVICE::equalsIgnoreCase)).map(vmk -> host.name() + "/" + vmk.name()).toList();
    }
}
