package io.etherloom.frame;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.etherloom.wire.Ethernet;
import io.etherloom.wire.Tag;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Frames, their pool and their queues.
final class FramesTest {
    private static final byte[] TAGGED = HexFormat.of().parseHex("0050560000020050560000018100b00a0800" + "4500001c".repeat(10));

    private final FramePool pool = new FramePool(64, 8);
    private final PortSet ports = new PortSet(pool);
    private final MemorySegment out = Arena.ofAuto().allocate(Frame.MAX_LENGTH + 16, 8);

    @AfterEach
    void everyFrameIsBack() {
        assertThat(pool.free()).isEqualTo(64);
        assertThat(pool.freeTails()).isEqualTo(8);
    }

    private Frame take() {
        return Objects.requireNonNull(pool.take());
    }

    /// Puts octets where a device would and parses them; returns the tag.
    private int fill(Frame frame, byte[] wire) {
        int inHead = Math.min(wire.length, Frame.HEAD_CAPACITY);
        MemorySegment.copy(MemorySegment.ofArray(wire), 0, frame.head(), Frame.HEADROOM, inHead);
        var tail = wire.length > inHead ? Objects.requireNonNull(pool.takeTail()) : null;
        if (tail != null) {
            MemorySegment.copy(MemorySegment.ofArray(wire), inHead, tail, 0, wire.length - inHead);
        }
        return frame.parse(wire.length, tail);
    }

    private byte[] written(Frame frame, int tag) {
        int length = frame.write(tag, out, 0, Frame.MAX_LENGTH + 16);
        return out.asSlice(0, length).toArray(JAVA_BYTE);
    }

    @Test
    void readsTheHeaderAndTakesTheTagOff() {
        var frame = take();
        int tag = fill(frame, TAGGED);
        assertThat(frame.destination()).isEqualTo(0x0050_5600_0002L);
        assertThat(frame.source()).isEqualTo(0x0050_5600_0001L);
        assertThat(frame.type()).isEqualTo(Ethernet.TYPE_IPV4);
        assertThat(Tag.vid(tag)).isEqualTo(10);
        assertThat(Tag.priority(tag)).isEqualTo(5);
        assertThat(frame.length()).isEqualTo(TAGGED.length - 4);
        assertThat(written(frame, tag)).isEqualTo(TAGGED);
        assertThat(written(frame, Tag.NONE)).hasSize(TAGGED.length - 4);
        frame.release();
    }

    /// As a packet socket gives it: the tag beside the octets.
    @Test
    void aTagThatWasTakenOffBeforeIsTheFrames() {
        var untagged = Objects.requireNonNull(take());
        MemorySegment.copy(MemorySegment.ofArray(TAGGED), 0, untagged.head(), Frame.STRIPPED, 12);
        MemorySegment.copy(MemorySegment.ofArray(TAGGED), 16, untagged.head(), Frame.STRIPPED + 12, TAGGED.length - 16);
        int tag = untagged.parseStripped(TAGGED.length - 4, null, Tag.TPID, 0xb00a);
        assertThat(tag).isEqualTo(Tag.of(0xb00a));
        assertThat(written(untagged, tag)).isEqualTo(TAGGED);
        assertThat(untagged.parseStripped(TAGGED.length - 4, null, 0, 0xb00a)).isEqualTo(Tag.NONE);
        assertThat(untagged.type()).isEqualTo(Ethernet.TYPE_IPV4);
        assertThat(untagged.parseStripped(TAGGED.length - 4, null, Ethernet.TYPE_SERVICE_TAG, 0xb00a)).isEqualTo(Tag.NONE);
        assertThat(untagged.type()).isEqualTo(Ethernet.TYPE_SERVICE_TAG);
        var service = TAGGED.clone();
        service[12] = (byte) 0x88;
        service[13] = (byte) 0xa8;
        assertThat(written(untagged, Tag.NONE)).isEqualTo(service);
        untagged.parseStripped(13, null, Tag.TPID, 10);
        assertThat(untagged.isTruncated()).isTrue();
        untagged.release();
    }

    @Test
    void writesNoMoreThanTheLimit() {
        var frame = take();
        int tag = fill(frame, TAGGED);
        for (int limit = 0; limit <= TAGGED.length; limit++) {
            int length = frame.write(tag, out, 0, limit);
            assertThat(length).isLessThanOrEqualTo(limit);
            assertThat(out.asSlice(0, length).toArray(JAVA_BYTE)).isEqualTo(Arrays.copyOf(TAGGED, length));
        }
        frame.release();
    }

