package io.etherloom.esxcli;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One object that a lab sent. A key that is missing reads as nothing.
record Facts(Map<?, ?> members) {
    static Facts of(@Nullable Object value) {
        return new Facts(value instanceof Map<?, ?> object ? object : Map.of());
    }

    String text(String key) {
        var value = members.get(key);
        return value == null ? "" : value.toString();
    }

    boolean is(String key, String text) {
        return text(key).equals(text);
    }

    long number(String key) {
        return members.get(key) instanceof Number number ? number.longValue() : 0;
    }

    boolean isTrue(String key) {
        return Boolean.TRUE.equals(members.get(key));
    }

    List<String> texts(String key) {
        return members.get(key) instanceof List<?> list ? list.stream().map(String::valueOf).toList() : List.of();
    }

    List<Facts> list(String key) {
        return members.get(key) instanceof List<?> list ? list.stream().map(Facts::of).toList() : List.of();
    }

    Facts facts(String key) {
        return of(members.get(key));
    }
}
