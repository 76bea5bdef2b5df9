package io.etherloom.vswitch;

import static io.etherloom.vswitch.ShapedPort.FIFO;
import static io.etherloom.vswitch.ShapedPort.MILLISECOND;
import static io.etherloom.vswitch.ShapedPort.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import io.etherloom.frame.DropReason;
import io.etherloom.frame.Frame;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/// What waits at a shaper, in which order, how much of it, and what becomes of it when something changes.
final class ShaperQueuesTest {
    private static final SwitchSpec.ShaperOptions DEFAULT = SwitchSpec.ShaperOptions.DEFAULT;

    /// One frame of 1000 octets each millisecond, with so many octets of burst.
    private static ShaperSpec slow(long burst) {
        return new ShaperSpec(8_000_000, 8_000_000, burst);
    }

    private static List<Integer> numbers(ShapedPort port, int flow) {
        var numbers = new ArrayList<Integer>();
        port.passed.forEach(it -> {
            if (it.flow() == flow) {
                numbers.add(it.number());
            }
        });
        return numbers;
    }

    /// Two source ports whose flows have different queues.
    private static int otherFlow(ShapedPort port, int flow) {
        int other = flow;
        while (queue(port, other) == queue(port, flow)) {
            other++;
        }
        return other;
    }

    private static long queue(ShapedPort port, int flow) {
        var frame = port.frame(100, flow, 0);
        long queue = FlowHash.of(frame) >>> 61;
        frame.release();
        return queue;
    }

    private static void assertNothingHeld(ShapedPort port) {
        port.drainAll();
        assertThat(port.pool.free()).isEqualTo(port.pool.capacity());
        assertThat(port.pool.freeTails()).isEqualTo(port.pool.tailCapacity());
    }

    /// Spec 6.7: a queue holds the burst in full frames, at least the one option and at most the other; the newest frames are dropped.
    @Test
    void aQueueHoldsTheBurstWithinItsBounds() {
        for (var expected : List.of(List.of(1000, 10), List.of(1514 * 10, 10), List.of(1514 * 77, 77), List.of(10_000_000, 500))) {
            var port = new ShapedPort(slow(expected.getFirst()), DEFAULT);
            int limit = expected.getLast();
            assertThat(port.state().queueLimit()).isEqualTo(limit);
            port.offer(limit + 31, 1000, 1);
            assertThat(port.state().queuedFrames()).isEqualTo(limit);
            assertThat(port.state().droppedFrames()).isEqualTo(30);
            assertThat(port.drops(DropReason.SHAPER_FULL)).isEqualTo(30);
            port.runTo(port.nowNanos + SECOND);
            assertThat(numbers(port, 1)).as("the oldest, in order").hasSize(limit + 1).isSorted().contains(0, limit).doesNotContain(limit + 1);
            assertNothingHeld(port);
        }
    }

    /// Spec 6.7: flows wait apart and are served in turn, so a flood does not starve the other; each keeps its order.
    @Test
    void flowsAreServedInTurn() {
        var port = new ShapedPort(slow(1518), DEFAULT);
        int other = otherFlow(port, 1);
        port.offer(11, 1000, 1);
        port.offer(5, 1000, other);
        port.runTo(port.nowNanos + SECOND);
        assertThat(port.passed.subList(0, 11)).extracting(ShapedPort.Passed::flow)
                .containsExactly(1, 1, other, 1, other, 1, other, 1, other, 1, other);
        assertThat(numbers(port, 1)).isSorted().hasSize(11);
        assertThat(numbers(port, other)).containsExactly(0, 1, 2, 3, 4);
    }

    /// Spec 6.7: without that option there is one queue, first in, first out.
    @Test
    void withoutFlowQueuesTheFirstComesFirst() {
        var port = new ShapedPort(slow(1518), FIFO);
        int other = otherFlow(port, 1);
        port.offer(6, 1000, 1);
        port.offer(5, 1000, other);
        assertThat(port.state().queuedFrames()).isEqualTo(10);
        port.runTo(port.nowNanos + SECOND);
        assertThat(port.passed).extracting(ShapedPort.Passed::flow).containsExactly(1, 1, 1, 1, 1, 1, other, other, other, other, other);
    }

