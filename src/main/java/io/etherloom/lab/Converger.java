package io.etherloom.lab;

import io.etherloom.device.Cable;
import io.etherloom.frame.CapturePoint;
import io.etherloom.lab.Blueprint.DevicePlan;
import io.etherloom.lab.Blueprint.EndpointPlan;
import io.etherloom.lab.Blueprint.PortPlan;
import io.etherloom.lab.Blueprint.Rule;
import io.etherloom.lab.Blueprint.SwitchPlan;
import io.etherloom.vswitch.VSwitch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SequencedMap;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// Makes what exists equal to a blueprint. Starting a lab is converging from nothing, closing it is converging to nothing.
///
/// ```
/// unplug   tables without the ports that go, drain them, detach        (agent)
/// discard  close devices, remove namespaces
/// make     namespaces, devices
/// plug     switches, ports, tables, links: one command, so all at once (agent)
/// run      commands inside new endpoints
/// ```
///
/// A port that is equal in both blueprints is in none of these lists: it does not blink. Guarded by the lab's lock.
final class Converger {
    private final SwitchAgent agent;
    private final LabHome home;
    private final DeviceFactory devices;
    private Blueprint current = Blueprint.nothing();
    private final Map<String, SwitchRuntime> switches = new LinkedHashMap<>();
    private final Map<DevicePlan, DeviceRuntime> open = new LinkedHashMap<>();
    private final Map<String, Cable> cables = new LinkedHashMap<>();
    /// Endpoints that exist, as they were made or changed last.
    private final SequencedMap<String, EndpointPlan> known = new LinkedHashMap<>();
    /// Endpoints whose commands have been stopped and are to be started again.
    private final Set<String> restart = new LinkedHashSet<>();

    Converger(SwitchAgent agent, LabHome home, DeviceFactory devices) {
        this.agent = agent;
        this.home = home;
        this.devices = devices;
    }

    Blueprint current() {
        return current;
    }

    /// By key, in the blueprint's order.
    Map<String, SwitchRuntime> switches() {
        return switches;
    }

    /// Devices that are open.
    Map<DevicePlan, DeviceRuntime> devices() {
        return open;
    }

    /// Makes everything equal to `next`, or, when that fails, to what it was before.
    void converge(Blueprint next) {
        var previous = current;
        try {
            step(next);
        } catch (RuntimeException fault) {
            try {
                step(previous);
            } catch (RuntimeException second) {
                fault.addSuppressed(second);
            }
            throw fault;
        }
    }

    private void step(Blueprint next) {
        current = next;
        var wanted = wantedDevices(next);
        unplug(next);
        discard(next, wanted);
        var fresh = make(next, wanted);
        plug(next);
        fresh.forEach(endpoint -> home.run(endpoint.name(), endpoint.run()));
    }

    private static Set<DevicePlan> wantedDevices(Blueprint next) {
        var wanted = new LinkedHashSet<DevicePlan>();
        for (var endpoint : next.endpoints().values()) {
            for (var plan : endpoint.interfaces()) {
                wanted.add(endpoint.inMemory()
                        ? new DevicePlan.Memory(endpoint.name(), plan.name())
                        : new DevicePlan.Interface(endpoint.name(), plan));
            }
        }
        next.ports().values().forEach(port -> wanted.add(port.device()));
        return wanted;
    }

    /// Takes away ports that go or that get another device, after what waits in them has left (spec 1.35).
    private void unplug(Blueprint next) {
        var leaving = new LinkedHashMap<PortRuntime, SwitchRuntime>();
        for (var runtime : switches.values()) {
            for (var port : runtime.ports().values()) {
                if (isLeaving(port, next)) {
                    leaving.put(port, runtime);
                }
            }
        }
        if (leaving.isEmpty()) {
            return;
        }
        leaving.forEach((port, runtime) -> runtime.remove(port));
        publish(new LinkedHashSet<>(leaving.values()));
        drain(leaving);
        agent.commands().run(() -> leaving.keySet().forEach(this::detach));
    }

    private static boolean isLeaving(PortRuntime port, Blueprint next) {
        var wanted = next.ports().get(port.plan().key());
        return wanted == null
                || !wanted.device().equals(port.plan().device())
                || !Objects.equals(portGroup(wanted), portGroup(port.plan()))
                || wanted.rule().getClass() != port.plan().rule().getClass();
    }

