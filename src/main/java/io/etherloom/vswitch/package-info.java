/// The ESX-style standard vSwitch: the frame's path, its forwarding tables and its teams.
///
/// [io.etherloom.vswitch.VSwitch] carries frames by an immutable [io.etherloom.vswitch.ForwardingTables], compiled from a
/// [io.etherloom.vswitch.SwitchSpec]; [io.etherloom.vswitch.Teaming] knows which uplink each port sends by. The package knows neither
/// the topology file nor file descriptors nor the clock. All of it runs on the agent thread and allocates nothing per frame; specs and
/// tables are immutable and made elsewhere. Start with `VSwitch.forward`.
@NullMarked
package io.etherloom.vswitch;

import org.jspecify.annotations.NullMarked;
