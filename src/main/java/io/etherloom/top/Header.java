package io.etherloom.top;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jline.utils.AttributedString;
import org.jline.utils.AttributedStringBuilder;

/// The first line, as esxtop has it: time, uptime, what there is, and how loaded those are that move the frames.
record Header(ZoneId zone, boolean hasColour) {
    private static final DateTimeFormatter CLOCK = DateTimeFormatter.ofPattern("h:mm:ssa", Locale.ROOT);
    private static final int CLOCK_CELLS = 10;
    private static final int MOST_LOADS = 4;
    /// Share of a pool that is free below which frames may soon find none.
    private static final double LOW_POOL = 0.1;

    private record Part(String text, Tone tone) {}

    AttributedString line(Interval interval, int width) {
        var now = interval.now();
        var at = Instant.ofEpochMilli(now.takenMillis());
        long up = now.takenMillis() - Instant.parse(now.startedAt()).toEpochMilli();
        var parts = new ArrayList<Part>();
        parts.add(new Part(Cells.fit(CLOCK.format(at.atZone(zone)).toLowerCase(Locale.ROOT), CLOCK_CELLS, true) + " up " + Figures.uptime(up) + ", " + Cells.clean(now.lab()) + ": "
                + count(now.hosts(), "host") + ", " + count(now.vms(), "VM"), Tone.PLAIN));
        parts.add(new Part("; agent load: " + loads(interval), Tone.PLAIN));
        double free = free(interval);
        parts.add(new Part("; pool: " + Math.round(100 * free) + "% free", free < LOW_POOL ? Tone.FIX : Tone.PLAIN));
        long errors = now.agents().stream().mapToLong(agent -> agent.errors()).sum();
        if (errors > 0) {
            parts.add(new Part("; " + count(errors, "agent error"), Tone.FIX));
        }
        return joined(parts, width);
    }

    private AttributedString joined(List<Part> parts, int width) {
        var line = new AttributedStringBuilder();
        int taken = 0;
        for (var part : parts) {
            var text = Cells.fit(part.text(), Math.min(Cells.width(part.text()), Math.max(0, width - taken)), false);
            line.styled(part.tone().style(hasColour), text);
            taken += Cells.width(text);
        }
        return line.toAttributedString();
    }

    private static String count(long count, String what) {
        return count + " " + what + (count == 1 ? "" : "s");
    }

    private static String loads(Interval interval) {
        var loads = interval.loads();
        var shown = loads.size() <= MOST_LOADS ? loads : loads.stream().sorted((one, other) -> Double.compare(other, one)).limit(MOST_LOADS).toList();
        var text = String.join(", ", shown.stream().map(Figures::fixed).toList());
        return loads.size() <= MOST_LOADS ? text : text + " of " + loads.size();
    }

    /// Of the pool that has the least.
    private static double free(Interval interval) {
        return interval.now().agents().stream()
                .mapToDouble(agent -> agent.poolCapacity() == 0 ? 1 : (double) agent.poolFree() / agent.poolCapacity()).min().orElse(1);
    }
}
