package io.etherloom.vswitch;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;

import io.etherloom.frame.Frame;
import io.etherloom.frame.FramePool;
import io.etherloom.wire.Ethernet;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// What makes a flow, and that flows spread.
final class FlowHashTest {
    private static final int SOURCE_MAC = 6;
    private static final int TYPE = 12;
    private static final int PAYLOAD = 14;

    private final FramePool pool = new FramePool(1, 1);

    private long hash(byte[] octets) {
        var frame = Objects.requireNonNull(pool.take());
        MemorySegment.copy(MemorySegment.ofArray(octets), 0, frame.head(), Frame.HEADROOM, octets.length);
        frame.parse(octets.length, null);
        long hash = FlowHash.of(frame);
        frame.release();
        return hash;
    }

    private static byte[] ip(boolean isV6, int protocol) {
        var octets = new byte[100];
        var wire = MemorySegment.ofArray(octets);
        for (int i = 0; i < 100; i++) {
            octets[i] = (byte) (i * 31);
        }
        Ethernet.u16(wire, TYPE, isV6 ? Ethernet.TYPE_IPV6 : Ethernet.TYPE_IPV4);
        Ethernet.u8(wire, PAYLOAD, isV6 ? 0x60 : 0x45);
        Ethernet.u16(wire, PAYLOAD + 6, isV6 ? protocol << 8 | 64 : 0);
        if (!isV6) {
            Ethernet.u8(wire, PAYLOAD + 9, protocol);
        }
        return octets;
    }

    private void assertMatters(byte[] octets, int at, boolean isMatter) {
        var other = octets.clone();
        other[at] ^= 0x11;
        assertThat(hash(other) != hash(octets)).as("octet %d tells flows apart", at).isEqualTo(isMatter);
    }

    /// Spec 6.7: a flow is addresses, protocol and ports, and nothing else.
    @Test
    void aFlowIsAddressesProtocolAndPorts() {
        for (int protocol : new int[] {6, 17, 132}) {
            var v4 = ip(false, protocol);
            for (int at = 0; at < 100; at++) {
                if (at != TYPE && at != TYPE + 1 && at != PAYLOAD && at != PAYLOAD + 6 && at != PAYLOAD + 7) {
                    assertMatters(v4, at, at == 23 || at >= 26 && at < 38);
                }
            }
            var v6 = ip(true, protocol);
            for (int at = 0; at < 100; at++) {
                if (at != TYPE && at != TYPE + 1) {
                    assertMatters(v6, at, at == 20 || at >= 22 && at < 58);
                }
            }
        }
    }

    @Test
    void otherProtocolsHaveNoPorts() {
        assertMatters(ip(false, 1), 34, false);
        assertMatters(ip(true, 58), 54, false);
        assertMatters(ip(false, 1), 23, true);
    }

    @Test
    void portsAreBehindTheOptions() {
        var octets = ip(false, 17);
        octets[PAYLOAD] = 0x48;
        assertMatters(octets, 34, false);
        assertMatters(octets, 46, true);
    }

    /// All fragments of a datagram go one way, the first, which has ports, included; so do ARP and what is cut.
    @Test
    void whatHasNoPortsGoesByMacAddresses() {
        for (int fragment : new int[] {0x2000, 0x0001, 0x2001}) {
            var octets = ip(false, 17);
            Ethernet.u16(MemorySegment.ofArray(octets), PAYLOAD + 6, fragment);
            assertMatters(octets, 34, false);
            assertMatters(octets, 26, false);
            assertMatters(octets, SOURCE_MAC, true);
        }
        var dontFragment = ip(false, 17);
        dontFragment[PAYLOAD + 6] = 0x40;
        assertMatters(dontFragment, 34, true);
        var v6 = ip(true, 44);
        assertMatters(v6, 54, false);
        assertMatters(v6, 22, false);
        assertMatters(v6, SOURCE_MAC, true);
        var arp = ip(false, 17);
        arp[TYPE + 1] = 0x06;
        assertMatters(arp, 30, false);
        assertMatters(arp, 0, true);
        assertMatters(arp, SOURCE_MAC, true);
        assertMatters(Arrays.copyOf(ip(false, 17), 33), 26, false);
    }

    @Test
    void neighbouringFlowsSpreadOverAllQueues() {
        var counts = new int[FlowQueues.COUNT];
        for (int port = 0; port < 800; port++) {
            var octets = ip(false, 6);
            Ethernet.u16(MemorySegment.ofArray(octets), 34, 32_768 + port);
            counts[(int) (hash(octets) >>> 61)]++;
        }
        for (int count : counts) {
            assertThat(count).as("of 100 expected").isBetween(60, 140);
        }
        var hosts = new HashSet<Long>();
        for (int host = 0; host < 250; host++) {
            var octets = ip(false, 6);
            octets[29] = (byte) host;
            hosts.add(hash(octets) >>> 61);
        }
        assertThat(hosts).hasSize(FlowQueues.COUNT);
    }

    @Test
    void randomOctetsDoNoHarm() {
        var random = new SplittableRandom(5);
        var wire = MemorySegment.ofArray(new byte[120]);
        for (int i = 0; i < 50_000; i++) {
            var octets = new byte[14 + random.nextInt(100)];
            random.nextBytes(octets);
            MemorySegment.copy(octets, 0, wire, JAVA_BYTE, 0, octets.length);
            Ethernet.u16(wire, TYPE, random.nextBoolean() ? Ethernet.TYPE_IPV4 : Ethernet.TYPE_IPV6);
            MemorySegment.copy(wire, JAVA_BYTE, 0, octets, 0, octets.length);
            assertThat(hash(octets)).isEqualTo(hash(octets));
        }
    }
}
