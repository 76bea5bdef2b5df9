package io.etherloom.bench;

import java.util.Locale;

/// What values are counted in, and how they are shown. Values themselves are in base units: bits, frames, octets, seconds.
enum Unit {
    GIGABITS("Gbit/s", "bit/s", 1e-9, 2),
    FRAMES("million/s", "1/s", 1e-6, 3),
    MICROSECONDS("µs", "s", 1e6, 2),
    MILLISECONDS("ms", "s", 1e3, 1),
    SECONDS("s", "s", 1, 2),
    MEGABYTES("MB", "B", 1e-6, 0),
    OCTETS_PER_FRAME("B/frame", "B/frame", 1, 2),
    PERCENT("%", "1", 100, 2),
    RATIO("", "1", 1, 2);

    private final String title;
    private final String base;
    private final double factor;
    private final int digits;

    Unit(String title, String base, double factor, int digits) {
        this.title = title;
        this.base = base;
        this.factor = factor;
        this.digits = digits;
    }

    String title() {
        return title;
    }

    /// What the values themselves are in.
    String base() {
        return base;
    }

    /// The number alone, without the unit.
    String show(double value) {
        return Double.isFinite(value) ? String.format(Locale.ROOT, "%." + digits + "f", value * factor) : "–";
    }

    /// Half of what the last digit shown stands for: smaller than this is nothing.
    double step() {
        return Math.pow(10, -digits) / 2 / factor;
    }
}
