package io.etherloom.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// Sends and receives whole Ethernet frames on one interface of the namespace it was opened in (packet(7)). It sees what enters the
/// interface, not what is sent on it. The kernel takes the outermost tag off what it receives, and tells it where that is asked for
/// ([#withTags]). One thread at a time; any may ask for [#overruns] and close.
public final class PacketSocket implements AutoCloseable {
    /// `<linux/if_ether.h>`, `<linux/if_packet.h>`.
    private static final int ETH_P_ALL = 0x0003;
    private static final int PACKET_STATISTICS = 6;
    private static final int PACKET_AUXDATA = 8;
    private static final int PACKET_VNET_HDR = 15;
    private static final int PACKET_QDISC_BYPASS = 20;
    private static final int PACKET_IGNORE_OUTGOING = 23;

    /// `struct tpacket_auxdata`: u32 status, u32 length, u32 captured, u16 mac, u16 net, u16 tag control, u16 tag type; both in host order.
    private static final int AUXDATA_BYTES = 20;
    private static final int AUXDATA_TAG = 16;
    private static final int TP_STATUS_VLAN_VALID = 1 << 4;
    private static final int TP_STATUS_VLAN_TPID_VALID = 1 << 6;
    private static final int ETH_P_8021Q = 0x8100;

    private final MemorySegment scratch = Arena.ofAuto().allocate(4, 4);
    private final Message message = new Message();
    private volatile int fd;
    private int tagType;
    private int tagControl;
    private long overruns;

    private PacketSocket(int fd) {
        this.fd = fd;
    }

    /// Opens one on an interface of the calling thread's namespace. The interface must exist; it may be down.
    ///
    /// @param index of the interface, from [Rtnetlink#index]
    /// @throws LinuxException EPERM without CAP_NET_RAW
    public static PacketSocket open(int index) {
        return open(index, ETH_P_ALL);
    }

    /// Opens one that only sends.
    ///
    /// @param index of the interface, from [Rtnetlink#index]
    /// @throws LinuxException EPERM without CAP_NET_RAW
    public static PacketSocket openSender(int index) {
        return open(index, 0);
    }

