package io.etherloom.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What is tried next, against paths whose limit is known.
class SearchTest {
    /// Runs a search on a path that passes `limit` frames/s and under overload delivers `delivered` of them.
    private static RateSearch run(long limit, long delivered, long generator, long highest, long resolutionPpm) {
        var search = new RateSearch(100, highest, resolutionPpm);
        int permille = 0;
        for (int trials = 0; !search.isDone(); trials++) {
            assertThat(trials).as("trials").isLessThan(60);
            assertThat(search.permille()).isBetween(permille * 8 / 10, 999);
            permille = search.permille();
            long reached = Math.min(search.next(), generator);
            if (reached <= limit) {
                search.passed(reached);
            } else {
                search.failed(reached, Math.min(reached, delivered));
            }
        }
        return search;
    }

    @ParameterizedTest
    @CsvSource({"312345,312345", "312345,100", "312345,900000", "150,150", "987654,500000", "16000,17000"})
    void findsTheLimitWithinTheResolution(long limit, long delivered) {
        for (long ppm : new long[] {100, 10_000, 50_000}) {
            var search = run(limit, delivered, 1_000_000, 1_000_000_000, ppm);
            assertThat(search.passed()).isLessThanOrEqualTo(limit);
            assertThat(search.passed()).isGreaterThanOrEqualTo((long) (limit * (1 - ppm / 1e6)) - 1);
        }
    }

    @Test
    void isDoneAtOnceWhenTheHighestRatePasses() {
        var search = run(2_000_000, 2_000_000, 1_000_000, 1_000_000, 10_000);
        assertThat(search.passed()).isEqualTo(1_000_000);
    }

    @Test
    void findsNothingWhereNothingPasses() {
        assertThat(run(99, 0, 1_000_000, 1_000_000_000, 10_000).passed()).isZero();
        assertThat(run(0, 0, 1_000_000, 100, 10_000).passed()).isZero();
    }

    @Test
    void endsWhenTheGeneratorFallsBehindWithoutLoss() {
        var search = new RateSearch(100, 1_000_000, 10_000);
        search.failed(900_000, 500_000);
        assertThat(search.next()).isEqualTo(500_000);
        search.passed(400_000);
        assertThat(search.isDone()).isTrue();
        assertThat(search.passed()).isEqualTo(500_000);
    }

    @ParameterizedTest
    @CsvSource({"1", "15", "16", "17", "1000", "1064", "50000"})
    void findsTheLongestBurst(long limit) {
        var search = new BurstSearch(16, 65_536);
        for (int trials = 0; !search.isDone(); trials++) {
            assertThat(trials).isLessThan(40);
            search.tried(search.next() <= limit);
        }
        assertThat(search.passed()).isLessThanOrEqualTo(limit).isGreaterThanOrEqualTo(limit - 1 - limit / 99);
        assertThat(search.isUnlimited()).isFalse();
    }

    @Test
    void saysWhenNoBurstWasTooLong() {
        var search = new BurstSearch(16, 100);
        while (!search.isDone()) search.tried(true);
        assertThat(search.passed()).isEqualTo(100);
        assertThat(search.isUnlimited()).isTrue();
    }
}
