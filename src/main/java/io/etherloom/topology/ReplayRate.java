package io.etherloom.topology;

import java.math.BigDecimal;
import java.util.Map;
import java.util.regex.Pattern;

/// How fast the frames of a capture file are sent.
public sealed interface ReplayRate {
    /// What texts are taken, for messages.
    String FORMS = "original, a multiple of it (2x, 0.5x), frames per second (1000/s, 20k/s), bits per second (10 Mbps) or max";

    /// With the spacing of the file.
    ReplayRate ORIGINAL = new Multiple(1);

    /// With the spacing of the file divided by `factor`, which is more than 0.
    record Multiple(double factor) implements ReplayRate {
        @Override
        public String toString() {
            return factor == 1 ? "original" : plain(factor) + "x";
        }
    }

    /// At a constant rate of frames.
    record Frames(double perSecond) implements ReplayRate {
        @Override
        public String toString() {
            return plain(perSecond) + "/s";
        }
    }

    /// At a constant rate of bits: of frames with their tags, without frame check sequence, preamble and gap.
    record Bits(long perSecond) implements ReplayRate {
        @Override
        public String toString() {
            return Units.rate(perSecond);
        }
    }

    /// As fast as the switch takes them.
    record Max() implements ReplayRate {
        @Override
        public String toString() {
            return "max";
        }
    }

    /// @throws IllegalArgumentException with a sentence, for a text that means no rate
    static ReplayRate parse(String text) {
        var parts = Notation.FORM.matcher(text);
        return switch (text) {
            case "original" -> ORIGINAL;
            case "max" -> new Max();
            default -> {
                double value = parts.matches() ? Double.parseDouble(parts.group(1)) : 0;
                if (value <= 0) {
                    var cure = text.matches("[0-9.]+") ? "; did you mean " + text + "/s, " + text + "x or " + text + " Mbps?" : "";
                    throw new IllegalArgumentException("'" + text + "' is no rate" + (cure.isEmpty() ? "" : cure) + "; allowed: " + FORMS);
                }
                yield of(value, parts.group(2));
            }
        };
    }

    private static ReplayRate of(double value, String unit) {
        double scaled = value * Notation.FACTORS.getOrDefault(unit, 1.0);
        return switch (unit) {
            case "x" -> new Multiple(value);
            case "/s", "k/s", "M/s" -> new Frames(scaled);
            default -> new Bits(Math.max(1, Math.round(scaled)));
        };
    }

    private static String plain(double value) {
        return new BigDecimal(Double.toString(value)).stripTrailingZeros().toPlainString();
    }

    /// What the texts look like.
    final class Notation {
        private static final Pattern FORM = Pattern.compile("([0-9]{1,9}(?:\\.[0-9]{1,6})?) ?(x|/s|k/s|M/s|bps|kbps|Kbps|Mbps|Gbps)");
        private static final Map<String, Double> FACTORS = Map.of("k/s", 1e3, "M/s", 1e6, "kbps", 1e3, "Kbps", 1e3, "Mbps", 1e6, "Gbps", 1e9);

        private Notation() {}
    }
}
