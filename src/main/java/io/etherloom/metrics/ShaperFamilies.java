package io.etherloom.metrics;

import io.etherloom.lab.Meters.Shaper;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.util.List;

/// Metric families of shapers, one series for each shaped direction of a port: tx is from the VM. What they drop is in
/// `vswitch_port_drops_total` (spec 6.6, 6.7, 8.21).
final class ShaperFamilies {
    private ShaperFamilies() {}

    static List<MetricSnapshot> of(List<Shaper> shapers) {
        return List.of(
            Families.gauges("vswitch_shaper_average_bytes", "The average that a shaper allows, in octets per second.", shapers, ShaperFamilies::labels,
                it -> it.averageBitsPerSecond() / 8.0),
            Families.gauges("vswitch_shaper_tokens_bytes", "Octets that may pass a shaper above its average now.", shapers, ShaperFamilies::labels,
                Shaper::tokenOctets),
            Families.gauges("vswitch_shaper_queue_frames", "Frames that wait in a shaper.", shapers, ShaperFamilies::labels, Shaper::queuedFrames),
            Families.counters("vswitch_shaper_passed_bytes", "Octets that went through a shaper, as charged: tag included, without frame check"
                + " sequence.", shapers, ShaperFamilies::labels, Shaper::passedOctets),
            Families.counters("vswitch_shaper_delayed_frames", "Frames that had to wait in a shaper.", shapers, ShaperFamilies::labels,
                Shaper::delayedFrames));
    }

    private static Labels labels(Shaper shaper) {
        return Labels.of("vswitch", shaper.vSwitch(), "port", shaper.port(), "direction", shaper.isIn() ? "tx" : "rx");
    }
}
