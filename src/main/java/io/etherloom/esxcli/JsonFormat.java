package io.etherloom.esxcli;

import java.util.stream.Collectors;

/// One line of JSON: an object, or a list of them. Keys are sorted and have no blanks.
final class JsonFormat {
    private JsonFormat() {}

    static String text(Reply reply) {
        return reply.isList() ? reply.structures().stream().map(JsonFormat::object).collect(Collectors.joining(", ", "[", "]"))
            : object(reply.structures().getFirst());
    }

    private static String object(Structure structure) {
        return structure.sorted().entrySet().stream().map(field -> string(field.getKey()) + ": " + value(field.getValue()))
            .collect(Collectors.joining(", ", "{", "}"));
    }

    private static String value(Value value) {
        return switch (value) {
            case Value.Text(var text) -> string(text);
            case Value.Whole whole -> Long.toString(whole.number());
            case Value.Flag flag -> flag.text();
            case Value.Texts(var texts) -> texts.stream().map(JsonFormat::string).collect(Collectors.joining(", ", "[", "]"));
            case Value.Inner inner when inner.isList() -> inner.structures().stream().map(JsonFormat::object).collect(Collectors.joining(", ", "[", "]"));
            case Value.Inner inner -> object(inner.structures().getFirst());
        };
    }

    private static String string(String text) {
        var quoted = new StringBuilder("\"");
        text.chars().forEach(unit -> {
            switch (unit) {
                case '"', '\\' -> quoted.append('\\').append((char) unit);
                case '\n' -> quoted.append("\\n");
                case '\t' -> quoted.append("\\t");
                default -> {
                    if (unit < ' ' || unit > '~') {
                        quoted.append(String.format("\\u%04x", unit));
                    } else {
                        quoted.append((char) unit);
                    }
                }
            }
        });
        return quoted.append('"').toString();
    }
}
