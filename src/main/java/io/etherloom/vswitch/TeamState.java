package io.etherloom.vswitch;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// How a team stands, for people. Immutable; made on the agent thread.
///
/// @param isInDoubt shotgun: no uplink can be named bad, and all frames leave by every linked one (spec 4.31)
/// @param lastChange the last time that ports changed uplinks, null when they never did
public record TeamState(List<Member> members, boolean isInDoubt, @Nullable Change lastChange) {
    public TeamState {
        members = List.copyOf(members);
    }

    /// One active or standby uplink, in the order of the policy.
    ///
    /// @param uplink index of the port
    /// @param hasHeardNanosAgo since the last beacon of a peer arrived here, -1 for never or when beacons are not probed
    public record Member(int uplink, boolean isActive, Standing standing, long hasHeardNanosAgo) {}

    /// What an uplink is good for.
    public enum Standing {
        /// Carries frames.
        IN_USE,
        /// A standby uplink that waits for another to fail.
        READY,
        /// No link.
        DOWN,
        /// The link is back, and the up-delay is not over (spec 4.36).
        WAITING,
        /// The link is up, and three beacons in a row were missed (spec 4.29).
        NO_BEACONS,
        /// Recovered, and failback is off (spec 4.35).
        RESTING
    }

    /// Why ports changed their uplinks.
    public enum Cause { LINK_DOWN, BEACONS_LOST, FAILBACK, RECONFIGURED }

    /// @param agoNanos how long ago
    /// @param from index of the uplink that ports left, or -1
    /// @param to index of the uplink that they came to, or -1
    /// @param outageNanos after a failure, from the loss of the link (or the verdict on its beacons) to the first frame that a port of the team
    ///     sent by another uplink: how long senders were cut off, at most; -1 while none has, and for other causes
    public record Change(long agoNanos, Cause cause, int from, int to, long outageNanos) {}
}
