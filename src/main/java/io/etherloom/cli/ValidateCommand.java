package io.etherloom.cli;

import io.etherloom.topology.Problem;
import io.etherloom.topology.Topology;
import io.etherloom.topology.TopologyException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(name = "validate", description = "Check topology files: every problem at once, with file:line:column.", footer = {
    "  etherloom validate topologies/*.yaml",
    "  etherloom validate -o json lab.yaml  the problems as objects",
    "", "Needs no rights; nothing is created."})
final class ValidateCommand extends Verb {
    @Parameters(arity = "1..*", paramLabel = "FILE", description = "Topology files.")
    List<String> files = new ArrayList<>();

    @Mixin OutputOption output = new OutputOption();

    private final List<Problem> found = new ArrayList<>();

    ValidateCommand(World world) {
        super(world);
    }

    @Override
    public Integer call() {
        boolean isGood = true;
        for (var file : files) {
            isGood &= check(TopologyFile.of(file));
        }
        if (output.isJson()) {
            world.out().println(Json.text(found.stream().map(ValidateCommand::members).toList()));
        }
        return isGood ? ExitCode.OK : ExitCode.BAD_INPUT;
    }

    private boolean check(TopologyFile file) {
        try {
            var topology = Topology.load(file.path());
            tell(topology.warnings());
            if (!output.isJson()) {
                world.out().println(file.path() + ": good: lab " + topology.name() + ", " + TopologyFile.contents(topology));
            }
            return true;
        } catch (TopologyException e) {
            tell(e.problems());
        } catch (IOException e) {
            world.note(file.unreadable(e).sentence());
        }
        return false;
    }

    private void tell(List<Problem> problems) {
        found.addAll(problems);
        if (!output.isJson()) {
            problems.forEach(problem -> world.err().println(problem));
        }
    }

    private static Map<String, Object> members(Problem problem) {
        var members = new LinkedHashMap<String, Object>();
        members.put("file", problem.file());
        members.put("line", problem.line());
        members.put("column", problem.column());
        members.put("severity", problem.severity().toString());
        members.put("path", problem.path());
        members.put("message", problem.message());
        return members;
    }
}
