package io.etherloom.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.ValueLayout;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class ByteRingTest {
    private static final int MAX_LENGTH = 100;

    @Test
    void givesRecordsInOrderAndOnlyWhenCommitted() {
        var ring = new ByteRing(256);
        assertThat(ring.next(ring.committed())).isEqualTo(-1);
        long at = ring.claim(1);
        ring.memory().set(ValueLayout.JAVA_BYTE, at, (byte) 7);
        assertThat(ring.next(ring.committed())).isEqualTo(-1);
        ring.commit();
        assertThat(put(ring, 9, 3)).isTrue();
        assertThat(take(ring, 1)).isEqualTo(7);
        assertThat(take(ring, 3)).isEqualTo(9);
        assertThat(ring.next(ring.committed())).isEqualTo(-1);
    }

    @Test
    void keepsRecordsWholeAtTheEndOfTheMemory() {
        var ring = new ByteRing(256);
        for (int i = 0; i < 1000; i++) {
            int length = 1 + i % MAX_LENGTH;
            assertThat(put(ring, i, length)).as("record %d", i).isTrue();
            long at = ring.next(ring.committed());
            assertThat(at + length).isLessThanOrEqualTo(256);
            assertThat(take(ring, length)).isEqualTo(i & 0xFF);
        }
    }

    @Test
    void refusesWhatDoesNotFitAndTakesAgainAfterRelease() {
        var ring = new ByteRing(64);
        assertThat(put(ring, 1, 24)).isTrue();
        assertThat(put(ring, 2, 24)).isTrue();
        assertThat(ring.claim(0)).isEqualTo(-1);
        assertThat(take(ring, 24)).isEqualTo(1);
        assertThat(put(ring, 3, 24)).isTrue();
        assertThat(take(ring, 24)).isEqualTo(2);
        assertThat(take(ring, 24)).isEqualTo(3);
    }

    @Test
    void refusesARecordLongerThanTheRing() {
        assertThat(new ByteRing(64).claim(57)).isEqualTo(-1);
        assertThat(new ByteRing(64).claim(56)).isEqualTo(8);
    }

    @Test
    void wantsAPowerOfTwo() {
        assertThatThrownBy(() -> new ByteRing(100)).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("100");
    }

    @Test
    void losesAndMixesNothingBetweenTwoThreads() throws Exception {
        int records = 200_000;
        var ring = new ByteRing(1 << 14);
        var producer = CompletableFuture.runAsync(() -> {
            var random = new Random(1);
            for (int i = 0; i < records; i++) {
                int length = 8 + random.nextInt(MAX_LENGTH);
                while (!put(ring, i, length)) {
                    Thread.yield();
                }
            }
        });
        var random = new Random(1);
        for (int i = 0; i < records; i++) {
            int length = 8 + random.nextInt(MAX_LENGTH);
            while (ring.next(ring.committed()) < 0 && !producer.isCompletedExceptionally()) {
                Thread.yield();
            }
            if (take(ring, length) != (i & 0xFF)) {
                throw new AssertionError("record " + i + " is another");
            }
        }
        producer.get(10, TimeUnit.SECONDS);
        assertThat(ring.next(ring.committed())).isEqualTo(-1);
    }

    @Test
    void allocatesNothing() {
        var ring = new ByteRing(4096);
        assertThat(Allocation.leastOf(() -> cycle(ring, 20_000))).isZero();
    }

    private static void cycle(ByteRing ring, int records) {
        for (int i = 0; i < records; i++) {
            put(ring, i, 1 + i % MAX_LENGTH);
            ring.next(ring.committed());
            ring.release();
        }
    }

    /// Adds a record full of the low octet of `value`.
    private static boolean put(ByteRing ring, int value, int length) {
        long at = ring.claim(length);
        if (at < 0) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            ring.memory().set(ValueLayout.JAVA_BYTE, at + i, (byte) value);
        }
        ring.commit();
        return true;
    }

    /// Takes a record of which every octet is the same, and returns that.
    private static int take(ByteRing ring, int length) {
        long at = ring.next(ring.committed());
        if (ring.length() != length) {
            throw new AssertionError("a record of " + ring.length() + " octets instead of " + length);
        }
        byte first = ring.memory().get(ValueLayout.JAVA_BYTE, at);
        for (int i = 1; i < length; i++) {
            if (ring.memory().get(ValueLayout.JAVA_BYTE, at + i) != first) {
                throw new AssertionError("records are mixed");
            }
        }
        ring.release();
        return first & 0xFF;
    }
}
