package io.etherloom.frame;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class DurationCountsTest {
    @Test
    void countsInTheFirstCellWhoseBoundIsNotBelow() {
        assertThat(DurationCounts.boundNanos(0)).isEqualTo(1024);
        for (int cell = 0; cell < DurationCounts.BOUNDS; cell++) {
            var counts = new DurationCounts();
            counts.add(DurationCounts.boundNanos(cell));
            assertThat(counts.count(cell)).as("at the bound of cell %d", cell).isEqualTo(1);
            counts.add(DurationCounts.boundNanos(cell) + 1);
            assertThat(counts.count(cell + 1)).as("beyond the bound of cell %d", cell).isEqualTo(1);
        }
    }

    @Test
    void takesAnyDuration() {
        var counts = new DurationCounts();
        counts.add(-5);
        counts.add(0);
        counts.add(1);
        counts.add(Long.MAX_VALUE / 2);
        assertThat(counts.count(0)).isEqualTo(3);
        assertThat(counts.count(DurationCounts.BOUNDS)).isEqualTo(1);
        assertThat(counts.count()).isEqualTo(4);
    }

    @Test
    void agreesWithAListOfDurations() {
        var random = new Random(7);
        var counts = new DurationCounts();
        long sum = 0;
        var expected = new long[DurationCounts.BOUNDS + 1];
        for (int i = 0; i < 10_000; i++) {
            long nanos = (long) Math.exp(random.nextDouble() * Math.log(4e9));
            counts.add(nanos, 3);
            sum += 3 * nanos;
            int cell = 0;
            while (cell < DurationCounts.BOUNDS && nanos > DurationCounts.boundNanos(cell)) cell++;
            expected[cell] += 3;
        }
        for (int cell = 0; cell <= DurationCounts.BOUNDS; cell++) assertThat(counts.count(cell)).as("cell %d", cell).isEqualTo(expected[cell]);
        assertThat(counts.sumNanos()).isEqualTo(sum);
        assertThat(counts.count()).isEqualTo(30_000);
    }
}
