package io.etherloom.topology;

/// Teaming of a vSwitch or port group; each item is inherited on its own, the failover order as one unit (spec 1.39, 1.40).
///
/// @param loadBalancing    how ports are given uplinks
/// @param failureDetection how a dead uplink is noticed
/// @param notifySwitches   whether physical switches are told of a moved address; only `no` is honoured so far, the product's default is yes
/// @param failback         whether a recovered uplink is used again; only `yes` is honoured so far
/// @param failoverOrder    which uplinks are active
public record TeamingPolicy(Sourced<LoadBalancing> loadBalancing, Sourced<FailureDetection> failureDetection,
                            Sourced<Boolean> notifySwitches, Sourced<Boolean> failback, Sourced<FailoverOrder> failoverOrder) {}
