package io.etherloom.topology;

import java.util.List;

/// The order of uplinks of a team, overridden as one unit. Each uplink of the vSwitch stands in exactly one list.
///
/// @param active  uplinks that carry traffic, in order; may be empty
/// @param standby uplinks that take the place of an active one that dies, in order (spec 4.19, 4.20)
/// @param unused  uplinks that are never used, among them those that the file puts in no list
public record FailoverOrder(List<String> active, List<String> standby, List<String> unused) {
    /// Copies the lists.
    public FailoverOrder {
        active = List.copyOf(active);
        standby = List.copyOf(standby);
        unused = List.copyOf(unused);
    }
}
