package io.etherloom.it;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jline.utils.WCWidth;

/// What a person would see of what a program writes to an xterm: cells with their looks. Knows the sequences of ECMA-48 that full-screen
/// programs use, and fails on one that it does not know, so that nothing is overlooked. One thread writes, any reads.
final class ScreenEmulator {
    /// How a cell looks. Colours are numbers of xterm's palette, -1 for that of the terminal.
    record Look(boolean isBold, boolean isFaint, boolean isUnderlined, boolean isInverse, int colour) {
        static final Look PLAIN = new Look(false, false, false, false, -1);
    }

    private static final String NOTHING = "";
    private static final String BLANK = " ";

    private int columns;
    private int rows;
    private String[][] text;
    private Look[][] looks;
    private int row;
    private int column;
    private boolean wrapsNext;
    private Look look = Look.PLAIN;
    private boolean isAlternate;
    private boolean isCursorShown = true;
    private int clears;
    private String pending = "";
    private String lastPrinted = BLANK;

    ScreenEmulator(int columns, int rows) {
        this.columns = columns;
        this.rows = rows;
        text = new String[rows][columns];
        looks = new Look[rows][columns];
        erase(0, 0, rows - 1, columns - 1);
    }

    private void erase(int fromRow, int fromColumn, int toRow, int toColumn) {
        for (int y = fromRow; y <= toRow; y++) {
            int from = y == fromRow ? fromColumn : 0;
            int to = y == toRow ? toColumn : columns - 1;
            for (int x = from; x <= to; x++) {
                text[y][x] = BLANK;
                looks[y][x] = Look.PLAIN;
            }
        }
    }

    /// The size is another; what was there is cut, or has blanks beside it.
    synchronized void resize(int newColumns, int newRows) {
        var oldText = text;
        var oldLooks = looks;
        int keptRows = Math.min(rows, newRows);
        int keptColumns = Math.min(columns, newColumns);
        columns = newColumns;
        rows = newRows;
        text = new String[rows][columns];
        looks = new Look[rows][columns];
        erase(0, 0, rows - 1, columns - 1);
        for (int y = 0; y < keptRows; y++) {
            System.arraycopy(oldText[y], 0, text[y], 0, keptColumns);
            System.arraycopy(oldLooks[y], 0, looks[y], 0, keptColumns);
        }
        row = Math.min(row, rows - 1);
        column = Math.min(column, columns - 1);
    }

    synchronized List<String> lines() {
        return Arrays.stream(text).map(cells -> String.join("", cells).stripTrailing()).toList();
    }

    synchronized Look look(int atRow, int atColumn) {
        return looks[atRow][atColumn];
    }

    synchronized String cell(int atRow, int atColumn) {
        return text[atRow][atColumn];
    }

    synchronized int rows() {
        return rows;
    }

    synchronized int columns() {
        return columns;
    }

    /// Whether the screen that programs use is shown, not the one of the shell.
    synchronized boolean isAlternate() {
        return isAlternate;
    }

    synchronized boolean isCursorShown() {
        return isCursorShown;
    }

    /// How often the screen was cleared as a whole, which is what flickers.
    synchronized int clears() {
        return clears;
    }

    synchronized void write(String more) {
        var all = pending + more;
        int at = 0;
        while (at < all.length()) {
            int next = all.charAt(at) == 27 ? sequence(all, at) : printed(all, at);
            if (next < 0) {
                break;      // The rest of a sequence has not come yet.
            }
            at = next;
        }
        pending = all.substring(at);
    }

    private int printed(String all, int at) {
        int point = all.codePointAt(at);
        switch (point) {
            case '\r' -> move(row, 0);
            case '\n' -> feed();
            case '\b' -> move(row, column - 1);
            case 7, 14, 15, 0 -> { }
            default -> {
                if (point < ' ' || point == 127 || point >= 0x80 && point < 0xa0) {
                    throw new AssertionError("control character " + point + " on the screen");
                }
                print(point);
            }
        }
        return at + Character.charCount(point);
    }

    private void print(int point) {
        int width = WCWidth.wcwidth(point);
        var character = Character.toString(point);
        if (width == 0) {
            return;
        }
        if (wrapsNext) {
            move(row, 0);
            feed();
        }
        lastPrinted = character;
        text[row][column] = character;
        looks[row][column] = look;
        if (width == 2 && column + 1 < columns) {
            text[row][column + 1] = NOTHING;
            looks[row][column + 1] = look;
        }
        wrapsNext = column + width >= columns;
        column = Math.min(columns - 1, column + width);
    }

    private void move(int toRow, int toColumn) {
        row = Math.clamp(toRow, 0, rows - 1);
        column = Math.clamp(toColumn, 0, columns - 1);
        wrapsNext = false;
    }

    private void feed() {
        if (row == rows - 1) {
            scroll(0, 1);
        } else {
            row++;
        }
        wrapsNext = false;
    }

    /// Takes lines out at this row; blank ones come from below, or for a negative count the other way round.
    private void scroll(int from, int lines) {
        for (int turn = 0; turn < Math.min(Math.abs(lines), rows); turn++) {
            for (int i = 0; i < rows - 1 - from; i++) {
                int y = lines > 0 ? from + i : rows - 1 - i;
                int source = lines > 0 ? y + 1 : y - 1;
                text[y] = text[source];
                looks[y] = looks[source];
            }
            int blank = lines > 0 ? rows - 1 : from;
            text[blank] = new String[columns];
            looks[blank] = new Look[columns];
            erase(blank, 0, blank, columns - 1);
        }
    }

