package io.etherloom.device;

import io.etherloom.agent.Inbox;
import io.etherloom.frame.DropReason;
import io.etherloom.frame.Frame;
import io.etherloom.frame.FrameBatch;
import io.etherloom.frame.FramePool;
import org.jspecify.annotations.Nullable;

/// A cable between ports of switches on two agents: a [Cable] whose frames cross as bytes. Each direction holds a bounded number of octets;
/// beyond that frames wait in the sender's queue. When the cable is pulled, what is in it reaches the other switch, which drops it as
/// `LINK_DOWN` because its link is down, too.
public final class RingCable {
    private final End a;
    private final End b;
    /// Changed while both agents are stopped.
    private volatile boolean isUp = true;

    public RingCable(AgentSide a, AgentSide b) {
        var toA = new FramePipe(a.inbox());
        var toB = new FramePipe(b.inbox());
        this.a = new End(a, toA, toB);
        this.b = new End(b, toB, toA);
    }

    public End a() {
        return a;
    }

    public End b() {
        return b;
    }

    /// One end, as the device of a port; used on the agent of its side.
    public final class End extends ReadyList.Member implements Inbox.Listener {
        private final FramePool pool;
        private final Outbox outbox;
        private final FramePipe in;
        private final FramePipe out;

        private End(AgentSide side, FramePipe in, FramePipe out) {
            super(side.ready());
            pool = side.pool();
            outbox = side.outbox();
            this.in = in;
            this.out = out;
        }

        @Override
        public void owner(@Nullable Object owner) {
            super.owner(owner);
            if (owner == null) {
                in.ignore(this);
                in.look();      // What is left is taken out by whoever unplugs it.
            } else {
                in.listen(this);
            }
        }

        @Override
        public void mayHaveArrived() {
            if (in.look()) {
                announce();
            }
        }

        @Override
        public int receive(FrameBatch batch) {
            int count = in.moveTo(batch, pool);
            if (!in.isSpent()) {
                announce();
            }
            return count;
        }

        @Override
        public @Nullable DropReason transmit(Frame frame, int tag) {
            if (!isUp) {
                return DropReason.LINK_DOWN;
            }
            return out.write(frame, tag, outbox) ? null : DropReason.QUEUE_FULL;
        }

        /// Plugs the cable in or pulls it, at both ends.
        @Override
        public void setLink(boolean isUp) {
            RingCable.this.isUp = isUp;
        }

        @Override
        public void close() {
            in.clear();
        }
    }
}
