package io.etherloom.frame;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/// All memory for frames of one agent: equal heads cut from one native segment, and a smaller number of tails for super-frames.
/// Both are stacks, so that the memory used last, which the cache still holds, is used next, and what lies deep may never be touched.
/// Taken from and returned to on the agent thread only; closing is for when that thread has ended.
public final class FramePool implements AutoCloseable {
    /// A line of the cache more than a head: at a power of two the headers of all frames would share two of the 64 sets of a nearest cache.
    private static final int HEAD_STRIDE = Frame.HEAD_SIZE + 64;
    /// Octets before each tail for what a device reads together with it; see [#land].
    private static final int LEAD = 2048;
    private static final int TAIL_STRIDE = LEAD + Frame.TAIL_SIZE;

    private final Arena arena;
    private final Frame[] frames;
    private final MemorySegment[] tails;
    private final MemorySegment tailMemory;
    private int freeFrames;
    private int freeTails;

    /// @param capacity frames; each costs 2 KiB of address space
    /// @param tailCapacity super-frames that can be held at once; each costs 66 KiB of address space
    public FramePool(int capacity, int tailCapacity) {
        this(capacity, tailCapacity, Arena.ofShared());
    }

    /// @param arena gives the memory, is used by the agent's thread, and is closed with the pool; one whose memory is not touched before it is
    ///     used spares the resident pages of all the frames that are never needed at once
    public FramePool(int capacity, int tailCapacity, Arena arena) {
        this.arena = arena;
        frames = new Frame[capacity];
        tails = new MemorySegment[tailCapacity];
        var heads = arena.allocate((long) capacity * HEAD_STRIDE, 4096);
        for (int i = capacity - 1; i >= 0; i--) {
            frames[freeFrames++] = new Frame(this, heads.asSlice((long) i * HEAD_STRIDE, Frame.HEAD_SIZE));
        }
        tailMemory = arena.allocate((long) tailCapacity * TAIL_STRIDE, 4096);
        for (int i = tailCapacity - 1; i >= 0; i--) {
            tails[freeTails++] = tailMemory.asSlice((long) i * TAIL_STRIDE + LEAD, Frame.TAIL_SIZE);
        }
    }

    /// Frames that have a length and no octets, without memory of their own: see [#shapeOf].
    private FramePool(int capacity) {
        arena = Arena.global();
        frames = new Frame[capacity];
        tails = new MemorySegment[0];
        tailMemory = MemorySegment.NULL;
        while (freeFrames < capacity) {
            frames[freeFrames++] = new Frame(this, MemorySegment.NULL);
        }
    }

    /// Stands for frames of another agent's pool where only their number and length count: one frame for each of them, without octets.
    /// Need not be closed.
    public static FramePool ofShapes(int capacity) {
        return new FramePool(capacity);
    }

    /// The next frame of such a pool, as long as another one that is not to be cut; it is held once.
    public Frame shapeOf(Frame original) {
        var shape = frames[--freeFrames];
        shape.taken();
        shape.shapeOf(original);
        return shape;
    }

    /// A frame with one holder, or null when the pool is exhausted.
    public @Nullable Frame take() {
        if (freeFrames == 0) {
            return null;
        }
        var frame = frames[--freeFrames];
        frame.taken();
        return frame;
    }

    /// A copy with one holder, or null when there is no memory for it.
    public @Nullable Frame copy(Frame original) {
        var tail = original.tail() == null ? null : takeTail();
        var copy = original.tail() == null || tail != null ? take() : null;
        if (copy != null) {
            copy.copyOf(original, tail);
        } else if (tail != null) {
            putTail(tail);
        }
        return copy;
    }

    /// Memory for the rest of a super-frame, or null when there is none left. Give it to [Frame#parse] or back by [#putTail].
    public @Nullable MemorySegment takeTail() {
        return freeTails == 0 ? null : tails[--freeTails];
    }

    public void putTail(MemorySegment tail) {
        tails[freeTails++] = tail;
    }

    /// Fills a head with what was read to the octets right before a tail. A device that does not know how long the next frame is lets it
    /// end up there in one piece, so that what is beyond the head lies in the tail already: to copy the beginning costs less than having
    /// the kernel fill two pieces of memory.
    ///
    /// @param ahead octets before the tail where what was read begins, at most 2048
    /// @param count how many of them go to the head
    /// @param at where in the head
    public void land(MemorySegment tail, int ahead, int count, Frame frame, long at) {
        MemorySegment.copy(tailMemory, tail.address() - tailMemory.address() - ahead, frame.head(), at, count);
    }

    void put(Frame frame, @Nullable MemorySegment tail) {
        frames[freeFrames++] = frame;
        if (tail != null) {
            tails[freeTails++] = tail;
        }
    }

    public int capacity() {
        return frames.length;
    }

    /// Frames that nobody holds. Other threads may ask, and then hear of a moment ago; so of [#freeTails].
    public int free() {
        return freeFrames;
    }

    public int tailCapacity() {
        return tails.length;
    }

    public int freeTails() {
        return freeTails;
    }

    /// Whether what is left is kept for frames on their way: queues that wait for a slow device must not take it.
    public boolean isLow() {
        return freeFrames < frames.length >> 2 || freeTails < tails.length >> 2;
    }

    /// Frees the memory; every frame of the pool is dead after it.
    @Override
    public void close() {
        arena.close();
    }
}
