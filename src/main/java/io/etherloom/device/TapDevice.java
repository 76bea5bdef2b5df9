package io.etherloom.device;

import io.etherloom.frame.DropReason;
import io.etherloom.frame.Frame;
import io.etherloom.frame.FrameBatch;
import io.etherloom.frame.FramePool;
import io.etherloom.frame.Segmenter;
import io.etherloom.linux.Errno;
import io.etherloom.linux.Iovec;
import io.etherloom.linux.Libc;
import io.etherloom.linux.Tun;
import io.etherloom.wire.Ethernet;
import io.etherloom.wire.Tag;
import io.etherloom.wire.VirtioNetHeader;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/// A TAP: what the switch sends, the interface receives, and the reverse. With a vnet header the offloads of guest and kernel pass
/// through untouched: super-frames and partial checksums are read and written as they are. Without one, frames are finished first.
///
/// One `read` has room for the longest frame, because it would cut a longer one without an error: it fills a tail and the octets before
/// it, and what belongs to the head is copied there. One `writev` gathers vnet header, addresses, tag and rest, so that a frame shared by
/// many ports is never changed.
public final class TapDevice implements Device, Segmenter.Sink {
    /// Where the rest of a long frame goes when no tail is free; nobody reads it.
    private static final MemorySegment SCRAP = Arena.global().allocate(Frame.TAIL_SIZE, 16);

    /// More than a TAP's queue holds.
    private static final int MAX_DISCARDED = 10_000;

    private final Tun tun;
    private final FramePool pool;
    private final Libc libc;
    private final Iovec into = new Iovec(2);
    private final Iovec from = new Iovec(4);
    /// Vnet header, addresses and tag of a tagged copy.
    private final MemorySegment prefix = Arena.ofAuto().allocate(32, 8);
    private final int headerLength;
    private @Nullable Segmenter segmenter;
    /// Of what was last given to [#accept]: octets written, or -errno.
    private long accepted;
    private final BegunFrame begun = new BegunFrame();
    private boolean isUp;
    /// Nothing was there when the device was asked last.
    private boolean isQuiet;

    /// The link begins down; who attaches the device brings it up.
    ///
    /// @param tun opened by the caller and owned by the device from now on
    /// @param libc that of the agent thread
    public TapDevice(Tun tun, FramePool pool, Libc libc) {
        this.tun = tun;
        this.pool = pool;
        this.libc = libc;
        headerLength = tun.hasVnetHeader() ? VirtioNetHeader.LENGTH : 0;
    }

    @Override
    public int descriptor() {
        return tun.fd();
    }

    /// Name of the interface.
    public String name() {
        return tun.name();
    }

    @Override
    public int receive(FrameBatch batch) {
        // After a silence one frame is most likely all there is, and need not wait until a second read has found nothing.
        int most = isQuiet ? 1 : batch.room();
        int count = 0;
        var tail = pool.takeTail();
        while (count < most) {
            var frame = pool.take();
            if (frame == null) {
                break;      // Frames wait in the kernel, whose queue is bounded and counts its drops.
            }
            long received = read(frame, tail);
            if (received < 0) {
                frame.release();
                if (received != -Errno.EAGAIN && received != -Errno.EINTR && count == 0) {
                    count = (int) received;
                }
                break;
            }
            tail = addTo(batch, frame, (int) received - headerLength, tail);
            count++;
        }
        if (tail != null) {
            pool.putTail(tail);
        }
        isQuiet = count == 0;
        return count;
    }

    private long read(Frame frame, @Nullable MemorySegment tail) {
        int inHead = Frame.HEAD_CAPACITY + headerLength;
        int at = Frame.HEADROOM - headerLength;
        if (tail == null) {
            into.set(0, frame.head().address() + at, inHead);
            into.set(1, SCRAP.address(), Frame.TAIL_SIZE);
            return tun.read(libc, into, 2);
        }
        long received = tun.read(libc, tail.address() - inHead, (long) inHead + Frame.TAIL_SIZE);
        if (received > 0) {
            pool.land(tail, inHead, (int) Math.min(received, inHead), frame, at);
        }
        return received;
    }

