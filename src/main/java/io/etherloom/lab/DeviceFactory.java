package io.etherloom.lab;

import io.etherloom.device.Cable;
import io.etherloom.device.Device;
import io.etherloom.device.MemoryDevice;
import io.etherloom.device.TapDevice;
import io.etherloom.lab.Blueprint.DevicePlan;
import io.etherloom.lab.Blueprint.EndpointPlan;
import io.etherloom.lab.Blueprint.InterfacePlan;
import io.etherloom.linux.Errno;
import io.etherloom.linux.LinuxException;
import io.etherloom.linux.Rtnetlink;
import io.etherloom.linux.Tun;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// Opens the devices of a lab. Control side; what it makes is used on the agent thread.
final class DeviceFactory {
    private final SwitchAgent agent;
    private final LabHome home;
    private final Interfaces interfaces;

    DeviceFactory(SwitchAgent agent, LabHome home, Interfaces interfaces) {
        this.agent = agent;
        this.home = home;
        this.interfaces = interfaces;
    }

    /// Opens devices; all or none.
    Map<DevicePlan, DeviceRuntime> open(List<DevicePlan> plans, Map<String, EndpointPlan> endpoints, Map<String, Cable> cables) {
        var opened = new LinkedHashMap<DevicePlan, DeviceRuntime>();
        try {
            openInterfaces(plans, endpoints, opened);
            for (var plan : plans) {
                switch (plan) {
                    case DevicePlan.Interface _ -> { }
                    case DevicePlan.Memory _ -> opened.put(plan, quiet(new MemoryDevice(agent.pool(), agent.ready())));
                    case DevicePlan.CableEnd end -> opened.put(plan, quiet(end(end, cables)));
                    case DevicePlan.HostTap tap -> opened.put(plan, hostTap(tap.name()));
                }
            }
            return opened;
        } catch (RuntimeException fault) {
            Interfaces.close(opened.values().stream().map(DeviceRuntime::device).toList());
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
                opened.put(plan, new DeviceRuntime(new TapDevice(tap.tun(), agent.pool(), agent.libc()), tap.drops(), true));
            }
        }
    }

    private static DeviceRuntime quiet(Device device) {
        return new DeviceRuntime(device, () -> 0L, true);
    }

    private static Cable.End end(DevicePlan.CableEnd plan, Map<String, Cable> cables) {
        var cable = Objects.requireNonNull(cables.get(plan.cable()), plan.cable());
        return plan.isFirst() ? cable.a() : cable.b();
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
            return new DeviceRuntime(new TapDevice(tun, agent.pool(), agent.libc()), () -> drops(name), isUp);
        } catch (LinuxException fault) {
            var cure = fault.errno() == Errno.EPERM
                    ? "; without root a TAP must exist and be yours: sudo ip tuntap add dev " + name + " mode tap user $USER"
                    : "";
            throw new LabException(LabException.Kind.ENVIRONMENT, "TAP " + name + ": " + fault.getMessage() + cure, fault);
        }
    }

    private static long drops(String name) {
        try (var link = Rtnetlink.open()) {
            return link.link(name).statistics().txDropped();
        } catch (LinuxException gone) {
            return 0;
        }
    }
}
