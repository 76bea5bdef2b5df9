package io.etherloom.lab.view;

import org.jspecify.annotations.Nullable;

/// One physical NIC of a host.
///
/// @param vSwitch the vSwitch it belongs to, or `-`
/// @param kind `cable` or `tap`
/// @param peer `switch/port`, or the name of the TAP
/// @param link `up` or `down`
/// @param state `usable`, `down`, `waiting` (for Net.TeamPolicyUpDelay), or of a team that probes `no beacons` or `in doubt` (shotgun, spec
///     4.31), with `, unstable` behind it when the link flaps (spec 1.34)
/// @param ports how many ports send by it now; those that send by several are counted at each
/// @param probed whether a team sends beacons by it (spec 4.26)
/// @param pulled whether its link was taken down by hand
/// @param beaconHeardMillisAgo since a beacon of a peer arrived here, null for never or when it is not probed
public record UplinkView(
        String host, String name, String vSwitch, String kind, String peer, String mac, String link, String state, int ports,
        long inFrames, long inOctets, long outFrames, long outOctets, long dropped, boolean probed, @Nullable Long beaconHeardMillisAgo,
        boolean pulled) {}
