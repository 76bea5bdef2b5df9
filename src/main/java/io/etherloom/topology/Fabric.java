package io.etherloom.topology;

import java.util.List;
import java.util.SequencedMap;

/// The physical network. Its active links form no loop: it speaks no spanning tree.
///
/// @param switches by name, in the file's order
/// @param links    between switches, in the file's order
/// @param routers  by name, in the file's order
/// @param machines by name, in the file's order
/// @param taps     in the file's order
public record Fabric(SequencedMap<String, PhysicalSwitch> switches, List<Link> links, SequencedMap<String, Router> routers,
                     SequencedMap<String, Machine> machines, List<FabricTap> taps) {
    /// Copies maps and lists.
    public Fabric {
        switches = Ordered.copyOf(switches);
        links = List.copyOf(links);
        routers = Ordered.copyOf(routers);
        machines = Ordered.copyOf(machines);
        taps = List.copyOf(taps);
    }
}
