package io.etherloom.vswitch;

import java.util.Arrays;

/// Which uplink each port sends by: originating virtual port id over the active uplinks (spec 4.1-4.3).
///
/// ```
///               link down (at once)
///        ┌──────────────────────────────┐
///        ▼                              │
///      down ── link up ──► waiting ── up-delay over ──► usable
///        ▲                    │
///        └──── link down ─────┘        the very first up is not delayed (spec 4.36)
/// ```
///
/// A port has a home: the uplink at slot modulo the number of active ones. It leaves its home only when that stops being usable, goes
/// to another usable one at once, stays there while that lasts, and returns when its home is usable again. So ports on surviving
/// uplinks never move. State of the agent thread; time is passed in.
final class Teaming {
    static final int NO_UPLINK = -1;
    private static final long NEVER = Long.MAX_VALUE;
    private static final long MINUTE_NANOS = 60_000_000_000L;

    private ForwardingTables tables = ForwardingTables.EMPTY;
    private int[] current = {};
    private boolean[] isLinkUp = {};
    private boolean[] isSeenUp = {};
    private boolean[] isUsable = {};
    private long[] usableAt = {};
    private long[] minuteStart = {};
    private int[] downsInMinute = {};
    private long nextPoll = NEVER;
    private long failovers;

    /// Takes over new tables. A port whose team did not change keeps its uplink; links keep their state.
    void apply(ForwardingTables next, long nowNanos) {
        var previous = tables;
        tables = next;
        grow(next.size());
        for (int port = 0; port < next.size(); port++) {
            boolean isKept = previous.isConnected(port)
                    && previous.slot(port) == next.slot(port)
                    && Arrays.equals(previous.team(port), next.team(port));
            if (!isKept) {
                current[port] = NO_UPLINK;
            }
        }
        if (previous.spec().options().teams().linkPollNanos() != next.spec().options().teams().linkPollNanos()) {
            changePolling(nowNanos);
        }
        settle();
    }

    /// Another period, or events instead of polls: what has happened meanwhile is noticed now.
    private void changePolling(long nowNanos) {
        long period = tables.spec().options().teams().linkPollNanos();
        nextPoll = period == 0 ? NEVER : nowNanos + period;
        for (int uplink : tables.uplinks()) {
            notice(uplink, nowNanos);
        }
    }

    private void grow(int size) {
        int known = current.length;
        if (size <= known) {
            return;
        }
        current = Arrays.copyOf(current, size);
        Arrays.fill(current, known, size, NO_UPLINK);
        isLinkUp = Arrays.copyOf(isLinkUp, size);
        isSeenUp = Arrays.copyOf(isSeenUp, size);
        isUsable = Arrays.copyOf(isUsable, size);
        usableAt = Arrays.copyOf(usableAt, size);
        minuteStart = Arrays.copyOf(minuteStart, size);
        downsInMinute = Arrays.copyOf(downsInMinute, size);
        Arrays.fill(usableAt, known, size, NEVER);
    }

    /// A pNIC that is new to the switch at this index: its link starts in this state, without delay.
    void attach(int uplink, boolean isUp) {
        grow(uplink + 1);
        isLinkUp[uplink] = isUp;
        isSeenUp[uplink] = isUp;
        isUsable[uplink] = isUp;
        usableAt[uplink] = NEVER;
        downsInMinute[uplink] = 0;
        settle();
    }

    void linkChanged(int uplink, boolean isUp, long nowNanos) {
        isLinkUp[uplink] = isUp;
        if (!isUp) {
            countDown(uplink, nowNanos);
        }
        if (nextPoll == NEVER) {
            notice(uplink, nowNanos);
        }
    }

    /// The host sees the state of the link now, by event or by poll (spec 1.34).
    private void notice(int uplink, long nowNanos) {
        boolean isUp = isLinkUp[uplink];
        if (isUp == isSeenUp[uplink]) {
            return;
        }
        isSeenUp[uplink] = isUp;
        if (isUp) {
            usableAt[uplink] = nowNanos + tables.spec().options().teams().upDelayNanos();
        } else {
            usableAt[uplink] = NEVER;
            isUsable[uplink] = false;
        }
        tick(nowNanos);
        settle();
    }

    private void countDown(int uplink, long nowNanos) {
        if (nowNanos - minuteStart[uplink] > MINUTE_NANOS) {
            minuteStart[uplink] = nowNanos;
            downsInMinute[uplink] = 0;
        }
        downsInMinute[uplink]++;
    }

    /// Whether the link went down more often within a minute than `Net.LinkFlappingThreshold` allows (spec 1.34).
    boolean isUnstable(int uplink, long nowNanos) {
        int allowed = tables.spec().options().teams().linkFlapsPerMinute();
        return allowed > 0 && downsInMinute[uplink] > allowed && nowNanos - minuteStart[uplink] <= MINUTE_NANOS;
    }

    /// Lets links become usable whose delay is over; returns when the next one is due.
    long tick(long nowNanos) {
        if (nowNanos >= nextPoll) {
            poll(nowNanos);
        }
        long next = nextPoll;
        for (int uplink : tables.uplinks()) {
            if (nowNanos >= usableAt[uplink]) {
                usableAt[uplink] = NEVER;
                isUsable[uplink] = true;
                settle();
            }
            next = Math.min(next, usableAt[uplink]);
        }
        return next;
    }

    private void poll(long nowNanos) {
        long period = tables.spec().options().teams().linkPollNanos();
        if (period == 0) {
            nextPoll = NEVER;
        } else {
            // Polls keep their raster after a pause instead of catching up one by one.
            nextPoll += period * ((nowNanos - nextPoll) / period + 1);
        }
        for (int uplink : tables.uplinks()) {
            notice(uplink, nowNanos);
        }
    }

    /// Puts every port where it belongs now.
    private void settle() {
        for (int port = 0; port < tables.size(); port++) {
            var team = tables.team(port);
            int uplink = team.length == 0 ? NO_UPLINK : place(port, team);
            if (uplink != current[port] && current[port] != NO_UPLINK) {
                failovers++;
            }
            current[port] = uplink;
        }
    }

    private int place(int port, int[] team) {
        int home = team[tables.slot(port) % team.length];
        if (isUsable[home]) {
            return home;
        }
        if (current[port] != NO_UPLINK && isUsable[current[port]]) {
            return current[port];
        }
        int usable = 0;
        for (int uplink : team) {
            usable += isUsable[uplink] ? 1 : 0;
        }
        return usable == 0 ? NO_UPLINK : nthUsable(team, tables.slot(port) % usable);
    }

    private int nthUsable(int[] team, int nth) {
        for (int uplink : team) {
            if (isUsable[uplink] && nth-- == 0) {
                return uplink;
            }
        }
        return NO_UPLINK;
    }

    /// The uplink by which a port sends now, or [#NO_UPLINK].
    int uplinkOf(int port) {
        return current[port];
    }

    /// Whether this port is an uplink without link: what still comes out of its cable is lost.
    boolean isDeadUplink(int port) {
        return tables.isConnected(port) && tables.isUplink(port) && !isLinkUp[port];
    }

    boolean isLinkUp(int uplink) {
        return isLinkUp[uplink];
    }

    boolean isUsable(int uplink) {
        return isUsable[uplink];
    }

    /// How often a port changed its uplink because of a link.
    long failovers() {
        return failovers;
    }
}
