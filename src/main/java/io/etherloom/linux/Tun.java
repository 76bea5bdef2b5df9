package io.etherloom.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// A queue of a TAP interface: what is written to [#fd] the interface receives, what the interface sends is read from it, one Ethernet
/// frame without FCS a call (`<linux/if_tun.h>`). The descriptor does not block; it lies in the namespace of the thread that opened it,
/// and keeps that namespace alive.
///
/// TAPs made here are never persistent: they go with their last descriptor. Closing takes 16 to 24 ms inside the kernel, so many are
/// best closed by many threads. One thread reads and writes; any may close once that one has stopped.
public final class Tun implements AutoCloseable {
    /// Size of `struct virtio_net_hdr` before each frame on queues with [Options#vnetHeader] (`<linux/virtio_net.h>`), little-endian
    /// as are the machines that are served.
    public static final int VNET_HEADER_BYTES = 10;

    /// What a reader of a queue can take, for [#offloads] (`<linux/if_tun.h>`).
    public static final int TUN_F_CSUM = 0x01;
    public static final int TUN_F_TSO4 = 0x02;
    public static final int TUN_F_TSO6 = 0x04;
    /// Segments of a connection that uses ECN (RFC 3168): CWR stays with the first.
    public static final int TUN_F_TSO_ECN = 0x08;
    public static final int TUN_F_USO4 = 0x20;
    public static final int TUN_F_USO6 = 0x40;

    /// Checksums, TCP segments over both IPs with and without ECN, UDP segments over both.
    public static final int ALL_OFFLOADS = TUN_F_CSUM | TUN_F_TSO4 | TUN_F_TSO6 | TUN_F_TSO_ECN | TUN_F_USO4 | TUN_F_USO6;

    private static final int UDP_OFFLOADS = TUN_F_USO4 | TUN_F_USO6;

    private static final short IFF_TAP = 0x0002;
    private static final short IFF_NO_CARRIER = 0x0040;
    private static final short IFF_MULTI_QUEUE = 0x0100;
    private static final short IFF_NO_PI = 0x1000;
    private static final short IFF_VNET_HDR = 0x4000;
    private static final short IFF_TUN_EXCL = (short) 0x8000;

    /// `_IOW('T', …, int)`: the size in the number is that of `int`, whatever the argument is.
    private static final long TUNSETIFF = 0x400454caL;
    /// `_IOR('T', …, unsigned int)`.
    private static final long TUNGETIFF = 0x800454d2L;
    private static final long TUNSETOFFLOAD = 0x400454d0L;
    private static final long TUNSETVNETHDRSZ = 0x400454d8L;
    private static final long TUNSETCARRIER = 0x400454e2L;

    /// `struct ifreq`: char name[16]; short flags; padding to 40.
    private static final int IFREQ_BYTES = 40;
    private static final int IFREQ_FLAGS = 16;

    private static final String DEVICE = "/dev/net/tun";

    private final String name;
    private final Options options;
    private final int offloads;
    private volatile int fd;

    private Tun(int fd, String name, Options options, int offloads) {
        this.fd = fd;
        this.name = name;
        this.options = options;
        this.offloads = offloads;
    }

    /// How to open a TAP.
    ///
    /// @param vnetHeader each frame begins with [#VNET_HEADER_BYTES] octets of offload metadata, in both directions
    /// @param offloads   `TUN_F_` flags of what may be read; only with `vnetHeader`
    /// @param multiQueue further queues may be opened
    /// @param carrier    whether the interface sees a link from the start
    public record Options(boolean vnetHeader, int offloads, boolean multiQueue, boolean carrier) {
        /// Finished frames only, one queue, link on.
        public static final Options PLAIN = new Options(false, 0, false, true);

        /// Offload metadata and all offloads that the kernel knows, one queue, link on.
        public static final Options OFFLOADED = new Options(true, ALL_OFFLOADS, false, true);