    /// Takes the frame apart; returns the tail for the next one.
    private @Nullable MemorySegment addTo(FrameBatch batch, Frame frame, int length, @Nullable MemorySegment tail) {
        boolean isLong = length > Frame.HEAD_CAPACITY;
        int tag = frame.parse(length, isLong ? tail : null);
        if (headerLength > 0) {
            frame.offload().read(frame.head(), Frame.HEADROOM - headerLength, frame, tag);
        }
        if (isLong && tail == null) {
            frame.lostTail();
        }
        batch.add(frame, tag);
        return isLong ? pool.takeTail() : tail;
    }

    @Override
    public @Nullable DropReason transmit(Frame frame, int tag) {
        if (!isUp) {
            return DropReason.LINK_DOWN;
        }
        long written = write(frame, tag);
        return written >= 0 ? null : refusal((int) -written);
    }

    private static DropReason refusal(int errno) {
        return switch (errno) {
            case Errno.EAGAIN -> DropReason.QUEUE_FULL;
            case Errno.EIO -> DropReason.LINK_DOWN;      // The interface is administratively down at its own side.
            default -> DropReason.DEVICE_ERROR;
        };
    }

    private long write(Frame frame, int tag) {
        if (headerLength == 0 && !frame.offload().isPlain()) {
            return writeFinished(frame, tag);
        }
        return tag == Tag.NONE ? writeUntagged(frame) : writeTagged(frame, tag);
    }

    /// The vnet header goes into the headroom, which is scratch. So a frame without tail lies in one piece, and the kernel need not
    /// read a list of vectors first.
    private long writeUntagged(Frame frame) {
        long start = (long) frame.start() - headerLength;
        if (headerLength > 0) {
            frame.offload().write(frame.head(), start, Tag.NONE);
        }
        long address = frame.head().address() + start;
        long length = (long) frame.headLength() + headerLength;
        if (frame.tail() == null) {
            return tun.write(libc, address, length);
        }
        from.set(0, address, length);
        return tun.write(libc, from, addTail(frame, 1));
    }

    private long writeTagged(Frame frame, int tag) {
        if (headerLength > 0) {
            frame.offload().write(prefix, 0, tag);
        }
        Ethernet.addresses(prefix, headerLength, frame.destination(), frame.source());
        Ethernet.tag(prefix, (long) headerLength + Ethernet.ADDRESSES, tag);
        from.set(0, prefix.address(), (long) headerLength + Ethernet.ADDRESSES + Tag.LENGTH);
        from.set(1, frame.head().address() + frame.start() + Ethernet.ADDRESSES, (long) frame.headLength() - Ethernet.ADDRESSES);
        return tun.write(libc, from, addTail(frame, 2));
    }

    private int addTail(Frame frame, int vectors) {
        var tail = frame.tail();
        if (tail == null) {
            return vectors;
        }
        from.set(vectors, tail.address(), (long) frame.length() - frame.headLength());
        return vectors + 1;
    }

    /// Goes on behind the last segment that the interface took, when the frame is offered again because there was no room for the rest.
    private long writeFinished(Frame frame, int tag) {
        var cutter = segmenter;
        if (cutter == null) {
            cutter = new Segmenter();
            segmenter = cutter;
        }
        int index = begun.segmentsOf(frame);
        accepted = 0;
        while (index < frame.segments() && accepted >= 0) {
            cutter.finish(frame, tag, index, this);
            if (accepted >= 0) {
                index++;
            }
        }
        begun.offered(accepted == -Errno.EAGAIN && index > 0, frame, index);
        return accepted;
    }

    /// Writes one finished frame to an interface without vnet header.
    @Override
    public void accept(MemorySegment bytes, int length) {
        accepted = tun.write(libc, bytes.address(), length);
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
        tun.setCarrier(libc, isUp);
    }

    /// What the interface sent before the link came up was never on a wire.
    private void discardArrived() {
        into.set(0, SCRAP.address(), Frame.TAIL_SIZE);
        for (int i = 0; i < MAX_DISCARDED && tun.read(libc, into, 1) > 0; i++) {
            // The bytes are of no use.
        }
    }

    @Override
    public void close() {
        tun.close();
    }
}
