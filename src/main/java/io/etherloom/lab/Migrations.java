package io.etherloom.lab;

import io.etherloom.lab.Blueprint.PortPlan;
import io.etherloom.lab.Blueprint.SwitchPlan;
import java.util.HashMap;
import java.util.Map;

/// Which ports of a change are those of a guest that comes by VMotion: a port of that vNIC leaves another host in the same change (spec 7.4).
/// What the change was made for plays no part. Kept by the converger, under the lab's lock.
final class Migrations {
    /// Where vNICs leave a port: names such as `web1.eth0`, and the host.
    private final Map<String, String> hosts = new HashMap<>();

    /// A change begins, and these ports go in it.
    void leave(Map<PortRuntime, SwitchRuntime> leaving) {
        hosts.clear();
        leaving.forEach((port, runtime) -> {
            // A VMkernel port is the host's own and never migrates: every host has a vmk0.
            if (runtime.plan() instanceof SwitchPlan.Virtual virtual && port.plan().name().contains(".")) {
                hosts.put(port.plan().name(), virtual.host());
            }
        });
    }

    /// Whether the port that comes at this switch is one of a VMotion.
    boolean isArrival(PortPlan port, SwitchRuntime runtime) {
        var from = hosts.get(port.name());
        return from != null && runtime.plan() instanceof SwitchPlan.Virtual virtual && !virtual.host().equals(from);
    }
}
