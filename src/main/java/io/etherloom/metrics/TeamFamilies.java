package io.etherloom.metrics;

import io.etherloom.lab.Meters.Seat;
import io.etherloom.lab.Meters.Team;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.util.List;

/// Metric families of teams: who sits where, how often that changed and how long it took (spec 8.21).
final class TeamFamilies {
    private TeamFamilies() {}

    static List<MetricSnapshot> of(List<Seat> seats, List<Team> teams) {
        return List.of(
            Families.infos("vswitch_port_team_uplink", "Always 1; the label uplink says by which a port sends: all(n) when frames choose among n,"
                + " void when there is none.", seats, seat -> Labels.of("vswitch", seat.vSwitch(), "port", seat.port(), "uplink", seat.uplink())),
            Families.counters("vswitch_rarp_sent", "RARP frames that were sent for a port, to tell physical switches where its address is.", seats,
                seat -> Labels.of("vswitch", seat.vSwitch(), "port", seat.port()), Seat::rarps),
            Families.counters("vswitch_failover", "How often a port of a vSwitch had to change its uplink.", teams, TeamFamilies::labels,
                Team::failovers),
            Families.histograms("vswitch_failover_outage_seconds", "How long teams were cut off after failures: from the loss of the link, or the"
                + " verdict on its beacons, to the first frame that a port which had to move sent by another uplink.", teams, TeamFamilies::labels,
                Team::outages));
    }

    private static Labels labels(Team team) {
        return Labels.of("vswitch", team.vSwitch());
    }
}
