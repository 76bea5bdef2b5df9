package io.etherloom.lab;

import io.etherloom.lab.Blueprint.DevicePlan;
import io.etherloom.lab.Blueprint.Rule;
import io.etherloom.lab.Blueprint.SwitchPlan;
import io.etherloom.topology.Suggestion;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Finds the ports that a capture names: a VM's vNIC (`web1`, `web1/1`, `web1.eth1`), a vmk or uplink (`esx1/vmk0`, `esx1/vmnic0`), a
/// port of a physical switch (`tor1/24`), a machine or router by what it is plugged into, or a port id. Reads the lab's state under its
/// lock.
final class CaptureTargets {
    /// A port with the name that a capture shows.
    record Target(String name, SwitchRuntime runtime, PortRuntime port) {}

    private final Map<String, Target> byName = new LinkedHashMap<>();
    private final Map<Long, Target> byId = new LinkedHashMap<>();

    CaptureTargets(Converger converger) {
        converger.switches().values().forEach(runtime -> runtime.ports().values().forEach(port -> add(runtime, port)));
    }

    private void add(SwitchRuntime runtime, PortRuntime port) {
        var name = port.plan().name();
        switch (runtime.plan()) {
            case SwitchPlan.Virtual virtual -> {
                boolean isOfVm = name.contains(".");
                var target = new Target(isOfVm ? name : virtual.host() + "/" + name, runtime, port);
                byName.put(target.name(), target);
                byId.putIfAbsent(runtime.portId(port), target);
                if (isOfVm && port.plan().rule() instanceof Rule.Access) {
                    addVm(name, target);
                }
            }
            case SwitchPlan.Physical physical -> {
                var target = new Target(physical.name() + "/" + name, runtime, port);
                byName.put(target.name(), target);
                if (port.plan().device() instanceof DevicePlan.Interface machine) {
                    byName.put(machine.endpoint(), target);
                }
            }
            case SwitchPlan.Splitter splitter -> byName.putIfAbsent(splitter.name(), new Target(splitter.name(), runtime, port));
        }
    }

    private void addVm(String name, Target target) {
        int dot = name.lastIndexOf(".eth");
        var vm = name.substring(0, dot);
        var index = name.substring(dot + 4);
        byName.put(vm + "/" + index, target);
        byName.putIfAbsent(vm, target);
    }

    /// The port with exactly this name, or null.
    @Nullable Target named(String name) {
        return byName.get(name);
    }

    /// @throws LabException NOT_FOUND for a name that means no port, with the nearest one that does
    List<Target> find(List<String> names) {
        var targets = new ArrayList<Target>();
        for (var name : names) {
            var target = find(name);
            if (!targets.contains(target)) {
                targets.add(target);
            }
        }
        return targets;
    }

    private Target find(String name) {
        var target = byName.get(name);
        if (target == null && name.matches("[0-9]{1,18}")) {
            target = byId.get(Long.parseLong(name));
        }
        if (target == null) {
            throw new LabException(LabException.Kind.NOT_FOUND,
                    "no port " + name + " in this lab" + Suggestion.withAllowed(name, byName.keySet(), byName.keySet()));
        }
        return target;
    }
}