        public Options {
            if (offloads != 0 && !vnetHeader) throw new IllegalArgumentException("offloads need the vnet header");
            if ((offloads & ~ALL_OFFLOADS) != 0) throw new IllegalArgumentException("offloads 0x" + Integer.toHexString(offloads));
        }

        /// The same with the link on or off.
        public Options withCarrier(boolean on) {
            return new Options(vnetHeader, offloads, multiQueue, on);
        }

        /// The same with one queue or several.
        public Options withQueues(boolean several) {
            return new Options(vnetHeader, offloads, several, carrier);
        }

        private short flags() {
            return (short) (IFF_TAP | IFF_NO_PI | (vnetHeader ? IFF_VNET_HDR : 0) | (multiQueue ? IFF_MULTI_QUEUE : 0)
                | (carrier ? 0 : IFF_NO_CARRIER));
        }
    }

    /// Makes a new TAP in the calling thread's network namespace. It is down and has a random address.
    ///
    /// @throws LinuxException EBUSY if an interface of that name exists
    public static Tun create(String name, Options options) {
        Link.requireName(name);
        return open(name, options, IFF_TUN_EXCL, "an interface of this name exists already");
    }

    /// Attaches to a persistent TAP in the calling thread's network namespace, made by somebody else (`ip tuntap add`). Addresses, state
    /// and persistence are not touched, and it stays when this queue is closed. Frame format and offloads are those of the options, as
    /// they belong to whoever is attached; whether there are several queues is the TAP's own property.
    ///
    /// @throws LinuxException ENODEV if there is no such interface, EINVAL if it is not a persistent TAP, EBUSY if it is in use
    public static Tun attach(String name, Options options) {
        Link.requireName(name);
        try (var rtnetlink = Rtnetlink.open()) {
            var link = rtnetlink.link(name);
            var tap = link.tap();
            if (tap == null || !tap.ethernet()) {
                var kind = tap != null ? "a TUN, which carries no Ethernet" : link.kind().isEmpty() ? "a hardware interface" : "a " + link.kind();
                throw refusal(name, Errno.EINVAL, name + " is not a TAP but " + kind);
            }
            if (!tap.persistent()) throw refusal(name, Errno.EBUSY, name + " belongs to the process that made it; it is not persistent");
            if (tap.multiQueue() && tap.queues() > 0 && tap.vnetHeader() != options.vnetHeader) {
                throw refusal(name, Errno.EBUSY, "another process uses it " + (tap.vnetHeader() ? "with" : "without") + " the vnet header");
            }
            return open(name, new Options(options.vnetHeader, options.offloads, tap.multiQueue(), options.carrier), (short) 0,
                "another process uses this TAP");
        }
    }

    private static LinuxException refusal(String name, int errno, String why) {
        return new LinuxException("attach to " + name, errno, why);
    }

    private static Tun open(String name, Options options, short extraFlags, String busyHint) {
        var libc = Libc.current();
        int fd = (int) Errno.check("open " + DEVICE, libc.open(DEVICE, Libc.O_RDWR | Libc.O_NONBLOCK, 0), "the machine offers no TAPs here");
        try (var arena = Arena.ofConfined()) {
            var request = arena.allocate(IFREQ_BYTES, 8);
            request.setString(0, name);
            request.set(JAVA_SHORT, IFREQ_FLAGS, (short) (options.flags() | extraFlags));
            int result = libc.ioctl(fd, TUNSETIFF, request);
            Errno.check("ioctl TUNSETIFF " + name, result, result == -Errno.EBUSY ? busyHint : "");
            if (options.vnetHeader) setVnetHeaderSize(libc, fd, arena.allocateFrom(JAVA_INT, VNET_HEADER_BYTES));
            var tun = new Tun(fd, name, options, negotiate(libc, fd, options.offloads));
            // Kernels before 5.17 ignore IFF_NO_CARRIER.
            if (!options.carrier) Errno.check("ioctl TUNSETCARRIER " + name, tun.setCarrier(libc, false));
            return tun;
        } catch (RuntimeException e) {
            libc.close(fd);
            throw e;
        }
    }

