package io.etherloom.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/// Receives the frames of one EtherType that enter one interface, by memory that the kernel fills (packet_mmap, `TPACKET_V2`): no call and
/// no copy of ours for a frame, its time of arrival is the kernel's, and the room does not depend on the socket buffers that the machine
/// allows, so a reader may sleep for milliseconds.
///
///     slot, a power of two:  struct tpacket2_hdr (32) | struct sockaddr_ll | … | frame from tp_mac on
///
/// One reading thread; [#close] when that has stopped.
public final class PacketRing implements AutoCloseable {
    /// `<linux/if_packet.h>`.
    private static final int PACKET_RX_RING = 5;
    private static final int PACKET_STATISTICS = 6;
    private static final int PACKET_VERSION = 10;
    private static final int PACKET_IGNORE_OUTGOING = 23;
    private static final int TPACKET_V2 = 1;
    private static final int TP_STATUS_KERNEL = 0;
    private static final int TP_STATUS_USER = 1;
    private static final int TP_SNAPLEN = 8;
    private static final int TP_MAC = 12;
    private static final int TP_SEC = 16;
    private static final int TP_NSEC = 20;

    /// What stands in front of a frame: the headers above, aligned, with room to spare.
    private static final int OVERHEAD_BYTES = 96;
    private static final int MIN_BLOCK_BYTES = 1 << 16;

    /// `<asm-generic/mman-common.h>`.
    private static final int PROT_READ_WRITE = 0x3;
    private static final int MAP_SHARED = 0x01;

    private static final MethodHandle MMAP =
        Foreign.bind("mmap", FunctionDescriptor.of(JAVA_LONG, ADDRESS, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG));
    private static final MethodHandle MUNMAP = Foreign.bind("munmap", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG));
    private static final VarHandle STATUS = JAVA_INT.varHandle();

    private final int slotBytes;
    private final int slots;
    private int fd;
    private MemorySegment ring = MemorySegment.NULL;
    private int next;
    private long overruns;

    private PacketRing(int fd, int slotBytes, int slots) {
        this.fd = fd;
        this.slotBytes = slotBytes;
        this.slots = slots;
    }

    /// Opens one on an interface of the calling thread's namespace.
    ///
    /// @param index     of the interface, from [Rtnetlink#index]
    /// @param etherType of the frames that are wanted
    /// @param maxFrame  octets of the longest frame; what is longer is cut
    /// @param bytes     how much memory to use; at least a block of 64 KiB is
    /// @throws LinuxException EPERM without CAP_NET_RAW, ENOMEM without so much memory
    public static PacketRing open(int index, int etherType, int maxFrame, long bytes) {
        int slotBytes = Integer.highestOneBit(maxFrame + OVERHEAD_BYTES - 1) << 1;
        int blockBytes = Math.max(MIN_BLOCK_BYTES, slotBytes);
        int blocks = (int) Math.max(1, bytes / blockBytes);
        var libc = Libc.current();
        // Protocol 0 receives nothing until bind, so that no frame of another interface slips in before.
        int fd = (int) Errno.check("socket AF_PACKET",
            Sockets.socket(libc, Sockets.AF_PACKET, Sockets.SOCK_RAW | Sockets.SOCK_NONBLOCK, 0));
        var ring = new PacketRing(fd, slotBytes, blocks * (blockBytes / slotBytes));
        try (var arena = Arena.ofConfined()) {
            var scratch = arena.allocate(4, 4);
            Errno.check("setsockopt PACKET_VERSION", Sockets.setOption(libc, fd, Sockets.SOL_PACKET, PACKET_VERSION, TPACKET_V2, scratch));
            Errno.check("setsockopt PACKET_IGNORE_OUTGOING",
                Sockets.setOption(libc, fd, Sockets.SOL_PACKET, PACKET_IGNORE_OUTGOING, 1, scratch));
            // struct tpacket_req: block size, number of blocks, frame size, number of frames.
            var request = arena.allocateFrom(JAVA_INT, blockBytes, blocks, slotBytes, ring.slots);
            Errno.check("setsockopt PACKET_RX_RING", Sockets.setOption(libc, fd, Sockets.SOL_PACKET, PACKET_RX_RING, request));
            ring.map(libc, (long) blocks * blockBytes);
            Errno.check("bind AF_PACKET to interface " + index, Sockets.bind(libc, fd, Sockets.packetAddress(arena, etherType, index)));
            return ring;
        } catch (RuntimeException e) {
            ring.close();
            throw e;
        }
    }

    @SuppressWarnings("restricted")
    private void map(Libc libc, long bytes) {
        long address;
        try {
            address = libc.result((long) MMAP.invokeExact(libc.state, MemorySegment.NULL, bytes, PROT_READ_WRITE, MAP_SHARED, fd, 0L));
        } catch (Throwable t) {
            throw Foreign.failed("mmap", t);
        }
        // Addresses of user space are positive; -1 with errno has become -errno.
        Errno.check("mmap of a packet ring of " + bytes + " octets", address < 0 ? (int) address : 0);
        ring = MemorySegment.ofAddress(address).reinterpret(bytes);
    }

    /// Gets one frame. It is the kernel's again when the call returns.
    @FunctionalInterface
    public interface Reader {
        /// @param memory        where it stands
        /// @param offset        of its first octet
        /// @param length        octets, without frame check sequence
        /// @param realtimeNanos when it entered the interface, by [Libc#realtimeNanos]
        void frame(MemorySegment memory, long offset, int length, long realtimeNanos);
    }

    /// Reads what is there, in the order of arrival, without waiting.
    ///
    /// @param limit at most so many
    /// @return how many
    public int read(Reader reader, int limit) {
        for (int count = 0; count < limit; count++) {
            long slot = (long) next * slotBytes;
            if (((int) STATUS.getAcquire(ring, slot) & TP_STATUS_USER) == 0) {
                return count;
            }
            long nanos = ring.get(JAVA_INT, slot + TP_SEC) * 1_000_000_000L + ring.get(JAVA_INT, slot + TP_NSEC);
            reader.frame(ring, slot + (ring.get(JAVA_SHORT, slot + TP_MAC) & 0xffff), ring.get(JAVA_INT, slot + TP_SNAPLEN), nanos);
            STATUS.setRelease(ring, slot, TP_STATUS_KERNEL);
            next = next + 1 == slots ? 0 : next + 1;
        }
        return limit;
    }

    /// How many frames the ring had no room for since it was opened. For control code.
    public long overruns() {
        var libc = Libc.current();
        try (var arena = Arena.ofConfined()) {
            // struct tpacket_stats: packets, drops; reading it sets both to 0.
            var statistics = arena.allocate(8, 4);
            var size = arena.allocateFrom(JAVA_INT, 8);
            Errno.check("getsockopt PACKET_STATISTICS",
                Sockets.option(libc, fd, Sockets.SOL_PACKET, PACKET_STATISTICS, statistics, size));
            overruns += Integer.toUnsignedLong(statistics.get(JAVA_INT, 4));
            return overruns;
        }
    }

    @Override
    public void close() {
        if (fd < 0) return;
        var libc = Libc.current();
        long bytes = ring.byteSize();
        if (bytes > 0) {
            unmap(libc, ring.address(), bytes);
            ring = MemorySegment.NULL;
        }
        libc.close(fd);
        fd = -1;
    }

    private static void unmap(Libc libc, long address, long bytes) {
        try {
            Errno.check("munmap", libc.result((int) MUNMAP.invokeExact(libc.state, address, bytes)));
        } catch (LinuxException e) {
            throw e;
        } catch (Throwable t) {
            throw Foreign.failed("munmap", t);
        }
    }
}
