package io.etherloom.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.channels.ClosedSelectorException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// What benchmarks have in common: they ask the lab for one, show how it goes on, and print a table of what was measured, be it all or what
/// was done when Ctrl-C came.
@Command
abstract class BenchVerb extends Verb {
    private static final String STANDARD_SIZES = "64,128,256,512,1024,1280,1518,9018";

    @Option(names = "--sizes", paramLabel = "OCTETS", split = ",", defaultValue = STANDARD_SIZES,
        description = "Frame sizes with check sequence, as RFC 2544 counts them (default: ${DEFAULT-VALUE}).")
    List<Integer> sizes = new ArrayList<>();

    @Option(names = "--resolution", paramLabel = "PERCENT", defaultValue = "1%", description = "How exact a rate is (default: ${DEFAULT-VALUE}).")
    String resolution = "";

    @Option(names = "--loss-tolerance", paramLabel = "PERCENT", defaultValue = "0%",
        description = "Loss at which a trial still passes (default: ${DEFAULT-VALUE}, as the RFC has it).")
    String lossTolerance = "";

    @Option(names = "--max-rate", paramLabel = "FRAMES/S",
        description = "Highest rate that is offered, such as 500k or 2M; without it as fast as the generator goes.")
    @Nullable String maxRate;

    @Option(names = "--csv", paramLabel = "FILE", description = "Write the table into this file too, as comma-separated values.")
    @Nullable Path csv;

    @Mixin LabOption lab = new LabOption();

    @Mixin OutputOption output = new OutputOption();

    private final List<Object> results = new ArrayList<>();
    private @Nullable String problem;

    BenchVerb(World world) {
        super(world);
    }

    long resolutionPpm() {
        return Quantity.ppm(resolution);
    }

    long lossTolerancePpm() {
        return Quantity.ppm(lossTolerance);
    }

    long maxFramesPerSecond() {
        return maxRate == null ? 0 : Quantity.rate(maxRate);
    }

    /// Runs it.
    ///
    /// @param settings as the lab's API takes them
    /// @return the exit code
    final int bench(String path, Map<String, Object> settings) throws IOException {
        if (csv != null) {
            // Found out before an hour of measuring.
            Files.writeString(csv, "");
        }
        var client = client(lab(lab.name));
        var signals = new Signals();
        int ended = ExitCode.OK;
        try (var exchange = client.open("POST", path, Json.text(settings), 0); var progress = ProgressLine.on(world, output.isJson())) {
            var ending = new Ending(signals, exchange);
            try {
                read(exchange, progress);
            } catch (IOException | ClosedSelectorException e) {
                if (!ending.hasCome()) {
                    problem = "the lab ended the benchmark: " + e.getMessage() + "; see etherloom logs";
                }
            }
            ended = ending.code();
        }
        print();
        if (ended != ExitCode.OK) {
            world.note("ended before all was measured");
            return ended;
        }
        if (problem != null) {
            throw new Failure(ExitCode.FAILED, problem);
        }
        return ExitCode.OK;
    }

    private void read(LabClient.Exchange exchange, ProgressLine progress) throws IOException {
        var lines = new BufferedReader(new InputStreamReader(exchange.body(), StandardCharsets.UTF_8));
        for (var line = lines.readLine(); line != null; line = lines.readLine()) {
            var row = Row.of(Json.parse(line));
            if (row.members().containsKey("progress")) {
                progress.show(row.row("progress"));
            } else if (row.members().containsKey("problem")) {
                problem = row.row("problem").text("detail");
            } else {
                results.add(row.row("result").members());
            }
        }
    }

    private void print() throws IOException {
        var rows = results.stream().map(Row::of).toList();
        if (csv != null) {
            try (var out = new java.io.PrintStream(Files.newOutputStream(csv), false, StandardCharsets.UTF_8)) {
                csv(rows).printCsv(out);
            }
        }
        if (output.isJson()) {
            world.out().println(Json.text(results));
            return;
        }
        report(rows);
    }

    /// One table with all figures.
    abstract Table csv(List<Row> rows);

    /// Prints what a person wants to know.
    abstract void report(List<Row> rows);

    /// The end by a signal: the lab is let go of, which ends the benchmark, and reading from it.
    private static final class Ending {
        private volatile int code = ExitCode.OK;

        Ending(Signals signals, LabClient.Exchange exchange) {
            signals.install();
            Thread.ofPlatform().daemon().name("signals").start(() -> {
                try {
                    int signalled = signals.await();
                    code = signalled == ExitCode.OK ? ExitCode.INTERRUPTED : signalled;
                    exchange.close();
                } catch (InterruptedException | IOException _) {
                    // The process is ending.
                }
            });
        }

        boolean hasCome() {
            return code != ExitCode.OK;
        }

        int code() {
            return code;
        }
    }
}
