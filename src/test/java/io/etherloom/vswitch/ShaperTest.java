package io.etherloom.vswitch;

import static io.etherloom.vswitch.ShapedPort.FIFO;
import static io.etherloom.vswitch.ShapedPort.MILLISECOND;
import static io.etherloom.vswitch.ShapedPort.SECOND;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.etherloom.frame.DropReason;
import io.etherloom.wire.Tag;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// How much a shaper lets pass, and when.
final class ShaperTest {
    private static final SwitchSpec.ShaperOptions DEFAULT = SwitchSpec.ShaperOptions.DEFAULT;
    /// So that even a small burst has a queue for many frames.
    private static final SwitchSpec.ShaperOptions WIDE = new SwitchSpec.ShaperOptions(500, 500, false);

    /// Spec 6.6: at once while tokens last, then as the average brings them. At this peak the frames of a batch need not queue for it.
    @Test
    void passesTheBurstAtOnceAndThenAtAverage() {
        var port = new ShapedPort(new ShaperSpec(8_000_000, 1_000_000_000_000L, 3000), DEFAULT);
        long start = port.nowNanos;
        port.offer(5, 1000, 1);
        port.runTo(start + SECOND);
        assertThat(port.passed).extracting(it -> it.nanos() - start)
                .containsExactly(0L, 0L, 0L, MILLISECOND, 2 * MILLISECOND);
        assertThat(port.state().delayedFrames()).as("those that waited for tokens").isEqualTo(2);
    }

    /// Spec 6.6: what is charged is the frame on the wire with its tag.
    @Test
    void chargesTheTag() {
        var port = new ShapedPort(new ShaperSpec(8_000_000, 8_000_000, 10_000), DEFAULT);
        port.offer(port.frame(1000, 1, 0), Tag.of(10));
        assertThat(port.state().tokenOctets()).isEqualTo(10_000 - 1004);
        assertThat(port.state().passedOctets()).isEqualTo(1004);
        port.offer(port.frame(1000, 1, 1), Tag.NONE);
        port.runTo(port.nowNanos + SECOND);
        assertThat(port.passed.getLast().nanos() - port.passed.getFirst().nanos()).isEqualTo(1_004_000);
    }

    /// Spec 6.6: while tokens last, no faster than peak.
    @Test
    void pacesABurstAtPeak() {
        var port = new ShapedPort(new ShaperSpec(8_000_000, 16_000_000, 1_000_000), DEFAULT);
        long start = port.nowNanos;
        port.offer(10, 1000, 1);
        port.runTo(start + SECOND);
        for (int i = 0; i < 10; i++) {
            assertThat(port.passed.get(i).nanos() - start).isEqualTo(i * MILLISECOND / 2);
        }
    }

    /// Spec 6.6, 6.8, 6.9 with the figures of scenario S36: no window of the first phase above peak, no more than the burst above average,
    /// then average.
    @Test
    void carriesAFirstPhaseAtPeakAndThenTheAverage() {
        var port = new ShapedPort(new ShaperSpec(8_000_000, 16_000_000, 1024 * 1024), DEFAULT);
        long start = port.nowNanos;
        port.overload(30 * SECOND, 1514, 1514 * 400);
        assertThat(port.mostAbove(16_000_000)).as("above peak").isLessThanOrEqualTo(1514);
        assertThat(port.mostAbove(8_000_000)).as("above average").isBetween(1024 * 1024L - 1514, 1024 * 1024L);
        assertThat(port.octetsUntil(start + SECOND)).as("first second").isCloseTo(2_000_000, within(2000L));
        long tenSeconds = port.octetsUntil(start + 15 * SECOND) - port.octetsUntil(start + 5 * SECOND);
        assertThat(tenSeconds).as("afterwards").isCloseTo(10_000_000, within(1514L));
        assertThat(port.octets() - 1024 * 1024).as("all in all").isCloseTo(30_000_000, within(1514L));
        assertThat(port.drops(DropReason.SHAPER_FULL)).isPositive();
    }

    /// Spec 6.8: ten times the average is offered, and on exact calls the average passes to the octet, at rates that divide nothing evenly.
    @Test
    void isExactInTheLongRun() {
        for (long rate : new long[] {64_001, 1_234_567, 599_999_983}) {
            var port = new ShapedPort(new ShaperSpec(rate, rate, 15_140), FIFO);
            long gap = 1514 * 800_000_000L / rate;
            long start = port.nowNanos;
            port.overload(gap * 20_000, 1514, gap);
            double expected = 15_140 + (port.nowNanos - start) * (rate / 8e9);
            assertThat((double) port.octets()).as("octets at %d bit/s", rate).isBetween(expected - 15_140 - 1514, expected);
            var last = port.passed.getLast();
            int count = port.passed.size();
            assertThat(last.nanos() - start).as("frame %d at %d bit/s", count, rate)
                    .isCloseTo((long) Math.ceil((count - 1) * (1514 * 8e9 / rate)), within(1L));
        }
    }

