package io.etherloom.qemu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.etherloom.linux.Errno;
import io.etherloom.linux.Libc;
import io.etherloom.linux.LinuxException;
import io.etherloom.linux.UnixSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The client against a monitor of the test's. That a descriptor arrives is seen by a guest.
final class DescriptorMonitorTest {
    private static final Duration LONG = Duration.ofSeconds(10);
    /// Enough to connect on a busy machine.
    private static final Duration SHORT = Duration.ofSeconds(2);

    @TempDir
    private Path folder;

    private TestMonitor server;

    @BeforeEach
    void listen() throws Exception {
        server = new TestMonitor(folder.resolve("fds"), 4, "refuse").serve();
    }

    @AfterEach
    void close() throws Exception {
        server.close();
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
        assertThat(server.heard()).containsExactly("qmp_capabilities {}", "getfd {\"fdname\":\"net0\"}", "netdev_add {\"id\":\"net0\"}");
    }

    @Test
    void refusalsAreSentences() {
        try (var monitor = connect(LONG)) {
            assertThatThrownBy(() -> monitor.execute("refuse", Map.of())).isInstanceOf(QemuException.class).hasMessage("refuse: not today");
            assertThatThrownBy(() -> monitor.execute("nonsense", Map.of())).isInstanceOf(QemuException.class).hasMessage("nonsense: QEMU says nonsense");
            assertThatThrownBy(() -> monitor.execute("hang-up", Map.of())).isInstanceOf(QemuException.class).hasMessage("hang-up: QEMU is gone");
            assertThatThrownBy(() -> monitor.execute("echo", Map.of())).isInstanceOf(QemuException.class).hasMessage("echo: QEMU is gone");
        }
    }

    @Test
    void nobodyIsWaitedForForEver() throws Exception {
        try (var monitor = connect(SHORT)) {
            assertThatThrownBy(() -> monitor.execute("silence", Map.of())).isInstanceOf(QemuException.class).hasMessage("silence: QEMU does not answer in time");
        }
        server.close();
        assertThatThrownBy(() -> connect(LONG)).isInstanceOf(QemuException.class).hasMessageStartingWith("QEMU is gone: ");
    }

    @Test
    void aFullBacklogIsWaitedFor() throws Exception {
        var path = folder.resolve("full");
        try (var full = new TestMonitor(path, 1)) {
            fill(path);
            assertThatThrownBy(() -> DescriptorMonitor.connect(path, Duration.ofMillis(50))).isInstanceOf(QemuException.class)
                .hasMessageStartingWith("QEMU does not answer in time: ");
            full.serve();
            DescriptorMonitor.connect(path, LONG).close();
        }
    }

    /// With connections of those who left before somebody had accepted them.
    private static void fill(Path path) {
        while (true) {
            try {
                UnixSocket.stream(path).close();
            } catch (LinuxException e) {
                assertThat(e.errno()).isEqualTo(Errno.EAGAIN);
                return;
            }
        }
    }
}
