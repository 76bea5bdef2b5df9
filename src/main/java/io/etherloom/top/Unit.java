package io.etherloom.top;

/// In what amounts of traffic are shown. Prefixes are decimal, as in esxtop: 1 Mb is 10^6 bits.
enum Unit {
    MEGABITS("Mb", 1e6), KILOBITS("Kb", 1e3), GIGABITS("Gb", 1e9), MEGABYTES("MB", 8e6);

    private static final Unit[] VALUES = values();

    private final String prefix;
    private final double bits;

    Unit(String prefix, double bits) {
        this.prefix = prefix;
        this.bits = bits;
    }

    /// `MbTX/s` for `TX/s`.
    String heading(String what) {
        return prefix + what;
    }

    double of(double bitsPerSecond) {
        return bitsPerSecond / bits;
    }

    Unit next() {
        return VALUES[(ordinal() + 1) % VALUES.length];
    }
}
