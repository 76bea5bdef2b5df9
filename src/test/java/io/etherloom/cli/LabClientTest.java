package io.etherloom.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LabClientTest {
    @TempDir
    private Path folder;

    /// Both sides count the frames of a capture, and the lab may be the first that has all.
    @Test
    void aStreamThatTheLabHasEndedCanBeReadByWhoeverHasEnoughOfIt() throws Exception {
        var address = UnixDomainSocketAddress.of(folder.resolve("lab"));
        try (var lab = ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(address);
                var in = new HttpInput(SocketChannel.open(address))) {
            try (var accepted = lab.accept()) {
                accepted.write(ByteBuffer.wrap("the end".getBytes(StandardCharsets.US_ASCII)));
            }
            var exchange = new LabClient.Exchange(in, in);
            exchange.enough();
            assertThat(exchange.body().readAllBytes()).asString().isEqualTo("the end");
        }
    }
}
