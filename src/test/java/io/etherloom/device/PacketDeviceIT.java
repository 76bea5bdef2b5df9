package io.etherloom.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.etherloom.agent.Allocation;
import io.etherloom.frame.CapturePoint;
import io.etherloom.frame.DropReason;
import io.etherloom.frame.Frame;
import io.etherloom.frame.FrameBatch;
import io.etherloom.frame.FramePool;
import io.etherloom.frame.PortSet;
import io.etherloom.linux.Errno;
import io.etherloom.linux.HiddenTap;
import io.etherloom.linux.Libc;
import io.etherloom.linux.LinuxException;
import io.etherloom.linux.PacketSocket;
import io.etherloom.linux.Root;
import io.etherloom.linux.Rtnetlink;
import io.etherloom.wire.Tag;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Frames between the device and a TAP that the test has in the place of QEMU.
final class PacketDeviceIT {
    private static final int POOL = 4096;
    private static final int TAILS = 16;
    private static final int QUEUE = 80;
    private static final int MAX_READ = 1 << 17;
    /// `DEFAULT_TX_QUEUE_LEN`.
    private static final int KEPT_BY_KERNEL = 1000;
    private static final int BYTES = 1000;
    /// As many as socket and kernel keep.
    private static final int AT_ONCE = 100;

    private final Libc libc = Libc.current();
    private final FramePool pool = new FramePool(POOL, TAILS);
    private final FrameBatch batch = new FrameBatch();
    private final PortSet ports = new PortSet(pool);
    private final MemorySegment scratch = Arena.ofAuto().allocate(MAX_READ);
    private HiddenTap tap;
    private PacketSocket wire;
    private PacketDevice device;

    @BeforeEach
    void open() {
        Root.require();
        tap = HiddenTap.create();
        wire = tap.wire();
        device = new PacketDevice(wire, pool, libc);
        ports.open(0, QUEUE, CapturePoint.VNIC_TX, CapturePoint.VNIC_RX);
        ports.connect(0, device);
        device.setLink(true);
    }

    @AfterEach
    void nothingIsHeld() {
        if (wire == null) {
            return;
        }
        ports.dropQueued(0, DropReason.PORT_DISABLED);
        device.close();
        wire.close();
        tap.close();
        assertThat(pool.free()).isEqualTo(POOL);
        assertThat(pool.freeTails()).isEqualTo(TAILS);
    }

    /// A frame of a type that no stack knows (IEEE Std 802, 9.2.3), whose octets tell its number.
    private static byte[] frame(int length, int number, String tags) {
        var frame = new byte[length];
        for (int i = 0; i < length; i++) {
            frame[i] = (byte) (2 * i + number);
        }
        frame[0] = 2;
        var header = HexFormat.of().parseHex(tags + "88b5");
        System.arraycopy(header, 0, frame, 12, header.length);
        return frame;
    }

    /// As QEMU does.
    private long write(byte[] wire) {
        MemorySegment.copy(wire, 0, scratch, ValueLayout.JAVA_BYTE, 0, wire.length);
        return libc.write(tap.descriptor(), scratch, wire.length);
    }

    /// As QEMU does; null when there is nothing.
    private byte[] read() {
        long count = libc.read(tap.descriptor(), scratch, MAX_READ);
        assertThat(count).satisfiesAnyOf(it -> assertThat(it).isPositive(), it -> assertThat(it).isEqualTo(-Errno.EAGAIN));
        return count < 0 ? null : scratch.asSlice(0, count).toArray(ValueLayout.JAVA_BYTE);
    }

    private record Received(byte[] wire, int tag) {}

