package io.etherloom.topology;

import io.etherloom.topology.Yaml.Entry;
import io.etherloom.topology.Yaml.Mapping;
import io.etherloom.topology.Yaml.Scalar;
import io.etherloom.topology.Yaml.Sequence;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What settings by hand make of the file's structure beyond single values: a vSwitch, port group or VMkernel port more or less, and uplinks that
/// leave the teams of their vSwitch with it.
final class Existence {
    private static final List<String> FAILOVER_ORDER = List.of("teaming", "failoverOrder");

    private Existence() {}

    /// The host with what [Setting#EXISTS] says.
    ///
    /// @param line stands for the setting
    /// @return the host as it was after a report
    static Yaml in(Yaml host, Setting setting, int line, Yaml value, Problems problems) {
        var steps = steps(setting);
        var wish = value instanceof Scalar scalar ? scalar.text().toLowerCase(Locale.ROOT) : "";
        return switch (wish) {
            case "no", "false" -> without(host, steps);
            case "yes", "true", Setting.ANEW -> {
                if (setting.kind() == Setting.Kind.PORT_GROUP && at(host, steps.subList(0, 2)) == null) {
                    var vSwitches = Settings.members(Settings.member(host, "vSwitches"));
                    problems.error(line, 1, "", "host " + setting.host() + " has no vSwitch '" + steps.get(1) + "'"
                        + Suggestion.withAllowed(steps.get(1), vSwitches, vSwitches));
                    yield host;
                }
                boolean isThere = at(host, steps) != null && !wish.equals(Setting.ANEW);
                yield isThere ? host : Settings.with(host, steps, new Mapping(new LinkedHashMap<>(), line, 1, 1), line);
            }
            default -> {
                problems.error(line, 1, "", "is yes, no or new: there, not there, or there without what the file says of it");
                yield host;
            }
        };
    }

    /// The host whose port group says nothing of a policy.
    ///
    /// @param setting names the port group with or without its vSwitch
    static Yaml inherited(Yaml host, Setting setting) {
        var changed = host;
        for (var vSwitch : Settings.members(Settings.member(host, "vSwitches"))) {
            var label = setting.name().startsWith(vSwitch + "/") ? setting.name().substring(vSwitch.length() + 1) : setting.name();
            for (var name : List.of(setting.name(), label)) {
                var steps = new ArrayList<>(List.of("vSwitches", vSwitch, "portGroups", name));
                steps.addAll(List.of(setting.path().split("\\.")));
                changed = without(changed, steps);
            }
        }
        return changed;
    }

    /// Where the object stands below its host.
    private static List<String> steps(Setting setting) {
        return switch (setting.kind()) {
            case V_SWITCH -> List.of("vSwitches", setting.name());
            case VMKERNEL -> List.of("vmkernel", setting.name());
            case PORT_GROUP -> {
                int slash = setting.name().indexOf('/');      // No vSwitch has one in its name; a label may.
                yield List.of("vSwitches", setting.name().substring(0, Math.max(slash, 0)), "portGroups", setting.name().substring(slash + 1));
            }
            case HOST, NIC, VM -> throw new IllegalArgumentException(setting.toString());
        };
    }

    /// What stands there; an object of which the file says nothing stands there too.
    private static @Nullable Yaml at(@Nullable Yaml node, List<String> steps) {
        for (var step : steps) {
            node = Settings.member(node, step);
        }
        return node;
    }

    private static Yaml without(Yaml node, List<String> steps) {
        return steps.size() == 1 ? change(node, entries -> {
            entries.remove(steps.getFirst());
            return entries;
        }) : inside(node, steps.getFirst(), member -> without(member, steps.subList(1, steps.size())));
    }

    /// The vSwitch whose uplinks were set by hand, without others in the failover orders that stand in the file or were set before: a pNIC that
    /// leaves a vSwitch leaves its teams.
    static Yaml withUplinks(Yaml vSwitch, Yaml uplinks) {
        if (!(uplinks instanceof Sequence list)) {
            return vSwitch;      // The binder reports it.
        }
        var names = list.items().stream().map(item -> item instanceof Scalar scalar ? scalar.text() : "").collect(Collectors.toSet());
        var pruned = pruned(vSwitch, FAILOVER_ORDER, names);
        return inside(pruned, "portGroups", groups -> {
            var changed = groups;
            for (var label : Settings.members(groups)) {
                changed = inside(changed, label, group -> pruned(group, FAILOVER_ORDER, names));
            }
            return changed;
        });
    }

    private static Yaml pruned(Yaml node, List<String> steps, Set<String> names) {
        if (!steps.isEmpty()) {
            return inside(node, steps.getFirst(), member -> pruned(member, steps.subList(1, steps.size()), names));
        }
        var order = node;
        for (var list : List.of("active", "standby", "unused")) {
            order = inside(order, list, places -> places instanceof Sequence sequence ? new Sequence(
                sequence.items().stream().filter(item -> item instanceof Scalar scalar && names.contains(scalar.text())).toList(),
                sequence.line(), sequence.column(), sequence.weight()) : places);
        }
        return order;
    }

    /// The mapping with one member changed, if it is a mapping and has it.
    private static Yaml inside(Yaml node, String name, UnaryOperator<Yaml> change) {
        return change(node, entries -> {
            entries.computeIfPresent(name, (_, entry) -> new Entry(entry.key(), change.apply(entry.value())));
            return entries;
        });
    }

    private static Yaml change(Yaml node, UnaryOperator<LinkedHashMap<String, Entry>> change) {
        return node instanceof Mapping mapping
            ? new Mapping(change.apply(new LinkedHashMap<>(mapping.entries())), mapping.line(), mapping.column(), mapping.weight())
            : node;
    }
}
