package io.etherloom.top;

import io.etherloom.top.Key.Special;
import io.etherloom.top.Key.Typed;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// Makes keys of what a terminal sends: characters, and sequences of xterm (ECMA-48, 5.4) for the others. One thread.
final class KeyDecoder {
    private static final int END_OF_INPUT = -1;
    private static final int ESCAPE = 27;
    private static final int LONGEST = 16;

    private final Input input;

    /// Where characters come from.
    interface Input {
        /// The next character, -1 at the end.
        int read() throws IOException;

        /// The same, if it comes at once: a lone Escape is one that nothing follows. Negative when nothing does.
        int readSoon() throws IOException;
    }

    KeyDecoder(Input input) {
        this.input = input;
    }

    /// Waits for a key; null when there will be none any more.
    @Nullable Key next() throws IOException {
        int first = input.read();
        return switch (first) {
            case END_OF_INPUT -> null;
            case ESCAPE -> sequence();
            case '\r', '\n' -> Special.ENTER;
            case '\t' -> Special.TAB;
            case '\b', 127 -> Special.BACKSPACE;
            default -> first < ' ' ? Special.UNKNOWN : new Typed(first);
        };
    }

    private Key sequence() throws IOException {
        int introducer = input.readSoon();
        if (introducer < 0) {
            return Special.ESCAPE;
        }
        if (introducer != '[' && introducer != 'O') {
            return Special.UNKNOWN;
        }
        var parameters = new StringBuilder();
        for (int next = input.readSoon(); next >= 0 && parameters.length() < LONGEST; next = input.readSoon()) {
            if (next >= '@') {
                return named(parameters.toString(), next);
            }
            parameters.appendCodePoint(next);
        }
        return Special.UNKNOWN;
    }

    private static Key named(String parameters, int end) {
        return switch (end) {
            case 'A' -> Special.UP;
            case 'B' -> Special.DOWN;
            case 'C' -> Special.RIGHT;
            case 'D' -> Special.LEFT;
            case 'H' -> Special.HOME;
            case 'F' -> Special.END;
            case '~' -> switch (parameters) {
                case "1", "7" -> Special.HOME;
                case "4", "8" -> Special.END;
                case "5" -> Special.PAGE_UP;
                case "6" -> Special.PAGE_DOWN;
                default -> Special.UNKNOWN;
            };
            default -> Special.UNKNOWN;
        };
    }
}
