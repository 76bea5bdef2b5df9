package io.etherloom.device;

import io.etherloom.frame.DropReason;
import io.etherloom.frame.Frame;
import io.etherloom.frame.FrameBatch;
import io.etherloom.frame.FramePool;
import io.etherloom.wire.VirtioNetHeader;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/// A guest that sends the same frames again and again, as a TAP would bring them (vnet header, then frame), and throws away what it gets.
/// Allocates nothing.
public final class TemplateDevice extends ReadyList.Member {
    private final FramePool pool;
    private final MemorySegment[] templates;
    private int next;
    private long toSend;

    /// @param templates native memory: a vnet header of ten octets and a frame each
    public TemplateDevice(FramePool pool, ReadyList ready, MemorySegment... templates) {
        super(ready);
        this.pool = pool;
        this.templates = templates;
    }

    /// Sends so many frames from now on.
    public void send(long frames) {
        toSend += frames;
        announce();
    }

    /// Whether all of them are on their way.
    public boolean isDone() {
        return toSend == 0;
    }

    @Override
    public int receive(FrameBatch batch) {
        int count = 0;
        while (toSend > 0 && batch.room() > 0) {
            var template = templates[next++ % templates.length];
            int length = (int) template.byteSize() - VirtioNetHeader.LENGTH;
            var frame = pool.take();
            boolean isLong = length > Frame.HEAD_CAPACITY;
            var tail = isLong ? pool.takeTail() : null;
            if (frame == null || isLong && tail == null) {
                throw new AssertionError("the pool is exhausted");
            }
            int inHead = Math.min(length, Frame.HEAD_CAPACITY);
            int header = Frame.HEADROOM - VirtioNetHeader.LENGTH;
            MemorySegment.copy(template, 0, frame.head(), header, inHead + VirtioNetHeader.LENGTH);
            if (tail != null) {
                MemorySegment.copy(template, inHead + VirtioNetHeader.LENGTH, tail, 0, length - inHead);
            }
            int tag = frame.parse(length, tail);
            frame.offload().read(frame.head(), header, frame, tag);
            batch.add(frame, tag);
            toSend--;
            count++;
        }
        if (toSend > 0) {
            announce();
        }
        return count;
    }

    @Override
    public @Nullable DropReason transmit(Frame frame, int tag) {
        return null;
    }

    @Override
    public void setLink(boolean isUp) {}

    @Override
    public void close() {}
}
