package io.etherloom.cli;

import io.etherloom.lab.LabRecord;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(name = "ls", description = "List the labs that run.", footer = {
    "  etherloom ls",
    "  etherloom ls -o json | jq -r '.[].metrics'",
    "", "Needs nothing. Labs of other users are not shown."})
final class LsCommand extends Verb {
    @Mixin OutputOption output = new OutputOption();

    LsCommand(World world) {
        super(world);
    }

    @Override
    public Integer call() {
        var labs = world.sweptRegistry().labs();
        if (output.isJson()) {
            world.out().println(Json.text(labs.stream().map(LsCommand::members).toList()));
            return ExitCode.OK;
        }
        var table = new Table("NAME", "PID", "STATE", "STARTED", "METRICS", "TOPOLOGY", "SOCKET");
        for (var lab : labs) {
            table.row(lab.name(), lab.pid(), lab.state().label(), lab.startedAt(), lab.metrics().isEmpty() ? "-" : lab.metrics(),
                lab.topology(), lab.socket().toString());
        }
        table.print(world.out());
        if (labs.isEmpty()) {
            world.out().println("no lab runs; start one: etherloom up topologies/quickstart.yaml");
        }
        return ExitCode.OK;
    }

    private static Map<String, Object> members(LabRecord lab) {
        var members = new LinkedHashMap<String, Object>();
        members.put("name", lab.name());
        members.put("pid", lab.pid());
        members.put("socket", lab.socket().toString());
        members.put("metrics", lab.metrics());
        members.put("version", lab.version());
        members.put("topology", lab.topology());
        members.put("startedAt", lab.startedAt());
        members.put("rootless", lab.rootless());
        members.put("state", lab.state().label());
        return members;
    }

    /// How a few names are said in a sentence.
    static String names(List<LabRecord> labs) {
        return String.join(", ", labs.stream().map(LabRecord::name).toList());
    }
}
