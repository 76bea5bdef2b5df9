package io.etherloom.lab;

import io.etherloom.vswitch.Placement;
import io.etherloom.vswitch.PortSpec;
import io.etherloom.vswitch.ShaperState;
import io.etherloom.vswitch.Team;
import io.etherloom.vswitch.TeamState;
import io.etherloom.vswitch.VSwitch;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// How the ports and teams of one vSwitch stand: taken on the agent thread, some ports at a time, which has frames to move, then put into words at
/// leisure.
///
/// Written by the agent thread until [#ask] returns, then read by one thread.
final class VSwitchSnapshot {
    /// Ports that one command asks for: some 20 µs, after which the agent has its frames to move again.
    private static final int PORTS_AT_ONCE = 64;

    private final Map<Integer, Seat> seats = new HashMap<>();
    private final Map<Integer, Uplink> uplinks = new HashMap<>();
    private final Map<TeamKey, TeamState> teams = new HashMap<>();
    private long failovers;

    private VSwitchSnapshot() {}

    /// One port of a vNIC or vmk.
    record Seat(
            PortSpec.Access spec, Placement placement, boolean isPromiscuous, long rarpsSent, @Nullable ShaperState toSwitch,
            @Nullable ShaperState toPort) {}

    /// One uplink, whatever teams think of it.
    record Uplink(boolean isLinkUp, boolean isUsable, boolean isUnstable) {}

    /// A team in one VLAN, since beacons are judged by VLAN (spec 4.27).
    record TeamKey(Team team, int vlan) {}

    /// What beacons tell of one uplink over all teams that probe.
    ///
    /// @param isMissed whether a team counts it as bad for want of beacons
    /// @param isInDoubt whether a team misses beacons and cannot say which uplink is bad (spec 4.31)
    /// @param heardNanosAgo the last beacon of a peer, -1 for never
    record Beacons(boolean isMissed, boolean isInDoubt, long heardNanosAgo) {
        boolean isHeard() {
            return !isMissed && !isInDoubt;
        }
    }

    /// How the agent of a vSwitch is asked.
    @FunctionalInterface
    interface Way {
        /// Has the agent answer a question between two batches.
        int ask(Supplier<Integer> question);
    }

    static VSwitchSnapshot ask(SwitchRuntime runtime) {
        return ask(runtime, runtime.agent().commands()::call);
    }

    /// By one command after the other, under the lab's lock, so that the tables stay what they are; not all ports at the same instant.
    static VSwitchSnapshot ask(SwitchRuntime runtime, Way way) {
        var vSwitch = (VSwitch) runtime.frameSwitch();
        var snapshot = new VSwitchSnapshot();
        for (int from = 0; from >= 0; ) {
            int first = from;
            from = way.ask(() -> snapshot.take(vSwitch, first, runtime.agent().nowNanos()));
        }
        return snapshot;
    }

    /// On the agent thread.
    ///
    /// @return where to go on, -1 at the end
    private int take(VSwitch vSwitch, int from, long nowNanos) {
        var specs = vSwitch.tables().spec().ports();
        int end = Math.min(specs.size(), from + PORTS_AT_ONCE);
        for (var spec : specs.subList(from, end)) {
            int port = spec.index();
            switch (spec) {
                case PortSpec.Access access -> {
                    seats.put(port, seat(vSwitch, access, nowNanos));
                    teams.computeIfAbsent(new TeamKey(access.team(), access.vlan()), _ -> vSwitch.teamState(port, nowNanos));
                }
                case PortSpec.Uplink _ -> uplinks.put(port, new Uplink(
                        vSwitch.isLinkUp(port), vSwitch.isUsable(port), vSwitch.isUnstable(port, nowNanos)));
            }
        }
        failovers = vSwitch.failovers();
        return end < specs.size() ? end : -1;
    }

    /// Ports of vNICs and vmks by index.
    Map<Integer, Seat> seats() {
        return seats;
    }

    /// By index.
    Map<Integer, Uplink> uplinks() {
        return uplinks;
    }

    /// How often a port had to change its uplink.
    long failovers() {
        return failovers;
    }

    private static Seat seat(VSwitch vSwitch, PortSpec.Access access, long nowNanos) {
        int port = access.index();
        return new Seat(access, vSwitch.placement(port), vSwitch.isPromiscuous(port), vSwitch.rarpsSent(port),
                access.toSwitch() == null ? null : vSwitch.shaperState(port, true, nowNanos),
                access.toPort() == null ? null : vSwitch.shaperState(port, false, nowNanos));
    }

    /// Indexes of the uplinks that may carry a frame of this port now, in the order of its team.
    List<Integer> carriers(Seat seat) {
        int uplink = seat.placement().uplink();
        if (uplink != Placement.ALL) {
            return uplink == Placement.NONE ? List.of() : List.of(uplink);
        }
        var carriers = new ArrayList<Integer>();
        for (var member : state(seat).members()) {
            boolean carries = seat.placement().reason() == Placement.Reason.SHOTGUN
                    ? member.standing() != TeamState.Standing.DOWN && member.standing() != TeamState.Standing.WAITING
                    : member.standing() == TeamState.Standing.IN_USE;
            if (carries) {
                carriers.add(member.uplink());
            }
        }
        return carriers;
    }

    /// How the team of this port stands.
    TeamState state(Seat seat) {
        return Objects.requireNonNull(teams.get(new TeamKey(seat.spec().team(), seat.spec().vlan())));
    }

    /// What beacons tell of an uplink; null when no team sends any by it.
    @Nullable Beacons beacons(int uplink) {
        boolean isProbed = false;
        boolean isMissed = false;
        boolean isInDoubt = false;
        long heardNanosAgo = -1;
        for (var entry : teams.entrySet()) {
            for (var member : entry.getValue().members()) {
                if (entry.getKey().team().probesBeacons() && member.uplink() == uplink) {
                    isProbed = true;
                    isInDoubt |= entry.getValue().isInDoubt();
                    isMissed |= member.standing() == TeamState.Standing.NO_BEACONS;
                    heardNanosAgo = sooner(heardNanosAgo, member.hasHeardNanosAgo());
                }
            }
        }
        return isProbed ? new Beacons(isMissed, isInDoubt, heardNanosAgo) : null;
    }

    /// The shorter of two times ago, of which -1 is never.
    static long sooner(long agoNanos, long otherNanos) {
        return agoNanos < 0 || otherNanos >= 0 && otherNanos < agoNanos ? otherNanos : agoNanos;
    }
}
