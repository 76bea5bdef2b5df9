package io.etherloom.vswitch;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// What is known of a vNIC: how it was configured, and what its guest asked for. Policy decides what becomes of that.
///
/// @param initialMac as configured, low 48 bits (spec 5.6)
/// @param mac as the guest programmed it last; at power-on the initial one (spec 5.6)
/// @param asksPromiscuous whether the guest wants to see everything (spec 5.2)
/// @param groups group addresses that the guest registered, null for "wants all": unknown, or more than [#MAX_GROUPS] (spec 2.27, 2.28,
///     2.33)
/// @param mtu largest payload that may be sent without segmentation offload, 0 for that of the switch (spec 1.30)
public record Vnic(long initialMac, long mac, boolean asksPromiscuous, @Nullable List<Long> groups, int mtu) {
    /// More registered groups than this and the filter gives up (spec 2.28).
    public static final int MAX_GROUPS = 32;

    public Vnic {
        groups = groups == null || groups.size() > MAX_GROUPS ? null : List.copyOf(groups);
    }

    /// A guest that asked for nothing yet.
    public static Vnic of(long mac) {
        return new Vnic(mac, mac, false, null, 0);
    }
}
