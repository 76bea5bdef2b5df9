package io.etherloom.lab;

import io.etherloom.capture.CaptureSession.KnownAddress;
import io.etherloom.capture.CaptureSession.Source;
import io.etherloom.lab.Blueprint.Rule;
import io.etherloom.lab.CaptureTargets.Chosen;
import io.etherloom.topology.Topology;
import java.util.ArrayList;
import java.util.List;

/// How the ports of a lab and its addresses are called in a capture.
final class CaptureSources {
    private CaptureSources() {}

    /// A port with what is known of it: where it is, and the speed of a pNIC that the file gives.
    static Source of(Topology topology, Chosen chosen) {
        var target = chosen.target();
        var where = switch (target.runtime().plan()) {
            case Blueprint.SwitchPlan.Virtual virtual -> virtual.name() + " on " + virtual.host();
            case Blueprint.SwitchPlan.Physical physical -> "physical switch " + physical.name();
            case Blueprint.SwitchPlan.Splitter splitter -> "router " + splitter.name();
        };
        var what = switch (target.rule()) {
            case Rule.Access access -> "port group " + access.portGroup() + ", ";
            case Rule.Uplink _ -> "uplink of ";
            case Rule.Physical _ -> "port " + target.port().plan().name() + " of ";
            case Rule.Split _ -> "";
        };
        return new Source(target.name(), what + where + ", lab " + topology.name(), chosen.points(), bitsPerSecond(topology, target.name()));
    }

    private static long bitsPerSecond(Topology topology, String name) {
        int slash = name.indexOf('/');
        var host = slash < 0 ? null : topology.hosts().get(name.substring(0, slash));
        var pnic = host == null ? null : host.pnics().get(name.substring(slash + 1));
        return pnic == null ? 0 : pnic.bitsPerSecond();
    }

    /// The addresses that the file gives to VMs, vmks, machines and routers.
    static List<KnownAddress> names(Topology topology) {
        var names = new ArrayList<KnownAddress>();
        topology.vms().values().forEach(vm -> vm.nics().forEach(nic ->
                nic.addresses().forEach(address -> names.add(new KnownAddress(address.ip(), vm.name())))));
        topology.hosts().values().forEach(host -> host.vmkernel().values().forEach(vmk ->
                vmk.addresses().forEach(address -> names.add(new KnownAddress(address.ip(), host.name() + "-" + vmk.name())))));
        topology.fabric().machines().values().forEach(machine ->
                machine.addresses().forEach(address -> names.add(new KnownAddress(address.ip(), machine.name()))));
        topology.fabric().routers().values().forEach(router -> router.interfaces().values().forEach(addresses ->
                addresses.forEach(address -> names.add(new KnownAddress(address.ip(), router.name())))));
        return names;
    }
}
