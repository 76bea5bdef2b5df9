package io.etherloom.esxcli;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A node of the tree of commands.
record Namespace(String name, String help, List<Namespace> namespaces, List<Command> commands) {
    @Nullable Namespace namespace(String name) {
        return namespaces.stream().filter(it -> it.name.equals(name)).findFirst().orElse(null);
    }

    @Nullable Command command(String name) {
        return commands.stream().filter(it -> it.name().equals(name)).findFirst().orElse(null);
    }
}
