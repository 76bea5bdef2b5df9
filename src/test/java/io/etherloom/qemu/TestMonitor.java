package io.etherloom.qemu;

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
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/// A monitor without QEMU. It answers as the command's name says, with an event before each answer, to one connection at a time.
final class TestMonitor implements AutoCloseable {
    private final ServerSocketChannel server;
    private final Set<String> refused;
    private final List<String> heard = new CopyOnWriteArrayList<>();
    private @Nullable Thread serving;

    /// Nobody is accepted before [#serve].
    ///
    /// @param backlog how many may wait, and one more
    /// @param refused commands that it refuses
    TestMonitor(Path socket, int backlog, String... refused) throws IOException {
        server = ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(UnixDomainSocketAddress.of(socket), backlog);
        this.refused = Set.of(refused);
    }

    TestMonitor serve() {
        serving = Thread.ofVirtual().start(() -> {
            while (server.isOpen()) {
                try (var monitor = server.accept()) {
                    answer(monitor);
                } catch (IOException e) {
                    // Who had connected is gone, or the test is over.
                }
            }
        });
        return this;
    }

    private void answer(SocketChannel monitor) throws IOException {
        say(monitor, "{\"QMP\": {\"version\": {}, \"capabilities\": []}}");
        var in = new BufferedReader(new InputStreamReader(Channels.newInputStream(monitor), StandardCharsets.UTF_8));
        for (var line = in.readLine(); line != null; line = in.readLine()) {
            var command = JsonMapper.shared().readTree(line);
            var name = command.path("execute").asString("");
            heard.add(name + " " + command.path("arguments"));
            if (refused.contains(name)) {
                say(monitor, "{\"id\": \"" + name + "\", \"error\": {\"desc\": \"not today\"}}");
                continue;
            }
            switch (name) {
                case "hang-up" -> {
                    return;
                }
                case "silence" -> { }
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

    /// The commands, each with its arguments.
    List<String> heard() {
        return heard;
    }

    /// The socket is gone only when nobody waits for a connection any more; one that is open ends by itself.
    @Override
    public void close() throws IOException {
        server.close();
        try {
            if (serving != null) serving.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
