package io.etherloom.lab.view;

import java.util.Map;

/// One port of a physical switch.
///
/// @param mode `access` or `trunk`
/// @param vlans such as `10` or `10,20-30`; the native VLAN is named in `nativeVlan`
/// @param nativeVlan of a trunk, `-` for none and for access ports
/// @param peer what is plugged in, `-` for nothing
/// @param state `forwarding`, `listening`, `learning` (the forward delay after link up), `err-disabled` (by BPDU guard, spec 2.20) or `down`
/// @param etherChannel the channel of which it is a member, `-` for none
/// @param drops frames by reason; only reasons that happened
public record FabricView(
        String physicalSwitch, String port, String mode, String vlans, String nativeVlan, String link, String peer,
        long inFrames, long outFrames, long dropped, String state, String etherChannel, Map<String, Long> drops) {}
