package io.etherloom.metrics;

import io.etherloom.lab.Meters;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.util.List;
import java.util.Map;

/// Metric families of the lab as a whole.
final class LabFamilies {
    private LabFamilies() {}

    static List<MetricSnapshot> of(Meters meters, String version) {
        var lab = List.of(meters);
        return List.of(
            Families.infos("etherloom_build_info", "Always 1: the version of Etherloom that runs the lab, and of its Java.", lab,
                _ -> Labels.of("version", version, "java", Runtime.version().toString())),
            Families.infos("lab_info", "Always 1: the name of the lab and the file that it follows.", lab,
                it -> Labels.of("name", it.lab(), "topology", it.topology())),
            Families.counters("lab_events", "Events of the lab by type, all types from the start.", List.copyOf(meters.events().entrySet()),
                event -> Labels.of("type", event.getKey().label(), "severity", event.getKey().severity().label()), Map.Entry::getValue),
            Families.gauges("capture_running", "Captures that run now.", lab, _ -> Labels.EMPTY, it -> it.captures().running()),
            Families.counters("capture_copies_lost", "Copies of frames that captures lost because whoever read them was too slow; the frames"
                + " themselves went on.", lab, _ -> Labels.EMPTY, it -> it.captures().lost()),
            Families.histograms("path_latency_seconds", "How long frames of traffic probes (etherloom bench) took from one interface to another.",
                lab, _ -> Labels.EMPTY, Meters::probed));
    }
}
