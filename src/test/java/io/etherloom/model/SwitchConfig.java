package io.etherloom.model;

import io.etherloom.vswitch.Security;
import io.etherloom.vswitch.ShaperSpec;
import io.etherloom.vswitch.SwitchSpec;
import io.etherloom.vswitch.Team;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A virtual switch as plain data: what the tests give to the model and to the switch under test alike. Policies and options are the
/// records that the data plane is configured by; the model reads their components and uses none of their methods.
///
/// @param mtu     largest payload in octets (spec 1.27, 1.28)
/// @param uplinks names of the uplinks, in the order of the switch: "u" and the index by which teams call them; every link is up at the
///     start, and usable at once (spec 4.36)
/// @param options the options of the host
/// @param ports   the ports; those connected at the start connect in this order
/// @param endsDiscovery whether CDP and LLDP from uplinks end in the host (spec 8.2)
public record SwitchConfig(int mtu, List<String> uplinks, SwitchSpec.Options options, List<Port> ports, boolean endsDiscovery) {
    /// The VLAN of a port whose guest tags by itself (spec 3.4).
    public static final int GUEST_TAGGING = 4095;
    /// The defaults of the product, without RARP and IGMP queries: tests that are not about them see only what they ask for.
    public static final SwitchSpec.Options QUIET = Altered.with(Altered.with(SwitchSpec.Options.DEFAULT, "isEnabled", false), "perMove", 0);

    private static final long UPLINK_MACS = 0x0050_5650_0000L;

    /// A switch that passes CDP and LLDP on.
    public SwitchConfig(int mtu, List<String> uplinks, SwitchSpec.Options options, List<Port> ports) {
        this(mtu, uplinks, options, ports, false);
    }

    /// What a guest is and asks for.
    ///
    /// @param initialMac      as configured (spec 5.6)
    /// @param mac             as the guest set it
    /// @param asksPromiscuous whether the guest wants to see everything (spec 5.2)
    /// @param groups          the group addresses that the vNIC asked for, or null if it wants all of them (spec 2.27, 2.33)
    /// @param vnicMtu         the MTU of the vNIC where it is smaller than that of the switch, else 0 (spec 1.30)
    public record Guest(long initialMac, long mac, boolean asksPromiscuous, @Nullable Set<Long> groups, int vnicMtu) {}

    /// A port, of a virtual machine or of the host: the rules make no difference.
    ///
    /// @param id        the slot, as in the port id (spec 1.10); unique in the switch, above the slots of the uplinks
    /// @param vlan      0, 1-4094 or [#GUEST_TAGGING]
    /// @param connected whether it is connected at the start
    /// @param team      the policy; uplinks by their index in the switch
    /// @param toSwitch  shaping of what the guest sends, or null (spec 6.4)
    /// @param toPort    shaping of what the guest receives, or null (spec 6.4)
    /// @param migrates  whether the guest comes by VMotion whenever the port is connected (spec 7.10)
    public record Port(int id, int vlan, boolean connected, Guest guest, Security security, Team team,
                       @Nullable ShaperSpec toSwitch, @Nullable ShaperSpec toPort, boolean migrates) {
        /// A port with the default policies and a guest that asked for nothing but groups.
        Port(int id, int vlan, long mac, boolean connected, int vnicMtu, @Nullable Set<Long> groups, Team team) {
            this(id, vlan, connected, new Guest(mac, mac, false, groups, vnicMtu), Security.DEFAULT, team, null, null, false);
        }

        /// The name by which deliveries and drops call the port.
        public String name() {
            return portName(id);
        }

        /// The address that the guest set.
        public long mac() {
            return guest.mac();
        }

        boolean tagsByItself() {
            return vlan == GUEST_TAGGING;
        }

        boolean isShaped() {
            return toSwitch != null || toPort != null;
        }

        /// The same port but for one component of it, of its guest or of its policies.
        Port with(String component, @Nullable Object value) {
            return Altered.with(this, component, value);
        }

        @Override
        public String toString() {
            return "port %s: VLAN %d, MAC %012x%s%s%s%s%s, groups %s, %s, %s%s%s".formatted(name(), vlan, mac(),
                    guest.initialMac() == mac() ? "" : " initially %012x".formatted(guest.initialMac()),
                    guest.asksPromiscuous() ? ", promiscuous" : "", connected ? "" : ", not connected", migrates ? ", by VMotion" : "",
                    guest.vnicMtu() == 0 ? "" : ", vNIC MTU " + guest.vnicMtu(),
                    guest.groups() == null ? "all" : guest.groups().stream().map("%012x"::formatted).toList(), security, team,
                    toSwitch == null ? "" : ", to switch " + toSwitch, toPort == null ? "" : ", to port " + toPort);
        }
    }

    /// The name by which deliveries and drops call the port with this slot.
    public static String portName(int id) {
        return "p" + id;
    }

    /// The virtual address of the nth uplink, the source of its beacons (spec 1.37, 4.28).
    static long uplinkMac(int uplink) {
        return UPLINK_MACS + uplink;
    }

    /// Addresses of as many uplinks: all pNICs of a host.
    static List<Long> uplinkMacs(int count) {
        var macs = new ArrayList<Long>();
        for (var uplink = 0; uplink < count; uplink++) {
            macs.add(uplinkMac(uplink));
        }
        return macs;
    }

    /// The port with this slot.
    public Port port(int id) {
        for (var port : ports) {
            if (port.id == id) {
                return port;
            }
        }
        throw new IllegalArgumentException("no port has the slot " + id);
    }

    /// The same switch but for one option.
    public SwitchConfig with(String option, Object value) {
        return new SwitchConfig(mtu, uplinks, Altered.with(options, option, value), ports, endsDiscovery);
    }

    /// The same switch with other ports.
    public SwitchConfig withPorts(List<Port> others) {
        return new SwitchConfig(mtu, uplinks, options, others, endsDiscovery);
    }

    /// The same switch without one of its ports.
    SwitchConfig without(Port port) {
        var others = new ArrayList<>(ports);
        others.remove(port);
        return withPorts(others);
    }

    @Override
    public String toString() {
        var text = new StringBuilder("switch: MTU " + mtu + ", uplinks " + uplinks + (endsDiscovery ? ", ends CDP and LLDP" : "") + "\n  " + options);
        for (var port : ports) {
            text.append("\n  ").append(port);
        }
        return text.toString();
    }
}
