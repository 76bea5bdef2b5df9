package io.etherloom.lab;

import io.etherloom.frame.FramePool;
import io.etherloom.lab.Blueprint.Rule;
import io.etherloom.lab.LabControl.Meters;
import io.etherloom.vswitch.VSwitch;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// What metrics read of a lab, made anew for each scrape under the lab's lock; the agent is asked once.
final class LabMeters {
    private LabMeters() {}

    static Meters of(Converger converger, SwitchAgent agent) {
        var ports = new ArrayList<Meters.Port>();
        var uplinks = new ArrayList<Meters.Uplink>();
        var usable = agent.commands().call(() -> usableUplinks(converger));
        converger.switches().forEach((key, runtime) -> runtime.ports().values().forEach(port -> {
            var device = port.device();
            ports.add(new Meters.Port(key, port.plan().name(), port.counters(), device == null ? () -> 0 : device::deviceQueueDrops));
            if (port.plan().rule() instanceof Rule.Uplink) {
                uplinks.add(new Meters.Uplink(key, port.plan().name(), port::isLinkUp, () -> usable.contains(port)));
            }
        }));
        return new Meters(ports, uplinks, List.of(meter(agent)));
    }

    /// What is left when the lab is closed.
    static Meters nothing() {
        return new Meters(List.of(), List.of(), List.of());
    }

    private static Set<PortRuntime> usableUplinks(Converger converger) {
        var usable = new HashSet<PortRuntime>();
        converger.switches().values().forEach(runtime -> {
            if (runtime.frameSwitch() instanceof VSwitch vSwitch) {
                runtime.ports().values().stream().filter(port -> vSwitch.isUsable(port.index())).forEach(usable::add);
            }
        });
        return usable;
    }

    private static Meters.AgentMeter meter(SwitchAgent agent) {
        AgentMeters meters = agent.meters();
        FramePool pool = agent.pool();
        return new Meters.AgentMeter(agent.role(), meters::cycles, meters::busyNanos, meters::takeMaxCycleNanos, meters::errors,
                pool.capacity(), pool::free, pool.tailCapacity(), pool::freeTails);
    }
}
