package io.etherloom.lab;

import io.etherloom.topology.Suggestion;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// Runs programs inside VMs for who asks the lab's process, which stands where their namespaces have names; [ExecPlan] is for a client that
/// becomes the program itself.
record VmExec(LabState state, LabRecord lab) {
    Process start(String vm, List<String> command) {
        requireNamespace(vm);
        var builder = new ProcessBuilder(state.home().inside(vm, command));
        builder.environment().put(LabRecord.MARK, lab.mark());
        try {
            return builder.start();
        } catch (IOException e) {
            throw new LabException(LabException.Kind.ENVIRONMENT, "a command cannot be started in " + vm + ": " + e.getMessage(), e);
        }
    }

    private void requireNamespace(String name) {
        var views = new InventoryViews(state);
        var vm = views.vms().stream().filter(it -> it.name().equals(name)).findFirst();
        if (vm.isPresent() && vm.get().power().equals("off")) {
            throw new LabException(LabException.Kind.CONFLICT, name + " is off");
        }
        var namespace = vm.isPresent() ? vm.get().namespace()
                : views.hosts().stream().filter(it -> it.name().equals(name)).findFirst().orElseThrow(() -> unknown(name)).namespace();
        if (namespace.equals(LabState.NONE)) {
            throw new LabException(LabException.Kind.CONFLICT, name + " has no namespace in which a command could run");
        }
    }

    /// Where the commands of a VM print.
    Path runLog(String vm) {
        if (!state.topology().vms().containsKey(vm)) {
            throw unknown(vm);
        }
        return lab.runLog(vm);
    }

    private LabException unknown(String name) {
        return new LabException(LabException.Kind.NOT_FOUND, "there is no VM " + name + Suggestion.among(name, state.topology().vms().keySet()));
    }
}
