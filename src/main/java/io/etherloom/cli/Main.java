package io.etherloom.cli;

import io.etherloom.lab.Lab;
import io.etherloom.lab.LabException;
import io.etherloom.lab.LabRegistry;
import io.etherloom.linux.Processes;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// The entry of the program: finds the verb and gives its exit code.
public final class Main {
    private Main() {}

    /// Runs one verb and ends the process.
    public static void main(String[] arguments) {
        var version = Version.ofThisBuild();
        // The one line by which a lab is plugged in.
        run((topology, claim, _) -> Lab.start(topology, new LabRegistry(), claim, version.toString()), arguments);
    }

    /// Runs one verb with the streams, variables and labs of this process, and ends it.
    static void run(LabStarter starter, String... arguments) {
        var out = stream(FileDescriptor.out);
        var err = stream(FileDescriptor.err);
        System.setOut(out);
        System.setErr(err);
        var world = new World(out, err, System.in, System.getenv(), Version.ofThisBuild(), LabRegistry::new,
            new Machine(starter, Processes::become));
        int exitCode = execute(world, arguments);
        out.flush();
        // Not a return: threads of libraries must not keep a verb from ending.
        System.exit(exitCode);
    }

    private static PrintStream stream(FileDescriptor descriptor) {
        return new PrintStream(new FileOutputStream(descriptor), true, StandardCharsets.UTF_8);
    }

    /// Runs one verb.
    ///
    /// @return its exit code
    static int execute(World world, String... arguments) {
        var first = arguments.length == 0 ? "" : arguments[0];
        boolean isVerb = Verbs.NAMES.contains(first) || Verbs.isHidden(first);
        return commandLine(world, isVerb ? List.of(first) : Verbs.NAMES).execute(arguments);
    }

    /// The command line with these verbs.
    static CommandLine commandLine(World world, List<String> verbs) {
        var line = new CommandLine(new Etherloom());
        for (var verb : verbs) {
            line.addSubcommand(verb, Verbs.make(verb, world));
        }
        line.setOut(new PrintWriter(world.out(), true)).setErr(new PrintWriter(world.err(), true));
        line.setUsageHelpWidth(110).setUsageHelpLongOptionsMaxWidth(28).setExpandAtFiles(false);
        line.setParameterExceptionHandler((fault, _) -> misused(world, fault));
        line.setExecutionExceptionHandler((fault, _, _) -> failed(world, fault));
        for (var subcommand : line.getSubcommands().values()) {
            subcommand.getCommandSpec().usageMessage().footerHeading("%nExamples:%n");
        }
        return line;
    }

    private static int misused(World world, CommandLine.ParameterException fault) {
        var line = fault.getCommandLine();
        world.note(fault.getMessage());
        CommandLine.UnmatchedArgumentException.printSuggestions(fault, line.getErr());
        world.err().println("See: " + line.getCommandSpec().qualifiedName() + " --help");
        return ExitCode.BAD_INPUT;
    }

    private static int failed(World world, Exception fault) {
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

    /// What stands before the verb.
    @Command(name = "etherloom", synopsisSubcommandLabel = "VERB", version = "see etherloom version",
        description = {"", "VMware-style virtual networking outside ESXi: a YAML file becomes hosts, vSwitches, port groups and VMs that exchange"
            + " real Ethernet frames.", ""},
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:done", "1:failed, or the lab's state does not allow it", "2:wrong usage or bad input; nothing was changed",
            "3:no JDK 25 or newer (said by the launcher)", "4:the machine lacks something: a package, a right, a kernel feature",
            "5:no such lab, VM, host or port", "143:ended by SIGTERM"},
        footer = {"", "exec gives the exit code of the command that it ran.", "", "Examples:",
            "  etherloom up topologies/quickstart.yaml --detach",
            "  etherloom exec web1 -- ping -c 3 web2",
            "  etherloom down",
            "", "etherloom VERB --help says more. The variable ETHERLOOM_LAB names the lab where several run."})
    static final class Etherloom implements Runnable {
        @Option(names = {"-h", "--help"}, usageHelp = true, description = "Print this page.")
        boolean isHelpAsked;

        @CommandLine.Spec CommandLine.Model.CommandSpec spec;

        @Override
        public void run() {
            throw new CommandLine.ParameterException(spec.commandLine(), "a verb is missing");
        }
    }
}
