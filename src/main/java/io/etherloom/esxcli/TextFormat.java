package io.etherloom.esxcli;

import java.util.ArrayList;
import java.util.List;

/// What people see.
///
/// ```
/// Name    Admin Status  Speed        vSwitch0                  NIC statistics for vmnic0
/// ------  ------------  -----           Name: vSwitch0            Packets received: 12
/// vmnic0  Up            10000           Uplinks: vmnic0, vmnic1
/// ```
///
/// Numbers and booleans stand at the right of their column, headings too. The last column has no blanks behind it, and dashes for its heading only.
/// A key without a value keeps the blank behind its colon.
final class TextFormat {
    private static final String INDENT = " ".repeat(3);
    private static final String DEEPER = " ".repeat(6);
    private static final String GAP = "  ";

    private TextFormat() {}

    static List<String> lines(Reply reply) {
        return switch (reply.shape()) {
            case SILENCE -> List.of();
            case TABLE -> table(reply);
            case BLOCKS -> blocks(reply);
            case ONE -> {
                var lines = new ArrayList<>(reply.heading());
                fields(lines, reply.structures().getFirst(), INDENT);
                yield lines;
            }
        };
    }

    private static List<String> table(Reply reply) {
        int count = reply.heading().size();
        var cells = new String[reply.structures().size() + 2][count];
        for (int column = 0; column < count; column++) {
            fill(cells, column, column == count - 1, reply);
        }
        var lines = new ArrayList<String>();
        for (var row : cells) {
            lines.add(String.join(GAP, row));
        }
        return lines;
    }

    private static void fill(String[][] cells, int column, boolean isLast, Reply reply) {
        var name = reply.heading().get(column);
        var values = reply.structures().stream().map(row -> row.fields().getOrDefault(name, new Value.Text(""))).toList();
        boolean isRight = values.stream().anyMatch(Value::isRight);
        int width = name.length();
        for (var value : values) {
            width = isLast && !isRight ? width : Math.max(width, value.text().length());
        }
        cells[0][column] = placed(name, isLast && !isRight ? 0 : width, isRight);
        cells[1][column] = "-".repeat(width);
        for (int row = 0; row < values.size(); row++) {
            cells[row + 2][column] = placed(values.get(row).text(), isLast && !isRight ? 0 : width, isRight);
        }
    }

    private static String placed(String text, int width, boolean isRight) {
        var blanks = " ".repeat(Math.max(width - text.length(), 0));
        return isRight ? blanks + text : text + blanks;
    }

    private static List<String> blocks(Reply reply) {
        var lines = new ArrayList<String>();
        for (var structure : reply.structures()) {
            if (!lines.isEmpty()) {
                lines.add("");
            }
            reply.heading().forEach(title -> lines.add(structure.fields().getOrDefault(title, new Value.Text("")).text()));
            fields(lines, structure, INDENT);
        }
        return lines;
    }

    private static void fields(List<String> lines, Structure structure, String indent) {
        structure.fields().forEach((name, value) -> {
            lines.add(indent + name + ": " + value.text());
            if (value instanceof Value.Inner inner) {
                for (int i = 0; i < inner.structures().size(); i++) {
                    if (i > 0) {
                        lines.add(indent + INDENT);
                    }
                    fields(lines, inner.structures().get(i), indent + DEEPER);
                }
            }
        });
    }
}
