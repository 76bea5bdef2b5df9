package io.etherloom.topology;

/// A switch port that is a TAP interface of the machine: the fabric's door to the real world.
///
/// @param port the physical switch port
/// @param name name of the interface, at most 15 characters
public record FabricTap(PortRef port, String name) {}
