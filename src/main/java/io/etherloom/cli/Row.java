package io.etherloom.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// One object of an answer. A key that is missing, as an older lab may leave one out, reads as nothing: `-`, an empty list.
record Row(Map<?, ?> members) {
    static Row of(@Nullable Object value) {
        return new Row(value instanceof Map<?, ?> object ? object : Map.of());
    }

    /// A scalar as a cell of a table: a number stays one.
    Object cell(String key) {
        var value = members.get(key);
        return value == null || value.equals("") ? "-" : value;
    }

    String text(String key) {
        return cell(key).toString();
    }

    boolean isTrue(String key) {
        return Boolean.TRUE.equals(members.get(key));
    }

    long number(String key) {
        return members.get(key) instanceof Number number ? number.longValue() : 0;
    }

    List<Object> list(String key) {
        return members.get(key) instanceof List<?> list ? new ArrayList<>(list) : List.of();
    }

    List<Row> rows(String key) {
        return list(key).stream().map(Row::of).toList();
    }

    /// What its members are called, in their order.
    List<String> names() {
        return members.keySet().stream().map(String::valueOf).toList();
    }

    /// An object in this one; one without members where there is none.
    Row row(String key) {
        return of(members.get(key));
    }

    /// An object of numbers as `reason=3 other=1`, sorted by key.
    String counts(String key) {
        var counts = new TreeMap<String, String>();
        if (members.get(key) instanceof Map<?, ?> object) {
            object.forEach((name, count) -> counts.put(String.valueOf(name), String.valueOf(count)));
        }
        return counts.isEmpty() ? "-" : String.join(" ", counts.entrySet().stream().map(entry -> entry.getKey() + "=" + entry.getValue()).toList());
    }
}
