package io.etherloom.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;

final class EventStartTest {
    private static final Instant NOW = Instant.parse("2026-07-02T12:00:00Z");
    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

    private static Instant time(String text) {
        return EventStart.parse(text, NOW, BERLIN).time();
    }

    @Test
    void understandsWhatPeopleWrite() {
        assertThat(EventStart.parse("42", NOW, BERLIN)).isEqualTo(new EventStart(42, Instant.EPOCH));
        assertThat(time("10m")).isEqualTo(Instant.parse("2026-07-02T11:50:00Z"));
        assertThat(time("13:30")).isEqualTo(Instant.parse("2026-07-02T11:30:00Z"));
        assertThat(time("23:00")).as("yesterday").isEqualTo(Instant.parse("2026-07-01T21:00:00Z"));
        assertThat(time("2026-07-01T10:00:00Z")).isEqualTo(Instant.parse("2026-07-01T10:00:00Z"));
        assertThat(time("2026-07-01 10:00")).isEqualTo(Instant.parse("2026-07-01T08:00:00Z"));
    }

    @Test
    void refusesTheRest() {
        for (var text : new String[] {"yesterday", "25:00", "10x", "2026-13-01T00:00:00Z", "-5"}) {
            assertThatThrownBy(() -> time(text)).as(text).isInstanceOf(Failure.class);
        }
    }
}
