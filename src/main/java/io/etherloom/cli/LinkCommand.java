package io.etherloom.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(name = "link", description = "Pull the cable of a pNIC, or plug it in again.", footer = {
    "  etherloom link down esx1/vmnic0",
    "  etherloom link up esx1/vmnic0",
    "", "Needs a running lab. Doing it twice is no fault."})
final class LinkCommand extends Verb {
    enum State { up, down }

    @Parameters(index = "0", paramLabel = "up|down", description = "${COMPLETION-CANDIDATES}")
    State state = State.up;

    @Parameters(index = "1", paramLabel = "HOST/PNIC", description = "The pNIC, such as esx1/vmnic0.")
    String target = "";

    @Mixin LabOption lab = new LabOption();

    LinkCommand(World world) {
        super(world);
    }

    @Override
    public Integer call() {
        int slash = target.indexOf('/');
        if (slash <= 0 || slash == target.length() - 1) {
            throw new Failure(ExitCode.BAD_INPUT, "a pNIC is named HOST/PNIC, such as esx1/vmnic0, not \"" + target + "\"");
        }
        var client = client(lab(lab.name));
        var path = "/v1/hosts/" + LabClient.segment(target.substring(0, slash)) + "/pnics/" + LabClient.segment(target.substring(slash + 1));
        client.post(path + "/" + state, "");
        world.out().println("link of " + target + " is " + state);
        return ExitCode.OK;
    }
}
