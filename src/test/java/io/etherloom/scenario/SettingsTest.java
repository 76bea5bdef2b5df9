package io.etherloom.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

/// What may be asked for.
class SettingsTest {
    private static Rfc2544Settings settings(String to, List<Integer> sizes, List<String> tests, long millis, long resolution) {
        return new Rfc2544Settings("web1", to, false, sizes, tests, millis, millis, 1, 1, resolution, 0, 0, 1000, false);
    }

    @Test
    void takesEverySizeAndTestOfTheRfc() {
        var settings = settings("web2", Rfc2544Settings.ALL_SIZES, Rfc2544Settings.ALL_TESTS, 60_000, 10_000);
        assertThat(settings.frameSizes()).containsExactly(64, 128, 256, 512, 1024, 1280, 1518, 9018);
    }

    @Test
    void refusesWhatCannotBeMeasuredWithTheReason() {
        refused("both web1", "web1", List.of(64), List.of("throughput"), 1000, 10_000);
        refused("64 to 9018 octets", "web2", List.of(63), List.of("throughput"), 1000, 10_000);
        refused("64 to 9018 octets", "web2", List.of(64, 9019), List.of("throughput"), 1000, 10_000);
        refused("at least one frame size", "web2", List.of(), List.of("throughput"), 1000, 10_000);
        refused("tests are throughput, latency, loss, back-to-back, not speed", "web2", List.of(64), List.of("speed"), 1000, 10_000);
        refused("duration of a trial", "web2", List.of(64), List.of("throughput"), 99, 10_000);
        refused("duration of a trial", "web2", List.of(64), List.of("throughput"), 3_600_001, 10_000);
        refused("resolution", "web2", List.of(64), List.of("throughput"), 1000, 0);
    }

    private static void refused(String why, String to, List<Integer> sizes, List<String> tests, long millis, long resolution) {
        assertThatThrownBy(() -> settings(to, sizes, tests, millis, resolution)).isInstanceOf(IllegalArgumentException.class).hasMessageContaining(why);
    }
}
