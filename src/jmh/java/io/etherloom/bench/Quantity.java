package io.etherloom.bench;

/// What the tables show in one row.
///
/// @param name in the tables, unique
/// @param isMoreBetter false for times and memory
record Quantity(String name, Unit unit, boolean isMoreBetter) {
    /// The more, the better.
    static Quantity rate(String name, Unit unit) {
        return new Quantity(name, unit, true);
    }

    /// The less, the better.
    static Quantity cost(String name, Unit unit) {
        return new Quantity(name, unit, false);
    }

    /// The same under another condition.
    Quantity with(String condition) {
        return condition.isEmpty() ? this : new Quantity(name + ", " + condition, unit, isMoreBetter);
    }
}
