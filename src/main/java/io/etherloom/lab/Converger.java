package io.etherloom.lab;

import io.etherloom.device.FrameHold;
import io.etherloom.event.Details;
import io.etherloom.event.EventLog;
import io.etherloom.event.EventType;
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
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SequencedMap;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Makes what exists equal to a blueprint. Starting a lab is converging from nothing.
///
/// ```
/// make     namespaces and devices that stand in nobody's way
/// place    each switch that comes with an agent
/// unplug   tables without the ports that go, drain them, detach        (agents)
/// replace  close devices that stand in the way of others, open those
/// plug     switches, ports, tables, links: one command, so all at once (agents); ports whose device moves to another switch go in it, too
/// discard  close what is not wanted any more, remove namespaces
/// run      commands inside new endpoints
/// ```
///
/// A port that is equal in both blueprints is in none of these lists: it does not blink. What is slow (making and ending) happens before
/// ports are unplugged and after they are plugged. When a step fails, the same steps lead back. Guarded by the lab's lock.
final class Converger {
    private final Agents agents;
    private final Placement placement;
    private final LabHome home;
    private final DeviceFactory devices;
    private final EventLog log;
    private final News news = new News();
    private final SwitchEvents events;
    private final GuestEvents guestEvents;
    private volatile Runnable onPortDisabled = () -> { };
    private Blueprint current = Blueprint.nothing();
    private final Map<String, SwitchRuntime> switches = new LinkedHashMap<>();
    private final MovingPorts movers;
    private final Migrations migrations = new Migrations();
    private final PortLinks links;
    private final Neighbors neighbors = new Neighbors(switches);
    private final Map<DevicePlan, DeviceRuntime> open = new LinkedHashMap<>();
    private final Map<String, DeviceFactory.Ends> cables = new LinkedHashMap<>();
    /// What guests ask of devices that are open, as far as it is known. It outlives a port, whose vNIC may get another.
    private final Map<DevicePlan, GuestFilter> guests = new HashMap<>();
    /// Endpoints that have a namespace.
    private final Set<String> spaces = new LinkedHashSet<>();
    /// Commands that were started, by endpoint.
    private final Map<String, List<String>> running = new LinkedHashMap<>();

    Converger(Agents agents, LabHome home, DeviceFactory devices, EventLog log) {
        this.agents = agents;
        this.log = log;
        events = new SwitchEvents(switches, log);
        guestEvents = new GuestEvents(log, news);
        placement = new Placement(agents.count());
        this.home = home;
        this.devices = devices;
        movers = new MovingPorts(agents, switches);
        links = new PortLinks(agents, switches, (port, isUp) -> news.add(time -> events.physicalLink(time, port, isUp)));
    }

    /// What has happened and is not told yet. Events of a change come after those of whoever asked for it.
    News news() {
        return news;
    }

    /// Has this run on the agent thread, in the middle of its work, when a physical switch disables or enables a port; whoever is told has
    /// [#refreshLinks] called soon.
    void onPortDisabled(Runnable next) {
        onPortDisabled = next;
    }

    Blueprint current() {
        return current;
    }

    Neighbors neighbors() {
        return neighbors;
    }

    /// Ports on their way from one switch to another.
    MovingPorts movers() {
        return movers;
    }

    /// By key.
    Map<String, SwitchRuntime> switches() {
        return switches;
    }

    /// Devices that are open.
    Map<DevicePlan, DeviceRuntime> devices() {
        return open;
    }

    /// Has the switches follow what guests did to their interfaces; those that nothing is plugged into, or no more, are passed over.
    void guestChanged(Map<DevicePlan, GuestFilter> changed) {
        changed.keySet().stream().filter(open::containsKey).forEach(plan -> guests.put(plan, Objects.requireNonNull(changed.get(plan))));
        var concerned = new LinkedHashSet<SwitchRuntime>();
        switches.values().forEach(runtime -> runtime.ports().values().forEach(port -> {
            if (changed.containsKey(port.plan().device())) {
                var known = guests.get(port.plan().device());
                guestEvents.link(EventObjects.name(runtime, port), port.guest(), known);
                port.guest(known);
                concerned.add(runtime);
            }
        }));
        publish(concerned);
        guestEvents.look(switches);
    }

