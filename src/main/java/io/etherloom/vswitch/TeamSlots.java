package io.etherloom.vswitch;

import io.etherloom.frame.Frame;
import java.util.ArrayList;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// How one team stands: which of its uplinks may carry frames, and which takes whose place.
///
/// Each active uplink has a slot. Its occupant is the uplink itself while that is available, else the standby that took it over, else nobody
/// (spec 4.19, 4.20). The occupants, in order, are live. An uplink that recovers where failback is off rests: it is not available before one
/// in use fails (spec 4.35). State of the agent thread.
final class TeamSlots {
    private static final int NOBODY = -1;
    private static final int MACS = 256;

    private final TeamKey key;
    private final BeaconGroup beacons;
    private final int[] members;
    private final int activeCount;
    private final boolean[] isHealthy;
    /// Whether what [#isHealthy] says was told.
    private boolean isTold;
    private final boolean[] isResting;
    /// The member that occupies each slot.
    private final int[] slots;
    private final int[] live;
    private int liveCount;
    // What a frame asks, side by side instead of behind four references.
    private final boolean hashesMac;
    private boolean isDoubted;
    private boolean hashesLastOctet;
    private boolean foldsIpv6;
    /// The uplink of each last octet of an address, under source-MAC hash.
    private final int[] macSeats;
    private SwitchSpec.TeamOptions options = SwitchSpec.TeamOptions.DEFAULT;
    private TeamState.@Nullable Change lastChange;
    private long lastChangeNanos;
    private long lostNanos;
    private long outageNanos = -1;
    private boolean isCutOff;

    TeamSlots(TeamKey key, BeaconGroup beacons) {
        this.key = key;
        this.beacons = beacons;
        members = key.members();
        hashesMac = key.team().balancing() == Balancing.SOURCE_MAC;
        activeCount = key.team().active().size();
        isHealthy = new boolean[members.length];
        isResting = new boolean[members.length];
        slots = new int[key.team().balancing() == Balancing.EXPLICIT || activeCount == 0 ? Math.min(1, members.length) : activeCount];
        Arrays.fill(slots, NOBODY);
        live = new int[slots.length];
        macSeats = new int[key.team().balancing() == Balancing.SOURCE_MAC ? MACS : 0];
        Arrays.fill(macSeats, Teaming.NO_UPLINK);
    }

    /// The same team as it stands at this moment.
    TeamSlots(TeamSlots other, BeaconGroup beacons) {
        this(other.key, beacons);
        System.arraycopy(other.isHealthy, 0, isHealthy, 0, isHealthy.length);
        System.arraycopy(other.isResting, 0, isResting, 0, isResting.length);
        System.arraycopy(other.slots, 0, slots, 0, slots.length);
        System.arraycopy(other.live, 0, live, 0, live.length);
        System.arraycopy(other.macSeats, 0, macSeats, 0, macSeats.length);
        liveCount = other.liveCount;
        isDoubted = other.isDoubted;
        hashesLastOctet = other.hashesLastOctet;
        foldsIpv6 = other.foldsIpv6;
        options = other.options;
        lastChange = other.lastChange;
        lastChangeNanos = other.lastChangeNanos;
        lostNanos = other.lostNanos;
        outageNanos = other.outageNanos;
    }

    TeamKey key() {
        return key;
    }

    /// Finds out which uplinks are available now, who is in whose place, and where each address of a source-MAC hash belongs.
    void settle(UplinkLinks links, SwitchSpec.TeamOptions options) {
        this.options = options;
        isDoubted = beacons.isInDoubt();
        hashesLastOctet = options.hashesLastOctet();
        foldsIpv6 = options.foldsIpv6();
        boolean hasFailed = false;
        for (int member = 0; member < members.length; member++) {
            boolean isNowHealthy = links.isUsable(members[member]) && beacons.isGood(member);
            if (isHealthy[member] && !isNowHealthy && isInUse(member)) {
                hasFailed = true;
                isResting[member] = !key.team().failsBack();
            }
            isTold &= isHealthy[member] == isNowHealthy;
            isHealthy[member] = isNowHealthy;
        }
        if (hasFailed || !hasAvailable()) {
            wake();
        }
        if (key.team().balancing() == Balancing.EXPLICIT) {
            fillInOrder();
        } else {
            fillSlots();
        }
        liveCount = 0;
        for (int occupant : slots) {
            if (occupant != NOBODY) {
                live[liveCount++] = members[occupant];
            }
        }
        for (int octet = 0; octet < macSeats.length; octet++) {
            macSeats[octet] = place(octet, macSeats[octet]);
        }
    }

    private boolean isInUse(int member) {
        return contains(slots, slots.length, member);
    }

    private boolean isAvailable(int member) {
        return isHealthy[member] && !isResting[member];
    }

