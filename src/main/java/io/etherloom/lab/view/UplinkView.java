package io.etherloom.lab.view;

/// One physical NIC of a host.
///
/// @param vSwitch the vSwitch it belongs to, or `-`
/// @param kind `cable` or `tap`
/// @param peer `switch/port`, or the name of the TAP
/// @param link `up` or `down`
/// @param state `usable`, `down` or `waiting` (for Net.TeamPolicyUpDelay), with `, unstable` behind it when the link flaps (spec 1.34)
/// @param ports how many ports send by it now
public record UplinkView(
        String host, String name, String vSwitch, String kind, String peer, String mac, String link, String state, int ports,
        long inFrames, long inOctets, long outFrames, long outOctets, long dropped) {}
