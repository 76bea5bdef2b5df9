package io.etherloom.lab;

import io.etherloom.topology.Host;
import io.etherloom.topology.Setting;
import io.etherloom.topology.Setting.Kind;
import io.etherloom.topology.Suggestion;
import io.etherloom.topology.Topology;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Puts what a user wants to have set into [Overrides]: each object by its one name, so that what is set twice is replaced, and objects that come and
/// go by hand with everything that was set on them. For one change, on copies.
///
/// @param topology  what runs, settings by hand included
/// @param overrides changed by each call
record SettingTargets(Topology topology, Overrides overrides) {
    private enum Wish { THERE, ANEW, GONE, AS_IN_FILE, UNKNOWN }

    /// A port group by its full name.
    private record Label(String vSwitch, String label) {
        String full() {
            return vSwitch + "/" + label;
        }
    }

    /// Sets or unsets each of them on one object.
    void assign(Kind kind, String target, List<String> assignments) {
        var existence = assignments.stream().filter(SettingTargets::isExistence).toList();
        var object = existence.isEmpty() ? existing(kind, target) : made(parse(kind, target, existence.getLast()));
        for (var assignment : assignments) {
            if (!isExistence(assignment)) {
                var setting = parse(kind, object, assignment);
                if (setting.value().isEmpty()) {
                    overrides.unset(setting);
                } else {
                    overrides.set(setting);
                }
            }
        }
    }

    private static boolean isExistence(String assignment) {
        int equals = assignment.indexOf('=');
        return equals > 0 && assignment.substring(0, equals).strip().equals(Setting.EXISTS);
    }

    private static Setting parse(Kind kind, String target, String assignment) {
        try {
            return Setting.parse(kind, target, assignment);
        } catch (IllegalArgumentException fault) {
            throw new LabException(LabException.Kind.INVALID, String.valueOf(fault.getMessage()), fault);
        }
    }

    /// An object that there is by its one name: a port group without its vSwitch, a vNIC with its index.
    private String existing(Kind kind, String target) {
        int slash = target.indexOf('/');
        var owner = slash < 0 ? target : target.substring(0, slash);
        var name = slash < 0 ? "" : target.substring(slash + 1);
        if (kind == Kind.NIC) {
            var index = name.isEmpty() ? "0" : name;
            requireNic(owner, index);
            return owner + "/" + index;
        }
        var host = host(owner);
        switch (kind) {
            case V_SWITCH -> require("host " + owner + " has no vSwitch", name, host.vSwitches().keySet());
            case VMKERNEL -> require("host " + owner + " has no VMkernel port", name, host.vmkernel().keySet());
            case PORT_GROUP -> name = label(host, name);
            case HOST, NIC, VM -> {
                return target;
            }
        }
        return owner + "/" + name;
    }

    private String label(Host host, String name) {
        var found = portGroup(host, name);
        if (found == null) {
            throw missing("host " + host.name() + " has no port group", name, labels(host));
        }
        return found.label();
    }

    /// The port group that a name means, with or without its vSwitch; a label may hold a slash itself. Null when there is none.
    private static @Nullable Label portGroup(Host host, String name) {
        int slash = name.indexOf('/');
        Label found = null;
        for (var vSwitch : host.vSwitches().values()) {
            if (vSwitch.portGroups().containsKey(name)) {
                return new Label(vSwitch.name(), name);
            }
            boolean isFull = slash > 0 && vSwitch.name().equals(name.substring(0, slash));
            if (isFull && vSwitch.portGroups().containsKey(name.substring(slash + 1))) {
                found = new Label(vSwitch.name(), name.substring(slash + 1));
            }
        }
        return found;
    }

    private static List<String> labels(Host host) {
        return host.vSwitches().values().stream().flatMap(it -> it.portGroups().keySet().stream()).toList();
    }

