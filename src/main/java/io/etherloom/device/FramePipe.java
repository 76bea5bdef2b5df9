package io.etherloom.device;

import io.etherloom.agent.ByteRing;
import io.etherloom.agent.Inbox;
import io.etherloom.frame.Frame;
import io.etherloom.frame.FrameBatch;
import io.etherloom.frame.FramePool;
import io.etherloom.wire.Tag;
import io.etherloom.wire.VirtioNetHeader;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/// One direction between two agents: frames go in as bytes on one agent and come out as frames of the other's pool. Nothing but bytes
/// crosses, so frames, pools and holder counts stay with their agent.
///
/// A record is what a TAP would carry: vnet header, then the frame as on the wire, its tag in place, super-frames uncut. So the metadata
/// are checked again on arrival, and a ring can be filled from a TAP or emptied into one without touching the frames.
///
/// A full pipe takes nothing, and what does not fit waits where it is. One producer and one consumer thread; neither allocates.
final class FramePipe {
    /// Seven of the longest super-frames, or 340 frames of 1,500 octets; with its twin a quarter of a near cache of 4 MiB.
    static final int CAPACITY = 1 << 19;
    /// The longest record.
    static final int MAX_RECORD = VirtioNetHeader.LENGTH + Frame.MAX_LENGTH;

    private final ByteRing ring;
    private final Inbox inbox;
    private final int place;
    /// Of the producer: whether it stands in the outbox.
    private boolean isListed;
    /// How far the consumer may go: what was committed when it looked last.
    private long seenEnd;
    private int takenTag;

    /// @param inbox of the consumer
    FramePipe(Inbox inbox) {
        this(inbox, CAPACITY);
    }

    /// @param capacity octets, a power of two, at least twice the longest record
    FramePipe(Inbox inbox, int capacity) {
        ring = new ByteRing(capacity);
        this.inbox = inbox;
        place = inbox.newPlace();
    }

    /// For those who fill or empty it with whole records.
    ByteRing ring() {
        return ring;
    }

    /// Consumer: is told when something may have arrived.
    void listen(Inbox.Listener listener) {
        inbox.listen(place, listener);
    }

    /// Consumer: ends that.
    void ignore(Inbox.Listener listener) {
        inbox.ignore(place, listener);
    }

    /// Producer: copies a frame in, which the consumer sees after [#publish].
    ///
    /// @param outbox of the producer's agent, which sees to that
    /// @return false when there is no room
    boolean write(Frame frame, int tag, Outbox outbox) {
        int length = frame.length() + Tag.length(tag);
        long at = ring.claim(VirtioNetHeader.LENGTH + length);
        if (at < 0) {
            return false;
        }
        frame.offload().write(ring.memory(), at, tag);
        frame.write(tag, ring.memory(), at + VirtioNetHeader.LENGTH, length);
        ring.stage();
        if (!isListed) {
            isListed = true;
            outbox.add(this);
        }
        return true;
    }

    /// Producer: shows what was written, and tells the consumer, once for many frames.
    void publish() {
        isListed = false;
        ring.publish();
        announce();
    }

    /// Producer: tells the consumer of what is committed.
    void announce() {
        inbox.announce(place);
    }

    /// Consumer: sees what has been committed by now. What comes later waits for the next look, so that nothing is received that is younger
    /// than the time which the agent reads in between.
    ///
    /// @return whether something is there
    boolean look() {
        seenEnd = ring.committed();
        return !isSpent();
    }

    /// Consumer: whether all that was seen has been taken.
    boolean isSpent() {
        return next() < 0;
    }

    /// Consumer: offset in the ring's memory of the next record that was seen, or -1.
    long next() {
        return ring.next(seenEnd);
    }

    /// Consumer: moves frames to the batch, until it is full, or all that was seen is taken, or the pool has no memory; then they wait.
    ///
    /// @return how many
    int moveTo(FrameBatch batch, FramePool pool) {
        int count = 0;
        while (batch.room() > 0) {
            var frame = take(pool);
            if (frame == null) {
                break;
            }
            batch.add(frame, takenTag);
            count++;
        }
        return count;
    }

    /// Consumer: the next frame that was seen; null when there is none, or no memory for it, and then it waits.
    @Nullable Frame take(FramePool pool) {
        long at = next();
        if (at < 0) {
            return null;
        }
        int length = ring.length() - VirtioNetHeader.LENGTH;
        boolean isLong = length > Frame.HEAD_CAPACITY;
        var tail = isLong ? pool.takeTail() : null;
        var frame = isLong && tail == null ? null : pool.take();
        if (frame == null) {
            if (tail != null) {
                pool.putTail(tail);
            }
            return null;
        }
        int inHead = Math.min(length, Frame.HEAD_CAPACITY);
        var memory = ring.memory();
        MemorySegment.copy(memory, at + VirtioNetHeader.LENGTH, frame.head(), Frame.HEADROOM, inHead);
        if (tail != null) {
            MemorySegment.copy(memory, at + VirtioNetHeader.LENGTH + inHead, tail, 0, length - inHead);
        }
        takenTag = frame.parse(length, tail);
        frame.offload().read(memory, at, frame, takenTag);
        ring.release();
        return frame;
    }

    /// Consumer: the tag of the frame that was taken last.
    int takenTag() {
        return takenTag;
    }

    /// Consumer: throws away everything that has been committed.
    void clear() {
        look();
        while (next() >= 0) {
            ring.release();
        }
    }
}
