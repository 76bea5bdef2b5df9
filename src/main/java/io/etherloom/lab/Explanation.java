package io.etherloom.lab;

import io.etherloom.lab.view.TraceView;
import java.util.ArrayList;
import java.util.List;

/// A decision in words: one sentence that names the values, and the values themselves. Immutable.
record Explanation(String sentence, List<TraceView.Value> because) {
    static final Explanation NOTHING = new Explanation("", List.of());

    Explanation {
        because = List.copyOf(because);
    }

    static Explanation of(String sentence) {
        return new Explanation(sentence, List.of());
    }

    Explanation with(String what, Object value, String origin) {
        var values = new ArrayList<>(because);
        values.add(new TraceView.Value(what, value.toString(), origin));
        return new Explanation(sentence, values);
    }

    /// This one, and another after it: behind a semicolon, or behind the colon with which this one ends.
    Explanation and(Explanation other) {
        var values = new ArrayList<>(because);
        values.addAll(other.because);
        boolean isJoined = !sentence.isEmpty() && !sentence.endsWith(": ") && !other.sentence.isEmpty();
        return new Explanation(sentence + (isJoined ? "; " : "") + other.sentence, values);
    }
}
