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
import org.jspecify.annotations.Nullable;

/// How the ports and teams of one vSwitch stand at one moment: taken on the agent thread, which has frames to move, then put into words at
/// leisure.
///
/// @param seats ports of vNICs and vmks by index
/// @param uplinks by index
/// @param teams by policy and VLAN, since beacons are judged by VLAN (spec 4.27)
/// @param failovers how often a port had to change its uplink
record VSwitchSnapshot(Map<Integer, Seat> seats, Map<Integer, Uplink> uplinks, Map<TeamKey, TeamState> teams, long failovers) {
    /// One port of a vNIC or vmk.
    record Seat(
            PortSpec.Access spec, Placement placement, boolean isPromiscuous, long rarpsSent, @Nullable ShaperState toSwitch,
            @Nullable ShaperState toPort) {}

    /// One uplink, whatever teams think of it.
    record Uplink(boolean isLinkUp, boolean isUsable, boolean isUnstable) {}

    /// A team in one VLAN.
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

    static VSwitchSnapshot ask(SwitchRuntime runtime) {
        var agent = runtime.agent();
        return agent.commands().call(() -> of((VSwitch) runtime.frameSwitch(), agent.nowNanos()));
    }

    /// On the agent thread.
    static VSwitchSnapshot of(VSwitch vSwitch, long nowNanos) {
        var seats = new HashMap<Integer, Seat>();
        var uplinks = new HashMap<Integer, Uplink>();
        var teams = new HashMap<TeamKey, TeamState>();
        for (var spec : vSwitch.tables().spec().ports()) {
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
        return new VSwitchSnapshot(seats, uplinks, teams, vSwitch.failovers());
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
