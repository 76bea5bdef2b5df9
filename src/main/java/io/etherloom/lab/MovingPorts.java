package io.etherloom.lab;

import io.etherloom.device.FrameHold;
import io.etherloom.frame.DropReason;
import io.etherloom.lab.Blueprint.DevicePlan;
import io.etherloom.lab.Blueprint.PortPlan;
import io.etherloom.lab.Blueprint.SwitchPlan;
import io.etherloom.topology.Units;
import io.etherloom.vswitch.VSwitch;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Ports of which another takes the place on another switch, as in a VMotion: which they are in the change that is being made, which of them stand
/// still before it, and how long they were off. Guarded by the lab's lock.
final class MovingPorts {
    private static final long NEVER = Long.MIN_VALUE;

    private final Agents agents;
    private final Map<String, SwitchRuntime> switches;
    /// Of the change that is being made.
    private final Map<PortRuntime, SwitchRuntime> moving = new LinkedHashMap<>();
    /// Ports that stand still, by name.
    private final Map<String, Stun> stunned = new HashMap<>();
    /// By port name, of VMs that are being moved.
    private final Map<String, MoveWatch> watched = new HashMap<>();
    /// By the agents' clock.
    private long closedNanos = NEVER;
    private long openedNanos;
    private long lost;
    /// What ports have given to their successors in the last change, by port name.
    private final Map<String, FrameHold> given = new LinkedHashMap<>();

    /// @param drops what the port had dropped as disabled before
    /// @param since by the agents' clock
    private record Stun(PortRuntime port, @Nullable FrameHold hold, long drops, long since) {}

    MovingPorts(Agents agents, Map<String, SwitchRuntime> switches) {
        this.agents = agents;
        this.switches = switches;
    }

    /// Nanoseconds from when ports went in the last change until others had come; 0 when none went.
    long gapNanos() {
        return closedNanos == NEVER ? 0 : openedNanos - closedNanos;
    }

    /// Makes what ports of a VM that stand still can keep things in; none for 0 octets.
    ///
    /// @throws LabException when that is more memory than the process may have
    Map<String, FrameHold> holds(String vm, long bufferOctets) {
        var holds = new LinkedHashMap<String, FrameHold>();
        if (bufferOctets > 0) {
            try {
                portsOf(vm).keySet().forEach(port -> holds.put(port.plan().name(), new FrameHold(bufferOctets)));
            } catch (OutOfMemoryError full) {
                throw noMemory(vm, bufferOctets, full);
            }
        }
        return holds;
    }

    /// The guest of a VM is carried from now on: what its ports have given to its hypervisor and the guest has not got shall be little, and is remembered.
    ///
    /// @param octets about so many that each remembers; 0 for none
    void carry(String vm, long octets) {
        try {
            portsOf(vm).forEach((port, runtime) -> {
                var attachment = port.attachment();
                if (attachment != null && !isStunned(vm)) {
                    runtime.agent().commands().run(() -> runtime.agent().carry(attachment, octets));
                }
            });
        } catch (OutOfMemoryError full) {
            throw noMemory(vm, octets, full);
        }
    }

    private LabException noMemory(String vm, long octets, OutOfMemoryError full) {
        return new LabException(LabException.Kind.ENVIRONMENT, "there is no memory for buffers of " + Units.size(octets) + " for each of "
                + portsOf(vm).size() + " ports; a smaller --buffer does", full);
    }

