package io.etherloom.topology;

/// Shaping of a port's traffic, inherited as one unit.
///
/// @param enabled always false so far
public record TrafficShaping(boolean enabled) {}
