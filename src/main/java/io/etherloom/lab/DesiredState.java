package io.etherloom.lab;

import io.etherloom.event.EventLog;
import io.etherloom.lab.view.PlanView;
import io.etherloom.lab.view.SettingsView;
import io.etherloom.topology.AdvancedOption;
import io.etherloom.topology.Container;
import io.etherloom.topology.Pnic;
import io.etherloom.topology.PortRef;
import io.etherloom.topology.Problem;
import io.etherloom.topology.Setting;
import io.etherloom.topology.Severity;
import io.etherloom.topology.Topology;
import io.etherloom.topology.TopologyException;
import io.etherloom.topology.Vm;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What a lab shall be: its file, and what was switched or set by hand since. Each change is converged whole or not at all; when that fails,
/// what was desired before is desired still. Guarded by the lab's lock.
final class DesiredState {
    private final String file;
    private final Consumer<Blueprint> converge;
    private final ChangeEvents events;
    /// Written under the lab's lock, read by metrics without it.
    private volatile Topology topology;
    private Overrides overrides = new Overrides();
    private final Reservations reservations = new Reservations();

    /// @param topology as its file says
    /// @param file path of that file, to which the lab is bound
    /// @param converge makes the lab what a blueprint says, or throws and leaves it as it was
    /// @param log told what was changed
    DesiredState(Topology topology, String file, Consumer<Blueprint> converge, EventLog log) {
        events = new ChangeEvents(topology.name(), log);
        this.topology = topology;
        this.file = file;
        this.converge = converge;
    }

    /// Settings by hand included.
    Topology topology() {
        return topology;
    }

    Overrides overrides() {
        return overrides;
    }

    /// Makes the lab what is desired, for the first time.
    ///
    /// @param places hosts of VMs that are elsewhere than the file says, by VM; those that cannot be there are left where the file has them
    /// @return the VMs that are there
    List<String> begin(Map<String, String> places) {
        var moved = new ArrayList<String>();
        places.forEach((vm, host) -> {
            var existing = topology.vms().get(vm);
            var changed = overrides.copy();
            changed.set(place(vm, host));
            if (existing != null && !existing.host().equals(host)) {
                try {
                    topology = parse(topology.text(), topology.file(), changed.settings());
                    overrides = changed;
                    moved.add(vm);
                } catch (LabException _) {
                    // The file has been changed since.
                }
            }
        });
        converge.accept(BlueprintCompiler.compile(topology, overrides));
        return moved;
    }

    /// What [#apply] would do.
    List<PlanView> plan(String text, String path) {
        return ChangePlan.between(topology, overrides, parse(text, path));
    }

    /// The containers of a topology's VMs that are on in it.
    static List<Container> containers(Topology topology) {
        return topology.vms().values().stream().filter(Vm::poweredOn).map(Vm::container).filter(Objects::nonNull).toList();
    }

    /// Those that [#apply] would need.
    List<Container> containers(String text, String path) {
        return containers(parse(text, path));
    }

    /// That of a VM; none when it is something else, or is not there.
    List<Container> container(String vm) {
        return Stream.ofNullable(topology.vms().get(vm)).map(Vm::container).filter(Objects::nonNull).toList();
    }

    /// Follows a file. What was set by hand is put back to it, which the plan shows.
    List<PlanView> apply(String text, String path) {
        var wanted = parse(text, path);
        var steps = ChangePlan.between(topology, overrides, wanted);
        follow(wanted, overrides.afterApply(wanted));
        events.applied(steps);
        return steps;
    }

    private void follow(Topology wanted, Overrides byHand) {
        follow(wanted, byHand, BlueprintCompiler.compile(wanted, byHand));
    }

    private void follow(Topology wanted, Overrides byHand, Blueprint blueprint) {
        reservations.require(wanted, byHand);
        events.begin();
        converge.accept(blueprint);
        topology = wanted;
        overrides = byHand;
    }

    private Topology parse(String text, String path) {
        if (!Path.of(path).toAbsolutePath().normalize().toString().equals(file)) {
            throw new LabException(LabException.Kind.CONFLICT, "the lab " + topology.name() + " runs from " + file + ", not from " + path
                    + "; take it down first (etherloom down " + topology.name() + "), or give the lab in this file another name");
        }
        var wanted = parse(text, path, overrides.ofExternal());
        requireSame("name", topology.name(), wanted.name());
        requireSame("metrics.listen", topology.metrics(), wanted.metrics());
        requireSame("agents.count", topology.agents().countText(), wanted.agents().countText());
        requireSame("agents.taps", topology.agents().taps().word(), wanted.agents().taps().word());
        requireSamePortIds(wanted);
        return wanted;
    }

