package io.etherloom.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A capture as the body of a request: of any length, read no faster than it is wanted.
@Timeout(60)
class ReplayRouteTest {
    private static final int MANY = 32 * 1024 * 1024;

    private final FixedLab lab = new FixedLab("campus");
    private Path socket;
    private ApiServer server;

    @BeforeEach
    void start(@TempDir Path folder) {
        socket = folder.resolve("campus").resolve("api.sock");
        server = ApiServer.start(lab, new ApiServer.Options(socket, null, "1.0"), () -> { });
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private SocketChannel connect() throws IOException {
        return SocketChannel.open(UnixDomainSocketAddress.of(socket));
    }

    private static void write(SocketChannel channel, String text) throws IOException {
        write(channel, ByteBuffer.wrap(text.getBytes(UTF_8)));
    }

    private static void write(SocketChannel channel, ByteBuffer octets) throws IOException {
        while (octets.hasRemaining()) {
            channel.write(octets);
        }
    }

    private static String answer(SocketChannel channel) throws IOException {
        return new String(Channels.newInputStream(channel).readAllBytes(), UTF_8);
    }

    private String send(String line, String body) throws IOException {
        try (var channel = connect()) {
            write(channel, line + " HTTP/1.1\r\nHost: lab\r\nConnection: close\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
            return answer(channel);
        }
    }

    @Test
    void takesABodyThatIsLongerThanAnyOther() throws IOException {
        try (var channel = connect()) {
            write(channel, "POST /v1/replay/web1?rate=2x&rewriteMacs=yes&count=9 HTTP/1.1\r\nHost: lab\r\nExpect: 100-continue\r\nContent-Length: " + MANY + "\r\n\r\n");
            write(channel, ByteBuffer.allocate(MANY));
            assertThat(answer(channel)).contains("100 Continue", "200 OK", "\"octets\":" + MANY, "\"result\"", "\"end\":\"finished\"");
        }
        assertThat(lab.done).containsExactly("replay web1 ReplaySettings[rate=2x, loops=1, rewriteMacs=true, padCut=false, count=9, limitNanos=0]");
    }

    @Test
    void takesABodyInChunks() throws IOException {
        try (var channel = connect()) {
            write(channel, "POST /v1/replay/web1 HTTP/1.1\r\nHost: lab\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n");
            write(channel, "2\r\nde\r\n0\r\n\r\n");
            assertThat(answer(channel)).contains("\"octets\":5");
        }
    }

    @Test
    void aClientThatGoesAwayInTheMiddleEndsIt() throws Exception {
        lab.uploadEnds = new java.util.concurrent.CompletableFuture<>();
        try (var channel = connect()) {
            write(channel, "POST /v1/replay/web1 HTTP/1.1\r\nHost: lab\r\nContent-Length: 100\r\n\r\nabc");
        }
        assertThat(lab.uploadEnds.get()).contains("went away in the middle");
    }

    /// Nobody reads the body: what the kernel and the server keep of it is bounded, and then the client waits.
    @Test
    void aSlowReaderSlowsTheClientDown() throws Exception {
        lab.uploadBegins = new java.util.concurrent.CountDownLatch(1);
        try (var channel = connect()) {
            write(channel, "POST /v1/replay/web1 HTTP/1.1\r\nHost: lab\r\nContent-Length: " + MANY + "\r\n\r\n");
            channel.configureBlocking(false);
            var rest = ByteBuffer.allocate(MANY);
            int idle = 0;
            while (idle < 20 && rest.hasRemaining()) {
                idle = channel.write(rest) == 0 ? idle + 1 : 0;
                java.util.concurrent.locks.LockSupport.parkNanos(idle == 0 ? 0 : 5_000_000);
            }
            assertThat(rest.position()).isLessThan(8 * 1024 * 1024);
            lab.uploadBegins.countDown();
            channel.configureBlocking(true);
            write(channel, rest);
            assertThat(answer(channel)).contains("\"octets\":" + MANY);
        }
    }

    @Test
    void answersBeforeTheBodyIsOverWhenNobodyWantsIt() throws IOException {
        try (var channel = connect()) {
            write(channel, "POST /v1/replay/web9 HTTP/1.1\r\nHost: lab\r\nContent-Length: 100\r\n\r\nabc");
            assertThat(answer(channel)).contains("404 Not Found", "no port web9");
        }
    }

    /// A client that first writes all and then reads hears why it was refused, and not that its connection was reset.
    @Test
    void readsOnWhenALongBodyIsRefused() throws IOException {
        try (var channel = connect()) {
            write(channel, "POST /v1/replay/web1?rate=fast HTTP/1.1\r\nHost: lab\r\nContent-Length: " + MANY + "\r\n\r\n");
            write(channel, ByteBuffer.allocate(MANY));
            assertThat(answer(channel)).contains("400 Bad Request", "connection: close", "'fast' is no rate");
        }
    }

    @Test
    void saysWhatIsWrongWithAQuestion() throws IOException {
        assertThat(send("POST /v1/replay/web1?rate=fast", "x")).contains("400 Bad Request", "'fast' is no rate");
        assertThat(send("POST /v1/replay/web1?loop=2", "x")).contains("400 Bad Request", "name a \\\"file\\\"");
        assertThat(send("POST /v1/replay/web1?padCut=maybe", "x")).contains("is yes or no");
        assertThat(send("POST /v1/replay/web1?file=a.pcap", "")).contains("an absolute path");
        assertThat(send("POST /v1/replay/web1?file=/nowhere.pcap", "")).contains("There is no file /nowhere.pcap");
    }

    @Test
    void aFileOfTheMachineCanBeRepeatedAndAReplayEnded() throws IOException {
        var file = Path.of("pcap-samples/ping.pcapng").toAbsolutePath();
        assertThat(send("POST /v1/replay/web1?loop=forever&file=" + file, "")).contains("\"octets\":" + java.nio.file.Files.size(file));
        assertThat(send("DELETE /v1/replay/web1", "")).contains("204 No Content");
        assertThat(lab.done).containsExactly("replay web1 ReplaySettings[rate=original, loops=0, rewriteMacs=false, padCut=false, count=0, limitNanos=0]",
            "end replay web1");
    }
}