    private List<Received> receive() {
        var frames = new ArrayList<Received>();
        for (int count = device.receive(batch); count > 0; count = device.receive(batch)) {
            for (int i = 0; i < batch.size(); i++) {
                var frame = batch.take(i);
                assertThat(frame.fault()).isNull();
                int length = frame.write(batch.tag(i), scratch, 0, MAX_READ);
                frames.add(new Received(scratch.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE), batch.tag(i)));
                frame.release();
            }
            batch.clear();
        }
        return frames;
    }

    private void send(byte[] untagged, int tag) {
        var frame = Objects.requireNonNull(pool.take());
        int inHead = Math.min(untagged.length, Frame.HEAD_CAPACITY);
        MemorySegment.copy(untagged, 0, frame.head(), ValueLayout.JAVA_BYTE, Frame.HEADROOM, inHead);
        var tail = untagged.length > inHead ? Objects.requireNonNull(pool.takeTail()) : null;
        if (tail != null) {
            MemorySegment.copy(untagged, inHead, tail, ValueLayout.JAVA_BYTE, 0, untagged.length - inHead);
        }
        frame.parse(untagged.length, tail);
        ports.send(0, frame, tag);
        frame.release();
        ports.flush();
    }

    /// Spec 3.14: the tag as the guest wrote it, with its priority, and of two the outer one; a service tag is payload.
    @Test
    void whatTheGuestSendsArrivesWithTheTagThatItHad() {
        var tags = new String[] {"", "8100b064", "8100000a", "8100a000", "81000000", "81000064" + "810000c8", "88a80064", "88a8e064" + "8100600a"};
        int[] expected = {Tag.NONE, Tag.of(0xb064), Tag.of(10), Tag.of(0xa000), Tag.of(0), Tag.of(100), Tag.NONE, Tag.NONE};
        for (int length : new int[] {60, 1518, 2005, 2010, 2014, 2018, 9018, 9022, 65_000}) {
            for (int i = 0; i < tags.length; i++) {
                var wire = frame(length, i, tags[i]);
                assertThat(write(wire)).isEqualTo(length);
                assertThat(receive()).as("%d octets, tags %s", length, tags[i]).singleElement().satisfies(it -> {
                    assertThat(it.wire()).isEqualTo(wire);
                });
                write(wire);
                assertThat(receive().getFirst().tag()).as("%d octets, tags %s", length, tags[i]).isEqualTo(expected[i]);
            }
        }
    }

    /// Nothing is in between that would keep frames for the next bridge to itself.
    @Test
    void framesForTheNextBridgePassBothWays() {
        for (var address : List.of("0180c2000000", "0180c2000002", "0180c200000e", "01000ccccccc", "01005e000001", "ffffffffffff")) {
            var wire = frame(60, 1, "");
            System.arraycopy(HexFormat.of().parseHex(address), 0, wire, 0, 6);
            write(wire);
            assertThat(receive()).as(address).singleElement().satisfies(it -> assertThat(it.wire()).isEqualTo(wire));
            send(wire, Tag.NONE);
            assertThat(read()).as(address).isEqualTo(wire);
        }
    }

    @Test
    void whatIsSentArrivesWithItsTag() {
        for (int length : new int[] {60, 1514, 2014, 2015, 9014, 60_000}) {
            for (int tag : new int[] {Tag.NONE, Tag.of(0xb064), Tag.of(0)}) {
                var untagged = frame(length, tag, "");
                send(untagged, tag);
                var onWire = new ByteArrayOutputStream();
                onWire.write(untagged, 0, 12);
                if (tag != Tag.NONE) {
                    onWire.writeBytes(new byte[] {(byte) 0x81, 0, (byte) (tag >>> 8), (byte) tag});
                }
                onWire.write(untagged, 12, length - 12);
                assertThat(read()).as("%d octets, tag %x", length, tag).isEqualTo(onWire.toByteArray());
            }
        }
        assertThat(ports.counters(0).drops()).isZero();
    }

    /// Spec 1.33: what the TAP does not take waits, then the newest is dropped; nobody waits.
    @Test
    void aGuestThatDoesNotReadCostsItsOwnFramesOnly() {
        for (int i = 0; i < 2000; i++) {
            send(frame(BYTES, i, ""), Tag.NONE);
        }
        assertThat(ports.waiting(0)).isEqualTo(QUEUE);
        assertThat(ports.counters(0).drops(DropReason.QUEUE_FULL)).isEqualTo(2000 - KEPT_BY_KERNEL - QUEUE);
        ports.retry();
        assertThat(ports.waiting(0)).as("still no room").isEqualTo(QUEUE);
        for (int i = 0; i < KEPT_BY_KERNEL + QUEUE; i++) {
            assertThat(read()).as("frame " + i).isEqualTo(frame(BYTES, i, ""));
            ports.retry();
        }
        assertThat(read()).isNull();
        assertThat(ports.waiting(0)).isZero();
    }

    /// A guest is not told, so it is counted.
    @Test
    void whatNobodyReceivesInTimeIsCounted() {
        var wire = frame(1514, 1, "");
        int sent = 20_000;
        for (int i = 0; i < sent; i++) {
            assertThat(write(wire)).isEqualTo(wire.length);
        }
        int received = receive().size();
        assertThat(received).as("some 900 as root, some 180 in a rootless lab").isBetween(100, sent - 1000);
        assertThat(received + this.wire.overruns()).isEqualTo(sent);
        assertThat(this.wire.overruns()).as("asked again").isEqualTo(sent - received);
    }

    @Test
    void whileTheLinkIsDownNothingPasses() {
        device.setLink(false);
        send(frame(60, 1, ""), Tag.NONE);
        assertThat(ports.counters(0).drops(DropReason.LINK_DOWN)).isEqualTo(1);
        write(frame(60, 2, ""));
        device.setLink(true);
        write(frame(60, 3, ""));
        assertThat(receive()).singleElement().satisfies(it -> assertThat(it.wire()).isEqualTo(frame(60, 3, "")));
    }

    @Test
    void anEmptyPoolLeavesFramesWhereTheyAre() {
        var taken = new ArrayList<Frame>();
        for (var frame = pool.take(); frame != null; frame = pool.take()) {
            taken.add(frame);
        }
        write(frame(60, 1, ""));
        write(frame(60, 2, ""));
        assertThat(device.receive(batch)).isZero();
        taken.forEach(Frame::release);
        assertThat(receive()).hasSize(2);
    }

    /// Nobody has an address there, so nothing answers, and nothing says anything by itself.
    @Test
    void nothingButTheTwoEndsIsThere() {
        var ask = HexFormat.of().parseHex("ffffffffffff" + "020000000001" + "0806" + "0001080006040001" + "020000000001" + "0a000001" + "000000000000" + "7f000001" + "00".repeat(18));
        var solicit = HexFormat.of().parseHex("3333ff000001" + "020000000001" + "86dd" + "6000000000203aff" + "fe800000000000000000000000000002" + "ff0200000000000000000001ff000001"
            + "8700" + "7b4c" + "00000000" + "fe800000000000000000000000000001" + "0101020000000001");
        write(ask);
        write(solicit);
        assertThat(receive()).hasSize(2);
        assertThat(read()).isNull();
        try (var own = Rtnetlink.open()) {
            assertThat(own.find("guest")).as("in the machine's own namespace").isNull();
        }
    }

    /// A process that ends takes its TAP along: a cable that is pulled, not a device that has failed.
    @Test
    void withoutTheProcessTheCableIsPulled() {
        write(frame(60, 1, ""));
        tap.handedOver();      // Nobody else has it.
        receive();
        for (int i = 0; i < 3; i++) {
            assertThat(device.receive(batch)).isZero();
            send(frame(60, 1, ""), Tag.NONE);
        }
        assertThat(ports.counters(0).drops(DropReason.LINK_DOWN)).isEqualTo(3);
        assertThatThrownBy(tap::wire).isInstanceOf(LinuxException.class).hasMessageContaining("ENODEV");
        tap.close();
        assertThatThrownBy(tap::wire).isInstanceOf(LinuxException.class).hasMessageContaining("it is closed");
    }

    /// The agent may change, and each gets a wire of its own.
    @Test
    void aWireMayBeOpenedAnew() {
        wire.close();
        wire = tap.wire();
        device = new PacketDevice(wire, pool, libc);
        ports.connect(0, device);
        device.setLink(true);
        write(frame(60, 1, "8100000a"));
        assertThat(receive()).singleElement().satisfies(it -> assertThat(it.tag()).isEqualTo(Tag.of(10)));
    }

    @Test
    void noDescriptorIsLeft() {
        int before = descriptors();
        for (int i = 0; i < 3; i++) {
            try (var other = HiddenTap.create(); var _ = other.wire()) {
                assertThat(descriptors()).isGreaterThan(before);
            }
        }
        assertThat(descriptors()).isEqualTo(before);
    }

    private static int descriptors() {
        return Objects.requireNonNull(new File("/proc/self/fd").list()).length;
    }

    @Test
    void nothingIsAllocated() {
        var wire = frame(BYTES, 1, "8100000a");
        var bytes = Arena.ofAuto().allocate(BYTES);
        MemorySegment.copy(wire, 0, bytes, ValueLayout.JAVA_BYTE, 0, BYTES);
        long allocated = Allocation.leastOf(() -> {
            for (int i = 0; i < AT_ONCE; i++) {
                libc.read(tap.descriptor(), scratch, MAX_READ);
                assertThat(libc.write(tap.descriptor(), bytes, BYTES)).isEqualTo(BYTES);
            }
        }, () -> {
            int received = 0;
            for (int turn = 0; turn < AT_ONCE && received < AT_ONCE; turn++) {
                received += device.receive(batch);
                for (int i = 0; i < batch.size(); i++) {
                    var frame = batch.take(i);
                    ports.send(0, frame, batch.tag(i));
                    frame.release();
                }
                ports.flush();
                batch.clear();
            }
            if (received != AT_ONCE) {
                throw new AssertionError(received + " frames received");
            }
        });
        assertThat(allocated).isZero();
    }
}
