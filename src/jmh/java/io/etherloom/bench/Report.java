package io.etherloom.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// What a run has to say, for the writers of tables, JSON and the chart.
///
/// @param command how to have it again
/// @param verdicts ratios and absolute figures beside what is asked
record Report(Machine machine, String command, Arguments.Extent extent, int rounds, Machine.Moment before, Machine.Moment after,
        Results results, List<Target.Verdict> verdicts) {
    static final String LEGEND = "medians of the rounds, in parentheses the lowest and the highest";

    /// The lines above the tables.
    List<String> preamble() {
        var lines = new ArrayList<>(List.of(
            machine.cpu() + ", " + machine.processors() + " processors; Linux " + machine.kernel() + "; JDK " + machine.jdk(),
            "before: " + before + "; after: " + after,
            command + ": " + LEGEND));
        if (extent == Arguments.Extent.QUICK) {
            lines.add("a smoke: these numbers mean nothing");
        }
        return lines;
    }

    /// As JSON, each value of each round included, in base units.
    String json() {
        record Row(String quantity, String unit, boolean isMoreBetter, String subject, double median, double min, double max,
                List<Double> values) {}
        record Judged(String target, String wanted, String measured, double median, String outcome) {}
        record Document(Machine machine, String command, int rounds, Machine.Moment before, Machine.Moment after, List<Row> results,
                List<Judged> targets, List<String> notes) {}
        var rows = results.series().stream().map(it -> new Row(it.quantity().name(), it.quantity().unit().base(), it.quantity().isMoreBetter(),
            it.subject().title(), it.median(), it.min(), it.max(), it.values())).toList();
        var judged = verdicts.stream().map(it -> new Judged(it.target().title(), it.target().wanted(), it.shown(),
            it.measured() == null ? Double.NaN : it.measured().median(), it.outcome().name().toLowerCase(Locale.ROOT))).toList();
        return JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build().writeValueAsString(
            new Document(machine, command, rounds, before, after, rows, judged, results.notes())) + "\n";
    }

    /// Writes a text for somebody to read.
    static void write(Path file, String text) {
        try {
            var folder = file.toAbsolutePath().getParent();
            if (folder != null) {
                Files.createDirectories(folder);
            }
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file + ": " + e.getMessage(), e);
        }
    }
}
