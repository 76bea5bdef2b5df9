package io.etherloom.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.invoke.MethodHandle;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/// The socket calls of libc. Each gives the value or `-errno` and allocates nothing but where it says so.
final class Sockets {
    /// `<linux/socket.h>`, `<linux/net.h>`.
    static final int AF_UNIX = 1;
    static final int AF_INET = 2;
    static final int AF_INET6 = 10;
    static final int AF_NETLINK = 16;
    static final int AF_PACKET = 17;
    static final int SOCK_STREAM = 1;
    static final int SOCK_DGRAM = 2;
    static final int SOCK_RAW = 3;
    static final int SOCK_NONBLOCK = 04000;
    static final int SOCK_CLOEXEC = 02000000;
    static final int SOL_SOCKET = 1;
    static final int SOL_NETLINK = 270;
    static final int SOL_PACKET = 263;
    static final int SO_REUSEADDR = 2;
    static final int SO_ERROR = 4;
    static final int SO_SNDBUF = 7;
    static final int SO_RCVBUF = 8;
    static final int SO_RCVBUFFORCE = 33;
    static final int SCM_RIGHTS = 1;
    static final int MSG_DONTWAIT = 0x40;
    static final int MSG_TRUNC = 0x20;
    static final int MSG_NOSIGNAL = 0x4000;

    /// `sizeof(struct sockaddr_un)`, and what of it a path may take with its final zero.
    private static final int UNIX_ADDRESS_BYTES = 110;
    private static final int UNIX_PATH_BYTES = 108;
    private static final int INTERNET_ADDRESS_BYTES = 16;
    private static final int INTERNET6_ADDRESS_BYTES = 28;

