package io.etherloom.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.etherloom.frame.CapturePoint;
import io.etherloom.frame.DropReason;
import io.etherloom.frame.Frame;
import io.etherloom.frame.FramePool;
import io.etherloom.wire.Tag;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What Wireshark's tools find in a capture of ours, and what our reader finds in files of theirs. Skipped where tshark is not installed.
final class TsharkReadingIT {
    private static final long EPOCH = 1_700_000_000_123_456_789L;

    @TempDir
    Path folder;

    private final FramePool pool = new FramePool(16, 4);
    private final SampleFrames frames = new SampleFrames(pool);

    @BeforeEach
    void needsTshark() {
        assumeTrue(isOnPath("tshark") && isOnPath("editcap") && isOnPath("capinfos"), "tshark, editcap and capinfos are not installed (Debian: apt-get install tshark)");
    }

    private static boolean isOnPath(String program) {
        return Arrays.stream(System.getenv("PATH").split(":")).anyMatch(path -> Files.isExecutable(Path.of(path, program)));
    }

    @AfterEach
    void closePool() {
        pool.close();
    }

    /// Every file that is shown as a sample.
    @Test
    void findsNothingMalformedInTheSamples() throws Exception {
        for (var sample : PcapSamplesTest.samples()) {
            assertThat(tshark(sample, "-Y", "_ws.malformed || _ws.expert.severity == \"Error\"")).as(sample.toString()).isEmpty();
            assertThat(tshark(sample, "-T", "fields", "-e", "frame.number")).as(sample.toString()).hasSameSizeAs(PcapReader.readAll(sample));
        }
    }

    @Test
    void tsharkSeesTimesNamesDirectionsTagsLengthsAndComments() throws Exception {
        var lines = tshark(captureOfEverything(), "-T", "fields", "-E", "separator=|", "-e", "frame.time_epoch",
                "-e", "frame.interface_name", "-e", "frame.interface_description", "-e", "frame.packet_flags_direction",
                "-e", "frame.cap_len", "-e", "frame.len", "-e", "vlan.id", "-e", "vlan.priority", "-e", "frame.comment",
                "-c", "4");
        assertThat(lines).containsExactly(
                "1700000000.123456790|web1.eth0 VnicTx|VM web1 at vSwitch0|0x00000001|72|72|||",
                "1700000000.123456791|esx1/vmnic0 UplinkSnd||0x00000002|1046|1046|10|3|",
                "1700000000.123456792|web1.eth0 Drop|VM web1 at vSwitch0||141|141|||dropped: wrong_uplink",
                "1700000001.123456789|web1.eth0 VnicTx|VM web1 at vSwitch0|0x00000001|1502|1502|||");
    }

    @Test
    void tsharkFindsEveryChecksumGoodAndNothingMalformed() throws Exception {
        var file = captureOfEverything();
        var checked = List.of("-o", "tcp.check_checksum:TRUE", "-o", "udp.check_checksum:TRUE", "-o", "ip.check_checksum:TRUE");
        assertThat(count(file, checked, "_ws.malformed || _ws.expert.severity == error")).isZero();
        assertThat(count(file, checked, "tcp.checksum.status == \"Good\"")).isEqualTo(28 + 28);
        assertThat(count(file, checked, "udp.checksum.status == \"Good\"")).isEqualTo(4);
        assertThat(count(file, checked, "ip.checksum.status == \"Good\"")).isEqualTo(28 + 4);
        assertThat(count(file, checked, "tcp.analysis.lost_segment || tcp.analysis.out_of_order")).isZero();
    }

    @Test
    void capinfosReadsTheHeaderAndTheInterfaces() throws Exception {
        var report = String.join("\n", run(List.of("capinfos", captureOfEverything().toString())));
        assertThat(report).contains("Etherloom 1.2.3", "Number of interfaces in file: 4", "Time precision = nanoseconds (9)",
                "Number of packets:   60", "Name = esx1/vmnic0 UplinkSnd", "Encapsulation = Ethernet");
    }

    @Test
    void tcpdumpReadsItWithNanosecondsAndTags() throws Exception {
        assumeTrue(isOnPath("tcpdump"), "tcpdump is not installed");
        var lines = run(List.of("tcpdump", "-n", "-e", "-tt", "--nano", "-c", "2", "-r", captureOfEverything().toString()));
        assertThat(lines).hasSize(2);
        assertThat(lines.get(0)).startsWith("1700000000.123456790 00:50:56:00:00:01 > 00:50:56:00:00:02").contains("length 72");
        assertThat(lines.get(1)).startsWith("1700000000.123456791").contains("vlan 10, p 3");
    }

    @Test
    void pcapngWrittenByTsharkReadsBackEqual() throws Exception {
        var copy = folder.resolve("copy.pcapng");
        var file = captureOfEverything();
        run(List.of("tshark", "-r", file.toString(), "-F", "pcapng", "-w", copy.toString()));
        assertThat(described(copy)).isEqualTo(described(file)).hasSize(60);
    }

