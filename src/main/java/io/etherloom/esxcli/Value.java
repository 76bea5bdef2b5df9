package io.etherloom.esxcli;

import java.util.List;

/// A value of a [Structure], of one of the product's types.
sealed interface Value {
    /// As it stands in a table or behind a key.
    String text();

    /// Whether it stands at the right of its column.
    default boolean isRight() {
        return false;
    }

    /// A string.
    record Text(String text) implements Value {}

    /// An integer.
    ///
    /// @param unit shown behind it by the formats for people; empty for none
    record Whole(long number, String unit) implements Value {
        @Override
        public String text() {
            return unit.isEmpty() ? Long.toString(number) : number + " " + unit;
        }

        @Override
        public boolean isRight() {
            return true;
        }
    }

    /// A boolean.
    record Flag(boolean isTrue) implements Value {
        @Override
        public String text() {
            return Boolean.toString(isTrue);
        }

        @Override
        public boolean isRight() {
            return true;
        }
    }

    /// A list of strings.
    record Texts(List<String> texts) implements Value {
        @Override
        public String text() {
            return String.join(", ", texts);
        }
    }

    /// Structures inside: a list of them, or one that is no list.
    record Inner(List<Structure> structures, boolean isList) implements Value {
        @Override
        public String text() {
            return "";
        }
    }
}
