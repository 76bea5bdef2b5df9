/// The ESX-style standard vSwitch: the frame's path, its forwarding tables, and the policies of its ports.
///
/// [io.etherloom.vswitch.VSwitch] carries frames by an immutable [io.etherloom.vswitch.ForwardingTables], compiled from a
/// [io.etherloom.vswitch.SwitchSpec]. What changes by itself has a class each: [io.etherloom.vswitch.UplinkLinks] the links,
/// [io.etherloom.vswitch.BeaconProbe] who hears whom, [io.etherloom.vswitch.Teaming] which uplink each port sends by,
/// [io.etherloom.vswitch.Notifier] what physical switches are told, [io.etherloom.vswitch.GroupQuerier] what guests are asked,
/// [io.etherloom.vswitch.Shapers] what has to wait, [io.etherloom.discovery.Discoverer] what is said and heard on uplinks. The package knows
/// neither the topology file nor file descriptors nor the clock. All of it runs on the agent thread and allocates nothing per frame; specs and
/// tables are immutable and made elsewhere. Start with `VSwitch.forward`.
@NullMarked
package io.etherloom.vswitch;

import org.jspecify.annotations.NullMarked;
