package io.etherloom.vswitch;

import io.etherloom.frame.DurationCounts;
import io.etherloom.frame.Frame;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Which uplink each port sends by, and from which it takes frames (spec sections 4a-4d, 2.11, 2.14).
///
/// A port has a seat: the uplink that its team gives it by its slot or address. Where the uplink depends on the frame (source-MAC hash, IP
/// hash, shotgun) its route says so and the team is asked for each frame; else the route is the seat, so that most frames cost one look-up.
/// State of the agent thread; time is passed in.
final class Teaming {
    static final int NO_UPLINK = -1;
    /// As a route: ask the team for each frame. As a seat: all live uplinks.
    static final int PER_FRAME = -2;
    /// As the uplink of a frame: every healthy one of the team (spec 4.31).
    static final int EVERY = -3;

    /// Told when a port has come to another uplink, so that the physical switches can be.
    interface Moves {
        void moved(int port);
    }

    private final Moves moves;
    private final SwitchListener listener;
    private final MoveReport report = new MoveReport();
    private final UplinkLinks links;
    private final BeaconProbe probe;
    private ForwardingTables tables = ForwardingTables.EMPTY;
    private final Map<TeamKey, TeamSlots> teams = new HashMap<>();
    private @Nullable TeamSlots[] teamOf = {};
    private int[] seats = {};
    /// Where each port last came to, which the physical switches were told: placed anew and left there, it is no news to them.
    private int[] told = {};
    private int[] routes = {};
    private final DurationCounts outages = new DurationCounts();
    private long failovers;
    /// Ports that had to leave an uplink that failed, and have sent nothing since.
    private boolean[] isCutOff = {};
    private int cutOffPorts;

    Teaming(UplinkLinks links, BeaconProbe probe, Moves moves, SwitchListener listener) {
        this.listener = listener;
        this.links = links;
        this.probe = probe;
        this.moves = moves;
    }

    /// The same seats and routes at this moment. Nobody is told of anything by it, and no outage ends by what it sends.
    Teaming(Teaming other, UplinkLinks links, BeaconProbe probe) {
        this(links, probe, _ -> { }, SwitchListener.NONE);
        tables = other.tables;
        other.teams.forEach((key, team) -> teams.put(key, new TeamSlots(team, probe.group(key))));
        teamOf = new TeamSlots[other.teamOf.length];
        for (int port = 0; port < teamOf.length; port++) {
            var team = other.teamOf[port];
            teamOf[port] = team == null ? null : teams.get(team.key());
        }
        seats = other.seats.clone();
        told = other.told.clone();
        routes = other.routes.clone();
        isCutOff = new boolean[other.isCutOff.length];
        failovers = other.failovers;
    }

    /// Takes over new tables. A port whose team did not change keeps its uplink.
    void apply(ForwardingTables next, long nowNanos) {
        var previous = tables;
        tables = next;
        grow(next.size());
        teams.keySet().retainAll(next.teams());
        for (var key : next.teams()) {
            teams.computeIfAbsent(key, _ -> new TeamSlots(key, probe.group(key)));
        }
        for (int port = 0; port < next.size(); port++) {
            var key = next.team(port);
            boolean isSamePort = key != null && previous.isConnected(port) && previous.slot(port) == next.slot(port);
            if (!isSamePort) {
                told[port] = NO_UPLINK;
            }
            if (!isSamePort || !sameTeam(previous.team(port), key)) {
                cutOffPorts -= isCutOff[port] ? 1 : 0;
                isCutOff[port] = false;
                seats[port] = NO_UPLINK;
                routes[port] = NO_UPLINK;
            }
            teamOf[port] = key == null ? null : teams.get(key);
        }
        settle(nowNanos, true);
    }

    private static boolean sameTeam(@Nullable TeamKey before, @Nullable TeamKey after) {
        return before != null && after != null && before.team().equals(after.team());
    }

    private void grow(int size) {
        int known = seats.length;
        if (size > known) {
            isCutOff = Arrays.copyOf(isCutOff, size);
            teamOf = Arrays.copyOf(teamOf, size);
            seats = Arrays.copyOf(seats, size);
            told = Arrays.copyOf(told, size);
            routes = Arrays.copyOf(routes, size);
            Arrays.fill(seats, known, size, NO_UPLINK);
            Arrays.fill(told, known, size, NO_UPLINK);
            Arrays.fill(routes, known, size, NO_UPLINK);
        }
    }

