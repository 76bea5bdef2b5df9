package io.etherloom.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(name = "vm", description = "Power a VM off or on. Off, its ports are gone; on, it gets ports as new.", footer = {
    "  etherloom vm off web1",
    "  etherloom vm on web1",
    "", "Needs a running lab. Doing it twice is no fault."})
final class VmCommand extends Verb {
    enum Power { on, off }

    @Parameters(index = "0", paramLabel = "on|off", description = "${COMPLETION-CANDIDATES}")
    Power power = Power.on;

    @Parameters(index = "1", paramLabel = "VM", description = "The VM's name.")
    String vm = "";

    @Mixin LabOption lab = new LabOption();

    VmCommand(World world) {
        super(world);
    }

    @Override
    public Integer call() {
        var client = client(lab(lab.name));
        client.post("/v1/vms/" + LabClient.segment(vm) + "/" + power, "");
        world.out().println(vm + " is " + power);
        return ExitCode.OK;
    }
}
