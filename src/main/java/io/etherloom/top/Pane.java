package io.etherloom.top;

import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;

/// What one screen of the live view shows: rows under columns, and below each row the details of it when they are asked for.
///
/// @param key       that shows the pane
/// @param frozen    columns that stay when others are scrolled to the side
/// @param columns   of a unit and an interval, always equally many
/// @param details   lines below a row
/// @param whenEmpty said where there are no rows
/// @param isExpanded whether details are shown at first
record Pane<R>(
        char key, String name, int frozen, BiFunction<Unit, Interval, List<Column<R>>> columns, Function<Interval, List<R>> rows,
        BiFunction<R, Interval, List<Detail>> details, String whenEmpty, boolean isExpanded) {
    /// One line below a row.
    record Detail(String text, Tone tone) {}
}
