package io.etherloom.device;

import io.etherloom.agent.Inbox;
import io.etherloom.frame.DropReason;
import io.etherloom.frame.Frame;
import io.etherloom.frame.FrameSink;
import io.etherloom.frame.PortSet;
import io.etherloom.wire.Tag;
import org.jspecify.annotations.Nullable;

/// What comes for a port that stands still, as while its VM moves to another host: kept in order, up to a number of octets, and then given to the
/// device of the port that takes its place.
///
/// ```
/// still      frames ──► hold                          beyond its limit: dropped as PORT_DISABLED
/// handing    frames ──► hold ──► device               behind those that are in it, so none overtakes another
/// empty      frames ──────────► device                whoever pumps takes the hold out of the way
/// ```
///
/// Frames are kept as bytes, since the ports may be on two agents with a pool each. Used by one agent at a time, which changes while all stand still;
/// its counts may be read by any thread.
public final class FrameHold implements FrameSink {
    private final FramePipe pipe;
    private final Outbox outbox = new Outbox();
    private long limit;
    private long octets;
    private @Nullable FrameSink device;
    /// Taken from the pipe, and the device had no room for it.
    private @Nullable Frame next;
    private int nextTag;
    private int repeated;
    private volatile long held;
    private volatile long handedOver;
    private volatile long lost;

    /// @param limit octets of frames that it keeps, at most 64 MiB
    /// @throws OutOfMemoryError when the process may not have so much
    public FrameHold(long limit) {
        this.limit = limit;
        // Half of a ring is the longest record it takes for certain, and the shortest frames cost a third more than their octets.
        long wanted = Math.max(2L * FramePipe.MAX_RECORD, limit + limit / 2);
        pipe = new FramePipe(new Inbox(() -> { }), (int) (Long.highestOneBit(wanted - 1) << 1));
    }

    @Override
    public @Nullable DropReason transmit(Frame frame, int tag) {
        var target = device;
        if (target != null && isEmpty()) {
            return target.transmit(frame, tag);
        }
        int length = frame.length() + Tag.length(tag);
        boolean isKept = octets + length <= limit && pipe.write(frame, tag, outbox);
        if (isKept) {
            outbox.publish();
            octets += length;
            add(frame.segments());
            return null;
        }
        return target == null ? DropReason.PORT_DISABLED : DropReason.QUEUE_FULL;
    }

    @SuppressWarnings("NonAtomicOperationOnVolatileField")      // One writer.
    private void add(int frames) {
        held += frames;
    }

    /// From now on what is in it goes to this device, and what comes queues up behind that.
    public void handTo(FrameSink device) {
        this.device = device;
    }

    /// Takes nothing more than it has.
    public void close() {
        limit = octets;
    }

    /// Keeps once more what the device has got since then as its last frames ([RecentFrames]).
    public void repeat(RecentFrames recent, PortSet ports, long sinceNanos) {
        repeated += recent.giveTo(this, ports, sinceNanos);
    }

    /// How many frames that were, or would have been; for whoever has the agents stand still.
    public int repeated() {
        return repeated;
    }

    /// Gets all that another one has left, which nobody uses any more, before anything else; it may be longer by that.
    public void takeOver(FrameHold earlier, PortSet ports) {
        limit += earlier.octets;
        while (!earlier.isEmpty()) {
            var frame = earlier.next != null ? earlier.next : earlier.take(ports);
            if (frame == null) {
                return;
            }
            earlier.next = null;
            earlier.handedOver += frame.segments();
            transmit(frame, earlier.nextTag);
            frame.release();
        }
    }

    /// May keep so many octets more.
    public void grow(long more) {
        limit += more;
    }

    public long octets() {
        return octets;
    }

    private boolean isEmpty() {
        return next == null && !pipe.look();
    }

    /// Gives the device what it has room for.
    ///
    /// @return true once nothing is left
    @SuppressWarnings("NonAtomicOperationOnVolatileField")
    public boolean pump(PortSet ports, int port) {
        var target = device;
        if (target == null) {
            return false;
        }
        while (!isEmpty()) {
            var frame = next != null ? next : take(ports);
            if (frame == null) {
                return false;
            }
            int frames = frame.segments();
            int length = frame.length() + Tag.length(nextTag);
            if (!ports.bring(port, frame, nextTag, target)) {
                next = frame;
                return false;
            }
            next = null;
            octets -= length;
            handedOver += frames;
        }
        return true;
    }

    private @Nullable Frame take(PortSet ports) {
        var frame = pipe.take(ports.pool());
        nextTag = pipe.takenTag();
        return frame;
    }

    /// Has a port drop what is left as disabled, because nobody will take it any more.
    public void discard(PortSet ports, int port) {
        long before = handedOver;
        device = (_, _) -> DropReason.PORT_DISABLED;
        pump(ports, port);
        lost += handedOver - before;
        handedOver = before;
    }

    /// Throws away what is left, where no port is left either.
    public void discard() {
        if (next != null) {
            next.release();
            next = null;
        }
        pipe.clear();
        lost = held - handedOver;
    }

    /// Frames on the wire that it has kept.
    public long held() {
        return held;
    }

    /// Frames of those that a device has taken.
    public long handedOver() {
        return handedOver;
    }

    /// Frames that nobody took in the end.
    public long lost() {
        return lost;
    }
}
