package io.etherloom.lab;

import io.etherloom.vswitch.Vnic;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// What the guest has its vNIC receive (spec 2.33), as far as it is known; what becomes of that is the policy of the port group.
///
/// @param mac effective MAC, low 48 bits (spec 5.6)
/// @param isPromiscuous whether it asks for every frame (spec 5.2); a second unicast address counts as that, since a TAP has one filter
/// @param isUp whether the guest has its interface up
/// @param groups group addresses that it registered, sorted; null for "wants all": more than [Vnic#MAX_GROUPS] (spec 2.28), a multicast
///     router's "all of them", or unknown
record GuestFilter(long mac, boolean isPromiscuous, boolean isUp, @Nullable List<Long> groups) {
    GuestFilter {
        groups = groups == null ? null : List.copyOf(groups);
    }

    /// Of an interface that is up.
    GuestFilter(long mac, boolean isPromiscuous, @Nullable List<Long> groups) {
        this(mac, isPromiscuous, true, groups);
    }

    /// Of a guest that cannot be asked (spec 2.33).
    static GuestFilter unknown(long mac) {
        return new GuestFilter(mac, false, null);
    }

    private boolean is(long otherMac, boolean otherIsPromiscuous, boolean otherIsUp, @Nullable List<Long> otherGroups) {
        return mac == otherMac && isPromiscuous == otherIsPromiscuous && isUp == otherIsUp && Objects.equals(groups, otherGroups);
    }

    /// This one if it says the same, else one that does.
    GuestFilter with(long otherMac, boolean otherIsPromiscuous, boolean otherIsUp, @Nullable List<Long> otherGroups) {
        return is(otherMac, otherIsPromiscuous, otherIsUp, otherGroups) ? this : new GuestFilter(otherMac, otherIsPromiscuous, otherIsUp, otherGroups);
    }
}
