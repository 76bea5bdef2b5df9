package io.etherloom.event;

import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/// An event as a line of the lab's log: `event=vm-powered-on seq=7 object=web1 text="web1 was powered on."`
final class LogLine {
    private static final Logger LOG = LoggerFactory.getLogger("events");

    private LogLine() {}

    static void write(Event event) {
        LOG.atLevel(level(event.type().severity())).log(() -> of(event));
    }

    private static Level level(Severity severity) {
        return switch (severity) {
            case INFO -> Level.INFO;
            case WARNING -> Level.WARN;
            case ERROR -> Level.ERROR;
        };
    }

    static String of(Event event) {
        var line = new StringBuilder("event=").append(event.type().label()).append(" seq=").append(event.seq());
        append(line, "object", event.object());
        event.details().forEach((key, value) -> append(line, key, text(value)));
        return line.append(" text=").append(quoted(event.sentence())).toString();
    }

    private static String text(Object value) {
        return value instanceof List<?> list ? String.join(",", list.stream().map(String::valueOf).toList()) : value.toString();
    }

    private static void append(StringBuilder line, String key, String value) {
        boolean isPlain = !value.isEmpty() && value.chars().allMatch(character -> character > ' ' && character != '"' && character != '=');
        line.append(' ').append(key).append('=').append(isPlain ? value : quoted(value));
    }

    /// One line, whatever a name or a message has in it.
    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n").replace("\r", "\\r") + '"';
    }
}
