package io.etherloom.lab;

import io.etherloom.device.MemoryDevice;
import io.etherloom.lab.Blueprint.DevicePlan;
import io.etherloom.lab.Blueprint.Rule;
import io.etherloom.lab.Blueprint.SwitchPlan;
import io.etherloom.linux.LinuxException;
import io.etherloom.linux.Netns;
import io.etherloom.topology.Suggestion;
import io.etherloom.topology.Vm;
import io.etherloom.traffic.InterfacePort;
import io.etherloom.traffic.TrafficPort;
import java.util.List;

/// Finds where test frames enter and leave: a VM's first vNIC (`web1`), another of its (`web1/1`), a vmk (`esx1/vmk0`) or a physical machine
/// (`backup`). Reads the lab's state under its lock.
record TrafficPorts(LabState state, Netns netns) {
    /// @throws LabException NOT_FOUND for a name without a port, CONFLICT when there is nothing at it now
    TrafficPort open(String name) {
        var target = target(state, name);
        var port = target.port();
        var device = port.device();
        if (device == null) {
            throw conflict(name + " has no device now; see etherloom show ports");
        }
        return switch (port.plan().device()) {
            case DevicePlan.Interface it -> openInterface(target.name(), it);
            case DevicePlan.Memory _ when device.device() instanceof MemoryDevice memory && port.plan().rule() instanceof Rule.Access access ->
                new MemoryPort(target.name(), access.vnic().mac(), mtu(target, access), memory, target.runtime().agent());
            case DevicePlan.Memory _, DevicePlan.ExternalTap _, DevicePlan.Qemu _, DevicePlan.HostTap _, DevicePlan.CableEnd _ -> throw new LabException(LabException.Kind.INVALID,
                name + " is no place for a generator; name a VM (web1), one of its vNICs (web1/1), a vmk (esx1/vmk0) or a physical machine");
        };
    }

    private static int mtu(CaptureTargets.Target target, Rule.Access access) {
        int own = access.vnic().mtu();
        return own == 0 && target.runtime().plan() instanceof SwitchPlan.Virtual vSwitch ? vSwitch.mtu() : own;
    }

    private TrafficPort openInterface(String name, DevicePlan.Interface plan) {
        try {
            return InterfacePort.open(name, netns, state.home().namespace(plan.endpoint()), plan.plan().name());
        } catch (LinuxException fault) {
            throw conflict(name + ": " + fault.getMessage());
        }
    }

    /// The port that a name means, be there a device or not; throws as [#open] does.
    static CaptureTargets.Target target(LabState state, String name) {
        int slash = name.indexOf('/');
        var vm = state.topology().vms().get(slash < 0 ? name : name.substring(0, slash));
        var targets = new CaptureTargets(state.converger());
        if (vm != null && targets.named(name) == null) {
            throw conflict(missing(state, name, vm, slash >= 0));
        }
        if (vm == null && slash < 0 && targets.named(name) == null) {
            throw new LabException(LabException.Kind.NOT_FOUND,
                "there is no VM " + name + " in this lab" + Suggestion.among(name, state.topology().vms().keySet()));
        }
        return targets.any(name);
    }

    private static String missing(LabState state, String name, Vm vm, boolean hasIndex) {
        if (!state.overrides().isPowered(vm.name(), vm.poweredOn())) {
            return vm.name() + " is off; etherloom vm on " + vm.name();
        }
        if (vm.nics().isEmpty()) {
            return vm.name() + " has no vNIC to send by; give it one in the file (nics:)";
        }
        var known = String.join(", ", vm.nics().stream().map(nic -> vm.name() + "/" + nic.index()).toList());
        return hasIndex
            ? "there is no connected vNIC " + name + "; the vNICs of " + vm.name() + " are " + known
            : "no vNIC of " + vm.name() + " is connected; etherloom nic connect " + vm.name();
    }

    private static LabException conflict(String sentence) {
        return new LabException(LabException.Kind.CONFLICT, sentence);
    }
}
