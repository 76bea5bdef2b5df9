package io.etherloom.cli;

import io.etherloom.scenario.Rfc2544Settings;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(name = "rfc2544", description = "Find the highest rate without loss between two VMs, the latency at half of it, and the longest burst"
        + " (RFC 2544), for each frame size.", footer = {
    "  etherloom bench rfc2544 --from web1 --to web2",
    "  etherloom bench rfc2544 --from web1 --to db1/1 --sizes 64,1518 --tests throughput --duration 10s",
    "  etherloom bench rfc2544 --from web1 --to web2 --bidirectional --loss-tolerance 0.001%%",
    "  etherloom bench rfc2544 --from web1 --to web2 --conformant -o json > report.json       hours",
    "", "Needs a running lab with both VMs on, in one VLAN. Ctrl-C ends it and prints what was measured until then.",
    "A VM's second vNIC is web1/1, a vmk esx1/vmk0; a physical machine goes by its name. See docs/rfc2544.md for how to read the figures."})
final class Rfc2544Command extends BenchVerb {
    @Option(names = "--from", required = true, paramLabel = "VM", description = "Where frames are sent.")
    String from = "";

    @Option(names = "--to", required = true, paramLabel = "VM", description = "Where they are to arrive.")
    String to = "";

    @Option(names = "--bidirectional", description = "Both send; rates are of each direction.")
    boolean isBidirectional;

    @Option(names = "--tests", paramLabel = "TEST", split = ",", defaultValue = "throughput,latency,back-to-back",
        description = "throughput (always), latency, loss, back-to-back (default: ${DEFAULT-VALUE}).")
    List<String> tests = new ArrayList<>();

    @Option(names = "--duration", paramLabel = "TIME", defaultValue = "2s", description = "How long a trial sends (default: ${DEFAULT-VALUE}).")
    String duration = "";

    @Option(names = "--max-burst", paramLabel = "FRAMES", defaultValue = "65536",
        description = "Longest burst that is tried (default: ${DEFAULT-VALUE}).")
    long maxBurst;

    @Option(names = "--conformant", description = "Durations, pauses and repetitions as RFC 2544 wants them: trials of 60 s, 20 of latency of"
        + " 120 s each, 50 searches for the burst.")
    boolean isConformant;

    Rfc2544Command(World world) {
        super(world);
    }

    @Override
    public Integer call() throws IOException {
        long millis = DurationText.millis(duration);
        try {
            return bench("/v1/bench/rfc2544", members(new Rfc2544Settings(from, to, isBidirectional, sizes, tests,
                isConformant ? 60_000 : millis, isConformant ? 120_000 : millis, isConformant ? 20 : 1, isConformant ? 50 : 1, resolutionPpm(),
                lossTolerancePpm(), maxFramesPerSecond(), maxBurst, isConformant)));
        } catch (IllegalArgumentException e) {
            throw new Failure(ExitCode.BAD_INPUT, String.valueOf(e.getMessage()), e);
        }
    }

    private static Map<String, Object> members(Rfc2544Settings settings) {
        var members = new LinkedHashMap<String, Object>();
        members.put("from", settings.from());
        members.put("to", settings.to());
        members.put("bidirectional", settings.bidirectional());
        members.put("frameSizes", settings.frameSizes());
        members.put("tests", settings.tests());
        members.put("trialMillis", settings.trialMillis());
        members.put("latencyMillis", settings.latencyMillis());
        members.put("latencyRepetitions", settings.latencyRepetitions());
        members.put("burstRepetitions", settings.burstRepetitions());
        members.put("resolutionPpm", settings.resolutionPpm());
        members.put("lossTolerancePpm", settings.lossTolerancePpm());
        members.put("maxFramesPerSecond", settings.maxFramesPerSecond());
        members.put("maxBurstFrames", settings.maxBurstFrames());
        members.put("conformantRest", settings.conformantRest());
        return members;
    }

    @Override
    Table csv(List<Row> rows) {
        return BenchTables.figures(rows);
    }

    @Override
    void report(List<Row> rows) {
        BenchTables.print(world.out(), BenchTables.figures(rows), BenchTables.lossRates(rows));
        BenchTables.skipped(world.out(), rows);
    }
}
