package io.etherloom.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// A unix socket that never blocks, connected to one peer (unix(7)). Reading and sending allocate nothing and belong to one thread at a time;
/// any thread may close it.
public final class UnixSocket implements AutoCloseable {
    private final Message message = new Message();
    private int fd;
    /// 0 until it is known.
    private int usualRoom;

    private UnixSocket(int fd) {
        this.fd = fd;
    }

    /// Connects to a stream socket that somebody listens on.
    ///
    /// @throws LinuxException ECONNREFUSED if nobody listens, EAGAIN if too many wait to be accepted
    public static UnixSocket stream(Path peer) {
        return connected(open(Sockets.SOCK_STREAM), peer);
    }

    /// Binds a datagram socket, in place of a socket file that is there, and connects it to another.
    ///
    /// @throws LinuxException ECONNREFUSED if nobody has the peer's socket
    public static UnixSocket datagram(Path own, Path peer) {
        try {
            Files.deleteIfExists(own);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot replace the socket " + own, e);
        }
        var socket = open(Sockets.SOCK_DGRAM);
        try (var arena = Arena.ofConfined()) {
            Errno.check("bind " + own, Sockets.bind(Libc.current(), socket.fd, Sockets.unixAddress(arena, own.toString())));
        } catch (RuntimeException e) {
            socket.close();
            throw e;
        }
        return connected(socket, peer);
    }

    private static UnixSocket open(int type) {
        return new UnixSocket((int) Errno.check("socket AF_UNIX",
            Sockets.socket(Libc.current(), Sockets.AF_UNIX, type | Sockets.SOCK_NONBLOCK, 0)));
    }

    private static UnixSocket connected(UnixSocket socket, Path peer) {
        try (var arena = Arena.ofConfined()) {
            Errno.check("connect to " + peer, Sockets.connect(Libc.current(), socket.fd, Sockets.unixAddress(arena, peer.toString())));
            return socket;
        } catch (RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    /// Two sockets that are each other's peer.
    ///
    /// @param isStream stream or datagram
    public static List<UnixSocket> pair(boolean isStream) {
        try (var arena = Arena.ofConfined()) {
            var pair = arena.allocate(JAVA_INT, 2);
            int type = (isStream ? Sockets.SOCK_STREAM : Sockets.SOCK_DGRAM) | Sockets.SOCK_NONBLOCK;
            Errno.check("socketpair AF_UNIX", Sockets.pair(Libc.current(), Sockets.AF_UNIX, type, pair));
            return List.of(new UnixSocket(pair.getAtIndex(JAVA_INT, 0)), new UnixSocket(pair.getAtIndex(JAVA_INT, 1)));
        }
    }

    /// What `epoll` watches; -1 once closed.
    public int fd() {
        return fd;
    }

    /// Octets that were there (of a stream) or one datagram, cut to what there is room for; 0 when the peer of a stream has closed, or -errno.
    ///
    /// @param address of native memory that the caller keeps alive
    public long read(Libc libc, long address, long bytes) {
        return FrameCalls.read(libc, fd, address, bytes);
    }

    /// The same into several pieces of memory.
    ///
    /// @param count how many vectors, from the first on
    public long read(Libc libc, Iovec into, int count) {
        return FrameCalls.readv(libc, fd, into.address(), count);
    }

    /// Sends what the vectors hold: octets, which on a stream may be fewer, or -errno: `-EAGAIN` when the peer has not read what it was sent
    /// before, `-EPIPE` or `-ECONNREFUSED` when it is gone.
    ///
    /// @param count how many vectors, from the first on
    public long send(Libc libc, Iovec from, int count) {
        return FrameCalls.sendmsg(libc, fd, message.plain(from, count), Sockets.MSG_DONTWAIT | Sockets.MSG_NOSIGNAL);
    }

    /// The same with a descriptor, of which the peer gets one of its own when it receives the octets (unix(7), `SCM_RIGHTS`).
    public long send(Libc libc, Iovec from, int count, int descriptor) {
        long rights = message.with(from, count, Sockets.SOL_SOCKET, Sockets.SCM_RIGHTS, descriptor);
        return FrameCalls.sendmsg(libc, fd, rights, Sockets.MSG_DONTWAIT | Sockets.MSG_NOSIGNAL);
    }

    /// Lets fewer octets be on their way to the peer, with what the kernel needs for each piece (socket(7), `SO_SNDBUF`), or ends that; what is on its way stays there.
    /// Nothing happens once it is closed.
    ///
    /// @param bytes as the kernel counts them, some 4,600 at least; a datagram must be shorter by 32; 0 for as many as usual
    public synchronized void limitRoom(int bytes) {
        if (fd < 0) return;
        usualRoom = usualRoom == 0 ? room() : usualRoom;
        room(bytes == 0 ? usualRoom : bytes);
    }

    private int room() {
        try (var arena = Arena.ofConfined()) {
            var value = arena.allocate(JAVA_INT);
            Errno.check("getsockopt SO_SNDBUF",
                Sockets.option(Libc.current(), fd, Sockets.SOL_SOCKET, Sockets.SO_SNDBUF, value, arena.allocateFrom(JAVA_INT, (int) value.byteSize())));
            return value.get(JAVA_INT, 0);
        }
    }

    private void room(int bytes) {
        try (var arena = Arena.ofConfined()) {
            // The kernel doubles what it is told.
            Errno.check("setsockopt SO_SNDBUF", Sockets.setOption(Libc.current(), fd, Sockets.SOL_SOCKET, Sockets.SO_SNDBUF, bytes / 2, arena.allocate(JAVA_INT)));
        }
    }

    @Override
    public synchronized void close() {
        if (fd < 0) return;
        Libc.current().close(fd);
        fd = -1;
    }
}