    private static final MethodHandle SOCKET = Foreign.bind("socket", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT));
    private static final MethodHandle BIND = Foreign.bind("bind", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));
    private static final MethodHandle CONNECT = Foreign.bind("connect", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));
    private static final MethodHandle LISTEN = Foreign.bind("listen", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));
    private static final MethodHandle ACCEPT4 = Foreign.bind("accept4", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, ADDRESS, JAVA_INT));
    private static final MethodHandle GETSOCKNAME = Foreign.bind("getsockname", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, ADDRESS));
    private static final MethodHandle GETPEERNAME = Foreign.bind("getpeername", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, ADDRESS));
    private static final MethodHandle SOCKETPAIR =
        Foreign.bind("socketpair", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS));
    private static final MethodHandle SETSOCKOPT =
        Foreign.bind("setsockopt", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));
    private static final MethodHandle GETSOCKOPT =
        Foreign.bind("getsockopt", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, ADDRESS));
    private static final MethodHandle SEND = Foreign.bind("send", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));
    private static final MethodHandle RECV = Foreign.bind("recv", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));
    private static final MethodHandle SENDMMSG =
        Foreign.bind("sendmmsg", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT));

    private Sockets() {}

    /// socket(2) with `SOCK_CLOEXEC` added: the descriptor, in the calling thread's network namespace, or -errno.
    static int socket(Libc libc, int family, int type, int protocol) {
        try {
            return libc.result((int) SOCKET.invokeExact(libc.state, family, type | SOCK_CLOEXEC, protocol));
        } catch (Throwable t) {
            throw Foreign.failed("socket", t);
        }
    }

    /// bind(2) to the whole of `address`, a `struct sockaddr_…`.
    static int bind(Libc libc, int fd, MemorySegment address) {
        try {
            return libc.result((int) BIND.invokeExact(libc.state, fd, address, (int) address.byteSize()));
        } catch (Throwable t) {
            throw Foreign.failed("bind", t);
        }
    }

    /// connect(2) to the whole of `address`: 0, or -errno.
    static int connect(Libc libc, int fd, MemorySegment address) {
        try {
            return libc.result((int) CONNECT.invokeExact(libc.state, fd, address, (int) address.byteSize()));
        } catch (Throwable t) {
            throw Foreign.failed("connect", t);
        }
    }

    /// listen(2): 0, or -errno.
    static int listen(Libc libc, int fd, int backlog) {
        try {
            return libc.result((int) LISTEN.invokeExact(libc.state, fd, backlog));
        } catch (Throwable t) {
            throw Foreign.failed("listen", t);
        }
    }

    /// accept4(2) with `SOCK_CLOEXEC` and `SOCK_NONBLOCK`: the descriptor, or -errno.
    static int accept(Libc libc, int fd) {
        try {
            return libc.result((int) ACCEPT4.invokeExact(libc.state, fd, MemorySegment.NULL, MemorySegment.NULL, SOCK_CLOEXEC | SOCK_NONBLOCK));
        } catch (Throwable t) {
            throw Foreign.failed("accept4", t);
        }
    }

    /// The `struct sockaddr_…` of a socket, or of its peer.
    ///
    /// @throws LinuxException ENOTCONN without a peer
    static MemorySegment name(Libc libc, int fd, boolean isPeer, SegmentAllocator arena) {
        var address = arena.allocate(INTERNET6_ADDRESS_BYTES, 4);
        var size = arena.allocateFrom(JAVA_INT, INTERNET6_ADDRESS_BYTES);
        try {
            int result = isPeer ? (int) GETPEERNAME.invokeExact(libc.state, fd, address, size) : (int) GETSOCKNAME.invokeExact(libc.state, fd, address, size);
            Errno.check(isPeer ? "getpeername" : "getsockname", libc.result(result));
        } catch (Throwable t) {
            throw Foreign.failed("getsockname", t);
        }
        return address.asSlice(0, Math.min(size.get(JAVA_INT, 0), INTERNET6_ADDRESS_BYTES));
    }

    /// socketpair(2) with `SOCK_CLOEXEC` added: 0, or -errno.
    ///
    /// @param pair gets both descriptors
    static int pair(Libc libc, int family, int type, MemorySegment pair) {
        try {
            return libc.result((int) SOCKETPAIR.invokeExact(libc.state, family, type | SOCK_CLOEXEC, 0, pair));
        } catch (Throwable t) {
            throw Foreign.failed("socketpair", t);
        }
    }

    /// A `struct sockaddr_un` (unix(7)).
    ///
    /// @throws LinuxException ENAMETOOLONG if the path has more than 107 octets
    static MemorySegment unixAddress(SegmentAllocator arena, String path) {
        var bytes = path.getBytes(StandardCharsets.UTF_8);
        if (bytes.length >= UNIX_PATH_BYTES) {
            throw new LinuxException("socket " + path, Errno.ENAMETOOLONG, "the path of a unix socket has 107 octets at most");
        }
        var address = arena.allocate(UNIX_ADDRESS_BYTES, 2);
        address.set(JAVA_SHORT, 0, (short) AF_UNIX);
        MemorySegment.copy(bytes, 0, address, JAVA_BYTE, 2, bytes.length);
        return address;
    }

    /// `AF_INET` or `AF_INET6`.
    static int family(InetAddress address) {
        return address instanceof Inet6Address ? AF_INET6 : AF_INET;
    }

    /// A `struct sockaddr_in` (ip(7)): u16 family, u16 port and u32 address in network order; or `sockaddr_in6` (ipv6(7)): u16 family, u16 port in network order, u32
    /// flow, 16 octets of address, u32 scope.
    static MemorySegment internetAddress(SegmentAllocator arena, InetAddress address, int port) {
        var octets = address.getAddress();
        boolean isIpv6 = address instanceof Inet6Address;
        var socketAddress = arena.allocate(isIpv6 ? INTERNET6_ADDRESS_BYTES : INTERNET_ADDRESS_BYTES, 4);
        socketAddress.set(JAVA_SHORT, 0, (short) family(address));
        socketAddress.set(JAVA_SHORT.withOrder(ByteOrder.BIG_ENDIAN), 2, (short) port);
        MemorySegment.copy(octets, 0, socketAddress, JAVA_BYTE, isIpv6 ? 8 : 4, octets.length);
        if (address instanceof Inet6Address scoped) {
            socketAddress.set(JAVA_INT, 24, scoped.getScopeId());
        }
        return socketAddress;
    }

    /// setsockopt(2) of an option that is an `int`.
    ///
    /// @param scratch four octets that the call may write
    static int setOption(Libc libc, int fd, int level, int option, int value, MemorySegment scratch) {
        scratch.set(JAVA_INT, 0, value);
        return setOption(libc, fd, level, option, scratch.asSlice(0, 4));
    }

    /// setsockopt(2) of an option that is a struct: 0, or -errno.
    static int setOption(Libc libc, int fd, int level, int option, MemorySegment value) {
        try {
            return libc.result((int) SETSOCKOPT.invokeExact(libc.state, fd, level, option, value, (int) value.byteSize()));
        } catch (Throwable t) {
            throw Foreign.failed("setsockopt", t);
        }
    }

    /// getsockopt(2) of an option that is a struct: 0, or -errno.
    ///
    /// @param size four octets that hold how many octets `into` has room for
    static int option(Libc libc, int fd, int level, int option, MemorySegment into, MemorySegment size) {
        try {
            return libc.result((int) GETSOCKOPT.invokeExact(libc.state, fd, level, option, into, size));
        } catch (Throwable t) {
            throw Foreign.failed("getsockopt", t);
        }
    }

    /// A `struct sockaddr_ll` for bind(2): u16 family, u16 protocol (network order), int index, then what only sendto reads; 20 octets.
    static MemorySegment packetAddress(SegmentAllocator arena, int protocol, int index) {
        var address = arena.allocate(20, 4);
        address.set(JAVA_SHORT, 0, (short) AF_PACKET);
        address.set(JAVA_SHORT.withOrder(ByteOrder.BIG_ENDIAN), 2, (short) protocol);
        address.set(JAVA_INT, 4, index);
        return address;
    }

    static long send(Libc libc, int fd, MemorySegment from, long bytes, int flags) {
        try {
            return libc.result((long) SEND.invokeExact(libc.state, fd, from, bytes, flags));
        } catch (Throwable t) {
            throw Foreign.failed("send", t);
        }
    }

    static long receive(Libc libc, int fd, MemorySegment into, long bytes, int flags) {
        try {
            return libc.result((long) RECV.invokeExact(libc.state, fd, into, bytes, flags));
        } catch (Throwable t) {
            throw Foreign.failed("recv", t);
        }
    }

    /// sendmmsg(2): how many messages went out, or -errno if none did.
    static int sendBatch(Libc libc, int fd, MemorySegment messages, int count, int flags) {
        try {
            return libc.result((int) SENDMMSG.invokeExact(libc.state, fd, messages, count, flags));
        } catch (Throwable t) {
            throw Foreign.failed("sendmmsg", t);
        }
    }
}
