package io.etherloom.topology;

import java.util.List;
import java.util.SequencedMap;

/// A standard vSwitch of one host (spec 1.1).
///
/// @param name       its name on the host
/// @param mtu        octets of layer-2 payload, 1280-9000 (spec 1.27, 1.28)
/// @param ports      usable ports, or [#ELASTIC] (spec 1.22)
/// @param uplinks    names of pNICs of the same host, in the file's order; may be empty (spec 1.3)
/// @param policy     policies of the vSwitch itself, which its port groups inherit
/// @param portGroups by label, in the file's order
/// @param linkDiscovery what is spoken and heard on its uplinks
public record VSwitch(String name, int mtu, int ports, List<String> uplinks, Policy policy,
                      SequencedMap<String, PortGroup> portGroups, LinkDiscovery linkDiscovery) {
    /// Value of [#ports] for a vSwitch that grows as needed.
    public static final int ELASTIC = 0;

    /// Copies list and map.
    public VSwitch {
        uplinks = List.copyOf(uplinks);
        portGroups = Ordered.copyOf(portGroups);
    }
}
