package io.etherloom.device;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The devices without descriptor that have frames to be received, in the order in which they said so. Each stands in it once. Owned by
/// the agent thread.
public final class ReadyList {
    /// A device that can stand in a ready list.
    public abstract static class Member {
        private @Nullable Object owner;
        private boolean isListed;

        Member() {}

        /// Who is told: set by the agent when it attaches the device, null when it detaches it.
        public void owner(@Nullable Object owner) {
            this.owner = owner;
        }

        public @Nullable Object owner() {
            return owner;
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

    void add(Member member) {
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
