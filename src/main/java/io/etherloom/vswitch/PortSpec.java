package io.etherloom.vswitch;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// What one port of a vSwitch shall be, with all inheritance resolved.
///
/// @param index dense index in the switch, stable while the port exists
/// @param slot the lower 24 bits of the port id, from which port-id teaming picks the uplink (spec 1.10, 4.3)
/// @param isUplink whether a pNIC is behind it; then only `index` and `slot` matter
/// @param vlan 0 (external tagging), 1-4094 (switch tagging) or 4095 (guest tagging) (spec 3.1-3.5)
/// @param mac effective MAC of the vNIC or vmk, low 48 bits (spec 2.1)
/// @param vnicMtu largest payload that the vNIC may send without segmentation offload, 0 for that of the switch (spec 1.30)
/// @param groups group addresses that the vNIC registered, null for "wants all" (spec 2.27, 2.33)
/// @param activeUplinks indexes of the active uplinks in order
public record PortSpec(
        int index,
        int slot,
        boolean isUplink,
        int vlan,
        long mac,
        int vnicMtu,
        @Nullable List<Long> groups,
        List<Integer> activeUplinks) {
    /// Guest tagging: tags pass untouched (spec 3.4).
    public static final int VLAN_TRUNK = 4095;
    /// More registered groups than this and the filter gives up (spec 2.28).
    public static final int MAX_GROUPS = 32;

    public PortSpec {
        if (vlan < 0 || vlan > VLAN_TRUNK) {
            throw new IllegalArgumentException("vlan " + vlan + " is outside 0-4095");
        }
        groups = groups == null || groups.size() > MAX_GROUPS ? null : List.copyOf(groups);
        activeUplinks = List.copyOf(activeUplinks);
    }

    public static PortSpec uplink(int index, int slot) {
        return new PortSpec(index, slot, true, VLAN_TRUNK, 0, 0, null, List.of());
    }
}
