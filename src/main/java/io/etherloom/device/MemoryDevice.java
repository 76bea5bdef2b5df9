package io.etherloom.device;

import io.etherloom.frame.DropReason;
import io.etherloom.frame.Frame;
import io.etherloom.frame.FrameBatch;
import io.etherloom.frame.FramePool;
import io.etherloom.frame.Segmenter;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/// An endpoint in memory: a VM without a guest. Frames are given to it as bytes and come out as bytes; it negotiates no offload, so
/// what it gets is cut and complete. Used on the agent thread.
public final class MemoryDevice extends ReadyList.Arrivals {
    private final FramePool pool;
    private Segmenter.@Nullable Sink sink;
    /// Made with the first sink: it has 64 KiB, and most of ten thousand ports never need it.
    private @Nullable Segmenter segmenter;
    private boolean isUp = true;
    private boolean isStalled;

    public MemoryDevice(FramePool pool, ReadyList ready) {
        super(ready, FrameBatch.CAPACITY);
        this.pool = pool;
    }

    /// Who gets the frames that leave by this device, each as it stands on the wire; null throws them away.
    public void sink(Segmenter.@Nullable Sink sink) {
        this.sink = sink;
        if (sink != null && segmenter == null) {
            segmenter = new Segmenter();
        }
    }

    /// Makes the device refuse frames, as a guest that no longer reads.
    public void stall(boolean isStalled) {
        this.isStalled = isStalled;
    }

    /// Lets a frame arrive, as it stands on the wire.
    ///
    /// @return false when the pool is empty, the device is full or its link is down; then nothing has happened
    public boolean inject(byte[] wire) {
        if (!isUp || isFull() || wire.length > Frame.MAX_LENGTH) {
            return false;
        }
        var frame = pool.take();
        if (frame == null) {
            return false;
        }
        int inHead = Math.min(wire.length, Frame.HEAD_CAPACITY);
        MemorySegment tail = wire.length > inHead ? pool.takeTail() : null;
        if (wire.length > inHead && tail == null) {
            frame.release();
            return false;
        }
        var bytes = MemorySegment.ofArray(wire);
        MemorySegment.copy(bytes, 0, frame.head(), Frame.HEADROOM, inHead);
        if (tail != null) {
            MemorySegment.copy(bytes, inHead, tail, 0, wire.length - inHead);
        }
        arrive(frame, frame.parse(wire.length, tail));
        return true;
    }

    @Override
    public @Nullable DropReason transmit(Frame frame, int tag) {
        if (!isUp) {
            return DropReason.LINK_DOWN;
        }
        if (isStalled) {
            return DropReason.QUEUE_FULL;
        }
        var target = sink;
        var cutter = segmenter;
        if (target != null && cutter != null) {
            cutter.finish(frame, tag, target);
        }
        return null;
    }

    @Override
    public void setLink(boolean isUp) {
        this.isUp = isUp;
    }
}
