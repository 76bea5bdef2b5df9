package io.etherloom.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.etherloom.lab.CaptureRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// TCP of the guests' kernels: super-frames between those who negotiated them, segments with good checksums wherever somebody looks.
class OffloadIT extends OneLab {
    private static final String NETWORK = "198.18." + ProcessHandle.current().pid() % 250 + ".";
    private static final String TOPOLOGY = """
        name: LAB
        fabric:
          switches: { tor1: { ports: { "1": { trunk: [10] }, "2": { access: 10 } } } }
          taps: [ { port: tor1/2, name: LABt } ]
        hosts:
          esx1:
            pnics: { vmnic0: { link: tor1/1 } }
            vSwitches: { vSwitch0: { uplinks: [vmnic0], portGroups: { Ten: { vlan: 10 } } } }
        vms:
          a: { host: esx1, nics: [ { portGroup: Ten, ip: NET11/24 } ] }
          b: { host: esx1, nics: [ { portGroup: Ten, ip: NET12/24 } ] }
        """.replace("NET", NETWORK);
    private static final long OCTETS = 64_000_000;
    /// IEEE Std 802.3: 1,500 octets and the header; the check sequence is not counted.
    private static final int LONGEST = 1_514;
    /// Of `tcp.checksum.status` and `ip.checksum.status`.
    private static final String GOOD = "1";

    @BeforeEach
    void startLab() throws Exception {
        start(TOPOLOGY, "iperf3", "ping");
    }

    /// Sends over TCP.
    ///
    /// @return what the receiver has read, which is less than was sent: iperf3 ends with octets on the way
    private long transfer(String from, String to, String... more) throws Exception {
        var words = new ArrayList<>(List.of("iperf3", "-J", "-c", to, "-n", Long.toString(OCTETS)));
        words.addAll(List.of(more));
        var outcome = lab.exec(from, words.toArray(String[]::new));
        assertThat(outcome.status()).as(outcome.all()).isZero();
        long received = Long.parseLong(outcome.out().replaceAll("(?s).*\"sum_received\".*?\"bytes\":\\s*(\\d+).*", "$1"));
        assertThat(received).isGreaterThan(OCTETS / 4);
        return received;
    }

    private long guestSent(String vm) throws Exception {
        return Long.parseLong(lab.exec(vm, "cat", "/sys/class/net/eth0/statistics/tx_packets").out().strip());
    }

    /// Counters count what would be on the wire, segment by segment.
    @Test
    void passesSuperFramesBetweenVmsAndCountsSegments() throws Exception {
        lab.background("b", "iperf3", "-s", "--forceflush").awaitText("Server listening");
        long framesBefore = lab.port("a.eth0").inFrames();
        long octetsBefore = lab.port("a.eth0").inOctets();
        long sentBefore = guestSent("a");
        long received = transfer("a", NETWORK + "12");
        var port = lab.port("a.eth0");
        long frames = port.inFrames() - framesBefore;
        assertThat(port.inOctets() - octetsBefore).isGreaterThan(received);
        assertThat(frames).isGreaterThan(received / LONGEST);
        assertThat((port.inOctets() - octetsBefore) / frames).as("mean length").isLessThanOrEqualTo(LONGEST);
        assertThat(guestSent("a") - sentBefore).as("frames of the guest, for " + frames + " on the wire").isLessThan(frames / 4);
        assertThat(lab.port("b.eth0").outFrames()).isGreaterThanOrEqualTo(frames);
        assertThat(port.drops()).doesNotContainKeys("oversize", "malformed_offload");
    }

    @Test
    void showsFinishedSegmentsToACapture() throws Exception {
        Need.programs("tshark");
        lab.background("b", "iperf3", "-s", "--forceflush").awaitText("Server listening");
        var file = folder.resolve("a.pcapng");
        var isOver = new AtomicBoolean();
        var capture = Thread.ofVirtual().start(() -> {
            try (var out = Files.newOutputStream(file)) {
                lab.lab().capture(CaptureRequest.ofPorts("a", "esx1/vmnic0"), out, isOver::get);
            } catch (java.io.IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
        Await.until("the capture has begun", () -> Files.exists(file) && Files.size(file) > 0);
        transfer("a", NETWORK + "12");
        isOver.set(true);
        capture.join();
        var segments = segments(file);
        assertThat(segments).filteredOn(it -> it.tcpOctets() > 0).hasSizeGreaterThan(500);
        assertThat(segments).filteredOn(it -> it.octets() > LONGEST).isEmpty();
        assertThat(segments).filteredOn(it -> !it.isWhole()).isEmpty();
    }

    /// A packet of TCP as tshark reads it.
    ///
    /// @param isWhole whether both checksums are good and nothing is malformed
    private record Segment(int octets, int tcpOctets, boolean isWhole) {}

    private static List<Segment> segments(Path file) throws Exception {
        var read = Command.run("tshark", "-r", file.toString(), "-o", "tcp.check_checksum:TRUE", "-o", "ip.check_checksum:TRUE", "-Y", "tcp || _ws.malformed",
            "-T", "fields", "-e", "frame.len", "-e", "tcp.len", "-e", "tcp.checksum.status", "-e", "ip.checksum.status", "-e", "_ws.malformed");
        assertThat(read.status()).as(read.err()).isZero();
        return read.out().lines().map(line -> {
            var words = line.split("\t", -1);
            boolean isWhole = words[2].equals(GOOD) && words[3].equals(GOOD) && words[4].isEmpty();
            return new Segment(Integer.parseInt(words[0]), words[1].isEmpty() ? 0 : Integer.parseInt(words[1]), isWhole);
        }).toList();
    }

    /// Through a tag, two switches and the machine's own stack.
    @Test
    void carriesTcpToATapOfTheFabricAndBack() throws Exception {
        var tap = lab.name() + "t";
        assertThat(Command.run("ip", "address", "add", NETWORK + "1/24", "dev", tap).status()).isZero();
        lab.assertReaches("a", NETWORK + "1");
        lab.with(Command.start("iperf3", "-s", "-B", NETWORK + "1", "--forceflush")).awaitText("Server listening");
        long before = lab.uplink("esx1", "vmnic0").inOctets();
        long out = transfer("a", NETWORK + "1");
        assertThat(lab.uplink("esx1", "vmnic0").outOctets()).isGreaterThan(out);
        assertThat(lab.uplink("esx1", "vmnic0").outFrames()).isGreaterThan(out / LONGEST);
        long in = transfer("b", NETWORK + "1", "-R");
        assertThat(lab.uplink("esx1", "vmnic0").inOctets() - before).isGreaterThan(in);
    }
}
