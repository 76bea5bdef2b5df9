package io.etherloom.device;

import static org.assertj.core.api.Assertions.assertThat;

import io.etherloom.agent.Allocation;
import io.etherloom.agent.Inbox;
import io.etherloom.frame.CapturePoint;
import io.etherloom.frame.DropReason;
import io.etherloom.frame.Frame;
import io.etherloom.frame.FrameBatch;
import io.etherloom.frame.FramePool;
import io.etherloom.frame.PortSet;
import io.etherloom.wire.Tag;
import io.etherloom.wire.VirtioNetHeader;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// A cable between two agents whose turns the test takes: frames cross as bytes and arrive equal, and none is lost without a count.
final class RingCableTest {
    private static final int POOL = 2048;
    private static final int TAILS = 64;

    /// One agent with a switch of one port.
    private static final class Side {
        final FramePool pool = new FramePool(POOL, TAILS);
        final ReadyList ready = new ReadyList();
        final Inbox inbox = new Inbox(() -> { });
        final Outbox outbox = new Outbox();
        final PortSet ports = new PortSet(pool);
        final FrameBatch batch = new FrameBatch();

        Side() {
            ports.open(0, 4096, CapturePoint.UPLINK_RCV, CapturePoint.UPLINK_SND);
        }

        AgentSide side() {
            return new AgentSide(pool, ready, inbox, outbox);
        }
    }

    private final Side left = new Side();
    private final Side right = new Side();
    private final RingCable cable = new RingCable(left.side(), right.side());

    RingCableTest() {
        cable.a().owner("left");
        cable.b().owner("right");
        left.ports.connect(0, cable.a());
        right.ports.connect(0, cable.b());
    }

    @AfterEach
    void nothingIsHeld() {
        assertThat(left.pool.free()).isEqualTo(POOL);
        assertThat(right.pool.free()).isEqualTo(POOL);
        assertThat(left.pool.freeTails()).isEqualTo(TAILS);
        assertThat(right.pool.freeTails()).isEqualTo(TAILS);
    }

    private static MemorySegment template(int length, byte last) {
        var template = Arena.ofAuto().allocate(VirtioNetHeader.LENGTH + (long) length, 8);
        for (int i = 0; i < length; i++) {
            template.set(ValueLayout.JAVA_BYTE, VirtioNetHeader.LENGTH + (long) i, (byte) (2 + 2 * i));
        }
        template.set(ValueLayout.JAVA_BYTE, VirtioNetHeader.LENGTH + length - 1L, last);
        return template;
    }

    private static MemorySegment superFrame(int length) {
        var template = template(length, (byte) 0);
        var frame = template.asSlice(VirtioNetHeader.LENGTH);
        frame.set(ValueLayout.JAVA_SHORT_UNALIGNED, 12, (short) 0x0008);
        frame.asSlice(14, 20).fill((byte) 0);
        frame.set(ValueLayout.JAVA_BYTE, 14, (byte) 0x45);
        frame.set(ValueLayout.JAVA_BYTE, 23, (byte) 6);
        frame.set(ValueLayout.JAVA_BYTE, 14 + 20 + 12, (byte) 0x50);
        VirtioNetHeader.write(template, 0, VirtioNetHeader.NEEDS_CSUM, VirtioNetHeader.GSO_TCPV4, 54, 1448, 34, 16);
        return template;
    }

    /// Has the switch of a side send what a device there received.
    private static void send(Side side, int tag, MemorySegment... templates) {
        var guest = new TemplateDevice(side.pool, new ReadyList(), templates);
        guest.send(templates.length);
        while (!guest.isDone()) {
            guest.receive(side.batch);
            for (int i = 0; i < side.batch.size(); i++) {
                var frame = side.batch.take(i);
                side.ports.send(0, frame, tag);
                frame.release();
            }
            side.batch.clear();
            side.ports.flush();
            side.outbox.publish();
        }
    }

    private interface Look {
        void at(Frame frame, int tag);
    }

    /// One duty cycle of a side, as far as it receives.
    private static int receive(Side side, Look look) {
        side.inbox.look();
        int count = 0;
        for (var member = side.ready.next(); member != null; member = side.ready.next()) {
            count += member.receive(side.batch);
            for (int i = 0; i < side.batch.size(); i++) {
                look.at(side.batch.take(i), side.batch.tag(i));
            }
            side.batch.clear();
        }
        return count;
    }

    private static byte[] wire(Frame frame, int tag) {
        var bytes = new byte[Frame.MAX_LENGTH + Tag.LENGTH];
        int length = frame.write(tag, MemorySegment.ofArray(bytes), 0, bytes.length);
        return java.util.Arrays.copyOf(bytes, length);
    }

    private static byte[] wire(MemorySegment template) {
        return template.asSlice(VirtioNetHeader.LENGTH).toArray(ValueLayout.JAVA_BYTE);
    }

    @Test
    void framesArriveEqualInOrderAndOfTheOtherPool() {
        var sent = new ArrayList<byte[]>();
        for (int length : new int[] {14, 60, 61, 1514, 2013, 2014, 2015, 9018, 65_000}) {
            var template = template(length, (byte) length);
            sent.add(wire(template));
            send(left, Tag.NONE, template);
        }
        var arrived = new ArrayList<byte[]>();
        receive(right, (frame, tag) -> {
            assertThat(tag).isEqualTo(Tag.NONE);
            assertThat(right.pool.free()).isLessThan(POOL);
            arrived.add(wire(frame, tag));
            frame.release();
        });
        assertThat(arrived).usingRecursiveComparison().isEqualTo(sent);
        assertThat(left.ports.counters(0).outFrames()).isEqualTo(sent.size());
    }

