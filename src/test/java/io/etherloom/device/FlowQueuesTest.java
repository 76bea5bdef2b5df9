package io.etherloom.device;

import static org.assertj.core.api.Assertions.assertThat;

import io.etherloom.frame.Frame;
import io.etherloom.frame.FramePool;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HashSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Both directions of a flow keep to one queue.
final class FlowQueuesTest {
    private final FramePool pool = new FramePool(1, 0);
    private final Frame frame = java.util.Objects.requireNonNull(pool.take());
    private final FlowQueues flows = new FlowQueues(4);

    @AfterEach
    void close() {
        frame.release();
        pool.close();
    }

    /// UDP over IPv4 between two stations, or the way back.
    private Frame udp(int flow, boolean isBack, int fragment) {
        var bytes = new byte[60];
        bytes[5] = (byte) (isBack ? 1 : 2);
        bytes[11] = (byte) (isBack ? 2 : 1);
        bytes[12] = 8;
        bytes[14] = 0x45;
        bytes[20] = (byte) (fragment >>> 8);
        bytes[21] = (byte) fragment;
        bytes[23] = 17;
        bytes[isBack ? 33 : 29] = 1;
        bytes[isBack ? 29 : 33] = 2;
        bytes[isBack ? 34 : 36] = (byte) (flow >>> 8);
        bytes[isBack ? 35 : 37] = (byte) flow;
        bytes[isBack ? 37 : 35] = 7;
        return parsed(bytes);
    }

    private Frame ipv6(int flow, boolean isBack) {
        var bytes = new byte[80];
        bytes[12] = (byte) 0x86;
        bytes[13] = (byte) 0xdd;
        bytes[20] = 6;
        bytes[isBack ? 53 : 37] = 1;
        bytes[isBack ? 37 : 53] = 2;
        bytes[isBack ? 55 : 57] = (byte) flow;
        return parsed(bytes);
    }

    private Frame parsed(byte[] bytes) {
        MemorySegment.copy(bytes, 0, frame.head(), ValueLayout.JAVA_BYTE, Frame.HEADROOM, bytes.length);
        frame.parse(bytes.length, null);
        return frame;
    }

    @Test
    void aFlowKeepsTheQueueOnWhichItCame() {
        for (int flow = 0; flow < 64; flow++) {
            flows.arrived(udp(flow, false, 0), flow % 4);
        }
        for (int flow = 0; flow < 64; flow++) {
            assertThat(flows.queueOf(udp(flow, true, 0))).as("flow %d", flow).isEqualTo(flow % 4);
            flows.arrived(udp(flow, false, 0), (flow + 1) % 4);
            assertThat(flows.queueOf(udp(flow, true, 0))).as("flow %d, after its guest used another", flow).isEqualTo(flow % 4);
        }
    }

    @Test
    void flowsThatBeginOutsideAreSpreadAndStay() {
        var used = new HashSet<Integer>();
        for (int flow = 0; flow < 256; flow++) {
            int queue = flows.queueOf(udp(flow, false, 0));
            used.add(queue);
            assertThat(flows.queueOf(udp(flow, true, 0))).as("the way back of flow %d", flow).isEqualTo(queue);
        }
        assertThat(used).containsExactlyInAnyOrder(0, 1, 2, 3);
    }

    @Test
    void ipv6FlowsAreSpreadToo() {
        var used = new HashSet<Integer>();
        for (int flow = 0; flow < 200; flow++) {
            int queue = flows.queueOf(ipv6(flow, false));
            used.add(queue);
            assertThat(flows.queueOf(ipv6(flow, true))).isEqualTo(queue);
        }
        assertThat(used).containsExactlyInAnyOrder(0, 1, 2, 3);
    }

    /// The later fragments of a packet have no ports.
    @Test
    void fragmentsOfAPacketStayTogether() {
        int queue = flows.queueOf(udp(1, false, 0x2000));
        for (int flow = 2; flow < 100; flow++) {
            assertThat(flows.queueOf(udp(flow, false, 0x2000))).isEqualTo(queue);
            assertThat(flows.queueOf(udp(flow, false, 0x00b9))).isEqualTo(queue);
        }
    }

    @Test
    void whatIsNoIpOrIsCutGoesByItsAddresses() {
        for (int length = 0; length < 60; length++) {
            var bytes = new byte[length];
            if (length > 14) {
                bytes[12] = 8;
                bytes[14] = 0x4f;
            }
            assertThat(flows.queueOf(parsed(bytes))).isBetween(0, 3);
        }
    }
}
