package io.etherloom.lab;

import io.etherloom.event.Details;
import io.etherloom.event.EventLog;
import io.etherloom.event.EventType;
import java.time.Instant;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Whether port groups have uplinks left, as ESX tells it: redundancy degraded, lost, restored; connectivity lost, restored. Each change is
/// told once, with the port groups that it concerns. Under the lab's lock.
final class TeamEvents {
    private enum Standing { FULL, DEGRADED, LAST, NONE }

    private record Group(String key, String portGroup) {}

    private final EventObjects objects;
    private final EventLog log;
    private final Map<Group, Standing> standings = new HashMap<>();

    TeamEvents(EventObjects objects, EventLog log) {
        this.objects = objects;
        this.log = log;
    }

    void stands(Instant time, String key, int[] ports, int[] uplinks, int[] healthy) {
        standings.keySet().removeIf(group -> !objects.switches().containsKey(group.key()));
        var now = standing(uplinks.length, healthy.length);
        var concerned = new EnumMap<Standing, List<String>>(Standing.class);
        for (var portGroup : objects.portGroups(key, ports)) {
            var before = standings.put(new Group(key, portGroup), now);
            concerned.merge(before == null ? Standing.FULL : before, List.of(portGroup), TeamEvents::joined);
        }
        concerned.forEach((before, portGroups) -> types(before, now, uplinks.length).forEach(type ->
                post(time, type, key, portGroups, objects.uplinks(key, uplinks), objects.uplinks(key, healthy))));
    }

    private static List<String> joined(List<String> some, List<String> more) {
        var all = new java.util.ArrayList<>(some);
        all.addAll(more);
        return all;
    }

    /// A switch without uplinks has lost none.
    private static Standing standing(int uplinks, int healthy) {
        if (healthy == uplinks) {
            return Standing.FULL;
        }
        return healthy == 0 ? Standing.NONE : healthy == 1 ? Standing.LAST : Standing.DEGRADED;
    }

    private static List<EventType> types(Standing before, Standing now, int uplinks) {
        if (before == now) {
            return List.of();
        }
        return switch (now) {
            case NONE -> List.of(EventType.CONNECTIVITY_LOST);
            case LAST -> List.of(before == Standing.NONE ? EventType.CONNECTIVITY_RESTORED : EventType.REDUNDANCY_LOST);
            case DEGRADED -> List.of(before == Standing.NONE ? EventType.CONNECTIVITY_RESTORED : EventType.REDUNDANCY_DEGRADED);
            case FULL -> before != Standing.NONE ? List.of(EventType.REDUNDANCY_RESTORED)
                    : uplinks == 1 ? List.of(EventType.CONNECTIVITY_RESTORED)
                    : List.of(EventType.CONNECTIVITY_RESTORED, EventType.REDUNDANCY_RESTORED);
        };
    }

    private void post(Instant time, EventType type, String key, List<String> portGroups, List<String> uplinks, List<String> healthy) {
        var down = uplinks.stream().filter(uplink -> !healthy.contains(uplink)).toList();
        var what = switch (type) {
            case CONNECTIVITY_LOST -> "Lost network connectivity on " + key + ": no uplink is left";
            case CONNECTIVITY_RESTORED -> "Network connectivity restored on " + key + " by " + String.join(", ", healthy);
            case REDUNDANCY_LOST -> "Lost uplink redundancy on " + key + ": only " + String.join(", ", healthy) + " is left";
            case REDUNDANCY_DEGRADED -> "Uplink redundancy degraded on " + key + ": " + String.join(", ", healthy) + " are left";
            default -> "Uplink redundancy restored on " + key;
        };
        log.post(time, type, key, what + ". Affected port groups: " + EventObjects.enumerated(portGroups) + ".",
                Details.none().andNames("portGroups", portGroups).andNames("usable", healthy).andNames("unusable", down));
    }
}
