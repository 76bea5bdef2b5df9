package io.etherloom.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Both ends on the loopback interface.
final class TcpSocketTest {
    private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");
    private static final Duration LONG = Duration.ofSeconds(10);
    private static final int OCTETS = 16 << 10;

    private final Libc libc = Libc.current();

    private record Listening(TcpSocket socket, int port) {}

    /// The tests' own ports, of which some may be taken.
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
            .hasMessageContaining("listen at 127.0.0.1 port " + listening.port).hasMessageContaining("EADDRINUSE");
        listening.socket.close();
        assertThatThrownBy(() -> TcpSocket.connect(LOOPBACK, listening.port, OCTETS, LONG)).isInstanceOf(LinuxException.class)
            .hasMessageContaining("connect to 127.0.0.1 port " + listening.port).hasMessageContaining("ECONNREFUSED");
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

    @Test
    void doesNotWaitForEver() {
        var listening = listen(LOOPBACK);
        var another = listen(LOOPBACK);
        try (var server = listening.socket; var elsewhere = another.socket; var one = TcpSocket.connect(LOOPBACK, another.port, OCTETS, LONG)) {
            assertThat(elsewhere.fd()).isPositive();
            assertThatThrownBy(() -> server.accept(one, Duration.ofMillis(20))).isInstanceOf(LinuxException.class).hasMessageContaining("ETIMEDOUT");
        }
    }
}
