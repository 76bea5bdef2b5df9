package io.etherloom.metrics;

import io.etherloom.lab.Meters;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.function.Supplier;

/// Turns the meters of a lab into metric families at the moment of a scrape. It keeps nothing between scrapes, so a port that is gone is
/// gone from the next one; a registered meter for each port would have to be taken out again by hand.
///
/// Bounded by what the topology names: 17 series a port and one for each reason for which it dropped, 28 reasons a switch, 31 series an
/// agent. No address, flow or event is ever a label.
final class LabCollector implements MultiCollector {
    private final Supplier<Meters> meters;
    private final String version;

    LabCollector(Supplier<Meters> meters, String version) {
        this.meters = meters;
        this.version = version;
    }

    @Override
    public MetricSnapshots collect() {
        var now = meters.get();
        var families = new ArrayList<MetricSnapshot>(LabFamilies.of(now, version));
        // In the order in which series are written, so that no family has to be sorted.
        var ports = now.ports().stream().sorted(Comparator.comparing(Meters.Port::port).thenComparing(Meters.Port::vSwitch)).toList();
        var seats = now.seats().stream().sorted(Comparator.comparing(Meters.Seat::port)).toList();
        families.addAll(SwitchFamilies.switches(now.switches()));
        families.addAll(SwitchFamilies.ports(ports));
        for (var kind : PortFamilies.values()) {
            families.addAll(kind.of(ports));
        }
        families.addAll(SwitchFamilies.uplinks(now.uplinks()));
        families.addAll(TeamFamilies.of(seats, now.teams()));
        families.addAll(ShaperFamilies.of(now.shapers()));
        families.addAll(AgentFamilies.of(now.agents()));
        return new MetricSnapshots(families);
    }
}