    /// A vNIC that changes its port group gets another port (spec 1.9, 1.11).
    private static @Nullable String portGroup(PortPlan port) {
        return port.rule() instanceof Rule.Access access ? access.portGroup() : null;
    }

    private void publish(Collection<SwitchRuntime> changed) {
        var compiled = new LinkedHashMap<SwitchRuntime, Object>();
        changed.forEach(runtime -> {
            var tables = runtime.compile();
            if (tables != null) {
                compiled.put(runtime, tables);
            }
        });
        agent.commands().run(() -> compiled.forEach((runtime, tables) -> runtime.publish(tables, agent.nowNanos())));
    }

    private void drain(Map<PortRuntime, SwitchRuntime> leaving) {
        long millis = leaving.values().stream()
                .mapToLong(runtime -> runtime.plan() instanceof SwitchPlan.Virtual virtual ? virtual.drainMillis() : 0)
                .max().orElse(0);
        long deadlineNanos = System.nanoTime() + Duration.ofMillis(millis).toNanos();
        while (!agent.commands().call(() -> leaving.keySet().stream().allMatch(this::isDrained)) && System.nanoTime() < deadlineNanos) {
            LockSupport.parkNanos(1_000_000);
        }
    }

    private boolean isDrained(PortRuntime port) {
        var attachment = port.attachment();
        return attachment == null || agent.isDrained(attachment);
    }

    private void detach(PortRuntime port) {
        var attachment = port.attachment();
        if (attachment != null) {
            attachment.device().setLink(false);
            agent.detach(attachment);
            port.unplugged();
        }
    }

    private void discard(Blueprint next, Set<DevicePlan> wanted) {
        var gone = open.keySet().stream().filter(plan -> !wanted.contains(plan)).toList();
        var closing = gone.stream().map(open::remove).filter(Objects::nonNull).map(DeviceRuntime::device).toList();
        agent.commands().run(() -> closing.stream().filter(it -> it.descriptor() < 0).forEach(it -> it.close()));
        Interfaces.close(closing.stream().filter(it -> it.descriptor() >= 0).toList());
        cables.keySet().retainAll(next.cables().keySet());
        var goneEndpoints = new ArrayList<String>();
        var restarting = new ArrayList<EndpointPlan>();
        known.forEach((name, endpoint) -> {
            var wantedEndpoint = next.endpoints().get(name);
            if (wantedEndpoint == null || wantedEndpoint.inMemory() != endpoint.inMemory()) {
                goneEndpoints.add(name);
            } else if (!wantedEndpoint.run().equals(endpoint.run())) {
                restarting.add(wantedEndpoint);
            }
        });
        restarting.forEach(endpoint -> home.stop(endpoint.name()));
        home.remove(goneEndpoints.stream().filter(name -> !known.get(name).inMemory()).toList());
        goneEndpoints.forEach(known::remove);
        restarting.forEach(endpoint -> restart.add(endpoint.name()));
    }

    /// Makes namespaces and devices; returns the endpoints whose commands must be started.
    private List<EndpointPlan> make(Blueprint next, Set<DevicePlan> wanted) {
        var fresh = next.endpoints().values().stream().filter(it -> !known.containsKey(it.name())).toList();
        home.create(fresh.stream().filter(it -> !it.inMemory()).map(EndpointPlan::name).toList());
        fresh.forEach(endpoint -> known.put(endpoint.name(), endpoint));
        home.resolve(addresses(next));
        next.cables().forEach((name, _) -> cables.computeIfAbsent(name, _ -> new Cable(agent.ready())));
        var missing = wanted.stream().filter(plan -> !open.containsKey(plan)).toList();
        open.putAll(devices.open(missing, next.endpoints(), cables));
        var started = new ArrayList<>(fresh);
        next.endpoints().values().stream().filter(it -> restart.contains(it.name())).forEach(started::add);
        restart.clear();
        next.endpoints().forEach(known::put);
        return started;
    }

    /// Every name of the lab with its addresses, as the hosts file of the VMs has them.
    private static SequencedMap<String, List<String>> addresses(Blueprint blueprint) {
        var names = new LinkedHashMap<String, List<String>>();
        blueprint.endpoints().values().forEach(endpoint -> names.put(endpoint.name(), endpoint.interfaces().stream()
                .flatMap(plan -> plan.addresses().stream())
                .map(address -> address.ip().getHostAddress())
                .toList()));
        return names;
    }

