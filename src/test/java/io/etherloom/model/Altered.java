package io.etherloom.model;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Copies of records that differ in one component, found by its name in the record or in the records inside it. The options of a switch
/// have some forty components, of which a test or a mutant changes one.
final class Altered {
    private Altered() {}

    /// The same record but for this component; records inside it are searched in their order.
    ///
    /// @throws IllegalArgumentException when nothing has this name
    static <R extends Record> R with(R record, String component, @Nullable Object value) {
        var altered = alter(record, component, value);
        if (altered == null) {
            throw new IllegalArgumentException(record.getClass().getSimpleName() + " has no component " + component);
        }
        return altered;
    }

    /// The same record with this flag the other way round.
    static <R extends Record> R flipped(R record, String flag) {
        var on = with(record, flag, true);
        return on.equals(record) ? with(record, flag, false) : on;
    }

    @SuppressWarnings("unchecked")
    private static <R extends Record> @Nullable R alter(R record, String component, @Nullable Object value) {
        var components = record.getClass().getRecordComponents();
        var values = new @Nullable Object[components.length];
        var isFound = false;
        for (var at = 0; at < components.length; at++) {
            values[at] = read(components[at], record);
            if (!isFound && components[at].getName().equals(component)) {
                values[at] = value;
                isFound = true;
            } else if (!isFound && values[at] instanceof Record inner) {
                var altered = alter(inner, component, value);
                isFound = altered != null;
                values[at] = isFound ? altered : inner;
            }
        }
        return isFound ? (R) make(record.getClass(), components, values) : null;
    }

    private static @Nullable Object read(RecordComponent component, Record record) {
        try {
            component.getAccessor().setAccessible(true);
            return component.getAccessor().invoke(record);
        } catch (IllegalAccessException | InvocationTargetException broken) {
            throw new IllegalStateException(component.getName(), broken);
        }
    }

    private static Record make(Class<? extends Record> type, RecordComponent[] components, @Nullable Object[] values) {
        try {
            var constructor = type.getDeclaredConstructor(
                    Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new));
            constructor.setAccessible(true);
            return constructor.newInstance(values);
        } catch (ReflectiveOperationException broken) {
            throw new IllegalStateException(type.getName(), broken);
        }
    }
}