    private static PacketSocket open(int index, int protocol) {
        var libc = Libc.current();
        // Protocol 0 receives nothing until bind, so that no frame of another interface slips in before.
        var socket = new PacketSocket((int) Errno.check("socket AF_PACKET",
            Sockets.socket(libc, Sockets.AF_PACKET, Sockets.SOCK_RAW | Sockets.SOCK_NONBLOCK, 0)));
        try (var arena = Arena.ofConfined()) {
            socket.option(libc, "PACKET_IGNORE_OUTGOING", PACKET_IGNORE_OUTGOING);
            Errno.check("bind AF_PACKET to interface " + index,
                Sockets.bind(libc, socket.fd, Sockets.packetAddress(arena, protocol, index)));
            return socket;
        } catch (RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    /// From now on each frame begins with [Tun#VNET_HEADER_BYTES] octets of offload metadata, in both directions.
    public PacketSocket withVnetHeader() {
        option(Libc.current(), "PACKET_VNET_HDR", PACKET_VNET_HDR);
        return this;
    }

    /// From now on frames go to the driver at once, past the interface's queue. A driver that has no room loses a frame and
    /// counts it, and sending says `-ENOBUFS`.
    public PacketSocket withQdiscBypass() {
        option(Libc.current(), "PACKET_QDISC_BYPASS", PACKET_QDISC_BYPASS);
        return this;
    }

    /// From now on [#tagType] and [#tagControl] tell what the kernel took off the frame that was received last by vectors.
    public PacketSocket withTags() {
        option(Libc.current(), "PACKET_AUXDATA", PACKET_AUXDATA);
        return this;
    }

    /// Keeps so many octets of frames that nobody has received yet, with what the kernel needs for each; without CAP_NET_ADMIN in the machine's own user
    /// namespace at most what `net.core.rmem_max` says.
    public PacketSocket withRoom(int bytes) {
        var libc = Libc.current();
        if (Sockets.setOption(libc, fd, Sockets.SOL_SOCKET, Sockets.SO_RCVBUFFORCE, bytes, scratch) < 0) {
            Errno.check("setsockopt SO_RCVBUF", Sockets.setOption(libc, fd, Sockets.SOL_SOCKET, Sockets.SO_RCVBUF, bytes, scratch));
        }
        return this;
    }

    private void option(Libc libc, String name, int option) {
        Errno.check("setsockopt " + name, Sockets.setOption(libc, fd, Sockets.SOL_PACKET, option, 1, scratch));
    }

    /// Sends one frame: octets sent, or -errno (`-ENETDOWN` while the interface is down, `-ENOBUFS` when its queue is full).
    public long send(Libc libc, MemorySegment frame, long bytes) {
        return Sockets.send(libc, fd, frame, bytes, Sockets.MSG_DONTWAIT);
    }

    /// Sends the first `count` frames of a batch: how many went, or -errno if none did.
    public int send(Libc libc, Batch batch, int count) {
        return send(libc, batch, 0, count);
    }

    /// The same for the entries from `from` on. Past the queue ([#withQdiscBypass]) a batch ends in front of the first frame that the
    /// driver did not take, and that frame is lost: it must not be sent again as if it had not been tried.
    public int send(Libc libc, Batch batch, int from, int count) {
        return Sockets.sendBatch(libc, fd, batch.messages.asSlice((long) from * Batch.MMSGHDR_BYTES), count, Sockets.MSG_DONTWAIT);
    }

    /// Waits for one frame: its size, even if `bytes` were too few for it; 0 after the time; or -errno.
    ///
    /// @param timeoutMillis 0 does not wait, -1 waits for ever
    public long receive(Libc libc, MemorySegment into, long bytes, int timeoutMillis) {
        int ready = libc.poll(fd, Libc.POLLIN, timeoutMillis);
        if (ready <= 0) return ready;
        long size = Sockets.receive(libc, fd, into, bytes, Sockets.MSG_DONTWAIT | Sockets.MSG_TRUNC);
        return size == -Errno.EAGAIN ? 0 : size;
    }

    /// Sends what the vectors hold as one frame: its octets, or -errno (`-ENETDOWN` while the interface is down, `-ENXIO` when it is gone, `-ENOBUFS` when its
    /// queue is full). This and the next three allocate nothing.
    ///
    /// @param count how many vectors, from the first on
    public long send(Libc libc, Iovec from, int count) {
        return FrameCalls.sendmsg(libc, fd, message.plain(from, count), Sockets.MSG_DONTWAIT);
    }

    /// Receives one frame into the vectors, cut to what there is room for: octets; `-EAGAIN` when there is none, or another -errno, such as `-ENETDOWN` once after the
    /// interface has gone.
    public long receive(Libc libc, Iovec into, int count) {
        long octets = FrameCalls.recvmsg(libc, fd, message.receiving(into, count), Sockets.MSG_DONTWAIT);
        tagType = 0;
        if (octets >= 0 && message.came(Sockets.SOL_PACKET, PACKET_AUXDATA, AUXDATA_BYTES)) {
            int status = message.data(0);
            int tag = message.data(AUXDATA_TAG);
            if ((status & TP_STATUS_VLAN_VALID) != 0) {
                tagType = (status & TP_STATUS_VLAN_TPID_VALID) != 0 ? tag >>> 16 : ETH_P_8021Q;
                tagControl = tag & 0xffff;
            }
        }
        return octets;
    }

    /// EtherType of the tag that the kernel took off the frame received last; 0 when it had none.
    public int tagType() {
        return tagType;
    }

    /// The 16 bits of that tag: priority, drop eligible, VLAN.
    public int tagControl() {
        return tagControl;
    }

    /// How many frames the socket had no room for since it was opened. For control code.
    public synchronized long overruns() {
        if (fd < 0) return overruns;
        try (var arena = Arena.ofConfined()) {
            // struct tpacket_stats: packets, drops; reading it sets both to 0.
            var statistics = arena.allocate(8, 4);
            var size = arena.allocateFrom(JAVA_INT, 8);
            Errno.check("getsockopt PACKET_STATISTICS", Sockets.option(Libc.current(), fd, Sockets.SOL_PACKET, PACKET_STATISTICS, statistics, size));
            overruns += Integer.toUnsignedLong(statistics.get(JAVA_INT, 4));
            return overruns;
        }
    }

    /// The descriptor, for [Epoll]; -1 once closed.
    public int fd() {
        return fd;
    }

    @Override
    public synchronized void close() {
        if (fd < 0) return;
        Libc.current().close(fd);
        fd = -1;
    }

    /// Frames for one sendmmsg(2), set once and sent as often as wanted. It holds addresses: the caller keeps the frames alive.
    ///
    ///     mmsghdr (64 octets): ptr name, u32 name size | ptr iov, size iov count | ptr control, size | int flags || u32 octets sent
    public static final class Batch {
        private static final int MMSGHDR_BYTES = 64;
        private static final int MSG_IOV = 16;
        private static final int MSG_IOVLEN = 24;

        private final MemorySegment messages;
        private final Iovec vectors;

        /// @param size how many frames, 1 to 1024 (`UIO_MAXIOV`)
        public Batch(int size) {
            vectors = new Iovec(size);
            messages = Arena.ofAuto().allocate((long) size * MMSGHDR_BYTES, 8);
            for (int i = 0; i < size; i++) {
                long message = (long) i * MMSGHDR_BYTES;
                messages.set(JAVA_LONG, message + MSG_IOV, vectors.address() + (long) i * Iovec.BYTES);
                messages.set(JAVA_LONG, message + MSG_IOVLEN, 1);
            }
        }

        /// Points an entry at a frame in native memory.
        public void set(int index, long address, long bytes) {
            vectors.set(index, address, bytes);
        }
    }
}
