package io.etherloom.top;

import org.jline.utils.WCWidth;

/// Text in the cells of a terminal. Names come from files and guests: nothing in them moves the cursor or turns the direction of writing, and
/// what takes two cells is counted as two.
final class Cells {
    private static final char CUT = '~';
    private static final char STAND_IN = '?';

    private Cells() {}

    /// The text with a question mark for whatever has no cell of its own: control characters, directions, halves of surrogate pairs.
    static String clean(String text) {
        boolean isClean = text.codePoints().allMatch(Cells::isHarmless);
        if (isClean) {
            return text;
        }
        var clean = new StringBuilder();
        text.codePoints().forEach(point -> clean.appendCodePoint(isHarmless(point) ? point : STAND_IN));
        return clean.toString();
    }

    private static boolean isHarmless(int point) {
        return switch (Character.getType(point)) {
            case Character.CONTROL, Character.FORMAT, Character.SURROGATE, Character.PRIVATE_USE, Character.UNASSIGNED,
                Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> false;
            default -> true;
        };
    }

    /// How many cells a clean text takes.
    static int width(String text) {
        int width = 0;
        for (int at = 0; at < text.length(); at += Character.charCount(text.codePointAt(at))) {
            width += width(text.codePointAt(at));
        }
        return width;
    }

    private static int width(int point) {
        return Math.max(0, WCWidth.wcwidth(point));
    }

    /// The text in exactly so many cells: cut, with a `~` for what is missing, or filled with blanks on one side.
    static String fit(String text, int cells, boolean isRight) {
        int width = width(text);
        if (width > cells) {
            return cut(text, cells);
        }
        var blanks = " ".repeat(cells - width);
        return isRight ? blanks + text : text + blanks;
    }

    private static String cut(String text, int cells) {
        if (cells <= 0) {
            return "";
        }
        var kept = new StringBuilder();
        int width = 0;
        for (int at = 0; at < text.length(); at += Character.charCount(text.codePointAt(at))) {
            int point = text.codePointAt(at);
            if (width + width(point) > cells - 1) {
                break;
            }
            kept.appendCodePoint(point);
            width += width(point);
        }
        return kept.append(CUT).append(" ".repeat(cells - 1 - width)).toString();
    }
}
