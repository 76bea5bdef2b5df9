package io.etherloom.device;

import io.etherloom.frame.DropReason;
import io.etherloom.frame.Frame;
import io.etherloom.frame.FrameBatch;
import io.etherloom.frame.FramePool;
import io.etherloom.frame.Segmenter;
import io.etherloom.linux.Iovec;
import io.etherloom.linux.Libc;
import io.etherloom.wire.Ethernet;
import io.etherloom.wire.Tag;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/// A socket of which each message is a frame. Nothing is negotiated: what leaves is cut and complete. A peer that is gone is a peer that says nothing and gets nothing:
/// its process is watched by others.
abstract class MessageDevice implements Device, Segmenter.Sink {
    /// Where the rest of a long frame goes when no tail is free; nobody reads it.
    private static final MemorySegment SCRAP = Arena.global().allocate(Frame.TAIL_SIZE, 16);
    private static final int MAX_DISCARDED = 10_000;
    private static final int VECTORS = 3;

    private final FramePool pool;
    private final Libc libc;
    private final int start;
    private final Iovec into = new Iovec(2);
    private final Iovec from = new Iovec(VECTORS);
    /// Addresses and tag of a tagged copy.
    private final MemorySegment prefix = Arena.ofAuto().allocate(16, 8);
    private @Nullable Segmenter segmenter;
    /// Of the segment that was sent last: octets, or -errno.
    private long sent;
    private final BegunFrame begun = new BegunFrame();
    private boolean isUp;

    /// The link begins down; who attaches the device brings it up.
    ///
    /// @param start where in the head a frame is put that arrives
    /// @param libc  that of the agent thread
    MessageDevice(FramePool pool, Libc libc, int start) {
        this.pool = pool;
        this.libc = libc;
        this.start = start;
    }

    /// Takes one message: octets, cut to what there is room for, or -errno.
    abstract long read(Libc libc, Iovec into, int count);

    /// Reads the header of what was taken.
    ///
    /// @return the tag
    abstract int parse(Frame frame, int octets, @Nullable MemorySegment tail);

    /// Sends one message: octets, or -errno.
    abstract long send(Libc libc, Iovec from, int count);

    /// Why a message was not sent; `QUEUE_FULL` when it can be as soon as the peer has read something.
    abstract DropReason refusal(int errno);

    @Override
    public int receive(FrameBatch batch) {
        int inHead = Frame.HEAD_SIZE - start;
        int count = 0;
        while (batch.room() > 0) {
            var frame = pool.take();
            if (frame == null) {
                break;      // Frames wait in the socket.
            }
            var tail = pool.takeTail();
            into.set(0, frame.head().address() + start, inHead);
            into.set(1, (tail == null ? SCRAP : tail).address(), Frame.TAIL_SIZE);
            long received = read(libc, into, 2);
            boolean isLong = received > inHead;
            if (tail != null && !isLong) {
                pool.putTail(tail);
            }
            if (received < 0) {
                frame.release();
                return count;
            }
            int tag = parse(frame, (int) received, isLong ? tail : null);
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
            sendSegment(frame, tag, index);
            index += sent >= 0 ? 1 : 0;
        }
        var refusal = sent >= 0 ? null : refusal((int) -sent);
        begun.offered(refusal == DropReason.QUEUE_FULL && index > 0, frame, index);
        return refusal;
    }

    private void sendSegment(Frame frame, int tag, int index) {
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
        sent = send(libc, from, vectors);
    }

    /// Sends one finished frame.
    @Override
    public void accept(MemorySegment bytes, int length) {
        from.set(0, bytes.address(), length);
        sent = send(libc, from, 1);
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
        for (int i = 0; i < MAX_DISCARDED && read(libc, into, 1) >= 0; i++) {
            // The bytes are of no use.
        }
    }

    /// The socket is closed by whoever opened it.
    @Override
    public void close() {
        begun.clear();
    }
}
