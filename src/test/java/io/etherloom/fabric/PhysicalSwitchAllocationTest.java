package io.etherloom.fabric;

import io.etherloom.agent.Allocation;
import static org.assertj.core.api.Assertions.assertThat;

import io.etherloom.fabric.PhysicalSwitchSpec.Channel;
import io.etherloom.fabric.PhysicalSwitchSpec.Port;
import io.etherloom.frame.CapturePoint;
import io.etherloom.frame.DropReason;
import io.etherloom.frame.Frame;
import io.etherloom.frame.FrameBatch;
import io.etherloom.frame.FramePool;
import io.etherloom.frame.PortSet;
import io.etherloom.wire.Ethernet;
import java.util.List;
import org.junit.jupiter.api.Test;

/// A frame costs no memory on the heap in a switch with EtherChannels, guards and delays either.
final class PhysicalSwitchAllocationTest {
    private static final int FRAMES = 64_000;
    private static final long STATION = 0x0200_0000_0000L;
    private static final int[] TYPES = {Ethernet.TYPE_IPV4, Ethernet.TYPE_IPV6, Ethernet.TYPE_ARP, 38};
    private static final long[] DESTINATIONS = {STATION + 1, STATION + 7, 0xffff_ffff_ffffL, 0x0180_c200_0000L};

    private final FramePool pool = new FramePool(128, 0);
    private final PortSet ports = new PortSet(pool);
    private final PhysicalSwitch subject = new PhysicalSwitch(ports);
    private final FrameBatch batch = new FrameBatch();

    /// Two channels by MAC and by IP address, of which one has lost a member; a port that waits, and one that its guard has disabled.
    private void build() {
        for (int port = 0; port < 7; port++) {
            ports.open(port, 8, CapturePoint.PORT_INPUT, CapturePoint.PORT_OUTPUT);
            ports.connect(port, (_, _) -> null);
        }
        subject.apply(PhysicalTables.compile(new PhysicalSwitchSpec(1500, Long.MAX_VALUE, 100, List.of(
                fast(0), fast(1), fast(2), fast(3), fast(4), Port.access(5, 10), fast(6).withBpduGuard(true)),
                List.of(new Channel("po1", List.of(0, 1), ChannelHash.SRC_DST_IP), new Channel("po2", List.of(2, 3), ChannelHash.SRC_DST_MAC)),
                Long.MAX_VALUE / 4, 1_000_000_000L)), 0);
        for (int port = 0; port < 7; port++) {
            subject.linkChanged(port, port != 1, 0);
        }
    }

    private static Port fast(int index) {
        return Port.access(index, 10).withPortFast(true);
    }

    private void carry(int frames) {
        for (int at = 0; at < frames; at += FrameBatch.CAPACITY) {
            int ingress = at / FrameBatch.CAPACITY % 7;
            for (int i = 0; i < FrameBatch.CAPACITY; i++) {
                put(ingress, i);
            }
            subject.receive(ingress, batch, 1);
            ports.flush();
            subject.tick(1);
        }
    }

    private void put(int ingress, int nth) {
        var frame = pool.take();
        if (frame == null) {
            throw new AssertionError("the pool is exhausted");
        }
        Ethernet.addresses(frame.head(), Frame.HEADROOM, DESTINATIONS[nth & 3], STATION + ingress);
        Ethernet.u16(frame.head(), Frame.HEADROOM + Ethernet.ADDRESSES, TYPES[nth >> 2 & 3]);
        Ethernet.u16(frame.head(), Frame.HEADROOM + Ethernet.HEADER, 0x4242);
        int tag = frame.parse(60, null);
        batch.add(frame, tag);
    }

    @Test
    void aFrameCostsNoMemoryWhateverBecomesOfIt() {
        build();
        assertThat(Allocation.leastOf(() -> carry(FRAMES))).as("octets allocated by %d frames", FRAMES).isZero();
        assertThat(ports.counters(6).drops(DropReason.BPDU_GUARD)).isPositive();
        assertThat(ports.counters(5).drops(DropReason.NOT_FORWARDING)).isPositive();
        assertThat(ports.counters(1).drops(DropReason.LINK_DOWN)).isPositive();
        assertThat(List.of(0, 2, 3, 4)).as("ports that sent").allMatch(port -> ports.counters(port).outFrames() > 0);
        pool.close();
    }
}
