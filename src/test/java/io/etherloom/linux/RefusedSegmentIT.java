package io.etherloom.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.assertj.core.api.Assertions.assertThat;

import io.etherloom.device.TapDevice;
import io.etherloom.frame.DropReason;
import io.etherloom.frame.FramePool;
import io.etherloom.wire.Tag;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A super-frame that is cut for an interface whose memory for frames ends in the middle of it. A bridge behind the interface lets its frames
/// wait for a slow one.
class RefusedSegmentIT {
    /// `_IOW('T', 212, int)`.
    private static final long TUNSETSNDBUF = 0x400454d4L;
    /// Room for two or three segments.
    private static final int ROOM_BYTES = 5000;
    /// Where bridges are filtered, the filter takes frames with a tag for no business of its.
    private static final int TAG = Tag.of(10);
    private static final long PATIENCE_NANOS = 20_000_000_000L;

    private final Netns netns = new Netns();
    private final String namespace = Root.name("rs");
    private final Libc libc = new Libc();
    private final FramePool pool = new FramePool(4, 4);
    private final MemorySegment buffer = Arena.ofAuto().allocate(70_000, 8);

    @BeforeEach
    void makeNamespace() {
        Root.require();
        netns.create(namespace);
        netns.call(namespace, () -> {
            Sysctl.disableIpv6();
            return null;
        });
    }

    @AfterEach
    void leavesNothingBehind() {
        netns.delete(namespace);
        pool.close();
    }

    private void run(String... words) throws Exception {
        assertThat(new ProcessBuilder(words).inheritIO().start().waitFor()).as("%s", List.of(words)).isZero();
    }

    /// A TAP that takes little at once, bridged to one that is slow.
    private Tun narrow(Tun slow) throws Exception {
        var tun = netns.call(namespace, () -> Tun.create("narrow", Tun.Options.PLAIN));
        try (var arena = Arena.ofConfined()) {
            Errno.check("ioctl TUNSETSNDBUF", libc.ioctl(tun.fd(), TUNSETSNDBUF, arena.allocateFrom(JAVA_INT, ROOM_BYTES)));
        }
        run("ip", "-n", namespace, "link", "add", "br0", "up", "type", "bridge", "mcast_snooping", "0");
        for (var name : List.of("narrow", slow.name())) {
            run("ip", "-n", namespace, "link", "set", name, "master", "br0", "up");
        }
        // A segment in a second and a half.
        shape("add", "8kbit");
        return tun;
    }

    private void shape(String verb, String rate) throws Exception {
        run("tc", "-n", namespace, "qdisc", verb, "dev", "slow", "root", "tbf", "rate", rate, "burst", "2000", "limit", "200000");
    }

    private List<String> arrived(Tun slow) {
        var frames = new ArrayList<String>();
        for (long length; (length = libc.read(slow.fd(), buffer, buffer.byteSize())) > 0;) {
            frames.add(HexFormat.of().formatHex(buffer.asSlice(0, length).toArray(JAVA_BYTE)));
        }
        return frames;
    }

    @Test
    void goesOnBehindTheLastSegmentThatWasTaken() throws Exception {
        var superFrame = new UnfinishedFrame();
        superFrame.payload = 20_000;
        try (var slow = netns.call(namespace, () -> Tun.create("slow", Tun.Options.PLAIN)); var cutter = new OurCutter();
                var device = new TapDevice(narrow(slow), pool, libc)) {
            assertThat(cutter.receive(superFrame.bytes())).isNull();
            device.setLink(true);
            long deadlineNanos = System.nanoTime() + PATIENCE_NANOS;
            var received = new ArrayList<String>();
            var refusal = device.transmit(cutter.frame(), TAG);
            assertThat(refusal).isEqualTo(DropReason.QUEUE_FULL);
            shape("change", "4mbit");
            while ((refusal != null || received.size() < cutter.segments()) && System.nanoTime() < deadlineNanos) {
                Thread.sleep(1);
                received.addAll(arrived(slow));
                refusal = refusal == null ? null : device.transmit(cutter.frame(), TAG);
            }

            assertThat(refusal).isNull();
            assertThat(received).isEqualTo(cutter.finished(TAG));
            assertThat(cutter.frame().isShared()).as("held by the device").isFalse();
        }
    }

    @Test
    void givesAFrameUpWhenTheLinkGoesDown() throws Exception {
        var superFrame = new UnfinishedFrame();
        superFrame.payload = 20_000;
        try (var slow = netns.call(namespace, () -> Tun.create("slow", Tun.Options.PLAIN)); var cutter = new OurCutter();
                var device = new TapDevice(narrow(slow), pool, libc)) {
            assertThat(cutter.receive(superFrame.bytes())).isNull();
            device.setLink(true);
            assertThat(device.transmit(cutter.frame(), TAG)).isEqualTo(DropReason.QUEUE_FULL);
            assertThat(cutter.frame().isShared()).as("held by the device").isTrue();

            device.setLink(false);

            assertThat(cutter.frame().isShared()).as("held by the device").isFalse();
            assertThat(device.transmit(cutter.frame(), TAG)).isEqualTo(DropReason.LINK_DOWN);
        }
    }
}
