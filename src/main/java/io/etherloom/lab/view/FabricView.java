package io.etherloom.lab.view;

/// One port of a physical switch.
///
/// @param mode `access` or `trunk`
/// @param vlans such as `10` or `10,20-30`; the native VLAN is named in `nativeVlan`
/// @param nativeVlan of a trunk, `-` for none and for access ports
/// @param peer what is plugged in, `-` for nothing
public record FabricView(
        String physicalSwitch, String port, String mode, String vlans, String nativeVlan, String link, String peer,
        long inFrames, long outFrames, long dropped) {}
