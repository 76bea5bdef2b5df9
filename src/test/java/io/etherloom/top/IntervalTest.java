package io.etherloom.top;

import static org.assertj.core.api.Assertions.assertThat;

import io.etherloom.lab.view.TopView.Flow;
import org.junit.jupiter.api.Test;

/// Rates from two readings of counters.
class IntervalTest {
    private static final Flow NOTHING = new Flow(0, 0, 0, 0, 0, 0);

    /// Spec 8.7, 8.9.
    @Test
    void dividesByTheTimeBetweenTheReadings() {
        var rates = Traffic.between(new Flow(100, 10_000, 10, 20, 5, 105), new Flow(300, 30_000, 30, 60, 9, 313), 0.5);
        assertThat(rates).isEqualTo(new Traffic(400, 320_000, 100, 40, 80, 100.0 * 4 / 208));
    }

    @Test
    void isZeroWhereNothingWent() {
        assertThat(Traffic.between(NOTHING, NOTHING, 2)).isEqualTo(new Traffic(0, 0, 0, 0, 0, 0));
    }

    @Test
    void beginsAtZeroAfterAPortWasConnectedAnew() {
        assertThat(Traffic.between(new Flow(1000, 100_000, 0, 0, 0, 1000), new Flow(10, 640, 0, 0, 0, 10), 1).framesPerSecond()).isEqualTo(10);
    }

    /// Spec 8.9: never more than everything, though the kernel's count may be half a second older than the others.
    @Test
    void aPercentageIsAtMostAHundred() {
        assertThat(Traffic.between(NOTHING, new Flow(0, 0, 0, 0, 7, 0), 1).droppedPercent()).isZero();
        assertThat(Traffic.between(NOTHING, new Flow(1, 64, 0, 0, 7, 1), 1).droppedPercent()).isEqualTo(100);
    }

    @Test
    void writesFiguresWithTwoDecimals() {
        assertThat(Figures.fixed(0)).isEqualTo("0.00");
        assertThat(Figures.fixed(1318.804)).isEqualTo("1318.80");
        assertThat(Figures.fixed(0.999)).isEqualTo("1.00");
        assertThat(Figures.fixed(5e9)).isEqualTo("5000000000.00");
        assertThat(Figures.fixed(Double.NaN)).isEqualTo("-");
        assertThat(Figures.uptime(0)).isEqualTo("0:00");
        assertThat(Figures.uptime(3_600_000L * 26 + 60_000 * 5)).isEqualTo("1 day 2:05");
    }
}
