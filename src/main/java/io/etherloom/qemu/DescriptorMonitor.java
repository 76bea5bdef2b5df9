package io.etherloom.qemu;

import io.etherloom.linux.Errno;
import io.etherloom.linux.Iovec;
import io.etherloom.linux.Libc;
import io.etherloom.linux.LinuxException;
import io.etherloom.linux.UnixSocket;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A second monitor of a QEMU process, for what is made of a descriptor: QEMU keeps one that it was given (`getfd`) for the monitor by which it came, and only a socket of
/// ours can send one. It is left at once, since QEMU tells it all events as well. One thread.
final class DescriptorMonitor implements AutoCloseable {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final int READ_BYTES = 1 << 14;
    /// A greeting, an answer, and events between them.
    private static final int MAX_LINE = 1 << 20;
    private static final long LOOK_NANOS = 200_000;

    private final UnixSocket socket;
    private final long deadline;
    private final MemorySegment bytes = Arena.ofAuto().allocate(READ_BYTES);
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private int begin;
    private int end;

    private DescriptorMonitor(UnixSocket socket, long deadline) {
        this.socket = socket;
        this.deadline = deadline;
    }

    /// Connects.
    ///
    /// @param timeout of all that is done with it
    /// @throws QemuException when QEMU is gone or does not answer in time
    static DescriptorMonitor connect(Path path, Duration timeout) {
        long deadline = System.nanoTime() + timeout.toNanos();
        var monitor = new DescriptorMonitor(socket(path, deadline), deadline);
        try {
            monitor.execute("qmp_capabilities", Map.of());
            return monitor;
        } catch (RuntimeException e) {
            monitor.close();
            throw e;
        }
    }

    /// QEMU has one connection at a time, and few may wait for it.
    private static UnixSocket socket(Path path, long deadline) {
        while (true) {
            try {
                return UnixSocket.stream(path);
            } catch (LinuxException e) {
                if (e.errno() != Errno.EAGAIN) {
                    throw new QemuException("QEMU is gone: " + e.getMessage(), e);
                }
                if (System.nanoTime() > deadline) {
                    throw new QemuException("QEMU does not answer in time: " + e.getMessage(), e);
                }
            }
            LockSupport.parkNanos(LOOK_NANOS);
        }
    }

    /// Gives QEMU a descriptor of its own of what is open.
    ///
    /// @param name for the next command that takes one
    void give(String name, int descriptor) {
        ask("getfd", Map.of("fdname", name), descriptor);
    }

    void execute(String command, Map<String, ?> arguments) {
        ask(command, arguments, -1);
    }

    private void ask(String command, Map<String, ?> arguments, int descriptor) {
        send(command, (JSON.writeValueAsString(Map.of("execute", command, "arguments", arguments, "id", command)) + "\n").getBytes(StandardCharsets.UTF_8), descriptor);
        var answer = next(command);
        while (!answer.path("id").asString("").equals(command)) {
            answer = next(command);
        }
        if (answer.has("error")) {
            throw new QemuException(command + ": " + answer.path("error").path("desc").asString("it failed"));
        }
    }

    /// A command is shorter than what a socket holds.
    private void send(String command, byte[] words, int descriptor) {
        try (var arena = Arena.ofConfined()) {
            var vector = new Iovec(1);
            vector.set(0, arena.allocateFrom(ValueLayout.JAVA_BYTE, words).address(), words.length);
            long sent = descriptor < 0 ? socket.send(Libc.current(), vector, 1) : socket.send(Libc.current(), vector, 1, descriptor);
            if (sent < 0 && sent != -Errno.EAGAIN) {
                throw new QemuException(command + ": QEMU is gone");
            }
            if (sent != words.length) {
                throw new QemuException(command + ": QEMU takes no commands");
            }
        }
    }

    private JsonNode next(String command) {
        try {
            return JSON.readTree(line(command));
        } catch (JacksonException e) {
            throw new QemuException(command + ": QEMU says nonsense", e);
        }
    }

    private String line(String command) {
        line.reset();
        while (line.size() < MAX_LINE) {
            if (begin == end) {
                fill(command);
            }
            byte octet = bytes.get(ValueLayout.JAVA_BYTE, begin++);
            if (octet == '\n') {
                return line.toString(StandardCharsets.UTF_8);
            }
            line.write(octet);
        }
        throw new QemuException(command + ": QEMU does not end a line");
    }

    private void fill(String command) {
        long count = socket.read(Libc.current(), bytes.address(), READ_BYTES);
        while (count == -Errno.EAGAIN || count == -Errno.EINTR) {
            if (System.nanoTime() > deadline) {
                throw new QemuException(command + ": QEMU does not answer in time");
            }
            LockSupport.parkNanos(LOOK_NANOS);
            count = socket.read(Libc.current(), bytes.address(), READ_BYTES);
        }
        if (count <= 0) {
            throw new QemuException(command + ": QEMU is gone");
        }
        begin = 0;
        end = (int) count;
    }

    @Override
    public void close() {
        socket.close();
    }
}
