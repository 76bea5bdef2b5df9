package io.etherloom.lab;

import io.etherloom.frame.CapturePoint;
import io.etherloom.lab.Blueprint.DevicePlan;
import io.etherloom.lab.Blueprint.Rule;
import io.etherloom.lab.Blueprint.SwitchPlan;
import io.etherloom.lab.CaptureRequest.Subject;
import io.etherloom.topology.Suggestion;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Finds the ports that a capture means: a VM's vNIC (`web1`, `web1/1`, `web1.eth1`), a vmk or uplink (`esx1/vmk0`, `esx1/vmnic0`), a
/// port of a physical switch (`tor1/24`), a machine or router by what it is plugged into, a port id, or all that are in a port group, a VM, at
/// a cable or in the lab. Reads the lab's state under its lock; made for one question.
final class CaptureTargets {
    /// A port with the name that a capture shows.
    record Target(String name, SwitchRuntime runtime, PortRuntime port) {
        Rule rule() {
            return port.plan().rule();
        }
    }

    /// A port and what is recorded of it.
    record Chosen(Target target, Set<CapturePoint> points) {}

    private final Map<String, Target> byName = new LinkedHashMap<>();
    private final Map<Long, Target> byId = new LinkedHashMap<>();
    private final List<Target> all = new ArrayList<>();

    CaptureTargets(Converger converger) {
        converger.switches().values().forEach(runtime -> runtime.ports().values().forEach(port -> add(runtime, port)));
    }

    private void add(SwitchRuntime runtime, PortRuntime port) {
        var name = port.plan().name();
        switch (runtime.plan()) {
            case SwitchPlan.Virtual virtual -> {
                boolean isOfVm = name.contains(".");
                var target = new Target(isOfVm ? name : virtual.host() + "/" + name, runtime, port);
                all.add(target);
                byName.put(target.name(), target);
                byId.putIfAbsent(runtime.portId(port), target);
                if (isOfVm && target.rule() instanceof Rule.Access) {
                    addVm(name, target);
                }
            }
            case SwitchPlan.Physical physical -> {
                var target = new Target(physical.name() + "/" + name, runtime, port);
                all.add(target);
                byName.put(target.name(), target);
                if (port.plan().device() instanceof DevicePlan.Interface machine) {
                    byName.put(machine.endpoint(), target);
                }
            }
            case SwitchPlan.Splitter splitter -> {
                var target = new Target(splitter.name(), runtime, port);
                if (byName.putIfAbsent(splitter.name(), target) == null) {
                    all.add(target);
                }
            }
        }
    }

    private void addVm(String name, Target target) {
        int dot = name.lastIndexOf(".eth");
        var vm = vm(target);
        byName.put(vm + "/" + name.substring(dot + 4), target);
        byName.putIfAbsent(vm, target);
    }

    /// The VM of a vNIC, empty for all other ports.
    static String vm(Target target) {
        int dot = target.rule() instanceof Rule.Access ? target.name().lastIndexOf(".eth") : -1;
        return dot < 0 ? "" : target.name().substring(0, dot);
    }

    /// Every port, of a router one.
    List<Target> all() {
        return all;
    }

    /// The port with exactly this name, or null.
    @Nullable Target named(String name) {
        return byName.get(name);
    }

    /// The ports that a request means now, each once, with all points that are wanted of it.
    ///
    /// @throws LabException NOT_FOUND for a name that means no port, with the nearest one that does; INVALID when none of the ports has a point
    ///     that was named
    List<Chosen> find(CaptureRequest request) {
        var chosen = choose(request, this::find);
        var seen = EnumSet.noneOf(CapturePoint.class);
        chosen.forEach(it -> seen.addAll(it.points()));
        for (var point : request.points()) {
            if (!seen.contains(point)) {
                throw new LabException(LabException.Kind.INVALID, "no port of this capture has a point " + point.label() + "; " + offered(request));
            }
        }
        return chosen;
    }

    /// The same of what there is, without a word about what there is not any more, or not yet.
    List<Chosen> findExisting(CaptureRequest request) {
        return choose(request, subject -> {
            try {
                return find(subject);
            } catch (LabException _) {
                return List.of();
            }
        });
    }

