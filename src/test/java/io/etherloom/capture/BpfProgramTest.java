package io.etherloom.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.etherloom.agent.Allocation;
import io.etherloom.frame.FramePool;
import io.etherloom.linux.Libpcap;
import io.etherloom.wire.Tag;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.pcap4j.core.BpfProgram.BpfCompileMode;
import org.pcap4j.core.PcapHandle;
import org.pcap4j.core.Pcaps;
import org.pcap4j.packet.namednumber.DataLinkType;

/// Our way to run a filter beside libpcap's own, which pcap4j calls.
final class BpfProgramTest {
    private static final List<String> EXPRESSIONS = List.of(
        "icmp", "arp", "ip", "ip6", "udp", "tcp port 80", "udp dst port 5001", "host 10.0.0.1", "src net 10.0.0.0/9 and udp", "vlan", "vlan 10",
        "vlan 10 and icmp", "vlan 10 and udp port 5001", "not vlan", "vlan and vlan 7", "ether host 00:50:56:00:00:01", "ether src 00:50:56:00:00:02",
        "ether broadcast or multicast", "less 100", "greater 1000", "len = 72", "ether[0] & 1 = 1", "ether[10:4] = 0x00028100", "ether[11:2] > 0x100",
        "ether[60] = 0x1d", "ether[1400:2] != 0", "ether[2030:4] != 0", "ip[8] < 65", "ip[2:2] > 500 and ip[6:2] & 0x1fff = 0",
        "tcp[tcpflags] & (tcp-syn|tcp-ack) != 0", "tcp[((tcp[12] & 0xf0) >> 2):1] = 0", "udp[4:2] * 2 - 16 > len", "udp[4:2] % 7 = 3", "ip[2:2] / udp[6:2] = 0",
        "(ip or ip6) and not (host 10.0.0.9 or port 53)", "ip6 host fd00::1", "icmp or (vlan and icmp)", "(udp) or (vlan and udp)", "ip[9] ^ 1 = 16 or arp",
        "ether proto 0x8100", "portrange 5000-5010", "ip multicast or ether multicast");

    private final FramePool pool = new FramePool(16, 4);
    private final SampleFrames frames = new SampleFrames(pool);
    private PcapHandle judge;

    @BeforeEach
    void openJudge() throws Exception {
        try {
            Libpcap.compile("ip");
        } catch (Libpcap.MissingException absent) {
            assumeTrue(false, String.valueOf(absent.getMessage()));
        }
        judge = Pcaps.openDead(DataLinkType.EN10MB, 262_144);
    }

    @AfterEach
    void close() {
        if (judge != null) {
            judge.close();
        }
        pool.close();
    }

    /// What stands on the wire, in memory with the tag beside it, and cut anywhere.
    @Test
    void decidesAsLibpcapDoesWhateverTheFrameAndItsTag() throws Exception {
        long seed = Long.getLong("seed", System.nanoTime());
        var random = new SplittableRandom(seed);
        var wires = wires(random);
        int accepted = 0;
        for (var expression : EXPRESSIONS) {
            var theirs = judge.compileFilter(expression, BpfCompileMode.OPTIMIZE, PcapHandle.PCAP_NETMASK_UNKNOWN);
            var filter = new CaptureFilter(List.of(BpfProgram.of(Libpcap.compile(expression))));
            for (var wire : wires) {
                boolean isWanted = theirs.applyFilter(wire.bytes());
                var frame = frames.frame(wire.untagged());
                assertThat(filter.accepts(frame, wire.tag())).as("%s of %s, seed %d", expression, Arrays.toString(wire.bytes()), seed).isEqualTo(isWanted);
                frame.release();
                accepted += isWanted ? 1 : 0;
            }
            theirs.free();
        }
        assertThat(accepted).isGreaterThan(wires.size());
    }

    private record Wire(byte[] bytes, byte[] untagged, int tag) {}

    private static List<Wire> wires(SplittableRandom random) {
        var plain = new ArrayList<byte[]>();
        for (int payload : new int[] {0, 30, 99, 458, 1000, 1472, 1990, 3000}) {
            plain.add(SampleFrames.udp(payload, random.nextInt(1000)));
            plain.add(SampleFrames.tcp4(payload, random.nextInt(1000)));
        }
        int whole = plain.size();
        for (int i = 0; i < 40; i++) {
            var changed = plain.get(random.nextInt(whole)).clone();
            int[] types = {0x0806, 0x86DD, 0x0800, 0x88A8, 0x0026};
            int type = types[random.nextInt(types.length)];
            changed[12] = (byte) (type >>> 8);
            changed[13] = (byte) type;
            for (int n = random.nextInt(6); n > 0; n--) {
                changed[random.nextInt(14, Math.min(60, changed.length))] = (byte) random.nextInt();
            }
            plain.add(random.nextBoolean() ? changed : Arrays.copyOf(changed, random.nextInt(14, changed.length + 1)));
        }
        var wires = new ArrayList<Wire>();
        for (var untagged : plain) {
            wires.add(new Wire(untagged, untagged, Tag.NONE));
            for (int tag : new int[] {Tag.of(10), Tag.of(0x6007)}) {
                wires.add(new Wire(SampleFrames.tagged(untagged, tag), untagged, tag));
            }
        }
        return wires;
    }

    @Test
    void asksASuperFrameByItsFirstAndItsLastSegment() throws Exception {
        var less = new CaptureFilter(List.of(BpfProgram.of(Libpcap.compile("less 700"))));
        var greater = new CaptureFilter(List.of(BpfProgram.of(Libpcap.compile("greater 1502"))));
        var longer = new CaptureFilter(List.of(BpfProgram.of(Libpcap.compile("greater 1503"))));
        var frame = frames.superTcp4(2000, 1448, 1);      // 1502 and 606 octets.
        assertThat(less.accepts(frame, Tag.NONE)).isTrue();
        assertThat(greater.accepts(frame, Tag.NONE)).isTrue();
        assertThat(longer.accepts(frame, Tag.NONE)).isFalse();
        assertThat(longer.accepts(frame, Tag.of(10))).isTrue();
        frame.release();
    }

    @Test
    void costsNoMemory() throws Exception {
        var filter = new CaptureFilter(List.of(BpfProgram.of(Libpcap.compile("vlan 10 and udp[4:2] * 2 - 16 > len or host 10.0.0.1"))));
        var frame = frames.frame(SampleFrames.udp(30, 1));
        assertThat(Allocation.leastOf(() -> {
            for (int i = 0; i < 2_000; i++) {
                filter.accepts(frame, Tag.of(10));
            }
        })).isZero();
        frame.release();
    }

    @Test
    void refusesWhatNoCompilerMakes() {
        assertThatThrownBy(() -> BpfProgram.of(new long[0])).hasMessageContaining("return");
        assertThatThrownBy(() -> BpfProgram.of(new long[] {0x28L << 48 | 12})).hasMessageContaining("return");
        assertThatThrownBy(() -> BpfProgram.of(new long[] {0x15L << 48 | 5L << 40, 0x06L << 48})).hasMessageContaining("behind its end");
        assertThatThrownBy(() -> BpfProgram.of(new long[] {0x02L << 48 | 16, 0x06L << 48})).hasMessageContaining("word 16");
        assertThatThrownBy(() -> BpfProgram.of(new long[] {0x99L << 48, 0x06L << 48})).hasMessageContaining("0x99");
    }
}