    /// Spec 6.7: when all queues together are full the longest gives way, newest first, until the newcomer has its share.
    @Test
    void aFullPortTakesFromTheLongestQueue() {
        var port = new ShapedPort(slow(1514 * 20), new SwitchSpec.ShaperOptions(20, 20, true));
        int other = otherFlow(port, 1);
        port.offer(21, 1000, 1);
        port.offer(30, 1000, other);
        assertThat(port.state().queuedFrames()).isEqualTo(20);
        assertThat(port.state().droppedFrames()).isEqualTo(30);
        port.runTo(port.nowNanos + SECOND);
        assertThat(numbers(port, 1)).as("one passed at once, ten waited").containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
        assertThat(numbers(port, other)).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
        assertNothingHeld(port);
    }

    /// Spec 6.7: of queues that are even with the newcomer none gives way.
    @Test
    void aFullPortTakesNothingFromQueuesThatAreNoLonger() {
        var port = new ShapedPort(slow(1518), new SwitchSpec.ShaperOptions(3, 3, true));
        int other = otherFlow(port, 1);
        port.offer(3, 1000, 1);
        port.offer(2, 1000, other);
        assertThat(port.state().droppedFrames()).isEqualTo(1);
        port.runTo(port.nowNanos + SECOND);
        assertThat(numbers(port, 1)).containsExactly(0, 1, 2);
        assertThat(numbers(port, other)).containsExactly(0);
    }

    /// What is due passes when a frame comes, even before anybody calls for it, and before that frame.
    @Test
    void aFrameThatComesFindsRoomForWhatWasDue() {
        var port = new ShapedPort(slow(1518), FIFO);
        port.offer(11, 1000, 1);
        port.nowNanos += 2 * MILLISECOND;
        port.offer(port.frame(1000, 1, 11));
        assertThat(numbers(port, 1)).containsExactly(0, 1, 2);
        assertThat(port.state().queuedFrames()).isEqualTo(9);
        assertThat(port.state().droppedFrames()).isZero();
    }

    /// Spec 6.7: a flood and a steady trickle below its share: nothing of the trickle is lost, and none of it waits long.
    @Test
    void aFloodCostsATrickleNothing() {
        var port = new ShapedPort(slow(1514 * 100), DEFAULT);
        int other = otherFlow(port, 1);
        for (int i = 0; i < 1000; i++) {
            port.offer(3, 1000, 1);
            if (i % 4 == 0) {
                port.offer(port.frame(500, other, i));
            }
            port.runTo(port.nowNanos + MILLISECOND);
        }
        assertThat(numbers(port, other)).hasSizeGreaterThanOrEqualTo(249);
        var late = new ArrayList<Long>();
        port.passed.forEach(it -> {
            if (it.flow() == other) {
                late.add(it.nanos() - 5 * SECOND - it.number() * MILLISECOND);
            }
        });
        assertThat(late).allMatch(it -> it <= 2 * MILLISECOND);
        assertThat(port.state().droppedFrames()).as("of the flood").isGreaterThan(1000);
    }

    /// Architecture 13, spec 1.33: while the pool is low a shaped port holds no more than the least, and gives back what it has beyond.
    @Test
    void givesBackWhileThePoolIsLow() {
        var port = new ShapedPort(slow(10_000_000), DEFAULT, 400, 4, 1500);
        port.offer(201, 1000, 1);
        assertThat(port.state().queuedFrames()).isEqualTo(200);
        var held = new ArrayList<Frame>();
        while (!port.pool.isLow()) {
            held.add(Objects.requireNonNull(port.pool.take()));
        }
        port.release();
        assertThat(port.state().queuedFrames()).isEqualTo(10);
        assertThat(port.drops(DropReason.SHAPER_FULL)).isEqualTo(190);
        while (!port.pool.isLow()) {
            held.add(Objects.requireNonNull(port.pool.take()));
        }
        port.offer(5, 1000, otherFlow(port, 1));
        assertThat(port.state().queuedFrames()).isEqualTo(10);
        held.forEach(Frame::release);
        port.offer(50, 1000, 1);
        assertThat(port.state().queuedFrames()).isEqualTo(60);
        port.runTo(port.nowNanos + SECOND);
        assertThat(numbers(port, 1)).as("the oldest, less what the other flow took, and the new ones").startsWith(0, 1, 2, 3, 4, 5, 0, 1)
                .hasSize(56);
        assertNothingHeld(port);
    }

