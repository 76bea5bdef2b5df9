package io.etherloom.topology;

import io.etherloom.topology.Item.Named;
import io.etherloom.topology.Yaml.Entry;
import io.etherloom.topology.Yaml.Mapping;
import io.etherloom.topology.Yaml.Scalar;
import io.etherloom.topology.Yaml.Sequence;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// Puts settings by hand into the structure of the file, after `like:` and before binding.
///
/// A value that was set by hand has a negative line, which says which setting it comes from: -1 for the first, and so on down. A mapping that had
/// to be made to hold such a value has the column 0, and is no whole unit: what it lacks keeps its effective value.
final class Settings {
    private static final int LONGEST_VALUE = 4096;
    private static final int HOLDER_COLUMN = 0;

    private final List<Setting> settings;
    private final Problems problems;

    Settings(List<Setting> settings, Problems problems) {
        this.settings = settings;
        this.problems = problems;
    }

    static boolean isByHand(Yaml node) {
        return node.line() < 0;
    }

    /// Whether it was made only to hold members that were set by hand.
    static boolean isHolder(Yaml node) {
        return isByHand(node) && node.column() == HOLDER_COLUMN;
    }

    /// The setting of a negative line.
    static Setting at(int line, List<Setting> settings) {
        return settings.get(-1 - line);
    }

    /// The hosts with what was set on them, their port groups and vSwitches.
    ///
    /// @param hosts with `like:` resolved
    List<Named> onHosts(List<Named> hosts) {
        return apply(hosts, "host", setting -> !isOfVm(setting));
    }

    /// The VMs with what was set on them and their vNICs.
    List<Named> onVms(List<Named> vms) {
        return apply(vms, "VM", Settings::isOfVm);
    }

    private static boolean isOfVm(Setting setting) {
        return setting.kind() == Setting.Kind.NIC || setting.kind() == Setting.Kind.VM;
    }

    private List<Named> apply(List<Named> objects, String what, Predicate<Setting> isOurs) {
        var bodies = new LinkedHashMap<String, Named>();
        objects.forEach(named -> bodies.put(named.name(), named));
        for (int i = 0; i < settings.size(); i++) {
            var setting = settings.get(i);
            int line = -1 - i;
            var named = bodies.get(setting.host());
            if (!isOurs.test(setting)) {
                continue;
            }
            if (setting.kind() == Setting.Kind.VM && setting.path().equals(Setting.EXISTS)) {
                arrive(setting, line, bodies);
                continue;
            }
            if (named == null) {
                error(line, "there is no " + what + " '" + setting.host() + "'" + Suggestion.withAllowed(setting.host(), bodies.keySet(), bodies.keySet()));
                continue;
            }
            var value = value(setting, line);
            if (value != null) {
                var item = named.value();
                bodies.put(named.name(), new Named(named.name(), named.key(), new Item(place(setting, line, item.node(), value), item.path(), problems)));
            }
        }
        return List.copyOf(bodies.values());
    }

    private void arrive(Setting setting, int line, LinkedHashMap<String, Named> bodies) {
        var name = setting.host();
        var value = value(setting, line);
        if (bodies.containsKey(name)) {
            error(line, "there is a VM '" + name + "' already");
        } else if (value != null) {
            var path = "vms." + name;
            bodies.put(name, new Named(name, new Item(new Scalar(name, true, line, 1), path, problems), new Item(value, path, problems)));
        }
    }

    private void error(int line, String message) {
        problems.error(line, 1, "", message);
    }

    private @Nullable Yaml value(Setting setting, int line) {
        var trouble = setting.pathTrouble();
        if (trouble.isEmpty() && setting.value().length() > LONGEST_VALUE) {
            trouble = "the value is longer than " + LONGEST_VALUE + " characters";
        }
        if (!trouble.isEmpty()) {
            error(line, trouble);
            return null;
        }
        var found = new Problems("");
        var value = YamlReader.read(setting.value(), found);
        if (found.hasErrors()) {
            error(line, "the value " + found.inFileOrder().getFirst().message());
            return null;
        }
        // An empty value is reported by whoever needs one.
        return value == null ? new Scalar("", true, line, 1) : moved(value, line);
    }

    private static Yaml moved(Yaml value, int line) {
        return switch (value) {
            case Scalar scalar -> new Scalar(scalar.text(), scalar.plain(), line, scalar.column());
            case Sequence list -> new Sequence(list.items().stream().map(item -> moved(item, line)).toList(), line, list.column(), list.weight());
            case Mapping mapping -> {
                var entries = new LinkedHashMap<String, Entry>();
                mapping.entries().forEach((name, entry) -> entries.put(name, new Entry((Scalar) moved(entry.key(), line), moved(entry.value(), line))));
                yield new Mapping(entries, line, mapping.column(), mapping.weight());
            }
        };
    }

    private Yaml place(Setting setting, int line, Yaml body, Yaml value) {
        if (setting.path().equals(Setting.EXISTS)) {
            return Existence.in(body, setting, line, value, problems);
        }
        if (setting.isInherit() && value instanceof Scalar scalar && scalar.text().equals(Setting.INHERIT)) {
            return inPortGroup(setting, line, body, value) == body ? body : Existence.inherited(body, setting);      // The same when there is none.
        }
        return switch (setting.kind()) {
            case HOST -> with(body, List.of("advanced", setting.path()), value, line);
            case V_SWITCH -> inVSwitch(setting, line, body, value);
            case PORT_GROUP -> inPortGroup(setting, line, body, value);
            case NIC -> inNic(setting, line, body, value);
            case VM -> with(body, List.of(setting.path()), value, line);
            case VMKERNEL -> inMember(setting, line, body, value, "vmkernel", "VMkernel port");
        };
    }