    private boolean hasAvailable() {
        for (int member = 0; member < members.length; member++) {
            if (isAvailable(member)) {
                return true;
            }
        }
        return false;
    }

    private void wake() {
        for (int member = 0; member < members.length; member++) {
            isResting[member] &= !isHealthy[member];
        }
    }

    /// The first available one in the order; with failback off the one in use stays while it can (spec 4.15, 4.35).
    private void fillInOrder() {
        if (slots.length == 0 || !key.team().failsBack() && slots[0] != NOBODY && isAvailable(slots[0])) {
            return;
        }
        slots[0] = NOBODY;
        for (int member = members.length - 1; member >= 0; member--) {
            slots[0] = isAvailable(member) ? member : slots[0];
        }
    }

    /// Each slot has its own uplink, else who took it over, else who is available and in no other; with failback off whoever has it keeps it,
    /// so that what sits there stays when another fails (spec 4.3, 4.20, 4.35).
    private void fillSlots() {
        for (int slot = 0; slot < slots.length; slot++) {
            boolean isKept = slots[slot] != NOBODY && isAvailable(slots[slot]);
            boolean isOwn = slot < activeCount && isAvailable(slot) && (slots[slot] == slot || !isInUse(slot));
            if (isOwn && !(isKept && !key.team().failsBack())) {
                slots[slot] = slot;
            } else if (!isKept) {
                slots[slot] = NOBODY;
            }
        }
        for (int slot = 0; slot < slots.length; slot++) {
            for (int member = 0; slots[slot] == NOBODY && member < members.length; member++) {
                if (isAvailable(member) && !isInUse(member)) {
                    slots[slot] = member;
                }
            }
        }
    }

    /// The uplink for what has this number (a port's slot, an address's last octet) and sends by `current` now. What sits on an uplink that
    /// survives never moves, but for failback to its own (spec 4.3, 4.20).
    int place(int number, int current) {
        if (liveCount == 0) {
            return Teaming.NO_UPLINK;
        }
        int home = number % slots.length;
        boolean isHomeFree = home < activeCount && slots[home] == home;
        if (isLive(current) && !(isHomeFree && key.team().failsBack())) {
            return current;
        }
        if (isHomeFree) {
            return members[home];
        }
        boolean isTakenOver = slots[home] != NOBODY && (options.standbyTakesSlot() || key.team().balancing() == Balancing.EXPLICIT);
        return isTakenOver ? members[slots[home]] : live[number / slots.length % liveCount];
    }

    /// Where a port with this slot and address sits: an uplink, [Teaming#NO_UPLINK], or [Teaming#PER_FRAME] for all live ones.
    int seat(int portSlot, long mac, int current) {
        return switch (key.team().balancing()) {
            case PORT_ID, EXPLICIT -> place(portSlot, current);
            case SOURCE_MAC -> macSeats[(int) mac & 0xFF];
            case IP_HASH -> liveCount == 0 ? Teaming.NO_UPLINK : Teaming.PER_FRAME;
        };
    }

    /// Whether the uplink depends on the frame: never for what sits on one uplink whatever it sends.
    boolean isPerFrame() {
        return isInDoubt() || key.team().balancing() == Balancing.SOURCE_MAC || key.team().balancing() == Balancing.IP_HASH;
    }

    /// The uplink for a frame, [Teaming#NO_UPLINK], or [Teaming#EVERY]; asked where [#isPerFrame].
    int uplinkFor(Frame frame) {
        if (isDoubted) {
            return Teaming.EVERY;
        }
        if (hashesMac) {
            return macSeats[(int) frame.source() & 0xFF];
        }
        return liveCount == 0 ? Teaming.NO_UPLINK : live[IpHash.index(frame, liveCount, hashesLastOctet, foldsIpv6)];
    }

    /// Whether a port that sits at `seat` and has this address may take a frame from this uplink (spec 2.11, 2.14); asked where
    /// [#isPerFrame].
    boolean accepts(int uplink, Frame frame, int seat, long mac) {
        if (isInDoubt() && options.acceptsBothInShotgun()) {
            return isHealthyMember(uplink);
        }
        return switch (key.team().balancing()) {
            case PORT_ID, EXPLICIT -> uplink == seat;
            case SOURCE_MAC -> {
                long hashed = options.hashesInboundDestination() && !frame.isGroup() ? frame.destination() : mac;
                yield uplink == macSeats[(int) hashed & 0xFF];
            }
            case IP_HASH -> isLive(uplink);
        };
    }

    /// Whether an uplink belongs to those that carry frames of this team: an active one, or a standby in use (spec 2.17, 4.22).
    boolean isActive(int uplink) {
        for (int member = 0; member < members.length; member++) {
            if (members[member] == uplink && isAvailable(member) && (member < activeCount || isInDoubt())) {
                return true;
            }
        }
        return isLive(uplink);
    }

    /// Neither of its uplinks can be named bad (spec 4.31).
    boolean isInDoubt() {
        return beacons.isInDoubt();
    }

