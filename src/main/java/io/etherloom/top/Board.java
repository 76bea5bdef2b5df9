package io.etherloom.top;

import io.etherloom.lab.view.TopView;
import io.etherloom.top.Key.Special;
import io.etherloom.top.Key.Typed;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import org.jline.utils.AttributedString;
import org.jline.utils.AttributedStringBuilder;

/// All that a screen shows and what keys do to it, without a terminal. One thread.
final class Board {
    /// Lines above the rows of a pane.
    private static final int HEAD = 4;
    static final double SHORTEST_SECONDS = 0.2;
    static final double LONGEST_SECONDS = 3600;

    private enum Mode { PANE, HELP, FIELDS, ORDER, DELAY, FILTER }

    /// What a key asks of whoever owns the board.
    enum Wish { NOTHING, REFRESH, DELAY, QUIT }

    private final Header header;
    private final boolean hasColour;
    private final List<PaneView<?>> panes = new ArrayList<>();
    private int current;
    private Mode mode = Mode.PANE;
    private Unit unit = Unit.MEGABITS;
    private String filter = "";
    private String typed = "";
    private String message = "";
    private double delaySeconds;
    private int page = 1;
    private Interval interval;

    Board(TopView first, double delaySeconds, ZoneId zone, boolean hasColour) {
        this.delaySeconds = delaySeconds;
        this.hasColour = hasColour;
        header = new Header(zone, hasColour);
        interval = Interval.between(null, first);
        Panes.all().forEach(pane -> panes.add(new PaneView<>(pane, interval)));
    }

    double delaySeconds() {
        return delaySeconds;
    }

    /// Shows a new moment. Two samples of one moment have no rates between them, so the later is left out.
    void sample(TopView now) {
        if (now.takenNanos() > interval.now().takenNanos()) {
            interval = Interval.between(interval.now(), now);
        }
    }

    void resized() {
        panes.forEach(PaneView::resized);
    }

    /// Does what a key means.
    Wish press(Key key) {
        message = "";
        return switch (mode) {
            case PANE -> inPane(key);
            case HELP -> back();
            case FIELDS, ORDER -> inFields(key);
            case DELAY, FILTER -> inPrompt(key);
        };
    }

    private Wish back() {
        mode = Mode.PANE;
        return Wish.NOTHING;
    }

    private PaneView<?> view() {
        return panes.get(current);
    }

    private Wish inPane(Key key) {
        return switch (key) {
            case Typed(int point) -> typed(point);
            case Special special -> special(special);
        };
    }

    private Wish special(Special key) {
        switch (key) {
            case UP -> view().scroll(-1);
            case DOWN -> view().scroll(1);
            case PAGE_UP -> view().scroll(-page);
            case PAGE_DOWN -> view().scroll(page);
            case HOME -> view().scrollTo(0);
            case END -> view().scrollTo(Integer.MAX_VALUE);
            case LEFT -> view().shift(-1);
            case RIGHT -> view().shift(1);
            case TAB -> current = (current + 1) % panes.size();
            case ENTER -> {
                return Wish.REFRESH;
            }
            case ESCAPE -> filter = "";
            case BACKSPACE, UNKNOWN -> { }
        }
        return Wish.NOTHING;
    }

    private Wish typed(int point) {
        switch (point) {
            case 'q' -> {
                return Wish.QUIT;
            }
            case ' ' -> {
                return Wish.REFRESH;
            }
            case 'h', '?' -> mode = Mode.HELP;
            case 'f', 'F' -> mode = Mode.FIELDS;
            case 'o', 'O' -> mode = Mode.ORDER;
            case 's' -> prompt(Mode.DELAY, "");
            case '/' -> prompt(Mode.FILTER, filter);
            case 'e' -> view().expand();
            case 'U' -> unit = unit.next();
            case 't' -> sort("PKTTX/s");
            case 'T' -> sort(unit.heading("TX/s"));
            case 'r' -> sort("PKTRX/s");
            case 'R' -> sort(unit.heading("RX/s"));
            case 'N' -> view().fields().sortByNone();
            case '<', ',' -> view().fields().sortByNext(true);
            case '>', '.' -> view().fields().sortByNext(false);
            case '2' -> view().scroll(1);
            case '8' -> view().scroll(-1);
            default -> choose(point);
        }
        return Wish.NOTHING;
    }

    private void choose(int point) {
        for (int at = 0; at < panes.size(); at++) {
            if (panes.get(at).pane().key() == point) {
                current = at;
                return;
            }
        }
        message = "no such key; h shows those that there are";
    }

    private void sort(String heading) {
        if (!view().sortBy(heading, unit, interval)) {
            message = "this pane has no column " + heading;
        }
    }

