package io.etherloom.cli;

import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(name = "completion", description = "Print a script by which the shell completes verbs and options.", footer = {
    "  source <(etherloom completion bash)",
    "  etherloom completion zsh >> ~/.zshrc",
    "", "Needs nothing."})
final class CompletionCommand extends Verb {
    enum Shell { bash, zsh }

    @Parameters(arity = "0..1", paramLabel = "SHELL", defaultValue = "bash", description = "${COMPLETION-CANDIDATES}; the script fits both.")
    Shell shell = Shell.bash;

    CompletionCommand(World world) {
        super(world);
    }

    @Override
    public Integer call() {
        world.out().print(AutoComplete.bash("etherloom", VerbLine.commandLine(world, Verbs.NAMES)));
        return ExitCode.OK;
    }
}
