package io.etherloom.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(name = "link", description = {"Pull a cable, or plug it in again: both ends lose their link.",
    "A port of a physical switch that BPDU guard disabled recovers when its cable is plugged in."}, footer = {
    "  etherloom link down esx1/vmnic0",
    "  etherloom link up esx1/vmnic0",
    "  etherloom link down tor1/24          a cable of the physical network",
    "", "Needs a running lab. Doing it twice is no fault."})
final class LinkCommand extends Verb {
    enum State { up, down }

    @Parameters(index = "0", paramLabel = "up|down", description = "${COMPLETION-CANDIDATES}")
    State state = State.up;

    @Parameters(index = "1", paramLabel = "END",
        description = "One end of the cable: HOST/PNIC, such as esx1/vmnic0, or SWITCH/PORT, such as tor1/24.")
    String target = "";

    @Mixin LabOption lab = new LabOption();

    LinkCommand(World world) {
        super(world);
    }

    @Override
    public Integer call() {
        int slash = target.indexOf('/');
        if (slash <= 0 || slash == target.length() - 1) {
            throw new Failure(ExitCode.BAD_INPUT, "a cable is named HOST/PNIC or SWITCH/PORT, such as esx1/vmnic0, not \"" + target + "\"");
        }
        var client = client(lab(lab.name));
        var path = "/v1/links/" + LabClient.segment(target.substring(0, slash)) + "/" + LabClient.segment(target.substring(slash + 1));
        client.post(path + "/" + state, "");
        world.out().println("link of " + target + " is " + state);
        return ExitCode.OK;
    }
}
