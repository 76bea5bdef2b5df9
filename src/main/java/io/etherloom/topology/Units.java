package io.etherloom.topology;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Durations, rates and sizes as people write them: `10ms`, `100 Mbps`, `10G`, `64 KB`. A number without a unit is refused, with the
/// value and its likeliest unit in the message. Rates are decimal; sizes are 1024-based, as in the vSphere client.
public final class Units {
    private static final Pattern QUANTITY = Pattern.compile("([0-9]{1,15}(?:\\.[0-9]{1,9})?) ?([A-Za-zµ]*)");
    private static final SequencedMap<String, Long> DURATIONS = units("ns", 1L, "us", 1_000L, "µs", 1_000L, "ms", 1_000_000L,
        "s", 1_000_000_000L, "min", 60_000_000_000L, "h", 3_600_000_000_000L);
    private static final SequencedMap<String, Long> RATES = units("bps", 1L, "kbps", 1_000L, "Kbps", 1_000L, "Mbps", 1_000_000L,
        "Gbps", 1_000_000_000L, "k", 1_000L, "K", 1_000L, "M", 1_000_000L, "G", 1_000_000_000L);
    private static final SequencedMap<String, Long> SIZES = units("B", 1L, "KB", 1L << 10, "MB", 1L << 20, "GB", 1L << 30,
        "K", 1L << 10, "M", 1L << 20, "G", 1L << 30);

    private Units() {}

    private static SequencedMap<String, Long> units(Object... namesAndFactors) {
        var units = new LinkedHashMap<String, Long>();
        for (int i = 0; i < namesAndFactors.length; i += 2) {
            units.put((String) namesAndFactors[i], (Long) namesAndFactors[i + 1]);
        }
        return units;
    }

    /// A duration between bounds, or null after a report.
    ///
    /// @param likeliest the unit that a bare number was probably meant in
    static @Nullable Duration duration(Item item, String likeliest, Duration minimum, Duration maximum) {
        var nanos = quantity(item, DURATIONS, likeliest);
        if (nanos == null) {
            return null;
        }
        if (nanos < minimum.toNanos() || nanos > maximum.toNanos()) {
            item.error("'" + item.text() + "' is outside " + minimum.toSeconds() + "s-" + maximum.toSeconds() + "s");
            return null;
        }
        return Duration.ofNanos(nanos);
    }

    /// A rate in bit/s, or null after a report.
    static @Nullable Long bitsPerSecond(Item item, String likeliest) {
        return quantity(item, RATES, likeliest);
    }

    /// A rate as a file would write it, in the largest unit that gives a whole number: `100 Mbps`.
    public static String rate(long bitsPerSecond) {
        return whole(bitsPerSecond, RATES, List.of("Gbps", "Mbps", "Kbps"), "bps");
    }

    /// A size as a file would write it, in the largest unit that gives a whole number: `100 MB`.
    public static String size(long octets) {
        return whole(octets, SIZES, List.of("GB", "MB", "KB"), "B");
    }

    private static String whole(long amount, SequencedMap<String, Long> factors, List<String> units, String smallest) {
        for (var unit : units) {
            long factor = factors.get(unit);
            if (amount >= factor && amount % factor == 0) {
                return amount / factor + " " + unit;
            }
        }
        return amount + " " + smallest;
    }

    /// A size in octets, or null after a report.
    static @Nullable Long bytes(Item item, String likeliest) {
        return quantity(item, SIZES, likeliest);
    }

    /// A size from a command line.
    ///
    /// @throws IllegalArgumentException when it is none; the message says how to write it
    public static long octets(String text) {
        var parts = QUANTITY.matcher(text);
        var factor = parts.matches() ? SIZES.get(parts.group(2)) : null;
        var value = factor == null ? null : new BigDecimal(parts.group(1)).multiply(BigDecimal.valueOf(factor)).stripTrailingZeros();
        if (value == null || value.scale() > 0 || value.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0) {
            throw new IllegalArgumentException("a size is a number with its unit, 64KB, 4MB or 1GB, not \"" + text + "\""
                + (text.matches("[0-9]+") ? "; did you mean '" + text + "KB'?" : ""));
        }
        return value.longValue();
    }

    private static @Nullable Long quantity(Item item, SequencedMap<String, Long> units, String likeliest) {
        var text = item.text();
        if (text == null) {
            return null;
        }
        var parts = QUANTITY.matcher(text);
        if (!parts.matches()) {
            item.error("'" + text + "' is not a number with a unit; write it like 10" + likeliest);
            return null;
        }
        var unit = parts.group(2);
        if (unit.isEmpty()) {
            item.error(text + " has no unit; write " + text + likeliest + " if that is what you mean");
            return null;
        }
        var factor = units.get(unit);
        if (factor == null) {
            item.error("'" + unit + "' is no unit here" + Suggestion.withAllowed(unit, units.keySet(), units.keySet()));
            return null;
        }
        return scaled(item, new BigDecimal(parts.group(1)).multiply(BigDecimal.valueOf(factor)));
    }

    private static @Nullable Long scaled(Item item, BigDecimal value) {
        if (value.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0) {
            item.error("is too large");
            return null;
        }
        if (value.stripTrailingZeros().scale() > 0) {
            item.error("is not a whole number of the smallest unit");
            return null;
        }
        return value.longValue();
    }
}
