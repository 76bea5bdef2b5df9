package io.etherloom.qemu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.etherloom.linux.Libc;
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
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/// The client against a monitor that the test is. That a descriptor arrives is seen by a guest.
final class DescriptorMonitorTest {
    private static final Duration LONG = Duration.ofSeconds(10);

    @TempDir
    private Path folder;

    private final List<String> heard = new CopyOnWriteArrayList<>();
    private ServerSocketChannel server;

    @BeforeEach
    void listen() throws Exception {
        server = ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(UnixDomainSocketAddress.of(folder.resolve("fds")));
        Thread.ofVirtual().start(this::serve);
    }

    @AfterEach
    void close() throws Exception {
        server.close();
    }

    private void serve() {
        try {
            while (true) {
                try (var monitor = server.accept()) {
                    answer(monitor);
                }
            }
        } catch (IOException e) {
            // The test is over.
        }
    }

    /// As the command's name says, with an event before each answer.
    private void answer(SocketChannel monitor) throws IOException {
        say(monitor, "{\"QMP\": {\"version\": {}, \"capabilities\": []}}");
        var in = new BufferedReader(new InputStreamReader(Channels.newInputStream(monitor), StandardCharsets.UTF_8));
        for (var line = in.readLine(); line != null; line = in.readLine()) {
            var command = JsonMapper.shared().readTree(line);
            var name = command.path("execute").asString("");
            heard.add(name + " " + command.path("arguments"));
            switch (name) {
                case "hang-up" -> {
                    return;
                }
                case "silence" -> { }
                case "refuse" -> say(monitor, "{\"id\": \"refuse\", \"error\": {\"desc\": \"not today\"}}");
                case "nonsense" -> say(monitor, "{\"return\": nonsense");
                default -> {
                    say(monitor, "{\"event\": \"RESUME\", \"timestamp\": {}}");
                    say(monitor, "{\"return\": {}, \"id\": \"" + name + "\"}");
                }
            }
        }
    }

    private static void say(SocketChannel monitor, String line) throws IOException {
        monitor.write(ByteBuffer.wrap((line + "\r\n").getBytes(StandardCharsets.UTF_8)));
    }

    private DescriptorMonitor connect(Duration timeout) {
        return DescriptorMonitor.connect(folder.resolve("fds"), timeout);
    }

    @Test
    void aDescriptorIsGivenBeforeWhatTakesIt() {
        int descriptor = Libc.current().open("/dev/null", Libc.O_RDWR, 0);
        try (var monitor = connect(LONG)) {
            monitor.give("net0", descriptor);
            monitor.execute("netdev_add", Map.of("id", "net0"));
        } finally {
            Libc.current().close(descriptor);
        }
        assertThat(heard).containsExactly("qmp_capabilities {}", "getfd {\"fdname\":\"net0\"}", "netdev_add {\"id\":\"net0\"}");
    }

    @Test
    void refusalsAreSentences() {
        try (var monitor = connect(LONG)) {
            assertThatThrownBy(() -> monitor.execute("refuse", Map.of())).isInstanceOf(QemuException.class).hasMessage("refuse: not today");
            assertThatThrownBy(() -> monitor.execute("nonsense", Map.of())).isInstanceOf(QemuException.class).hasMessage("nonsense: QEMU says nonsense");
            assertThatThrownBy(() -> monitor.execute("hang-up", Map.of())).isInstanceOf(QemuException.class).hasMessage("hang-up: QEMU is gone");
            assertThatThrownBy(() -> monitor.execute("echo", Map.of())).isInstanceOf(QemuException.class).hasMessageStartingWith("echo: QEMU ");
        }
    }

    @Test
    void nobodyIsWaitedForForEver() throws Exception {
        try (var monitor = connect(Duration.ofMillis(200))) {
            assertThatThrownBy(() -> monitor.execute("silence", Map.of())).isInstanceOf(QemuException.class).hasMessage("silence: QEMU does not answer in time");
        }
        server.close();
        assertThatThrownBy(() -> connect(LONG)).isInstanceOf(QemuException.class).hasMessageStartingWith("QEMU is gone: ");
    }
}
