package io.etherloom.topology;

/// The three layer-2 security policies, each inherited on its own (spec 1.39, 1.40).
///
/// @param promiscuousMode whether a vNIC may see the frames of others; only `reject` is honoured so far
/// @param macChanges      whether a guest may receive for another address than its own; only `accept` so far
/// @param forgedTransmits whether a guest may send from another address than its own; only `accept` so far
public record SecurityPolicy(Sourced<SecurityAction> promiscuousMode, Sourced<SecurityAction> macChanges,
                             Sourced<SecurityAction> forgedTransmits) {}
