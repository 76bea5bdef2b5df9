package io.etherloom.vswitch;

/// Is told by a vSwitch what an operator wants to hear of. Called on the agent thread in the middle of its work, after the state has changed,
/// so it neither blocks nor throws. Nothing here happens once a frame: links, teams and beacons change seldom, and refused frames are told at
/// most once a minute for each port. Ports and uplinks are indexes; arrays are the listener's to keep.
public interface SwitchListener {
    /// For a switch to which nobody listens.
    SwitchListener NONE = new SwitchListener() {};

    /// The host sees the link of an uplink come or go, by event or by poll (spec 1.34).
    default void linkSeen(int uplink, boolean isUp) {}

    /// The link of an uplink went down more often within a minute than `Net.LinkFlappingThreshold` allows; once a minute (spec 1.34).
    ///
    /// @param downs how often so far
    default void flapping(int uplink, int downs) {}

    /// Ports have left one uplink for another, all of them for the same cause.
    ///
    /// @param from an uplink, or -2 for all of a team whose uplink depends on the frame
    /// @param to the same, or -1 where there is none
    default void moved(int[] ports, int from, int to, TeamState.Cause cause) {}

    /// A port that had to leave an uplink is the first of its team to send a frame since.
    ///
    /// @param outageNanos from the loss to that frame
    default void outageEnded(int port, long outageNanos) {}

    /// A team has other uplinks that may carry frames than before, or is new.
    ///
    /// @param ports that share the team
    /// @param uplinks active and standby ones
    /// @param healthy those of them that may carry frames
    default void teamStands(int[] ports, int[] uplinks, int[] healthy) {}

    /// The beacons of its peers were lost at an uplink whose link is up, or are heard again and the up-delay is over (spec 4.29, 4.33).
    default void beacons(int uplink, int vlan, boolean isHeard) {}

    /// Nobody can be named whose beacons are lost, or somebody can again (spec 4.31).
    default void doubt(int[] uplinks, int vlan, boolean isInDoubt) {}

    /// The first RARP frames have left that announce where these ports are (spec 4.39-4.43); for each of them some more follow.
    default void announced(int[] ports) {}

    /// Frames of a port were refused because of their source (spec 5.9).
    ///
    /// @param source of the last one, low 48 bits
    /// @param refused how many since it was told last, this one included
    default void forged(int port, long source, long refused) {}
}
