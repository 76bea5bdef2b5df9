package io.etherloom.cli;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;

/// From where on events are wanted.
///
/// @param seq those with a higher number
/// @param time those not before it
record EventStart(long seq, Instant time) {
    /// @param text a number of an event, `10m`, `14:05[:06]` (today, else yesterday), or a date and time, local or with its zone
    /// @throws Failure with exit code 2 for anything else
    static EventStart parse(String text, Instant now, ZoneId zone) {
        if (text.matches("[0-9]{1,18}")) {
            return new EventStart(Long.parseLong(text), Instant.EPOCH);
        }
        if (text.matches("[0-9]+[a-z]+")) {
            return new EventStart(0, now.minusMillis(DurationText.millis(text)));
        }
        try {
            return new EventStart(0, time(text, now, zone));
        } catch (DateTimeException _) {
            throw new Failure(ExitCode.BAD_INPUT, "--since is 10m, 14:05, 2026-01-02T14:05:00Z or the number of an event, not \"" + text + "\"");
        }
    }

    private static Instant time(String text, Instant now, ZoneId zone) {
        if (text.endsWith("Z")) {
            return Instant.parse(text);
        }
        if (text.contains("T") || text.contains(" ")) {
            return LocalDateTime.parse(text.replace(' ', 'T')).atZone(zone).toInstant();
        }
        var today = LocalTime.parse(text).atDate(now.atZone(zone).toLocalDate()).atZone(zone);
        return (today.toInstant().isAfter(now) ? today.minusDays(1) : today).toInstant();
    }
}