    /// How many uplinks the policy names.
    int size() {
        return members.length;
    }

    /// The nth active or standby uplink.
    int uplink(int member) {
        return members[member];
    }

    /// Whether the nth uplink may carry frames while the team is in doubt.
    boolean isHealthy(int member) {
        return isHealthy[member];
    }

    /// Whether an uplink of the team could carry frames.
    boolean isHealthyMember(int uplink) {
        for (int member = 0; member < members.length; member++) {
            if (members[member] == uplink) {
                return isHealthy[member];
            }
        }
        return false;
    }

    private boolean isLive(int uplink) {
        return contains(live, liveCount, uplink);
    }

    private static boolean contains(int[] values, int count, int wanted) {
        for (int i = 0; i < count; i++) {
            if (values[i] == wanted) {
                return true;
            }
        }
        return false;
    }

    /// How many uplinks carry frames.
    int liveCount() {
        return liveCount;
    }

    /// A port has changed from one uplink to another.
    void moved(int from, int to, TeamState.Cause cause, UplinkLinks links, long nowNanos) {
        lastChange = new TeamState.Change(0, cause, from, to, -1);
        lastChangeNanos = nowNanos;
        outageNanos = -1;
        isCutOff = cause == TeamState.Cause.LINK_DOWN || cause == TeamState.Cause.BEACONS_LOST;
        lostNanos = cause == TeamState.Cause.LINK_DOWN ? lostAtNanos(from, links) : nowNanos;
    }

    /// When the link of an uplink was lost; of all of them, when the last one was.
    private long lostAtNanos(int from, UplinkLinks links) {
        if (from != Teaming.PER_FRAME) {
            return links.lostAtNanos(from);
        }
        long last = Long.MIN_VALUE;
        for (int uplink : members) {
            last = Math.max(last, links.lostAtNanos(uplink));
        }
        return last;
    }

    /// Whether the team has changed its uplinks for a failure and no port that had to move has sent a frame since.
    boolean isCutOff() {
        return isCutOff;
    }

    /// A port that had to move has sent its first frame.
    ///
    /// @return how long the outage was that this ends, -1 when another port has ended it
    long sent(long nowNanos) {
        if (!isCutOff) {
            return -1;
        }
        isCutOff = false;
        outageNanos = Math.max(0, nowNanos - lostNanos);
        return outageNanos;
    }

    /// Whether the team stands otherwise than was told.
    boolean isNews() {
        return !isTold;
    }

    /// Tells how the team stands.
    ///
    /// @param ports that share it
    void tell(SwitchListener listener, int[] ports) {
        isTold = true;
        var healthy = new int[members.length];
        int count = 0;
        for (int member = 0; member < members.length; member++) {
            if (isHealthy[member]) {
                healthy[count++] = members[member];
            }
        }
        listener.teamStands(ports, members.clone(), Arrays.copyOf(healthy, count));
    }

    /// Why ports leave an uplink.
    TeamState.Cause cause(int from, UplinkLinks links) {
        if (from == Teaming.PER_FRAME) { // No member is live any more, for they leave all of them together.
            return isAnyUsable(links) ? TeamState.Cause.BEACONS_LOST : TeamState.Cause.LINK_DOWN;
        }
        if (isHealthyMember(from)) {
            return TeamState.Cause.FAILBACK;
        }
        return links.isUsable(from) ? TeamState.Cause.BEACONS_LOST : TeamState.Cause.LINK_DOWN;
    }

    private boolean isAnyUsable(UplinkLinks links) {
        for (int uplink : members) {
            if (links.isUsable(uplink)) {
                return true;
            }
        }
        return false;
    }

    TeamState state(UplinkLinks links, long nowNanos) {
        var views = new ArrayList<TeamState.Member>();
        for (int member = 0; member < members.length; member++) {
            views.add(new TeamState.Member(
                    members[member], member < activeCount, standing(member, links), beacons.heardNanosAgo(member, nowNanos)));
        }
        var change = lastChange == null
                ? null
                : new TeamState.Change(nowNanos - lastChangeNanos, lastChange.cause(), lastChange.from(), lastChange.to(), outageNanos);
        return new TeamState(views, isInDoubt(), change);
    }

    private TeamState.Standing standing(int member, UplinkLinks links) {
        if (!links.isSeenUp(members[member])) {
            return TeamState.Standing.DOWN;
        }
        if (!links.isUsable(members[member]) || beacons.isRecovering(member)) {
            return TeamState.Standing.WAITING;
        }
        if (!beacons.isGood(member)) {
            return TeamState.Standing.NO_BEACONS;
        }
        if (isResting[member]) {
            return TeamState.Standing.RESTING;
        }
        return isInUse(member) || isInDoubt() ? TeamState.Standing.IN_USE : TeamState.Standing.READY;
    }
}
