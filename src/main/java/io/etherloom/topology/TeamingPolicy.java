package io.etherloom.topology;

/// Teaming of a vSwitch or port group; each item is inherited on its own, the failover order as one unit (spec 1.39, 1.40).
///
/// @param loadBalancing    how ports are given uplinks
/// @param failureDetection how a dead uplink is noticed
/// @param notifySwitches   whether physical switches are told by RARP where an address moved (spec 4.39-4.47)
/// @param failback         whether a recovered uplink resumes its place at once, or only when one in use fails (spec 4.34, 4.35)
/// @param failoverOrder    which uplinks are active, standby and unused
public record TeamingPolicy(Sourced<LoadBalancing> loadBalancing, Sourced<FailureDetection> failureDetection,
                            Sourced<Boolean> notifySwitches, Sourced<Boolean> failback, Sourced<FailoverOrder> failoverOrder) {}