    /// Has the ports of a VM stand still.
    ///
    /// @param sinceNanos when its guest had stopped, by the agents' clock; `Long.MAX_VALUE` for one that has not
    /// @param fresh what each keeps of what comes for it, by port; what comes for others is dropped
    /// @return what is kept, by port
    Map<String, FrameHold> stun(String vm, Map<String, FrameHold> fresh, long sinceNanos) {
        var ports = portsOf(vm);
        var holds = new LinkedHashMap<String, FrameHold>();
        agents.run(() -> {
            agents.settle();
            long nowNanos = agents.nowNanos();
            ports.forEach((port, runtime) -> {
                var attachment = port.attachment();
                var device = port.device();
                var name = port.plan().name();
                if (attachment != null && device != null && !stunned.containsKey(name)) {
                    runtime.agent().flush(runtime.member());
                    device.unplugged();
                    long drops = port.drops(DropReason.PORT_DISABLED);
                    int waiting = runtime.frameSwitch().ports().waiting(port.index());
                    var hold = runtime.agent().stun(attachment, fresh.get(name), sinceNanos);
                    if (hold != null) {
                        holds.put(name, hold);
                    }
                    stunned.put(name, new Stun(port, hold, drops, nowNanos));
                    tellWatch(name, Math.min(nowNanos, sinceNanos), hold == null ? 0 : hold.repeated() + waiting);
                }
            });
        });
        return holds;
    }

    /// Ends that where the ports are: what was kept is handed over, and RARPs go out again (spec 7.11).
    ///
    /// @return frames that were dropped meanwhile
    long wake(String vm) {
        long[] lost = {0};
        agents.run(() -> portsOf(vm).forEach((port, runtime) -> {
            var stun = stunned.get(port.plan().name());
            var attachment = port.attachment();
            var device = port.device();
            if (stun != null && stun.port == port && attachment != null && device != null) {
                lost[0] += port.drops(DropReason.PORT_DISABLED) - stun.drops;
                runtime.agent().wake(attachment);
                device.plugged(attachment);
                if (stun.hold != null) {
                    runtime.agent().handOver(stun.hold, attachment);
                }
                if (runtime.frameSwitch() instanceof VSwitch vSwitch) {
                    vSwitch.enabledAgain(port.index(), agents.nowNanos());
                }
                runtime.agent().timersChanged();
                stunned.remove(port.plan().name());
                tellWatch(port.plan().name(), NEVER, 0);
            }
        }));
        return lost[0];
    }

    private void tellWatch(String port, long sinceNanos, int repeated) {
        var watch = watched.get(port);
        if (watch != null) {
            watch.stunned(sinceNanos, repeated);
        }
    }

    private Map<PortRuntime, SwitchRuntime> portsOf(String vm) {
        var ports = new LinkedHashMap<PortRuntime, SwitchRuntime>();
        switches.values().stream().filter(runtime -> runtime.plan() instanceof SwitchPlan.Virtual).forEach(runtime ->
            runtime.ports().values().stream().filter(port -> isOf(vm, port.plan().name())).forEach(port -> ports.put(port, runtime)));
        return ports;
    }

    /// Takes those out of the ones that leave whose device goes to another switch: such a port works until, in one command, the other takes its place,
    /// and with it what waits for its device.
    void choose(Map<PortRuntime, SwitchRuntime> leaving, Blueprint next) {
        moving.clear();
        closedNanos = NEVER;
        lost = 0;
        given.clear();
        var wanted = next.ports().values().stream().map(PortPlan::device).collect(Collectors.toSet());
        leaving.forEach((port, runtime) -> {
            var attachment = port.attachment();
            if (attachment != null && !port.hasFailed() && !next.ports().containsKey(port.plan().key()) && isTakenOver(port.plan().device(), wanted)) {
                moving.put(port, runtime);
            }
        });
        leaving.keySet().removeAll(moving.keySet());
    }

    /// Whether a port at another place has the same vNIC, by the same device or that of another process.
    private static boolean isTakenOver(DevicePlan device, Set<DevicePlan> wanted) {
        return wanted.contains(device) || device instanceof DevicePlan.Qemu nic && wanted.stream().anyMatch(nic::isSameNic);
    }

    /// Those that leave in the command in which others come.
    Map<PortRuntime, SwitchRuntime> moving() {
        return moving;
    }

