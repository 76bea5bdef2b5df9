package io.etherloom.event;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What a program wants to know of an event, by name and in the order in which it was said. Used by one thread, then handed over.
public final class Details {
    private static final int MAX_NAMES = 32;

    private final Map<String, Object> values = new LinkedHashMap<>();

    private Details() {}

    public static Details none() {
        return new Details();
    }

    public static Details of(String key, Object value) {
        return new Details().and(key, value);
    }

    /// @param value a string, number or boolean
    public Details and(String key, Object value) {
        values.put(key, value);
        return this;
    }

    /// Names of what is concerned, the first 32 of them, and beside them how many there are.
    public Details andNames(String key, List<String> names) {
        values.put(key, List.copyOf(names.subList(0, Math.min(MAX_NAMES, names.size()))));
        values.put(key + "Count", names.size());
        return this;
    }

    Map<String, Object> values() {
        return values;
    }
}
