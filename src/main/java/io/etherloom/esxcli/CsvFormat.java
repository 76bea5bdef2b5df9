package io.etherloom.esxcli;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;

/// Comma-separated values: a heading, then a line for each structure; keys are sorted, and a comma stands behind the last value of each line.
///
/// Of `--format-param`, `fields=Name,MTU` chooses and orders columns, and `show-header=false` leaves the heading out.
final class CsvFormat {
    private CsvFormat() {}

    static List<String> lines(Reply reply, Map<String, String> parameters) {
        var keys = new LinkedHashSet<String>();
        reply.structures().forEach(structure -> keys.addAll(structure.sorted().keySet()));
        reply.heading().stream().filter(_ -> reply.shape() == Reply.Shape.TABLE && reply.structures().isEmpty()).map(Structure::key).sorted().forEach(keys::add);
        var columns = parameters.containsKey("fields") ? fields(parameters.get("fields"), keys) : List.copyOf(keys);
        var lines = new ArrayList<String>();
        if (!"false".equals(parameters.get("show-header"))) {
            lines.add(line(columns));
        }
        for (var structure : reply.structures()) {
            var values = structure.sorted();
            lines.add(line(columns.stream().map(column -> values.containsKey(column) ? text(values.get(column)) : "").toList()));
        }
        return lines;
    }

    private static List<String> fields(String asked, LinkedHashSet<String> keys) {
        var columns = new ArrayList<String>();
        for (var field : asked.split(",")) {
            var key = Structure.key(field);
            if (!keys.contains(key) && !keys.isEmpty()) {
                throw Refusal.of("Error: Invalid field name '" + field.strip() + "'", "the fields are " + String.join(", ", keys));
            }
            columns.add(key);
        }
        return columns;
    }

    private static String line(List<String> values) {
        var line = new StringBuilder();
        values.forEach(value -> line.append(quoted(value)).append(','));
        return line.toString();
    }

    private static String text(Value value) {
        return switch (value) {
            case Value.Whole whole -> Long.toString(whole.number());
            case Value.Texts(var texts) -> String.join(",", texts);
            case Value.Inner inner -> String.join(";", inner.structures().stream()
                .map(structure -> String.join(",", structure.sorted().entrySet().stream().map(field -> field.getKey() + "=" + text(field.getValue())).toList()))
                .toList());
            case Value.Text _, Value.Flag _ -> value.text();
        };
    }

    private static String quoted(String value) {
        return value.matches("(?s).*[,\"\\r\\n].*") ? "\"" + value.replace("\"", "\"\"") + "\"" : value;
    }
}
