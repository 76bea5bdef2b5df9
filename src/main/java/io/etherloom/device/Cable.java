package io.etherloom.device;

import io.etherloom.frame.DropReason;
import io.etherloom.frame.Frame;
import io.etherloom.frame.FramePool;
import io.etherloom.wire.Tag;
import org.jspecify.annotations.Nullable;

/// A cable between two ports of switches on one agent: two one-way pipes. Frames change hands by reference, their bytes are not
/// touched, so offloads pass through. Each pipe holds a bounded number of frames; beyond that they wait in the sender's queue. When the
/// cable is pulled, what is in it reaches the other switch, which drops it as `LINK_DOWN` because its link is down, too.
public final class Cable {
    /// More than a duty cycle brings, and a small part of the pool.
    private static final int FRAMES_IN_FLIGHT = 512;

    private final FramePool pool;
    private final End a;
    private final End b;
    private boolean isUp = true;

    /// @param pool that of the agent, from which all its frames are
    /// @param ready where an end is put when frames have arrived at it
    public Cable(FramePool pool, ReadyList ready) {
        this.pool = pool;
        a = new End(ready);
        b = new End(ready);
    }

    public End a() {
        return a;
    }

    public End b() {
        return b;
    }

    /// One end, as the device of a port.
    public final class End extends ReadyList.Arrivals {
        private End(ReadyList ready) {
            super(ready, FRAMES_IN_FLIGHT);
        }

        private End peer() {
            return this == a ? b : a;
        }

        @Override
        public @Nullable DropReason transmit(Frame frame, int tag) {
            if (!isUp) {
                return DropReason.LINK_DOWN;
            }
            var peer = peer();
            if (peer.isFull()) {
                return DropReason.QUEUE_FULL;
            }
            if (tag == Tag.NONE && frame.hasInnerTag()) {
                return sendInnerTag(frame, peer);
            }
            frame.retain();
            peer.arrive(frame, tag);
            return null;
        }

        /// A frame that leaves without its outer tag, as in a native VLAN, carries the inner one on the wire, and that is the one which
        /// the other side reads. The frame may be shared, so a copy loses it.
        private @Nullable DropReason sendInnerTag(Frame frame, End peer) {
            var copy = pool.copy(frame);
            if (copy == null) {
                return DropReason.POOL_EXHAUSTED;
            }
            peer.arrive(copy, copy.takeInnerTag());
            return null;
        }

        /// Plugs the cable in or pulls it, at both ends.
        @Override
        public void setLink(boolean isUp) {
            Cable.this.isUp = isUp;
        }
    }
}
