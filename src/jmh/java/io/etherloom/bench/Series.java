package io.etherloom.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// What one quantity was for one subject, one value a round.
record Series(Quantity quantity, Subject subject, List<Double> values) {
    static Series of(Quantity quantity, Subject subject) {
        return new Series(quantity, subject, new ArrayList<>());
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

    /// This series divided by another, round by round: a load that lasted one round touches one value only. Series of different
    /// lengths were not measured in turns, and give the ratio of their medians alone.
    List<Double> over(Series other) {
        if (values.size() != other.values.size()) {
            return List.of(median() / other.median());
        }
        var ratios = new ArrayList<Double>();
        for (int round = 0; round < values.size(); round++) {
            ratios.add(values.get(round) / other.values.get(round));
        }
        return ratios;
    }

    /// `median (lowest–highest)`, the parentheses only where there is a spread.
    String show() {
        var unit = quantity.unit();
        if (values.size() < 2) {
            return unit.show(median());
        }
        return unit.show(median()) + " (" + unit.show(min()) + "–" + unit.show(max()) + ")";
    }

    private static double median(double[] values) {
        if (values.length == 0) {
            return Double.NaN;
        }
        Arrays.sort(values);
        int middle = values.length / 2;
        return values.length % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
    }
}
