package io.etherloom.topology;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/// A router on a stick: a namespace with one interface per VLAN of one switch port.
///
/// @param name       its name, unique among routers, machines and VMs
/// @param link       the switch port that it is cabled to
/// @param mac        48 bits, derived; the same on all of its interfaces, as routers have it
/// @param interfaces addresses by VLAN, 0 for untagged frames
/// @param run        shell commands started in it, stopped with the lab
public record Router(String name, PortRef link, long mac, SequencedMap<Integer, List<InterfaceAddress>> interfaces,
                     List<String> run) {
    /// Copies map and lists.
    public Router {
        var copy = new LinkedHashMap<Integer, List<InterfaceAddress>>();
        interfaces.forEach((vlan, addresses) -> copy.put(vlan, List.copyOf(addresses)));
        interfaces = Ordered.copyOf(copy);
        run = List.copyOf(run);
    }
}
