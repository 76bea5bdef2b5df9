package io.etherloom.cli;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/// An event as a line for a person: the time of day where he is, severity, object, sentence, and what vSphere calls it.
final class EventLines {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSS", Locale.ROOT);

    private final ZoneId zone;

    EventLines(ZoneId zone) {
        this.zone = zone;
    }

    String of(Row event) {
        var time = TIME.format(Instant.parse(event.text("time")).atZone(zone));
        var vobId = event.text("vobId");
        return String.format(Locale.ROOT, "%s  %-7s  %-20s  %s%s", time, event.text("severity"), event.text("object"), event.text("sentence"),
            vobId.equals("-") ? "" : " [" + vobId + "]");
    }
}
