package io.etherloom.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// What one measure gave for one peer, one value a round.
///
/// @param measure what was measured
/// @param peer of whom
/// @param unit of the values
record Series(String measure, String peer, String unit, List<Double> values) {
    static Series of(String measure, String peer, String unit) {
        return new Series(measure, peer, unit, new ArrayList<>());
    }

    double median() {
        return median(values.stream().mapToDouble(Double::doubleValue).toArray());
    }

    double min() {
        return values.stream().mapToDouble(Double::doubleValue).min().orElse(Double.NaN);
    }

    double max() {
        return values.stream().mapToDouble(Double::doubleValue).max().orElse(Double.NaN);
    }

    /// This series divided by another of the same rounds, round by round: a load that lasted one round touches one value only.
    Series over(Series other, String name) {
        var ratios = of(name, peer, "");
        for (int round = 0; round < Math.min(values.size(), other.values.size()); round++) {
            ratios.values.add(values.get(round) / other.values.get(round));
        }
        return ratios;
    }

    private static double median(double[] values) {
        if (values.length == 0) {
            return Double.NaN;
        }
        Arrays.sort(values);
        int middle = values.length / 2;
        return values.length % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
    }

    /// The value below or at which this share of the sorted values lies (nearest rank).
    static double percentile(double[] values, double share) {
        Arrays.sort(values);
        return values[Math.max(0, (int) Math.ceil(share * values.length) - 1)];
    }
}
