package io.etherloom.cli;

import io.etherloom.lab.ExecPlan;
import io.etherloom.topology.Suggestion;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(name = "exec", customSynopsis = "etherloom exec [--lab=LAB] [LAB] VM [-- CMD [ARG...]]",
    description = "Run a command inside a VM. This process becomes the command: terminal, signals and exit status are its own.", footer = {
    "  etherloom exec web1 -- ping -c 3 web2",
    "  etherloom exec web1                  a shell",
    "  etherloom exec --lab campus web1 -- ip addr",
    "", "Needs a running lab and the rights with which it was started. Names of VMs and hosts resolve.",
    "In a QEMU guest, commands run only in the one that Etherloom ships: without input, four at a time."})
final class ExecCommand extends Verb {
    @Parameters(arity = "1..*", paramLabel = "VM -- CMD", description = "The VM, and behind -- the command and its arguments; a shell without.")
    List<String> words = new ArrayList<>();

    @Mixin LabOption lab = new LabOption();

    ExecCommand(World world) {
        super(world);
    }

    @Override
    public Integer call() {
        var given = spec.commandLine().getParseResult().originalArgs();
        int dashes = given.indexOf("--");
        int commandSize = dashes < 0 ? words.size() - 1 : given.size() - dashes - 1;
        var targets = words.subList(0, words.size() - commandSize);
        if (targets.isEmpty() || targets.size() > 2) {
            throw new Failure(ExitCode.BAD_INPUT, "one VM stands before --, with the lab before it if need be: etherloom exec web1 -- ip addr");
        }
        var vm = targets.getLast();
        var record = lab(targets.size() == 2 ? targets.getFirst() : lab.name);
        var command = commandSize == 0 ? List.of("sh") : List.copyOf(words.subList(targets.size(), words.size()));
        var client = client(record);
        if (isQemu(client, vm)) {
            return GuestExec.run(world, client, vm, commandSize == 0 ? List.of() : command);
        }
        var place = place(client, vm);
        var console = System.console();
        var plan = place.isContainer() ? ExecPlan.ofContainer(record, place.namespace(), command, console != null && console.isTerminal())
            : ExecPlan.of(record, place.namespace(), command);
        world.out().flush();
        world.machine().becomes().become(plan.command(), plan.environment());
        return ExitCode.OK;
    }

    private static boolean isQemu(LabClient client, String name) {
        return client.rows("/v1/vms").stream().anyMatch(row -> row.text("name").equals(name) && row.text("kind").equals("qemu") && !row.text("power").equals("off"));
    }

    /// Where a command runs; a container has the name of its namespace.
    private record Place(String namespace, boolean isContainer) {}

    private static Place place(LabClient client, String name) {
        var vms = client.rows("/v1/vms");
        var vm = vms.stream().filter(row -> row.text("name").equals(name)).findFirst();
        if (vm.isPresent() && vm.get().text("power").equals("off")) {
            throw new Failure(ExitCode.FAILED, name + " is off; etherloom vm on " + name);
        }
        var found = vm.or(() -> client.rows("/v1/hosts").stream().filter(row -> row.text("name").equals(name)).findFirst());
        if (found.isEmpty()) {
            throw new Failure(ExitCode.NO_SUCH_THING, "there is no VM " + name + " in this lab"
                + Suggestion.among(name, vms.stream().map(row -> row.text("name")).toList()));
        }
        var namespace = found.get().text("namespace");
        if (vm.isPresent() && vm.get().text("kind").equals("external")) {
            throw new Failure(ExitCode.FAILED, name + " has come from outside, and its commands are run by whoever brought it; in a container of Docker:"
                + " docker exec " + name);
        }
        if (namespace.equals("-")) {
            throw new Failure(ExitCode.FAILED, name + " has no namespace in which a command could run: "
                + (vm.isPresent() ? "it is in memory only" : "a host without vmkernel ports"));
        }
        return new Place(namespace, vm.isPresent() && vm.get().text("kind").equals("container"));
    }
}
