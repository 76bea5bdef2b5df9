package io.etherloom.cli;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Rows under headings, aligned: a column of numbers to the right, all else to the left. Cells are kept whole, however long.
final class Table {
    private static final String GAP = "  ";

    private final List<String> headings;
    private final List<List<Object>> rows = new ArrayList<>();
    private @Nullable Table next;

    Table(String... headings) {
        this.headings = List.of(headings);
    }

    /// Adds a row; lists are written with commas, nothing as `-`.
    Table row(Object... cells) {
        if (cells.length != headings.size()) {
            throw new IllegalArgumentException(cells.length + " cells under " + headings.size() + " headings");
        }
        rows.add(List.of(cells));
        return this;
    }

    /// Has another table printed below this one, an empty line between; nothing of it when it has no rows.
    Table then(Table below) {
        if (!below.isEmpty()) {
            next = below;
        }
        return this;
    }

    void print(PrintStream out) {
        if (rows.isEmpty()) {
            return; // A heading over nothing tells nothing; whoever prints says what is missing.
        }
        out.println(line(headings));
        for (var row : rows) {
            out.println(line(row));
        }
        if (next != null) {
            out.println();
            next.print(out);
        }
    }

    /// The rows as comma-separated values (RFC 4180), without the table below.
    void printCsv(PrintStream out) {
        out.println(csv(headings));
        rows.forEach(row -> out.println(csv(row)));
    }

    private static String csv(List<?> cells) {
        return String.join(",", cells.stream().map(Table::text)
            .map(text -> text.matches("(?s).*[,\"\n].*") ? '"' + text.replace("\"", "\"\"") + '"' : text).toList());
    }

    boolean isEmpty() {
        return rows.isEmpty();
    }

    private String line(List<?> cells) {
        var line = new StringBuilder();
        for (int column = 0; column < cells.size(); column++) {
            var text = text(cells.get(column));
            var padding = " ".repeat(width(column) - text.codePointCount(0, text.length()));
            line.append(column == 0 ? "" : GAP).append(isNumeric(column) ? padding + text : text + padding);
        }
        return line.toString().stripTrailing();
    }

    private int width(int column) {
        int width = headings.get(column).length();
        for (var row : rows) {
            var text = text(row.get(column));
            width = Math.max(width, text.codePointCount(0, text.length()));
        }
        return width;
    }

    private boolean isNumeric(int column) {
        return rows.stream().map(row -> row.get(column)).allMatch(cell -> cell instanceof Number || cell.equals("-"))
            && rows.stream().anyMatch(row -> row.get(column) instanceof Number);
    }

    private static String text(Object cell) {
        if (cell instanceof List<?> list) {
            return list.isEmpty() ? "-" : String.join(",", list.stream().map(String::valueOf).toList());
        }
        return cell.toString();
    }
}