    /// Puts every port where it belongs now.
    void settle(long nowNanos, boolean isReconfigured) {
        var options = tables.spec().options().teams();
        for (var team : teams.values()) {
            team.settle(links, options);
        }
        for (int port = 0; port < tables.size(); port++) {
            var team = teamOf[port];
            if (team != null) {
                int seat = team.seat(tables.slot(port), tables.effectiveMac(port), seats[port]);
                if (seat != seats[port]) {
                    move(port, team, seat, nowNanos, isReconfigured);
                }
                tell(port, seat);
                routes[port] = team.isPerFrame() ? PER_FRAME : seat;
            }
        }
        for (var team : teams.values()) {
            if (team.isNews()) {
                team.tell(listener, ports(team));
            }
        }
        report.tell(listener);
    }

    private int[] ports(TeamSlots team) {
        var ports = new int[tables.size()];
        int count = 0;
        for (int port = 0; port < tables.size(); port++) {
            if (teamOf[port] == team) {
                ports[count++] = port;
            }
        }
        return Arrays.copyOf(ports, count);
    }

    private void move(int port, TeamSlots team, int seat, long nowNanos, boolean isReconfigured) {
        int from = seats[port];
        seats[port] = seat;
        if (from != NO_UPLINK) {
            failovers++;
            var cause = isReconfigured ? TeamState.Cause.RECONFIGURED : team.cause(from, links);
            team.moved(from, seat, cause, links, nowNanos);
            report.add(port, from, seat, cause);
            if (team.isCutOff() && !isCutOff[port]) {
                isCutOff[port] = true;
                cutOffPorts++;
            }
        }
    }

    private void tell(int port, int seat) {
        if (told[port] != seat) {
            told[port] = seat;
            if (seat != NO_UPLINK) {
                moves.moved(port);
            }
        }
    }

    /// A port sends a frame by an uplink: the end of an outage, if it had to leave another one. Costs one look at a number when none had.
    void sent(int port, long nowNanos) {
        if (cutOffPorts > 0 && isCutOff[port]) {
            isCutOff[port] = false;
            cutOffPorts--;
            long outageNanos = team(port).sent(nowNanos);
            if (outageNanos >= 0) {
                outages.add(outageNanos);
                listener.outageEnded(port, outageNanos);
            }
        }
    }

    /// The uplink by which a port sends this frame, [#NO_UPLINK] or [#EVERY].
    int uplinkFor(int port, Frame frame) {
        int uplink = routes[port];
        return uplink == PER_FRAME ? team(port).uplinkFor(frame) : uplink;
    }

    /// Whether a port takes this frame from this uplink (spec 2.11, 2.14).
    boolean accepts(int uplink, int port, Frame frame) {
        int route = routes[port];
        return route == uplink
                || route == PER_FRAME && team(port).accepts(uplink, frame, seats[port], tables.effectiveMac(port));
    }

    /// Whether an uplink carries frames of this port's team (spec 2.17).
    boolean isActive(int uplink, int port) {
        return team(port).isActive(uplink);
    }

    /// The team of a port; only ports of vNICs and vmks have one.
    @SuppressWarnings("NullAway")
    TeamSlots team(int port) {
        return teamOf[port];
    }

    /// The uplink where a port sits, [#NO_UPLINK], or [#PER_FRAME] for all live ones.
    int seat(int port) {
        return seats[port];
    }

    /// How often a port changed its uplink.
    long failovers() {
        return failovers;
    }

    /// How long teams were cut off after failures, each until the first frame by another uplink.
    DurationCounts outages() {
        return outages;
    }

    Placement placement(int port) {
        var team = teamOf[port];
        if (team == null || team.liveCount() == 0) {
            return new Placement(Placement.NONE, Placement.Reason.NO_UPLINK);
        }
        if (team.isInDoubt()) {
            return new Placement(Placement.ALL, Placement.Reason.SHOTGUN);
        }
        int seat = seats[port];
        var policy = team.key().team();
        return switch (policy.balancing()) {
            case IP_HASH -> new Placement(Placement.ALL, Placement.Reason.IP_HASH);
            case EXPLICIT -> placement(team, seat, team.uplink(0), Placement.Reason.FIRST_IN_ORDER);
            case PORT_ID -> placement(team, seat, home(policy, tables.slot(port)), Placement.Reason.PORT_ID);
            case SOURCE_MAC -> placement(team, seat, home(policy, (int) tables.effectiveMac(port) & 0xFF), Placement.Reason.SOURCE_MAC);
        };
    }

    private static int home(Team team, int number) {
        return team.active().isEmpty() ? NO_UPLINK : team.active().get(number % team.active().size());
    }

    private static Placement placement(TeamSlots team, int seat, int home, Placement.Reason atHome) {
        if (seat == home) {
            return new Placement(seat, atHome);
        }
        return new Placement(seat, team.isHealthyMember(home) ? Placement.Reason.NO_FAILBACK : Placement.Reason.FAILED_OVER);
    }
}
