package io.etherloom.lab;

import io.etherloom.lab.Blueprint.Rule;
import io.etherloom.lab.Blueprint.SwitchPlan;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// How events call things: `esx1/vmnic0`, `esx1/vmk0`, `web1.eth0`, `tor1/24`. Under the lab's lock.
///
/// @param switches of the lab, by key
record EventObjects(Map<String, SwitchRuntime> switches) {
    private static final int FEW = 3;

    @Nullable PortRuntime port(String key, int index) {
        var runtime = switches.get(key);
        return runtime == null ? null : runtime.portAt(index);
    }

    /// One that has gone meanwhile is called by its number.
    String name(String key, int index) {
        var runtime = switches.get(key);
        var port = port(key, index);
        return runtime == null || port == null ? key + " port " + index : name(runtime, port);
    }

    static String name(SwitchRuntime runtime, PortRuntime port) {
        var name = port.plan().name();
        return switch (runtime.plan()) {
            case SwitchPlan.Virtual(var host, _, _, _, _, _) when port.plan().rule() instanceof Rule.Uplink || !name.contains(".") -> host + "/" + name;
            case SwitchPlan.Virtual _ -> name;
            case SwitchPlan.Physical(var physical, _, _, _, _, _, _) -> physical + "/" + name;
            case SwitchPlan.Splitter(var router, _) -> router + "/" + name;
        };
    }

    List<String> names(String key, int[] indexes) {
        return Arrays.stream(indexes).mapToObj(index -> name(key, index)).toList();
    }

    /// The short name of an uplink, as sentences about one vSwitch use it.
    String uplink(String key, int index) {
        if (index < -1) {
            return "all uplinks";
        }
        var port = port(key, index);
        return index < 0 ? "no uplink" : port == null ? "a removed uplink" : port.plan().name();
    }

    List<String> uplinks(String key, int[] indexes) {
        return Arrays.stream(indexes).mapToObj(index -> uplink(key, index)).toList();
    }

    /// The port groups of these ports, without repetition.
    List<String> portGroups(String key, int[] indexes) {
        return Arrays.stream(indexes).mapToObj(index -> port(key, index))
                .flatMap(port -> port != null && port.plan().rule() instanceof Rule.Access access ? List.of(access.portGroup()).stream() : List.<String>of().stream())
                .distinct().toList();
    }

    /// `web1.eth0, web2.eth0 and 12 more`.
    static String enumerated(List<String> names) {
        int rest = names.size() - FEW;
        return rest <= 0 ? String.join(", ", names) : String.join(", ", names.subList(0, FEW)) + " and " + rest + " more";
    }

    static String ports(List<String> names) {
        return enumerated(names) + (names.size() == 1 ? " has" : " have");
    }
}
