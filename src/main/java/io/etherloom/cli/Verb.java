package io.etherloom.cli;

import io.etherloom.lab.LabException;
import io.etherloom.lab.LabRecord;
import io.etherloom.topology.Suggestion;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// What all verbs have in common.
@Command
abstract class Verb implements Callable<Integer> {
    final World world;

    @Spec CommandSpec spec;

    @Option(names = {"-h", "--help"}, usageHelp = true, description = "Print this page.")
    boolean isHelpAsked;

    @SuppressWarnings("NullAway.Init") // picocli sets the specification before anything is called.
    Verb(World world) {
        this.world = world;
    }

    /// The lab that is meant: the one named, the one in the environment, or the only one that runs.
    LabRecord lab(@Nullable String named) {
        var registry = world.sweptRegistry();
        var name = named != null ? named : world.environment().get(World.LAB_VARIABLE);
        try {
            return registry.lab(name);
        } catch (LabException e) {
            var hint = name == null ? "" : Suggestion.among(name, registry.labs().stream().map(LabRecord::name).toList());
            throw new Failure(ExitCode.of(e.kind()), e.getMessage() + hint, e);
        }
    }

    LabClient client(LabRecord lab) {
        if (lab.state() == LabRecord.State.STARTING) {
            throw new Failure(ExitCode.FAILED, "the lab " + lab.name() + " is still starting");
        }
        return new LabClient(lab.name(), lab.socket(), world);
    }
}
