package io.etherloom.model;

import io.etherloom.vswitch.SwitchSpec;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/// The links of the uplinks as the host sees them, at once or when it reads them (spec 1.34), and the delay after one came up (spec 4.36).
/// Uplinks are their indexes.
final class NaiveLinks {
    static final long NEVER = Long.MAX_VALUE;

    private SwitchSpec.TeamOptions options;
    private final int count;
    /// The uplinks whose cable carries frames.
    private final Set<Integer> linked = new HashSet<>();
    /// The uplinks that the host takes for linked.
    private final Set<Integer> seen = new HashSet<>();
    /// The uplinks that may be used: seen, and the delay is over.
    private final Set<Integer> usable = new HashSet<>();
    /// The uplinks that wait for the end of their delay, and when that is.
    private final Map<Integer, Long> usableAt = new HashMap<>();
    private long nextPoll = NEVER;

    /// The state at the start is not delayed: every uplink is usable (spec 4.36).
    NaiveLinks(int count, SwitchSpec.TeamOptions options) {
        this.count = count;
        this.options = options;
        for (var uplink = 0; uplink < count; uplink++) {
            linked.add(uplink);
            seen.add(uplink);
            usable.add(uplink);
        }
        if (options.linkPollNanos() > 0) {
            nextPoll = options.linkPollNanos();
        }
    }

    /// Other options; where links are read in another way from now on, they are read now.
    void set(SwitchSpec.TeamOptions next, long nowNanos) {
        var isOtherPeriod = next.linkPollNanos() != options.linkPollNanos();
        options = next;
        if (isOtherPeriod) {
            nextPoll = next.linkPollNanos() == 0 ? NEVER : nowNanos + next.linkPollNanos();
            read(nowNanos);
        }
    }

    void link(int uplink, boolean up, long nowNanos) {
        if (up) {
            linked.add(uplink);
        } else {
            linked.remove(uplink);
        }
        if (options.linkPollNanos() == 0) {
            notice(uplink, nowNanos);
        }
    }

    /// Spec 4.36: an up event waits, a down event never does and cancels the wait.
    private void notice(int uplink, long nowNanos) {
        if (linked.contains(uplink) && seen.add(uplink)) {
            if (options.upDelayNanos() == 0) {
                usable.add(uplink);
            } else {
                usableAt.put(uplink, nowNanos + options.upDelayNanos());
            }
        } else if (!linked.contains(uplink) && seen.remove(uplink)) {
            usableAt.remove(uplink);
            usable.remove(uplink);
        }
    }

    private void read(long nowNanos) {
        for (var uplink = 0; uplink < count; uplink++) {
            notice(uplink, nowNanos);
        }
    }

    /// When something happens next that nobody tells of.
    long due() {
        var due = nextPoll;
        for (var at : usableAt.values()) {
            due = Math.min(due, at);
        }
        return due;
    }

    /// Lets the one thing happen that is due at this instant: the end of one delay before a poll.
    void advance(long nowNanos) {
        for (var uplink = 0; uplink < count; uplink++) {
            if (usableAt.getOrDefault(uplink, NEVER) <= nowNanos) {
                usableAt.remove(uplink);
                usable.add(uplink);
                return;
            }
        }
        if (nextPoll <= nowNanos) {
            nextPoll += options.linkPollNanos();
            read(nowNanos);
        }
    }

    boolean isLinked(int uplink) {
        return linked.contains(uplink);
    }

    boolean isSeen(int uplink) {
        return seen.contains(uplink);
    }

    boolean isUsable(int uplink) {
        return usable.contains(uplink);
    }
}
