package io.etherloom.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// A learning switch of the emulated fabric as plain data.
///
/// @param mtu         largest payload in octets
/// @param ageingNanos an address not seen for longer than this is forgotten
/// @param ports       the ports; every link is up at the start
public record PhysicalConfig(int mtu, long ageingNanos, List<Port> ports) {
    /// The native VLAN of a trunk that accepts no untagged frames.
    public static final int NO_NATIVE = 0;

    /// A port of the switch.
    ///
    /// @param name     by which deliveries and drops call it
    /// @param trunk    whether it carries tagged frames; else it is an access port
    /// @param untagged the VLAN of untagged frames: of an access port its VLAN, of a trunk the native VLAN or [#NO_NATIVE]
    /// @param tagged   the VLANs that a trunk carries tagged, besides the native one; empty for an access port
    public record Port(String name, boolean trunk, int untagged, Set<Integer> tagged) {
        /// A port for stations of one VLAN.
        public static Port access(String name, int vlan) {
            return new Port(name, false, vlan, Set.of());
        }

        /// A port for other switches and for hosts that tag.
        public static Port trunk(String name, int nativeVlan, Set<Integer> vlans) {
            return new Port(name, true, nativeVlan, vlans);
        }

        boolean carries(int vlan) {
            return vlan == untagged || tagged.contains(vlan);
        }

        @Override
        public String toString() {
            return trunk ? "port %s: trunk %s, native %s".formatted(name, tagged, untagged == NO_NATIVE ? "none" : untagged)
                    : "port %s: access %d".formatted(name, untagged);
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

    /// The same switch without one of its ports.
    PhysicalConfig without(Port port) {
        var others = new ArrayList<>(ports);
        others.remove(port);
        return new PhysicalConfig(mtu, ageingNanos, others);
    }

    @Override
    public String toString() {
        var text = new StringBuilder("physical switch: MTU " + mtu + ", ageing " + ageingNanos + " ns");
        for (var port : ports) {
            text.append("\n  ").append(port);
        }
        return text.toString();
    }
}
