package io.etherloom.lab;

import io.etherloom.topology.Topology;
import java.util.HashMap;
import java.util.Map;

/// World ids, by which esxtop and esxcli tell VMs apart (spec 8.8). A VM has one while it is powered on, and another after it was off, as in
/// the product; no two VMs of a lab ever had the same. Guarded by the lab.
final class WorldIds {
    private static final int FIRST = 1001;

    private final Map<String, Integer> ids = new HashMap<>();
    private int next = FIRST;

    /// Follows what is powered on now; new ids go by the order in the file.
    void follow(Topology topology, Overrides overrides) {
        ids.keySet().removeIf(name -> !isOn(topology, overrides, name));
        topology.vms().keySet().stream().filter(name -> isOn(topology, overrides, name)).forEach(this::of);
    }

    private static boolean isOn(Topology topology, Overrides overrides, String name) {
        var vm = topology.vms().get(name);
        return vm != null && overrides.isPowered(name, vm.poweredOn());
    }

    /// The id of a VM that is powered on.
    int of(String vm) {
        return ids.computeIfAbsent(vm, _ -> next++);
    }
}