    /// Has an object come, go, or be as the file says.
    ///
    /// @return what names it to other settings
    private String made(Setting setting) {
        var host = host(setting.host());
        var wish = wish(setting.value());
        return switch (setting.kind()) {
            case V_SWITCH -> {
                var vSwitch = host.vSwitches().get(setting.name());
                exist(setting, setting.name(), wish, vSwitch != null, vSwitch == null ? List.of() : List.copyOf(vSwitch.portGroups().keySet()),
                        "host " + host.name() + " has no vSwitch", host.vSwitches().keySet());
                yield setting.target();
            }
            case VMKERNEL -> {
                exist(setting, setting.name(), wish, host.vmkernel().containsKey(setting.name()), List.of(),
                        "host " + host.name() + " has no VMkernel port", host.vmkernel().keySet());
                yield setting.target();
            }
            case PORT_GROUP -> {
                var there = portGroup(host, setting.name());
                var label = there != null ? there : newLabel(host, setting.name(), wish);
                exist(setting, label.full(), wish, there != null, List.of(label.label()), "host " + host.name() + " has no port group", labels(host));
                yield host.name() + "/" + label.label();
            }
            case HOST, NIC, VM -> throw new IllegalArgumentException(setting.toString());      // They have no such key.
        };
    }

    private static Label newLabel(Host host, String name, Wish wish) {
        int slash = name.indexOf('/');
        boolean isWanted = wish == Wish.THERE || wish == Wish.ANEW;
        if (slash < 1) {
            throw isWanted
                    ? new LabException(LabException.Kind.INVALID, "on which vSwitch shall there be a port group " + name + "? Write HOST/SWITCH/LABEL; host "
                            + host.name() + " has " + String.join(", ", host.vSwitches().keySet()))
                    : missing("host " + host.name() + " has no port group", name, labels(host));
        }
        if (isWanted) {
            require("host " + host.name() + " has no vSwitch", name.substring(0, slash), host.vSwitches().keySet());
        }
        return new Label(name.substring(0, slash), name.substring(slash + 1));
    }

    private void exist(Setting setting, String name, Wish wish, boolean isThere, List<String> labels, String missing, Collection<String> others) {
        boolean wasWished = overrides.has(new Setting(setting.kind(), setting.host(), name, Setting.EXISTS, ""));
        if (wish == Wish.THERE && isThere) {
            return;
        }
        if (!isThere && !wasWished && (wish == Wish.GONE || wish == Wish.AS_IN_FILE)) {
            throw missing(missing, setting.name(), others);
        }
        var value = switch (wish) {
            case THERE, ANEW -> Setting.ANEW;      // What the file said of one that was removed by hand is forgotten with it.
            case GONE -> "no";
            case AS_IN_FILE -> "";
            case UNKNOWN -> setting.value();
        };
        if (wasWished || wish != Wish.AS_IN_FILE) {
            overrides.exist(new Setting(setting.kind(), setting.host(), name, Setting.EXISTS, value), labels);
        }
    }

    private static Wish wish(String value) {
        return switch (value.toLowerCase(Locale.ROOT)) {
            case "yes", "true" -> Wish.THERE;
            case "no", "false" -> Wish.GONE;
            case Setting.ANEW -> Wish.ANEW;
            case "" -> Wish.AS_IN_FILE;
            default -> Wish.UNKNOWN;
        };
    }

    private Host host(String name) {
        require("no host", name, topology.hosts().keySet());
        return topology.hosts().get(name);
    }

    private void requireNic(String vm, String index) {
        require("no vm", vm, topology.vms().keySet());
        requireNic(topology, vm, index);
    }

    /// @throws LabException NOT_FOUND
    static void requireNic(Topology topology, String vm, String index) {
        var nics = topology.vms().get(vm).nics();
        if (nics.stream().noneMatch(nic -> Integer.toString(nic.index()).equals(index))) {
            throw new LabException(LabException.Kind.NOT_FOUND, "vm " + vm + " has no nic " + index + "; it has " + nics.size()
                    + (nics.isEmpty() ? "" : ", numbered from 0"));
        }
    }

    /// @param missing the beginning of the sentence
    /// @throws LabException NOT_FOUND
    static void require(String missing, String name, Collection<String> existing) {
        if (!existing.contains(name)) {
            throw missing(missing, name, existing);
        }
    }

    private static LabException missing(String missing, String name, Collection<String> existing) {
        return new LabException(LabException.Kind.NOT_FOUND, missing + " " + (name.isEmpty() ? "without a name" : name)
                + Suggestion.withAllowed(name, new ArrayList<>(existing), new ArrayList<>(existing)));
    }
}
