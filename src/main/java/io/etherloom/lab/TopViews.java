package io.etherloom.lab;

import io.etherloom.frame.DropReason;
import io.etherloom.frame.PortCounters;
import io.etherloom.frame.PortCounters.Cast;
import io.etherloom.lab.Blueprint.DevicePlan;
import io.etherloom.lab.Blueprint.Rule;
import io.etherloom.lab.LabState.Running;
import io.etherloom.lab.view.TopView;
import io.etherloom.lab.view.TopView.Drop;
import io.etherloom.lab.view.TopView.Flow;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Makes a [TopView]. What agents and the kernel have to be asked for comes first; then the clock is read and directly after it all counters,
/// so that the rates of a thousand ports are over the same time.
record TopViews(LabState state, Agents agents) {
    private static final Flow NOTHING = new Flow(0, 0, 0, 0, 0, 0);

    /// A port with what is known of it but its counters.
    ///
    /// @param kernelDrops frames that the kernel lost before the switch could read them
    private record Seen(Running running, VSwitchSnapshot snapshot, PortRuntime port, long kernelDrops) {}

    /// @param startedAt of the lab's record
    TopView top(String startedAt) {
        var seen = new ArrayList<Seen>();
        for (var running : state.vSwitches()) {
            var snapshot = running.snapshot(state);
            running.runtime().ports().values().forEach(port -> seen.add(new Seen(running, snapshot, port, kernelDrops(port))));
        }
        var uplinks = new PortViews(state).uplinks();
        var teams = new TeamViews(state).teams();
        var shapers = new PolicyViews(state).shapers();
        var neighbors = neighbors();
        long takenMillis = System.currentTimeMillis();
        long takenNanos = agents.nowNanos();
        var ports = ports(seen);
        var load = agents.all().stream().map(TopViews::agent).toList();
        int on = (int) state.topology().vms().values().stream().filter(vm -> state.overrides().isPowered(vm.name(), vm.poweredOn())).count();
        return new TopView(state.topology().name(), startedAt, takenNanos, takenMillis, state.topology().hosts().size(), on, load, ports, drops(),
                uplinks, teams, shapers, neighbors);
    }

    private List<TopView.Neighbor> neighbors() {
        var heard = new ArrayList<TopView.Neighbor>();
        for (var view : new NeighborViews(state, agents.nowNanos()).neighbors()) {
            var neighbor = view.neighbor();
            if (neighbor != null && state.topology().hosts().containsKey(view.owner())) {
                heard.add(new TopView.Neighbor(view.owner(), view.port(), neighbor.device(), neighbor.port()));
            }
        }
        return heard;
    }

    private static long kernelDrops(PortRuntime port) {
        var device = port.device();
        return device == null ? 0 : device.deviceQueueDrops();
    }

    private List<TopView.Port> ports(List<Seen> seen) {
        var ports = new ArrayList<TopView.Port>(seen.size());
        Running last = null;
        for (var each : seen) {
            if (each.running() != last) {
                last = each.running();
                ports.add(management(last));
            }
            ports.add(port(each));
        }
        return ports;
    }

    private static TopView.Port management(Running running) {
        return new TopView.Port(running.host().name(), running.vSwitch().name(), running.runtime().portId(1), "Management", "n/a", false, true, 0,
                NOTHING, NOTHING, 0);
    }

    private TopView.Port port(Seen seen) {
        var running = seen.running();
        var port = seen.port();
        var name = port.plan().name();
        var counters = port.counters();
        var pnic = port.plan().rule() instanceof Rule.Uplink ? running.host().pnics().get(name) : null;
        boolean isUplink = pnic != null;
        return new TopView.Port(running.host().name(), running.vSwitch().name(), running.runtime().portId(port), usedBy(port),
                isUplink ? LabState.NONE : PortViews.teamPnic(seen.snapshot(), running.runtime(), port), isUplink, port.isLinkUp(),
                pnic == null ? 0 : pnic.bitsPerSecond(),
                isUplink ? toWire(counters) : fromVm(counters, seen.kernelDrops()),
                isUplink ? fromWire(counters, seen.kernelDrops()) : toVm(counters),
                counters.originatedFrames() + counters.consumedFrames());
    }

    /// With the world id in front of a VM's (spec 8.8).
    private String usedBy(PortRuntime port) {
        var name = port.plan().name();
        var vm = vm(port.plan().device());
        return vm != null && state.topology().vms().containsKey(vm) ? state.worlds().of(vm) + ":" + name : name;
    }

    private static @Nullable String vm(DevicePlan device) {
        return switch (device) {
            case DevicePlan.Interface it -> it.endpoint();
            case DevicePlan.ExternalTap it -> it.endpoint();
            case DevicePlan.Memory it -> it.endpoint();
            case DevicePlan.Qemu it -> it.endpoint();
            case DevicePlan.HostTap _, DevicePlan.CableEnd _ -> null;
        };
    }

    /// Whatever ends a frame that the VM has sent is its loss (spec 8.9).
    private static Flow fromVm(PortCounters counters, long kernelDrops) {
        long dropped = counters.drops() + kernelDrops;
        for (var reason : DropReason.TOWARDS_VM) {
            dropped -= counters.drops(reason);
        }
        return in(counters, dropped, counters.inFrames() + kernelDrops);
    }

    /// What there was no room for in the guest's ring (spec 8.9).
    private static Flow toVm(PortCounters counters) {
        long full = counters.drops(DropReason.QUEUE_FULL);
        return out(counters, full, counters.outFrames() + full);
    }

    /// The same for the pNIC's ring.
    private static Flow toWire(PortCounters counters) {
        return toVm(counters);
    }

    /// What came by the wire and found no room; what a vSwitch does not let in by design is no loss of the pNIC.
    private static Flow fromWire(PortCounters counters, long kernelDrops) {
        return in(counters, kernelDrops + counters.drops(DropReason.POOL_EXHAUSTED), counters.inFrames() + kernelDrops);
    }

    private static Flow in(PortCounters counters, long dropped, long offered) {
        return new Flow(counters.inFrames(), counters.inOctets(), counters.inFrames(Cast.MULTICAST), counters.inFrames(Cast.BROADCAST), dropped, offered);
    }

    private static Flow out(PortCounters counters, long dropped, long offered) {
        return new Flow(counters.outFrames(), counters.outOctets(), counters.outFrames(Cast.MULTICAST), counters.outFrames(Cast.BROADCAST), dropped,
                offered);
    }

    private List<Drop> drops() {
        var drops = new ArrayList<Drop>();
        state.converger().switches().forEach((key, runtime) -> runtime.ports().values().forEach(port ->
                PortViews.drops(port).forEach((reason, frames) -> drops.add(new Drop(key, port.plan().name(), reason, frames)))));
        return drops;
    }

    private static TopView.Agent agent(SwitchAgent agent) {
        var pool = agent.pool();
        return new TopView.Agent(agent.role(), agent.meters().cycles().sumNanos(), agent.meters().errors(), pool.capacity(), pool.free(),
                pool.tailCapacity(), pool.freeTails());
    }
}
