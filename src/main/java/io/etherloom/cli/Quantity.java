package io.etherloom.cli;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.regex.Pattern;

/// Shares and rates as people write them.
final class Quantity {
    private static final Pattern PERCENT = Pattern.compile("([0-9]{1,3}(?:\\.[0-9]{1,4})?)%?");
    private static final Pattern RATE = Pattern.compile("([0-9]{1,9}(?:\\.[0-9]{1,3})?)([kKM]?)");

    private Quantity() {}

    /// Millionths of `0.01%` or `0.01`.
    ///
    /// @throws Failure with exit code 2 for anything else
    static long ppm(String text) {
        var match = PERCENT.matcher(text);
        if (!match.matches()) {
            throw new Failure(ExitCode.BAD_INPUT, "a share is a number of percent with at most four decimals, 1% or 0.01%, not \"" + text + "\"");
        }
        return new BigDecimal(match.group(1)).movePointRight(4).longValueExact();
    }

    /// Frames/s of `250000`, `250k` or `1.5M`.
    ///
    /// @throws Failure with exit code 2 for anything else
    static long rate(String text) {
        var match = RATE.matcher(text);
        long rate = match.matches() ? new BigDecimal(match.group(1)).movePointRight(exponent(match.group(2))).longValue() : 0;
        if (rate < 1) {
            throw new Failure(ExitCode.BAD_INPUT, "a rate is a number of frames/s from 1, such as 250000, 250k or 1.5M, not \"" + text + "\"");
        }
        return rate;
    }

    private static int exponent(String unit) {
        return switch (unit) {
            case "k", "K" -> 3;
            case "M" -> 6;
            default -> 0;
        };
    }

    /// Nanoseconds as microseconds with as many decimals as mean something.
    static BigDecimal micros(long nanos) {
        return scaled(nanos, 3, nanos < 100_000 ? 1 : 0);
    }

    /// Bits/s as megabits.
    static BigDecimal megabits(long bits) {
        return scaled(bits, 6, bits < 100_000_000 ? 2 : 0);
    }

    private static BigDecimal scaled(long value, int exponent, int decimals) {
        return BigDecimal.valueOf(value, exponent).setScale(decimals, RoundingMode.HALF_UP);
    }
}
