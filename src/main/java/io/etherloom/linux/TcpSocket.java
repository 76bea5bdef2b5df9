package io.etherloom.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.time.Duration;

/// A TCP socket (tcp(7)) that is made for another process, in the network namespace of the calling thread, with as much of a buffer as is said and no more. For control
/// code; one thread.
public final class TcpSocket implements AutoCloseable {
    private static final int BACKLOG = 16;
    private static final long NANOS_PER_MILLI = 1_000_000;

    private final MemorySegment scratch = Arena.ofAuto().allocate(4, 4);
    private int fd;

    private TcpSocket(int fd) {
        this.fd = fd;
    }

    /// Listens at an address.
    ///
    /// @param receiveOctets what an accepted one keeps of what nobody has read; the kernel has twice the memory for it
    /// @throws LinuxException EADDRINUSE when somebody listens there, EADDRNOTAVAIL when the namespace does not have the address
    public static TcpSocket listen(InetAddress address, int port, int receiveOctets) {
        var socket = open(address);
        try (var arena = Arena.ofConfined()) {
            var libc = Libc.current();
            socket.option(Sockets.SO_REUSEADDR, 1);      // Connections that are over are no reason to refuse.
            socket.option(Sockets.SO_RCVBUF, receiveOctets);
            var what = "listen at " + address.getHostAddress() + " port " + port;
            Errno.check(what, Sockets.bind(libc, socket.fd, Sockets.internetAddress(arena, address, port)));
            Errno.check(what, Sockets.listen(libc, socket.fd, BACKLOG));
            return socket;
        } catch (RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    /// Connects.
    ///
    /// @param sendOctets what it takes beyond what the peer has acknowledged; the kernel has twice the memory for it
    /// @throws LinuxException ETIMEDOUT after the time, ECONNREFUSED when nobody listens, EHOSTUNREACH and ENETUNREACH without a way
    public static TcpSocket connect(InetAddress address, int port, int sendOctets, Duration timeout) {
        long deadline = System.nanoTime() + timeout.toNanos();
        var socket = open(address);
        try (var arena = Arena.ofConfined()) {
            socket.option(Sockets.SO_SNDBUF, sendOctets);
            var what = "connect to " + address.getHostAddress() + " port " + port;
            int result = Sockets.connect(Libc.current(), socket.fd, Sockets.internetAddress(arena, address, port));
            if (result == -Errno.EINPROGRESS) {
                socket.await(what, Libc.POLLOUT, deadline);
                result = -socket.error();
            }
            Errno.check(what, result);
            return socket;
        } catch (RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    private static TcpSocket open(InetAddress address) {
        return new TcpSocket((int) Errno.check("socket SOCK_STREAM",
            Sockets.socket(Libc.current(), Sockets.family(address), Sockets.SOCK_STREAM | Sockets.SOCK_NONBLOCK, 0)));
    }

    private void option(int option, int value) {
        Errno.check("setsockopt", Sockets.setOption(Libc.current(), fd, Sockets.SOL_SOCKET, option, value, scratch));
    }

    /// @param deadline by `System.nanoTime`
    private void await(String what, short events, long deadline) {
        int ready = -Errno.EINTR;
        while (ready == -Errno.EINTR) {
            long leftMillis = (deadline - System.nanoTime() + NANOS_PER_MILLI - 1) / NANOS_PER_MILLI;
            if (leftMillis <= 0) {
                throw new LinuxException(what, Errno.ETIMEDOUT, "");
            }
            ready = Libc.current().poll(fd, events, (int) leftMillis);
        }
        if (Errno.check(what, ready) == 0) {
            throw new LinuxException(what, Errno.ETIMEDOUT, "");
        }
    }

    private int error() {
        try (var arena = Arena.ofConfined()) {
            Errno.check("getsockopt SO_ERROR",
                Sockets.option(Libc.current(), fd, Sockets.SOL_SOCKET, Sockets.SO_ERROR, scratch, arena.allocateFrom(JAVA_INT, (int) scratch.byteSize())));
            return scratch.get(JAVA_INT, 0);
        }
    }

    /// The end here of a connection that was made to this socket from the other; connections of others are closed.
    ///
    /// @throws LinuxException ETIMEDOUT after the time
    public TcpSocket accept(TcpSocket from, Duration timeout) {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (true) {
            await("accept", Libc.POLLIN, deadline);
            int accepted = Sockets.accept(Libc.current(), fd);
            if (accepted >= 0) {
                var socket = new TcpSocket(accepted);
                if (socket.isOtherEnd(from)) {
                    return socket;
                }
                socket.close();
            } else if (accepted != -Errno.EAGAIN && accepted != -Errno.EINTR && accepted != -Errno.ECONNABORTED) {
                Errno.check("accept", accepted);
            }
        }
    }

    private boolean isOtherEnd(TcpSocket other) {
        try (var arena = Arena.ofConfined()) {
            var peer = Sockets.name(Libc.current(), fd, true, arena);
            var own = Sockets.name(Libc.current(), other.fd, false, arena);
            return peer.mismatch(own) < 0;
        } catch (LinuxException gone) {
            return false;
        }
    }

    /// Has whoever reads or writes wait, as is usual; it belongs to the open file, and so to whoever else has the descriptor.
    public TcpSocket blocking() {
        Errno.check("fcntl", Libc.current().setNonBlocking(fd, false));
        return this;
    }

    /// The descriptor; -1 once closed.
    public int fd() {
        return fd;
    }

    @Override
    public void close() {
        if (fd < 0) return;
        Libc.current().close(fd);
        fd = -1;
    }
}
