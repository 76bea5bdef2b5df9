package io.etherloom.cli;

import io.etherloom.lab.LabControl;
import io.etherloom.lab.view.PortGroupView;
import io.etherloom.lab.view.VmView;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/// What `up` prints when a lab is ready: what runs, and three commands to try next.
final class Summary {
    /// A lab of a thousand VMs shall not push the commands out of the terminal.
    private static final int MAX_ROWS = 30;

    private final LabControl lab;
    private final String metricsUrl;

    Summary(LabControl lab, String metricsUrl) {
        this.lab = lab;
        this.metricsUrl = metricsUrl;
    }

    void print(PrintStream out) {
        var vms = lab.vms();
        var name = lab.lab().name();
        out.println("lab " + name + " is up");
        out.println();
        portGroups(lab.portGroups()).print(out);
        out.println();
        vms(vms).print(out);
        if (vms.size() > MAX_ROWS) {
            out.println("and " + (vms.size() - MAX_ROWS) + " more: " + World.typedCommand() + " show vms");
        }
        out.println();
        if (!metricsUrl.isEmpty()) {
            out.println("Metrics: " + metricsUrl);
        }
        out.println("Try:");
        commands(name, vms).forEach(command -> out.println("  " + World.typedCommand() + " " + command));
    }

    private static Table portGroups(List<PortGroupView> groups) {
        var table = new Table("HOST", "VSWITCH", "PORT-GROUP", "VLAN");
        groups.stream().limit(MAX_ROWS).forEach(group -> table.row(group.host(), group.vSwitch(), group.name(), group.vlan()));
        return table;
    }

    private static Table vms(List<VmView> vms) {
        var table = new Table("VM", "HOST", "KIND", "PORT-GROUP", "ADDRESS");
        for (var vm : vms.subList(0, Math.min(vms.size(), MAX_ROWS))) {
            table.row(vm.name(), vm.host(), vm.kind(), vm.nics().stream().map(VmView.NicView::portGroup).distinct().toList(), addresses(vm));
        }
        return table;
    }

    private static List<String> addresses(VmView vm) {
        return vm.nics().stream().flatMap(nic -> nic.addresses().stream()).toList();
    }

    /// With names of this lab: a ping between VMs of different hosts in one port group if there are two, then what can be watched.
    private static List<String> commands(String lab, List<VmView> vms) {
        var commands = new ArrayList<String>();
        var able = vms.stream().filter(vm -> !vm.host().equals("-") && !vm.namespace().isEmpty() && !addresses(vm).isEmpty()).toList();
        if (able.size() > 1) {
            var first = able.getFirst();
            commands.add("exec " + first.name() + " -- ping -c 3 " + peer(first, able).name());
        }
        commands.add("show ports");
        if (able.isEmpty()) {
            commands.add("show portgroups");
        } else {
            commands.add("capture --port " + able.getFirst().name() + " -w " + able.getFirst().name() + ".pcapng");
        }
        if (commands.size() < 3) {
            commands.add("down " + lab);
        }
        return commands;
    }

    private static VmView peer(VmView of, List<VmView> able) {
        var label = of.nics().getFirst().portGroup();
        var mates = able.stream().filter(vm -> vm != of && vm.nics().getFirst().portGroup().equals(label)).toList();
        return mates.stream().filter(vm -> !vm.host().equals(of.host())).findFirst()
            .orElse(mates.isEmpty() ? able.get(1) : mates.getFirst());
    }
}
