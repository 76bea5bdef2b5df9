package io.etherloom.bench;

import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// `./build bench`: measures and reports. [Arguments#USAGE] says what it takes.
public final class BenchMain {
    private static final List<Measure> MEASURES = List.of(new TcpMeasure(), new FramesMeasure(), new RoundTripMeasure(true),
        new RoundTripMeasure(false), new BroadcastMeasure(), new PortsMeasure(), new CaptureMeasure(), new ScrapeMeasure(),
        new StartMeasure(), new ScaleMeasure(), new CoreMeasure());

    private final Arguments arguments;
    private final Path home;
    private final Results results = new Results();

    private BenchMain(Arguments arguments, Path home) {
        this.arguments = arguments;
        this.home = home;
    }

    /// Exit statuses: 0, 1 when something failed, 2 for wrong usage.
    public static void main(String[] words) {
        if (List.of(words).contains("--help")) {
            System.out.print(Arguments.USAGE);
            return;
        }
        try {
            var arguments = Arguments.parse(List.of(words), ids());
            if (arguments.isList()) {
                list();
                return;
            }
            var home = Path.of(System.getProperty("etherloom.home", ".")).toAbsolutePath();
            new BenchMain(arguments, home).run("./build bench " + String.join(" ", words));
        } catch (UsageException e) {
            System.err.println("bench: " + e.getMessage());
            System.exit(2);
        } catch (IllegalStateException | UncheckedIOException e) {
            fail(e);
        }
    }

    private static Set<String> ids() {
        return MEASURES.stream().map(Measure::id).collect(Collectors.toCollection(LinkedHashSet::new));
    }

    private static void list() {
        System.out.println("measures:");
        MEASURES.forEach(it -> System.out.printf("  %-10s %s%n", it.id(), it.title()));
        System.out.println("peers: " + String.join(", ", Arguments.subjects()));
    }

    /// After Ctrl-C everything fails that is under way, and there is nothing to say about it; the status is the signal's.
    private static void fail(RuntimeException fault) {
        if (!Scratch.isEnding()) {
            System.err.println("bench: " + fault.getMessage());
        }
        System.exit(1);
    }

    /// Says what is being done, to a person only: what is printed into a file is the table.
    private static void say(String text) {
        var console = System.console();
        if (console != null && console.isTerminal()) {
            System.out.println(text);
        }
    }

    private void run(String command) {
        Scratch.sweep();
        var before = Machine.Moment.now();
        for (var measure : MEASURES) {
            if (arguments.includes(measure)) {
                say("measuring " + measure.title());
                measure(measure);
            }
        }
        var report = new Report(Machine.here(), command.strip(), arguments.extent(), arguments.rounds(), before, Machine.Moment.now(), results,
            Targets.judge(results));
        System.out.print(TextTable.of(report));
        write(report);
    }

    private void measure(Measure measure) {
        try (var scratch = new Scratch()) {
            measure.measure(new Run(arguments, home, scratch, results));
        } catch (Unavailable e) {
            results.note(measure.title() + ": not measured: " + e.getMessage());
        } catch (IllegalStateException fault) {
            // What was measured before is kept, and the rest goes on.
            results.note(measure.title() + ": failed: " + fault.getMessage());
        }
    }

    private void write(Report report) {
        var folder = Path.of(System.getProperty("etherloom.bench.folder", home.resolve("target/bench").toString()));
        write(report.json(), folder.resolve("result.json"), arguments.json());
        write(MarkdownTable.of(report), folder.resolve("result.md"), arguments.markdown());
        write(Chart.of(report), folder.resolve("performance.svg"), arguments.chart());
    }

    private static void write(String text, Path always, @Nullable Path wanted) {
        Report.write(always, text);
        if (wanted != null) {
            Report.write(wanted, text);
        }
    }
}
