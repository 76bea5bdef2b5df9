package io.etherloom.cli;

import picocli.CommandLine.Command;

@Command(name = "clean", description = "Remove what killed labs have left. Every other verb does it too, on its way.", footer = {
    "  etherloom clean",
    "", "Needs the rights with which the labs were started. Labs that run, and all that is not a lab's, stay as they are."})
final class CleanCommand extends Verb {
    CleanCommand(World world) {
        super(world);
    }

    @Override
    public Integer call() {
        var registry = world.registry().get();
        var swept = registry.sweep(sentence -> world.out().println(sentence));
        registry.forgetMoves();
        var living = registry.labs();
        world.out().println((swept.isEmpty() ? "nothing to remove" : "removed what was left of: " + String.join(", ", swept))
            + (living.isEmpty() ? "" : "; running and untouched: " + LsCommand.names(living)));
        return ExitCode.OK;
    }
}
