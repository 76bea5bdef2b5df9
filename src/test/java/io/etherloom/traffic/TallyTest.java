package io.etherloom.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HashSet;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// What is counted of frames as they arrive.
class TallyTest {
    private static final int STREAM = 7;

    private final MemorySegment memory = Arena.ofAuto().allocate(100);
    private final Tally tally = new Tally(STREAM);

    private void arrives(long sequence, long sent, long at) {
        TestFrame.write(memory, 1, 0x0200_0000_0001L, 0x0200_0000_0002L, STREAM);
        TestFrame.stamp(memory, 1, sequence, sent);
        tally.frame(memory, 1, 60, at);
    }

    /// RFC 4737, 3.3: a frame is reordered when one with a higher number came before it.
    @Test
    void countsDuplicatesAndReorderedFramesApart() {
        for (long sequence : new long[] {0, 1, 3, 2, 3, 3, 9, 4, 5, 0}) {
            arrives(sequence, 1000, 2000);
        }
        assertThat(tally.received()).isEqualTo(7);
        assertThat(tally.duplicates()).isEqualTo(3);
        assertThat(tally.reordered()).isEqualTo(3);
        assertThat(tally.arrived()).isZero();
        tally.publish();
        assertThat(tally.arrived()).isEqualTo(7);
    }

    @Test
    void measuresFromTheStampToTheArrival() {
        arrives(0, 5_000, 5_100);
        arrives(1, 5_000, 7_000);
        arrives(2, 5_000, 4_000);                   // The clock was set back between.
        arrives(3, 0, 3_600_000_000_000L);
        assertThat(tally.latency().getTotalCount()).isEqualTo(3);
        assertThat(tally.latency().getMinValue()).isEqualTo(100);
        assertThat(tally.latency().getValueAtPercentile(50)).isBetween(1_999L, 2_001L);
        assertThat(tally.latency().getMaxValue()).isBetween(60_000_000_000L, 60_100_000_000L);
        assertThat(tally.clockSteps()).isEqualTo(1);
        assertThat(tally.received()).isEqualTo(4);
    }

    @Test
    void passesOverWhatIsNotOfItsStream() {
        TestFrame.write(memory, 1, 1, 2, STREAM + 1);
        TestFrame.stamp(memory, 1, 0, 0);
        tally.frame(memory, 1, 60, 1);
        TestFrame.write(memory, 1, 1, 2, STREAM);
        TestFrame.stamp(memory, 1, -5, 0);
        tally.frame(memory, 1, 60, 1);              // No number of a generator.
        TestFrame.stamp(memory, 1, 0, 0);
        tally.frame(memory, 1, 59, 1);              // Shorter than any.
        memory.set(java.lang.foreign.ValueLayout.JAVA_BYTE, 1 + 13, (byte) 0);
        tally.frame(memory, 1, 60, 1);              // Another EtherType.
        assertThat(tally.received() + tally.duplicates()).isZero();
    }

    /// Against a set, over more than a page and with most of one page complete.
    @Test
    void knowsEachNumberHoweverLateItComes() {
        var seen = new SeenNumbers();
        var expected = new HashSet<Long>();
        var random = new Random(1);
        for (int i = 0; i < 400_000; i++) {
            long number = i % 3 == 0 ? random.nextLong(70_000) : i % 3 == 1 ? i / 3 : 3_000_000L + random.nextInt(1000);
            assertThat(seen.add(number)).isEqualTo(expected.add(number));
        }
    }
}
