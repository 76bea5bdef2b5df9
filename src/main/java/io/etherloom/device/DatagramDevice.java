package io.etherloom.device;

import io.etherloom.frame.DropReason;
import io.etherloom.frame.Frame;
import io.etherloom.frame.FramePool;
import io.etherloom.linux.Errno;
import io.etherloom.linux.Iovec;
import io.etherloom.linux.Libc;
import io.etherloom.linux.UnixSocket;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/// A vNIC of a QEMU guest by its `dgram` netdev: each datagram is a frame.
///
/// The kernel lets few datagrams wait (`net.unix.max_dgram_qlen`, 10 by default, 512 by systemd in the first network namespace); beyond them frames wait in the
/// queue of the port. QEMU waits, too, while its own are not read.
public final class DatagramDevice extends MessageDevice {
    /// Of what a peer has not read when the backlog is short: some thirty of the shortest frames. The longest that an MTU allows must fit.
    private static final int SHORT_BYTES = 24_576;

    private final UnixSocket socket;

    /// The link begins down; who attaches the device brings it up.
    ///
    /// @param socket owned by the caller
    /// @param libc that of the agent thread
    public DatagramDevice(UnixSocket socket, FramePool pool, Libc libc) {
        super(pool, libc, Frame.HEADROOM);
        this.socket = socket;
    }

    @Override
    public int descriptor() {
        return socket.fd();
    }

    @Override
    long read(Libc libc, Iovec into, int count) {
        return socket.read(libc, into, count);      // A guest that is gone says ECONNREFUSED once.
    }

    @Override
    int parse(Frame frame, int octets, @Nullable MemorySegment tail) {
        return frame.parse(octets, tail);
    }

    @Override
    long send(Libc libc, Iovec from, int count) {
        return socket.send(libc, from, count);
    }

    @Override
    public void keepBacklogShort(boolean isShort) {
        socket.limitRoom(isShort ? SHORT_BYTES : 0);
    }

    @Override
    DropReason refusal(int errno) {
        return errno == Errno.EAGAIN ? DropReason.QUEUE_FULL : DropReason.DEVICE_ERROR;
    }
}
