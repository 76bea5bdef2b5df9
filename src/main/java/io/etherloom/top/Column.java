package io.etherloom.top;

import java.util.Comparator;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;

/// One column of a pane.
///
/// @param heading as the product spells it, where it has one
/// @param help    one sentence
/// @param most    cells that a text may take
/// @param isShown at first
/// @param order   of rows sorted by it: figures from the largest, text from A
record Column<R>(
        String heading, String help, int most, boolean isNumber, boolean isShown, Function<R, String> cell, Function<R, Tone> tone,
        Comparator<R> order) {
    private static final int NUMBER = 20;

    static <R> Column<R> text(String heading, String help, int most, Function<R, String> cell) {
        return new Column<>(heading, help, most, false, true, cell, _ -> Tone.PLAIN, Comparator.comparing(cell, String.CASE_INSENSITIVE_ORDER));
    }

    /// A figure with two decimals.
    static <R> Column<R> rate(String heading, String help, ToDoubleFunction<R> value) {
        return new Column<>(heading, help, NUMBER, true, true, row -> Figures.fixed(value.applyAsDouble(row)),
                row -> Tone.ofRate(value.applyAsDouble(row)), Comparator.comparingDouble(value).reversed());
    }

    static <R> Column<R> count(String heading, String help, ToLongFunction<R> value) {
        return new Column<>(heading, help, NUMBER, true, true, row -> Long.toString(value.applyAsLong(row)),
                row -> Tone.ofRate(value.applyAsLong(row)), Comparator.comparingLong(value).reversed());
    }

    /// A number that is a name: rows go by it from the smallest.
    static <R> Column<R> id(String heading, String help, ToLongFunction<R> value) {
        return new Column<>(heading, help, NUMBER, true, true, row -> Long.toString(value.applyAsLong(row)), _ -> Tone.PLAIN,
                Comparator.comparingLong(value));
    }

    /// Not shown until somebody chooses it.
    Column<R> optional() {
        return new Column<>(heading, help, most, isNumber, false, cell, tone, order);
    }

    Column<R> toned(Function<R, Tone> how) {
        return new Column<>(heading, help, most, isNumber, isShown, cell, how, order);
    }

    /// Aligned to the right, as esxtop has TEAM-PNIC.
    Column<R> right() {
        return new Column<>(heading, help, most, true, isShown, cell, tone, order);
    }
}
