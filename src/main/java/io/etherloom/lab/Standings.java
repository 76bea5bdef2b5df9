package io.etherloom.lab;

import io.etherloom.fabric.PhysicalSwitch;
import io.etherloom.fabric.PortState;
import io.etherloom.vswitch.Placement;
import io.etherloom.vswitch.ShaperState;
import io.etherloom.vswitch.TeamState;
import org.jspecify.annotations.Nullable;

/// How what changes by itself stands in one switch: teams, shapers, port states, what was learned. Asked when a sentence needs it.
interface Standings {
    /// By which uplink a port of a vSwitch sends, and why.
    Placement placement(int port);

    /// The team of a port of a vSwitch.
    TeamState team(int port);

    /// Of what the guest of a port sends; null without one.
    @Nullable ShaperState shaper(int port);

    PortState portState(int port);

    /// Where a physical switch has heard an address, null when it does not know.
    PhysicalSwitch.@Nullable Station station(int vid, long mac);
}
