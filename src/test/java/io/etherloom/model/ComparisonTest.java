package io.etherloom.model;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// What the comparison tells when it finds something.
final class ComparisonTest {
    private static Comparison<SwitchConfig, SwitchUnderTest> with(Mutant mutant) {
        return new Comparison<>(new RandomLab(), SwitchAgreement::reference,
                config -> new PacedSwitch(config, mutant.of(NaiveVSwitch::new).apply(config)));
    }

    private static String firstReport(Mutant mutant) {
        var comparison = with(mutant);
        for (var seed = 1L; ; seed++) {
            var report = comparison.run(seed, 1_000);
            if (report != null) {
                return report;
            }
        }
    }

    @Test
    void shrinksADifferenceToTheEventsThatMatter() {
        var report = firstReport(Mutant.NO_UP_DELAY);
        assertThat(report).contains("-Dseed=", "expected:", "but got:").containsPattern("Link\\[.*up=true");
        assertThat(report.lines().filter(line -> line.matches("  (\\d+ ns|Link|Connect|Disconnect|Tick).*")).count())
                .as(report).isLessThanOrEqualTo(4);
        assertThat(report.lines().filter(line -> line.startsWith("  port ")).count()).as(report).isLessThanOrEqualTo(2);
    }

    @Test
    void tellsTheSameOfASeedEachTime() {
        assertThat(firstReport(Mutant.FORGETS_TAG_ON_UPLINK)).isEqualTo(firstReport(Mutant.FORGETS_TAG_ON_UPLINK));
    }

    @Test
    void takesAnExceptionOfTheSubjectForADifference() {
        var comparison = new Comparison<SwitchConfig, SwitchUnderTest>(new RandomLab(), SwitchAgreement::reference,
                config -> new PacedSwitch(config, new SwitchDecorator(config, new NaiveVSwitch(config)) {
                    @Override
                    public Outcome fromPort(int port, byte[] frame, long nowNanos) {
                        throw new IndexOutOfBoundsException("of the table");
                    }
                }));
        assertThat(comparison.run(1, 100)).contains("IndexOutOfBoundsException: of the table");
    }
}
