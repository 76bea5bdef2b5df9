package io.etherloom.metrics;

import io.etherloom.lab.Meters.Moves;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.util.List;
import java.util.Map;

/// Metric families of VMotion (spec 8.21).
final class MoveFamilies {
    private MoveFamilies() {}

    static List<MetricSnapshot> of(Moves moves) {
        var all = List.of(moves);
        return List.of(
            Families.counters("vmotion", "Moves of VMs to other hosts by result: moved, failed, or the fault for which one was refused.",
                List.copyOf(moves.results().entrySet()), result -> Labels.of("result", result.getKey()), Map.Entry::getValue),
            Families.histograms("vmotion_duration_seconds", "How long moves took, from the request to the last RARP that was waited for.", all, _ -> Labels.EMPTY,
                Moves::durations),
            Families.histograms("vmotion_outage_seconds", "How long the ports of a VM were off while it moved.", all, _ -> Labels.EMPTY, Moves::outages));
    }
}
