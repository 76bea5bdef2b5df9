package io.etherloom.frame;

import org.jspecify.annotations.Nullable;

/// The frames of one port that wait because its sink had no room for them, oldest first. Of no port whose sink is always ready. Owned by the
/// agent thread.
final class EgressQueue {
    private @Nullable Frame[] frames = new Frame[8];
    private int[] tags = new int[8];
    private int head;
    private int size;

    int size() {
        return size;
    }

    boolean isEmpty() {
        return size == 0;
    }

    /// Adds a frame behind all others; takes over the caller's hold.
    void add(Frame frame, int tag) {
        if (size == frames.length) {
            grow();
        }
        int at = head + size++ & frames.length - 1;
        frames[at] = frame;
        tags[at] = tag;
    }

    /// Doubles the ring; once for each size that a port ever needs.
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

    /// The oldest frame; the queue is not empty.
    @SuppressWarnings("NullAway")
    Frame first() {
        return frames[head];
    }

    /// The tag with which [#first] leaves.
    int firstTag() {
        return tags[head];
    }

    /// Hands the oldest frame over to the caller, who is its holder from now on.
    Frame take() {
        var frame = first();
        frames[head] = null;
        head = head + 1 & frames.length - 1;
        size--;
        return frame;
    }

    /// Puts a frame that was just taken back to the front; takes over the caller's hold.
    void putBack(Frame frame, int tag) {
        head = head - 1 & frames.length - 1;
        frames[head] = frame;
        tags[head] = tag;
        size++;
    }

    /// The tag with which [#takeLast] would have left.
    int lastTag() {
        return tags[head + size - 1 & tags.length - 1];
    }

    /// Hands the newest frame over to the caller, who is its holder from now on.
    @SuppressWarnings("NullAway")
    Frame takeLast() {
        int at = head + --size & frames.length - 1;
        var frame = frames[at];
        frames[at] = null;
        return frame;
    }
}
