package io.etherloom.bench;

import static io.etherloom.bench.Target.Outcome.MISSED;
import static io.etherloom.bench.Target.Outcome.NOT_MEASURED;
import static io.etherloom.bench.Target.Outcome.REACHED;
import static io.etherloom.bench.Target.Outcome.SHOWN;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

/// How the values of a run are judged.
class TargetTest {
    private static final Quantity RATE = Quantity.rate("frames", Unit.FRAMES);
    private static final Quantity TIME = Quantity.cost("round trip", Unit.MICROSECONDS);

    private final Results results = new Results();

    private void measured(Quantity quantity, Subject subject, double... values) {
        DoubleStream.of(values).forEach(it -> results.add(quantity, subject, it));
    }

    @Test
    void theMedianOfTheRatiosOfEachRoundDecides() {
        // The second round was slow for both, which changes no ratio.
        measured(RATE, Subject.ETHERLOOM, 90, 9, 80);
        measured(RATE, Subject.RELAY, 100, 10, 100);

        var verdict = Target.share(RATE, Subject.RELAY, 0.9).judge(results);

        assertThat(verdict.outcome()).isEqualTo(REACHED);
        assertThat(verdict.shown()).isEqualTo("0.90 (0.80–0.90)");
        assertThat(Target.share(RATE, Subject.RELAY, 0.91).judge(results).outcome()).isEqualTo(MISSED);
    }

    @Test
    void seriesThatTookNoTurnsGiveTheRatioOfTheirMedians() {
        measured(RATE, Subject.ETHERLOOM, 10, 20, 30);
        measured(RATE, Subject.RELAY, 40);

        assertThat(Target.shown(RATE, Subject.RELAY).judge(results).shown()).isEqualTo("0.50");
    }

    @Test
    void aLimitIsSomebodyElsesRatioAndNotJudged() {
        measured(RATE, Subject.ETHERLOOM, 30);
        measured(RATE, Subject.RELAY, 40);
        measured(RATE, Subject.OVS, 20);

        var verdict = Target.limit(RATE, Subject.RELAY, Subject.OVS).judge(results);

        assertThat(verdict.shown()).isEqualTo("2.00");
        assertThat(verdict.outcome()).isEqualTo(SHOWN);
        assertThat(verdict.target().title()).isEqualTo("frames, bare relay / Open vSwitch");
    }

    @Test
    void ofTimesLessIsBetter() {
        measured(TIME, Subject.ETHERLOOM, 11e-6);
        measured(TIME, Subject.RELAY, 10e-6);

        assertThat(Target.share(TIME, Subject.RELAY, 1.15).judge(results).outcome()).isEqualTo(REACHED);
        assertThat(Target.share(TIME, Subject.RELAY, 1.05).judge(results).outcome()).isEqualTo(MISSED);
        assertThat(Target.share(TIME, Subject.RELAY, 1.15).wanted()).isEqualTo("≤ 1.15");
    }

    @Test
    void absoluteFiguresHaveTheirUnit() {
        measured(RATE, Subject.ETHERLOOM, 29.9e6);

        var target = Target.absolute(RATE, 30e6);

        assertThat(target.judge(results).outcome()).isEqualTo(MISSED);
        assertThat(target.wanted()).isEqualTo("≥ 30.000 million/s");
        assertThat(Target.absolute(TIME, 1e-3).judge(results).outcome()).isEqualTo(NOT_MEASURED);
    }

    @Test
    void nothingIsWhatRoundsToNothing() {
        var octets = Quantity.cost("allocated", Unit.OCTETS_PER_FRAME);
        measured(octets, Subject.ETHERLOOM, 0.004);

        assertThat(Target.absolute(octets, 0).judge(results).outcome()).isEqualTo(REACHED);

        measured(octets, Subject.ETHERLOOM, 0.02, 0.02);
        assertThat(Target.absolute(octets, 0).judge(results).outcome()).isEqualTo(MISSED);
    }

    @Test
    void aMissingPeerIsNoVerdict() {
        measured(RATE, Subject.ETHERLOOM, 1);

        assertThat(Target.share(RATE, Subject.VDE, 1.2).judge(results).outcome()).isEqualTo(NOT_MEASURED);
        assertThat(Target.shown(RATE, Subject.ETHERLOOM).judge(results).outcome()).isEqualTo(SHOWN);
    }
}
