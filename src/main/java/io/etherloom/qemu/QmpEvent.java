package io.etherloom.qemu;

import tools.jackson.databind.JsonNode;

/// Something that QEMU told without being asked.
///
/// @param name    `STOP`, `NIC_RX_FILTER_CHANGED`
/// @param data    what belongs to it; a missing node when there is nothing
/// @param atNanos when it came, by [System#nanoTime]
public record QmpEvent(String name, JsonNode data, long atNanos) {
    /// A text of the data; empty when it has none of that name.
    public String text(String key) {
        return data.path(key).asString("");
    }
}
