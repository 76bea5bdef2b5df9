package io.etherloom.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Both ends on the loopback interface.
final class TcpSocketTest {
    /// Of this process alone.
    private static final InetAddress LOOPBACK = address(ProcessHandle.current().pid());
    private static final Duration LONG = Duration.ofSeconds(10);
    private static final int OCTETS = 16 << 10;

    private final Libc libc = Libc.current();

    private static InetAddress address(long pid) {
        return InetAddress.ofLiteral("127." + (1 + (pid >> 16 & 0x7f)) + "." + (pid >> 8 & 0xff) + "." + (pid & 0xff | 1));
    }

    private record Listening(TcpSocket socket, int port) {}

    /// At a port that is free.
    private static Listening listen(InetAddress address) {
        for (int port = 23_000;; port++) {
            try {
                return new Listening(TcpSocket.listen(address, port, OCTETS), port);
            } catch (LinuxException taken) {
                assertThat(taken.errno()).isEqualTo(Errno.EADDRINUSE);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1"})
    void whatOneWritesTheOtherReads(String address) {
        var ip = InetAddress.ofLiteral(address);
        assumeThat(address.equals("127.0.0.1") || Files.exists(Path.of("/proc/net/if_inet6"))).as("IPv6 is there").isTrue();
        var listening = listen(ip);
        try (var server = listening.socket; var one = TcpSocket.connect(ip, listening.port, OCTETS, LONG); var other = server.accept(one, LONG).blocking();
                var arena = Arena.ofConfined()) {
            var octets = arena.allocateFrom("carried");
            assertThat(libc.write(one.fd(), octets, 7)).isEqualTo(7);
            var got = arena.allocate(100);
            assertThat(libc.read(other.fd(), got, 100)).as("a reader that waits").isEqualTo(7);
            assertThat(got.getString(0)).isEqualTo("carried");
        }
    }

    /// What is written beyond them has to wait for a reader; the kernel has twice what was said, and one segment more.
    @Test
    void buffersAreAsSmallAsTheyWereSaid() {
        var listening = listen(LOOPBACK);
        try (var server = listening.socket; var one = TcpSocket.connect(LOOPBACK, listening.port, OCTETS, LONG); var other = server.accept(one, LONG);
                var arena = Arena.ofConfined()) {
            var octets = arena.allocate(1 << 20);
            long written = 0;
            for (int i = 0; i < 100; i++) {
                written += Math.max(0, libc.write(one.fd(), octets, octets.byteSize()));
            }
            assertThat(written).isBetween((long) OCTETS, 8L * OCTETS);
            assertThat(libc.read(other.fd(), octets, octets.byteSize())).isPositive();
        }
    }

    @Test
    void saysWhyThereIsNoConnection() {
        var listening = listen(LOOPBACK);
        assertThatThrownBy(() -> TcpSocket.listen(LOOPBACK, listening.port, OCTETS)).isInstanceOf(LinuxException.class)
            .hasMessageContaining("listen at " + LOOPBACK.getHostAddress() + " port " + listening.port).hasMessageContaining("EADDRINUSE");
        listening.socket.close();
        assertThatThrownBy(() -> TcpSocket.connect(LOOPBACK, listening.port, OCTETS, LONG)).isInstanceOf(LinuxException.class)
            .hasMessageContaining("connect to " + LOOPBACK.getHostAddress() + " port " + listening.port).hasMessageContaining("ECONNREFUSED");
        assertThatThrownBy(() -> TcpSocket.listen(InetAddress.ofLiteral("192.0.2.1"), 23_000, OCTETS)).isInstanceOf(LinuxException.class)
            .hasMessageContaining("EADDRNOTAVAIL");
    }

    /// Somebody else was there before, and is sent away.
    @Test
    void takesTheOneThatIsMeant() throws IOException {
        var listening = listen(LOOPBACK);
        try (var server = listening.socket; var stranger = new Socket()) {
            stranger.connect(new InetSocketAddress(LOOPBACK, listening.port));
            try (var one = TcpSocket.connect(LOOPBACK, listening.port, OCTETS, LONG); var other = server.accept(one, LONG); var arena = Arena.ofConfined()) {
                assertThat(libc.write(one.fd(), arena.allocateFrom(ValueLayout.JAVA_BYTE, (byte) 5), 1)).isEqualTo(1);
                assertThat(libc.poll(other.fd(), Libc.POLLIN, (int) LONG.toMillis())).isPositive();
                assertThat(stranger.getInputStream().read()).as("the stranger's end").isEqualTo(-1);
            }
        }
    }

    /// Not even for strangers.
    @Test
    void doesNotWaitForEver() throws IOException {
        var listening = listen(LOOPBACK);
        var another = listen(LOOPBACK);
        try (var server = listening.socket; var elsewhere = another.socket; var one = TcpSocket.connect(LOOPBACK, another.port, OCTETS, LONG); var stranger = new Socket()) {
            assertThat(elsewhere.fd()).isPositive();
            stranger.connect(new InetSocketAddress(LOOPBACK, listening.port));
            assertThatThrownBy(() -> server.accept(one, Duration.ofMillis(20))).isInstanceOf(LinuxException.class).hasMessageContaining("ETIMEDOUT");
        }
    }
}
