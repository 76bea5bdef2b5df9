package io.etherloom.model;

import io.etherloom.vswitch.Balancing;
import io.etherloom.vswitch.SwitchSpec;
import io.etherloom.vswitch.Team;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/// One team: the ports that share a policy (and, where beacons decide, a VLAN). Which of its uplinks are in use, and which of them a
/// number belongs to: the slot of a port or the last octet of an address (spec 4.3, 4.4, 4.15-4.22, 4.34, 4.35). Uplinks are their
/// indexes.
final class NaiveTeam {
    private final Team policy;
    private final @Nullable NaiveBeacons beacons;
    private Set<Integer> healthy = new HashSet<>();
    private boolean isSettled;
    /// Uplinks that recovered and must not be used yet, since failback is off (spec 4.35).
    private final Set<Integer> resting = new HashSet<>();
    /// Who has the place of each active uplink: itself, a standby, or null. Under explicit order there is one place.
    private final List<@Nullable Integer> places = new ArrayList<>();
    /// Under source-MAC hash: the uplink of each last octet that has one.
    private final Map<Integer, Integer> octets = new HashMap<>();

    /// @param beacons who hears whom in the VLAN of these ports, or null where beacons are not probed
    NaiveTeam(Team policy, @Nullable NaiveBeacons beacons) {
        this.policy = policy;
        this.beacons = beacons;
        var count = policy.balancing() == Balancing.EXPLICIT || policy.active().isEmpty() ? 1 : policy.active().size();
        while (places.size() < count) {
            places.add(null);
        }
    }

    /// Active and standby uplinks.
    static List<Integer> members(Team policy) {
        var members = new ArrayList<>(policy.active());
        members.addAll(policy.standby());
        return members;
    }

    /// Follows the uplinks: who is healthy now, who rests, who takes whose place.
    void settle(IntPredicate isUsable, SwitchSpec.TeamOptions options) {
        var now = new HashSet<Integer>();
        for (var uplink : members(policy)) {
            if (isUsable.test(uplink) && (beacons == null || beacons.isGood(uplink))) {
                now.add(uplink);
            }
        }
        if (isSettled && now.equals(healthy)) {
            return; // Whoever sits somewhere stays there.
        }
        isSettled = true;
        var failed = new HashSet<>(healthy);
        failed.removeAll(now);
        failed.retainAll(places);
        healthy = now;
        if (!policy.failsBack()) {
            resting.addAll(failed);
        }
        if (!failed.isEmpty() || !anyAvailable()) {
            resting.removeAll(healthy); // 4.35
        }
        if (policy.balancing() == Balancing.EXPLICIT) {
            placeInOrder();
        } else {
            placeStandbys();
        }
        if (policy.balancing() == Balancing.SOURCE_MAC) {
            for (var octet = 0; octet < 256; octet++) {
                var uplink = uplinkOf(octet, octets.get(octet), options);
                if (uplink == null) {
                    octets.remove(octet);
                } else {
                    octets.put(octet, uplink);
                }
            }
        }
    }

    private boolean isAvailable(@Nullable Integer uplink) {
        return uplink != null && healthy.contains(uplink) && !resting.contains(uplink);
    }

    private boolean anyAvailable() {
        for (var uplink : members(policy)) {
            if (isAvailable(uplink)) {
                return true;
            }
        }
        return false;
    }

    /// 4.15: the first usable one in the order; 4.35: without failback the one in use stays.
    private void placeInOrder() {
        if (!policy.failsBack() && isAvailable(places.getFirst())) {
            return;
        }
        places.set(0, null);
        for (var uplink : members(policy).reversed()) {
            if (isAvailable(uplink)) {
                places.set(0, uplink);
            }
        }
    }

    /// 4.19, 4.20: each active uplink has its own place; a standby that has the place of a failed one keeps it; who is free takes a place that
    /// is empty. 4.3, 4.35: without failback whoever has a place keeps it.
    private void placeStandbys() {
        for (var at = 0; at < places.size(); at++) {
            var own = at < policy.active().size() ? policy.active().get(at) : null;
            var current = places.get(at);
            if (!policy.failsBack() && isAvailable(current)) {
                continue;
            }
            if (isAvailable(own) && (own.equals(current) || !places.contains(own))) {
                places.set(at, own);
            } else if (!isAvailable(current)) {
                places.set(at, null);
            }
        }
        for (var at = 0; at < places.size(); at++) {
            for (var uplink : members(policy)) {
                if (places.get(at) == null && isAvailable(uplink) && !places.contains(uplink)) {
                    places.set(at, uplink);
                }
            }
        }
    }

    /// The uplinks that carry frames now, in the order of their places.
    List<Integer> live() {
        var live = new ArrayList<Integer>();
        for (var uplink : places) {
            if (uplink != null) {
                live.add(uplink);
            }
        }
        return live;
    }

    /// Spec 4.3, 4.20, 4.34: home if home is free to have; but what sits on an uplink in use stays there where failback is off, or
    /// while home is not back. A standby takes over, or all in use share.
    ///
    /// @param current where it sits, or null
    @Nullable Integer uplinkOf(int number, @Nullable Integer current, SwitchSpec.TeamOptions options) {
        var live = live();
        if (live.isEmpty()) {
            return null;
        }
        if (policy.balancing() == Balancing.EXPLICIT) {
            return live.getFirst();
        }
        var place = number % places.size();
        var home = place < policy.active().size() ? policy.active().get(place) : null;
        var isHome = home != null && home.equals(places.get(place));
        if (current != null && live.contains(current) && !(isHome && policy.failsBack())) {
            return current;
        }
        if (isHome) {
            return home;
        }
        var standby = options.standbyTakesSlot() ? places.get(place) : null;
        return standby != null ? standby : live.get(number / places.size() % live.size());
    }

    /// The uplink of an address under source-MAC hash (spec 4.4).
    @Nullable Integer uplinkOfMac(long mac) {
        return octets.get((int) (mac & 0xff));
    }

    /// Spec 4.31: all healthy uplinks carry every frame.
    boolean isInDoubt() {
        return beacons != null && beacons.isInDoubt();
    }

    /// The uplinks that carry a frame while nobody can be named bad.
    List<Integer> inDoubt() {
        var uplinks = new ArrayList<Integer>();
        for (var uplink : members(policy)) {
            if (healthy.contains(uplink)) {
                uplinks.add(uplink);
            }
        }
        return uplinks;
    }

    /// Spec 2.17, 4.22: the ones in use, and active ones that are fit to be.
    boolean isActive(int uplink) {
        return live().contains(uplink) || isAvailable(uplink) && (policy.active().contains(uplink) || isInDoubt());
    }
}