    /// Ports go now, before others come.
    void closed(long nowNanos) {
        closedNanos = nowNanos;
    }

    /// One of those that move is about to leave, with what its successor gets first; those that stood still have been off since then.
    void leaves(PortRuntime port, SwitchRuntime runtime, long nowNanos) {
        var hold = take(port, runtime, nowNanos);
        if (hold != null) {
            given.put(port.plan().name(), hold);
        }
    }

    /// What ports have given to their successors in the last change, by port name.
    Map<String, FrameHold> given() {
        return Map.copyOf(given);
    }

    private @Nullable FrameHold take(PortRuntime port, SwitchRuntime runtime, long nowNanos) {
        var stun = stunned.get(port.plan().name());
        boolean isStunned = stun != null && stun.port == port;
        if (closedNanos == NEVER || isStunned && stun.since < closedNanos) {
            closedNanos = isStunned ? stun.since : nowNanos;
        }
        if (!isStunned) {
            return takeQueue(port, runtime);
        }
        stunned.remove(port.plan().name());
        lost += port.drops(DropReason.PORT_DISABLED) - stun.drops;
        return stun.hold;
    }

    /// What waits for a device that has no room goes along, too.
    private static @Nullable FrameHold takeQueue(PortRuntime port, SwitchRuntime runtime) {
        var attachment = port.attachment();
        return attachment == null ? null : runtime.agent().stun(attachment, null, Long.MAX_VALUE);
    }

    /// All have come.
    void opened(long nowNanos) {
        openedNanos = nowNanos;
        closedNanos = closedNanos == NEVER ? nowNanos : closedNanos;
        stunned.values().removeIf(stun -> {
            boolean isGone = switches.values().stream().noneMatch(runtime -> runtime.ports().containsValue(stun.port));
            if (isGone && stun.hold != null) {
                stun.hold.discard();      // Its port went by another way than a move.
            }
            return isGone;
        });
    }

    /// What ports that stood still had dropped when they moved in the last change.
    long lost() {
        return lost;
    }

    boolean isStunned(String vm) {
        return stunned.keySet().stream().anyMatch(name -> isOf(vm, name));
    }

    /// Has each port of a VM watched, wherever it goes, until [#unwatch], which ends [#carry], too.
    ///
    /// @param target host to which it shall go
    /// @return who watches, by port
    Map<String, MoveWatch> watch(String vm, String target) {
        var watches = new LinkedHashMap<String, MoveWatch>();
        portsOf(vm).forEach((port, runtime) -> {
            var watch = new MoveWatch(target);
            watches.put(port.plan().name(), watch);
            runtime.agent().commands().run(() -> PortObservers.add(runtime.frameSwitch().ports(), port.index(), watch));
        });
        watched.putAll(watches);
        return watches;
    }

    void unwatch(String vm) {
        portsOf(vm).forEach((port, runtime) -> {
            var attachment = port.attachment();
            if (attachment != null && !stunned.containsKey(port.plan().name())) {
                runtime.agent().commands().run(() -> runtime.agent().carryNoMore(attachment));
            }
            var watch = watched.get(port.plan().name());
            if (watch != null) {
                runtime.agent().commands().run(() -> PortObservers.remove(runtime.frameSwitch().ports(), port.index(), watch));
            }
        });
        watched.keySet().removeIf(name -> isOf(vm, name));
    }

    /// A port has come; while all agents stand still.
    void arrived(PortRuntime port, SwitchRuntime runtime) {
        var watch = port.plan().rule() instanceof Blueprint.Rule.Access ? watched.get(port.plan().name()) : null;
        if (watch != null && runtime.plan() instanceof SwitchPlan.Virtual virtual) {
            watch.arrived(virtual.host());
            PortObservers.add(runtime.frameSwitch().ports(), port.index(), watch);
        }
    }

    private static boolean isOf(String vm, String port) {
        return port.startsWith(vm + ".eth");
    }
}
