package io.etherloom.traffic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// When frames are due, with a clock of the test.
class PaceTest {
    private static final long SECOND = 1_000_000_000L;

    /// Whoever asks whenever it was told to sends exactly the rate, a cluster at a time; the first cluster is due when its last frame is.
    @ParameterizedTest
    @ValueSource(longs = {1, 7, 100, 19_999, 20_000, 333_333, 1_000_000, 7_000_001, 100_000_000})
    void givesExactlyTheRate(long framesPerSecond) {
        var pace = new Pace(framesPerSecond, 64, 256);
        long now = 12_345;
        pace.begin(now);
        long end = now + 3 * SECOND;
        long frames = 0;
        while (now < end) {
            int count = pace.take(now);
            frames += count;
            assertThat(count).isBetween(0, 64);
            if (count == 0) {
                assertThat(pace.waitNanos(now)).isPositive();
                now += pace.waitNanos(now);
            }
        }
        assertThat(frames).isBetween(3 * framesPerSecond - 64, 3 * framesPerSecond + 1);
    }

    @Test
    void givesNothingBeforeItsTime() {
        var pace = new Pace(1000, 64, 256);
        pace.begin(0);
        assertThat(pace.take(0)).isEqualTo(1);
        assertThat(pace.take(999_999)).isZero();
        assertThat(pace.waitNanos(400_000)).isEqualTo(600_000);
        assertThat(pace.take(1_000_000)).isEqualTo(1);
    }

    @Test
    void makesUpForNoMoreThanTheLagAndGoesOnAtTheRate() {
        var pace = new Pace(1_000_000, 64, 256);
        pace.begin(0);
        long late = 10 * SECOND;
        int frames = 0;
        for (int count = pace.take(late); count > 0; count = pace.take(late)) frames += count;
        assertThat(frames).isBetween(256 - 50, 256);
        assertThat(pace.take(late + 100_000)).isBetween(50, 64);
        assertThat(pace.take(late + 100_000)).isBetween(0, 64);
    }

    @Test
    void refusesARateThatIsNone() {
        assertThatThrownBy(() -> new Pace(0, 64, 256)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Pace(SECOND + 1, 64, 256)).isInstanceOf(IllegalArgumentException.class);
    }
}
