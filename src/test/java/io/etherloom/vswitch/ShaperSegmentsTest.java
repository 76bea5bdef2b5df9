package io.etherloom.vswitch;

import io.etherloom.agent.Allocation;
import static io.etherloom.vswitch.ShapedPort.FIFO;
import static io.etherloom.vswitch.ShapedPort.MILLISECOND;
import static io.etherloom.vswitch.ShapedPort.SECOND;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;

import io.etherloom.frame.DropReason;
import io.etherloom.frame.Frame;
import io.etherloom.frame.Segmenter;
import io.etherloom.wire.Tag;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/// Super-frames at a shaper, jumbo frames, and memory.
final class ShaperSegmentsTest {
    private static final SwitchSpec.ShaperOptions DEFAULT = SwitchSpec.ShaperOptions.DEFAULT;

    private static List<byte[]> onTheWire(Frame frame, int tag) {
        var out = new ArrayList<byte[]>();
        new Segmenter().finish(frame, tag, (bytes, length) -> out.add(bytes.asSlice(0, length).toArray(JAVA_BYTE)));
        return out;
    }

    private static void assertNothingHeld(ShapedPort port) {
        assertThat(port.pool.free()).isEqualTo(port.pool.capacity());
        assertThat(port.pool.freeTails()).isEqualTo(port.pool.tailCapacity());
    }

    /// Spec 6.6, 6.9: a super-frame is cut, so that its segments keep their distance; they are what a segmenter puts on the wire.
    @Test
    void aSuperFramePassesInSegmentsAtPeak() {
        var port = new ShapedPort(new ShaperSpec(8_000_000, 16_000_000, 100_000), DEFAULT);
        port.keepsOctets = true;
        var whole = port.superFrame(30_000, 1448);
        var expected = onTheWire(whole, Tag.of(10));
        long start = port.nowNanos;
        port.offer(whole, Tag.of(10));
        port.runTo(start + SECOND);
        assertThat(port.wire).hasSameSizeAs(expected).hasSize(21);
        for (int i = 0; i < expected.size(); i++) {
            assertThat(port.wire.get(i)).as("segment %d", i).isEqualTo(expected.get(i));
            assertThat(port.passed.get(i).nanos() - start).isEqualTo(i * 1506L * 500);
        }
        assertThat(port.state().passedOctets()).isEqualTo(expected.stream().mapToInt(it -> it.length).sum());
        assertThat(port.state().delayedFrames()).isEqualTo(20);
        assertNothingHeld(port);
    }

    /// Spec 6.6: a segment needs tokens for its tag, too.
    @Test
    void aSegmentIsChargedWithItsTag() {
        var port = new ShapedPort(new ShaperSpec(8_000_000, 16_000_000, 1518), DEFAULT);
        long start = port.nowNanos;
        port.offer(port.frame(1514, 1, 0), Tag.of(10));
        port.nowNanos += 1_503_000;
        port.offer(port.superFrame(3000, 1448), Tag.of(10));
        assertThat(port.passed).as("1503 octets are there, 1506 are needed").hasSize(1);
        port.runTo(start + SECOND);
        assertThat(port.passed.get(1).nanos() - start).isEqualTo(1_506_000);
    }

    /// Spec 6.6: segments longer than the head of a frame, as with an MTU of 9000; and those just at its end.
    @Test
    void jumboSegmentsKeepTheirOctets() {
        for (int size : new int[] {8948, Frame.HEAD_CAPACITY - 54, Frame.HEAD_CAPACITY - 53, Frame.HEAD_CAPACITY - 55}) {
            var port = new ShapedPort(new ShaperSpec(8_000_000, 8_000_000, 1_000_000), DEFAULT, 100, 40, 9000);
            port.keepsOctets = true;
            var whole = port.superFrame(60_000, size);
            var expected = onTheWire(whole, Tag.NONE);
            port.offer(whole);
            port.runTo(port.nowNanos + SECOND);
            assertThat(port.wire).hasSameSizeAs(expected);
            for (int i = 0; i < expected.size(); i++) {
                assertThat(port.wire.get(i)).as("segment %d of %d", i, size).isEqualTo(expected.get(i));
            }
            assertNothingHeld(port);
        }
    }

