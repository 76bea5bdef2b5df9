package io.etherloom.metrics;

import io.etherloom.frame.DurationCounts;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricMetadata;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;

/// Makes metric families of lists of things: a series for each.
final class Families {
    static final double NANOS_PER_SECOND = 1e9;
    private static final double[] BOUNDS = bounds();

    private Families() {}

    private static double[] bounds() {
        var bounds = new double[DurationCounts.BOUNDS + 1];
        for (int cell = 0; cell < DurationCounts.BOUNDS; cell++) {
            bounds[cell] = DurationCounts.boundNanos(cell) / NANOS_PER_SECOND;
        }
        bounds[DurationCounts.BOUNDS] = Double.POSITIVE_INFINITY;
        return bounds;
    }

    /// @param name without `_total`, which is added
    static <T> CounterSnapshot counters(String name, String help, List<T> things, Function<T, Labels> labels, ToLongFunction<T> value) {
        var points = new ArrayList<CounterDataPointSnapshot>(things.size());
        things.forEach(thing -> points.add(count(labels.apply(thing), value.applyAsLong(thing))));
        return new CounterSnapshot(new MetricMetadata(name, help), points);
    }

    static <T> GaugeSnapshot gauges(String name, String help, List<T> things, Function<T, Labels> labels, ToDoubleFunction<T> value) {
        var points = new ArrayList<GaugeDataPointSnapshot>(things.size());
        things.forEach(thing -> points.add(gauge(labels.apply(thing), value.applyAsDouble(thing))));
        return new GaugeSnapshot(new MetricMetadata(name, help), points);
    }

    /// Always 1: what counts is in the labels, to be joined by `* on(…) group_left(…)`.
    static <T> GaugeSnapshot infos(String name, String help, List<T> things, Function<T, Labels> labels) {
        return gauges(name, help, things, labels, _ -> 1);
    }

    static <T> HistogramSnapshot histograms(String name, String help, List<T> things, Function<T, Labels> labels, Function<T, DurationCounts> counts) {
        var points = new ArrayList<HistogramDataPointSnapshot>(things.size());
        things.forEach(thing -> points.add(histogram(labels.apply(thing), counts.apply(thing))));
        return new HistogramSnapshot(new MetricMetadata(name, help), points);
    }

    private static HistogramDataPointSnapshot histogram(Labels labels, DurationCounts durations) {
        var counts = new long[BOUNDS.length];
        for (int cell = 0; cell < counts.length; cell++) {
            counts[cell] = durations.count(cell);
        }
        return HistogramDataPointSnapshot.builder().labels(labels).classicHistogramBuckets(ClassicHistogramBuckets.of(BOUNDS, counts))
            .sum(durations.sumNanos() / NANOS_PER_SECOND).build();
    }

    static CounterDataPointSnapshot count(Labels labels, long value) {
        return new CounterDataPointSnapshot(value, labels, null, 0);
    }

    static GaugeDataPointSnapshot gauge(Labels labels, double value) {
        return new GaugeDataPointSnapshot(value, labels, null);
    }

    static double number(boolean isSo) {
        return isSo ? 1 : 0;
    }
}
