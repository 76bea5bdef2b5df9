package io.etherloom.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What a run has found out so far, in the order in which it was first said.
final class Results {
    private final Map<Key, Series> series = new LinkedHashMap<>();
    private final Set<String> notes = new LinkedHashSet<>();

    private record Key(Quantity quantity, Subject subject) {}

    /// Adds the value of one round, in base units.
    void add(Quantity quantity, Subject subject, double value) {
        series.computeIfAbsent(new Key(quantity, subject), _ -> Series.of(quantity, subject)).values().add(value);
    }

    /// Says what was left out and why, once.
    void note(String sentence) {
        notes.add(sentence);
    }

    List<Series> series() {
        return new ArrayList<>(series.values());
    }

    List<String> notes() {
        return new ArrayList<>(notes);
    }

    Optional<Series> find(Quantity quantity, Subject subject) {
        return Optional.ofNullable(series.get(new Key(quantity, subject)));
    }

    /// The rows of a table, in the order of measuring.
    List<Quantity> quantities() {
        return series.keySet().stream().map(Key::quantity).distinct().toList();
    }

    /// The columns of a table.
    List<Subject> subjects() {
        return series.keySet().stream().map(Key::subject).distinct().sorted().toList();
    }
}
