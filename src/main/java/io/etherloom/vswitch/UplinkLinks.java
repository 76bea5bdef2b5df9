package io.etherloom.vswitch;

import java.util.Arrays;

/// The link state of the uplinks of one vSwitch, as the host sees it (spec 1.34, 4.24, 4.36).
///
/// ```
///               link down (at once)
///        ┌──────────────────────────────┐
///        ▼                              │
///      down ── link up ──► waiting ── up-delay over ──► usable
///        ▲                    │
///        └──── link down ─────┘        the very first up is not delayed
/// ```
///
/// State of the agent thread, by port index; time is passed in.
final class UplinkLinks {
    static final long NEVER = Long.MAX_VALUE;
    private static final long MINUTE_NANOS = 60_000_000_000L;

    private final SwitchListener listener;
    private SwitchSpec.TeamOptions options = SwitchSpec.TeamOptions.DEFAULT;
    private int[] uplinks = {};
    private boolean[] isLinkUp = {};
    private boolean[] isSeenUp = {};
    private boolean[] isUsable = {};
    private boolean[] wasUp = {};
    private long[] usableAt = {};
    private long[] lostAt = {};
    private long[] minuteStart = {};
    private int[] downsInMinute = {};
    private long nextPoll = NEVER;

    UplinkLinks(SwitchListener listener) {
        this.listener = listener;
    }

    /// The same links at this moment.
    UplinkLinks(UplinkLinks other) {
        listener = SwitchListener.NONE;
        options = other.options;
        uplinks = other.uplinks;
        isLinkUp = other.isLinkUp.clone();
        isSeenUp = other.isSeenUp.clone();
        isUsable = other.isUsable.clone();
        wasUp = other.wasUp.clone();
        usableAt = other.usableAt.clone();
        lostAt = other.lostAt.clone();
        minuteStart = other.minuteStart.clone();
        downsInMinute = other.downsInMinute.clone();
        nextPoll = other.nextPoll;
    }

    /// Follows new tables.
    void apply(ForwardingTables tables, long nowNanos) {
        uplinks = tables.uplinks();
        grow(tables.size());
        var previous = options;
        options = tables.spec().options().teams();
        if (previous.linkPollNanos() != options.linkPollNanos()) {
            // Another period, or events instead of polls: what has happened meanwhile is noticed now.
            nextPoll = options.linkPollNanos() == 0 ? NEVER : nowNanos + options.linkPollNanos();
            noticeAll(nowNanos);
        }
    }

    private void grow(int size) {
        int known = isLinkUp.length;
        if (size > known) {
            isLinkUp = Arrays.copyOf(isLinkUp, size);
            isSeenUp = Arrays.copyOf(isSeenUp, size);
            isUsable = Arrays.copyOf(isUsable, size);
            wasUp = Arrays.copyOf(wasUp, size);
            usableAt = Arrays.copyOf(usableAt, size);
            lostAt = Arrays.copyOf(lostAt, size);
            minuteStart = Arrays.copyOf(minuteStart, size);
            downsInMinute = Arrays.copyOf(downsInMinute, size);
            Arrays.fill(usableAt, known, size, NEVER);
        }
    }

    /// A pNIC that is new to the switch at this index: its link starts in this state, and is not delayed when it comes up first.
    void attach(int uplink, boolean isUp) {
        grow(uplink + 1);
        isLinkUp[uplink] = isUp;
        isSeenUp[uplink] = isUp;
        isUsable[uplink] = isUp;
        wasUp[uplink] = isUp;
        usableAt[uplink] = NEVER;
        downsInMinute[uplink] = 0;
    }

    /// Returns whether the host notices it now.
    boolean changed(int uplink, boolean isUp, long nowNanos) {
        isLinkUp[uplink] = isUp;
        if (!isUp) {
            lostAt[uplink] = nowNanos;
            countDown(uplink, nowNanos);
        }
        return nextPoll == NEVER && notice(uplink, nowNanos);
    }

    private boolean notice(int uplink, long nowNanos) {
        boolean isUp = isLinkUp[uplink];
        if (isUp == isSeenUp[uplink]) {
            return false;
        }
        isSeenUp[uplink] = isUp;
        listener.linkSeen(uplink, isUp);
        if (isUp) {
            usableAt[uplink] = wasUp[uplink] ? nowNanos + options.upDelayNanos() : nowNanos;
            wasUp[uplink] = true;
            endDelay(uplink, nowNanos);
        } else {
            usableAt[uplink] = NEVER;
            isUsable[uplink] = false;
        }
        return true;
    }

    private boolean noticeAll(long nowNanos) {
        boolean isChanged = false;
        for (int uplink : uplinks) {
            isChanged |= notice(uplink, nowNanos);
        }
        return isChanged;
    }

    private boolean endDelay(int uplink, long nowNanos) {
        if (nowNanos < usableAt[uplink]) {
            return false;
        }
        usableAt[uplink] = NEVER;
        isUsable[uplink] = true;
        return true;
    }

    private void countDown(int uplink, long nowNanos) {
        if (nowNanos - minuteStart[uplink] > MINUTE_NANOS) {
            minuteStart[uplink] = nowNanos;
            downsInMinute[uplink] = 0;
        }
        downsInMinute[uplink]++;
        if (options.linkFlapsPerMinute() > 0 && downsInMinute[uplink] == options.linkFlapsPerMinute() + 1) {
            listener.flapping(uplink, downsInMinute[uplink]);
        }
    }

    /// When something is due that nobody tells us of: a poll, or the end of a delay.
    long dueNanos() {
        long due = nextPoll;
        for (int uplink : uplinks) {
            due = Math.min(due, usableAt[uplink]);
        }
        return due;
    }

    /// The earliest thing that is due by now: a poll, or the end of one delay. Returns whether a link changed; call until [#dueNanos] lies
    /// ahead.
    boolean advance(long nowNanos) {
        int first = -1;
        for (int uplink : uplinks) {
            if (usableAt[uplink] <= nowNanos && (first < 0 || usableAt[uplink] < usableAt[first])) {
                first = uplink;
            }
        }
        if (first >= 0 && usableAt[first] <= nextPoll) {
            return endDelay(first, nowNanos);
        }
        if (nowNanos < nextPoll) {
            return false;
        }
        // Polls keep their raster after a pause instead of catching up one by one.
        long period = options.linkPollNanos();
        nextPoll += period * ((nowNanos - nextPoll) / period + 1);
        return noticeAll(nowNanos);
    }

    /// When the link of an uplink went down last, noticed or not.
    long lostAtNanos(int uplink) {
        return lostAt[uplink];
    }

    /// Whether the cable carries anything: what comes out of a dead one is lost, noticed or not.
    boolean isLinkUp(int uplink) {
        return isLinkUp[uplink];
    }

    /// Whether the host takes the link for up.
    boolean isSeenUp(int uplink) {
        return isSeenUp[uplink];
    }

    /// Whether the host takes the link for up and the delay after that is over.
    boolean isUsable(int uplink) {
        return isUsable[uplink];
    }

    /// Whether the link went down more often within a minute than `Net.LinkFlappingThreshold` allows (spec 1.34).
    boolean isUnstable(int uplink, long nowNanos) {
        int allowed = options.linkFlapsPerMinute();
        return allowed > 0 && downsInMinute[uplink] > allowed && nowNanos - minuteStart[uplink] <= MINUTE_NANOS;
    }
}
