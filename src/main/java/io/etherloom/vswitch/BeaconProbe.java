package io.etherloom.vswitch;

import io.etherloom.frame.Frame;
import io.etherloom.frame.PortSet;
import io.etherloom.wire.Tag;
import java.util.HashMap;
import java.util.Map;

/// Beacon probing: each linked uplink of a team broadcasts a beacon a second in each VLAN in use, and listens for those of its peers (spec
/// 4.25-4.33). State of the agent thread; time is passed in.
final class BeaconProbe {
    private static final long CYCLE_NANOS = 1_000_000_000L;
    private static final long NEVER = UplinkLinks.NEVER;

    private final PortSet ports;
    private final UplinkLinks links;
    private final SwitchListener listener;
    private ForwardingTables tables = ForwardingTables.EMPTY;
    private Map<TeamKey, BeaconGroup> groups = Map.of();
    private BeaconGroup[] all = {};
    private BeaconPlan plan = ForwardingTables.EMPTY.beacons();
    private int nextSpeaker;
    private int cycles;
    private long nextCycle = NEVER;
    private long dueNanos = NEVER;

    BeaconProbe(PortSet ports, UplinkLinks links, SwitchListener listener) {
        this.ports = ports;
        this.listener = listener;
        this.links = links;
    }

    /// The same verdicts at this moment. It takes beacons off the path and hears nothing by them.
    BeaconProbe(BeaconProbe other, PortSet ports, UplinkLinks links) {
        this(ports, links, SwitchListener.NONE);
        tables = other.tables;
        groups = new HashMap<>();
        other.groups.forEach((key, group) -> groups.put(key, new BeaconGroup(group)));
    }

    /// Follows new tables; groups that stay keep what they heard, unless nothing is sent in their VLAN any more (spec 4.27).
    void apply(ForwardingTables next, long nowNanos) {
        tables = next;
        plan = next.beacons();
        var kept = groups;
        groups = new HashMap<>();
        all = new BeaconGroup[plan.teams().length];
        for (int i = 0; i < all.length; i++) {
            var key = plan.teams()[i];
            var known = kept.get(key);
            all[i] = known == null ? new BeaconGroup(key.members()) : known;
            groups.put(key, all[i]);
            if (!plan.probes(key.vlan()) || next.spec().options().beacons().maxAtOnce() == 0) {
                all[i].acquit();
            }
        }
        if (plan.speakers().length == 0) {
            nextCycle = NEVER;
        } else if (nextCycle == NEVER) {
            nextCycle = nowNanos;
        }
        findDue();
    }

    /// The group of a team; one where everybody is good for a team that does not probe.
    BeaconGroup group(TeamKey key) {
        return groups.getOrDefault(key, BeaconGroup.NOT_PROBED);
    }

    /// Takes a beacon off the path, if this frame is one that ends here (spec 4.26).
    ///
    /// @return whether it did
    boolean consumes(int uplink, Frame frame, int tag, long nowNanos) {
        if (!Beacon.isBeacon(frame)) {
            return false;
        }
        var options = tables.spec().options().beacons();
        if (!tables.isOwnPnic(frame.source())) {
            return options.consumesForeign();
        }
        int sender = tables.uplinkWithMac(frame.source());
        for (int i = 0; i < all.length; i++) {
            if (plan.vids()[i] == Tag.vid(tag) && links.isSeenUp(uplink)) {
                all[i].heard(uplink, sender, nowNanos);
            }
        }
        return true;
    }

    /// When the next cycle or the end of a delay is due; asked after each batch, so it is known.
    long dueNanos() {
        return dueNanos;
    }

    private void findDue() {
        dueNanos = nextCycle;
        for (var group : all) {
            dueNanos = Math.min(dueNanos, group.dueNanos());
        }
    }

    /// Judges, when it is time; returns whether an uplink changed its standing.
    boolean judge(long nowNanos) {
        boolean isChanged = false;
        for (int i = 0; i < all.length; i++) {
            boolean isOther = all[i].recover(nowNanos);
            if (nowNanos >= nextCycle) {
                isOther |= all[i].judge(links, tables.spec().options().teams(), nowNanos);
            }
            if (isOther) {
                isChanged = true;
                all[i].tell(listener, plan.vids()[i]);
            }
        }
        findDue();
        return isChanged;
    }

    /// Sends the beacons of a cycle, when it is time; after a pause one cycle, not all that were missed.
    void speak(long nowNanos) {
        if (nowNanos < nextCycle) {
            return;
        }
        nextCycle += CYCLE_NANOS * ((nowNanos - nextCycle) / CYCLE_NANOS + 1);
        findDue();
        int most = Math.min(plan.speakers().length, tables.spec().options().beacons().maxAtOnce());
        for (int i = 0; i < most; i++) {
            nextSpeaker = nextSpeaker < plan.speakers().length ? nextSpeaker : 0;
            speak(plan.speakers()[nextSpeaker++]);
        }
        cycles++;
    }

    private void speak(BeaconPlan.Speaker speaker) {
        boolean isItsTurn = !speaker.isAlternate() || (cycles & 1) == speaker.turn();
        if (!isItsTurn || !links.isSeenUp(speaker.uplink())) {
            return;
        }
        var frame = ports.pool().take();
        if (frame == null) {
            return;
        }
        Beacon.write(frame, tables.pnic(speaker.uplink()), tables.spec().options().beacons().format());
        frame.pad(tables.minEtherLen);
        ports.originate(speaker.uplink(), frame, speaker.vid() == 0 ? Tag.NONE : Tag.withVid(Tag.NONE, speaker.vid()));
        frame.release();
        for (int i = 0; i < all.length; i++) {
            if (plan.vids()[i] == speaker.vid()) {
                all[i].sent(speaker.uplink());
            }
        }
    }
}
