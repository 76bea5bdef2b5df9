package io.etherloom.cli;

import picocli.CommandLine.Command;

@Command(name = "version", description = "Print the version of this Etherloom and its Java.", footer = {
    "  etherloom version",
    "", "Needs nothing."})
final class VersionCommand extends Verb {
    VersionCommand(World world) {
        super(world);
    }

    @Override
    public Integer call() {
        world.out().println("etherloom " + world.version().number() + " (commit " + world.version().commit() + ")");
        world.out().println("java " + Runtime.version() + " on " + System.getProperty("os.name") + " " + System.getProperty("os.version")
            + " " + System.getProperty("os.arch"));
        return ExitCode.OK;
    }
}
