package io.etherloom.device;

import static org.assertj.core.api.Assertions.assertThat;

import io.etherloom.frame.CapturePoint;
import io.etherloom.frame.DropReason;
import io.etherloom.frame.Frame;
import io.etherloom.frame.FrameBatch;
import io.etherloom.frame.FramePool;
import io.etherloom.frame.PortSet;
import io.etherloom.linux.Errno;
import io.etherloom.linux.Iovec;
import io.etherloom.linux.Libc;
import io.etherloom.linux.UnixSocket;
import io.etherloom.wire.Tag;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Frames by datagrams between the device and a peer that the test is.
final class DatagramDeviceTest {
    private static final int POOL = 256;
    private static final int TAILS = 16;
    private static final int QUEUE = 200;
    private static final int MAX_READ = 1 << 16;
    private static final ValueLayout.OfInt BIG_ENDIAN = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private final Libc libc = Libc.current();
    private final FramePool pool = new FramePool(POOL, TAILS);
    private final FrameBatch batch = new FrameBatch();
    private final PortSet ports = new PortSet(pool);
    private final List<UnixSocket> pair = UnixSocket.pair(false);
    private final UnixSocket peer = pair.getLast();
    private final DatagramDevice device = new DatagramDevice(pair.getFirst(), pool, libc);
    private final MemorySegment scratch = Arena.ofAuto().allocate(MAX_READ);

    DatagramDeviceTest() {
        ports.open(0, QUEUE, CapturePoint.VNIC_TX, CapturePoint.VNIC_RX);
        ports.connect(0, device);
        device.setLink(true);
    }

    @AfterEach
    void nothingIsHeld() {
        ports.dropQueued(0, DropReason.PORT_DISABLED);
        for (var socket : pair) socket.close();
        assertThat(pool.free()).isEqualTo(POOL);
        assertThat(pool.freeTails()).isEqualTo(TAILS);
    }

    private void send(int length, int tag) {
        var frame = pool.take();
        assertThat(frame).isNotNull();
        frame.head().asSlice(Frame.HEADROOM, Math.min(length, Frame.HEAD_CAPACITY)).fill((byte) 2);
        var tail = length > Frame.HEAD_CAPACITY ? pool.takeTail() : null;
        if (tail != null) {
            tail.asSlice(0, length - Frame.HEAD_CAPACITY).fill((byte) 3);
        }
        frame.parse(length, tail);
        ports.send(0, frame, tag);
        frame.release();
        ports.flush();
    }

    /// @return octets of the next datagram, or -errno
    private long read() {
        return peer.read(libc, scratch.address(), MAX_READ);
    }

    @Test
    void eachFrameIsADatagramWithItsTag() {
        send(60, Tag.of(10));
        assertThat(read()).isEqualTo(64);
        assertThat(scratch.get(BIG_ENDIAN, 12)).as("802.1Q").isEqualTo(0x8100_000A);
        send(9014, Tag.NONE);
        assertThat(read()).isEqualTo(9014);
        assertThat(scratch.get(ValueLayout.JAVA_BYTE, 9013)).isEqualTo((byte) 3);
        assertThat(read()).isEqualTo(-Errno.EAGAIN);

        var vector = new Iovec(1);
        vector.set(0, scratch.address(), 1514);
        peer.send(libc, vector, 1);
        assertThat(device.receive(batch)).isOne();
        var arrived = batch.take(0);
        assertThat(arrived.length()).isEqualTo(1514);
        arrived.release();
        batch.clear();
    }

    /// What a peer leaves behind is little then, whatever it was late; the longest frame that an MTU allows passes.
    @Test
    void aShortBacklogLetsFewFramesBeOnTheirWay() {
        for (boolean isShort : new boolean[] {true, false}) {
            device.keepBacklogShort(isShort);
            for (int i = 0; i < 100; i++) {
                send(98, Tag.NONE);
            }
            send(9018, Tag.NONE);
            int waiting = ports.waiting(0);
            assertThat(101 - waiting).as("on their way").isBetween(isShort ? 20 : 101, isShort ? 40 : 101);
            int octets = 0;
            for (int turn = 0; turn < 1000; turn++) {
                octets += (int) Math.max(0, read());
                ports.retry();
            }
            assertThat(octets).as("nothing is lost").isEqualTo(100 * 98 + 9018);
        }
    }
}
