package io.etherloom.lab;

import io.etherloom.linux.Errno;
import io.etherloom.linux.LinuxException;
import io.etherloom.linux.TcpSocket;
import io.etherloom.qemu.QemuException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;

/// The TCP connection by which a guest goes from one host to another: between VMkernel ports, through the emulated network. It is made here and given to both processes
/// of QEMU, for two reasons: QEMU would try to connect for two minutes and not let itself be stopped, and what lies in its buffers has left the source but has not come,
/// which nobody would count as the guest's standstill.
///
/// @param address that of the target
record MigrationStream(String address, TcpSocket leaving, TcpSocket arriving) implements AutoCloseable {
    /// That of VMotion (spec 7.12), and those after it for guests that move to one host at the same time.
    private static final int FIRST_PORT = 8000;
    private static final int PORTS = 16;
    /// At each end (ADR 34).
    private static final int BUFFER_OCTETS = 24 << 10;
    /// Three tries of ARP, or two of TCP.
    private static final Duration WAY = Duration.ofSeconds(4);
    private static final Duration ACCEPT = Duration.ofSeconds(1);

    /// Connects two hosts, by the first address that answers.
    ///
    /// @param addresses of the target's VMkernel ports for VMotion, at least one
    /// @param deadline by `System.nanoTime`
    /// @throws QemuException when none answers
    static MigrationStream open(QemuGuests guests, String from, String to, List<String> addresses, long deadline) {
        QemuException silence = null;
        for (var address : addresses) {
            if (silence != null && deadline - System.nanoTime() <= 0) {
                break;
            }
            try {
                return open(guests, from, to, address, deadline);
            } catch (QemuException fault) {
                silence = silence == null ? fault : new QemuException(silence.getMessage() + "; " + fault.getMessage(), fault);
            }
        }
        throw silence == null ? new QemuException(to + " has no address for VMotion") : silence;
    }

    private static MigrationStream open(QemuGuests guests, String from, String to, String address, long deadline) {
        var ip = parse(address);
        for (int port = FIRST_PORT;; port++) {
            try (var listening = listen(guests, to, ip, port)) {
                return connect(guests, from, to, ip, port, listening, deadline);
            } catch (LinuxException fault) {
                if (fault.errno() != Errno.EADDRINUSE || port == FIRST_PORT + PORTS - 1) {
                    throw new QemuException(to + " does not take a guest: " + fault.getMessage(), fault);
                }
            }
        }
    }

    private static TcpSocket listen(QemuGuests guests, String to, InetAddress ip, int port) {
        return guests.inNetworkOf(to, () -> TcpSocket.listen(ip, port, BUFFER_OCTETS));
    }

    private static MigrationStream connect(QemuGuests guests, String from, String to, InetAddress ip, int port, TcpSocket listening, long deadline) {
        TcpSocket leaving = null;
        TcpSocket arriving = null;
        try {
            leaving = guests.inNetworkOf(from, () -> TcpSocket.connect(ip, port, BUFFER_OCTETS, within(WAY, deadline)));
            var begun = leaving;
            arriving = guests.inNetworkOf(to, () -> listening.accept(begun, within(ACCEPT, deadline)));      // Not on a virtual thread: ADR 35.
            return new MigrationStream(ip.getHostAddress(), leaving.blocking(), arriving.blocking());
        } catch (RuntimeException fault) {
            if (leaving != null) {
                leaving.close();
            }
            if (arriving != null) {
                arriving.close();
            }
            throw fault instanceof LinuxException ? new QemuException(from + " gets no answer from " + ip.getHostAddress() + ": " + fault.getMessage(), fault) : fault;
        }
    }

    private static Duration within(Duration time, long deadline) {
        long leftNanos = deadline - System.nanoTime();
        if (leftNanos <= 0) {
            throw new QemuException("the time of the move is over");
        }
        return Duration.ofNanos(Math.min(time.toNanos(), leftNanos));
    }

    private static InetAddress parse(String address) {
        try {
            return InetAddress.ofLiteral(address);
        } catch (IllegalArgumentException e) {
            throw new QemuException("not an address: " + address, e);
        }
    }

    /// Once QEMU has descriptors of its own.
    @Override
    public void close() {
        leaving.close();
        arriving.close();
    }
}
