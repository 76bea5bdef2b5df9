package io.etherloom.topology;

import io.etherloom.topology.Yaml.Mapping;
import io.etherloom.topology.Yaml.Scalar;
import io.etherloom.topology.Yaml.Sequence;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A value of the file with its path. Its conversions report what is wrong with it, and give null so that binding goes on and finds the rest.
record Item(Yaml node, String path, Problems problems) {
    private static final Pattern INTEGER = Pattern.compile("[-+]?[0-9]+|0x[0-9a-fA-F]+|0o[0-7]+");

    /// A name in a mapping of named things, with the value under it.
    ///
    /// @param key   the name as a value, for problems about the name itself
    /// @param value what stands under the name
    record Named(String name, Item key, Item value) {}

    void error(String message) {
        problems.error(node.line(), node.column(), path, message);
    }

    void warning(String message) {
        problems.warning(node.line(), node.column(), path, message);
    }

    /// Path and place, for problems of other values that name this one.
    String where() {
        return path + (Settings.isByHand(node) ? " (set by hand)" : " in line " + node.line());
    }

    /// Whether nothing is written after the key.
    boolean isNull() {
        return node instanceof Scalar scalar && scalar.isNull();
    }

    boolean isList() {
        return node instanceof Sequence;
    }

    boolean isMapping() {
        return node instanceof Mapping;
    }

    /// Whether it is exactly this word.
    boolean is(String word) {
        return node instanceof Scalar scalar && scalar.text().equals(word);
    }

    /// Its text as written, or null with a report when it is no single value or nothing.
    @Nullable String text() {
        if (!(node instanceof Scalar scalar)) {
            error("is " + kind() + ", but one value is expected");
            return null;
        }
        if (scalar.isNull()) {
            error("has no value; write one, or remove the key");
            return null;
        }
        return scalar.text();
    }

    /// A whole number within bounds.
    ///
    /// @param hint what to say after the bounds, for example what the numbers mean; may be empty
    @Nullable Integer integer(int minimum, int maximum, String hint) {
        var text = text();
        if (text == null) {
            return null;
        }
        var more = hint.isEmpty() ? "" : "; " + hint;
        if (!INTEGER.matcher(text).matches()) {
            error("'" + text + "' is not a whole number; allowed are " + minimum + "-" + maximum + more);
            return null;
        }
        if (!((Scalar) node).plain()) {
            error("\"" + text + "\" is text because of its quotes; write " + text + " without them");
            return null;
        }
        long value = number(text);
        if (value < minimum || value > maximum) {
            error(text + " is outside " + minimum + "-" + maximum + more);
            return null;
        }
        return (int) value;
    }

    private static long number(String text) {
        if (text.length() > 18) {
            return Long.MAX_VALUE;
        }
        return switch (text.length() > 2 ? text.substring(0, 2) : "") {
            case "0x" -> Long.parseLong(text.substring(2), 16);
            case "0o" -> Long.parseLong(text.substring(2), 8);
            default -> Long.parseLong(text);
        };
    }

    /// yes, no, true or false.
    @Nullable Boolean flag() {
        var text = text();
        if (text == null) {
            return null;
        }
        return switch (text) {
            case "yes", "Yes", "YES", "true", "True", "TRUE" -> true;
            case "no", "No", "NO", "false", "False", "FALSE" -> false;
            default -> {
                error("'" + text + "' is neither yes nor no; allowed are yes, no, true, false");
                yield null;
            }
        };
    }

    /// The values of a list. Nothing after the key is an empty list.
    List<Item> list() {
        if (!(node instanceof Sequence) && !isNull()) {
            error("is " + kind() + ", but a list is expected; write [ ... ]");
        }
        return items();
    }

    /// The values of a list, or one value that stands alone.
    List<Item> oneOrMore() {
        if (node instanceof Mapping) {
            error("is a mapping, but one value or a list of values is expected");
        }
        return node instanceof Scalar && !isNull() ? List.of(this) : items();
    }

    private List<Item> items() {
        var items = new ArrayList<Item>();
        if (node instanceof Sequence list) {
            for (var item : list.items()) {
                items.add(new Item(item, path + "[" + items.size() + "]", problems));
            }
        }
        return items;
    }

    /// A mapping with the given keys. A value of another kind is reported and read as an empty one.
    Section section(Keys keys) {
        return new Section(this, keys);
    }

    /// A mapping of named things, in the order of the file.
    List<Named> named() {
        var named = new ArrayList<Named>();
        if (node instanceof Mapping mapping) {
            for (var entry : mapping.entries().values()) {
                var name = entry.key().text();
                var below = path.isEmpty() ? name : path + "." + name;
                named.add(new Named(name, new Item(entry.key(), below, problems), new Item(entry.value(), below, problems)));
            }
        } else if (!isNull()) {
            error("is " + kind() + ", but a mapping (name: value) is expected");
        }
        return named;
    }

    /// What it is, for messages.
    String kind() {
        return switch (node) {
            case Scalar scalar -> scalar.isNull() ? "empty" : "the single value '" + shorten(scalar.text()) + "'";
            case Sequence _ -> "a list";
            case Mapping _ -> "a mapping";
        };
    }

    private static String shorten(String text) {
        return text.length() <= 40 ? text : text.substring(0, 40) + "...";
    }
}
