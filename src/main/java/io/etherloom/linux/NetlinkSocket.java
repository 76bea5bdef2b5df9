package io.etherloom.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/// A netlink socket of the route family (netlink(7)). It stays in the namespace of the thread
/// that opened it. One thread at a time.
final class NetlinkSocket implements AutoCloseable {
    private static final int NETLINK_ROUTE = 0;
    /// `<linux/netlink.h>`: errors come with a sentence, and without a copy of the request.
    private static final int NETLINK_CAP_ACK = 10;
    private static final int NETLINK_EXT_ACK = 11;

    static final int NLMSG_ERROR = 2;
    static final int NLMSG_DONE = 3;
    private static final int NLM_F_CAPPED = 0x100;
    private static final int NLM_F_ACK_TLVS = 0x200;
    private static final int NLMSGERR_ATTR_MSG = 1;

    /// The kernel cuts a dump into messages of at most the buffer that it was asked with; one link takes about 1.5 KiB.
    private static final int RECEIVE_BYTES = 32 * 1024;

    /// What to do with one message that came.
    interface Handler {
        /// @param buffer valid during the call
        /// @param at  offset of the payload
        /// @param end offset behind the message
        void message(int type, int flags, int sequence, MemorySegment buffer, long at, long end);
    }

    /// One for each thread and not for each socket, of which a lab has one a VM.
    private static final ThreadLocal<MemorySegment> BUFFER = ThreadLocal.withInitial(() -> Arena.ofAuto().allocate(RECEIVE_BYTES, 4));

    private int fd;

    /// @param groups `RTMGRP_` bits of the events wanted, 0 for none
    NetlinkSocket(int groups) {
        var libc = Libc.current();
        fd = (int) Errno.check("socket AF_NETLINK",
            Sockets.socket(libc, Sockets.AF_NETLINK, Sockets.SOCK_RAW, NETLINK_ROUTE));
        try (var arena = Arena.ofConfined()) {
            var scratch = arena.allocate(4, 4);
            // Kernels before 4.12 have neither; their errors come without a sentence, which is no reason to fail.
            Sockets.setOption(libc, fd, Sockets.SOL_NETLINK, NETLINK_CAP_ACK, 1, scratch);
            Sockets.setOption(libc, fd, Sockets.SOL_NETLINK, NETLINK_EXT_ACK, 1, scratch);
            // struct sockaddr_nl: u16 family, u16 zero, u32 port (0: the kernel chooses), u32 groups.
            var address = arena.allocate(12, 4);
            address.set(JAVA_SHORT, 0, (short) Sockets.AF_NETLINK);
            address.set(JAVA_INT, 8, groups);
            Errno.check("bind AF_NETLINK", Sockets.bind(libc, fd, address));
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    void send(NetlinkWriter requests) {
        Errno.check("send AF_NETLINK", Sockets.send(Libc.current(), fd, requests.buffer(), requests.size(), 0));
    }

    /// Waits for one datagram and hands out its messages.
    ///
    /// @return 0, or -errno: -ENOBUFS if the kernel had to throw events away
    int receive(int flags, Handler handler) {
        var buffer = BUFFER.get();
        long size = Sockets.receive(Libc.current(), fd, buffer, RECEIVE_BYTES, flags);
        if (size < 0) return (int) size;
        for (long at = 0; at + NetlinkWriter.HEADER_BYTES <= size; ) {
            int length = buffer.get(JAVA_INT, at);
            if (length < NetlinkWriter.HEADER_BYTES) break;
            handler.message(buffer.get(JAVA_SHORT, at + 4) & 0xffff, buffer.get(JAVA_SHORT, at + 6) & 0xffff, buffer.get(JAVA_INT, at + 8),
                buffer, at + NetlinkWriter.HEADER_BYTES, Math.min(at + length, size));
            at += length + 3 & ~3;
        }
        return 0;
    }

    /// Throws one datagram away unread, without waiting: 0, or -errno. Cheap, for who needs to know only that something happened.
    int discard() {
        return (int) Math.min(0, Sockets.receive(Libc.current(), fd, BUFFER.get(), 0, Sockets.MSG_DONTWAIT));
    }

    /// Reads the payload of `NLMSG_ERROR` (`struct nlmsgerr`): an error number, the request's header, then perhaps attributes.
    ///
    /// @return null for an acknowledgement
    static @Nullable LinuxException error(String what, MemorySegment message, int flags, long at, long end) {
        int errno = -message.get(JAVA_INT, at);
        return errno == 0 ? null : exception(what, errno, sentence(message, flags, at, end));
    }

    private static LinuxException exception(String what, int errno, String sentence) {
        try {
            Errno.check(what, -errno, sentence);
        } catch (LinuxException e) {
            return e;
        }
        throw new IllegalArgumentException("errno " + errno);
    }

    private static String sentence(MemorySegment message, int flags, long at, long end) {
        if ((flags & NLM_F_ACK_TLVS) == 0) return "";
        int request = (flags & NLM_F_CAPPED) != 0 ? NetlinkWriter.HEADER_BYTES : message.get(JAVA_INT, at + 4) + 3 & ~3;
        for (long a = at + 4 + request; a + 4 <= end; a = Link.next(message, a)) {
            if (Link.type(message, a) == NLMSGERR_ATTR_MSG) return Link.string(message, a);
        }
        return "";
    }

    int fd() {
        return fd;
    }

    @Override
    public void close() {
        if (fd < 0) return;
        Libc.current().close(fd);
        fd = -1;
    }
}
