package io.etherloom.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.etherloom.capture.CapturedFrame;
import io.etherloom.capture.PcapReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/// Files of a capture, and the flags that choose its frames.
final class CaptureFilesTest {
    @TempDir Path folder;

    /// Header, interface `a`, then so many frames of 16 octets whose first four count them, one second apart.
    private static byte[] stream(int frames) {
        var file = ByteBuffer.allocate(28 + 28 + 48 * frames).order(ByteOrder.LITTLE_ENDIAN);
        file.putInt(0x0a0d0d0a).putInt(28).putInt(0x1a2b3c4d).putShort((short) 1).putShort((short) 0).putLong(-1).putInt(28);
        file.putInt(1).putInt(28).putShort((short) 1).putShort((short) 0).putInt(0).putShort((short) 9).putShort((short) 1).putInt(9).putInt(28);
        for (int i = 0; i < frames; i++) {
            long nanos = 1_700_000_000_000_000_000L + i * 1_000_000_001L;
            file.putInt(6).putInt(48).putInt(0).putInt((int) (nanos >>> 32)).putInt((int) nanos).putInt(16).putInt(60 + i).putInt(i).putLong(7).putInt(9).putInt(48);
        }
        return file.array();
    }

    private CaptureFiles write(int frames, String name, CaptureFormat format, String... rotation) throws IOException {
        var files = new CaptureFiles(folder.resolve(name), Rotation.of(List.of(rotation)), format);
        try (files) {
            var blocks = new PcapngStream(new ByteArrayInputStream(stream(frames)));
            while (blocks.next()) {
                files.add(blocks);
            }
        }
        return files;
    }

    private List<Path> written() throws IOException {
        try (var all = Files.list(folder)) {
            return all.sorted().toList();
        }
    }

    private static List<Integer> numbers(List<CapturedFrame> frames) {
        return frames.stream().map(frame -> ByteBuffer.wrap(frame.bytes()).order(ByteOrder.LITTLE_ENDIAN).getInt()).toList();
    }

    @Test
    void rotatesBySizeAndLosesNothingBetweenFiles() throws IOException {
        var files = write(1000, "a.pcapng", CaptureFormat.pcapng(), "filesize:10kB");
        var all = new ArrayList<Integer>();
        for (var file : written()) {
            assertThat(file.getFileName().toString()).matches("a_0000[1-9]_[0-9]{14}\\.pcapng");
            assertThat(Files.size(file)).isLessThanOrEqualTo(10_000);
            all.addAll(numbers(PcapReader.readAll(file)));
        }
        assertThat(all).hasSize(1000).isSorted().doesNotHaveDuplicates();
        assertThat(written()).hasSize(5);
        assertThat(files.frames()).isEqualTo(1000);
        assertThat(files.place()).startsWith("5 files, the last of them ").doesNotContain("deleted");
    }

    @Test
    void keepsTheNewestFilesOfARing() throws IOException {
        var files = write(1000, "a.pcapng", CaptureFormat.pcapng(), "packets:100", "files:3");
        assertThat(files.place()).startsWith("10 files, the last of them ").endsWith("; the older ones are deleted, 3 are left");
        var all = new ArrayList<Integer>();
        for (var file : written()) {
            all.addAll(numbers(PcapReader.readAll(file)));
        }
        assertThat(written()).hasSize(3);
        assertThat(all).hasSize(300).startsWith(700).endsWith(999).isSorted();
    }

    @Test
    void rotatesByTimeWithTheNextFrame() {
        var rotation = Rotation.of(List.of("duration:60"));
        assertThat(rotation.isDue(1 << 30, 59_999_999_999L, 5)).isFalse();
        assertThat(rotation.isDue(0, 60_000_000_000L, 5)).isTrue();
    }