    @Test
    void tagAndOffloadsGoAlong() {
        send(left, Tag.of(0x2064), superFrame(30_054));
        receive(right, (frame, tag) -> {
            assertThat(tag).isEqualTo(Tag.of(0x2064));
            assertThat(frame.length()).isEqualTo(30_054);
            assertThat(frame.fault()).isNull();
            assertThat(frame.segments()).isEqualTo(21);
            assertThat(frame.offload().needsChecksum()).isTrue();
            assertThat(frame.offload().checksumStart()).isEqualTo(34);
            assertThat(frame.offload().gsoSize()).isEqualTo(1448);
            frame.release();
        });
        assertThat(right.ports.counters(0).drops()).isZero();
    }

    /// A frame that leaves without its outer tag carries the inner one on the wire.
    @Test
    void anInnerTagIsReadByTheOtherSide() {
        var template = template(80, (byte) 1);
        var frame = template.asSlice(VirtioNetHeader.LENGTH);
        frame.set(ValueLayout.JAVA_SHORT_UNALIGNED, 12, (short) 0x0081);
        frame.set(ValueLayout.JAVA_SHORT_UNALIGNED, 14, (short) 0x0a00);
        frame.set(ValueLayout.JAVA_SHORT_UNALIGNED, 16, (short) 0x0081);
        frame.set(ValueLayout.JAVA_SHORT_UNALIGNED, 18, (short) 0x1400);
        send(left, Tag.NONE, template);
        receive(right, (arrived, tag) -> {
            assertThat(Tag.vid(tag)).isEqualTo(20);
            assertThat(arrived.length()).isEqualTo(72);
            arrived.release();
        });
    }

    @Test
    void whatDoesNotFitWaitsInTheQueueAndLosesNothing() {
        var templates = new MemorySegment[1000];
        for (int i = 0; i < templates.length; i++) {
            templates[i] = template(1514, (byte) i);
        }
        send(left, Tag.NONE, templates);
        assertThat(left.ports.queued(0)).as("the ring holds less than all").isPositive();
        var last = new ArrayList<Byte>();
        while (receive(right, (frame, tag) -> {
            var bytes = wire(frame, tag);
            last.add(bytes[bytes.length - 1]);
            frame.release();
        }) > 0) {
            left.ports.retry();
            left.outbox.publish();
        }
        assertThat(last).hasSize(templates.length);
        for (int i = 0; i < templates.length; i++) {
            assertThat(last.get(i)).isEqualTo((byte) i);
        }
        assertThat(left.ports.counters(0).drops()).isZero();
    }

    @Test
    void withoutMemoryFramesStayInTheCable() {
        var held = new ArrayList<Frame>();
        for (var frame = right.pool.take(); frame != null; frame = right.pool.take()) {
            held.add(frame);
        }
        send(left, Tag.NONE, template(60, (byte) 1));
        assertThat(receiveOnce()).isZero();
        held.forEach(Frame::release);
        assertThat(receive(right, (frame, _) -> frame.release())).isEqualTo(1);
    }

    private int receiveOnce() {
        right.inbox.look();
        var member = right.ready.next();
        return member == null ? -1 : member.receive(right.batch);
    }

    @Test
    void aPulledCableDropsWhatIsToBeSentAndHandsOverWhatIsInIt() {
        send(left, Tag.NONE, template(60, (byte) 1));
        cable.b().setLink(false);
        send(left, Tag.NONE, template(60, (byte) 2));
        assertThat(left.ports.counters(0).drops(DropReason.LINK_DOWN)).isEqualTo(1);
        var last = new ArrayList<Byte>();
        receive(right, (frame, tag) -> {
            last.add(wire(frame, tag)[59]);
            frame.release();
        });
        assertThat(last).isEqualTo(List.of((byte) 1));
    }

    /// What is committed while nobody is plugged in at the other end, and announced then, is there when somebody is.
    @Test
    void tellsWhoeverIsPluggedInLater() {
        cable.b().owner(null);
        send(left, Tag.NONE, template(60, (byte) 1));
        assertThat(receive(right, (_, _) -> { })).isZero();
        cable.b().owner("right");
        assertThat(receive(right, (frame, _) -> frame.release())).isEqualTo(1);
    }

    @Test
    void aFrameCostsNoMemory() {
        var sender = new TemplateDevice(left.pool, new ReadyList(), template(60, (byte) 1), superFrame(4400));
        assertThat(Allocation.leastOf(() -> carry(sender, 20_000))).isZero();
    }

    private void carry(TemplateDevice sender, int frames) {
        sender.send(frames);
        while (!sender.isDone()) {
            sender.receive(left.batch);
            for (int i = 0; i < left.batch.size(); i++) {
                var frame = left.batch.take(i);
                left.ports.send(0, frame, Tag.NONE);
                frame.release();
            }
            left.batch.clear();
            left.ports.flush();
            left.outbox.publish();
            right.inbox.look();
            for (var member = right.ready.next(); member != null; member = right.ready.next()) {
                member.receive(right.batch);
                right.batch.clear();
            }
        }
    }
}