    private void prompt(Mode next, String text) {
        mode = next;
        typed = text;
    }

    private Wish inFields(Key key) {
        int place = key instanceof Typed(int point) ? Pages.place(point, view().fields().order().size()) : -1;
        if (place < 0) {
            return back();
        }
        if (mode == Mode.FIELDS) {
            view().fields().toggle(place);
        } else {
            view().fields().move(place, key instanceof Typed(int point) && Character.isUpperCase(point));
        }
        return Wish.NOTHING;
    }

    private Wish inPrompt(Key key) {
        switch (key) {
            case Typed(int point) -> typed += Character.toString(point);
            case Special.BACKSPACE -> typed = typed.isEmpty() ? typed : typed.substring(0, typed.offsetByCodePoints(typed.length(), -1));
            case Special.ESCAPE -> mode = Mode.PANE;
            case Special.ENTER -> {
                return entered();
            }
            case Special _ -> { }
        }
        if (mode == Mode.FILTER) {
            filter = typed;      // Seen while it is typed.
            view().scrollTo(0);
        }
        return Wish.NOTHING;
    }

    private Wish entered() {
        boolean isDelay = mode == Mode.DELAY;
        mode = Mode.PANE;
        if (!isDelay || typed.isBlank()) {
            return Wish.NOTHING;
        }
        double seconds = seconds(typed);
        if (Double.isNaN(seconds)) {
            message = "a delay is a number of seconds from " + SHORTEST_SECONDS + " to " + (int) LONGEST_SECONDS;
            return Wish.NOTHING;
        }
        delaySeconds = seconds;
        return Wish.DELAY;
    }

    /// Seconds as people type them; NaN for what is no delay.
    static double seconds(String text) {
        try {
            double seconds = Double.parseDouble(text.strip());
            return seconds >= SHORTEST_SECONDS && seconds <= LONGEST_SECONDS ? seconds : Double.NaN;
        } catch (NumberFormatException _) {
            return Double.NaN;
        }
    }

    /// Draws the screen: at most so many lines, none longer.
    List<AttributedString> draw(int width, int height) {
        page = Math.max(1, height - HEAD);
        var lines = new ArrayList<AttributedString>();
        lines.add(header.line(interval, width));
        switch (mode) {
            case HELP -> {
                lines.add(quiet("any key goes back"));
                lines.addAll(Pages.help());
            }
            case FIELDS -> addFields(lines, "a letter shows or hides a field, any other key goes back");
            case ORDER -> addFields(lines, "a letter moves a field to the right, a capital to the left, any other key goes back");
            case PANE, DELAY, FILTER -> addPane(lines, width);
        }
        return lines.stream().limit(height).map(line -> line.columnLength() <= width ? line : line.columnSubSequence(0, width)).toList();
    }

    private void addFields(List<AttributedString> lines, String what) {
        lines.add(quiet(view().pane().name() + ": " + what));
        lines.addAll(Pages.fields(view(), unit, interval, hasColour));
    }

    private void addPane(List<AttributedString> lines, int width) {
        var picture = view().draw(interval, unit, filter, hasColour, width, page);
        lines.add(bar(picture, width));
        lines.add(switch (mode) {
            case DELAY -> new AttributedString("Delay in seconds (was " + delaySeconds + "): " + Cells.clean(typed) + "_");
            case FILTER -> new AttributedString("Filter: " + Cells.clean(typed) + "_");
            case PANE, HELP, FIELDS, ORDER -> new AttributedString(message, Tone.LOOK.style(hasColour));
        });
        lines.add(picture.heading());
        lines.addAll(picture.lines());
    }

    /// The panes with their keys, and on the right what is special about this one.
    private AttributedString bar(PaneView.Picture picture, int width) {
        var bar = new AttributedStringBuilder();
        for (int at = 0; at < panes.size(); at++) {
            var pane = panes.get(at).pane();
            bar.styled((at == current ? Tone.CHOSEN : Tone.QUIET).style(hasColour), " " + pane.key() + " " + pane.name() + " ");
        }
        var right = (filter.isEmpty() ? "" : "/" + Cells.clean(filter) + "  ") + every() + "  "
                + picture.first() + "-" + picture.last() + "/" + picture.total() + (picture.hidesMore() ? " >" : "");
        int room = width - bar.columnLength();
        if (room > Cells.width(right)) {
            bar.append(" ".repeat(room - Cells.width(right))).styled(Tone.QUIET.style(hasColour), right);
        }
        return bar.toAttributedString();
    }

    private String every() {
        return delaySeconds == Math.rint(delaySeconds) ? (long) delaySeconds + "s" : delaySeconds + "s";
    }

    private AttributedString quiet(String text) {
        return new AttributedString(text, Tone.QUIET.style(hasColour));
    }
}
