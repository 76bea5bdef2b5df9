package io.etherloom.device;

import io.etherloom.frame.DropReason;
import io.etherloom.frame.Frame;
import io.etherloom.frame.FrameBatch;
import io.etherloom.frame.FramePool;
import io.etherloom.frame.Segmenter;
import io.etherloom.linux.Errno;
import io.etherloom.linux.Iovec;
import io.etherloom.linux.Libc;
import io.etherloom.wire.Ethernet;
import io.etherloom.wire.Tag;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/// A vNIC of a QEMU guest by its `stream` netdev. Nothing is negotiated: what leaves is cut and complete.
///
/// A peer that does not read fills the socket, then frames wait in the queue of the port and are dropped there. One that says a length no frame
/// has can say nothing more, so the device fails, and whoever owns it connects anew; so does one that closes.
public final class StreamDevice extends ReadyList.Member implements Segmenter.Sink {
    private static final ValueLayout.OfInt LENGTH = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    /// More than a socket holds.
    private static final int MAX_DISCARDED = 10_000;
    private static final int VECTORS = 3;
    /// Of what a peer has not read when the backlog is short: eleven of the shortest frames or four of 1,500 octets, of which the kernel counts 768 and 2,304 each.
    private static final int SHORT_BYTES = 8192;

    private final StreamLink link;
    private final FramePool pool;
    private final Libc libc;
    private final Iovec from = new Iovec(VECTORS);
    /// Length, addresses and tag of what is sent.
    private final MemorySegment prefix = Arena.ofAuto().allocate(32, 8);
    private @Nullable Segmenter segmenter;
    /// Of the segment that was sent last: octets, or -errno.
    private long sent;
    private final BegunFrame begun = new BegunFrame();
    private boolean isUp;
    private boolean isPlugged;
    private int failure;

    /// The link begins down; who attaches the device brings it up.
    ///
    /// @param link owned by the caller
    /// @param libc that of the agent thread
    public StreamDevice(StreamLink link, FramePool pool, ReadyList ready, Libc libc) {
        super(ready);
        this.link = link;
        this.pool = pool;
        this.libc = libc;
    }

    @Override
    public int descriptor() {
        return link.socket().fd();
    }

    @Override
    public void owner(@Nullable Object owner) {
        super.owner(owner);
        isPlugged = owner != null;
        if (isPlugged && link.end > link.begin) {
            announce();
        }
        if (!isPlugged) {
            begun.clear();
        }
    }

    /// Takes frames out of what was read, and reads once when that does not fill the batch. While the device is in no port, nothing is read.
    @Override
    public int receive(FrameBatch batch) {
        int count = take(batch);
        if (batch.room() > 0 && isPlugged && failure == 0 && !isFramePending()) {
            read();
            count += take(batch);
        }
        if (isPlugged && failure == 0 && isFramePending()) {
            announce();
        }
        return count == 0 && failure != 0 && isPlugged ? failure : count;
    }

    private void read() {
        link.makeRoom();
        long octets = link.socket().read(libc, link.received().address() + link.end, link.room());
        if (octets > 0) {
            link.end += (int) octets;
        } else if (octets == 0) {
            failure = -Errno.ECONNRESET;
        } else if (octets != -Errno.EAGAIN && octets != -Errno.EINTR) {
            failure = (int) octets;
        }
    }

    /// Whether a whole frame is in what was read, or a length that is none.
    private boolean isFramePending() {
        int length = nextLength();
        return length >= 0 && link.end - link.begin >= StreamLink.PREFIX + length;
    }

    /// Of the next frame; -1 when it is not known yet, or can never be.
    private int nextLength() {
        if (link.end - link.begin < StreamLink.PREFIX) {
            return -1;
        }
        int length = link.received().get(LENGTH, link.begin);
        if (length < 0 || length > StreamLink.MAX_LENGTH) {
            failure = -Errno.EMSGSIZE;
            return -1;
        }
        return length;
    }

    private int take(FrameBatch batch) {
        int count = 0;
        while (batch.room() > 0 && failure == 0 && isFramePending()) {
            int length = nextLength();
            var frame = pool.take();
            if (frame == null) {
                break;      // Frames wait in the socket, and their sender for room in it.
            }
            copyTo(frame, batch, link.begin + StreamLink.PREFIX, length);
            link.begin += StreamLink.PREFIX + length;
            count++;
        }
        return count;
    }

