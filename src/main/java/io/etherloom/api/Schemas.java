package io.etherloom.api;

import java.lang.reflect.AnnotatedParameterizedType;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// JSON schemas (draft 2020-12, which OpenAPI 3.1 uses) of the records that are sent and answered, as Jackson writes them. Each record has one by
/// its name, to which others refer. One thread.
final class Schemas {
    private final Map<String, Object> named = new TreeMap<>();

    /// All that was asked for, by name.
    Map<String, Object> named() {
        return named;
    }

    Map<String, Object> of(Type type) {
        return switch (type) {
            case ParameterizedType list when list.getRawType() instanceof Class<?> raw && java.util.Collection.class.isAssignableFrom(raw) ->
                array(of(list.getActualTypeArguments()[0]));
            case ParameterizedType map when map.getRawType() == Map.class || map.getRawType() == java.util.SequencedMap.class ->
                Map.of("type", "object", "additionalProperties", of(map.getActualTypeArguments()[1]));
            case Class<?> plain -> plain(plain);
            default -> Map.of();
        };
    }

    static Map<String, Object> array(Map<String, Object> items) {
        return Map.of("type", "array", "items", items);
    }

    private Map<String, Object> plain(Class<?> type) {
        if (type == String.class) {
            return Map.of("type", "string");
        }
        if (type == boolean.class || type == Boolean.class) {
            return Map.of("type", "boolean");
        }
        if (type == int.class || type == Integer.class || type == long.class || type == Long.class) {
            return Map.of("type", "integer");
        }
        if (type == double.class || type == Double.class) {
            return Map.of("type", "number");
        }
        if (type.isEnum()) {
            return Map.of("type", "string", "enum", Arrays.stream(type.getEnumConstants()).map(Object::toString).toList());
        }
        return type.isRecord() ? reference(type) : Map.of();
    }

    private Map<String, Object> reference(Class<?> type) {
        var name = name(type);
        if (!named.containsKey(name)) {
            named.put(name, Map.of());      // A record that holds itself ends here.
            named.put(name, object(type));
        }
        return Map.of("$ref", "#/components/schemas/" + name);
    }

    private static String name(Class<?> type) {
        var owner = type.getEnclosingClass();
        return owner == null || !owner.isRecord() ? type.getSimpleName() : name(owner) + "." + type.getSimpleName();
    }

    private Map<String, Object> object(Class<?> type) {
        var properties = new LinkedHashMap<String, Object>();
        var required = new ArrayList<String>();
        for (var component : type.getRecordComponents()) {
            var schema = of(component.getGenericType());
            properties.put(component.getName(), isNullable(component.getAnnotatedType()) ? nullable(schema) : schema);
            required.add(component.getName());
        }
        return ordered("type", "object", "properties", properties, "required", required);
    }

    private static boolean isNullable(AnnotatedType type) {
        return type.isAnnotationPresent(Nullable.class) && !(type instanceof AnnotatedParameterizedType && type.getType() == Map.class);
    }

    private static Map<String, Object> nullable(Map<String, Object> schema) {
        return Map.of("anyOf", List.of(schema, Map.of("type", "null")));
    }

    /// A map in this order.
    static Map<String, Object> ordered(Object... keysAndValues) {
        var map = new LinkedHashMap<String, Object>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            map.put((String) keysAndValues[i], keysAndValues[i + 1]);
        }
        return map;
    }
}
