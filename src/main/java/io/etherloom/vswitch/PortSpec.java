package io.etherloom.vswitch;

import org.jspecify.annotations.Nullable;

/// What one port of a vSwitch shall be, with all inheritance resolved.
public sealed interface PortSpec {
    /// Guest tagging: tags pass untouched (spec 3.4).
    int VLAN_TRUNK = 4095;

    /// Dense index in the switch, stable while the port exists.
    int index();

    /// The lower 24 bits of the port id, from which port-id teaming picks the uplink (spec 1.10, 4.3).
    int slot();

    /// A port with a pNIC behind it.
    ///
    /// @param name of the pNIC, which its beacons carry (spec 4.28)
    /// @param mac virtual address of the pNIC, the source of its beacons (spec 1.37, 4.28)
    record Uplink(int index, int slot, String name, long mac) implements PortSpec {}

    /// The port of a vNIC or vmk.
    ///
    /// @param vlan 0 (external tagging), 1-4094 (switch tagging) or 4095 (guest tagging) (spec 3.1-3.5)
    /// @param toSwitch shaping of what the guest sends, null for none (spec 6.4)
    /// @param toPort shaping of what the guest receives, which distributed switches have, null for none (spec 6.4)
    /// @param hasMigrated whether its guest has come by VMotion, rather than that a vNIC was connected (spec 7.10)
    record Access(
            int index,
            int slot,
            int vlan,
            Vnic vnic,
            Security security,
            Team team,
            @Nullable ShaperSpec toSwitch,
            @Nullable ShaperSpec toPort,
            boolean hasMigrated)
            implements PortSpec {
        public Access {
            if (vlan < 0 || vlan > VLAN_TRUNK) {
                throw new IllegalArgumentException("vlan " + vlan + " is outside 0-4095");
            }
        }

        /// The port of a vNIC or vmk that was connected here.
        public Access(
                int index, int slot, int vlan, Vnic vnic, Security security, Team team, @Nullable ShaperSpec toSwitch, @Nullable ShaperSpec toPort) {
            this(index, slot, vlan, vnic, security, team, toSwitch, toPort, false);
        }

        /// The address by which the port is known: the one that the guest set, unless it may not (spec 5.6-5.8).
        public long effectiveMac() {
            return isSilenced() ? vnic.initialMac() : vnic.mac();
        }

        /// Whether the guest set an address that it may not have, so that nothing is delivered to it (spec 5.7).
        public boolean isSilenced() {
            return !security.allowsMacChanges() && vnic.mac() != vnic.initialMac();
        }
    }
}
