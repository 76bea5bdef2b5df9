package io.etherloom.lab.view;

import java.util.List;

/// Everything that a live view shows, of one moment: what it derives from two of these are rates over the time between them.
///
/// @param startedAt when the lab was started, as ISO 8601 has it
/// @param takenNanos of the lab's monotonic clock when the counters were read, for differences only
/// @param takenMillis the same moment since 1970
/// @param vms that are powered on
/// @param drops of all ports of vSwitches and physical switches; only what happened
public record TopView(
        String lab, String startedAt, long takenNanos, long takenMillis, int hosts, int vms, List<Agent> agents, List<Port> ports,
        List<Drop> drops, List<UplinkView> uplinks, List<TeamView> teams, List<ShaperView> shapers,
        List<Neighbor> neighbors) {
    /// How busy an agent is, and how much is left of its pool.
    ///
    /// @param busyNanos time spent in duty cycles that did work, since start
    /// @param errors faults that reached the agent's error handler
    public record Agent(String name, long busyNanos, long errors, int poolCapacity, int poolFree, int tailCapacity, int tailFree) {}

    /// One port of a vSwitch as esxtop sees it: transmitted and received are what its VM or vmk sends and gets, of an uplink what the pNIC
    /// puts on the wire and takes from it (spec 8.21).
    ///
    /// @param usedBy `worldid:VM.ethN`, `vmkN`, `vmnicN` or `Management` (spec 8.8)
    /// @param teamPnic as in [PortView]
    /// @param bitsPerSecond nominal speed of the pNIC, 0 for others and where the file gives none
    /// @param actions frames that the switch itself made for this port or took from it: RARP, beacons
    public record Port(
            String host, String vSwitch, long portId, String usedBy, String teamPnic, boolean uplink, boolean up, long bitsPerSecond,
            Flow transmitted, Flow received, long actions) {}

    /// One direction of a port, since it was connected.
    ///
    /// @param octets on the wire, tag included, without the check sequence
    /// @param multicasts of `frames`, like `broadcasts`
    /// @param dropped frames of the direction that count for %DRPTX or %DRPRX (spec 8.9)
    /// @param offered frames of which `dropped` is a share: those counted, and those that were lost before they could be
    public record Flow(long frames, long octets, long multicasts, long broadcasts, long dropped, long offered) {}

    /// A device that a pNIC has heard by CDP or LLDP.
    ///
    /// @param device its name
    /// @param port the port of it that the pNIC is plugged into
    public record Neighbor(String host, String pnic, String device, String port) {}

    /// Frames that ended at a port.
    ///
    /// @param where `host/vSwitch`, or the name of a physical switch
    /// @param port usedBy of a vSwitch's port, or the name of a physical switch's
    /// @param reason label of the reason
    public record Drop(String where, String port, String reason, long frames) {}
}
