package io.etherloom.metrics;

import io.etherloom.lab.LabControl.Meters.Seat;
import io.etherloom.lab.LabControl.Meters.Team;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import java.util.List;

/// Metric families of teams: who sits where, and how often that changed (spec 8.21).
final class TeamFamilies {
    private TeamFamilies() {}

    static GaugeSnapshot teamUplink(List<Seat> seats) {
        var family = GaugeSnapshot.builder().name("vswitch_port_team_uplink")
            .help("Always 1; the label uplink says by which a port sends: all(n) when frames choose among n, void when there is none.");
        for (var seat : seats) {
            family.dataPoint(LabCollector.gauge(Labels.of("vswitch", seat.vSwitch(), "port", seat.port(), "uplink", seat.uplink()), 1));
        }
        return family.build();
    }

    static CounterSnapshot rarps(List<Seat> seats) {
        var family = CounterSnapshot.builder().name("vswitch_rarp_sent")
            .help("RARP frames that were sent for a port, to tell physical switches where its address is.");
        for (var seat : seats) {
            family.dataPoint(LabCollector.count(Labels.of("vswitch", seat.vSwitch(), "port", seat.port()), seat.rarps()));
        }
        return family.build();
    }

    static CounterSnapshot failovers(List<Team> teams) {
        var family = CounterSnapshot.builder().name("vswitch_failover").help("How often a port of a vSwitch had to change its uplink.");
        for (var team : teams) {
            family.dataPoint(LabCollector.count(Labels.of("vswitch", team.vSwitch()), team.failovers()));
        }
        return family.build();
    }
}
