package io.etherloom.vswitch;

import java.util.Arrays;
import java.util.BitSet;

/// Who hears whom in one VLAN of one team, and what follows from it (spec 4.26-4.32).
///
/// Two uplinks hear each other unless one has missed three beacons of the other in a row. The largest set that hears each other is good, the
/// rest is bad. Where no two hear each other, or two sets are equally large, nobody can be named: the team is in doubt. A bad uplink that is
/// heard again recovers after the up-delay. State of the agent thread.
final class BeaconGroup {
    /// For teams that do not probe: everybody is good.
    static final BeaconGroup NOT_PROBED = new BeaconGroup(new int[0]);
    private static final int MISSES = 3;
    private static final long NEVER = UplinkLinks.NEVER;

    private final int[] members;
    private final int[][] misses;
    private final boolean[][] hasHeard;
    private final boolean[] hasSent;
    private final boolean[] isLinked;
    private final boolean[] isBad;
    private final boolean[] isToldBad;
    private final long[] goodAt;
    private final long[] lastHeard;
    private boolean isInDoubt;
    private boolean isToldInDoubt;

    /// @param members uplinks of the team
    BeaconGroup(int[] members) {
        int size = members.length;
        this.members = members;
        misses = new int[size][size];
        hasHeard = new boolean[size][size];
        hasSent = new boolean[size];
        isLinked = new boolean[size];
        isBad = new boolean[size];
        isToldBad = new boolean[size];
        goodAt = new long[size];
        lastHeard = new long[size];
        Arrays.fill(goodAt, NEVER);
        Arrays.fill(lastHeard, NEVER);
    }

    /// The same verdicts; what was heard since the last one is left out, for a copy does not judge.
    BeaconGroup(BeaconGroup other) {
        this(other.members);
        System.arraycopy(other.isBad, 0, isBad, 0, isBad.length);
        System.arraycopy(other.goodAt, 0, goodAt, 0, goodAt.length);
        System.arraycopy(other.lastHeard, 0, lastHeard, 0, lastHeard.length);
        isInDoubt = other.isInDoubt;
    }

    private int member(int uplink) {
        for (int member = 0; member < members.length; member++) {
            if (members[member] == uplink) {
                return member;
            }
        }
        return -1;
    }

    /// A beacon of this group's VLAN has left by an uplink.
    void sent(int uplink) {
        int member = member(uplink);
        if (member >= 0) {
            hasSent[member] = true;
        }
    }

    /// A beacon of `from` has arrived at `at`.
    void heard(int at, int from, long nowNanos) {
        int receiver = member(at);
        int sender = member(from);
        if (receiver >= 0 && sender >= 0 && receiver != sender) {
            hasHeard[receiver][sender] = true;
            lastHeard[receiver] = nowNanos;
        }
    }

    /// Judges by what was sent and heard since the last time; returns whether an uplink changed its standing.
    boolean judge(UplinkLinks links, SwitchSpec.TeamOptions options, long nowNanos) {
        int linked = 0;
        for (int member = 0; member < members.length; member++) {
            boolean isUp = links.isSeenUp(members[member]);
            if (isUp != isLinked[member]) {
                forget(member);
            }
            isLinked[member] = isUp;
            linked += isUp ? 1 : 0;
        }
        count();
        var good = largest();
        boolean isUnknown = linked >= 2 && good.isEmpty();
        boolean wasInDoubt = isInDoubt;
        isInDoubt = isUnknown && !options.ignoresShotgun();
        boolean isChanged = wasInDoubt != isInDoubt;
        for (int member = 0; member < members.length; member++) {
            boolean isNowBad = !good.isEmpty() && isLinked[member] && !good.get(member);
            isChanged |= judged(member, isNowBad, isUnknown, options, nowNanos);
        }
        return isChanged;
    }

    /// Forgets all that was heard and judged: where no beacons are sent any more, nobody could take a verdict back.
    void acquit() {
        for (int member = 0; member < members.length; member++) {
            forget(member);
        }
        Arrays.fill(isBad, false);
        Arrays.fill(goodAt, NEVER);
        isInDoubt = false;
    }

    private void forget(int member) {
        for (int other = 0; other < members.length; other++) {
            misses[member][other] = 0;
            misses[other][member] = 0;
            hasHeard[member][other] = false;
            hasHeard[other][member] = false;
        }
        hasSent[member] = false;
    }

