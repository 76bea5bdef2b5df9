package io.etherloom.lab;

import io.etherloom.lab.Blueprint.SwitchPlan;
import io.etherloom.topology.Topology;
import io.etherloom.vswitch.SwitchSpec;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Makes the words of each kind of switch.
final class Words {
    private Words() {}

    /// Under the lab's lock.
    ///
    /// @param spec what a vSwitch follows, null for other switches
    static SwitchWords of(Topology topology, Overrides overrides, SwitchRuntime runtime, @Nullable SwitchSpec spec, Map<Integer, PortPlace> places,
            Standings standings) {
        return switch (runtime.plan()) {
            case SwitchPlan.Virtual plan -> {
                var host = Objects.requireNonNull(topology.hosts().get(plan.host()));
                var vSwitch = Objects.requireNonNull(host.vSwitches().get(plan.name()));
                yield new VSwitchWords(VSwitchFacts.of(new Origins(topology.profile(), overrides.settings()), host, vSwitch, Objects.requireNonNull(spec), places, standings));
            }
            case SwitchPlan.Physical plan -> new PhysicalWords(
                    Objects.requireNonNull(topology.fabric().switches().get(plan.name())), places, standings);
            case SwitchPlan.Splitter plan -> new RouterWords(plan.name(), plan.vids(), places);
        };
    }
}
