package io.etherloom.scenario;

import org.HdrHistogram.Histogram;

/// Latencies of one or more trials, in nanoseconds, each rounded as [Histogram] does: to three digits.
///
/// @param frames frames that had a latency
public record LatencyReport(long frames, long minNanos, long averageNanos, long p50Nanos, long p99Nanos, long p999Nanos, long maxNanos) {
    static LatencyReport of(Histogram histogram) {
        if (histogram.getTotalCount() == 0) {
            return new LatencyReport(0, 0, 0, 0, 0, 0, 0);
        }
        return new LatencyReport(histogram.getTotalCount(), histogram.getMinValue(), Math.round(histogram.getMean()),
            histogram.getValueAtPercentile(50), histogram.getValueAtPercentile(99), histogram.getValueAtPercentile(99.9), histogram.getMaxValue());
    }
}
