package io.etherloom.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A virtual switch as plain data: what the tests give to the model and to the switch under test alike.
///
/// @param mtu     largest payload in octets (spec 1.27, 1.28)
/// @param uplinks names of the uplinks, in the order of the switch; every link is up at the start, and usable at once (spec 4.36)
/// @param options the options of the switch
/// @param ports   the ports; those connected at the start connect in this order
public record SwitchConfig(int mtu, List<String> uplinks, Options options, List<Port> ports) {
    /// The VLAN of a port whose guest tags by itself (spec 3.4).
    public static final int GUEST_TAGGING = 4095;

    /// The options that change what happens to a frame.
    ///
    /// @param upDelayNanos        Net.TeamPolicyUpDelay: how long an uplink stays unused after its link came up (spec 4.36)
    /// @param reversePathFwdCheck Net.ReversePathFwdCheck: drop own group frames that an uplink brings back (spec 2.10)
    /// @param minEtherLen         Net.MinEtherLen: least octets, without tag, of a frame that leaves by an uplink (spec 1.32)
    /// @param localJumbo          frames between local ports may exceed the MTU of the switch (spec 1.29)
    /// @param keepPriority        the priority of a tag with VLAN ID 0 is kept (spec 3.11)
    /// @param reversePolicy       a port receives only by the uplink by which it sends (spec 2.11)
    /// @param nonTsoGtMtuAllowed  a frame may exceed the MTU of the sender's vNIC (spec 1.30)
    public record Options(long upDelayNanos, boolean reversePathFwdCheck, int minEtherLen, boolean localJumbo,
                          boolean keepPriority, boolean reversePolicy, boolean nonTsoGtMtuAllowed) {
        /// The defaults of the product.
        public static final Options DEFAULT = new Options(100_000_000L, true, 60, false, true, true, false);

        /// The same but for the delay.
        public Options withUpDelayNanos(long nanos) {
            return new Options(nanos, reversePathFwdCheck, minEtherLen, localJumbo, keepPriority, reversePolicy,
                    nonTsoGtMtuAllowed);
        }

        /// The same but for the own-frame filter.
        public Options withReversePathFwdCheck(boolean on) {
            return new Options(upDelayNanos, on, minEtherLen, localJumbo, keepPriority, reversePolicy, nonTsoGtMtuAllowed);
        }

        /// The same but for jumbo frames between local ports.
        public Options withLocalJumbo(boolean on) {
            return new Options(upDelayNanos, reversePathFwdCheck, minEtherLen, on, keepPriority, reversePolicy,
                    nonTsoGtMtuAllowed);
        }

        /// The same but for what happens to the priority of a tag with VLAN ID 0.
        public Options withKeepPriority(boolean on) {
            return new Options(upDelayNanos, reversePathFwdCheck, minEtherLen, localJumbo, on, reversePolicy,
                    nonTsoGtMtuAllowed);
        }

        /// The same but for the filter on the uplink of the receiver.
        public Options withReversePolicy(boolean on) {
            return new Options(upDelayNanos, reversePathFwdCheck, minEtherLen, localJumbo, keepPriority, on,
                    nonTsoGtMtuAllowed);
        }
    }

    /// A port, of a virtual machine or of the host: the rules make no difference.
    ///
    /// @param id        the slot, as in the port id (spec 1.10); unique in the switch, above the slots of the uplinks
    /// @param vlan      0, 1-4094 or [#GUEST_TAGGING]
    /// @param mac       the address, 48 bits
    /// @param connected whether it is connected at the start
    /// @param vnicMtu   the MTU of the vNIC where it is smaller than that of the switch, else 0 (spec 1.30)
    /// @param groups    the group addresses that the vNIC asked for, or null if it wants all of them (spec 2.27, 2.33)
    /// @param team      the active uplinks of the port's port group, in order; may be empty
    public record Port(int id, int vlan, long mac, boolean connected, int vnicMtu, @Nullable Set<Long> groups,
                       List<String> team) {
        /// The name by which deliveries and drops call the port.
        public String name() {
            return portName(id);
        }

        boolean tagsByItself() {
            return vlan == GUEST_TAGGING;
        }

        @Override
        public String toString() {
            return "port %s: VLAN %d, MAC %012x%s%s, groups %s, team %s".formatted(name(), vlan, mac,
                    connected ? "" : ", not connected", vnicMtu == 0 ? "" : ", vNIC MTU " + vnicMtu,
                    groups == null ? "all" : groups.stream().map("%012x"::formatted).toList(), team);
        }
    }

    /// The name by which deliveries and drops call the port with this slot.
    public static String portName(int id) {
        return "p" + id;
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

    /// The same switch with other options.
    public SwitchConfig with(Options other) {
        return new SwitchConfig(mtu, uplinks, other, ports);
    }

    /// The same switch with other ports.
    public SwitchConfig withPorts(List<Port> others) {
        return new SwitchConfig(mtu, uplinks, options, others);
    }

    /// The same switch without one of its ports.
    SwitchConfig without(Port port) {
        var others = new ArrayList<>(ports);
        others.remove(port);
        return withPorts(others);
    }

    @Override
    public String toString() {
        var text = new StringBuilder("switch: MTU " + mtu + ", uplinks " + uplinks + "\n  " + options);
        for (var port : ports) {
            text.append("\n  ").append(port);
        }
        return text.toString();
    }
}
