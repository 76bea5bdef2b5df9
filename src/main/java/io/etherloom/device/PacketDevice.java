package io.etherloom.device;

import io.etherloom.frame.DropReason;
import io.etherloom.frame.Frame;
import io.etherloom.frame.FramePool;
import io.etherloom.linux.Errno;
import io.etherloom.linux.Iovec;
import io.etherloom.linux.Libc;
import io.etherloom.linux.PacketSocket;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/// A vNIC of a QEMU guest by its `tap` netdev: QEMU has the TAP, and this the interface, by a packet socket. It is the other side of what [TapDevice] has.
///
/// The kernel keeps 1,000 frames for a guest that does not read (`DEFAULT_TX_QUEUE_LEN`); beyond them frames wait in the queue of the port. In the other
/// direction a guest does not wait: what the socket has no room for is lost, and [PacketSocket#overruns] counts it. The kernel takes the outermost tag off what a guest
/// sends; it is put back. Without the process at the other end the interface is gone, which is a cable that is pulled.
public final class PacketDevice extends MessageDevice {
    private final PacketSocket socket;

    /// The link begins down; who attaches the device brings it up.
    ///
    /// @param socket owned by the caller, with [PacketSocket#withTags] and [PacketSocket#withQdiscBypass]
    /// @param libc that of the agent thread
    public PacketDevice(PacketSocket socket, FramePool pool, Libc libc) {
        super(pool, libc, Frame.STRIPPED);
        this.socket = socket;
    }

    @Override
    public int descriptor() {
        return socket.fd();
    }

    @Override
    long read(Libc libc, Iovec into, int count) {
        return socket.receive(libc, into, count);
    }

    @Override
    int parse(Frame frame, int octets, @Nullable MemorySegment tail) {
        return frame.parseStripped(octets, tail, socket.tagType(), socket.tagControl());
    }

    @Override
    long send(Libc libc, Iovec from, int count) {
        return socket.send(libc, from, count);
    }

    @Override
    DropReason refusal(int errno) {
        return switch (errno) {
            case Errno.ENOBUFS, Errno.EAGAIN -> DropReason.QUEUE_FULL;
            case Errno.ENXIO, Errno.ENODEV, Errno.ENETDOWN -> DropReason.LINK_DOWN;
            default -> DropReason.DEVICE_ERROR;
        };
    }
}
