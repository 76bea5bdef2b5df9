package io.etherloom.topology;

/// The three layer-2 security policies, each inherited on its own (spec 1.39, 1.40).
///
/// @param promiscuousMode whether a vNIC may see the frames of others when its guest asks (spec 5.2)
/// @param macChanges      whether a guest may receive for another address than its initial one (spec 5.7, 5.8)
/// @param forgedTransmits whether a guest may send from another address than its effective one (spec 5.9)
public record SecurityPolicy(Sourced<SecurityAction> promiscuousMode, Sourced<SecurityAction> macChanges,
                             Sourced<SecurityAction> forgedTransmits) {}
