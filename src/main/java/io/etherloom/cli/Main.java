package io.etherloom.cli;

import io.etherloom.lab.Lab;
import io.etherloom.lab.LabException;
import io.etherloom.lab.LabRegistry;
import io.etherloom.linux.Processes;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// The entry of the program: finds the verb and gives its exit code.
public final class Main {
    private Main() {}

    /// Runs one verb and ends the process.
    public static void main(String[] arguments) {
        var version = Version.ofThisBuild();
        // The one line by which a lab is plugged in.
        run((topology, claim, say) -> {
            var lab = Lab.start(topology, new LabRegistry(), claim, version.toString());
            lab.restored().forEach(say);
            return lab;
        }, arguments);
    }

    /// Runs one verb with the streams, variables and labs of this process, and ends it.
    static void run(LabStarter starter, String... arguments) {
        var out = stream(FileDescriptor.out);
        var err = stream(FileDescriptor.err);
        System.setOut(out);
        System.setErr(err);
        var world = new World(out, err, System.in, System.getenv(), Version.ofThisBuild(), LabRegistry::new,
            new Machine(starter, Processes::become));
        int exitCode;
        try {
            exitCode = execute(world, arguments);
        } catch (VirtualMachineError | LinkageError fault) {
            // Of a lab that has a log, the JVM would say it there only.
            exitCode = failed(world, new IllegalStateException(fault));
        }
        out.flush();
        // Not a return: threads of libraries must not keep a verb from ending.
        System.exit(exitCode);
    }

    private static PrintStream stream(FileDescriptor descriptor) {
        return new PrintStream(new FileOutputStream(descriptor), true, StandardCharsets.UTF_8);
    }

    /// Runs one verb. The lab's own process is not asked for by people, so it starts without the parser for them, a quarter of its start.
    ///
    /// @return its exit code
    static int execute(World world, String... arguments) {
        var first = arguments.length == 0 ? "" : arguments[0];
        if (!first.equals(Verbs.LAB_PROCESS)) {
            return VerbLine.execute(world, arguments);
        }
        try {
            return BackgroundLab.run(world, List.of(arguments));
        } catch (RuntimeException fault) {
            return failed(world, fault);
        }
    }

    /// Says what is wrong.
    ///
    /// @return the exit code for it
    static int failed(World world, Exception fault) {
        switch (fault) {
            case Failure failure -> {
                world.note(failure.sentence());
                return failure.exitCode();
            }
            case LabException refused -> {
                world.note(String.valueOf(refused.getMessage()));
                return ExitCode.of(refused.kind());
            }
            default -> {
                world.note("this is a bug of Etherloom, please report it:");
                fault.printStackTrace(world.err());
                return ExitCode.FAILED;
            }
        }
    }
}
