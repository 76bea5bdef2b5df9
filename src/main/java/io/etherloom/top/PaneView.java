package io.etherloom.top;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jline.utils.AttributedString;
import org.jline.utils.AttributedStringBuilder;

/// A pane as somebody looks at it: its fields, how far it is scrolled, whether rows are expanded; and the lines that come of it. One thread.
final class PaneView<R> {
    private static final int GAP = 1;
    private static final int INDENT = 4;
    private static final int NARROWEST = 9;

    private final Pane<R> pane;
    private final Fields fields;
    private boolean isExpanded;
    private int top;
    private int shift;
    /// Cells of each column, which only grow while the screen stays, so that nothing moves about under the eye.
    private final Map<Integer, Integer> widths = new HashMap<>();

    PaneView(Pane<R> pane, Interval interval) {
        this.pane = pane;
        isExpanded = pane.isExpanded();
        fields = new Fields(pane.columns().apply(Unit.MEGABITS, interval));
    }

    /// A drawn pane.
    ///
    /// @param first     number of the first line shown, from 1; 0 when there is none
    /// @param last      the last one shown
    /// @param total     lines that there are
    /// @param hidesMore whether columns to the right have no room
    record Picture(AttributedString heading, List<AttributedString> lines, int first, int last, int total, boolean hidesMore) {}

    Pane<R> pane() {
        return pane;
    }

    Fields fields() {
        return fields;
    }

    List<Column<R>> columns(Unit unit, Interval interval) {
        return pane.columns().apply(unit, interval);
    }

    /// Sorts by the column with this heading, if there is one.
    boolean sortBy(String heading, Unit unit, Interval interval) {
        var columns = columns(unit, interval);
        for (int field = 0; field < columns.size(); field++) {
            if (columns.get(field).heading().equals(heading)) {
                fields.sortBy(field);
                return true;
            }
        }
        return false;
    }

    void expand() {
        isExpanded = !isExpanded;
    }

    void scroll(int lines) {
        top = Math.max(0, top + lines);
    }

    void scrollTo(int line) {
        top = line;
    }

    void shift(int columns) {
        shift = Math.max(0, shift + columns);
    }

    /// What was as wide as it was for another screen may be narrower now.
    void resized() {
        widths.clear();
    }

    /// Draws it.
    ///
    /// @param filter what rows or their details must hold, in whatever case; empty for all
    /// @param height lines below the heading
    Picture draw(Interval interval, Unit unit, String filter, boolean hasColour, int width, int height) {
        var columns = columns(unit, interval);
        var grid = new Grid(columns, hasColour, width);
        var lines = lines(interval, columns, filter);
        grid.measure(lines);
        top = Math.clamp(lines.size() - height, 0, top);
        var drawn = new ArrayList<AttributedString>();
        int last = Math.min(lines.size(), top + height);
        for (var line : lines.subList(top, last)) {
            drawn.add(line.detail() == null ? grid.row(line.row()) : grid.detail(line.detail()));
        }
        if (lines.isEmpty()) {
            drawn.add(new AttributedString("  " + (filter.isEmpty() ? pane.whenEmpty() : "nothing holds \"" + filter + "\""), Tone.QUIET.style(hasColour)));
        }
        return new Picture(grid.heading(), drawn, lines.isEmpty() ? 0 : top + 1, last, lines.size(), grid.hidesMore);
    }

    /// A row, or one detail of it.
    private record Line<R>(R row, Pane.@org.jspecify.annotations.Nullable Detail detail) {}

    private List<Line<R>> lines(Interval interval, List<Column<R>> columns, String filter) {
        var rows = new ArrayList<>(pane.rows().apply(interval));
        if (fields.sortedBy() >= 0) {
            rows.sort(columns.get(fields.sortedBy()).order());
        }
        var wanted = filter.toLowerCase(Locale.ROOT);
        var lines = new ArrayList<Line<R>>(rows.size());
        for (var row : rows) {
            boolean isHit = wanted.isEmpty() || columns.stream().anyMatch(column -> holds(column.cell().apply(row), wanted));
            var details = isExpanded ? pane.details().apply(row, interval) : List.<Pane.Detail>of();
            var kept = isHit ? details : details.stream().filter(detail -> holds(detail.text(), wanted)).toList();
            if (isHit || !kept.isEmpty()) {
                lines.add(new Line<>(row, null));
                kept.forEach(detail -> lines.add(new Line<>(row, detail)));
            }
        }
        return lines;
    }

