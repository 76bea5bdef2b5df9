package io.etherloom.frame;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The frames that a switch has decided to send by one port, in order, until the device takes them. The device takes from the
/// head with [#sent] or [#take]; what it leaves waits, at most `limit` frames, and the newest are dropped beyond that (spec 1.33).
/// Between two flushes one batch may come on top of the limit, so that a burst to a device that is ready is never cut.
/// Owned by the agent thread.
public final class EgressQueue {
    /// Small enough that queue, frames and tags lie side by side in memory: with thousands of ports this is what one costs.
    private static final int FIRST_CAPACITY = 8;

    private final PortSet ports;
    private final int port;
    private int limit;
    private @Nullable Frame[] frames = new Frame[FIRST_CAPACITY];
    private int[] tags = new int[FIRST_CAPACITY];
    private int head;
    private int size;
    private boolean isDirty;

    EgressQueue(PortSet ports, int port, int limit) {
        this.ports = ports;
        this.port = port;
        this.limit = limit;
    }

    /// Index of the port in its switch.
    public int port() {
        return port;
    }

    public int size() {
        return size;
    }

    /// Frames that may wait for a device that is not ready.
    public int limit() {
        return limit;
    }

    /// Changes how many frames may wait; what waits already is not touched before the next flush.
    public void limit(int limit) {
        this.limit = limit;
    }

    public boolean isEmpty() {
        return size == 0;
    }

    /// Adds a copy; the queue becomes one more holder of the frame.
    void add(Frame frame, int tag) {
        if (size == frames.length && !grow()) {
            ports.dropped(port, frame, tag, DropReason.QUEUE_FULL);
            return;
        }
        frame.retain();
        int at = head + size & frames.length - 1;
        frames[at] = frame;
        tags[at] = tag;
        size++;
        if (!isDirty) {
            isDirty = true;
            ports.markDirty(port);
        }
    }

    /// Doubles the ring; once for each size that a port ever needs.
    private boolean grow() {
        if (size >= limit + FrameBatch.CAPACITY) {
            return false;
        }
        var larger = new Frame[frames.length * 2];
        var largerTags = new int[frames.length * 2];
        for (int i = 0; i < size; i++) {
            int at = head + i & frames.length - 1;
            larger[i] = frames[at];
            largerTags[i] = tags[at];
        }
        Arrays.fill(frames, null);
        frames = larger;
        tags = largerTags;
        head = 0;
        return true;
    }

    /// The oldest frame; the queue is not empty.
    @SuppressWarnings("NullAway")
    public Frame first() {
        return frames[head];
    }

    /// The tag with which [#first] leaves.
    public int firstTag() {
        return tags[head];
    }

    /// The device has taken the bytes of the first frame: counts and releases it.
    public void sent() {
        take().release();
    }

    /// Hands the first frame over to the caller, who is its holder from now on; counts it as sent.
    public Frame take() {
        var frame = first();
        ports.sent(port, frame, firstTag());
        advance();
        return frame;
    }

    /// A copy of the first frame with the caller as its only holder, or null when the pool has no memory for it.
    public @Nullable Frame copyFirst() {
        return ports.pool().copy(first());
    }

    /// The device cannot have the first frame.
    public void drop(DropReason reason) {
        var frame = first();
        ports.dropped(port, frame, firstTag(), reason);
        advance();
        frame.release();
    }

    /// Drops everything that waits.
    public void dropAll(DropReason reason) {
        while (size > 0) {
            drop(reason);
        }
    }

    /// Drops the newest frames beyond what may wait; after the device has had its turn.
    void trim(boolean isPoolLow) {
        isDirty = false;
        int allowed = isPoolLow ? Math.min(limit, FrameBatch.CAPACITY / 8) : limit;
        while (size > allowed) {
            int at = head + size - 1 & frames.length - 1;
            var frame = frames[at];
            if (frame != null) {
                ports.dropped(port, frame, tags[at], DropReason.QUEUE_FULL);
                frames[at] = null;
                frame.release();
            }
            size--;
        }
    }

    private void advance() {
        frames[head] = null;
        // A queue that was emptied begins at the front again, so that a port needs one cache line of its ring and not all of them.
        head = --size == 0 ? 0 : head + 1 & frames.length - 1;
    }
}
