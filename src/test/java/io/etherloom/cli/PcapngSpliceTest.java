package io.etherloom.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.etherloom.capture.CapturedFrame;
import io.etherloom.capture.PcapReader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Captures behind each other become one section, in which each frame keeps its interface.
final class PcapngSpliceTest {
    private static final List<Path> CAPTURES = List.of(Path.of("pcap-samples/failover.pcapng"), Path.of("pcap-samples/ping.pcapng"),
        Path.of("pcap-samples/failover.pcapng"));

    /// An Interface Statistics Block of the first interface, without options.
    private static byte[] statistics() {
        return ByteBuffer.allocate(24).order(ByteOrder.LITTLE_ENDIAN).putInt(5).putInt(24).putInt(0).putLong(0).putInt(24).array();
    }

    @Test
    void putsCapturesIntoOneSection() throws IOException {
        var out = new ByteArrayOutputStream();
        var splice = new PcapngSplice(out);
        var names = new ArrayList<String>();
        var indexes = new ArrayList<Integer>();
        var statistics = new ArrayList<String>();
        int base = 0;
        for (var file : CAPTURES) {
            splice.begin();
            var blocks = new PcapngStream(new ByteArrayInputStream(Files.readAllBytes(file)));
            while (blocks.next()) {
                splice.write(blocks.copy());
            }
            splice.write(statistics());
            try (var reader = new PcapReader(new ByteArrayInputStream(Files.readAllBytes(file)))) {
                for (var frame = reader.next(); frame != null; frame = reader.next()) {
                    names.add(frame.source().name());
                    indexes.add(base + frame.source().index());
                }
                reader.statistics().forEach(it -> statistics.add(it.source().name()));
                // Those that a capture of ours ends with are of all its interfaces, in their order.
                statistics.add(reader.statistics().getFirst().source().name());
                base += reader.statistics().size();
            }
        }
        var frames = new ArrayList<CapturedFrame>();
        try (var reader = new PcapReader(new ByteArrayInputStream(out.toByteArray()))) {
            for (var frame = reader.next(); frame != null; frame = reader.next()) {
                frames.add(frame);
            }
            assertThat(reader.statistics()).extracting(it -> it.source().name()).isEqualTo(statistics).hasSize(4 + 2 + 4 + 3);
        }
        assertThat(frames).extracting(frame -> frame.source().name()).isEqualTo(names);
        assertThat(frames).extracting(frame -> frame.source().index()).isEqualTo(indexes).contains(0, 4, 6);
    }
}