    private static Topology parse(String text, String path, List<Setting> settings) {
        try {
            return Topology.parse(text, path, settings);
        } catch (TopologyException problems) {
            throw new LabException(LabException.Kind.INVALID, settings.isEmpty() ? problems.getMessage() : errors(problems), problems);
        }
    }

    /// Whoever set a value wrong wants to know of that alone: what was doubtful before was said when it came about.
    private static String errors(TopologyException problems) {
        return problems.problems().stream().filter(it -> it.severity() == Severity.ERROR).map(Problem::toString).collect(Collectors.joining("\n"));
    }

    /// Port ids stay while a vSwitch exists (spec 1.11), so what they begin with cannot change.
    private void requireSamePortIds(Topology wanted) {
        wanted.hosts().forEach((name, host) -> {
            var running = topology.hosts().get(name);
            if (running != null) {
                var option = AdvancedOption.PORTSET_BASE;
                requireSame(option + " of host " + name, running.advanced().value(option), host.advanced().value(option));
            }
        });
    }

    private void requireSame(String key, Object running, Object wanted) {
        if (!running.equals(wanted)) {
            throw new LabException(LabException.Kind.CONFLICT, key + " cannot change while the lab runs (" + running + " -> " + wanted
                    + "); take it down and up again");
        }
    }

    /// Sets values by hand, all of them or none; an empty one is given back to the file.
    SettingsView set(Setting.Kind kind, String target, List<String> assignments) {
        var changed = overrides.copy();
        new SettingTargets(topology, changed).assign(kind, target, assignments);
        var wanted = parse(topology.text(), topology.file(), changed.settings());
        requireSamePortIds(wanted);
        var steps = ChangePlan.between(topology, new Overrides(), wanted);      // What else was switched by hand stays.
        var warnings = warnings(wanted);
        follow(wanted, changed);
        events.set(kind, target, assignments);
        return new SettingsView(steps, warnings);
    }

    /// What is doubtful now, and was not before.
    private List<String> warnings(Topology wanted) {
        var known = topology.warnings().stream().map(DesiredState::sentence).toList();
        return wanted.warnings().stream().map(DesiredState::sentence).filter(it -> !known.contains(it)).toList();
    }

    /// Whole paths of the file say enough; what was set by hand has a short one, so its object stands before it.
    private static String sentence(Problem warning) {
        var where = warning.path().isEmpty() ? "" : warning.path() + ": ";
        return (warning.line() == 0 ? warning.file() + ": " : "") + where + warning.message();
    }

    /// What is desired once a VM is on another host.
    ///
    /// @param base      what it was made from
    /// @param overrides by hand, those of `base`
    /// @param blueprint of `wanted`, so that a port that stands still waits for no compiler
    record Prospect(Topology base, Overrides overrides, Topology wanted, Overrides byHand, Blueprint blueprint) {}

    /// Finds out what that would be, and changes nothing.
    ///
    /// @throws LabException when it cannot be
    Prospect prospect(String vm, String host) {
        requireVm(vm);
        SettingTargets.require("no host", host, topology.hosts().keySet());
        var changed = overrides.copy();
        changed.set(place(vm, host));
        var wanted = parse(topology.text(), topology.file(), changed.settings());
        return new Prospect(topology, overrides, wanted, changed, BlueprintCompiler.compile(wanted, changed));
    }

    private static Setting place(String vm, String host) {
        return new Setting(Setting.Kind.VM, vm, "", "host", "\"" + host + "\"");
    }

    /// Whether something else has been changed since.
    boolean isStale(Prospect prospect) {
        return prospect.base != topology || prospect.overrides != overrides;
    }

    /// A VM runs on another host from now on.
    void move(Prospect prospect) {
        follow(prospect.wanted, prospect.byHand, prospect.blueprint);
    }

    /// Keeps ports free at both hosts for a VM that is being moved, until [#release].
    void reserve(String vm, String from, String to) {
        reservations.add(vm, from, to);
        try {
            reservations.require(topology, overrides);
        } catch (LabException full) {
            reservations.remove(vm);
            throw full;
        }
    }