    private static void setVnetHeaderSize(Libc libc, int fd, MemorySegment size) {
        Errno.check("ioctl TUNSETVNETHDRSZ", libc.ioctl(fd, TUNSETVNETHDRSZ, size));
    }

    /// UDP segmentation came with Linux 6.2; an older kernel refuses the whole set with EINVAL, and a newer one UDP over one IP alone.
    private static int negotiate(Libc libc, int fd, int wanted) {
        int result = libc.ioctl(fd, TUNSETOFFLOAD, wanted);
        if (result == -Errno.EINVAL && (wanted & UDP_OFFLOADS) != 0) {
            wanted &= ~UDP_OFFLOADS;
            result = libc.ioctl(fd, TUNSETOFFLOAD, wanted);
        }
        Errno.check("ioctl TUNSETOFFLOAD 0x" + Integer.toHexString(wanted), result);
        return wanted;
    }

    /// A further queue of this multi-queue TAP; it must be opened in the same namespace.
    public Tun openQueue() {
        if (!options.multiQueue) throw new IllegalStateException(name + " was opened for one queue");
        return open(name, options, (short) 0, "");
    }

    /// Takes one frame that the interface has sent: its octets with the vnet header, `-EAGAIN` when there is none, or another -errno.
    /// A frame longer than `bytes` is cut without an error. This and the next three allocate nothing.
    ///
    /// @param address where to, from [MemorySegment#address()] of native memory that the caller keeps alive
    public long read(Libc libc, long address, long bytes) {
        return FrameCalls.read(libc, fd, address, bytes);
    }

    /// The same into several pieces of memory.
    ///
    /// @param count how many vectors, from the first on
    public long read(Libc libc, Iovec into, int count) {
        return FrameCalls.readv(libc, fd, into.address(), count);
    }

    /// Gives one frame with its vnet header to the interface: its octets, or -errno, such as `-EIO` when the interface is down.
    public long write(Libc libc, long address, long bytes) {
        return FrameCalls.write(libc, fd, address, bytes);
    }

    /// The same from several pieces of memory, which together are one frame.
    public long write(Libc libc, Iovec from, int count) {
        return FrameCalls.writev(libc, fd, from.address(), count);
    }

    /// Plugs the cable in or out, as the interface sees it: 0, or -errno. Frames written without carrier still arrive, so who writes
    /// keeps its own link state.
    public int setCarrier(Libc libc, boolean on) {
        try (var arena = Arena.ofConfined()) {
            return libc.ioctl(fd, TUNSETCARRIER, arena.allocateFrom(JAVA_INT, on ? 1 : 0));
        }
    }

    /// The descriptor, for [Libc] and [Epoll]; -1 once closed.
    public int fd() {
        return fd;
    }

    /// Name of the interface when it was opened; it may have been renamed since.
    public String name() {
        return name;
    }

    /// Name of the interface now, in whichever namespace it is; empty once closed.
    public synchronized String currentName() {
        if (fd < 0) return "";
        try (var arena = Arena.ofConfined()) {
            var request = arena.allocate(IFREQ_BYTES, 8);
            Errno.check("ioctl TUNGETIFF " + name, Libc.current().ioctl(fd, TUNGETIFF, request));
            return request.getString(0);
        }
    }

    /// Whether each frame begins with [#VNET_HEADER_BYTES] octets of metadata.
    public boolean hasVnetHeader() {
        return options.vnetHeader;
    }

    /// The `TUN_F_` flags that the kernel accepted: frames of these kinds may be read unfinished. Writing unfinished ones needs no flag.
    public int offloads() {
        return offloads;
    }

    @Override
    public synchronized void close() {
        if (fd < 0) return;
        Libc.current().close(fd);
        fd = -1;
    }
}
