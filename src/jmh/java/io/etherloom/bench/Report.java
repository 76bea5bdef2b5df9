package io.etherloom.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// The result of a run, as a table for people and as JSON for comparisons.
///
/// @param relaySource where the source of the bare relay is
/// @param loadBefore load averages when the run began
/// @param ratios Etherloom divided by a peer
/// @param notes what was left out
record Report(
        Machine machine, String relaySource, String loadBefore, String loadAfter, List<Series> series, List<Series> ratios,
        List<String> notes) {
    /// Etherloom's share of each peer, for the quantities where that means something.
    static List<Series> ratios(List<Series> series) {
        var ratios = new ArrayList<Series>();
        for (var peer : List.of(Peer.BRIDGE, Peer.RELAY)) {
            for (var own : series) {
                if (own.peer().equals(Peer.ETHERLOOM) && !own.measure().equals(FramesMeasure.OFFERED.name())) {
                    find(series, own.measure(), peer)
                        .ifPresent(other -> ratios.add(own.over(other, own.measure() + ", Etherloom / " + peer)));
                }
            }
        }
        return ratios;
    }

    private static Optional<Series> find(List<Series> series, String measure, String peer) {
        return series.stream().filter(it -> it.measure().equals(measure) && it.peer().equals(peer)).findFirst();
    }

    /// The table: medians of the rounds, behind them the lowest and the highest.
    String table() {
        var text = new StringBuilder();
        line(text, "%s, %d processors; Linux %s; JDK %s", machine.cpu(), machine.processors(), machine.kernel(), machine.jdk());
        line(text, "load average before: %s; after: %s", loadBefore, loadAfter);
        line(text, "bare relay: %s", relaySource);
        line(text, "medians, in parentheses the lowest and the highest round");
        line(text, "");
        line(text, "%-34s %-9s %-30s %-30s %s", "", "", Peer.ETHERLOOM, Peer.RELAY, Peer.BRIDGE);
        var rows = new LinkedHashSet<List<String>>();
        series.forEach(it -> rows.add(List.of(it.measure(), it.unit())));
        for (var row : rows) {
            line(text, "%-34s %-9s %-30s %-30s %s", row.get(0), row.get(1), cell(row, Peer.ETHERLOOM), cell(row, Peer.RELAY),
                cell(row, Peer.BRIDGE));
        }
        ratios.forEach(it -> line(text, "%-44s %s", it.measure(), show(it)));
        notes.forEach(note -> line(text, "%s", note));
        return text.toString();
    }

    private static void line(StringBuilder text, String format, Object... values) {
        text.append(String.format(Locale.ROOT, format, values).stripTrailing()).append('\n');
    }

    private String cell(List<String> row, String peer) {
        return series.stream()
            .filter(it -> it.measure().equals(row.get(0)) && it.unit().equals(row.get(1)) && it.peer().equals(peer))
            .findFirst().map(Report::show).orElse("");
    }

    private static String show(Series series) {
        if (series.values().size() == 1) {
            return number(series.median(), series.unit());
        }
        return number(series.median(), series.unit()) + " (" + number(series.min(), series.unit()) + "–"
            + number(series.max(), series.unit()) + ")";
    }

    private static String number(double value, String unit) {
        return switch (unit) {
            case "frames/s" -> String.format(Locale.ROOT, "%.3f M", value / 1e6);
            case "B/frame" -> String.format(Locale.ROOT, "%.2f", value);
            case "µs" -> String.format(Locale.ROOT, "%.0f", value);
            default -> String.format(Locale.ROOT, "%.2f", value);
        };
    }

    /// Writes everything, each value of each round included.
    void write(Path file) {
        try {
            Files.writeString(file, JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build().writeValueAsString(this) + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
