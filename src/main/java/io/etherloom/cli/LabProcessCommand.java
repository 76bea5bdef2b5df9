package io.etherloom.cli;

import io.etherloom.linux.LinuxException;
import io.etherloom.linux.Processes;
import java.io.OutputStream;
import java.io.PrintStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(name = Verbs.LAB_PROCESS, hidden = true, description = "What up --detach starts: up, in a session of its own.", footer = {
    "  etherloom up topologies/quickstart.yaml --detach",
    "", "Needs somebody who reads its output until the lab is ready."})
final class LabProcessCommand extends Verb {
    @Parameters(paramLabel = "FILE", description = "The topology file.")
    String file = "";

    @Mixin OutputOption output = new OutputOption();

    LabProcessCommand(World world) {
        super(world);
    }

    @Override
    public Integer call() {
        var convergence = new Convergence(world, TopologyFile.of(file), output);
        var running = convergence.running();
        if (running != null) {
            convergence.converge(running);
            return ExitCode.OK;
        }
        RootRights.obtain(world, spec.commandLine().getParent().getParseResult().originalArgs());
        leaveTerminal();
        return new LabProcess(world, convergence.topology(), TopologyFile.of(file)).run(this::detach);
    }

    private static void leaveTerminal() {
        try {
            Processes.beginSession();
        } catch (LinuxException _) {
            // Already the leader of a session: there is no terminal to leave.
        }
    }

    /// The reader goes away now, and nobody is to be told by a broken pipe.
    private void detach() {
        world.out().println(Detached.READY);
        world.out().flush();
        System.setOut(new PrintStream(OutputStream.nullOutputStream()));
        System.setErr(new PrintStream(OutputStream.nullOutputStream()));
        world.out().close();
        world.err().close();
    }
}
