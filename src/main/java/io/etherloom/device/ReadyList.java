package io.etherloom.device;

import io.etherloom.frame.Frame;
import io.etherloom.frame.FrameBatch;
import io.etherloom.frame.FrameQueue;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The devices without descriptor that have frames to be received, in the order in which they said so. Each stands in it once. Owned by
/// the agent thread.
public final class ReadyList {
    /// A device without descriptor: it stands in the list as long as it may have something.
    public abstract static class Member implements Device {
        private final ReadyList ready;
        private @Nullable Object owner;
        private boolean isListed;

        Member(ReadyList ready) {
            this.ready = ready;
        }

        /// Who is told: set by the agent when it attaches the device, null when it detaches it.
        public void owner(@Nullable Object owner) {
            this.owner = owner;
        }

        public @Nullable Object owner() {
            return owner;
        }

        /// Says that there is something to receive.
        final void announce() {
            ready.add(this);
        }
    }

    /// A device whose frames never leave the agent: what has arrived waits in a queue.
    public abstract static class Arrivals extends Member {
        private static final int INITIAL_FRAMES = 64;

        private final FrameQueue arrived = new FrameQueue(INITIAL_FRAMES);
        private final int limit;

        /// @param limit frames that can wait
        Arrivals(ReadyList ready, int limit) {
            super(ready);
            this.limit = limit;
        }

        @Override
        public void owner(@Nullable Object owner) {
            super.owner(owner);
            if (arrived.size() > 0) {
                announce();      // What came while nobody was told.
            }
        }

        boolean isFull() {
            return arrived.size() >= limit;
        }

        /// Lets a frame arrive, of which the queue is the holder from now on; it is not full.
        void arrive(Frame frame, int tag) {
            arrived.add(frame, tag);
            announce();
        }

        @Override
        public int receive(FrameBatch batch) {
            int count = arrived.moveTo(batch);
            if (arrived.size() > 0) {
                announce();
            }
            return count;
        }

        @Override
        public void close() {
            arrived.clear();
        }
    }

    private @Nullable Member[] members = new Member[16];
    private int head;
    private int size;

    public boolean isEmpty() {
        return size == 0;
    }

    public int size() {
        return size;
    }

    private void add(Member member) {
        if (member.isListed) {
            return;
        }
        member.isListed = true;
        if (size == members.length) {
            var larger = Arrays.copyOf(members, size * 2);
            System.arraycopy(members, 0, larger, size, head);
            members = larger;
        }
        members[head + size & members.length - 1] = member;
        size++;
    }

    /// Takes the member that has waited longest; null when there is none.
    public @Nullable Member next() {
        if (size == 0) {
            return null;
        }
        var member = members[head];
        members[head] = null;
        head = head + 1 & members.length - 1;
        size--;
        if (member != null) {
            member.isListed = false;
        }
        return member;
    }
}