    private void plug(Blueprint next) {
        agent.commands().run(() -> changeSwitches(next));
        var arriving = new LinkedHashMap<PortRuntime, SwitchRuntime>();
        for (var plan : next.ports().values()) {
            var runtime = Objects.requireNonNull(switches.get(plan.switchKey()));
            var port = runtime.ports().get(plan.name());
            if (port == null) {
                arriving.put(runtime.add(plan), runtime);
            } else {
                port.plan(plan);
            }
        }
        var compiled = new LinkedHashMap<SwitchRuntime, Object>();
        for (var runtime : switches.values()) {
            var tables = runtime.compile();
            if (tables != null) {
                compiled.put(runtime, tables);
            }
        }
        agent.commands().run(() -> {
            long nowNanos = agent.nowNanos();
            arriving.forEach(this::attach);
            compiled.forEach((runtime, tables) -> runtime.publish(tables, nowNanos));
            switches.values().forEach(runtime -> runtime.ports().values().forEach(port -> {
                runtime.frameSwitch().ports().queue(port.index()).limit(port.plan().queueLimit());
                link(runtime, port, nowNanos);
            }));
        });
    }

    private void changeSwitches(Blueprint next) {
        for (var key : List.copyOf(switches.keySet())) {
            var wanted = next.switches().get(key);
            var runtime = Objects.requireNonNull(switches.get(key));
            if (wanted == null || mustBeMadeAnew(runtime.plan(), wanted)) {
                runtime.ports().values().forEach(this::detach);
                agent.remove(runtime.member());
                switches.remove(key);
            } else {
                runtime.plan(wanted);
            }
        }
        next.switches().forEach((key, plan) -> switches.computeIfAbsent(key, _ -> new SwitchRuntime(plan, agent)));
    }

    /// A router's VLANs are fixed when it is made.
    private static boolean mustBeMadeAnew(SwitchPlan existing, SwitchPlan wanted) {
        return existing.getClass() != wanted.getClass()
                || wanted instanceof SwitchPlan.Splitter && !wanted.equals(existing);
    }

    private void attach(PortRuntime port, SwitchRuntime runtime) {
        var plan = port.plan();
        boolean isAccess = plan.rule() instanceof Rule.Access;
        var counters = runtime.frameSwitch().ports().open(port.index(), plan.queueLimit(),
                isAccess ? CapturePoint.VNIC_TX : CapturePoint.UPLINK_RCV,
                isAccess ? CapturePoint.VNIC_RX : CapturePoint.UPLINK_SND);
        var device = Objects.requireNonNull(open.get(plan.device()), plan.key());
        port.plugged(agent.attach(runtime.member(), port.index(), device.device()), device, counters);
        boolean isUp = isUp(port);
        if (runtime.frameSwitch() instanceof VSwitch vSwitch && plan.rule() instanceof Rule.Uplink) {
            vSwitch.attachUplink(port.index(), isUp);
        }
        device.device().setLink(isUp);
        port.linkUp(isUp);
    }

    private static boolean isUp(PortRuntime port) {
        var device = port.device();
        return port.plan().isLinkUp() && device != null && device.isInterfaceUp();
    }

    /// Tells the device and the switch how the link is now; on the agent thread.
    void link(SwitchRuntime runtime, PortRuntime port, long nowNanos) {
        var attachment = port.attachment();
        boolean isUp = isUp(port);
        if (attachment == null) {
            return;
        }
        if (isUp != port.isLinkUp()) {
            attachment.device().setLink(isUp);
            port.linkUp(isUp);
            runtime.frameSwitch().linkChanged(port.index(), isUp, nowNanos);
            agent.timersChanged();
        } else if (!(runtime.frameSwitch() instanceof VSwitch)) {
            runtime.frameSwitch().linkChanged(port.index(), isUp, nowNanos);
        }
    }

    /// Has the agent look at the links of all ports anew.
    void refreshLinks() {
        agent.commands().run(() -> switches.values()
                .forEach(runtime -> runtime.ports().values().forEach(port -> link(runtime, port, agent.nowNanos()))));
    }
}
