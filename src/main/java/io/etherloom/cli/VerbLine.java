package io.etherloom.cli;

import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// The command line as people type it: verbs, options, help. Apart from [Main], because loading the parser is most of a client's start.
final class VerbLine {
    private VerbLine() {}

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
            var made = new CommandLine(Verbs.make(verb, world));
            if (verb.equals("bench")) {
                BenchCommand.tests(world).forEach(made::addSubcommand);
            }
            if (verb.equals("extcap")) {
                ExtcapCommand.verbs(world).forEach(made::addSubcommand);
            }
            if (verb.equals("esxcli")) {
                made.setStopAtPositional(true);      // What stands behind its first word is esxcli's.
            }
            line.addSubcommand(verb, made);
        }
        line.setOut(new PrintWriter(world.out(), true)).setErr(new PrintWriter(world.err(), true));
        line.setUsageHelpWidth(110).setUsageHelpLongOptionsMaxWidth(28).setExpandAtFiles(false);
        line.setParameterExceptionHandler((fault, _) -> misused(world, fault));
        line.setExecutionExceptionHandler((fault, _, _) -> Main.failed(world, fault));
        headFooters(line);
        return line;
    }

    private static void headFooters(CommandLine line) {
        for (var subcommand : line.getSubcommands().values()) {
            subcommand.getCommandSpec().usageMessage().footerHeading("%nExamples:%n");
            headFooters(subcommand);
        }
    }

    private static int misused(World world, CommandLine.ParameterException fault) {
        var line = fault.getCommandLine();
        world.note(fault.getMessage());
        CommandLine.UnmatchedArgumentException.printSuggestions(fault, line.getErr());
        world.err().println("See: " + line.getCommandSpec().qualifiedName() + " --help");
        return ExitCode.BAD_INPUT;
    }

    /// What stands before the verb.
    @Command(name = "etherloom", synopsisSubcommandLabel = "VERB", version = "see etherloom version",
        description = {"", "VMware-style virtual networking outside ESXi: a YAML file becomes hosts, vSwitches, port groups and VMs that exchange"
            + " real Ethernet frames.", ""},
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:done", "1:failed, or the lab's state does not allow it", "2:wrong usage or bad input; nothing was changed",
            "3:no JDK 25 or newer (said by the launcher)", "4:the machine lacks something: a package, a right, a kernel feature",
            "5:no such lab, VM, host or port", "130:bench was ended by Ctrl-C", "143:ended by SIGTERM"},
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
