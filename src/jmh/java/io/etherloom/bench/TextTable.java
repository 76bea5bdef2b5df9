package io.etherloom.bench;

import java.util.ArrayList;
import java.util.List;

/// A report for a terminal: one block a quantity, one line for each who was measured, what is asked last.
final class TextTable {
    private final StringBuilder text = new StringBuilder();

    private TextTable() {}

    static String of(Report report) {
        return new TextTable().write(report);
    }

    private String write(Report report) {
        report.preamble().forEach(this::line);
        line("");
        var rows = new ArrayList<List<String>>();
        for (var quantity : report.results().quantities()) {
            var name = quantity.name();
            for (var subject : Subject.values()) {
                var series = report.results().find(quantity, subject);
                if (series.isPresent()) {
                    rows.add(List.of(name, quantity.unit().title(), subject.title(), series.get().show()));
                    name = "";
                }
            }
        }
        columns(rows);
        var verdicts = report.verdicts().stream().filter(it -> it.measured() != null).toList();
        if (!verdicts.isEmpty()) {
            line("");
            columns(verdicts.stream().map(it -> List.of(it.target().title(), it.shown(), it.target().wanted(), it.outcome().title())).toList());
        }
        report.results().notes().forEach(this::line);
        return text.toString();
    }

    private void columns(List<List<String>> rows) {
        if (rows.isEmpty()) {
            return;
        }
        for (var row : rows) {
            var line = new StringBuilder();
            for (int column = 0; column < row.size(); column++) {
                int at = column;
                int width = rows.stream().mapToInt(it -> it.get(at).length()).max().orElse(0);
                line.append(row.get(column)).repeat(' ', width - row.get(column).length() + 2);
            }
            line(line.toString());
        }
    }

    private void line(String words) {
        text.append(words.stripTrailing()).append('\n');
    }
}
