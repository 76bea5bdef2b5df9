package io.etherloom.cli;

import java.io.PrintStream;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;

/// What benchmarks measured, as tables. Rates are frames/s of each direction, latencies microseconds.
final class BenchTables {
    private static final String NONE = "-";

    private BenchTables() {}

    /// RFC 2544: a row for each frame size.
    static Table figures(List<Row> rows) {
        var table = new Table("SIZE", "FRAMES/S", "MBIT/S", "LIMIT", "MIN-US", "AVG", "P50", "P99", "P99.9", "MAX", "BURST", "LOSS-ABOVE");
        rows.stream().filter(row -> isMeasured(row) && !row.text("test").equals("broadcast")).forEach(row -> table.row(cells(row, true)));
        return table;
    }

    /// RFC 2889, 5.10.
    static Table broadcasts(List<Row> rows) {
        var table = new Table("SIZE", "RECEIVERS", "FRAMES/S", "MBIT/S", "LIMIT", "MIN-US", "AVG", "P50", "P99", "P99.9", "MAX", "LOSS-ABOVE");
        rows.stream().filter(row -> isMeasured(row) && row.text("test").equals("broadcast")).forEach(row -> {
            var cells = new ArrayList<>(List.of(cells(row, false)));
            cells.add(1, (long) row.list("receivers").size());
            table.row(cells.toArray());
        });
        return table;
    }

    private static boolean isMeasured(Row row) {
        return !row.row("throughput").members().isEmpty();
    }

    private static Object[] cells(Row row, boolean hasBurst) {
        var throughput = row.row("throughput");
        var latency = row.row("latency").row("latency");
        var cells = new ArrayList<Object>(List.of(row.cell("frameSize"), throughput.cell("framesPerSecond"),
            Quantity.megabits(throughput.number("bitsPerSecond")), throughput.text("limit")));
        for (var key : List.of("minNanos", "averageNanos", "p50Nanos", "p99Nanos", "p999Nanos", "maxNanos")) {
            cells.add(latency.number("frames") == 0 ? NONE : Quantity.micros(latency.number(key)));
        }
        if (hasBurst) {
            cells.add(burst(row.row("backToBack")));
        }
        cells.add(losses(throughput));
        return cells.toArray();
    }

    private static Object burst(Row backToBack) {
        if (backToBack.members().isEmpty()) {
            return NONE;
        }
        return (backToBack.isTrue("isLimited") ? "" : ">= ") + backToBack.number("frames");
    }

    /// Reasons and places, most frames first; few are shown, all are in JSON.
    private static String losses(Row of) {
        var losses = of.rows("losses").stream().map(loss -> loss.text("reason") + " at " + loss.text("port")).toList();
        return losses.isEmpty() ? NONE : String.join(", ", losses.subList(0, Math.min(2, losses.size())));
    }

    /// RFC 2544, 26.3.
    static Table lossRates(List<Row> rows) {
        var table = new Table("SIZE", "OFFERED-%", "FRAMES/S", "LOST", "LOST-%", "REASONS");
        for (var row : rows) {
            for (var rate : row.rows("lossRates")) {
                var trial = rate.row("trial");
                double share = 100.0 * trial.number("lostFrames") / Math.max(1, trial.number("expectedFrames"));
                table.row(row.cell("frameSize"), rate.cell("percent"), trial.cell("framesPerSecond"), trial.cell("lostFrames"),
                    BigDecimal.valueOf(share).setScale(3, RoundingMode.HALF_UP), losses(trial));
            }
        }
        return table;
    }

    /// RFC 2889, 5.7 and 5.8.
    static Table addresses(List<Row> rows) {
        var table = new Table("TEST", "SWITCH", "OFFERED", "LEARNED", "FRAMES/S", "LIMIT", "LOSS-ABOVE");
        rows.stream().filter(row -> !row.text("physicalSwitch").equals(NONE)).forEach(row -> {
            boolean isRate = row.text("test").equals("learning-rate");
            table.row(row.text("test"), row.text("physicalSwitch"), row.cell("offered"), row.cell("learned"),
                isRate ? row.cell("framesPerSecond") : NONE, isRate ? row.text("limit") : row.isTrue("isLimited") ? "table" : "none found",
                losses(row));
        });
        return table;
    }

    static void print(PrintStream out, Table first, Table second) {
        if (first.isEmpty()) {
            second.print(out);
        } else {
            first.then(second).print(out);
        }
        if (first.isEmpty() && second.isEmpty()) {
            out.println("nothing was measured");
        }
    }

    /// Sizes that were left out, and why.
    static void skipped(PrintStream out, List<Row> rows) {
        rows.stream().filter(row -> !row.text("skipped").equals(NONE)).forEach(row ->
            out.println("left out: " + row.text("frameSize") + " octets: " + row.text("skipped")));
    }

    /// Receivers that were left out, and what is to be known of the addresses, each once.
    static void notes(PrintStream out, List<Row> rows) {
        var notes = new LinkedHashSet<String>();
        for (var row : rows) {
            row.list("unreachable").forEach(receiver -> notes.add("left out: " + receiver));
            if (!row.text("note").equals(NONE)) {
                notes.add("note: " + row.text("note"));
            }
        }
        notes.forEach(out::println);
    }
}
