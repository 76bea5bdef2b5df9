package io.etherloom.discovery;

/// A device that was heard on a port.
///
/// @param said the last thing
/// @param heardNanos when that came
/// @param firstNanos when it was heard first
public record Neighbor(Advertisement said, long heardNanos, long firstNanos) {
    /// When it is forgotten unless it is heard again.
    public long expiryNanos() {
        return heardNanos + said.ttlSeconds() * 1_000_000_000L;
    }
}