    void release(String vm) {
        reservations.remove(vm);
    }

    /// A VM comes of which the file knows nothing.
    ///
    /// @param body what would stand in the file
    void arrive(String vm, String body) {
        if (topology.vms().containsKey(vm)) {
            throw new LabException(LabException.Kind.CONFLICT, "there is a VM " + vm + " already; give this one another name");
        }
        var changed = overrides.copy();
        changed.set(new Setting(Setting.Kind.VM, vm, "", Setting.EXISTS, body));
        follow(parse(topology.text(), topology.file(), changed.settings()), changed);
        events.external(topology.vms().get(vm), true);
    }

    /// It goes, and what was set on it.
    void leave(String vm) {
        requireVm(vm);
        if (!overrides.isExternal(vm)) {
            throw new LabException(LabException.Kind.CONFLICT, vm + " stands in " + file + "; only a VM that came by hand can leave");
        }
        var left = topology.vms().get(vm);
        var changed = overrides.copy();
        changed.leave(vm);
        follow(parse(topology.text(), topology.file(), changed.settings()), changed);
        events.external(left, false);
    }

    /// A guest that is powered off takes what was set in its place with it: at power-on its vNIC has its initial address again (spec 5.6).
    void power(String vm, boolean isOn) {
        requireVm(vm);
        if (overrides.isExternal(vm)) {
            throw new LabException(LabException.Kind.CONFLICT, vm + " is on as long as whoever brought it lets it; a container of Docker: docker stop " + vm);
        }
        var changed = overrides.copy();
        changed.power(vm, isOn);
        boolean isForgotten = !isOn && changed.forgetGuest(vm);
        follow(isForgotten ? parse(topology.text(), topology.file(), changed.settings()) : topology, changed);
        events.power(vm, isOn);
    }

    void connect(String vm, int nic, boolean isConnected) {
        change(changed -> {
            requireNic(vm, nic);
            changed.connect(vm, nic, isConnected);
        });
        events.connected(topology.vms().get(vm), nic, isConnected);
    }

    /// A cable has two ends: it is plugged in again by either, whichever was pulled.
    ///
    /// @param owner a host, whose pNIC is meant, or a physical switch, whose port is
    void link(String owner, String name, boolean isUp) {
        change(changed -> {
            requireEnd(owner, name);
            if (isUp) {
                ends(owner, name).forEach(end -> changed.pull(end.switchName(), end.port(), false));
            } else {
                changed.pull(owner, name, true);
            }
        });
        events.cable(owner + "/" + name, isUp);
    }

    /// Both ends of the cable at this one: pNICs and ports alike.
    private List<PortRef> ends(String owner, String name) {
        var end = new PortRef(owner, name);
        var ends = new ArrayList<PortRef>();
        ends.add(end);
        topology.fabric().links().forEach(link -> addOther(ends, end, link.a(), link.b()));
        topology.hosts().values().forEach(host -> host.pnics().values().forEach(pnic -> {
            if (pnic instanceof Pnic.Cabled cabled) {
                addOther(ends, end, new PortRef(host.name(), pnic.name()), cabled.link());
            }
        }));
        return ends;
    }

    private static void addOther(List<PortRef> ends, PortRef end, PortRef one, PortRef other) {
        if (end.equals(one) || end.equals(other)) {
            ends.add(end.equals(one) ? other : one);
        }
    }

    private void requireEnd(String owner, String name) {
        var host = topology.hosts().get(owner);
        var physical = topology.fabric().switches().get(owner);
        if (host != null) {
            SettingTargets.require("host " + owner + " has no pnic", name, host.pnics().keySet());
        } else if (physical != null) {
            SettingTargets.require("physical switch " + owner + " has no port", name, physical.ports().keySet());
        } else {
            var owners = new ArrayList<>(topology.hosts().keySet());
            owners.addAll(topology.fabric().switches().keySet());
            SettingTargets.require("no host or physical switch", owner, owners);
        }
    }

    private void requireNic(String vm, int nic) {
        requireVm(vm);
        SettingTargets.requireNic(topology, vm, Integer.toString(nic));
    }

    private void requireVm(String name) {
        SettingTargets.require("no vm", name, topology.vms().keySet());
    }

    private void change(Consumer<Overrides> change) {
        var changed = overrides.copy();
        change.accept(changed);
        follow(topology, changed);
    }
}
