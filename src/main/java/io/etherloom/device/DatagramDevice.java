package io.etherloom.device;

import io.etherloom.frame.DropReason;
import io.etherloom.frame.Frame;
import io.etherloom.frame.FrameBatch;
import io.etherloom.frame.FramePool;
import io.etherloom.frame.Segmenter;
import io.etherloom.linux.Errno;
import io.etherloom.linux.Iovec;
import io.etherloom.linux.Libc;
import io.etherloom.linux.UnixSocket;
import io.etherloom.wire.Ethernet;
import io.etherloom.wire.Tag;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/// A vNIC of a QEMU guest by its `dgram` netdev: each datagram is a frame. Nothing is negotiated: what leaves is cut and complete.
///
/// The kernel lets few datagrams wait (`net.unix.max_dgram_qlen`, 10 by default); beyond them frames wait in the queue of the port.
public final class DatagramDevice implements Device, Segmenter.Sink {
    /// Where the rest of a long frame goes when no tail is free; nobody reads it.
    private static final MemorySegment SCRAP = Arena.global().allocate(Frame.TAIL_SIZE, 16);
    private static final int MAX_DISCARDED = 10_000;
    private static final int VECTORS = 3;

    private final UnixSocket socket;
    private final FramePool pool;
    private final Libc libc;
    private final Iovec into = new Iovec(2);
    private final Iovec from = new Iovec(VECTORS);
    /// Addresses and tag of a tagged copy.
    private final MemorySegment prefix = Arena.ofAuto().allocate(16, 8);
    private @Nullable Segmenter segmenter;
    private long sent;
    private final BegunFrame begun = new BegunFrame();
    private boolean isUp;

    /// The link begins down; who attaches the device brings it up.
    ///
    /// @param socket owned by the caller
    /// @param libc that of the agent thread
    public DatagramDevice(UnixSocket socket, FramePool pool, Libc libc) {
        this.socket = socket;
        this.pool = pool;
        this.libc = libc;
    }

    @Override
    public int descriptor() {
        return socket.fd();
    }

    @Override
    public int receive(FrameBatch batch) {
        int count = 0;
        while (batch.room() > 0) {
            var frame = pool.take();
            if (frame == null) {
                break;      // Frames wait in the socket, and their sender for room in it.
            }
            var tail = pool.takeTail();
            into.set(0, frame.head().address() + Frame.HEADROOM, Frame.HEAD_CAPACITY);
            into.set(1, (tail == null ? SCRAP : tail).address(), Frame.TAIL_SIZE);
            long received = socket.read(libc, into, 2);
            boolean isLong = received > Frame.HEAD_CAPACITY;
            if (tail != null && !isLong) {
                pool.putTail(tail);
            }
            if (received < 0) {
                frame.release();
                // A guest that is gone says ECONNREFUSED once; its process is watched by others.
                return count;
            }
            int tag = frame.parse((int) received, isLong ? tail : null);
            if (isLong && tail == null) {
                frame.lostTail();
            }
            batch.add(frame, tag);
            count++;
        }
        return count;
    }

    @Override
    public @Nullable DropReason transmit(Frame frame, int tag) {
        if (!isUp) {
            return DropReason.LINK_DOWN;
        }
        int index = begun.segmentsOf(frame);
        sent = 0;
        while (index < frame.segments() && sent >= 0) {
            send(frame, tag, index);
            index += sent >= 0 ? 1 : 0;
        }
        begun.offered(sent == -Errno.EAGAIN && index > 0, frame, index);
        return sent >= 0 ? null : sent == -Errno.EAGAIN ? DropReason.QUEUE_FULL : DropReason.DEVICE_ERROR;
    }

    private void send(Frame frame, int tag, int index) {
        if (frame.offload().isPlain()) {
            sendWhole(frame, tag);
            return;
        }
        var cutter = segmenter;
        if (cutter == null) {
            cutter = new Segmenter();
            segmenter = cutter;
        }
        cutter.finish(frame, tag, index, this);
    }

    private void sendWhole(Frame frame, int tag) {
        int vectors = 0;
        int skipped = 0;
        if (tag != Tag.NONE) {
            Ethernet.addresses(prefix, 0, frame.destination(), frame.source());
            Ethernet.tag(prefix, Ethernet.ADDRESSES, tag);
            from.set(vectors++, prefix.address(), (long) Ethernet.ADDRESSES + Tag.LENGTH);
            skipped = Ethernet.ADDRESSES;
        }
        from.set(vectors++, frame.head().address() + frame.start() + skipped, (long) frame.headLength() - skipped);
        var tail = frame.tail();
        if (tail != null) {
            from.set(vectors++, tail.address(), (long) frame.length() - frame.headLength());
        }
        sent = socket.send(libc, from, vectors);
    }

    /// Sends one finished frame.
    @Override
    public void accept(MemorySegment bytes, int length) {
        from.set(0, bytes.address(), length);
        sent = socket.send(libc, from, 1);
    }

    @Override
    public void setLink(boolean isUp) {
        if (isUp && !this.isUp) {
            discardArrived();
        }
        if (!isUp) {
            begun.clear();
        }
        this.isUp = isUp;
    }

    /// What the guest sent before the link came up was never on a wire.
    private void discardArrived() {
        into.set(0, SCRAP.address(), Frame.TAIL_SIZE);
        for (int i = 0; i < MAX_DISCARDED && socket.read(libc, into, 1) >= 0; i++) {
            // The bytes are of no use.
        }
    }

    /// The socket is closed by whoever opened it.
    @Override
    public void close() {
        begun.clear();
    }
}
