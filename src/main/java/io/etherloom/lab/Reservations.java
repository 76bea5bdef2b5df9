package io.etherloom.lab;

import io.etherloom.topology.Host;
import io.etherloom.topology.Nic;
import io.etherloom.topology.Topology;
import io.etherloom.topology.VSwitch;
import io.etherloom.topology.Vm;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/// Ports that are kept free for VMs on their way to another host, so that nobody takes the last one before they come. Guarded by the lab's lock.
final class Reservations {
    /// Host by VM.
    private final Map<String, String> arriving = new LinkedHashMap<>();

    void add(String vm, String host) {
        arriving.put(vm, host);
    }

    void remove(String vm) {
        arriving.remove(vm);
    }

    /// A change leaves enough ports for those that come.
    ///
    /// @throws LabException CONFLICT when it does not
    void require(Topology wanted, Overrides byHand) {
        arriving.forEach((name, hostName) -> {
            var vm = wanted.vms().get(name);
            var host = wanted.hosts().get(hostName);
            if (vm != null && host != null && !vm.host().equals(hostName)) {
                host.vSwitches().values().forEach(vSwitch -> requireRoom(wanted, byHand, host, vSwitch));
            }
        });
    }

    private void requireRoom(Topology wanted, Overrides byHand, Host host, VSwitch vSwitch) {
        if (vSwitch.ports() == VSwitch.ELASTIC) {
            return;
        }
        var perVm = new HashMap<String, Long>();
        wanted.vms().values().forEach(vm -> {
            boolean isHere = vm.host().equals(host.name());
            boolean isComing = !isHere && host.name().equals(arriving.get(vm.name()));
            if (byHand.isPowered(vm.name(), vm.poweredOn()) && (isHere || isComing)) {
                perVm.put(vm.name(), ports(vm, byHand, vSwitch, isHere));
            }
        });
        long taken = perVm.values().stream().mapToLong(Long::longValue).sum()
            + host.vmkernel().values().stream().filter(vmk -> vmk.vSwitch().equals(vSwitch.name())).count();
        if (taken > vSwitch.ports()) {
            throw new LabException(LabException.Kind.CONFLICT, host.name() + "/" + vSwitch.name() + " has " + vSwitch.ports() + " ports and needs " + taken
                + " with those that are kept for " + String.join(", ", arriving.keySet()) + ", on the way there; wait until that is over, or raise `ports`");
        }
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
