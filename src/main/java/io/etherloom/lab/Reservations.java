package io.etherloom.lab;

import io.etherloom.topology.Host;
import io.etherloom.topology.Nic;
import io.etherloom.topology.Topology;
import io.etherloom.topology.VSwitch;
import io.etherloom.topology.Vm;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Ports that are kept free for VMs on their way to another host, at both: so that nobody takes the last one before they come, nor the one to which they
/// may have to come back. Guarded by the lab's lock.
final class Reservations {
    /// Hosts by VM.
    private final Map<String, Set<String>> kept = new LinkedHashMap<>();

    void add(String vm, String from, String to) {
        kept.put(vm, Set.of(from, to));
    }

    void remove(String vm) {
        kept.remove(vm);
    }

    /// A change leaves enough ports for those that are on their way.
    ///
    /// @throws LabException CONFLICT when it does not
    void require(Topology wanted, Overrides byHand) {
        kept.forEach((_, hosts) -> hosts.forEach(name -> {
            var host = wanted.hosts().get(name);
            if (host != null) {
                host.vSwitches().values().forEach(vSwitch -> requireRoom(wanted, byHand, host, vSwitch));
            }
        }));
    }

    private void requireRoom(Topology wanted, Overrides byHand, Host host, VSwitch vSwitch) {
        var elsewhere = elsewhere(wanted, host);
        if (vSwitch.ports() == VSwitch.ELASTIC || elsewhere.isEmpty()) {
            return;
        }
        long taken = host.vmkernel().values().stream().filter(vmk -> vmk.vSwitch().equals(vSwitch.name())).count();
        for (var vm : wanted.vms().values()) {
            boolean isHere = vm.host().equals(host.name());
            if (byHand.isPowered(vm.name(), vm.poweredOn()) && (isHere || elsewhere.contains(vm.name()))) {
                taken += ports(vm, byHand, vSwitch, isHere);
            }
        }
        if (taken > vSwitch.ports()) {
            throw new LabException(LabException.Kind.CONFLICT, "DestinationSwitchFull: " + host.name() + "/" + vSwitch.name() + " has " + vSwitch.ports()
                + " ports and needs " + taken + " with those that are kept for " + String.join(", ", elsewhere)
                + ", which is being moved; wait until that is over, or raise `ports`");
        }
    }

    /// VMs for which ports are kept here, and which are at another host now.
    private List<String> elsewhere(Topology wanted, Host host) {
        return kept.entrySet().stream().filter(it -> it.getValue().contains(host.name())).map(Map.Entry::getKey)
            .filter(name -> wanted.vms().get(name) instanceof Vm vm && !vm.host().equals(host.name())).toList();
    }

    private static long ports(Vm vm, Overrides byHand, VSwitch vSwitch, boolean isHere) {
        return vm.nics().stream()
            .filter(nic -> byHand.isConnected(vm.name(), nic.index(), nic.connected()))
            .filter(nic -> isHere ? nic.vSwitch().equals(vSwitch.name()) : isLabelled(vSwitch, nic))
            .count();
    }

    private static boolean isLabelled(VSwitch vSwitch, Nic nic) {
        return vSwitch.portGroups().containsKey(nic.portGroup());
    }
}
