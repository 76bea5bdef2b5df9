package io.etherloom.fabric;

import io.etherloom.discovery.PortDiscovery;
import io.etherloom.wire.Tag;
import java.util.BitSet;
import java.util.List;
import java.util.Map;

/// What a physical switch shall be. Immutable.
///
/// @param mtu largest payload of a frame in octets
/// @param ageingNanos how long a station is remembered after its last frame (IEEE Std 802.1Q, 8.8.3; 300 s by default)
/// @param maxStations addresses that the table holds; more are flooded, not learned
/// @param channels EtherChannels; no port is in two of them
/// @param forwardDelayNanos how long a port without portFast listens after its link came up, and how long it learns after that, before it
///     forwards (IEEE Std 802.1D, forward delay; spec 9.13); 0 to forward at once
/// @param errDisableRecoveryNanos how long a port stays disabled that its BPDU guard has disabled; 0 for ever
/// @param discovery what ports say and hear, by index (spec 8.1)
/// @param reservesCdp frames to the address of CDP end here, heard or not; else those that no port hears are flooded
public record PhysicalSwitchSpec(int mtu, long ageingNanos, int maxStations, List<Port> ports, List<Channel> channels,
        long forwardDelayNanos, long errDisableRecoveryNanos, Map<Integer, PortDiscovery> discovery, boolean reservesCdp) {
    /// A usual size for the table of a top-of-rack switch.
    public static final int DEFAULT_MAX_STATIONS = 32_768;

    /// Throws IllegalArgumentException where a port is in two channels, or a time is negative.
    public PhysicalSwitchSpec {
        ports = List.copyOf(ports);
        channels = List.copyOf(channels);
        discovery = Map.copyOf(discovery);
        if (forwardDelayNanos < 0 || errDisableRecoveryNanos < 0) {
            throw new IllegalArgumentException("forward delay and recovery cannot be negative");
        }
        var taken = new BitSet();
        for (var channel : channels) {
            for (int port : channel.ports()) {
                if (taken.get(port)) {
                    throw new IllegalArgumentException("port " + port + " is in two channels, or twice in " + channel.name());
                }
                taken.set(port);
            }
        }
    }

    /// A switch without channels, whose ports forward as soon as their link is up.
    public PhysicalSwitchSpec(int mtu, long ageingNanos, int maxStations, List<Port> ports) {
        this(mtu, ageingNanos, maxStations, ports, List.of(), 0, 0);
    }

    /// A switch that knows LLDP only as an address that is not forwarded, and CDP not at all.
    public PhysicalSwitchSpec(int mtu, long ageingNanos, int maxStations, List<Port> ports, List<Channel> channels,
            long forwardDelayNanos, long errDisableRecoveryNanos) {
        this(mtu, ageingNanos, maxStations, ports, channels, forwardDelayNanos, errDisableRecoveryNanos, Map.of(), false);
    }

    /// One port.
    ///
    /// @param index dense index in the switch
    /// @param untaggedVid VLAN of frames without tag: the access VLAN, or the native VLAN of a trunk; [#NO_VLAN] to refuse them
    /// @param tagged VLANs that the port carries tagged, empty for an access port
    /// @param isAccess whether a tag is unexpected here
    /// @param hasBpduGuard whether a BPDU that is received here disables the port (spec 2.20)
    /// @param isPortFast whether the port forwards at once when its link comes up, whatever the forward delay
    public record Port(int index, int untaggedVid, BitSet tagged, boolean isAccess, boolean hasBpduGuard, boolean isPortFast) {
        public static final int NO_VLAN = -1;

        /// A port of one VLAN, without guard and portFast.
        public static Port access(int index, int vid) {
            return new Port(index, vid, new BitSet(), true, false, false);
        }

        /// A port of many VLANs, without guard and portFast.
        ///
        /// @param nativeVid carried untagged beside the tagged ones, or [#NO_VLAN]
        public static Port trunk(int index, BitSet tagged, int nativeVid) {
            return new Port(index, nativeVid, (BitSet) tagged.clone(), false, false, false);
        }

        /// The same port with BPDU guard on or off.
        public Port withBpduGuard(boolean isOn) {
            return new Port(index, untaggedVid, tagged, isAccess, isOn, isPortFast);
        }

        /// The same port with portFast on or off.
        public Port withPortFast(boolean isOn) {
            return new Port(index, untaggedVid, tagged, isAccess, hasBpduGuard, isOn);
        }

        /// This port as a member of a channel: a bridge sees one port, so what concerns bridging is that of the channel's first member.
        /// The guard watches each link for itself.
        Port asMemberBehind(Port first) {
            return new Port(index, first.untaggedVid, first.tagged, first.isAccess, hasBpduGuard, first.isPortFast);
        }

        boolean carries(int vid) {
            return vid == untaggedVid || tagged.get(vid);
        }

        boolean hasVlansOf(Port other) {
            return untaggedVid == other.untaggedVid && isAccess == other.isAccess && tagged.equals(other.tagged);
        }
    }

    /// A static EtherChannel: several links that act as one port (IEEE Std 802.1AX, 6.2.1), without LACP.
    /// Its VLANs and portFast are those of the first member; members that the switch does not have are passed over.
    ///
    /// @param name as the user calls it, such as po1
    /// @param ports indexes of the members, in order
    /// @param hash which addresses decide by which member a frame leaves
    public record Channel(String name, List<Integer> ports, ChannelHash hash) {
        public Channel {
            ports = List.copyOf(ports);
        }
    }

    /// All VLAN IDs that may be used.
    public static BitSet allVlans() {
        var all = new BitSet();
        all.set(1, Tag.MAX_VID + 1);
        return all;
    }
}
