package io.etherloom.cli;

import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "up", description = {"Start the lab that a topology file describes, and run it until Ctrl-C.",
    "With the file of a running lab: change that lab to what the file says; ports that are not concerned do not blink."}, footer = {
    "  etherloom up topologies/quickstart.yaml",
    "  etherloom up topologies/quickstart.yaml --detach",
    "  etherloom up lab.yaml --listen 127.0.0.1:9580",
    "  etherloom up lab.yaml --dry-run      the same as: etherloom plan lab.yaml",
    "", "Needs root, or a kernel that lets ordinary users make user namespaces (etherloom doctor tells).",
    "A topology's run: is code that runs with your rights."})
final class UpCommand extends Verb {
    @Parameters(paramLabel = "FILE", description = "The topology file.")
    String file = "";

    @Option(names = {"-d", "--detach"}, description = "Return once the lab is ready; it runs on in the background.")
    boolean isDetached;

    @Option(names = "--dry-run", description = "Only show what would be changed.")
    boolean isDryRun;

    @Mixin ListenOption listening = new ListenOption();

    @Mixin OutputOption output = new OutputOption();

    UpCommand(World world) {
        super(world);
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        listening.check();
        if (isDetached && !isDryRun) {
            return Detached.start(world, file, output.isJson(), listening);
        }
        var convergence = new Convergence(world, TopologyFile.of(file), output);
        var running = convergence.running();
        if (isDryRun) {
            convergence.showPlan();
            return ExitCode.OK;
        }
        if (running != null) {
            if (listening.isGiven()) {
                throw new Failure(ExitCode.FAILED, BackgroundLab.LISTENS_FROM_THE_START);
            }
            convergence.converge(running);
            return ExitCode.OK;
        }
        RootRights.obtain(world, spec.commandLine().getParent().getParseResult().originalArgs());
        return new LabProcess(world, convergence.topology(), TopologyFile.of(file), listening).run(
            () -> world.out().println("Ctrl-C ends the lab."));
    }
}