    @Test
    void refusesARotationThatIsNone() {
        for (var word : List.of("filesize:0", "filesize:ten", "files:x", "colour:red", "10MB")) {
            assertThatThrownBy(() -> Rotation.of(List.of(word))).isInstanceOf(Failure.class).hasMessageContaining("filesize:10MB");
        }
        assertThatThrownBy(() -> Rotation.of(List.of("duration:0s"))).hasMessageContaining("500ms, 10s");
        assertThatThrownBy(() -> Rotation.of(List.of("files:3"))).hasMessageContaining("-b filesize:10MB");
    }

    /// Spec 8.18: a .pcap keeps frames only.
    @Test
    void writesClassicPcapWithNanoseconds() throws IOException {
        write(3, "a.pcap", CaptureFormat.pcap());
        var frames = PcapReader.readAll(folder.resolve("a.pcap"));
        assertThat(numbers(frames)).containsExactly(0, 1, 2);
        assertThat(frames).extracting(CapturedFrame::epochNanos).containsExactly(1_700_000_000_000_000_000L, 1_700_000_001_000_000_001L, 1_700_000_002_000_000_002L);
        assertThat(frames).extracting(CapturedFrame::originalLength).containsExactly(60, 61, 62);
        assertThat(frames.getFirst().source().name()).isEmpty();
    }

    private static FilterFlags flags(String... arguments) {
        var flags = new FilterFlags();
        new CommandLine(CommandLine.Model.CommandSpec.create().addMixin("flags", CommandLine.Model.CommandSpec.forAnnotatedObject(flags))).parseArgs(arguments);
        return flags;
    }

    private static String expression(String... arguments) {
        return flags(arguments).expression();
    }

    /// Spec 8.13: the filter flags of the product.
    @Test
    void makesOneExpressionOfTheFlagsOfTheProduct() {
        assertThat(expression()).isEmpty();
        assertThat(expression("--srcmac", "00-50-56-00-00-01")).isEqualTo("ether src 00:50:56:00:00:01");
        assertThat(flags("--vlan", "10").expressions(List.of("icmp", ""))).containsExactly("vlan 10 and (icmp)");
        assertThat(flags("--vlan", "10", "--ip", "10.0.0.1").expressions(List.of("icmp or arp", "less 100")))
            .containsExactly("vlan 10 and host 10.0.0.1 and (icmp or arp) and (less 100)");
        assertThat(flags("--vlan", "10").expressions(List.of("vlan 10 and icmp"))).containsExactly("vlan 10 and icmp", "vlan 10");
        assertThat(flags("--ethtype", "0x0806").expressions(List.of("less 100")))
            .containsExactly("less 100", "((ether proto 2054) or (vlan and ether proto 2054))");
        assertThat(flags().expressions(List.of(" "))).isEmpty();
        assertThat(expression("--vlan", "10", "--ip", "10.0.0.1", "--proto", "0x01")).isEqualTo("vlan 10 and host 10.0.0.1 and (ip proto 1 or ip6 proto 1)");
        assertThat(expression("--dstmac", "0:50:56:0:0:1", "--tcpport", "80"))
            .isEqualTo("ether dst 0:50:56:0:0:1 and ((tcp port 80) or (vlan and tcp port 80))");
        assertThat(expression("--ethtype", "0x0806", "--srcip", "10.0.0.0/8", "--dstip", "fd00::1", "--srcport", "1", "--dstport", "2", "--mac", "0:50:56:0:0:2"))
            .contains("ether host", "ether proto 2054", "src net 10.0.0.0/8", "dst host fd00::1", "src port 1", "dst port 2");
    }

    @Test
    void refusesValuesThatCannotBe() {
        for (var bad : Set.of("--vlan 4096", "--vlan ten", "--srcmac 00:50", "--ip host", "--ip 10", "--proto 256", "--ethtype 0x10000", "--tcpport 70000")) {
            assertThatThrownBy(() -> expression(bad.split(" "))).as(bad).isInstanceOf(Failure.class).hasMessageContaining(bad.split(" ")[0]);
        }
    }
}
