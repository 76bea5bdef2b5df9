package io.etherloom.lab;

import io.etherloom.lab.Blueprint.DevicePlan;
import io.etherloom.lab.Blueprint.InterfacePlan;
import io.etherloom.lab.Blueprint.Rule;
import io.etherloom.lab.Blueprint.SwitchPlan;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Finds the ends of a trace by their names. Under the lab's lock.
record TraceEnds(LabState state) {
    /// @throws LabException for a name without a port, or with nothing at it now
    TraceEnd named(String name) {
        int slash = name.indexOf('/');
        var router = state.converger().switches().get(slash < 0 ? name : name.substring(0, slash));
        if (router != null && router.plan() instanceof SwitchPlan.Splitter splitter) {
            return router(splitter, router, slash < 0 ? "" : name.substring(slash + 1));
        }
        var machine = machine(name);
        return end(machine != null ? machine : TrafficPorts.target(state, name));
    }

    /// The port of a physical switch with this machine at it.
    private CaptureTargets.@Nullable Target machine(String name) {
        for (var runtime : state.converger().switches().values()) {
            for (var port : runtime.ports().values()) {
                if (port.plan().rule() instanceof Rule.Physical && interfaceOf(port) != null
                        && PortPlace.of(runtime, port, state.converger().current()).peer().equals(name)) {
                    return new CaptureTargets.Target(name, runtime, port);
                }
            }
        }
        return null;
    }

    private TraceEnd router(SwitchPlan.Splitter splitter, SwitchRuntime runtime, String vlan) {
        var ports = new ArrayList<CaptureTargets.Target>();
        var interfaces = new ArrayList<InterfacePlan>();
        runtime.ports().values().forEach(port -> {
            boolean isWanted = port.plan().rule() instanceof Rule.Split split && split.index() > 0
                    && (vlan.isEmpty() || port.plan().name().equals("vlan " + vlan));
            var plan = isWanted ? interfaceOf(port) : null;
            if (plan != null) {
                ports.add(new CaptureTargets.Target(splitter.name(), runtime, port));
                interfaces.add(plan);
            }
        });
        if (ports.isEmpty()) {
            throw new LabException(LabException.Kind.NOT_FOUND, "router " + splitter.name() + " has no interface in VLAN " + vlan
                    + "; it has them in " + String.join(", ", splitter.vids().stream().map(String::valueOf).toList()));
        }
        return new TraceEnd(splitter.name(), ports, interfaces.getFirst().mac(), interfaces.getFirst().mac(),
                interfaces.stream().flatMap(it -> it.addresses().stream()).toList(), List.of());
    }

    private TraceEnd end(CaptureTargets.Target target) {
        var port = target.port();
        var plan = interfaceOf(port);
        if (plan == null) {
            return new TraceEnd(PortPlace.name(target.runtime(), port), List.of(target), 0, 0, List.of(), List.of());
        }
        long mac = plan.mac();
        long knownMac = mac;
        if (port.plan().rule() instanceof Rule.Access access) {
            var vnic = port.vnic(access.vnic(), Integer.MAX_VALUE);
            mac = vnic.mac();
            knownMac = access.security().allowsMacChanges() ? mac : vnic.initialMac();
        }
        var place = PortPlace.of(target.runtime(), port, state.converger().current());
        return new TraceEnd(place.isGuests() ? place.name() : place.peer(), List.of(target), mac, knownMac, plan.addresses(), plan.gateways());
    }

    private @Nullable InterfacePlan interfaceOf(PortRuntime port) {
        return switch (port.plan().device()) {
            case DevicePlan.Interface it -> it.plan();
            case DevicePlan.Qemu it -> it.plan();
            case DevicePlan.ExternalTap it -> it.plan();
            case DevicePlan.Memory it -> {
                var endpoint = state.converger().current().endpoints().get(it.endpoint());
                yield endpoint == null ? null
                        : endpoint.interfaces().stream().filter(plan -> plan.name().equals(it.name())).findFirst().orElse(null);
            }
            case DevicePlan.HostTap _, DevicePlan.CableEnd _ -> null;
        };
    }

    /// Who has this IP address; null when nobody has it that is running.
    @Nullable TraceEnd owner(InetAddress address) {
        for (var runtime : state.converger().switches().values()) {
            for (var port : runtime.ports().values()) {
                var plan = interfaceOf(port);
                if (plan != null && plan.addresses().stream().anyMatch(it -> it.ip().equals(address))) {
                    var target = new CaptureTargets.Target(PortPlace.name(runtime, port), runtime, port);
                    return runtime.plan() instanceof SwitchPlan.Splitter splitter ? router(splitter, runtime, "") : end(target);
                }
            }
        }
        return null;
    }
}
