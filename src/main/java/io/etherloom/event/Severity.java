package io.etherloom.event;

import java.util.Locale;

/// How much an event wants to be looked at.
public enum Severity {
    /// Something was done, or is well again.
    INFO,
    /// Something is not as it should be; frames still arrive, or those that do not are meant not to.
    WARNING,
    /// Something is broken, and frames are lost by it.
    ERROR;

    /// As it is shown and asked for: `info`, `warning`, `error`.
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
