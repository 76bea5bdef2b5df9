package io.etherloom.cli;

import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "events", description = "Print what has happened in a lab: links, failovers, refused frames, changes, and what else an operator"
    + " wants to hear of.", footer = {
    "  etherloom events",
    "  etherloom events -f                          go on until Ctrl-C or the lab's end",
    "  etherloom events --since 10m --object esx1",
    "  etherloom events --type failover,failback -o json",
    "", "Needs a running lab. docs/events.md lists all types; etherloom logs has the events of a lab that has ended."})
final class EventsCommand extends Verb {
    @Parameters(arity = "0..1", paramLabel = "LAB", description = "The same as --lab.")
    @Nullable String positionalLab;

    @Option(names = {"-f", "--follow"}, description = "Go on with what happens until Ctrl-C or the lab's end.")
    boolean isFollowing;

    @Option(names = "--since", paramLabel = "WHEN",
        description = "Only events after that: 10m (so long ago), 14:05, 2026-01-02T14:05:00Z, or the number of an event.")
    @Nullable String since;

    @Option(names = "--type", paramLabel = "TYPE", split = ",", description = "Only events of these types.")
    List<String> types = new ArrayList<>();

    @Option(names = "--object", paramLabel = "NAME", description = "Only events of this host, vSwitch, port, VM or switch, and of what is part of it.")
    List<String> objects = new ArrayList<>();

    @Option(names = "--severity", paramLabel = "S", split = ",", description = "Only events of these severities: info, warning, error.")
    List<String> severities = new ArrayList<>();

    @Option(names = {"-o", "--output"}, paramLabel = "FORMAT", defaultValue = "table",
        description = "table (default), or json: one object a line, whose keys stay what they are.")
    OutputOption.Format format = OutputOption.Format.table;

    @Mixin LabOption lab = new LabOption();

    private final EventLines lines = new EventLines(ZoneId.systemDefault());

    EventsCommand(World world) {
        super(world);
    }

    @Override
    public Integer call() throws IOException {
        var start = since == null ? new EventStart(0, Instant.EPOCH) : EventStart.parse(since, Instant.now(), ZoneId.systemDefault());
        var client = client(lab(positionalLab != null ? positionalLab : lab.name));
        if (isFollowing) {
            follow(client, start);
        } else {
            Json.rows(client.get(path(start))).forEach(row -> print(row, start));
        }
        return ExitCode.OK;
    }

    private String path(EventStart start) {
        var path = new StringBuilder("/v1/events?since=").append(start.seq());
        types.forEach(type -> path.append("&type=").append(LabClient.segment(type)));
        severities.forEach(severity -> path.append("&severity=").append(LabClient.segment(severity)));
        objects.forEach(object -> path.append("&object=").append(LabClient.segment(object)));
        return path.toString();
    }

    private void follow(LabClient client, EventStart start) throws IOException {
        try (var exchange = client.open(path(start), "text/event-stream");
             var in = new BufferedReader(new InputStreamReader(exchange.body(), StandardCharsets.UTF_8))) {
            var name = "";
            for (var line = in.readLine(); line != null && !world.out().checkError(); line = in.readLine()) {
                if (line.startsWith("event: ")) {
                    name = line.substring(7);
                } else if (line.startsWith("data: ")) {
                    receive(name, Row.of(Json.parse(line.substring(6))), start);
                    name = "";
                }
            }
        } catch (EOFException _) {
            world.note("the lab has ended");      // It was killed; else it had said so.
        }
    }

    private void receive(String name, Row row, EventStart start) {
        switch (name) {
            case "" -> print(row, start);
            case "missed" -> world.note(row.number("missed") + " events were not printed fast enough and are gone; etherloom logs has them");
            case "end" -> world.note("the lab has ended");
            default -> { }      // Of a newer lab.
        }
    }

    private void print(Row row, EventStart start) {
        if (Instant.parse(row.text("time")).isBefore(start.time())) {
            return;
        }
        world.out().println(format == OutputOption.Format.json ? Json.text(row.members()) : lines.of(row));
    }
}
