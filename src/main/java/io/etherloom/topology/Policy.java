package io.etherloom.topology;

/// The effective policies of a vSwitch or a port group, all inheritance resolved.
public record Policy(SecurityPolicy security, TeamingPolicy teaming, Sourced<TrafficShaping> trafficShaping) {}
