package io.etherloom.topology;

/// A cable between two physical switches.
///
/// @param a       one end
/// @param b       the other end
/// @param blocked whether it carries nothing, as a port that spanning tree had blocked
public record Link(PortRef a, PortRef b, boolean blocked) {}
