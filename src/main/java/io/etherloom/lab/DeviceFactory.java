package io.etherloom.lab;

import io.etherloom.device.Cable;
import io.etherloom.device.Device;
import io.etherloom.device.MemoryDevice;
import io.etherloom.device.RingCable;
import io.etherloom.lab.Blueprint.DevicePlan;
import io.etherloom.lab.Blueprint.EndpointPlan;
import io.etherloom.lab.Blueprint.InterfacePlan;
import io.etherloom.linux.Errno;
import io.etherloom.linux.InterfaceDrops;
import io.etherloom.linux.LinuxException;
import io.etherloom.linux.Rtnetlink;
import io.etherloom.linux.Tun;
import io.etherloom.topology.AgentSettings;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;

/// Opens the devices of a lab. Control side; what it makes is used by agents.
final class DeviceFactory {
    private final LabHome home;
    private final Interfaces interfaces;
    private final Agents agents;
    private final AgentSettings.Taps taps;
    private final Machines guests;

    /// Of a lab that has no guests of QEMU.
    DeviceFactory(LabHome home, Interfaces interfaces, Agents agents, AgentSettings.Taps taps) {
        this(home, interfaces, agents, taps, Machines.NONE);
    }

    /// @param taps who serves the TAPs of interfaces
    DeviceFactory(LabHome home, Interfaces interfaces, Agents agents, AgentSettings.Taps taps, Machines guests) {
        this.guests = guests;
        this.agents = agents;
        this.taps = taps;
        this.home = home;
        this.interfaces = interfaces;
    }

    /// The guests whose vNICs it connects to.
    Machines guests() {
        return guests;
    }

    /// Both ends of a cable.
    record Ends(Device first, Device second) {}

    /// A cable between ports of these two agents, which may be one.
    static Ends cable(SwitchAgent first, SwitchAgent second) {
        if (first == second) {
            var cable = new Cable(first.pool(), first.ready());
            return new Ends(cable.a(), cable.b());
        }
        var cable = new RingCable(first.side(), second.side());
        return new Ends(cable.a(), cable.b());
    }

    /// Opens devices; all or none.
    Map<DevicePlan, DeviceRuntime> open(List<DevicePlan> plans, Map<String, EndpointPlan> endpoints, Map<String, Ends> cables) {
        var opened = new LinkedHashMap<DevicePlan, DeviceRuntime>();
        try {
            openInterfaces(plans, endpoints, opened);
            for (var plan : plans) {
                switch (plan) {
                    case DevicePlan.Interface _ -> { }
                    case DevicePlan.Memory _ -> opened.put(plan, quiet(agent -> new MemoryDevice(agent.pool(), agent.ready())));
                    case DevicePlan.Qemu guest -> opened.put(plan, guests.open(guest));
                    case DevicePlan.CableEnd end -> opened.put(plan, end(end, cables));
                    case DevicePlan.ExternalTap tap -> opened.put(plan, externalTap(tap.plan()));
                    case DevicePlan.HostTap tap -> opened.put(plan, hostTap(tap.name()));
                }
            }
            return opened;
        } catch (RuntimeException fault) {
            Interfaces.close(List.copyOf(opened.values()));
            throw fault;
        }
    }

    private void openInterfaces(
            List<DevicePlan> plans, Map<String, EndpointPlan> endpoints, Map<DevicePlan, DeviceRuntime> opened) {
        var byEndpoint = new LinkedHashMap<String, List<InterfacePlan>>();
        for (var plan : plans) {
            if (plan instanceof DevicePlan.Interface wanted) {
                byEndpoint.computeIfAbsent(wanted.endpoint(), _ -> new ArrayList<>()).add(wanted.plan());
            }
        }
        var requests = byEndpoint.entrySet().stream()
                .map(it -> new Interfaces.Request(
                        home.namespace(it.getKey()), Objects.requireNonNull(endpoints.get(it.getKey())), it.getValue()))
                .toList();
        var ready = interfaces.open(requests);
        for (var plan : plans) {
            if (plan instanceof DevicePlan.Interface wanted) {
                var tap = Objects.requireNonNull(ready.get(Interfaces.key(wanted.endpoint(), wanted.plan().name())));
                opened.put(plan, tap(tap));
            }
        }
    }

    /// A TAP of one queue that the agent of its port serves needs no ring. What a TAP refuses behind a ring counts as lost at the device.
    private DeviceRuntime tap(Interfaces.Opened tap) {
        int first = taps == AgentSettings.Taps.SPREAD && agents.count() > 1 ? 1 : 0;
        if (first == 0 && tap.queues().size() == 1) {
            return new DeviceRuntime(new TapSource(tap.queues().getFirst()), tap.drops(), true);
        }
        return new DeviceRuntime(new QueuedTapSource(tap.queues(), agents, first), tap.drops(), true);
    }

    private static DeviceRuntime quiet(Function<SwitchAgent, Device> maker) {
        return new DeviceRuntime(new MemorySource(maker), null, true);
    }

    private static DeviceRuntime end(DevicePlan.CableEnd plan, Map<String, Ends> cables) {
        var cable = Objects.requireNonNull(cables.get(plan.cable()), plan.cable());
        return quiet(_ -> plan.isFirst() ? cable.first() : cable.second());
    }

    /// Makes a TAP where this process is, from where somebody takes it. It has its address, and is down until he sets it up.
    private static DeviceRuntime externalTap(InterfacePlan plan) {
        try (var link = Rtnetlink.open()) {
            var tun = Tun.create(plan.name(), Tun.Options.OFFLOADED.withCarrier(false));
            try {
                int index = link.index(plan.name());
                link.change().mac(index, plan.mac()).mtu(index, plan.mtu()).apply();
                return new DeviceRuntime(new TapSource(tun), null, true);
            } catch (RuntimeException fault) {
                tun.close();
                throw fault;
            }
        } catch (LinuxException fault) {
            throw new LabException(LabException.Kind.ENVIRONMENT, "TAP " + plan.name() + ": " + fault.getMessage(), fault);
        }
    }

    /// Attaches to a TAP that somebody made, as it is, or makes one and brings it up.
    private DeviceRuntime hostTap(String name) {
        try (var link = Rtnetlink.open()) {
            var existing = link.find(name);
            var tun = existing == null ? Tun.create(name, Tun.Options.OFFLOADED) : Tun.attach(name, Tun.Options.OFFLOADED);
            if (existing == null) {
                link.change().up(link.index(name)).apply();
            }
            boolean isUp = existing == null || existing.isUp();
            return new DeviceRuntime(new TapSource(tun), InterfaceDrops.open(name), isUp);
        } catch (LinuxException fault) {
            var cure = fault.errno() == Errno.EPERM
                    ? "; without root a TAP must exist and be yours: sudo ip tuntap add dev " + name + " mode tap user $USER"
                    : "";
            throw new LabException(LabException.Kind.ENVIRONMENT, "TAP " + name + ": " + fault.getMessage() + cure, fault);
        }
    }
}
