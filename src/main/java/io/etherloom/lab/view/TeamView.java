package io.etherloom.lab.view;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// One team of one vSwitch: the port groups that share a teaming policy, their uplinks, and who sits where.
///
/// @param team number of the team on its vSwitch, from 1, for tables
/// @param portGroups labels whose effective teaming policy is this one
/// @param loadBalancing the canonical word, such as `originatingVirtualPort`
/// @param failureDetection `linkStatus` or `beaconProbing`
/// @param inDoubt shotgun: beacons are missed and nobody knows which uplink is bad, so all carry every frame (spec 4.31)
/// @param lastChange when ports changed their uplink last, null when they never did
public record TeamView(
        String host, String vSwitch, int team, List<String> portGroups, String loadBalancing, String failureDetection,
        boolean notifySwitches, boolean failback, boolean inDoubt, @Nullable Change lastChange, List<Uplink> uplinks, List<Seat> ports) {
    /// One uplink of the vSwitch as this team uses it.
    ///
    /// @param role `active`, `standby` or `unused` (spec 4.19)
    /// @param state `in use`, `ready` (a standby that waits, or no port needs it), `down`, `waiting` (for Net.TeamPolicyUpDelay),
    ///     `no beacons`, `resting` (recovered, failback is off) or `unused`; by VLAN where VLANs differ
    /// @param beaconHeardMillisAgo since a beacon of a peer arrived here, null for never, or when beacons are not probed
    public record Uplink(String name, String role, String state, @Nullable Long beaconHeardMillisAgo) {}

    /// One port of the team.
    ///
    /// @param uplink the one by which it sends, `all(n)` when frames choose among n or every one carries them, `void` for none (spec 8.8)
    /// @param reason why it is that one, in words
    public record Seat(long portId, String usedBy, String portGroup, String uplink, String reason) {}

    /// Ports changed their uplink.
    ///
    /// @param from the uplink that they left, `-` for none
    /// @param to the uplink that they came to, `-` for none
    /// @param cause `link down`, `beacons lost`, `failback` or `reconfigured`
    /// @param outageMicros after a failure, from the loss of the link to the first frame by another uplink, in microseconds; null while no port has
    ///     sent one, and for other causes
    public record Change(long agoMillis, String from, String to, String cause, @Nullable Long outageMicros) {}
}
