package io.etherloom.fabric;

import io.etherloom.wire.Tag;
import java.util.BitSet;
import java.util.List;

/// What a physical switch shall be. Immutable.
///
/// @param mtu largest payload of a frame in octets
/// @param ageingNanos how long a station is remembered after its last frame (IEEE Std 802.1Q, 8.8.3; 300 s by default)
/// @param maxStations addresses that the table holds; more are flooded, not learned
public record PhysicalSwitchSpec(int mtu, long ageingNanos, int maxStations, List<Port> ports) {
    /// A usual size for the table of a top-of-rack switch.
    public static final int DEFAULT_MAX_STATIONS = 32_768;

    public PhysicalSwitchSpec {
        ports = List.copyOf(ports);
    }

    /// One port.
    ///
    /// @param index dense index in the switch
    /// @param untaggedVid VLAN of frames without tag: the access VLAN, or the native VLAN of a trunk; [#NO_VLAN] to refuse them
    /// @param tagged VLANs that the port carries tagged, empty for an access port
    /// @param isAccess whether a tag is unexpected here
    public record Port(int index, int untaggedVid, BitSet tagged, boolean isAccess) {
        public static final int NO_VLAN = -1;

        public static Port access(int index, int vid) {
            return new Port(index, vid, new BitSet(), true);
        }

        /// @param nativeVid carried untagged beside the tagged ones, or [#NO_VLAN]
        public static Port trunk(int index, BitSet tagged, int nativeVid) {
            return new Port(index, nativeVid, (BitSet) tagged.clone(), false);
        }

        boolean carries(int vid) {
            return vid == untaggedVid || tagged.get(vid);
        }
    }

    /// All VLAN IDs that may be used.
    public static BitSet allVlans() {
        var all = new BitSet();
        all.set(1, Tag.MAX_VID + 1);
        return all;
    }
}