    @Test
    void shortFramesAreTruncatedAndKeepTheirOctets() {
        for (int length = 0; length < 18; length++) {
            var frame = take();
            int tag = fill(frame, Arrays.copyOf(TAGGED, length));
            assertThat(frame.isTruncated()).isTrue();
            assertThat(tag).isEqualTo(Tag.NONE);
            assertThat(frame.type()).isIn(0, Tag.TPID);
            frame.release();
        }
    }

    /// Whatever arrives: nothing is thrown, and what is written with the tag that was read is what arrived.
    @Test
    void randomOctetsComeOutAsTheyWentIn() {
        var random = new SplittableRandom(7);
        for (int i = 0; i < 20_000; i++) {
            var wire = new byte[random.nextInt(10) == 0 ? random.nextInt(12_000) : random.nextInt(100)];
            random.nextBytes(wire);
            if (wire.length > 13 && random.nextBoolean()) {
                wire[12] = (byte) 0x81;
                wire[13] = 0;
            }
            var frame = take();
            int tag = fill(frame, wire);
            if (!frame.isTruncated()) {
                assertThat(written(frame, tag)).isEqualTo(wire);
                assertThat(frame.wireOctets(tag)).isEqualTo(wire.length);
            }
            frame.release();
        }
    }

    @Test
    void padsWithZerosAndCopiesWhatItHas() {
        var frame = take();
        Arrays.fill(frame.head().toArray(JAVA_BYTE), (byte) 0);
        frame.head().fill((byte) 0xee);
        fill(frame, Arrays.copyOf(TAGGED, 30));
        var copy = take();
        copy.copyOf(frame, null);
        copy.pad(60);
        assertThat(copy.length()).isEqualTo(60);
        var octets = written(copy, Tag.NONE);
        assertThat(Arrays.copyOf(octets, 26)).isEqualTo(written(frame, Tag.NONE));
        assertThat(Arrays.copyOfRange(octets, 26, 60)).containsOnly(0);
        assertThat(frame.length()).as("the original").isEqualTo(26);
        copy.release();
        frame.release();
    }

    @Test
    void anExhaustedPoolSaysSo() {
        var held = new ArrayList<Frame>();
        for (int i = 0; i < 64; i++) {
            held.add(take());
        }
        assertThat(pool.take()).isNull();
        assertThat(pool.isLow()).isTrue();
        held.forEach(Frame::release);
        assertThat(pool.isLow()).isFalse();
        var tails = new ArrayList<MemorySegment>();
        for (var tail = pool.takeTail(); tail != null; tail = pool.takeTail()) {
            tails.add(tail);
        }
        assertThat(tails).hasSize(8);
        tails.forEach(pool::putTail);
    }

    @Test
    void aFrameGoesBackWithItsLastHolder() {
        var frame = take();
        frame.retain();
        assertThat(frame.isShared()).isTrue();
        frame.release();
        assertThat(frame.isShared()).isFalse();
        assertThat(pool.free()).isEqualTo(63);
        frame.release();
        assertThat(pool.free()).isEqualTo(64);
        assertThatThrownBy(frame::release).isInstanceOf(IllegalStateException.class);
    }

    /// A device that takes frames while it is ready, and what it was given.
    private final class Device implements FrameSink {
        final List<Integer> tags = new ArrayList<>();
        boolean isReady = true;

        @Override
        public @Nullable DropReason transmit(Frame frame, int tag) {
            if (!isReady) {
                return DropReason.QUEUE_FULL;
            }
            tags.add(Tag.tagControl(tag));
            return null;
        }
    }

    private Device device(int limit, boolean isReady) {
        ports.open(0, limit, CapturePoint.VNIC_TX, CapturePoint.VNIC_RX);
        var device = new Device();
        device.isReady = isReady;
        ports.connect(0, device);
        return device;
    }

    private List<Frame> send(int count) {
        var frames = new ArrayList<Frame>();
        for (int i = 0; i < count; i++) {
            var frame = take();
            fill(frame, TAGGED);
            ports.send(0, frame, Tag.of(i));
            frame.release();
            frames.add(frame);
        }
        return frames;
    }

    @Test
    void aQueueKeepsTheOldestInOrder() {
        var device = device(3, false);
        send(10);
        assertThat(ports.queued(0)).as("before the device had its turn").isEqualTo(10);
        ports.flush();
        assertThat(ports.queued(0)).isEqualTo(3);
        assertThat(ports.counters(0).drops(DropReason.QUEUE_FULL)).isEqualTo(7);
        assertThat(ports.retry()).as("while it is not ready").isZero();
        device.isReady = true;
        assertThat(ports.retry()).isEqualTo(3);
        assertThat(ports.isWaiting()).isFalse();
        assertThat(device.tags).containsExactly(0, 1, 2);
        assertThat(ports.counters(0).outFrames()).isEqualTo(3);
    }