    /// Makes everything equal to `next`, or, when that fails, to what it was before.
    void converge(Blueprint next) {
        var previous = current;
        try {
            change(wantedDevices(previous), next);
        } catch (RuntimeException fault) {
            log.post(EventType.CHANGE_FAILED, "lab", "A change failed and everything is put back: " + fault.getMessage(), Details.none());
            try {
                change(wantedDevices(previous), previous);
            } catch (RuntimeException second) {
                fault.addSuppressed(second);
            }
            throw fault;
        }
    }

    /// Opens what has failed anew; what cannot be opened is told and left out.
    void reopen() {
        converge(current);
    }

    /// Takes everything away, whatever fails on the way; throws the first failure in the end.
    void tearDown() {
        var nothing = Blueprint.nothing();
        var faults = new ArrayList<RuntimeException>();
        for (Runnable part : List.<Runnable>of(() -> unplug(nothing), () -> plug(nothing), () -> discard(nothing, Set.of()))) {
            try {
                part.run();
            } catch (RuntimeException fault) {
                faults.add(fault);
            }
        }
        current = nothing;
        if (!faults.isEmpty()) {
            faults.stream().skip(1).forEach(faults.getFirst()::addSuppressed);
            throw faults.getFirst();
        }
    }

    /// In two steps where an endpoint is replaced.
    ///
    /// @param before devices that were wanted already, and so may be missing
    private void change(Set<DevicePlan> before, Blueprint next) {
        var remade = current.remadeIn(next);
        if (!remade.isEmpty()) {
            step(before, current.without(remade));
        }
        step(before, next);
    }

    private void step(Set<DevicePlan> before, Blueprint next) {
        current = next;
        placement.follow(next);
        var wanted = wantedDevices(next);
        makeEndpoints(next);
        var inTheWay = inTheWay(wanted);
        var places = inTheWay.stream().flatMap(plan -> plan.place().stream()).collect(Collectors.toSet());
        var later = wanted.stream()
                .filter(plan -> inTheWay.contains(plan) || plan.place().stream().anyMatch(places::contains))
                .collect(Collectors.toCollection(LinkedHashSet::new));
        open(wanted.stream().filter(plan -> !later.contains(plan)).toList(), before, next);
        unplug(next);
        close(inTheWay);
        open(List.copyOf(later), before, next);
        plug(next);
        discard(next, wanted);
        placement.forget(next);
        runCommands(next);
    }

