package io.etherloom.lab;

import io.etherloom.topology.Host;
import io.etherloom.topology.Topology;
import io.etherloom.topology.VSwitch;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/// What views read of a lab, under its lock. Made for one question; what only the agent knows is asked of it, in one command for each switch,
/// however many views want to know.
///
/// @param topology what the lab follows, settings by hand included
/// @param status what a VM of this name is doing, empty for most
/// @param snapshots what agents have answered already
record LabState(
        Topology topology, Overrides overrides, Converger converger, LabHome home, WorldIds worlds, UnaryOperator<String> status,
        Map<SwitchRuntime, VSwitchSnapshot> snapshots) {
    LabState(Topology topology, Overrides overrides, Converger converger, LabHome home, WorldIds worlds, UnaryOperator<String> status) {
        this(topology, overrides, converger, home, worlds, status, new HashMap<>());
    }

    /// Of a lab whose VMs do nothing that has a name.
    LabState(Topology topology, Overrides overrides, Converger converger, LabHome home, WorldIds worlds) {
        this(topology, overrides, converger, home, worlds, _ -> "");
    }

    /// What a table shows where there is nothing.
    static final String NONE = "-";

    /// A vSwitch as the file describes it, and as it runs.
    record Running(Host host, VSwitch vSwitch, SwitchRuntime runtime) {
        /// Its moment, by one command to the agent.
        VSwitchSnapshot snapshot(LabState state) {
            return state.snapshots().computeIfAbsent(runtime, VSwitchSnapshot::ask);
        }
    }

    /// All vSwitches that run, in the file's order.
    List<Running> vSwitches() {
        var running = new ArrayList<Running>();
        for (var host : topology.hosts().values()) {
            for (var vSwitch : host.vSwitches().values()) {
                var runtime = converger.switches().get(BlueprintCompiler.switchKey(host.name(), vSwitch.name()));
                if (runtime != null) {
                    running.add(new Running(host, vSwitch, runtime));
                }
            }
        }
        return running;
    }
}