    private void count() {
        for (int receiver = 0; receiver < members.length; receiver++) {
            for (int sender = 0; sender < members.length; sender++) {
                if (hasHeard[receiver][sender]) {
                    misses[receiver][sender] = 0;
                } else if (hasSent[sender] && isLinked[receiver] && misses[receiver][sender] < MISSES) {
                    misses[receiver][sender]++;
                }
                hasHeard[receiver][sender] = false;
            }
        }
        Arrays.fill(hasSent, false);
    }

    /// The members of the one largest set of at least two that hear each other; nobody where there is none.
    private BitSet largest() {
        var largest = new BitSet();
        boolean isTied = false;
        var seen = new BitSet();
        for (int member = 0; member < members.length; member++) {
            if (isLinked[member] && !seen.get(member)) {
                var set = reach(member);
                seen.or(set);
                int difference = set.cardinality() - largest.cardinality();
                isTied = difference == 0 || isTied && difference < 0;
                largest = difference > 0 ? set : largest;
            }
        }
        return isTied || largest.cardinality() < 2 ? new BitSet() : largest;
    }

    private BitSet reach(int first) {
        var set = new BitSet();
        set.set(first);
        for (int known = 0; known != set.cardinality(); ) {
            known = set.cardinality();
            for (int member = set.nextSetBit(0); member >= 0; member = set.nextSetBit(member + 1)) {
                for (int other = 0; other < members.length; other++) {
                    if (isLinked[other] && misses[member][other] < MISSES && misses[other][member] < MISSES) {
                        set.set(other);
                    }
                }
            }
        }
        return set;
    }

    private boolean judged(int member, boolean isNowBad, boolean isUnknown, SwitchSpec.TeamOptions options, long nowNanos) {
        boolean wasBad = isBad[member];
        if (isNowBad) {
            isBad[member] = true;
            goodAt[member] = NEVER;
        } else if (isBad[member] && (isUnknown || !isLinked[member])) {
            // Nobody can be named any more, or the link itself is down and waits on its own when it returns.
            isBad[member] = false;
            goodAt[member] = NEVER;
        } else if (isBad[member] && goodAt[member] == NEVER) {
            goodAt[member] = nowNanos + options.upDelayNanos();
            recover(nowNanos);
        }
        return wasBad != isBad[member];
    }

    /// Lets uplinks be good again whose delay is over; returns whether one was.
    boolean recover(long nowNanos) {
        boolean isChanged = false;
        for (int member = 0; member < members.length; member++) {
            if (nowNanos >= goodAt[member]) {
                goodAt[member] = NEVER;
                isBad[member] = false;
                isChanged = true;
            }
        }
        return isChanged;
    }

    /// Tells what has changed since it was told last. An uplink whose verdict is taken back because its link is down, or because nobody can be
    /// named any more, was not heard again.
    void tell(SwitchListener listener, int vlan) {
        for (int member = 0; member < members.length; member++) {
            boolean isHeard = !isBad[member] && isLinked[member] && !isInDoubt;
            if (isBad[member] != isToldBad[member] && (isBad[member] || isHeard)) {
                listener.beacons(members[member], vlan, isHeard);
            }
            isToldBad[member] = isBad[member];
        }
        if (isInDoubt != isToldInDoubt) {
            isToldInDoubt = isInDoubt;
            listener.doubt(members.clone(), vlan, isInDoubt);
        }
    }

    /// When the next delay is over.
    long dueNanos() {
        long due = NEVER;
        for (long at : goodAt) {
            due = Math.min(due, at);
        }
        return due;
    }

    /// Whether beacons say nothing against the nth uplink of the team.
    boolean isGood(int member) {
        return members.length == 0 || !isBad[member];
    }

    /// Whether the nth uplink is heard again and waits for the end of the delay.
    boolean isRecovering(int member) {
        return members.length > 0 && goodAt[member] != NEVER;
    }

    boolean isInDoubt() {
        return isInDoubt;
    }

    /// How long ago the nth uplink heard anybody, -1 for never.
    long heardNanosAgo(int member, long nowNanos) {
        return members.length == 0 || lastHeard[member] == NEVER ? -1 : nowNanos - lastHeard[member];
    }
}
