package io.etherloom.cli;

import java.util.List;
import java.util.Map;

/// What verbs do to this machine that a test does not want done to its own process.
///
/// @param starter makes labs
/// @param becomes turns this process into another program
record Machine(LabStarter starter, Becoming becomes) {
    /// Replaces this process; [io.etherloom.linux.Processes#become].
    @FunctionalInterface
    interface Becoming {
        void become(List<String> command, Map<String, String> environment);
    }
}
