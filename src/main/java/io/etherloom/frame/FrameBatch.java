package io.etherloom.frame;

/// Up to [#CAPACITY] frames with the tags they arrived with, as a device hands them to a switch. Whoever fills it owns the frames
/// until it is passed on; the receiver empties it. Used on the agent thread.
public final class FrameBatch {
    /// The rate of a switch flattens at about 32 frames a batch; 64 keeps one system call's turn around short.
    public static final int CAPACITY = 64;

    private final Frame[] frames = new Frame[CAPACITY];
    private final int[] tags = new int[CAPACITY];
    private int size;

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

    public Frame frame(int index) {
        return frames[index];
    }

    public int tag(int index) {
        return tags[index];
    }

    /// Forgets the frames, which somebody else holds by now.
    public void clear() {
        size = 0;
    }
}
