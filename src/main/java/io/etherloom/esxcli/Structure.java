package io.etherloom.esxcli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.TreeMap;

/// What the product calls a structure: named values in the order in which people see them. Written by the command that makes it.
///
/// @param type   its type's name, for programs
/// @param fields by the name that people see, such as `Num Ports`
record Structure(String type, SequencedMap<String, Value> fields) {
    static Structure of(String type) {
        return new Structure(type, new LinkedHashMap<>());
    }

    Structure with(String name, Value value) {
        fields.put(name, value);
        return this;
    }

    Structure with(String name, String text) {
        return with(name, new Value.Text(text));
    }

    Structure with(String name, long number) {
        return with(name, new Value.Whole(number, ""));
    }

    Structure with(String name, boolean flag) {
        return with(name, new Value.Flag(flag));
    }

    Structure with(String name, List<String> texts) {
        return with(name, new Value.Texts(texts));
    }

    /// The name that programs see: without blanks and signs.
    static String key(String name) {
        return name.replaceAll("[^A-Za-z0-9]", "");
    }

    /// The fields as programs see them: by key, sorted.
    TreeMap<String, Value> sorted() {
        var sorted = new TreeMap<String, Value>();
        fields.forEach((name, value) -> sorted.put(key(name), value));
        return sorted;
    }
}