    /// New figures act at once, on what waits too; tokens carry over as far as they fit, and nothing is lost.
    @Test
    void newFiguresActOnWhatWaits() {
        var port = new ShapedPort(slow(100_000), FIFO);
        long start = port.nowNanos;
        port.offer(5, 1000, 1);
        assertThat(port.shaper.dueNanos() - start).isEqualTo(MILLISECOND);
        port.nowNanos += MILLISECOND / 2;
        port.configure(new ShaperSpec(16_000_000, 16_000_000, 50_000), FIFO);
        assertThat(port.state().tokenOctets()).as("capped").isEqualTo(50_000);
        assertThat(port.state().queuedFrames()).isEqualTo(4);
        assertThat(port.shaper.dueNanos() - start).as("the rest of the first frame at the new peak").isEqualTo(750_000);
        port.runTo(start + SECOND);
        assertThat(port.passed).extracting(it -> it.nanos() - start).containsExactly(0L, 750_000L, 1_250_000L, 1_750_000L, 2_250_000L);
        port.configure(slow(90_000), FIFO);
        assertThat(port.state().tokenOctets()).as("what there was, not a new burst").isEqualTo(50_000);
        port.nowNanos += SECOND / 100;
        assertThat(port.state().tokenOctets()).as("and what 10 ms bring").isEqualTo(60_000);
    }

    /// A port with 1 bit/s that gets more does not wait for what the old rate promised.
    @Test
    void aFasterRateDoesNotWaitForTheSlowerOne() {
        var port = new ShapedPort(new ShaperSpec(1, 1, 1518), FIFO);
        port.offer(3, 1000, 1);
        assertThat(port.shaper.dueNanos() - port.nowNanos).as("518 of 1000 octets are there, but the first takes its time")
                .isEqualTo(8000 * SECOND);
        port.configure(slow(1518), FIFO);
        assertThat(port.shaper.dueNanos() - port.nowNanos).isEqualTo(MILLISECOND);
    }

    /// A smaller queue keeps what it has; flow queues that end or begin keep the order of each flow.
    @Test
    void newOptionsKeepWhatWaitsInOrder() {
        var port = new ShapedPort(slow(1514 * 200), DEFAULT);
        int other = otherFlow(port, 1);
        for (int i = 0; i < 50; i++) {
            port.offer(port.frame(1000, 1, i));
            port.offer(port.frame(1000, other, i));
        }
        port.configure(slow(1514 * 20), FIFO);
        assertThat(port.state().queuedFrames()).isEqualTo(99);
        port.offer(port.frame(1000, 1, 99));
        assertThat(port.state().droppedFrames()).as("beyond the new limit").isEqualTo(1);
        port.runTo(port.nowNanos + 90 * MILLISECOND);
        for (int i = 50; i < 60; i++) {
            port.offer(port.frame(1000, 1, i));
        }
        port.configure(slow(1514 * 20), DEFAULT);
        for (int i = 60; i < 65; i++) {
            port.offer(port.frame(1000, 1, i));
            port.offer(port.frame(1000, other, i));
        }
        port.runTo(port.nowNanos + SECOND);
        assertThat(numbers(port, 1)).isSorted().hasSizeBetween(60, 65);
        assertThat(numbers(port, other)).isSorted().hasSize(55);
        assertNothingHeld(port);
    }

    @Test
    void dropsAllWhenThePortGoes() {
        var port = new ShapedPort(slow(30_000), DEFAULT);
        port.offer(15, 1000, 1);
        port.shaper.dropAll(DropReason.PORT_DISABLED);
        assertThat(port.drops(DropReason.PORT_DISABLED)).isEqualTo(14);
        assertThat(port.state().queuedFrames()).isZero();
        assertThat(port.shaper.dueNanos()).isEqualTo(Long.MAX_VALUE);
        assertNothingHeld(port);
        assertThat(port.passed).hasSize(1);
    }

    @Test
    void passesAllWhenShapingEnds() {
        var port = new ShapedPort(slow(30_000), DEFAULT);
        port.offer(15, 1000, 1);
        port.drainAll();
        assertThat(port.passed).hasSize(15);
        assertThat(port.release()).isEqualTo(Long.MAX_VALUE);
        assertThat(port.state().passedOctets()).isEqualTo(15_000);
        assertNothingHeld(port);
    }
}
