package io.etherloom.topology;

import java.util.List;
import java.util.SequencedMap;

/// A YAML value with the place where it stands: aliases and merge keys are resolved, scalars are still text.
///
/// Lines and columns are 1-based, columns count code points. What an alias stands for keeps the place of its anchor.
sealed interface Yaml {
    int line();

    int column();

    /// How many values it holds when every alias is written out, itself included.
    long weight();

    /// A single value.
    ///
    /// @param plain whether it stood without quotes, so that it may mean a number, a boolean or nothing
    record Scalar(String text, boolean plain, int line, int column) implements Yaml {
        @Override
        public long weight() {
            return 1;
        }

        boolean isNull() {
            return plain && (text.isEmpty() || text.equals("~") || text.equals("null") || text.equals("Null") || text.equals("NULL"));
        }
    }

    /// A list.
    record Sequence(List<Yaml> items, int line, int column, long weight) implements Yaml {}

    /// Key and value of a mapping.
    record Entry(Scalar key, Yaml value) {}

    /// A mapping in the order of the file.
    record Mapping(SequencedMap<String, Entry> entries, int line, int column, long weight) implements Yaml {}
}
