package io.etherloom.vswitch;

import java.util.List;

/// The teaming and failover policy of a port (spec 4.1-4.48). Uplinks of the switch that are in neither list are unused.
///
/// @param probesBeacons failure detection by beacons, besides link state (spec 4.25)
/// @param notifies physical switches are told where an address is, by RARP (spec 4.39)
/// @param failsBack a recovered uplink takes its place again (spec 4.34, 4.35)
/// @param active indexes of the active uplinks in order
/// @param standby indexes of the standby uplinks in order
public record Team(
        Balancing balancing,
        boolean probesBeacons,
        boolean notifies,
        boolean failsBack,
        List<Integer> active,
        List<Integer> standby) {
    /// No uplinks at all.
    public static final Team NONE = portId(List.of());

    public Team {
        active = List.copyOf(active);
        standby = List.copyOf(standby);
    }

    /// The defaults of the product, with these uplinks active (spec 4.1).
    public static Team portId(List<Integer> active) {
        return new Team(Balancing.PORT_ID, false, true, true, active, List.of());
    }
}
