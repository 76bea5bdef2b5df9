package io.etherloom.topology;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Binds a failover order, which is set as one unit: an uplink in no list is unused (spec 4.21).
///
/// A list that was set by hand takes its uplinks out of the lists that stand in the file, as moving an uplink in the vSphere client does.
final class FailoverOrderBinder {
    private static final String ACTIVE = "active";
    private static final String STANDBY = "standby";
    private static final String UNUSED = "unused";

    /// @param rank lower for what was set later; the file has 0
    private record Place(String list, int rank) {}

    private final List<String> uplinks;
    private final Map<String, Place> places = new HashMap<>();
    private final Map<String, List<String>> lists = new HashMap<>();

    /// @param uplinks uplinks of the vSwitch in its order
    FailoverOrderBinder(List<String> uplinks) {
        this.uplinks = uplinks;
    }

    /// @param above what holds for the rest when only members were set by hand
    FailoverOrder bind(Section section, FailoverOrder above) {
        boolean isWhole = !Settings.isHolder(section.item().node());
        if (isWhole) {
            section.required(ACTIVE, "the order is set as one unit, so write active: [...] with every uplink to be used");
        }
        var written = new ArrayList<Map.Entry<String, Item>>();
        for (var list : List.of(ACTIVE, STANDBY, UNUSED)) {
            var item = section.get(list);
            if (item != null) {
                written.add(Map.entry(list, item));
            }
        }
        written.sort(Comparator.comparingInt(entry -> rank(entry.getValue())));
        for (var entry : written) {
            lists.put(entry.getKey(), names(entry.getKey(), entry.getValue()));
        }
        var active = list(ACTIVE, isWhole ? List.of() : above.active());
        var standby = list(STANDBY, isWhole ? List.of() : above.standby());
        return order(active, standby, uplinks);
    }

    /// The order with every uplink that is in neither list as an unused one.
    static FailoverOrder order(List<String> active, List<String> standby, List<String> uplinks) {
        var unused = new ArrayList<>(uplinks);
        unused.removeAll(active);
        unused.removeAll(standby);
        return new FailoverOrder(active, standby, unused);
    }

    private static int rank(Item item) {
        return Math.min(item.node().line(), 0);
    }

    private List<String> list(String name, List<String> inherited) {
        var own = lists.get(name);
        if (own != null) {
            return own;
        }
        var rest = new ArrayList<>(inherited);
        rest.removeAll(places.keySet());
        return rest;
    }

    private List<String> names(String list, Item item) {
        Set<String> names = new LinkedHashSet<>();
        for (var one : item.list()) {
            var name = name(list, one, rank(item));
            if (name != null) {
                names.add(name);
            }
        }
        return List.copyOf(names);
    }

    private @Nullable String name(String list, Item item, int rank) {
        var name = item.text();
        if (name == null) {
            return null;
        }
        if (!uplinks.contains(name)) {
            item.error("'" + name + "' is no uplink of this vSwitch" + Suggestion.withAllowed(name, uplinks, uplinks));
            return null;
        }
        var other = places.putIfAbsent(name, new Place(list, rank));
        if (other != null && other.rank() == rank) {
            item.error("'" + name + "' is in '" + other.list() + "' already; an uplink stands in one list, once");
        }
        return other == null ? name : null;
    }
}
