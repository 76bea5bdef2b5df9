package io.etherloom.model;

import io.etherloom.vswitch.SwitchSpec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What the uplinks of one team hear of each other in one VLAN, and what is made of it once a second (spec 4.26-4.32). Uplinks are their
/// indexes.
final class NaiveBeacons {
    /// An uplink is bad after so many beacons in a row are missed (spec 4.29).
    private static final int MISSES = 3;

    private record Pair(int listener, int speaker) {}

    private final List<Integer> members;
    /// Beacons in a row that a listener missed of a speaker.
    private final Map<Pair, Integer> missed = new HashMap<>();
    private final Set<Pair> heard = new HashSet<>();
    private final Set<Integer> spoke = new HashSet<>();
    private Set<Integer> linked = new HashSet<>();
    private final Set<Integer> bad = new HashSet<>();
    /// Bad uplinks that are heard again, and when they are good again (spec 4.36).
    private final Map<Integer, Long> goodAt = new HashMap<>();
    private boolean isInDoubt;

    NaiveBeacons(List<Integer> members) {
        this.members = members;
    }

    void spoken(int uplink) {
        if (members.contains(uplink)) {
            spoke.add(uplink);
        }
    }

    void heard(int listener, int speaker) {
        if (members.contains(listener) && members.contains(speaker) && listener != speaker) {
            heard.add(new Pair(listener, speaker));
        }
    }

    /// Judges by what was said and heard since the last time.
    void judge(NaiveLinks links, SwitchSpec.TeamOptions options, long nowNanos) {
        var now = new HashSet<Integer>();
        for (var uplink : members) {
            if (links.isSeen(uplink)) {
                now.add(uplink);
            }
            if (links.isSeen(uplink) != linked.contains(uplink)) { // A link that is new, or gone, has nothing to answer for.
                spoke.remove(uplink);
                missed.keySet().removeIf(pair -> pair.listener == uplink || pair.speaker == uplink);
                heard.removeIf(pair -> pair.listener == uplink || pair.speaker == uplink);
            }
        }
        linked = now;
        countMisses();
        var isEvaluated = linked.size() >= 2; // 4.26
        var good = largestGroup();
        isInDoubt = isEvaluated && good.isEmpty() && !options.ignoresShotgun(); // 4.31
        for (var uplink : members) {
            if (isEvaluated && !good.isEmpty() && linked.contains(uplink) && !good.contains(uplink)) {
                bad.add(uplink);
                goodAt.remove(uplink);
            } else if (isEvaluated && good.isEmpty() || !linked.contains(uplink)) {
                bad.remove(uplink); // Nobody can be named; or the link itself is down.
                goodAt.remove(uplink);
            } else if (bad.contains(uplink)) {
                goodAt.putIfAbsent(uplink, nowNanos + options.upDelayNanos());
            }
        }
        recover(nowNanos);
    }

    /// Spec 4.27: no beacons are sent here any more, so that nobody could take a verdict back.
    void acquit() {
        missed.clear();
        heard.clear();
        spoke.clear();
        bad.clear();
        goodAt.clear();
        isInDoubt = false;
    }

    private void countMisses() {
        for (var listener : members) {
            for (var speaker : members) {
                var pair = new Pair(listener, speaker);
                if (heard.contains(pair)) {
                    missed.remove(pair);
                } else if (listener != speaker && spoke.contains(speaker) && linked.contains(listener)) {
                    missed.merge(pair, 1, Integer::sum);
                }
            }
        }
        heard.clear();
        spoke.clear();
    }

    private boolean hearEachOther(int one, int other) {
        return missed.getOrDefault(new Pair(one, other), 0) < MISSES && missed.getOrDefault(new Pair(other, one), 0) < MISSES;
    }

    /// The largest group of at least two that hear each other, directly or through others; nobody if there is none, or two of them.
    private Set<Integer> largestGroup() {
        var groups = new ArrayList<Set<Integer>>();
        for (var uplink : members) {
            if (linked.contains(uplink) && groups.stream().noneMatch(group -> group.contains(uplink))) {
                groups.add(groupOf(uplink));
            }
        }
        var largest = groups.stream().mapToInt(Set::size).max().orElse(0);
        var candidates = groups.stream().filter(group -> group.size() == largest).toList();
        return largest >= 2 && candidates.size() == 1 ? candidates.getFirst() : Set.of();
    }

    private Set<Integer> groupOf(int first) {
        var group = new HashSet<>(Set.of(first));
        for (var grows = true; grows;) {
            grows = false;
            for (var one : List.copyOf(group)) {
                for (var other : linked) {
                    grows |= hearEachOther(one, other) && group.add(other);
                }
            }
        }
        return group;
    }

    long due() {
        var due = NaiveLinks.NEVER;
        for (var at : goodAt.values()) {
            due = Math.min(due, at);
        }
        return due;
    }

    /// Ends the delays that are over.
    void recover(long nowNanos) {
        for (var uplink : members) {
            if (goodAt.getOrDefault(uplink, NaiveLinks.NEVER) <= nowNanos) {
                goodAt.remove(uplink);
                bad.remove(uplink);
            }
        }
    }

    boolean isGood(int uplink) {
        return !bad.contains(uplink);
    }

    boolean isInDoubt() {
        return isInDoubt;
    }
}
