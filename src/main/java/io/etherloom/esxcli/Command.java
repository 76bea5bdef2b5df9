package io.etherloom.esxcli;

import java.util.List;

/// A command of a [Namespace].
///
/// @param help what it does, for its namespace's list and its own usage
record Command(String name, String help, List<Option> options, Action action) {
    /// What a command does.
    @FunctionalInterface
    interface Action {
        /// @throws Refusal when it cannot be done
        Reply run(EsxHost host, Arguments arguments);
    }

    Command(String name, String help, Action action, Option... options) {
        this(name, help, List.of(options), action);
    }
}