    private static List<Chosen> choose(CaptureRequest request, Function<Subject, List<Target>> search) {
        var chosen = new LinkedHashMap<Target, Set<CapturePoint>>();
        for (var subject : request.subjects()) {
            for (var target : search.apply(subject)) {
                var points = CapturePoints.wanted(request, subject.kind(), target.rule());
                if (!points.isEmpty()) {
                    chosen.computeIfAbsent(target, _ -> EnumSet.noneOf(CapturePoint.class)).addAll(points);
                }
            }
        }
        return chosen.entrySet().stream().map(entry -> new Chosen(entry.getKey(), entry.getValue())).toList();
    }

    private String offered(CaptureRequest request) {
        var first = request.subjects().stream().flatMap(subject -> find(subject).stream()).findFirst();
        return first.map(target -> target.name() + " has: " + String.join(", ", CapturePoints.of(target.rule()).stream().map(CapturePoint::label).toList()))
                .orElse("there is no port");
    }

    private List<Target> find(Subject subject) {
        return switch (subject.kind()) {
            case PORT -> List.of(any(subject.name()));
            case SWITCHPORT -> List.of(one(subject, byId.entrySet().stream().collect(
                    LinkedHashMap::new, (map, entry) -> map.put(entry.getKey().toString(), entry.getValue()), Map::putAll)));
            case UPLINK -> List.of(ofHost(subject, target -> !(target.rule() instanceof Rule.Access)));
            case VMK -> List.of(ofHost(subject, target -> target.rule() instanceof Rule.Access && vm(target).isEmpty()));
            case PORTGROUP -> several(subject, CaptureTargets::portGroups);
            case VM -> several(subject, target -> vm(target).isEmpty() ? List.of() : List.of(vm(target)));
            case LINK -> several(subject, CaptureTargets::cable);
            case LAB -> all;
        };
    }

    /// The port that a name or id means.
    ///
    /// @throws LabException NOT_FOUND for a name that means no port, with the nearest one that does
    Target any(String name) {
        var target = byName.get(name);
        if (target == null && name.matches("[0-9]{1,18}")) {
            target = byId.get(Long.parseLong(name));
        }
        if (target == null) {
            throw none("port " + name, name, byName.keySet());
        }
        return target;
    }

    private Target one(Subject subject, Map<String, Target> candidates) {
        var target = candidates.get(subject.name());
        if (target == null) {
            throw none(subject.kind().word() + " " + subject.name(), subject.name(), candidates.keySet());
        }
        return target;
    }

    /// By `esx1/vmnic0`, or `vmnic0` where only one host has it.
    private Target ofHost(Subject subject, Predicate<Target> fits) {
        var candidates = new LinkedHashMap<String, Target>();
        var sameName = new ArrayList<Target>();
        for (var target : all) {
            if (fits.test(target)) {
                candidates.put(target.name(), target);
                if (target.port().plan().name().equals(subject.name())) {
                    sameName.add(target);
                }
            }
        }
        if (sameName.size() > 1) {
            throw new LabException(LabException.Kind.INVALID, "several hosts have " + subject.name() + "; say which: "
                    + String.join(", ", sameName.stream().map(Target::name).toList()));
        }
        return sameName.isEmpty() ? one(subject, candidates) : sameName.getFirst();
    }

    private List<Target> several(Subject subject, Function<Target, List<String>> names) {
        var found = all.stream().filter(target -> names.apply(target).contains(subject.name())).toList();
        if (found.isEmpty()) {
            var known = new TreeSet<String>();
            all.forEach(target -> known.addAll(names.apply(target)));
            throw none(subject.kind().word() + " " + subject.name() + (subject.kind() == CaptureRequest.Kind.PORTGROUP ? " with a port" : ""),
                    subject.name(), known);
        }
        return found;
    }

    /// `DMZ` and `esx1/DMZ`.
    static List<String> portGroups(Target target) {
        return target.rule() instanceof Rule.Access access && target.runtime().plan() instanceof SwitchPlan.Virtual virtual
                ? List.of(access.portGroup(), virtual.host() + "/" + access.portGroup()) : List.of();
    }

    /// A cable by its name or by either end.
    private static List<String> cable(Target target) {
        if (!(target.port().plan().device() instanceof DevicePlan.CableEnd end)) {
            return List.of();
        }
        var names = new ArrayList<>(List.of(end.cable().split(" - ", 2)));
        names.add(end.cable());
        return names;
    }

    private static LabException none(String what, String name, Collection<String> known) {
        return new LabException(LabException.Kind.NOT_FOUND, "no " + what + " in this lab" + Suggestion.withAllowed(name, known, known));
    }
}
