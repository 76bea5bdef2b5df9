package io.etherloom.device;

import io.etherloom.frame.Frame;
import io.etherloom.frame.FrameBatch;
import org.jspecify.annotations.Nullable;

/// A bounded first-in first-out of frames and tags within one thread: what is on its way in a cable. It holds each frame until it is
/// taken.
final class FrameRing {
    private final int limit;
    private @Nullable Frame[] frames = new Frame[64];
    private int[] tags = new int[64];
    private int head;
    private int size;

    FrameRing(int limit) {
        this.limit = limit;
    }

    int size() {
        return size;
    }

    boolean isFull() {
        return size >= limit;
    }

    void add(Frame frame, int tag) {
        if (size == frames.length) {
            grow();
        }
        int at = head + size++ & frames.length - 1;
        frames[at] = frame;
        tags[at] = tag;
    }

    /// Moves frames to the batch, as many as it has room for.
    ///
    /// @return how many
    int moveTo(FrameBatch batch) {
        int count = Math.min(size, batch.room());
        for (int i = 0; i < count; i++) {
            int tag = tags[head];
            batch.add(take(), tag);
        }
        return count;
    }

    /// Lets go of all frames.
    void clear() {
        while (size > 0) {
            take().release();
        }
    }

    @SuppressWarnings("NullAway")
    private Frame take() {
        var frame = frames[head];
        frames[head] = null;
        head = head + 1 & frames.length - 1;
        size--;
        return frame;
    }

    private void grow() {
        var larger = new Frame[size * 2];
        var largerTags = new int[size * 2];
        for (int i = 0; i < size; i++) {
            int at = head + i & frames.length - 1;
            larger[i] = frames[at];
            largerTags[i] = tags[at];
        }
        frames = larger;
        tags = largerTags;
        head = 0;
    }
}
