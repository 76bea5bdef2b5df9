package io.etherloom.lab;

import io.etherloom.topology.Topology;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/// What was switched by hand since the lab's file was applied: power, vNICs, cables. Guarded by the lab.
final class Overrides {
    private final Map<String, Boolean> power = new HashMap<>();
    private final Map<String, Boolean> connected = new HashMap<>();
    private final Set<String> pulled = new HashSet<>();

    Overrides() {}

    Overrides copy() {
        var copy = new Overrides();
        copy.power.putAll(power);
        copy.connected.putAll(connected);
        copy.pulled.addAll(pulled);
        return copy;
    }

    /// The same cables pulled, as far as the file still has them; power and vNICs as the file says: what applying a file leaves.
    Overrides afterApply(Topology wanted) {
        var copy = new Overrides();
        wanted.hosts().values().forEach(host -> host.pnics().keySet().forEach(pnic -> {
            if (isPulled(host.name(), pnic)) {
                copy.pull(host.name(), pnic, true);
            }
        }));
        return copy;
    }

    void power(String vm, boolean isOn) {
        power.put(vm, isOn);
    }

    boolean isPowered(String vm, boolean byFile) {
        return power.getOrDefault(vm, byFile);
    }

    void connect(String vm, int nic, boolean isConnected) {
        connected.put(vm + "/" + nic, isConnected);
    }

    boolean isConnected(String vm, int nic, boolean byFile) {
        return connected.getOrDefault(vm + "/" + nic, byFile);
    }

    void pull(String host, String pnic, boolean isPulled) {
        if (isPulled) {
            pulled.add(host + "/" + pnic);
        } else {
            pulled.remove(host + "/" + pnic);
        }
    }

    boolean isPulled(String host, String pnic) {
        return pulled.contains(host + "/" + pnic);
    }
}