    /// Spec 6.10: with peak = average there is no burst, however large the allowance.
    @Test
    void hasNoBurstWhenPeakIsAverage() {
        var port = new ShapedPort(new ShaperSpec(100_000_000, 100_000_000, 104_857_600), DEFAULT);
        port.overload(SECOND, 1514, 60_000);
        assertThat(port.mostAbove(100_000_000)).isEqualTo(1514);
        assertThat(port.octets()).isCloseTo(12_500_000, within(1514L));
    }

    /// Spec 6.9, 6.6: whatever is offered in whatever sizes, in no window more than the burst above average, nor frames closer than peak.
    @Test
    void boundsEveryWindow() {
        var random = new SplittableRandom(17);
        for (int run = 0; run < 30; run++) {
            long average = 100_000 + random.nextLong(50_000_000);
            long peak = average + (run % 3 == 0 ? 0 : random.nextLong(4 * average));
            long burst = 1518 + random.nextLong(60_000);
            var port = new ShapedPort(new ShaperSpec(average, peak, burst), run % 2 == 0 ? DEFAULT : FIFO);
            for (int i = 0; i < 2000; i++) {
                port.offer(port.frame(46 + random.nextInt(1469), random.nextInt(20), 0), random.nextBoolean() ? Tag.of(7) : Tag.NONE);
                port.runTo(port.nowNanos + random.nextLong(random.nextInt(50) == 0 ? SECOND : 8_000_000_000_000L / average));
            }
            assertThat(port.passed).hasSizeGreaterThan(300);
            assertThat(port.mostAbove(average)).as("above %d bit/s", average).isLessThanOrEqualTo(burst);
            assertThat(closest(port, peak)).as("how much earlier than peak allows a frame began").isGreaterThan(-1);
        }
    }

    /// The least distance of two frames beyond what the first of them takes at peak, in nanoseconds.
    private static double closest(ShapedPort port, long peak) {
        double closest = Double.MAX_VALUE;
        for (int i = 1; i < port.passed.size(); i++) {
            var before = port.passed.get(i - 1);
            closest = Math.min(closest, port.passed.get(i).nanos() - before.nanos() - before.octets() * 8e9 / peak);
        }
        return closest;
    }

    /// Spec 6.6: the unused allowance is capped by the burst size; and nothing overflows in days.
    @Test
    void idleTimeBringsNoMoreThanTheBurst() {
        for (long rate : new long[] {1, 8_000_000, 1_000_000_000_000L}) {
            var port = new ShapedPort(new ShaperSpec(rate, rate, 20_000), DEFAULT);
            port.offer(3, 1000, 1);
            port.nowNanos += 40 * 86_400 * SECOND;
            port.release();
            assertThat(port.state().tokenOctets()).isLessThanOrEqualTo(20_000);
            if (rate > 1) {
                assertThat(port.state().tokenOctets()).isEqualTo(20_000);
            }
        }
    }

    /// Spec 6.6: an idle port may begin at once, but gathers nothing towards its peak.
    @Test
    void idleTimeBringsNoCreditTowardsThePeak() {
        var port = new ShapedPort(new ShaperSpec(8_000_000, 8_000_000, 1_000_000), DEFAULT);
        port.offer(1, 1000, 1);
        port.nowNanos += 10 * SECOND;
        port.offer(20, 1000, 1);
        assertThat(port.passed).as("passed at once").hasSize(2);
        port.release();
        assertThat(port.passed).hasSize(2);
    }

    /// Spec 6.2, 6.6: the largest figures: 1 GB of burst at 1 Tbit/s.
    @Test
    void copesWithLargeFigures() {
        long tera = 1_000_000_000_000L;
        var port = new ShapedPort(new ShaperSpec(tera, tera, TokenBucket.MAX_BURST_OCTETS), FIFO);
        assertThat(port.state().tokenOctets()).isEqualTo(TokenBucket.MAX_BURST_OCTETS);
        long start = port.nowNanos;
        for (int i = 0; i < 10_000; i++) {
            port.offer(port.frame(1514, 1, i));
            port.runTo(port.shaper.dueNanos() == Long.MAX_VALUE ? port.nowNanos : port.shaper.dueNanos());
        }
        long aheadNanos = TokenBucket.BATCH_NANOS - (long) (1518 * 0.008);
        assertThat(port.nowNanos - start).as("12.112 ns each").isCloseTo((long) Math.ceil(9999 * 12.112) - aheadNanos, within(2L));
    }

