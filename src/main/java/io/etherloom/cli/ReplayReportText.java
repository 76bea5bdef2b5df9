package io.etherloom.cli;

import io.etherloom.frame.DropReason;
import io.etherloom.replay.SkipReason;
import java.io.PrintStream;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;

/// What a replay says of itself to a person.
final class ReplayReportText {
    private ReplayReportText() {}

    /// `1200 frames sent, 600/s`.
    static String sent(Row report) {
        double seconds = seconds(report);
        long frames = report.number("sent");
        var rate = seconds > 0 ? String.format(Locale.ROOT, ", %.0f/s, %.2f Mbps", frames / seconds, report.number("octets") * 8 / seconds / 1e6) : "";
        return count(frames) + " sent" + rate;
    }

    private static double seconds(Row report) {
        return report.number("nanos") / 1e9;
    }

    static void print(PrintStream out, Row report) {
        out.printf(Locale.ROOT, "%s into %s in %.3f s%s%n", sent(report), report.text("port"), seconds(report), end(report));
        if (report.number("padded") > 0) {
            out.println(count(report.number("padded")) + " of them filled up with zeros");
        }
        counts(report, "skipped").forEach((reason, frames) -> out.println(count((Long) frames) + " skipped: " + skipHelp(reason)));
        counts(report, "dropped").forEach((reason, frames) -> out.println(count((Long) frames) + " dropped at the port: " + reason + ": " + dropHelp(reason)));
    }

    private static String end(Row report) {
        long rounds = report.number("rounds");
        return switch (report.text("end")) {
            case "stopped" -> ", ended before its time";
            case "limit" -> ", the limit is reached";
            default -> rounds > 1 ? ", " + rounds + " rounds" : "";
        };
    }

    private static Map<String, Object> counts(Row report, String key) {
        var counts = new java.util.TreeMap<String, Object>();
        report.row(key).members().forEach((reason, frames) -> counts.put(String.valueOf(reason), ((Number) frames).longValue()));
        return counts;
    }

    private static String skipHelp(String label) {
        return Arrays.stream(SkipReason.values()).filter(reason -> reason.label().equals(label)).map(SkipReason::help).findFirst().orElse(label);
    }

    private static String dropHelp(String label) {
        return Arrays.stream(DropReason.values()).filter(reason -> reason.label().equals(label)).map(DropReason::meaning).findFirst().orElse(label);
    }

    private static String count(long frames) {
        return frames + (frames == 1 ? " frame" : " frames");
    }
}
