package io.etherloom.esxcli;

import java.util.ArrayList;
import java.util.List;

/// Usage in the product's shape: two blanks, what it is called, and from column 24 on what it is for.
final class Help {
    private static final int COLUMN = 24;

    private Help() {}

    /// @param path words that lead to the command, itself included
    static List<String> of(List<String> path, Command command) {
        var lines = new ArrayList<>(List.of("Usage: esxcli " + String.join(" ", path) + " [cmd options]", "", "Description: "));
        entry(lines, command.name(), command.help());
        if (!command.options().isEmpty()) {
            lines.addAll(List.of("", "Cmd options:"));
            command.options().forEach(option -> entry(lines, option.usage(), option.help() + (option.isRequired() ? " (required)" : "")));
        }
        return lines;
    }

    /// @param path words that lead to the namespace
    static List<String> of(List<String> path, Namespace namespace) {
        var words = path.isEmpty() ? "" : String.join(" ", path) + " ";
        var lines = new ArrayList<>(List.of("Usage: esxcli " + words + (path.isEmpty() ? "[options] {namespace}+ " : "") + "{cmd} [cmd options]"));
        if (!namespace.namespaces().isEmpty()) {
            lines.addAll(List.of("", "Available Namespaces:"));
            namespace.namespaces().forEach(each -> entry(lines, each.name(), each.help()));
        }
        if (!namespace.commands().isEmpty()) {
            lines.addAll(List.of("", "Available Commands:"));
            namespace.commands().forEach(each -> entry(lines, each.name(), each.help()));
        }
        return lines;
    }

    private static void entry(List<String> lines, String name, String help) {
        var start = "  " + name;
        if (start.length() >= COLUMN) {
            lines.add(start);
            lines.add(" ".repeat(COLUMN) + help);
        } else {
            lines.add(start + " ".repeat(COLUMN - start.length()) + help);
        }
    }
}
