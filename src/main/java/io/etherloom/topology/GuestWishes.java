package io.etherloom.topology;

import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// What the guest of a vNIC asked of it, as the file says for guests that cannot be asked themselves (spec 2.33).
///
/// @param effectiveMac the address that it set
/// @param promiscuous  whether it wants to see everything
/// @param multicast    groups that it registered, null for all
record GuestWishes(long effectiveMac, boolean promiscuous, @Nullable List<Long> multicast) {
    private static final int MAX_GROUPS = 32;
    private static final List<String> KEYS = List.of("effectiveMac", "promiscuous", "multicast");

    /// @param mac the initial address, which holds when nothing else is set
    static GuestWishes bind(Section nic, VmKind kind, long mac) {
        if (kind.decidesItself()) {
            for (var key : KEYS) {
                var item = nic.get(key);
                if (item != null) {
                    item.error("cannot be set for a " + kind + ": the guest decides itself (spec 2.33); set it inside the VM, or remove it");
                }
            }
            return new GuestWishes(mac, false, null);
        }
        var macItem = nic.get("effectiveMac");
        var effective = macItem == null ? null : MacNotation.station(macItem);
        return new GuestWishes(effective == null ? mac : effective, nic.flag("promiscuous", false), groups(nic.get("multicast")));
    }

    private static @Nullable List<Long> groups(@Nullable Item item) {
        if (item == null || item.is("all")) {
            return null;
        }
        var groups = new TreeSet<Long>();
        for (var one : item.list()) {
            var group = MacNotation.group(one);
            if (group != null && !groups.add(group)) {
                one.error("'" + one.text() + "' stands here twice; remove one");
            }
        }
        if (groups.size() > MAX_GROUPS) {
            item.warning("these are more than " + MAX_GROUPS + " groups, so the filter gives up and every group is delivered (spec 9.21); register fewer");
        }
        return List.copyOf(groups);
    }
}