    /// Spec 6.6: with an MTU of 9000 a small burst is one full frame of that.
    @Test
    void aSmallBurstIsOneFullFrame() {
        var port = new ShapedPort(new ShaperSpec(8_000_000, 8_000_000, 1), FIFO, 100, 40, 9000);
        assertThat(port.state().tokenOctets()).isEqualTo(9018);
        port.offer(2, 9014, 1);
        port.runTo(port.nowNanos + SECOND);
        assertThat(port.passed.get(1).nanos() - port.passed.get(0).nanos()).isEqualTo(9_014_000);
        assertNothingHeld(port);
    }

    /// Spec 6.7: what finds no room of a super-frame is counted in frames on the wire, and the rest is not cut at all.
    @Test
    void segmentsWithoutRoomAreCountedOneByOne() {
        var port = new ShapedPort(new ShaperSpec(8_000_000, 8_000_000, 15_140), DEFAULT);
        port.offer(port.superFrame(30_000, 1448));
        assertThat(port.state().queuedFrames()).isEqualTo(10);
        assertThat(port.drops(DropReason.SHAPER_FULL)).isEqualTo(10);
        assertThat(port.state().droppedFrames()).isEqualTo(10);
        port.runTo(port.nowNanos + SECOND);
        assertThat(port.passed).hasSize(11);
        assertNothingHeld(port);
    }

    /// A segment that finds no memory is counted, too, and nothing of it stays.
    @Test
    void segmentsWithoutMemoryAreCountedOneByOne() {
        var port = new ShapedPort(new ShaperSpec(8_000_000, 8_000_000, 100_000), new SwitchSpec.ShaperOptions(60, 500, true), 12, 40, 1500);
        port.offer(port.superFrame(30_000, 1448));
        assertThat(port.passed).hasSize(1);
        assertThat(port.state().queuedFrames()).as("eleven frames are left, and the first came back").isEqualTo(11);
        assertThat(port.drops(DropReason.POOL_EXHAUSTED)).isEqualTo(9);
        port.runTo(port.nowNanos + SECOND);
        assertThat(port.passed).hasSize(12);
        assertNothingHeld(port);
        var jumbo = new ShapedPort(new ShaperSpec(8_000_000, 8_000_000, 100_000), new SwitchSpec.ShaperOptions(60, 500, true), 50, 3, 9000);
        jumbo.offer(jumbo.superFrame(60_000, 8948));
        assertThat(jumbo.drops(DropReason.POOL_EXHAUSTED)).isEqualTo(4);
        jumbo.runTo(jumbo.nowNanos + SECOND);
        assertNothingHeld(jumbo);
    }

    /// A frame whose checksum somebody else shall complete stays as it is: it is one frame on the wire.
    @Test
    void whatIsOneFrameIsNotTouched() {
        var port = new ShapedPort(new ShaperSpec(8_000_000, 8_000_000, 100_000), DEFAULT);
        var frame = port.superFrame(1000, 1448);
        assertThat(frame.segments()).isEqualTo(1);
        port.offer(frame);
        port.offer(port.frame(1000, 1, 0));
        assertThat(port.passed).hasSize(1);
        assertThat(port.passed.getFirst().octets()).isEqualTo(1054);
    }

    /// No octet of heap a frame: passed, queued, dropped, cut, in late calls and in flows.
    @Test
    void aFrameCostsNoMemory() {
        var port = new ShapedPort(new ShaperSpec(800_000_000, 1_600_000_000, 100_000), DEFAULT);
        var sizes = new int[] {60, 1514, 300, 1000};
        var whole = port.superFrame(30_000, 1448);
        Shaper.Exit exit = (_, frame, _) -> frame.release();
        long allocated = Allocation.leastOf(() -> {
            for (int i = 0; i < 20_000; i++) {
                if (i % 16 == 0) {
                    whole.retain();
                    port.shaper.offer(whole, Tag.of(10), port.nowNanos, exit);
                } else {
                    var frame = Objects.requireNonNull(port.pool.take());
                    frame.head().set(JAVA_BYTE, Frame.HEADROOM, (byte) (i & 0xe));
                    frame.parse(sizes[i & 3], null);
                    port.shaper.offer(frame, Tag.NONE, port.nowNanos, exit);
                }
                port.nowNanos += i % 1000 == 0 ? MILLISECOND : 10_000;
                if (i % 7 == 0) {
                    port.shaper.release(port.nowNanos, exit);
                }
            }
        });
        assertThat(allocated).as("octets allocated by 20,000 frames").isZero();
        assertThat(port.drops(DropReason.SHAPER_FULL)).isPositive();
        assertThat(port.state().delayedFrames()).isPositive();
        port.shaper.dropAll(DropReason.PORT_DISABLED);
        whole.release();
        assertNothingHeld(port);
    }
}
