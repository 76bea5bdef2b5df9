package io.etherloom.esxcli;

import io.etherloom.topology.Suggestion;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The host that commands are about: what the lab's views say of it, and how it is changed. Asks anew each time; a command lives for one answer.
///
/// @param lab  where the host is
/// @param name of the host
public record EsxHost(LabAccess lab, String name) {
    /// The host's objects of a view.
    List<Facts> view(String view) {
        return lab.view(view).stream().map(Facts::of).filter(facts -> facts.is("host", name)).toList();
    }

    List<Facts> vSwitches() {
        return view("vswitches");
    }

    List<Facts> portGroups() {
        return view("portgroups");
    }

    List<Facts> uplinks() {
        return view("uplinks");
    }

    List<Facts> vmKernels() {
        return view("vmkernel");
    }

    /// Ports with what a live view knows of them: world ids, flows by cast.
    List<Facts> livePorts() {
        return Facts.of(lab.view("top").getFirst()).list("ports").stream().filter(port -> port.is("host", name)).toList();
    }

    /// The host's options.
    List<Facts> options() {
        return lab.view("hosts").stream().map(Facts::of).filter(host -> host.is("name", name)).findFirst().map(host -> host.list("advanced")).orElse(List.of());
    }

    Facts vSwitch(String name) {
        return named("vSwitch", name, vSwitches());
    }

    Facts portGroup(String name) {
        return named("portgroup", name, portGroups());
    }

    Facts uplink(String name) {
        return named("uplink", name, uplinks());
    }

    Facts vmKernel(String name) {
        return named("interface", name, vmKernels());
    }

    private Facts named(String what, String name, List<Facts> all) {
        return all.stream().filter(it -> it.is("name", name)).findFirst().orElseThrow(() -> missing(what, name, all.stream().map(it -> it.text("name")).toList()));
    }

    /// @param what kind of object
    Refusal missing(String what, String missing, Collection<String> others) {
        var suggestion = Suggestion.among(missing, others).replaceFirst("^; ", "");
        var allowed = others.isEmpty() ? "it has none" : "it has " + String.join(", ", others);
        return Refusal.of("Unable to find " + what + ": " + missing, "host " + name + " has no such " + what + "; " + allowed
            + (suggestion.isEmpty() ? "" : "; " + suggestion));
    }

    void setVSwitch(String vSwitch, Map<String, @Nullable Object> values) {
        lab.set("vswitch", name + "/" + vSwitch, values);
    }

    void setPortGroup(String portGroup, Map<String, @Nullable Object> values) {
        lab.set("portgroup", name + "/" + portGroup, values);
    }

    void setVmKernel(String vmk, Map<String, @Nullable Object> values) {
        lab.set("vmkernel", name + "/" + vmk, values);
    }

    /// The VMs and VMkernel ports that are on one of these port groups, whether they are switched on or not.
    List<String> users(Collection<String> labels) {
        var users = new ArrayList<String>();
        for (var vm : view("vms")) {
            if (vm.list("nics").stream().anyMatch(nic -> labels.contains(nic.text("portGroup")))) {
                users.add(vm.text("name"));
            }
        }
        vmKernels().stream().filter(vmk -> labels.contains(vmk.text("portGroup"))).forEach(vmk -> users.add(vmk.text("name")));
        return users;
    }

    /// A value to set, or several, in their order.
    static Map<String, @Nullable Object> values(Object... keysAndValues) {
        var values = new LinkedHashMap<String, @Nullable Object>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            values.put((String) keysAndValues[i], keysAndValues[i + 1]);
        }
        return values;
    }
}
