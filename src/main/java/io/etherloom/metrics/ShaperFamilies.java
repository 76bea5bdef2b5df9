package io.etherloom.metrics;

import io.etherloom.lab.LabControl.Meters.Shaper;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import java.util.List;
import java.util.function.ToLongFunction;

/// Metric families of shapers, one series for each shaped direction of a port; what they drop is in `vswitch_port_drops` (spec 6.6, 6.7,
/// 8.21).
final class ShaperFamilies {
    private ShaperFamilies() {}

    static GaugeSnapshot tokens(List<Shaper> shapers) {
        return gauges("vswitch_shaper_tokens_bytes", "What may pass a shaper above its average now.", shapers, Shaper::tokenOctets);
    }

    static GaugeSnapshot queue(List<Shaper> shapers) {
        return gauges("vswitch_shaper_queue_frames", "Frames that wait in a shaper.", shapers, Shaper::queuedFrames);
    }

    static CounterSnapshot passed(List<Shaper> shapers) {
        return counters("vswitch_shaper_passed_bytes", "What went through a shaper, as charged: tag included, without frame check sequence.",
            shapers, Shaper::passedOctets);
    }

    static CounterSnapshot delayed(List<Shaper> shapers) {
        return counters("vswitch_shaper_delayed_frames", "Frames that had to wait in a shaper.", shapers, Shaper::delayedFrames);
    }

    private static GaugeSnapshot gauges(String name, String help, List<Shaper> shapers, ToLongFunction<Shaper> value) {
        var family = GaugeSnapshot.builder().name(name).help(help);
        for (var shaper : shapers) {
            family.dataPoint(LabCollector.gauge(labels(shaper), value.applyAsLong(shaper)));
        }
        return family.build();
    }

    private static CounterSnapshot counters(String name, String help, List<Shaper> shapers, ToLongFunction<Shaper> value) {
        var family = CounterSnapshot.builder().name(name).help(help);
        for (var shaper : shapers) {
            family.dataPoint(LabCollector.count(labels(shaper), value.applyAsLong(shaper)));
        }
        return family.build();
    }

    private static Labels labels(Shaper shaper) {
        return Labels.of("vswitch", shaper.vSwitch(), "port", shaper.port(), "direction", shaper.isIn() ? "in" : "out");
    }
}
