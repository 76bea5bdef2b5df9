package io.etherloom.lab;

import io.etherloom.topology.Setting;
import io.etherloom.topology.Topology;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What was switched or set by hand since the lab's file was applied: power, vNICs, cables, and values of the file. Guarded by the lab.
final class Overrides {
    private final Map<String, Boolean> power = new HashMap<>();
    private final Map<String, Boolean> connected = new HashMap<>();
    private final Set<String> pulled = new HashSet<>();
    /// In the order in which they were set, by what they set.
    private final Map<SettingKey, Setting> settings = new LinkedHashMap<>();

    /// A value of the file.
    private record SettingKey(Setting.Kind kind, String host, String name, String path) {
        static SettingKey of(Setting setting) {
            return new SettingKey(setting.kind(), setting.host(), setting.name(), setting.path());
        }

        boolean isBelow(SettingKey other) {
            return kind == other.kind && host.equals(other.host) && name.equals(other.name) && path.startsWith(other.path + ".");
        }

        /// Whether it is about this object of the same host, or about one of its port groups.
        boolean isOf(Setting object, Collection<String> labels) {
            boolean isGroup = kind == Setting.Kind.PORT_GROUP;
            boolean isBelow = object.kind() == Setting.Kind.V_SWITCH && path.equals(Setting.EXISTS) && name.startsWith(object.name() + "/");
            return kind == object.kind() && name.equals(object.name()) || isGroup && (isBelow || !path.equals(Setting.EXISTS) && labels.contains(name));
        }
    }

    Overrides() {}

    Overrides copy() {
        var copy = new Overrides();
        copy.power.putAll(power);
        copy.connected.putAll(connected);
        copy.pulled.addAll(pulled);
        copy.settings.putAll(settings);
        return copy;
    }

    /// The same cables pulled, as far as the file still has them, and the same VMs from outside; everything else as the file says: what applying a file leaves.
    Overrides afterApply(Topology wanted) {
        var copy = new Overrides();
        wanted.hosts().values().forEach(host -> host.pnics().keySet().forEach(pnic -> copy.pull(host.name(), pnic, isPulled(host.name(), pnic))));
        wanted.fabric().switches().values().forEach(
                it -> it.ports().keySet().forEach(port -> copy.pull(it.name(), port, isPulled(it.name(), port))));
        ofExternal().forEach(copy::set);
        connected.forEach((nic, isConnected) -> {
            if (isExternal(nic.substring(0, nic.lastIndexOf('/')))) {
                copy.connected.put(nic, isConnected);
            }
        });
        return copy;
    }

    /// What brought VMs that the file does not know, and was set on them since.
    List<Setting> ofExternal() {
        return settings.values().stream().filter(it -> isExternal(it.host()) && (it.kind() == Setting.Kind.VM || it.kind() == Setting.Kind.NIC)).toList();
    }

    /// Whether this VM came by hand.
    boolean isExternal(String vm) {
        return settings.containsKey(new SettingKey(Setting.Kind.VM, vm, "", Setting.EXISTS));
    }

    /// Forgets such a VM.
    void leave(String vm) {
        settings.keySet().removeIf(key -> key.host().equals(vm) && (key.kind() == Setting.Kind.VM || key.kind() == Setting.Kind.NIC));
        connected.keySet().removeIf(nic -> nic.startsWith(vm + "/"));
    }

    void power(String vm, boolean isOn) {
        power.put(vm, isOn);
    }

    boolean isPowered(String vm, boolean byFile) {
        return power.getOrDefault(vm, byFile);
    }

    void connect(String vm, int nic, boolean isConnected) {
        connected.put(vm + "/" + nic, isConnected);
    }

    boolean isConnected(String vm, int nic, boolean byFile) {
        return connected.getOrDefault(vm + "/" + nic, byFile);
    }

    /// @param owner a host, or a physical switch
    /// @param name of its pNIC, or port
    void pull(String owner, String name, boolean isPulled) {
        if (isPulled) {
            pulled.add(owner + "/" + name);
        } else {
            pulled.remove(owner + "/" + name);
        }
    }

    boolean isPulled(String owner, String name) {
        return pulled.contains(owner + "/" + name);
    }

    /// Gives back to the file what was set in place of the guest of this VM; returns whether anything was.
    boolean forgetGuest(String vm) {
        return settings.keySet().removeIf(key -> key.kind() == Setting.Kind.NIC && key.host().equals(vm));
    }

    /// A later setting of the same value replaces the earlier one, and those of its parts.
    void set(Setting setting) {
        unset(setting);
        settings.put(SettingKey.of(setting), setting);
    }

    /// Gives what this setting sets back to the file, and everything below it, whatever the values; nothing happens when none was set.
    void unset(Setting setting) {
        var unset = SettingKey.of(setting);
        settings.keySet().removeIf(key -> key.equals(unset) || key.isBelow(unset));
    }

    /// Whether something was set there, whatever its value.
    boolean has(Setting setting) {
        return settings.containsKey(SettingKey.of(setting));
    }

    /// Sets whether an object is there, or gives that back to the file when the value is empty. Everything that was set on it before is forgotten.
    ///
    /// @param existence of a vSwitch, port group or VMkernel port
    /// @param labels    of the port groups that come or go with it
    void exist(Setting existence, Collection<String> labels) {
        settings.keySet().removeIf(key -> key.host().equals(existence.host()) && key.isOf(existence, labels));
        if (!existence.value().isEmpty()) {
            settings.put(SettingKey.of(existence), existence);
        }
    }

    /// In the order in which they were set.
    List<Setting> settings() {
        return List.copyOf(settings.values());
    }
}
