package io.etherloom.metrics;

import io.etherloom.frame.DropReason;
import io.etherloom.frame.PortCounters;
import io.etherloom.frame.PortCounters.Cast;
import io.etherloom.lab.Meters.Kind;
import io.etherloom.lab.Meters.Port;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricMetadata;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;

/// What one kind of ports counts. Rx and tx are those of what is plugged in, as esxtop has them: a vNIC's rx is what the VM receives, a
/// pNIC's rx what comes from the wire; a port of a physical switch has its own (spec 1.14, 8.19, 8.21).
///
/// Packets and octets are there from the start, drops of a port by a reason once that has happened; [SwitchFamilies] has them from the start,
/// summed up.
enum PortFamilies {
    PORT("vswitch_port", "vswitch", "port", "a vNIC or vmk", port -> port.kind() == Kind.VNIC || port.kind() == Kind.VMK),
    UPLINK("vswitch_uplink", "vswitch", "uplink", "an uplink's pNIC", port -> port.kind() == Kind.UPLINK),
    FABRIC("fabric_port", "switch", "port", "a port of a physical switch or router", port -> port.kind() == Kind.FABRIC);

    /// In the order of their names, in which series are written: a list that is in order already is not sorted again.
    private static final Cast[] CASTS = Arrays.stream(Cast.values()).sorted(Comparator.comparing(Cast::name)).toArray(Cast[]::new);
    private static final String[] CAST_LABELS = List.of(CASTS).stream().map(cast -> cast.name().toLowerCase(Locale.ROOT)).toArray(String[]::new);

    private final String prefix;
    private final String switchLabel;
    private final String portLabel;
    private final String whose;
    private final Predicate<Port> isMine;

    PortFamilies(String prefix, String switchLabel, String portLabel, String whose, Predicate<Port> isMine) {
        this.prefix = prefix;
        this.switchLabel = switchLabel;
        this.portLabel = portLabel;
        this.whose = whose;
        this.isMine = isMine;
    }

    List<MetricSnapshot> of(List<Port> all) {
        var ports = mine(all);
        var labels = trafficLabels(ports);
        var families = new ArrayList<MetricSnapshot>();
        families.add(traffic(ports, labels, "rx_packets", "Frames on the wire that " + whose + " received, a super-frame as its segments.",
            (counters, cast) -> isEntity() ? counters.outFrames(cast) : counters.inFrames(cast)));
        families.add(traffic(ports, labels, "tx_packets", "Frames on the wire that " + whose + " transmitted.",
            (counters, cast) -> isEntity() ? counters.inFrames(cast) : counters.outFrames(cast)));
        families.add(traffic(ports, labels, "rx_bytes", "Octets of the frames received, with an 802.1Q tag and without the frame check sequence.",
            (counters, cast) -> isEntity() ? counters.outOctets(cast) : counters.inOctets(cast)));
        families.add(traffic(ports, labels, "tx_bytes", "Octets of the frames transmitted, with an 802.1Q tag and without the frame check sequence.",
            (counters, cast) -> isEntity() ? counters.inOctets(cast) : counters.outOctets(cast)));
        families.add(drops(ports));
        return families;
    }

    /// Whether rx and tx are seen from the far side of the port: what goes out of the switch, a VM receives.
    private boolean isEntity() {
        return this == PORT;
    }

    @FunctionalInterface
    private interface Count {
        long of(PortCounters counters, Cast cast);
    }

    /// Of every port for the first cast, then for the next: made once for all families, since to make and check labels costs more than to count.
    private Labels[] trafficLabels(List<Port> ports) {
        var labels = new Labels[CASTS.length * ports.size()];
        int next = 0;
        for (var cast : CAST_LABELS) {
            for (var port : ports) {
                labels[next++] = Labels.of("cast", cast, portLabel, port.port(), switchLabel, port.vSwitch());
            }
        }
        return labels;
    }

    private CounterSnapshot traffic(List<Port> ports, Labels[] labels, String what, String help, Count count) {
        var points = new ArrayList<CounterDataPointSnapshot>(labels.length);
        for (var cast : CASTS) {
            for (var port : ports) {
                points.add(Families.count(labels[points.size()], count.of(port.counters(), cast)));
            }
        }
        return new CounterSnapshot(new MetricMetadata(prefix + "_" + what, help), points);
    }

    private CounterSnapshot drops(List<Port> ports) {
        var points = new ArrayList<CounterDataPointSnapshot>();
        for (var port : ports) {
            for (int ordinal = 0; ordinal < DropReason.COUNT; ordinal++) {
                var reason = DropReason.of(ordinal);
                long dropped = port.counters().drops(reason) + (reason == DropReason.DEVICE_QUEUE ? port.deviceQueueDrops() : 0);
                if (dropped > 0) {
                    points.add(Families.count(labels(port).add("reason", reason.label()), dropped));
                }
            }
        }
        return new CounterSnapshot(new MetricMetadata(prefix + "_drops", "Frames that ended at " + whose + ", by reason; a series begins"
            + " when that has happened there for the first time."), points);
    }

    /// The port, as all its series name it.
    Labels labels(Port port) {
        return Labels.of(switchLabel, port.vSwitch(), portLabel, port.port());
    }

    /// The ports of this kind.
    List<Port> mine(List<Port> all) {
        return all.stream().filter(isMine).toList();
    }
}
