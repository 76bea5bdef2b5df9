package io.etherloom.lab;

import io.etherloom.lab.Blueprint.DevicePlan;
import io.etherloom.lab.Blueprint.Rule;
import io.etherloom.lab.CaptureRequest.Kind;
import io.etherloom.lab.view.CaptureSubjectView;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;

/// Lists what can be captured in a lab, for programs that offer it to people: the lab, VMs (and their vNICs, where there are several), port
/// groups, uplinks, VMkernel ports, cables, physical machines and routers. Reads the lab's state under its lock.
final class CaptureSubjects {
    private final List<CaptureTargets.Target> all;
    private final LinkedHashSet<CaptureSubjectView> found = new LinkedHashSet<>();

    CaptureSubjects(Converger converger) {
        all = new CaptureTargets(converger).all();
    }

    List<CaptureSubjectView> list() {
        add(Kind.LAB, "", "all ports");
        vms();
        all.forEach(target -> CaptureTargets.portGroups(target).stream().limit(1).forEach(label -> add(Kind.PORTGROUP, label, "port group " + label)));
        all.forEach(this::uplinksAndVmks);
        all.forEach(this::links);
        all.forEach(this::machines);
        return List.copyOf(found);
    }

    private void add(Kind kind, String name, String description) {
        found.add(new CaptureSubjectView(kind.word(), name, description));
    }

    private void vms() {
        var nics = new LinkedHashMap<String, List<String>>();
        for (var target : all) {
            var vm = CaptureTargets.vm(target);
            if (!vm.isEmpty()) {
                nics.computeIfAbsent(vm, _ -> new ArrayList<>()).add(target.name());
            }
        }
        nics.forEach((vm, ports) -> {
            add(Kind.VM, vm, "VM " + vm);
            if (ports.size() > 1) {
                ports.forEach(port -> add(Kind.PORT, port, "vNIC " + port));
            }
        });
    }

    private void uplinksAndVmks(CaptureTargets.Target target) {
        if (target.rule() instanceof Rule.Uplink) {
            add(Kind.UPLINK, target.name(), "uplink " + target.name());
        } else if (target.rule() instanceof Rule.Access && CaptureTargets.vm(target).isEmpty()) {
            add(Kind.VMK, target.name(), "VMkernel port " + target.name());
        }
    }

    private void links(CaptureTargets.Target target) {
        if (target.port().plan().device() instanceof DevicePlan.CableEnd end) {
            add(Kind.LINK, end.cable(), "link " + end.cable());
        }
    }

    private void machines(CaptureTargets.Target target) {
        if (target.rule() instanceof Rule.Physical && target.port().plan().device() instanceof DevicePlan.Interface machine) {
            add(Kind.PORT, machine.endpoint(), "physical machine " + machine.endpoint());
        }
    }
}
