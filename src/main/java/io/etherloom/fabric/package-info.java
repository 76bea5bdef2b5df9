/// The emulated physical network: learning switches, and the splitter that gives a router one interface per VLAN.
///
/// [io.etherloom.fabric.PhysicalSwitch] is what stands in the rack: an IEEE 802.1Q VLAN bridge without spanning tree, with
/// static EtherChannels, BPDU guard and forward delay. Like the vSwitch it knows neither devices nor the clock, belongs to one agent thread
/// and allocates nothing per frame. Start with `PhysicalSwitch.forward`, then `StationTable` and `PortStates`.
@NullMarked
package io.etherloom.fabric;

import org.jspecify.annotations.NullMarked;
