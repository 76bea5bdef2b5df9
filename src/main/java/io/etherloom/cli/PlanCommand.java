package io.etherloom.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(name = "plan", description = "Show what up would change, and change nothing.", footer = {
    "  etherloom plan topologies/quickstart.yaml",
    "  etherloom plan lab.yaml -o json",
    "", "Needs the topology file. If its lab does not run, all of it would be added."})
final class PlanCommand extends Verb {
    @Parameters(paramLabel = "FILE", description = "The topology file.")
    String file = "";

    @Mixin OutputOption output = new OutputOption();

    PlanCommand(World world) {
        super(world);
    }

    @Override
    public Integer call() {
        new Convergence(world, TopologyFile.of(file), output).showPlan();
        return ExitCode.OK;
    }
}
