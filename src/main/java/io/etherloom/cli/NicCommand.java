package io.etherloom.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(name = "nic", description = "Connect or disconnect a vNIC of a VM.", footer = {
    "  etherloom nic disconnect web1        the first vNIC",
    "  etherloom nic connect web1/1         the second",
    "", "Needs a running lab. Doing it twice is no fault."})
final class NicCommand extends Verb {
    enum Action { connect, disconnect }

    @Parameters(index = "0", paramLabel = "connect|disconnect", description = "${COMPLETION-CANDIDATES}")
    Action action = Action.connect;

    @Parameters(index = "1", paramLabel = "VM[/N]", description = "The VM, and which of its vNICs, from 0 (default).")
    String target = "";

    @Mixin LabOption lab = new LabOption();

    NicCommand(World world) {
        super(world);
    }

    @Override
    public Integer call() {
        int slash = target.indexOf('/');
        var vm = slash < 0 ? target : target.substring(0, slash);
        var index = slash < 0 ? "0" : target.substring(slash + 1);
        if (!index.matches("[0-9]")) {
            throw new Failure(ExitCode.BAD_INPUT, "a vNIC is named VM/N with N from 0 to 9, such as web1/0, not \"" + target + "\"");
        }
        var client = client(lab(lab.name));
        client.post("/v1/vms/" + LabClient.segment(vm) + "/nics/" + index + "/" + action, "");
        world.out().println(vm + "/" + index + " is " + action + "ed");
        return ExitCode.OK;
    }
}