    /// Devices that must be closed before others are opened: those that failed and are wanted again, and those that leave an endpoint where
    /// others come or stay, since a name or a default route is taken until they are gone.
    private Set<DevicePlan> inTheWay(Set<DevicePlan> wanted) {
        var staying = wanted.stream().flatMap(plan -> plan.place().stream()).collect(Collectors.toSet());
        return open.entrySet().stream()
                .filter(it -> wanted.contains(it.getKey())
                        ? it.getValue().hasFailed()
                        : it.getKey().place().stream().anyMatch(staying::contains))
                .map(Map.Entry::getKey)
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    private static Set<DevicePlan> wantedDevices(Blueprint next) {
        var wanted = new LinkedHashSet<DevicePlan>();
        for (var endpoint : next.endpoints().values()) {
            wanted.addAll(endpoint.devices());
        }
        next.ports().values().forEach(port -> wanted.add(port.device()));
        return wanted;
    }

    private void makeEndpoints(Blueprint next) {
        var missing = next.endpoints().values().stream().filter(it -> !it.inMemory() && !spaces.contains(it.name())).toList();
        home.create(missing);
        missing.forEach(it -> spaces.add(it.name()));
        devices.guests().start(next.endpoints().values());
        home.resolve(addresses(next));
        next.cables().keySet().forEach(name ->
                cables.computeIfAbsent(name, _ -> DeviceFactory.cable(agentAt(next, name, true), agentAt(next, name, false))));
    }

    /// The agent of the port at one end of a cable.
    private SwitchAgent agentAt(Blueprint next, String cable, boolean isFirst) {
        var end = new DevicePlan.CableEnd(cable, isFirst);
        var port = next.ports().values().stream().filter(it -> it.device().equals(end)).findFirst().orElseThrow();
        var runtime = switches.get(port.switchKey());
        return runtime != null ? runtime.agent() : agents.at(placement.agentOf(next, port.switchKey()));
    }

    /// Opens what is not open yet. What was wanted before already and failed to open is left out, so that a guest that spoiled its own
    /// interface never keeps another change from being made; its port is there and down, and the next change tries again.
    private void open(List<DevicePlan> plans, Set<DevicePlan> before, Blueprint next) {
        var missing = plans.stream().filter(plan -> !open.containsKey(plan)).toList();
        open.putAll(devices.open(missing.stream().filter(plan -> !before.contains(plan)).toList(), next.endpoints(), cables));
        missing.forEach(this::rememberGuest);
        for (var plan : missing.stream().filter(before::contains).toList()) {
            try {
                open.putAll(devices.open(List.of(plan), next.endpoints(), cables));
            } catch (RuntimeException fault) {
                log.post(EventType.DEVICE_MISSING, place(plan), "The device of " + place(plan) + " cannot be opened, so its port is down: " + fault.getMessage(),
                        Details.none());
            }
        }
    }

    /// A vNIC that another process takes over is asked for what it was asked for there.
    private void rememberGuest(DevicePlan plan) {
        if (plan instanceof DevicePlan.Qemu nic) {
            guests.entrySet().stream().filter(it -> nic.isSameNic(it.getKey())).map(Map.Entry::getValue).findFirst().ifPresent(it -> guests.put(plan, it));
        }
    }

    private static String place(DevicePlan plan) {
        return switch (plan) {
            case DevicePlan.Interface(var endpoint, var wanted) -> endpoint + "." + wanted.name();
            case DevicePlan.ExternalTap(var endpoint, var wanted) -> endpoint + "." + wanted.name();
            case DevicePlan.Memory(var endpoint, var name) -> endpoint + "." + name;
            case DevicePlan.Qemu guest -> guest.endpoint() + "." + guest.plan().name();
            case DevicePlan.HostTap(var name) -> name;
            case DevicePlan.CableEnd(var cable, _) -> cable;
        };
    }

    /// Names and addresses as the hosts file of the VMs has them.
    private static SequencedMap<String, List<String>> addresses(Blueprint blueprint) {
        var names = new LinkedHashMap<String, List<String>>();
        blueprint.endpoints().values().forEach(endpoint -> names.put(endpoint.name(), endpoint.interfaces().stream()
                .flatMap(plan -> plan.addresses().stream())
                .map(address -> address.ip().getHostAddress())
                .toList()));
        return names;
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
        migrations.leave(leaving);
        movers.choose(leaving, next);
        if (leaving.isEmpty()) {
            return;
        }
        movers.closed(agents.nowNanos());
        leaving.forEach((port, runtime) -> runtime.remove(port));
        try {
            publish(new LinkedHashSet<>(leaving.values()));
            drain(leaving);
        } finally {
            agents.run(() -> leaving.forEach(this::detach));
        }
    }

    private static boolean isLeaving(PortRuntime port, Blueprint next) {
        var wanted = next.ports().get(port.plan().key());
        return wanted == null
                || !wanted.device().equals(port.plan().device())
                || port.hasFailed()
                || !Objects.equals(portGroup(wanted), portGroup(port.plan()))
                || wanted.rule().getClass() != port.plan().rule().getClass();
    }

    /// A vNIC that changes its port group gets another port (spec 1.9, 1.11).
    private static @Nullable String portGroup(PortPlan port) {
        return port.rule() instanceof Rule.Access access ? access.portGroup() : null;
    }

    private void publish(Collection<SwitchRuntime> changed) {
        var compiled = compile(changed);
        for (var agent : agents.all()) {
            if (compiled.keySet().stream().anyMatch(runtime -> runtime.agent() == agent)) {
                agent.commands().run(() -> publish(compiled, agent));
            }
        }
    }

    /// To the switches of one agent, on its thread.
    private static void publish(Map<SwitchRuntime, Object> compiled, SwitchAgent agent) {
        compiled.forEach((runtime, tables) -> {
            if (runtime.agent() == agent) {
                runtime.publish(tables, agent.nowNanos());
                agent.flush(runtime.member());      // What a port says last must leave before it is drained.
            }
        });
    }

    /// What the agent must be given, for those switches that do not follow it yet.
    private static Map<SwitchRuntime, Object> compile(Collection<SwitchRuntime> changed) {
        var compiled = new LinkedHashMap<SwitchRuntime, Object>();
        for (var runtime : changed) {
            var tables = runtime.compile();
            if (tables != null) {
                compiled.put(runtime, tables);
            }
        }
        return compiled;
    }

    private void drain(Map<PortRuntime, SwitchRuntime> leaving) {
        long millis = leaving.values().stream()
                .mapToLong(runtime -> runtime.plan() instanceof SwitchPlan.Virtual virtual ? virtual.drainMillis() : 0)
                .max().orElse(0);
        long deadlineNanos = System.nanoTime() + Duration.ofMillis(millis).toNanos();
        while (!agents.all().stream().allMatch(agent -> areDrained(leaving, agent)) && System.nanoTime() < deadlineNanos) {
            LockSupport.parkNanos(1_000_000);
        }
    }

    /// Whether nothing waits in those of the ports that belong to this agent.
    private static boolean areDrained(Map<PortRuntime, SwitchRuntime> leaving, SwitchAgent agent) {
        return agent.commands().call(() -> leaving.entrySet().stream()
                .filter(it -> it.getValue().agent() == agent)
                .map(it -> it.getKey().attachment())
                .allMatch(attachment -> attachment == null || agent.isDrained(attachment)));
    }

    private void detach(PortRuntime port, SwitchRuntime runtime) {
        var attachment = port.attachment();
        if (attachment != null) {
            attachment.device().setLink(false);
            leave(port, runtime, false);
        }
    }

    /// The same without the guest's seeing it: its link stays as it is, since another port takes it at once.
    private void leave(PortRuntime port, SwitchRuntime runtime, boolean isTakenAlong) {
        var attachment = port.attachment();
        if (attachment != null) {
            Objects.requireNonNull(port.device()).unplugged();
            runtime.agent().detach(attachment, isTakenAlong);
            runtime.keepDrops(port);
            port.unplugged();
        }
    }

    /// Closes devices that nothing is plugged into any more; those in memory belong to the agents.
    private void close(Collection<DevicePlan> plans) {
        plans.forEach(guests::remove);
        var closing = plans.stream().map(open::remove).filter(Objects::nonNull).toList();
        agents.run(() -> closing.stream().filter(DeviceRuntime::isInMemory).forEach(DeviceRuntime::close));
        Interfaces.close(closing.stream().filter(it -> !it.isInMemory()).toList());
    }

    private void discard(Blueprint next, Set<DevicePlan> wanted) {
        devices.guests().retain(next.endpoints().values());
        close(open.keySet().stream().filter(plan -> !wanted.contains(plan)).toList());
        cables.keySet().retainAll(next.cables().keySet());
        var gone = spaces.stream().filter(name -> isGone(next.endpoints().get(name))).toList();
        home.remove(gone);
        gone.forEach(spaces::remove);
        gone.forEach(running::remove);
    }

    private static boolean isGone(@Nullable EndpointPlan wanted) {
        return wanted == null || wanted.inMemory();
    }

    /// Starts the commands of endpoints that have none running, and others where they changed.
    private void runCommands(Blueprint next) {
        for (var name : List.copyOf(spaces)) {
            var wanted = Objects.requireNonNull(next.endpoints().get(name)).run();
            var existing = running.getOrDefault(name, List.of());
            if (!wanted.equals(existing)) {
                if (!existing.isEmpty()) {
                    running.remove(name);
                    home.stop(name);
                }
                running.put(name, wanted);
                home.run(name, wanted);
            }
        }
    }

    private void plug(Blueprint next) {
        var moving = movers.moving();
        try {
            agents.run(() -> changeSwitches(next));
            plugAll(next, moving);
            moving.clear();
        } finally {
            if (!moving.isEmpty()) {
                agents.run(() -> moving.forEach(this::detach));
                moving.clear();
            }
        }
    }

    private void plugAll(Blueprint next, Map<PortRuntime, SwitchRuntime> moving) {
        moving.values().removeIf(runtime -> !switches.containsValue(runtime));      // Their ports went with them.
        moving.forEach((port, runtime) -> runtime.remove(port));
        var arriving = new LinkedHashMap<PortRuntime, SwitchRuntime>();
        for (var plan : next.ports().values()) {
            var runtime = Objects.requireNonNull(switches.get(plan.switchKey()));
            var port = runtime.ports().get(plan.name());
            if (port == null) {
                arriving.put(runtime.add(plan, migrations.isArrival(plan, runtime)), runtime);
            } else {
                port.plan(plan);
                if (port.attachment() == null) {
                    arriving.put(port, runtime);
                }
            }
        }
        switches.values().forEach(runtime -> runtime.ports().values().forEach(port -> port.guest(guests.get(port.plan().device()))));
        var compiled = compile(switches.values());
        agents.run(() -> {
            if (!moving.isEmpty()) {
                agents.settle();      // What is on its way to a port comes to it while it is there.
            }
            long nowNanos = agents.nowNanos();
            links.noteErrDisabled();
            moving.forEach((port, runtime) -> {
                runtime.agent().flush(runtime.member());      // What it says last.
                movers.leaves(port, runtime, nowNanos);
                leave(port, runtime, isTakenAlong(port, runtime, arriving));
            });
            arriving.forEach((port, runtime) -> {
                attach(port, runtime);
                movers.arrived(port, runtime);
            });
            compiled.forEach((runtime, tables) -> runtime.publish(tables, nowNanos));
            switches.values().forEach(runtime -> runtime.ports().values().forEach(port -> {
                runtime.frameSwitch().ports().limit(port.index(), port.plan().queueLimit());
                links.tell(runtime, port, nowNanos);
            }));
            var given = movers.given();
            arriving.forEach((port, runtime) -> handOver(given.get(port.plan().name()), port, runtime));
            movers.opened(agents.nowNanos());
            neighbors.look(nowNanos);      // Before anything is said, so that no port takes what another of its index has heard.
        });
        guestEvents.look(switches);
    }

    /// Whether the device comes into a port of the same agent, so that what it has to say goes with it.
    private static boolean isTakenAlong(PortRuntime port, SwitchRuntime runtime, Map<PortRuntime, SwitchRuntime> arriving) {
        return arriving.entrySet().stream().anyMatch(it -> it.getKey().plan().device().equals(port.plan().device()) && it.getValue().agent() == runtime.agent());
    }

    private static void handOver(@Nullable FrameHold hold, PortRuntime port, SwitchRuntime runtime) {
        var attachment = port.attachment();
        if (hold != null && attachment != null) {
            runtime.agent().handOver(hold, attachment);
        } else if (hold != null) {
            hold.discard();
        }
    }

    private void changeSwitches(Blueprint next) {
        for (var key : List.copyOf(switches.keySet())) {
            var wanted = next.switches().get(key);
            var runtime = Objects.requireNonNull(switches.get(key));
            if (wanted == null || mustBeMadeAnew(runtime.plan(), wanted)) {
                runtime.ports().values().forEach(port -> detach(port, runtime));
                runtime.agent().remove(runtime.member());
                switches.remove(key);
            } else {
                runtime.plan(wanted);
            }
        }
        next.switches().forEach((key, plan) -> switches.computeIfAbsent(key, _ -> makeSwitch(key, plan, agents.at(placement.agentOf(next, key)))));
    }

    private SwitchRuntime makeSwitch(String key, SwitchPlan plan, SwitchAgent agent) {
        var runtime = new SwitchRuntime(plan, portset(plan), agent, new SwitchNews(key, news, events, () -> onPortDisabled.run()));
        neighbors.listenTo(runtime);
        return runtime;
    }

    /// The lowest portset that no vSwitch of the host has; 0 for other switches.
    private int portset(SwitchPlan plan) {
        if (!(plan instanceof SwitchPlan.Virtual virtual)) {
            return 0;
        }
        var taken = switches.values().stream()
                .filter(it -> it.plan() instanceof SwitchPlan.Virtual other && other.host().equals(virtual.host()))
                .map(SwitchRuntime::portset)
                .toList();
        int portset = virtual.portsetBase();
        while (taken.contains(portset)) {
            portset++;
        }
        return portset;
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
        var device = open.get(plan.device());
        if (device == null) {
            if (runtime.frameSwitch() instanceof VSwitch vSwitch && plan.rule() instanceof Rule.Uplink) {
                vSwitch.attachUplink(port.index(), false);
            }
            port.counted(counters);
            return;      // It could not be opened; the port stays down.
        }
        var plugged = device.on(runtime.agent());
        var attachment = runtime.agent().attach(runtime.member(), port.index(), plugged);
        device.plugged(attachment);
        port.plugged(attachment, device, counters);
        boolean isUp = PortLinks.isUp(port);
        if (runtime.frameSwitch() instanceof VSwitch vSwitch && plan.rule() instanceof Rule.Uplink) {
            vSwitch.attachUplink(port.index(), isUp);
        }
        plugged.setLink(isUp);
        port.linkUp(isUp);
    }

    /// Looks at the links of all ports anew.
    void refreshLinks() {
        news.tell();      // Why they have changed.
        agents.run(links::refresh);
        neighbors.look(agents.nowNanos());
    }
}