    private Yaml inVSwitch(Setting setting, int line, Yaml body, Yaml value) {
        var changed = inMember(setting, line, body, value, "vSwitches", "vSwitch");
        return setting.path().equals("uplinks")
            ? replace(changed, "vSwitches", all -> replace(all, setting.name(), one -> Existence.withUplinks(one, value)))
            : changed;
    }

    /// @param members the key of the host under which such objects stand
    private Yaml inMember(Setting setting, int line, Yaml body, Yaml value, String members, String what) {
        var names = members(member(body, members));
        if (!names.contains(setting.name())) {
            error(line, "host " + setting.host() + " has no " + what + " '" + setting.name() + "'" + Suggestion.withAllowed(setting.name(), names, names));
            return body;
        }
        return with(body, steps(List.of(members, setting.name()), setting.path()), value, line);
    }

    /// A label may hold a slash, so the form SWITCH/LABEL is only tried when no label fits.
    private Yaml inPortGroup(Setting setting, int line, Yaml body, Yaml value) {
        var vSwitches = member(body, "vSwitches");
        var labels = new ArrayList<String>();
        for (var vSwitch : members(vSwitches)) {
            var here = members(member(member(vSwitches, vSwitch), "portGroups"));
            if (here.contains(setting.name())) {
                return with(body, steps(List.of("vSwitches", vSwitch, "portGroups", setting.name()), setting.path()), value, line);
            }
            labels.addAll(here);
        }
        for (var vSwitch : members(vSwitches)) {
            var label = setting.name().startsWith(vSwitch + "/") ? setting.name().substring(vSwitch.length() + 1) : "";
            if (members(member(member(vSwitches, vSwitch), "portGroups")).contains(label)) {
                return with(body, steps(List.of("vSwitches", vSwitch, "portGroups", label), setting.path()), value, line);
            }
        }
        error(line, "host " + setting.host() + " has no port group '" + setting.name() + "'" + Suggestion.withAllowed(setting.name(), labels, labels));
        return body;
    }

    private Yaml inNic(Setting setting, int line, Yaml body, Yaml value) {
        var nics = member(body, "nics") instanceof Sequence list ? list.items() : List.<Yaml>of();
        int index = setting.name().matches("[0-9]{1,4}") ? Integer.parseInt(setting.name()) : Integer.MAX_VALUE;
        if (index >= nics.size()) {
            error(line, "VM " + setting.host() + " has no vNIC '" + setting.name() + "'; " + (nics.isEmpty() ? "it has none" : "it has 0 to " + (nics.size() - 1)));
            return body;
        }
        return replace(body, "nics", list -> {
            var items = new ArrayList<>(nics);
            items.set(index, with(nics.get(index), List.of(setting.path()), value, line));
            return new Sequence(List.copyOf(items), list.line(), list.column(), list.weight() + value.weight());
        });
    }

    private static List<String> steps(List<String> object, String path) {
        var steps = new ArrayList<>(object);
        steps.addAll(List.of(path.split("\\.")));
        return steps;
    }

    static @Nullable Yaml member(@Nullable Yaml node, String name) {
        var entry = node instanceof Mapping mapping ? mapping.entries().get(name) : null;
        return entry == null ? null : entry.value();
    }

    static List<String> members(@Nullable Yaml node) {
        return node instanceof Mapping mapping ? List.copyOf(mapping.entries().keySet()) : List.of();
    }

    private static Yaml replace(Yaml body, String name, UnaryOperator<Yaml> change) {
        if (!(body instanceof Mapping mapping)) {
            return body;
        }
        var entries = new LinkedHashMap<>(mapping.entries());
        entries.computeIfPresent(name, (_, entry) -> new Entry(entry.key(), change.apply(entry.value())));
        return new Mapping(entries, mapping.line(), mapping.column(), mapping.weight());
    }

    /// The node with the value at the end of the steps. What is no mapping stays, since the file is refused for it anyway.
    static Yaml with(@Nullable Yaml node, List<String> steps, Yaml value, int line) {
        if (steps.isEmpty()) {
            return value;
        }
        if (node instanceof Mapping || node == null || node instanceof Scalar scalar && scalar.isNull()) {
            var entries = node instanceof Mapping mapping ? new LinkedHashMap<>(mapping.entries()) : new LinkedHashMap<String, Entry>();
            var rest = steps.subList(1, steps.size());
            var old = entries.get(steps.getFirst());
            var key = old == null || rest.isEmpty() ? new Scalar(steps.getFirst(), true, line, 1) : old.key();
            entries.put(steps.getFirst(), new Entry(key, with(old == null ? null : old.value(), rest, value, line)));
            return new Mapping(entries, node == null ? line : node.line(), node == null ? HOLDER_COLUMN : node.column(),
                value.weight() + (node == null ? 1 : node.weight()));
        }
        return node;
    }
}