    @Test
    void aBurstToAReadyDeviceIsNotCut() {
        var device = device(1, true);
        send(FrameBatch.CAPACITY);
        assertThat(ports.counters(0).drops()).isZero();
        ports.flush();
        assertThat(device.tags).hasSize(FrameBatch.CAPACITY);
        assertThat(ports.counters(0).outFrames()).isEqualTo(FrameBatch.CAPACITY);
    }

    @Test
    void aWaitingQueueGivesBackWhenThePoolIsLow() {
        device(60, false);
        send(55);
        assertThat(pool.isLow()).isTrue();
        ports.flush();
        assertThat(ports.queued(0)).isEqualTo(FrameBatch.CAPACITY / 8);
        ports.dropQueued(0, DropReason.LINK_DOWN);
        assertThat(ports.counters(0).drops(DropReason.LINK_DOWN)).isEqualTo(FrameBatch.CAPACITY / 8);
        assertThat(ports.isWaiting()).isFalse();
    }

    /// What comes while others wait waits behind them, though the device is ready again.
    @Test
    void aQueueThatGrowsKeepsItsOrder() {
        var device = device(200, false);
        var shared = take();
        fill(shared, TAGGED);
        for (int i = 0; i < 40; i++) {
            ports.send(0, shared, Tag.of(i));
        }
        ports.flush();
        device.isReady = true;
        for (int i = 40; i < 240; i++) {
            ports.send(0, shared, Tag.of(i));
        }
        ports.flush();
        assertThat(device.tags).as("taken before those that wait").isEmpty();
        ports.retry();
        shared.release();
        assertThat(device.tags).isSorted().doesNotHaveDuplicates().hasSize(200);
        assertThat(ports.counters(0).drops(DropReason.QUEUE_FULL)).isEqualTo(40);
    }

    /// As when a port is disabled in the middle of a batch.
    @Test
    void whatIsOnItsWayCanBeDroppedForOnePort() {
        var device = device(8, true);
        ports.open(1, 8, CapturePoint.VNIC_TX, CapturePoint.VNIC_RX);
        ports.connect(1, device);
        send(3);
        var other = take();
        fill(other, TAGGED);
        ports.send(1, other, Tag.of(99));
        other.release();
        ports.dropQueued(0, DropReason.LINK_DOWN);
        ports.flush();
        assertThat(device.tags).containsExactly(99);
        assertThat(ports.counters(0).drops(DropReason.LINK_DOWN)).isEqualTo(3);
    }

    /// A bug of one device costs one frame; those behind it leave with the next flush.
    @Test
    void aDeviceThatThrowsLosesOneFrame() {
        device(8, true);
        var seen = new ArrayList<Integer>();
        ports.connect(0, (_, tag) -> {
            seen.add(Tag.tagControl(tag));
            if (seen.size() == 2) {
                throw new IllegalStateException("a bug");
            }
            return null;
        });
        send(4);
        assertThatThrownBy(ports::flush).isInstanceOf(IllegalStateException.class);
        ports.flush();
        assertThat(seen).containsExactly(0, 1, 2, 3);
        assertThat(ports.counters(0).outFrames()).isEqualTo(3);
        assertThat(ports.counters(0).drops(DropReason.DEVICE_ERROR)).isEqualTo(1);
        assertThat(pool.free()).isEqualTo(pool.capacity());
    }

    /// The frame that brings the bug out is gone, and what waits behind it is offered again.
    @Test
    void aDeviceThatThrowsWhileOthersWaitLosesOneFrame() {
        device(8, false);
        send(3);
        ports.flush();
        var seen = new ArrayList<Integer>();
        ports.connect(0, (_, tag) -> {
            seen.add(Tag.tagControl(tag));
            if (seen.size() == 1) {
                throw new IllegalStateException("a bug");
            }
            return null;
        });
        assertThatThrownBy(ports::retry).isInstanceOf(IllegalStateException.class);
        assertThat(ports.retry()).isEqualTo(2);
        assertThat(ports.isWaiting()).isFalse();
        assertThat(seen).containsExactly(0, 1, 2);
        assertThat(ports.counters(0).drops(DropReason.DEVICE_ERROR)).isEqualTo(1);
        assertThat(pool.free()).isEqualTo(pool.capacity());
    }

    @Test
    void nobodyTakesWhatLeavesWhereNothingIsPluggedIn() {
        ports.open(0, 8, CapturePoint.VNIC_TX, CapturePoint.VNIC_RX);
        send(2);
        ports.flush();
        assertThat(ports.counters(0).drops(DropReason.PORT_DISABLED)).isEqualTo(2);
    }
}
