package io.etherloom.cli;

import io.etherloom.topology.ReplayRate;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "replay", description = "Send the frames of a capture file into a port, as if its guest had sent them.", footer = {
    "  etherloom replay ping.pcapng --port web1",
    "  etherloom replay trace.pcap --port web1 --rate 2x --rewrite-macs",
    "  etherloom replay trace.pcap --port web1/1 --rate 20k/s --loop forever --limit-time 10s",
    "  tshark -r all.pcapng -Y 'eth.src == 00:50:56:00:00:01' -w - | etherloom replay - --port web1",
    "", "Needs a running lab. pcap and pcapng, Ethernet; frames go as they were captured, tags included, and the port's rules hold for them.",
    "Cut frames are left out and counted. Ctrl-C ends it; what was sent until then is told. See docs/replay.md."})
final class ReplayCommand extends Verb {
    private static final int MAX_LOOPS = 1_000_000_000;

    @Parameters(index = "0", paramLabel = "FILE", description = "The capture, or - for standard input.")
    String file = "";

    @Option(names = "--port", required = true, paramLabel = "PORT",
        description = "VM (web1), vNIC (web1/1), vmk (esx1/vmk0) or port id.")
    String port = "";

    @Option(names = "--rate", paramLabel = "RATE", defaultValue = "original",
        description = "original, a multiple (2x, 0.5x), frames (1000/s, 20k/s), bits (10Mbps) or max (default: ${DEFAULT-VALUE}).")
    String rate = "";

    @Option(names = "--loop", paramLabel = "N", defaultValue = "1", description = "How often the whole file, or forever (default: ${DEFAULT-VALUE}).")
    String loop = "";

    @Option(names = "--rewrite-macs", description = "Send from the port's address; frames that were sent to it go to who had sent them.")
    boolean rewritesMacs;

    @Option(names = "--pad-cut", description = "Fill frames that the capture has cut with zeros; without it they are left out.")
    boolean padsCut;

    @Option(names = "--count", paramLabel = "FRAMES", description = "End after so many frames.")
    @Nullable Integer count;

    @Option(names = "--limit-time", paramLabel = "TIME", description = "End after this time: 500ms, 10s, 5m, 1h.")
    @Nullable String limitTime;

    @Mixin LabOption lab = new LabOption();

    @Mixin OutputOption output = new OutputOption();

    private @Nullable Row last;

    ReplayCommand(World world) {
        super(world);
    }

    @Override
    public Integer call() throws IOException {
        var query = query();
        var client = client(lab(lab.name));
        int ended;
        try (var exchange = open(client, query)) {
            var ending = new ReplayEnding(client, port);
            read(exchange);
            ended = ending.code();
        }
        return report(ended);
    }

    private List<String> query() {
        var query = new ArrayList<String>();
        try {
            query.add("rate=" + LabClient.segment(ReplayRate.parse(rate).toString()));
        } catch (IllegalArgumentException e) {
            throw new Failure(ExitCode.BAD_INPUT, "--rate: " + e.getMessage(), e);
        }
        query.add("loop=" + loops());
        query.add("rewriteMacs=" + (rewritesMacs ? "yes" : "no"));
        query.add("padCut=" + (padsCut ? "yes" : "no"));
        if (count != null) {
            query.add("count=" + positive(count));
        }
        if (limitTime != null) {
            query.add("millis=" + DurationText.millis(limitTime));
        }
        return query;
    }

    private String loops() {
        if (loop.equals("forever") || loop.matches("[1-9][0-9]{0,8}") && Integer.parseInt(loop) <= MAX_LOOPS) {
            return loop;
        }
        throw new Failure(ExitCode.BAD_INPUT, "--loop is a number from 1, or forever, not \"" + loop + "\"");
    }

    private static int positive(int count) {
        if (count < 1) {
            throw new Failure(ExitCode.BAD_INPUT, "--count is a number of frames from 1, not " + count);
        }
        return count;
    }

    private LabClient.Exchange open(LabClient client, List<String> query) {
        var path = "/v1/replay/" + LabClient.segment(port) + "?" + String.join("&", query);
        if (!file.equals("-")) {
            // The lab is on this machine, and reads the file itself: only so it can read it again.
            return client.open("POST", path + "&file=" + LabClient.segment(existing().toString()), "", 0);
        }
        if (!loop.equals("1")) {
            throw new Failure(ExitCode.BAD_INPUT, "standard input is there once; write it into a file for --loop");
        }
        return client.upload(path, world.in());
    }

    private Path existing() {
        var path = Path.of(file).toAbsolutePath().normalize();
        if (!Files.isRegularFile(path)) {
            throw new Failure(ExitCode.BAD_INPUT, Files.exists(path) ? file + " is no file" : "there is no file " + file);
        }
        return path;
    }

    private void read(LabClient.Exchange exchange) throws IOException {
        var console = System.console();
        boolean isWatched = console != null && console.isTerminal() && !output.isJson();
        var lines = new BufferedReader(new InputStreamReader(exchange.body(), StandardCharsets.UTF_8));
        try {
            for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                var row = Row.of(Json.parse(line));
                last = row.row(row.members().containsKey("result") ? "result" : "progress");
                if (isWatched) {
                    // Erased behind the text, and at the end altogether.
                    world.out().print("\r" + (last.text("end").equals("running") ? ReplayReportText.sent(last) : "") + "\033[K");
                    world.out().flush();
                }
            }
        } catch (IOException e) {
            if (last == null || last.text("end").equals("running")) {
                throw new Failure(ExitCode.FAILED, "the lab ended the replay: " + e.getMessage() + "; see etherloom logs", e);
            }
        }
    }

    private int report(int ended) {
        var row = last == null ? Row.of(null) : last;
        if (output.isJson()) {
            world.out().println(Json.text(row.members()));
        } else {
            ReplayReportText.print(world.out(), row);
        }
        if (!row.text("problem").equals("-")) {
            throw new Failure(ExitCode.FAILED, (file.equals("-") ? "standard input" : file) + ": " + row.text("problem"));
        }
        return ended;
    }
}
