package io.etherloom.cli;

import io.etherloom.linux.LinuxException;
import io.etherloom.linux.Processes;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.List;

/// What `up --detach` starts: `up`, in a session of its own. Called as `lab-process [--output=json] FILE` by [Detached], which reads its
/// output until the lab is ready.
final class BackgroundLab {
    static final String AS_JSON = "--output=json";
    static final String LISTENS_FROM_THE_START = "the lab runs already, and where it listens is decided when it starts; take it down and up again with --listen";

    private BackgroundLab() {}

    /// @param arguments the verb, the option and the file, as [Detached] gives them
    /// @return the exit code of the process
    static int run(World world, List<String> arguments) {
        var file = TopologyFile.of(arguments.getLast());
        var output = new OutputOption();
        output.format = arguments.contains(AS_JSON) ? OutputOption.Format.json : OutputOption.Format.table;
        var convergence = new Convergence(world, file, output);
        var running = convergence.running();
        var listening = ListenOption.of(arguments);
        if (running != null && listening.isGiven()) {
            throw new Failure(ExitCode.FAILED, LISTENS_FROM_THE_START);
        }
        if (running != null) {
            convergence.converge(running);
            return ExitCode.OK;
        }
        RootRights.obtain(world, arguments);
        leaveTerminal();
        return new LabProcess(world, convergence.topology(), file, listening).run(() -> detach(world));
    }

    private static void leaveTerminal() {
        try {
            Processes.beginSession();
        } catch (LinuxException _) {
            // Already the leader of a session: there is no terminal to leave.
        }
    }

    /// The reader goes away now, and nobody is to be told by a broken pipe.
    private static void detach(World world) {
        world.out().println(Detached.READY);
        world.out().flush();
        System.setOut(new PrintStream(OutputStream.nullOutputStream()));
        System.setErr(new PrintStream(OutputStream.nullOutputStream()));
        world.out().close();
        world.err().close();
    }
}
