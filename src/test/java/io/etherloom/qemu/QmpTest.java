package io.etherloom.qemu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The client against a monitor that the test is.
final class QmpTest {
    private static final Duration LONG = Duration.ofSeconds(10);
    private static final Duration SHORT = Duration.ofMillis(100);

    @TempDir
    private Path folder;

    private final List<String> events = new CopyOnWriteArrayList<>();
    private ServerSocketChannel server;
    private SocketChannel monitor;
    private Qmp qmp;

    @BeforeEach
    void connect() throws Exception {
        var socket = folder.resolve("qmp");
        server = ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(UnixDomainSocketAddress.of(socket));
        Thread.ofVirtual().start(this::serve);
        qmp = Qmp.connect(socket, event -> events.add(event.name()), LONG);
    }

    @AfterEach
    void close() throws Exception {
        qmp.close();
        server.close();
    }

    /// Answers as the command's name says.
    private void serve() {
        try {
            monitor = server.accept();
            say("{\"QMP\": {\"version\": {}, \"capabilities\": []}}");
            var in = new BufferedReader(new InputStreamReader(Channels.newInputStream(monitor), StandardCharsets.UTF_8));
            for (var line = in.readLine(); line != null; line = in.readLine()) {
                answer(JsonMapper.shared().readTree(line));
            }
        } catch (IOException e) {
            // The test is over.
        }
    }

    private void answer(JsonNode command) throws IOException {
        long id = command.path("id").asLong();
        switch (command.path("execute").asString("")) {
            case "silence" -> { }
            case "refuse" -> say("{\"error\": {\"class\": \"GenericError\", \"desc\": \"not today\"}, \"id\": " + id + "}");
            case "hang-up" -> monitor.close();
            case "garbage" -> say("{\"return\": nonsense");
            case "event" -> {
                say("{\"event\": \"STOP\", \"data\": {\"why\": \"because\"}, \"timestamp\": {}}");
                say("{\"return\": {}, \"id\": " + id + "}");
            }
            default -> say("{\"return\": " + command.path("arguments") + ", \"id\": " + id + "}");
        }
    }

    private void say(String line) throws IOException {
        monitor.write(ByteBuffer.wrap((line + "\r\n").getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void commandsReturnWhatQemuSays() {
        assertThat(qmp.execute("echo", Map.of("a", List.of(1, "ü")), LONG).path("a").get(1).asString("")).isEqualTo("ü");
    }

    @Test
    void refusalsAreSentences() {
        assertThatThrownBy(() -> qmp.execute("refuse", Map.of(), LONG)).isInstanceOf(QemuException.class).hasMessage("refuse: not today");
        assertThatThrownBy(() -> qmp.execute("silence", Map.of(), SHORT)).isInstanceOf(QemuException.class)
            .hasMessage("silence: QEMU does not answer within 100 ms");
        assertThat(qmp.execute("echo", Map.of("b", 2), LONG).path("b").asInt()).as("the next command").isEqualTo(2);
    }

    /// A process that stands still reads nothing: it is not asked more than its socket has room for.
    @Test
    void whoDoesNotAnswerIsNotAskedForEver() {
        for (int i = 0; i < 64; i++) {
            assertThatThrownBy(() -> qmp.execute("silence", Map.of(), Duration.ofMillis(1))).hasMessageContaining("does not answer");
        }
        assertThatThrownBy(() -> qmp.execute("echo", Map.of(), LONG)).isInstanceOf(QemuException.class).hasMessage("echo: QEMU has not answered 64 questions before");
    }

    @Test
    void eventsAreToldAndWaitedFor() throws Exception {
        var other = qmp.expect(event -> event.name().equals("RESUME"));
        var stop = qmp.expect(event -> event.name().equals("STOP"));
        qmp.execute("event", Map.of(), LONG);
        assertThat(stop.get(10, TimeUnit.SECONDS).text("why")).isEqualTo("because");
        assertThat(other).isNotDone();
        assertThatThrownBy(() -> QemuMachine.await(other, SHORT, "it does not go on")).hasMessage("it does not go on within 100 ms");
        for (int i = 0; i < 1000 && events.isEmpty(); i++) {
            Thread.sleep(5);
        }
        assertThat(events).containsExactly("STOP");
    }

    @Test
    void whoeverWaitsIsToldThatQemuIsGone() {
        var resume = qmp.expect(event -> event.name().equals("RESUME"));
        assertThatThrownBy(() -> qmp.execute("hang-up", Map.of(), LONG)).isInstanceOf(QemuException.class).hasMessageContaining("QEMU is gone");
        assertThatThrownBy(resume::join).isInstanceOf(CompletionException.class).hasMessageContaining("QEMU is gone");
        assertThatThrownBy(() -> qmp.expect(event -> true).join()).hasMessageContaining("QEMU is gone");
        assertThatThrownBy(() -> qmp.execute("echo", Map.of(), LONG)).hasMessageContaining("QEMU is gone");
    }

    @Test
    void whatIsNoJsonEndsTheConnection() {
        assertThatThrownBy(() -> qmp.execute("garbage", Map.of(), LONG)).isInstanceOf(QemuException.class).hasMessageContaining("QEMU is gone");
    }
}