    private int sequence(String all, int at) {
        if (at + 1 >= all.length()) {
            return -1;
        }
        return switch (all.charAt(at + 1)) {
            case '[' -> control(all, at + 2);
            case '(', ')' -> at + 2 < all.length() ? at + 3 : -1;
            case ']' -> {
                int end = all.indexOf(7, at);
                yield end < 0 ? -1 : end + 1;
            }
            case '=', '>', '7', '8' -> at + 2;
            default -> throw new AssertionError("unknown sequence ESC " + all.charAt(at + 1));
        };
    }

    private int control(String all, int from) {
        int end = from;
        while (end < all.length() && all.charAt(end) < '@') {
            end++;
        }
        if (end == all.length()) {
            return -1;
        }
        var parameters = all.substring(from, end);
        char command = all.charAt(end);
        if (parameters.startsWith("?")) {
            if (command == 'h' || command == 'l') {
                mode(parameters.substring(1), command == 'h');      // Else it is a question, which this terminal does not answer.
            }
        } else {
            control(command, numbers(parameters));
        }
        return end + 1;
    }

    private static List<Integer> numbers(String parameters) {
        var numbers = new ArrayList<Integer>();
        for (var word : parameters.split(";", -1)) {
            numbers.add(word.isEmpty() ? -1 : Integer.parseInt(word.replaceAll("[^0-9]", "")));
        }
        return numbers;
    }

    private void mode(String number, boolean isSet) {
        switch (number) {
            case "1049" -> {
                isAlternate = isSet;
                erase(0, 0, rows - 1, columns - 1);
                move(0, 0);
            }
            case "25" -> isCursorShown = isSet;
            case "12;25" -> isCursorShown = isSet;
            case "1", "7", "12", "2004", "2026" -> { }
            default -> throw new AssertionError("unknown mode ?" + number);
        }
    }

    private void control(char command, List<Integer> numbers) {
        int first = numbers.getFirst();
        int count = Math.max(1, first);
        switch (command) {
            case 'A' -> move(row - count, column);
            case 'B' -> move(row + count, column);
            case 'C' -> move(row, column + count);
            case 'D' -> move(row, column - count);
            case 'G' -> move(row, count - 1);
            case 'd' -> move(count - 1, column);
            case 'H', 'f' -> move(count - 1, numbers.size() < 2 ? 0 : Math.max(1, numbers.get(1)) - 1);
            case 'J' -> clear(Math.max(0, first));
            case 'K' -> clearLine(Math.max(0, first));
            case 'X' -> erase(row, column, row, Math.min(columns - 1, column + count - 1));
            case 'L' -> scroll(row, -count);
            case 'M' -> scroll(row, count);
            case 'P' -> delete(count);
            case '@' -> insert(count);
            case 'b' -> lastPrinted.repeat(count).codePoints().forEach(this::print);
            case 'm' -> numbers.forEach(this::appear);
            case 'l', 'h', 't', 'r', 'c' -> { }
            default -> throw new AssertionError("unknown control sequence " + numbers + command);
        }
    }

    private void clear(int what) {
        if (what == 0) {
            erase(row, column, rows - 1, columns - 1);
        } else {
            erase(0, 0, rows - 1, columns - 1);
        }
        clears++;
    }

    private void clearLine(int what) {
        erase(row, what == 0 ? column : 0, row, what == 1 ? column : columns - 1);
    }

    private void delete(int count) {
        for (int x = column; x < columns; x++) {
            boolean isThere = x + count < columns;
            text[row][x] = isThere ? text[row][x + count] : BLANK;
            looks[row][x] = isThere ? looks[row][x + count] : Look.PLAIN;
        }
    }

    private void insert(int count) {
        for (int x = columns - 1; x >= column; x--) {
            boolean isThere = x - count >= column;
            text[row][x] = isThere ? text[row][x - count] : BLANK;
            looks[row][x] = isThere ? looks[row][x - count] : Look.PLAIN;
        }
    }

    private void appear(int code) {
        look = switch (code) {
            case -1, 0 -> Look.PLAIN;
            case 1 -> new Look(true, look.isFaint, look.isUnderlined, look.isInverse, look.colour);
            case 2 -> new Look(look.isBold, true, look.isUnderlined, look.isInverse, look.colour);
            case 4 -> new Look(look.isBold, look.isFaint, true, look.isInverse, look.colour);
            case 7 -> new Look(look.isBold, look.isFaint, look.isUnderlined, true, look.colour);
            case 22 -> new Look(false, false, look.isUnderlined, look.isInverse, look.colour);
            case 24 -> new Look(look.isBold, look.isFaint, false, look.isInverse, look.colour);
            case 27 -> new Look(look.isBold, look.isFaint, look.isUnderlined, false, look.colour);
            case 30, 31, 32, 33, 34, 35, 36, 37 -> new Look(look.isBold, look.isFaint, look.isUnderlined, look.isInverse, code - 30);
            case 39 -> new Look(look.isBold, look.isFaint, look.isUnderlined, look.isInverse, -1);
            default -> throw new AssertionError("unknown look " + code);
        };
    }
}
