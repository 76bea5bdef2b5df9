package io.etherloom.frame;

import org.jspecify.annotations.Nullable;

/// Up to [#CAPACITY] frames with the tags they arrived with, as a device hands them to a switch. Whoever fills it owns the frames
/// until it is passed on; the receiver empties it. Used on the agent thread.
public final class FrameBatch {
    /// The rate of a switch flattens at about 32 frames a batch; 64 keeps one system call's turn around short.
    public static final int CAPACITY = 64;

    private final @Nullable Frame[] frames = new Frame[CAPACITY];
    private final int[] tags = new int[CAPACITY];
    private int size;
    private int taken;

    public int size() {
        return size;
    }

    public int room() {
        return CAPACITY - size;
    }

    /// Adds a frame with the tag it had on the wire; the batch holds it from now on.
    public void add(Frame frame, int tag) {
        frames[size] = frame;
        tags[size++] = tag;
    }

    /// Hands over the frame at this place, whose holder is the caller from now on. Asked in order, each once.
    @SuppressWarnings("NullAway")
    public Frame take(int index) {
        taken = index + 1;
        return frames[index];
    }

    public int tag(int index) {
        return tags[index];
    }

    /// Begins anew; frames that nobody took, because a fault ended the batch early, go back to the pool.
    public void clear() {
        for (; taken < size; taken++) {
            var left = frames[taken];
            if (left != null) {
                left.release();
            }
        }
        taken = 0;
        size = 0;
    }
}