    /// A frame longer than any may be is cut: it is far above every MTU, and ends as such.
    private void copyTo(Frame frame, FrameBatch batch, int at, int length) {
        int kept = Math.min(length, Frame.MAX_LENGTH);
        int inHead = Math.min(kept, Frame.HEAD_CAPACITY);
        MemorySegment.copy(link.received(), at, frame.head(), Frame.HEADROOM, inHead);
        var tail = kept > inHead ? pool.takeTail() : null;
        if (tail != null) {
            MemorySegment.copy(link.received(), (long) at + inHead, tail, 0, kept - inHead);
        }
        int tag = frame.parse(kept, tail);
        if (kept > inHead && tail == null) {
            frame.lostTail();
        }
        batch.add(frame, tag);
    }

    @Override
    public @Nullable DropReason transmit(Frame frame, int tag) {
        if (!isUp) {
            return DropReason.LINK_DOWN;
        }
        if (!flushUnsent()) {
            return failure == 0 ? DropReason.QUEUE_FULL : DropReason.DEVICE_ERROR;
        }
        int index = begun.segmentsOf(frame);
        sent = 0;
        while (index < frame.segments() && sent >= 0 && link.unsentEnd == 0) {
            send(frame, tag, index);
            index += sent >= 0 ? 1 : 0;
        }
        if (sent < 0 && sent != -Errno.EAGAIN) {
            begun.clear();
            return DropReason.DEVICE_ERROR;
        }
        boolean isWhole = index == frame.segments() && link.unsentEnd == 0;
        begun.offered(!isWhole && index > 0, frame, index);
        return isWhole ? null : DropReason.QUEUE_FULL;
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
        int length = frame.length() + Tag.length(tag);
        int skipped = 0;
        int written = StreamLink.PREFIX;
        prefix.set(LENGTH, 0, length);
        if (tag != Tag.NONE) {
            Ethernet.addresses(prefix, written, frame.destination(), frame.source());
            Ethernet.tag(prefix, (long) written + Ethernet.ADDRESSES, tag);
            written += Ethernet.ADDRESSES + Tag.LENGTH;
            skipped = Ethernet.ADDRESSES;
        }
        from.set(0, prefix.address(), written);
        from.set(1, frame.head().address() + frame.start() + skipped, (long) frame.headLength() - skipped);
        var tail = frame.tail();
        if (tail != null) {
            from.set(2, tail.address(), (long) frame.length() - frame.headLength());
        }
        send(tail == null ? 2 : VECTORS, StreamLink.PREFIX + length);
    }

    /// Sends one finished frame.
    @Override
    public void accept(MemorySegment bytes, int length) {
        prefix.set(LENGTH, 0, length);
        from.set(0, prefix.address(), StreamLink.PREFIX);
        from.set(1, bytes.address(), length);
        send(2, StreamLink.PREFIX + length);
    }

    /// What the socket does not take of a frame that it has begun is kept and goes before everything else.
    private void send(int vectors, int total) {
        sent = link.socket().send(libc, from, vectors);
        if (sent >= 0 && sent < total) {
            keep(vectors, (int) sent);
        }
    }

    @SuppressWarnings("restricted")
    private void keep(int vectors, int taken) {
        link.unsentBegin = 0;
        for (int i = 0; i < vectors; i++) {
            int bytes = (int) from.bytes(i);
            int skipped = Math.min(bytes, taken);
            taken -= skipped;
            var rest = MemorySegment.ofAddress(from.address(i) + skipped).reinterpret(bytes - skipped);
            MemorySegment.copy(rest, 0, link.unsent(), link.unsentEnd, bytes - skipped);
            link.unsentEnd += bytes - skipped;
        }
    }

    private boolean flushUnsent() {
        if (link.unsentEnd == 0) {
            return true;
        }
        from.set(0, link.unsent().address() + link.unsentBegin, link.unsentEnd - link.unsentBegin);
        long octets = link.socket().send(libc, from, 1);
        if (octets < 0) {
            failure = octets == -Errno.EAGAIN ? failure : (int) octets;
            return false;
        }
        link.unsentBegin += (int) octets;
        if (link.unsentBegin == link.unsentEnd) {
            link.unsentBegin = 0;
            link.unsentEnd = 0;
        }
        return link.unsentEnd == 0;
    }

    @Override
    public void keepBacklogShort(boolean isShort) {
        link.socket().limitRoom(isShort ? SHORT_BYTES : 0);
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
        for (int i = 0; i < MAX_DISCARDED && failure == 0; i++) {
            if (!isFramePending()) {
                int before = link.end;
                read();
                if (link.end == before || failure != 0) {
                    return;
                }
            }
            if (isFramePending()) {
                link.begin += StreamLink.PREFIX + nextLength();
            }
        }
    }

    /// The link is closed by whoever opened it.
    @Override
    public void close() {
        begun.clear();
    }
}
