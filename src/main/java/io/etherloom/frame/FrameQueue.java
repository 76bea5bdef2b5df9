package io.etherloom.frame;

import io.etherloom.wire.Tag;
import org.jspecify.annotations.Nullable;

/// Frames that wait with their tags, oldest first: those of a port whose sink had no room for them, or what is on its way in a cable. It holds each
/// frame until that is taken. As long as its user lets it become; owned by the agent thread.
public final class FrameQueue {
    private @Nullable Frame[] frames;
    private int[] tags;
    private int head;
    private int size;

    /// @param capacity for how many there is memory at first, a power of two
    public FrameQueue(int capacity) {
        frames = new Frame[capacity];
        tags = new int[capacity];
    }

    public int size() {
        return size;
    }

    /// Of all frames, with their tags.
    long octets() {
        long octets = 0;
        for (int i = 0; i < size; i++) {
            int at = head + i & frames.length - 1;
            var frame = frames[at];
            octets += frame == null ? 0 : frame.length() + Tag.length(tags[at]);
        }
        return octets;
    }

    boolean isEmpty() {
        return size == 0;
    }

    /// Adds a frame behind all others; takes over the caller's hold.
    public void add(Frame frame, int tag) {
        if (size == frames.length) {
            grow();
        }
        int at = head + size++ & frames.length - 1;
        frames[at] = frame;
        tags[at] = tag;
    }

    /// Doubles the ring; once for each size that is ever needed.
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

    /// Moves the oldest frames to the batch, as many as it has room for.
    ///
    /// @return how many
    public int moveTo(FrameBatch batch) {
        int count = Math.min(size, batch.room());
        for (int i = 0; i < count; i++) {
            int tag = firstTag();
            batch.add(take(), tag);
        }
        return count;
    }

    /// Lets go of all frames.
    public void clear() {
        while (size > 0) {
            take().release();
        }
    }
}
