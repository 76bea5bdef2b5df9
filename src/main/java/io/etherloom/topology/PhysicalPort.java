package io.etherloom.topology;

/// A port of a physical switch.
public sealed interface PhysicalPort {
    /// Its name on the switch.
    String name();

    /// Whether frames of the VLAN pass, tagged or not.
    boolean carries(int vlan);

    /// The VLAN of untagged frames, or 0 when they are dropped.
    int untaggedVlan();

    /// Whether it forwards as soon as its link is up, whatever the switch's forward delay (spec 9.13).
    boolean portFast();

    /// Whether a BPDU that it receives shuts it (spec 2.20).
    boolean bpduGuard();

    /// Whether it speaks and hears the discovery protocols of its switch.
    boolean linkDiscovery();

    /// Untagged frames of one VLAN.
    ///
    /// @param vlan 1-4094
    record Access(String name, int vlan, boolean portFast, boolean bpduGuard, boolean linkDiscovery) implements PhysicalPort {
        @Override
        public boolean carries(int vlan) {
            return vlan == this.vlan;
        }

        @Override
        public int untaggedVlan() {
            return vlan;
        }
    }

    /// Tagged frames of many VLANs, and untagged ones of the native VLAN.
    ///
    /// @param vlans      what is carried; the native VLAN need not be among them
    /// @param nativeVlan carried untagged in addition, 1-4094, or 0 for none
    record Trunk(String name, VlanSet vlans, int nativeVlan, boolean portFast, boolean bpduGuard, boolean linkDiscovery)
            implements PhysicalPort {
        @Override
        public boolean carries(int vlan) {
            return vlan != 0 && (vlan == nativeVlan || vlans.contains(vlan));
        }

        @Override
        public int untaggedVlan() {
            return nativeVlan;
        }
    }
}
