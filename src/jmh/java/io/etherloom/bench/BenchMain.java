package io.etherloom.bench;

import io.etherloom.bench.Measure.Quantity;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// `./build bench [--quick] [--json FILE]`: measures and prints one table.
public final class BenchMain {
    private static final String USAGE = """
        usage: ./build bench [--quick] [--rounds N] [--core | --taps] [--json FILE]
          --quick      a smoke of half a minute; its numbers mean nothing
          --rounds N   how often the peers take turns (3)
          --core       the in-memory core only
          --taps       TAP to TAP only
          --json FILE  write every value of every round as well""";

    private final Settings settings;
    private final Path home;
    private final List<Series> series = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();

    private BenchMain(Settings settings, Path home) {
        this.settings = settings;
        this.home = home;
    }

    private record Settings(boolean isQuick, int rounds, boolean hasCore, boolean hasTaps, @Nullable Path json) {
        static Settings parse(String[] words) {
            boolean isQuick = false;
            boolean hasCore = true;
            boolean hasTaps = true;
            int rounds = 0;
            Path json = null;
            for (int i = 0; i < words.length; i++) {
                switch (words[i]) {
                    case "--quick" -> isQuick = true;
                    case "--core" -> hasTaps = false;
                    case "--taps" -> hasCore = false;
                    case "--rounds" -> rounds = Integer.parseInt(words[++i]);
                    case "--json" -> json = Path.of(words[++i]);
                    default -> throw new IllegalArgumentException(words[i]);
                }
            }
            return new Settings(isQuick, rounds > 0 ? rounds : isQuick ? 1 : 3, hasCore, hasTaps, json);
        }

        double seconds() {
            return isQuick ? 1 : 3;
        }
    }

    /// Exit statuses: 0, 1 when something failed, 2 for wrong usage.
    public static void main(String[] words) {
        Settings settings;
        try {
            settings = Settings.parse(words);
        } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
            System.err.println(USAGE);
            System.exit(2);
            return;
        }
        try {
            var report = new BenchMain(settings, Path.of(System.getProperty("etherloom.home", ".")).toAbsolutePath()).measure();
            System.out.print(report.table());
            if (settings.json() != null) {
                report.write(settings.json());
            }
        } catch (IllegalStateException e) {
            fail(e);
        }
    }

    /// After Ctrl-C everything fails that is under way, and there is nothing to say about it; the status is the signal's.
    private static void fail(IllegalStateException fault) {
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

    private Report measure() {
        var loadBefore = Machine.load();
        if (settings.hasTaps()) {
            measureTaps();
        }
        if (settings.hasCore()) {
            say("measuring the in-memory core");
            series.addAll(Core.measure(settings.isQuick()));
        }
        return new Report(Machine.here(), home.resolve("bench/relay.c").toString(), loadBefore, Machine.load(), series,
            Report.ratios(series), notes);
    }

    private void measureTaps() {
        try (var scratch = new Scratch()) {
            var bed = Bed.make(scratch, home);
            notes.addAll(bed.notes());
            if (bed.peers().isEmpty()) {
                return;
            }
            for (var measure : List.of(new TcpMeasure(scratch), new FramesMeasure(), new PingMeasure(scratch))) {
                if (measure.missing() == null) {
                    say("measuring " + measure.name());
                    takeTurns(measure, bed.peers());
                } else {
                    notes.add(measure.missing());
                }
            }
        }
    }

    /// A B C A B C: a machine that is busy for a while is so for all of them. The first turn of each is for the compiler of the JVM
    /// and for the caches of the kernel, and not counted.
    private void takeTurns(Measure measure, List<Peer> peers) {
        var rows = new LinkedHashMap<Quantity, Map<Peer, Series>>();
        for (int round = -1; round < settings.rounds(); round++) {
            for (var peer : peers) {
                var values = measure.measure(peer, round < 0 ? 1 : settings.seconds());
                if (round < 0) {
                    continue;
                }
                for (var value : values) {
                    rows.computeIfAbsent(value.quantity(), _ -> new LinkedHashMap<>())
                        .computeIfAbsent(peer, it -> value.quantity().series(it)).values().add(value.value());
                }
            }
        }
        rows.values().forEach(row -> series.addAll(row.values()));
    }
}
