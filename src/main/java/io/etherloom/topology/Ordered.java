package io.etherloom.topology;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/// Immutable maps that keep the order of the file, which `Map.copyOf` would lose.
final class Ordered {
    private Ordered() {}

    static <K, V> SequencedMap<K, V> copyOf(SequencedMap<K, V> map) {
        return Collections.unmodifiableSequencedMap(new LinkedHashMap<>(map));
    }
}