    /// Spec 6.6: what comes at one time may be ahead of the peak by what it brings while an agent carries a batch, and not more.
    @Test
    void letsABatchPassAheadOfAHighPeak() {
        var port = new ShapedPort(new ShaperSpec(10_000_000_000L, 10_000_000_000L, 1_000_000), FIFO);
        port.offer(64, 1000, 1);
        int atOnce = (int) ((10_000_000_000L / 8 * TokenBucket.BATCH_NANOS / 1_000_000_000L - 1518) / 1000) + 1;
        assertThat(port.passed).as("frames that did not wait").hasSize(atOnce);
    }

    /// Spec 6.8: calls a millisecond late lose nothing in the long run, with one frame of burst as well as with a large one.
    @Test
    void keepsTheAverageOnLateCalls() {
        for (long burst : new long[] {1, 20_000, 10_000_000}) {
            for (long peakFactor : new long[] {1, 2}) {
                long average = 50_000_000;
                var port = new ShapedPort(new ShaperSpec(average, peakFactor * average, burst), WIDE);
                ticks(port, 2500, MILLISECOND);
                long before = port.octets();
                long start = port.nowNanos;
                ticks(port, 5000, MILLISECOND);
                double expected = (port.nowNanos - start) * (average / 8e9);
                assertThat((double) (port.octets() - before)).as("octets in 5 s, burst %d, peak %d times average", burst, peakFactor)
                        .isBetween(expected * 0.99, expected * 1.01);
            }
        }
    }

    private static void ticks(ShapedPort port, int count, long tickNanos) {
        for (int i = 0; i < count; i++) {
            port.release();
            while (port.state().queuedFrames() < 100) {
                port.offer(port.frame(1514, 1, 0));
            }
            port.nowNanos += tickNanos;
        }
    }

    /// Spec 6.9: late calls do not stretch the burst either, where it is larger than what comes in between.
    @Test
    void lateCallsDoNotExceedTheBurst() {
        var port = new ShapedPort(new ShaperSpec(50_000_000, 200_000_000, 20_000), WIDE);
        ticks(port, 500, MILLISECOND);
        port.runTo(port.nowNanos + SECOND);
        ticks(port, 500, MILLISECOND);
        assertThat(port.mostAbove(50_000_000)).isLessThanOrEqualTo(20_000);
    }

    /// Architecture 11: after a long pause no burst makes up for it, but at most 100 ms.
    @Test
    void makesUpForNoMoreThanATenthOfASecond() {
        var port = new ShapedPort(new ShaperSpec(8_000_000, 8_000_000, 10_000_000), FIFO);
        port.offer(500, 1000, 1);
        port.nowNanos += 10 * SECOND;
        port.release();
        assertThat(port.passed).as("one at first, 100 in 100 ms, and the one that is due now").hasSize(102);
    }

    /// Spec 6.6: waiting for tokens is no credit towards the peak.
    @Test
    void aSmallFrameKeepsItsDistanceFromALargeOneThatWaitedForTokens() {
        var port = new ShapedPort(new ShaperSpec(8_000_000, 16_000_000, 1518), FIFO);
        long start = port.nowNanos;
        port.offer(2, 1500, 1);
        port.offer(port.frame(50, 1, 2));
        port.runTo(start + SECOND);
        assertThat(port.passed.get(1).nanos() - start).as("1482 octets are missing").isEqualTo(1_482_000);
        assertThat(port.passed.get(2).nanos() - port.passed.get(1).nanos()).as("1500 octets at peak").isEqualTo(750_000);
    }

    /// A frame longer than the bucket (a local jumbo frame, or after the MTU has shrunk) passes when the bucket is full and is paid later.
    @Test
    void aFrameLongerThanTheBucketIsPaidLater() {
        var port = new ShapedPort(new ShaperSpec(8_000_000, 8_000_000_000L, 1000), FIFO);
        long start = port.nowNanos;
        for (int i = 0; i < 3; i++) {
            port.offer(port.frame(9014, 1, i));
        }
        port.runTo(start + SECOND);
        assertThat(port.passed).extracting(it -> it.nanos() - start).containsExactly(0L, 9_014_000L, 2 * 9_014_000L);
    }

    /// Spec 6.1 and scenario S38: each port has the full figures.
    @Test
    void twoPortsDoNotShare() {
        var spec = new ShaperSpec(8_000_000, 16_000_000, 100_000);
        var one = new ShapedPort(spec, DEFAULT);
        var other = new ShapedPort(spec, DEFAULT);
        one.overload(10 * SECOND, 1514, 300_000);
        other.overload(10 * SECOND, 1514, 300_000);
        assertThat(one.octets()).isEqualTo(other.octets()).isCloseTo(10_100_000, within(1514L));
    }
}
