package io.etherloom.esxcli;

import java.util.List;

/// What a command answers, and how people see it.
///
/// @param shape      of the text
/// @param heading    names of the columns of a table; for blocks the field whose value is their title, if any; for one the line before it, if any
/// @param structures what is answered
record Reply(Shape shape, List<String> heading, List<Structure> structures) {
    enum Shape {
        /// Nothing: what was asked for was done.
        SILENCE,
        /// Columns with dashes under their headings.
        TABLE,
        /// A block of indented lines for each structure.
        BLOCKS,
        /// Indented lines of one structure, which is no list.
        ONE
    }

    static final Reply SILENCE = new Reply(Shape.SILENCE, List.of(), List.of());

    static Reply table(List<String> columns, List<Structure> rows) {
        return new Reply(Shape.TABLE, columns, rows);
    }

    static Reply blocks(String title, List<Structure> structures) {
        return new Reply(Shape.BLOCKS, title.isEmpty() ? List.of() : List.of(title), structures);
    }

    static Reply one(Structure structure) {
        return new Reply(Shape.ONE, List.of(), List.of(structure));
    }

    static Reply one(String heading, Structure structure) {
        return new Reply(Shape.ONE, List.of(heading), List.of(structure));
    }

    boolean isList() {
        return shape != Shape.ONE;
    }
}
