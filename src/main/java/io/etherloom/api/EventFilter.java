package io.etherloom.api;

import io.etherloom.event.Event;
import io.etherloom.event.EventType;
import io.etherloom.event.Severity;
import java.util.Arrays;
import java.util.List;

/// Which events a client wants.
///
/// @param types labels; all when empty
/// @param severities labels; all when empty
/// @param objects names: of the object itself, of what it is part of (`esx1` is meant by `esx1/vmnic0`), or of what the details list; all
///     when empty
record EventFilter(List<String> types, List<String> severities, List<String> objects) {
    static EventFilter of(Request request) {
        var severities = Arrays.stream(Severity.values()).map(Severity::label).toList();
        return new EventFilter(request.words("type", EventType.labels()), request.words("severity", severities),
            request.query().getOrDefault("object", List.of()));
    }

    boolean wants(Event event) {
        return (types.isEmpty() || types.contains(event.type().label()))
            && (severities.isEmpty() || severities.contains(event.type().severity().label()))
            && (objects.isEmpty() || objects.stream().anyMatch(name -> isAbout(event, name)));
    }

    private static boolean isAbout(Event event, String name) {
        return isPartOf(event.object(), name) || event.details().values().stream().anyMatch(value -> switch (value) {
            case List<?> names -> names.stream().anyMatch(each -> isPartOf(String.valueOf(each), name));
            case String word -> word.equals(name);
            default -> false;
        });
    }

    private static boolean isPartOf(String object, String name) {
        return object.equals(name) || object.startsWith(name + "/") || object.startsWith(name + ".");
    }
}
