package io.etherloom.discovery;

/// What a port says again and again.
///
/// @param source address that sends it
/// @param intervalNanos between two frames once the link has been up for some seconds; at least a second
public record Announcement(Advertisement advertisement, long source, long intervalNanos) {
    public Announcement {
        if (intervalNanos < Discoverer.FAST_NANOS) {
            throw new IllegalArgumentException("an announcement each " + intervalNanos + " ns");
        }
    }

    DiscoveryProtocol protocol() {
        return advertisement.protocol();
    }
}
