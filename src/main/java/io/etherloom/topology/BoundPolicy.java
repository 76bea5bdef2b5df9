package io.etherloom.topology;

import java.util.Map;

/// Effective policies with the places where they were written, so that a warning about an inherited value names its source once.
///
/// @param policy the effective policies
/// @param places by path below the object, for example `teaming.loadBalancing`; what nobody wrote is not in it
record BoundPolicy(Policy policy, Map<String, Item> places) {
    BoundPolicy {
        places = Map.copyOf(places);
    }

    /// Where the value was written, or the fallback when it is a default.
    Item place(String path, Item fallback) {
        return places.getOrDefault(path, fallback);
    }
}
