package io.etherloom.cli;

import java.io.PrintStream;
import java.util.function.Supplier;
import picocli.CommandLine.Option;

/// `-o`: for people or for programs.
final class OutputOption {
    enum Format { table, json }

    @Option(names = {"-o", "--output"}, paramLabel = "FORMAT", defaultValue = "table",
        description = "table (default), or json: an array of objects whose keys stay what they are.")
    Format format = Format.table;

    boolean isJson() {
        return format == Format.json;
    }

    /// Prints JSON as the lab sent it, or a table made of it.
    void print(PrintStream out, String json, Supplier<Table> table, String whenEmpty) {
        if (isJson()) {
            out.println(json);
            return;
        }
        var made = table.get();
        if (made.isEmpty()) {
            out.println(whenEmpty);
        } else {
            made.print(out);
        }
    }
}
