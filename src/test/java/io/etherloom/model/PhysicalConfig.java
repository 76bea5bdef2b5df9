package io.etherloom.model;

import io.etherloom.fabric.ChannelHash;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// A learning switch of the emulated fabric as plain data.
///
/// @param mtu         largest payload in octets
/// @param ageingNanos an address not seen for longer than this is forgotten
/// @param ports       the ports; every link comes up at the start
/// @param channels    static EtherChannels; no port is in two
/// @param forwardDelayNanos how long a port listens, and then learns, after its link came up; 0 for not at all
/// @param recoveryNanos     how long a port stays disabled by its BPDU guard; 0 for ever
/// @param discovery   what becomes of CDP and LLDP
public record PhysicalConfig(int mtu, long ageingNanos, List<Port> ports, List<Channel> channels, long forwardDelayNanos,
        long recoveryNanos, Discovery discovery) {
    /// What a switch does with frames of discovery protocols without VLAN, at every port.
    ///
    /// @param hearsCdp    CDP ends here as something that was for the switch
    /// @param hearsLldp   LLDP does
    /// @param reservesCdp the address of CDP is not forwarded
    public record Discovery(boolean hearsCdp, boolean hearsLldp, boolean reservesCdp) {
        static final Discovery NONE = new Discovery(false, false, false);
    }

    /// The native VLAN of a trunk that accepts no untagged frames.
    public static final int NO_NATIVE = 0;

    /// A switch without channels and delays.
    public PhysicalConfig(int mtu, long ageingNanos, List<Port> ports) {
        this(mtu, ageingNanos, ports, List.of(), 0, 0);
    }

    /// A switch that knows no discovery protocol.
    public PhysicalConfig(int mtu, long ageingNanos, List<Port> ports, List<Channel> channels, long forwardDelayNanos, long recoveryNanos) {
        this(mtu, ageingNanos, ports, channels, forwardDelayNanos, recoveryNanos, Discovery.NONE);
    }

    /// An EtherChannel.
    ///
    /// @param ports the names of its members, in order; their VLANs are equal
    public record Channel(String name, List<String> ports, ChannelHash hash) {}

    /// A port of the switch.
    ///
    /// @param name     by which deliveries and drops call it
    /// @param trunk    whether it carries tagged frames; else it is an access port
    /// @param untagged the VLAN of untagged frames: of an access port its VLAN, of a trunk the native VLAN or [#NO_NATIVE]
    /// @param tagged   the VLANs that a trunk carries tagged, besides the native one; empty for an access port
    /// @param guard    whether a BPDU disables it
    /// @param fast     whether it forwards as soon as its link is up
    public record Port(String name, boolean trunk, int untagged, Set<Integer> tagged, boolean guard, boolean fast) {
        /// A port for stations of one VLAN.
        public static Port access(String name, int vlan) {
            return new Port(name, false, vlan, Set.of(), false, false);
        }

        /// A port for other switches and for hosts that tag.
        public static Port trunk(String name, int nativeVlan, Set<Integer> vlans) {
            return new Port(name, true, nativeVlan, vlans, false, false);
        }

        /// The same port with this guard.
        public Port withGuard(boolean on) {
            return new Port(name, trunk, untagged, tagged, on, fast);
        }

        /// The same port, forwarding at once or not.
        public Port withFast(boolean on) {
            return new Port(name, trunk, untagged, tagged, guard, on);
        }

        boolean carries(int vlan) {
            return vlan == untagged || tagged.contains(vlan);
        }

        @Override
        public String toString() {
            var vlans = trunk ? "trunk %s, native %s".formatted(tagged, untagged == NO_NATIVE ? "none" : untagged)
                    : "access " + untagged;
            return "port %s: %s%s%s".formatted(name, vlans, guard ? ", guard" : "", fast ? ", fast" : "");
        }
    }

    /// The port of this name.
    public Port port(String name) {
        for (var port : ports) {
            if (port.name.equals(name)) {
                return port;
            }
        }
        throw new IllegalArgumentException("no port is called " + name);
    }

    /// The channel of which a port is a member, or null.
    @Nullable Channel channelOf(String port) {
        for (var channel : channels) {
            if (channel.ports.contains(port)) {
                return channel;
            }
        }
        return null;
    }

    /// The same switch with each port changed in this way.
    PhysicalConfig withPorts(UnaryOperator<Port> change) {
        var changed = new ArrayList<>(ports);
        changed.replaceAll(change);
        return new PhysicalConfig(mtu, ageingNanos, changed, channels, forwardDelayNanos, recoveryNanos, discovery);
    }

    /// The same switch with each channel changed in this way.
    PhysicalConfig withChannels(UnaryOperator<Channel> change) {
        var changed = new ArrayList<>(channels);
        changed.replaceAll(change);
        return new PhysicalConfig(mtu, ageingNanos, ports, changed, forwardDelayNanos, recoveryNanos, discovery);
    }

    /// The same switch with another ageing time.
    PhysicalConfig withAgeing(long nanos) {
        return new PhysicalConfig(mtu, nanos, ports, channels, forwardDelayNanos, recoveryNanos, discovery);
    }

    /// The same switch with other delays.
    PhysicalConfig withDelays(long forward, long recovery) {
        return new PhysicalConfig(mtu, ageingNanos, ports, channels, forward, recovery, discovery);
    }

    /// The same switch with other ways about discovery protocols.
    PhysicalConfig withDiscovery(Discovery other) {
        return new PhysicalConfig(mtu, ageingNanos, ports, channels, forwardDelayNanos, recoveryNanos, other);
    }

    /// The same switch without one of its ports.
    PhysicalConfig without(Port port) {
        var others = new ArrayList<>(ports);
        others.remove(port);
        return new PhysicalConfig(mtu, ageingNanos, others, channels, forwardDelayNanos, recoveryNanos, discovery)
                .withChannels(channel -> new Channel(channel.name, withoutName(channel.ports, port.name), channel.hash));
    }

    private static List<String> withoutName(List<String> names, String name) {
        var others = new ArrayList<>(names);
        others.remove(name);
        return others;
    }

    @Override
    public String toString() {
        var text = new StringBuilder("physical switch: MTU %d, ageing %d ns, forward delay %d ns, recovery %d ns, %s"
                .formatted(mtu, ageingNanos, forwardDelayNanos, recoveryNanos, discovery));
        for (var port : ports) {
            text.append("\n  ").append(port);
        }
        for (var channel : channels) {
            text.append("\n  ").append(channel);
        }
        return text.toString();
    }
}
