package io.etherloom.device;

import io.etherloom.agent.Inbox;
import io.etherloom.frame.DropReason;
import io.etherloom.frame.Frame;
import io.etherloom.frame.FrameBatch;
import io.etherloom.frame.FramePool;
import io.etherloom.wire.VirtioNetHeader;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/// Frames that somebody gives to a port in place of the guest there: they enter the switch exactly where those of the port's device do.
/// The device stays plugged in, sends beside it, and alone receives; nothing is ever sent to a feed.
///
/// One thread, not the agent's, offers frames as they stand on the wire; the agent takes them. A full feed takes nothing, so whoever is
/// faster than the agent waits; no frame is lost in between. The agent allocates nothing. When the port's device is unplugged the feed is
/// cut: what was offered and not taken by then is forgotten, and it takes no more.
public final class FrameFeed extends ReadyList.Member implements Inbox.Listener {
    /// The longest frame that is taken, with tags and without frame check sequence.
    public static final int MAX_LENGTH = Frame.MAX_LENGTH;

    /// Three of the longest frames, or 160 of 1,500 octets.
    private static final int CAPACITY = 1 << 18;
    private static final VarHandle TAKEN = takenHandle();

    private final FramePool pool;
    private final FramePipe pipe;
    private volatile boolean isCut;
    private long taken;

    /// @param side of the agent that owns the port
    public FrameFeed(AgentSide side) {
        super(side.ready());
        pool = side.pool();
        pipe = new FramePipe(side.inbox(), CAPACITY);
    }

    private static VarHandle takenHandle() {
        try {
            return MethodHandles.lookup().findVarHandle(FrameFeed.class, "taken", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /// Gives a frame, of which the octets are copied.
    ///
    /// @return false when there is no room now, or no more because the feed is cut
    public boolean offer(byte[] wire) {
        if (wire.length > MAX_LENGTH) {
            throw new IllegalArgumentException("a frame of " + wire.length + " octets");
        }
        long at = isCut ? -1 : pipe.ring().claim(VirtioNetHeader.LENGTH + wire.length);
        if (at < 0) {
            return false;
        }
        var memory = pipe.ring().memory();
        VirtioNetHeader.writePlain(memory, at);
        MemorySegment.copy(wire, 0, memory, ValueLayout.JAVA_BYTE, at + VirtioNetHeader.LENGTH, wire.length);
        pipe.ring().commit();
        pipe.announce();
        return true;
    }

    /// Whether the port has lost its device, or the feed its port. Any thread.
    public boolean isCut() {
        return isCut;
    }

    /// Frames that the switch has received from here. Any thread.
    public long taken() {
        return (long) TAKEN.getOpaque(this);
    }

    @Override
    public void owner(@Nullable Object owner) {
        super.owner(owner);
        if (owner == null) {
            isCut = true;
            pipe.ignore(this);
        } else {
            pipe.listen(this);
        }
    }

    @Override
    public void mayHaveArrived() {
        if (pipe.look()) {
            announce();
        }
    }

    @Override
    public int receive(FrameBatch batch) {
        int count = pipe.moveTo(batch, pool);
        TAKEN.setOpaque(this, taken + count);
        if (!pipe.isSpent()) {
            announce();
        }
        return count;
    }

    /// A feed is in no port as a receiver, so this is never called by a switch.
    @Override
    public DropReason transmit(Frame frame, int tag) {
        return DropReason.LINK_DOWN;
    }

    /// The link is that of the port's device.
    @Override
    public void setLink(boolean isUp) {}

    @Override
    public void close() {
        pipe.clear();
    }
}
