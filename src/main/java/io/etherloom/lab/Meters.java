package io.etherloom.lab;

import io.etherloom.event.EventType;
import io.etherloom.frame.DropReason;
import io.etherloom.frame.DurationCounts;
import io.etherloom.frame.PortCounters;
import java.util.List;
import java.util.Map;

/// What metrics read of a lab, of the moment at which it was asked. Counters are not copied: they belong to their ports, and count on.
///
/// @param lab name of the lab
/// @param topology path of its file
/// @param ports of all switches
/// @param seats where ports of vNICs and vmks sit
/// @param probed how long frames of traffic probes took from one interface to another, since the lab was started
/// @param events that have happened, by type, all types
public record Meters(
        String lab, String topology, List<Switch> switches, List<Port> ports, List<Seat> seats, List<Shaper> shapers, List<Uplink> uplinks,
        List<Team> teams, List<AgentMeter> agents, DurationCounts probed, Map<EventType, Long> events, Captures captures) {
    /// What a port belongs to.
    public enum Kind {
        /// A virtual NIC of a VM.
        VNIC("vnic"),
        /// A VMkernel port.
        VMK("vmk"),
        /// A pNIC as uplink of a vSwitch.
        UPLINK("uplink"),
        /// A port of a physical switch or router.
        FABRIC("fabric");

        private final String label;

        Kind(String label) {
            this.label = label;
        }

        /// As the metric label `kind` has it.
        public String label() {
            return label;
        }
    }

    /// A vSwitch, or a physical switch or router.
    ///
    /// @param name `host/vSwitch`, or that of the physical switch or router
    /// @param host empty in the fabric
    /// @param mtu of a vSwitch, else 0
    /// @param drops frames that ended at any of its ports, gone ones too, for every reason there is
    public record Switch(String name, String host, int mtu, Map<DropReason, Long> drops) {
        public boolean isVirtual() {
            return !host.isEmpty();
        }
    }

    /// @param vSwitch `host/vSwitch`, or the name of a physical switch or router
    /// @param port usedBy of a vSwitch port, pNIC, or port name of a physical switch
    /// @param host empty in the fabric
    /// @param portId as esxtop shows it (spec 1.10)
    /// @param portGroup empty for uplinks and in the fabric, as are VM and VLAN
    /// @param vm empty for a vmk
    /// @param vlan an ID, or `trunk`
    /// @param deviceQueueDrops frames that the kernel dropped before the switch could read them, which are not in `counters`
    public record Port(
            Kind kind, String vSwitch, String port, String host, long portId, String portGroup, String vm, String vlan, boolean isUp,
            PortCounters counters, long deviceQueueDrops) {}

    /// Where a port of a vNIC or vmk sits.
    ///
    /// @param uplink by which it sends, `all(n)` or `void` (spec 8.8)
    /// @param rarps sent for it since it was connected (spec 4.39)
    public record Seat(String vSwitch, String port, String uplink, long rarps) {}

    /// One direction of one shaped port.
    ///
    /// @param isIn from the connected entity into the switch, else the other way
    public record Shaper(
            String vSwitch, String port, boolean isIn, long averageBitsPerSecond, long tokenOctets, long queuedFrames, long passedOctets,
            long delayedFrames) {}

    /// @param peer what it is cabled to: `tor1/1`, or the name of a TAP
    /// @param bitsPerSecond nominal, 0 when the file gives none
    /// @param isProbed whether a team sends beacons by it
    /// @param isHeard whether the last beacons of its peers arrived
    public record Uplink(
            String vSwitch, String name, String host, String peer, long bitsPerSecond, boolean isUp, boolean isUsable, boolean isProbed,
            boolean isHeard) {}

    /// All teams of one vSwitch.
    ///
    /// @param failovers how often a port had to change its uplink
    /// @param outages how long teams were cut off after failures
    public record Team(String vSwitch, long failovers, DurationCounts outages) {}

    /// @param cycles duty cycles that did work, by the time that they took
    /// @param maxCycleNanos longest of them since the last time that this was asked
    /// @param sinceCycleNanos since the last duty cycle began, whether it does work or not
    /// @param errors faults that reached the agent's error handler
    public record AgentMeter(
            String name, DurationCounts cycles, long maxCycleNanos, long sinceCycleNanos, long errors, int poolCapacity, int poolFree,
            int tailCapacity, int tailFree) {}

    /// VMotions since the lab was started.
    ///
    /// @param durations of those that moved a VM, from the request to the end
    /// @param outages   how long the ports of these were off
    /// @param results   how many there were: `moved`, `failed`, or the fault for which one was refused
    public record Moves(DurationCounts durations, DurationCounts outages, Map<String, Long> results) {}

    /// @param running captures that run now
    /// @param lost copies that all captures have lost because whoever read them was too slow
    public record Captures(int running, long lost) {}
}
