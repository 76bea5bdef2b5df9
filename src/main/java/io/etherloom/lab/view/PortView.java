package io.etherloom.lab.view;

import java.util.Map;

/// One port of a vSwitch. In is from the VM into the switch.
///
/// @param usedBy `VM.ethN`, `vmkN`, `vmnicN` or `Management`
/// @param teamPnic the uplink by which the port sends now, `all(n)` when frames choose among n, `-` for uplinks, `n/a` for Management,
///     `void` when none is usable (spec 8.8)
/// @param mac the effective address (spec 5.6), for uplinks that of the pNIC
/// @param link `up` or `down`
/// @param drops frames by reason; only reasons that happened
public record PortView(
        String host, String vSwitch, long portId, String usedBy, String teamPnic, String portGroup, int vlan, String mac,
        String link, long inFrames, long inOctets, long outFrames, long outOctets, long dropped, Map<String, Long> drops) {}
