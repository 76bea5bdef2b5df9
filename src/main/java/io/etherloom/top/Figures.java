package io.etherloom.top;

/// Figures as esxtop writes them. Written by hand, because a screen of a thousand ports has ten thousand of them.
final class Figures {
    private static final double LARGEST = 1e15;

    private Figures() {}

    /// With two decimals; `-` for what is not known.
    static String fixed(double value) {
        if (Double.isNaN(value) || value < 0 || value > LARGEST) {
            return "-";
        }
        long hundredths = Math.round(value * 100);
        long rest = hundredths % 100;
        return hundredths / 100 + (rest < 10 ? ".0" : ".") + rest;
    }

    /// A count, `-` for none where that says something else than zero.
    static String megabits(long bitsPerSecond) {
        return bitsPerSecond == 0 ? "-" : Long.toString(bitsPerSecond / 1_000_000);
    }

    /// `2:33` for two hours and 33 minutes, `3 days 2:33`.
    static String uptime(long millis) {
        long minutes = Math.max(0, millis) / 60_000;
        long days = minutes / (24 * 60);
        long hours = minutes / 60 % 24;
        var clock = hours + (minutes % 60 < 10 ? ":0" : ":") + minutes % 60;
        return days == 0 ? clock : days + (days == 1 ? " day " : " days ") + clock;
    }

    /// `12 s`, `3 min`, `4 h`.
    static String age(long millis) {
        long seconds = millis / 1000;
        return seconds < 120 ? seconds + " s" : seconds < 7200 ? seconds / 60 + " min" : seconds / 3600 + " h";
    }
}
