package io.etherloom.cli;

import java.util.regex.Pattern;

/// Durations as people write them, with their unit.
final class DurationText {
    private static final Pattern FORM = Pattern.compile("([0-9]{1,9})(ms|s|m|h)");

    private DurationText() {}

    /// @throws Failure with exit code 2 for anything else, a bare number too
    static long millis(String text) {
        var match = FORM.matcher(text);
        if (!match.matches() || match.group(1).matches("0+")) {
            var hint = text.matches("[0-9]+") ? "; did you mean '" + text + "s'?" : "";
            throw new Failure(ExitCode.BAD_INPUT, "a time is a number with its unit, 500ms, 10s, 5m or 1h, not \"" + text + "\"" + hint);
        }
        return Long.parseLong(match.group(1)) * switch (match.group(2)) {
            case "ms" -> 1L;
            case "s" -> 1_000L;
            case "m" -> 60_000L;
            default -> 3_600_000L;
        };
    }
}