    @Test
    void bothKindsOfPcapReadBackWithTheirPrecision() throws Exception {
        var file = captureOfEverything();
        var original = PcapReader.readAll(file);
        for (var kind : List.of("nsecpcap", "pcap")) {
            var copy = folder.resolve("copy." + kind);
            run(List.of("editcap", "-F", kind, file.toString(), copy.toString()));
            long unit = kind.equals("pcap") ? 1000 : 1;
            var packets = PcapReader.readAll(copy);
            assertThat(packets).hasSize(60);
            for (int i = 0; i < 60; i++) {
                assertThat(packets.get(i).bytes()).isEqualTo(original.get(i).bytes());
                assertThat(packets.get(i).epochNanos()).isEqualTo(original.get(i).epochNanos() / unit * unit);
            }
        }
    }

    @Test
    void tsharkSeesWhatTheSnapLengthLeft() throws Exception {
        var settings = CaptureSettings.of("1.2.3").withSnapLength(96);
        var session = CaptureSession.start(List.of(CaptureSession.Source.of("web1.eth0", "", CapturePoint.VNIC_TX)), settings, new WallClock(0, EPOCH));
        show(session, 0, CapturePoint.VNIC_TX, frames.superTcp4(2000, 1448, 1), Tag.NONE, null, 1);
        assertThat(tshark(write(session), "-T", "fields", "-e", "frame.cap_len", "-e", "frame.len"))
                .containsExactly("96\t1502", "96\t606");
    }

    /// Plain, tagged, dropped, cut over IPv4 and IPv6, and completed frames at two ports: 60 on the wire.
    private Path captureOfEverything() throws IOException {
        var web1 = CaptureSession.Source.of("web1.eth0", "VM web1 at vSwitch0", CapturePoint.VNIC_TX, CapturePoint.VNIC_RX, CapturePoint.DROP);
        var session = CaptureSession.start(List.of(web1, CaptureSession.Source.of("esx1/vmnic0", "", CapturePoint.UPLINK_SND)),
                CaptureSettings.of("1.2.3"), new WallClock(0, EPOCH));
        show(session, 0, CapturePoint.VNIC_TX, frames.frame(SampleFrames.udp(30, 1)), Tag.NONE, null, 1);
        show(session, 1, CapturePoint.UPLINK_SND, frames.frame(SampleFrames.udp(1000, 2)), Tag.of(3 << 13 | 10), null, 2);
        show(session, 0, CapturePoint.DROP, frames.frame(SampleFrames.udp(99, 3)), Tag.NONE, DropReason.WRONG_UPLINK, 3);
        show(session, 0, CapturePoint.VNIC_TX, frames.superTcp4(40_000, 1448, 4), Tag.NONE, null, 1_000_000_000);
        show(session, 1, CapturePoint.UPLINK_SND, frames.superTcp6(39_980, 1428, 5), Tag.of(20), null, 2_000_000_000);
        show(session, 0, CapturePoint.VNIC_RX, frames.unfinished(SampleFrames.partialUdp(501, 6), 0, 0, 34, 6), Tag.of(4094), null,
                3_000_000_000L);
        return write(session);
    }

    private static void show(CaptureSession session, int index, CapturePoint point, Frame frame, int tag,
            @Nullable DropReason reason, long nowNanos) {
        session.observer(index).observe(point, frame, tag, reason, nowNanos);
        frame.release();
    }

    private Path write(CaptureSession session) throws IOException {
        var file = folder.resolve("capture.pcapng");
        try (var out = Files.newOutputStream(file)) {
            session.pump(out, () -> true);
        }
        return file;
    }

    /// A frame as text, because arrays in records are equal by identity only.
    private static List<String> described(Path file) throws IOException {
        return PcapReader.readAll(file).stream()
                .map(packet -> packet.source().name() + " " + packet.epochNanos() + " " + packet.originalLength() + " "
                        + packet.direction() + " " + packet.comment() + " " + Arrays.toString(packet.bytes()))
                .toList();
    }

    private static int count(Path file, List<String> options, String filter) throws Exception {
        var arguments = new ArrayList<>(options);
        arguments.addAll(List.of("-Y", filter));
        return tshark(file, arguments.toArray(String[]::new)).size();
    }

    private static List<String> tshark(Path file, String... arguments) throws Exception {
        var command = new ArrayList<>(List.of("tshark", "-n", "-r", file.toString()));
        command.addAll(List.of(arguments));
        return run(command);
    }

    /// The lines of standard output; the tools warn on standard error about being run as root.
    private static List<String> run(List<String> command) throws Exception {
        var process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
        var text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as("exit status of %s", command).isZero();
        return text.lines().toList();
    }
}
