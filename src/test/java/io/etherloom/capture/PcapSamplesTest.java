package io.etherloom.capture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The captures in `pcap-samples/`, which are made by labs of ours.
class PcapSamplesTest {
    private static final Path FOLDER = Path.of("pcap-samples");

    static List<Path> samples() throws IOException {
        try (var files = Files.list(FOLDER)) {
            return files.filter(file -> file.toString().endsWith(".pcapng")).sorted().toList();
        }
    }

    @Test
    void thereAreSamples() throws IOException {
        assertThat(samples()).hasSizeGreaterThanOrEqualTo(5);
    }

    @ParameterizedTest
    @MethodSource("samples")
    void isReadToItsEndAndExplained(Path file) throws IOException {
        var frames = PcapReader.readAll(file);
        assertThat(frames).isNotEmpty().allSatisfy(frame -> {
            assertThat(frame.source().isEthernet()).isTrue();
            assertThat(frame.source().name()).as("name of the port").isNotEmpty();
            if (frame.source().name().endsWith(" Drop")) {
                assertThat(frame.comment()).isNotEmpty();
            } else {
                assertThat(frame.direction()).isNotEqualTo(Direction.UNKNOWN);
            }
        });
        assertThat(frames).extracting(CapturedFrame::epochNanos).isSorted();
        assertThat(Files.readString(FOLDER.resolve("README.md"))).contains("`" + file.getFileName() + "`");
    }

    /// The wire has tags, and a port of VLAN 10 has none.
    @Test
    void tagsAreWhereTheWireHasThem() throws IOException {
        assertThat(PcapReader.readAll(FOLDER.resolve("vlan-tags.pcapng"))).extracting(PcapSamplesTest::vlan).containsOnly(10, 20);
        assertThat(PcapReader.readAll(FOLDER.resolve("ping.pcapng"))).extracting(PcapSamplesTest::vlan).containsOnly(-1);
    }

    /// The decision is there in words, with what decided and where it came from.
    @Test
    void dropsSayWhy() throws IOException {
        assertThat(PcapReader.readAll(FOLDER.resolve("drops.pcapng"))).isNotEmpty().allSatisfy(frame -> assertThat(frame.comment())
                .startsWith("forged transmit: source 00:50:56:00:00:99 is not the port's ").contains("port group DMZ, set by hand"));
        assertThat(PcapReader.readAll(FOLDER.resolve("failover.pcapng"))).extracting(CapturedFrame::comment)
                .anyMatch(comment -> comment != null && comment.contains("by vmnic0 for web1.eth0"))
                .anyMatch(comment -> comment != null && comment.contains("by vmnic1 for web1.eth0"));
    }

    /// Super-frames were cut: nothing is longer than a frame of MTU 1500.
    @Test
    void segmentsAreFramesOfTheWire() throws IOException {
        assertThat(PcapReader.readAll(FOLDER.resolve("segments.pcapng"))).extracting(CapturedFrame::originalLength)
                .allMatch(length -> length <= 1514).contains(1514);
    }

    private static int vlan(CapturedFrame frame) {
        var bytes = frame.bytes();
        boolean isTagged = (bytes[12] & 0xff) == 0x81 && bytes[13] == 0;
        return isTagged ? (bytes[14] & 15) << 8 | bytes[15] & 0xff : -1;
    }
}