    private static boolean holds(String text, String wanted) {
        return text.toLowerCase(Locale.ROOT).contains(wanted);
    }

    /// Columns side by side: as many whole ones as there is room for, the frozen ones first.
    private final class Grid {
        private final List<Column<R>> columns;
        private final boolean hasColour;
        private final int width;
        private List<Integer> visible = List.of();
        /// Of a text at the end, which takes what is left.
        private final Map<Integer, Integer> cells = new HashMap<>();
        private boolean hidesMore;

        Grid(List<Column<R>> columns, boolean hasColour, int width) {
            this.columns = columns;
            this.hasColour = hasColour;
            this.width = width;
        }

        void measure(List<Line<R>> lines) {
            var all = fields.visible();
            int frozen = Math.min(pane.frozen(), all.size());
            shift = Math.min(shift, all.size() - frozen);
            for (int field : all) {
                int widest = lines.stream().filter(line -> line.detail() == null)
                        .mapToInt(line -> Cells.width(text(field, line.row()))).max().orElse(0);
                var column = columns.get(field);
                int least = Math.max(column.heading().length(), widths.getOrDefault(field, 0));
                widths.put(field, Math.max(least, Math.min(widest, Math.min(column.most(), Math.max(NARROWEST, width / 4)))));
            }
            var chosen = new ArrayList<>(all.subList(0, frozen));
            chosen.addAll(all.subList(frozen + shift, all.size()));
            visible = fitting(chosen);
            hidesMore = visible.size() < chosen.size();
        }

        /// Whole columns only, but for the first and for a text at the end: half a figure would be another figure.
        private List<Integer> fitting(List<Integer> chosen) {
            int taken = 0;
            for (int at = 0; at < chosen.size(); at++) {
                int field = chosen.get(at);
                int room = width - taken - (at == 0 ? 0 : GAP);
                boolean isCut = at == chosen.size() - 1 && !columns.get(field).isNumber() && room >= columns.get(field).heading().length();
                if (isCut) {
                    cells.put(field, Math.min(room, columns.get(field).most()));
                } else if (widthOf(field) > room && at > 0) {
                    return chosen.subList(0, at);
                }
                taken = width - room + widthOf(field);
            }
            return chosen;
        }

        private int widthOf(int field) {
            return Math.min(width, cells.getOrDefault(field, widths.getOrDefault(field, 0)));
        }

        private String text(int field, R row) {
            return Cells.clean(columns.get(field).cell().apply(row));
        }

        AttributedString heading() {
            var line = new AttributedStringBuilder();
            for (int field : visible) {
                var column = columns.get(field);
                gap(line);
                var cell = Cells.fit(column.heading(), widthOf(field), column.isNumber());
                line.styled(Tone.HEADING.style(hasColour), "");
                if (fields.isSortedBy(field)) {
                    int blanks = cell.length() - cell.stripLeading().length();
                    line.append(cell.substring(0, blanks)).styled(Tone.SORTED.style(hasColour), cell.strip())
                            .append(" ".repeat(cell.length() - blanks - cell.strip().length()));
                } else {
                    line.styled(Tone.HEADING.style(hasColour), cell);
                }
            }
            return line.toAttributedString();
        }

        AttributedString row(R row) {
            var line = new AttributedStringBuilder();
            for (int field : visible) {
                var column = columns.get(field);
                gap(line);
                line.styled(column.tone().apply(row).style(hasColour), Cells.fit(text(field, row), widthOf(field), column.isNumber()));
            }
            return line.toAttributedString();
        }

        AttributedString detail(Pane.Detail detail) {
            int room = Math.max(0, width - INDENT);
            var text = Cells.clean(detail.text());
            return new AttributedStringBuilder().append(" ".repeat(Math.min(INDENT, width)))
                    .styled(detail.tone().style(hasColour), Cells.fit(text, Math.min(room, Cells.width(text)), false)).toAttributedString();
        }

        private void gap(AttributedStringBuilder line) {
            if (line.length() > 0) {
                line.append(" ".repeat(GAP));
            }
        }
    }
}
