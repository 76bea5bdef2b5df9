package io.etherloom.topology;

/// A named template for ports of one vSwitch (spec 1.5); not a broadcast domain.
///
/// @param name    the label: printable text, case sensitive, unique per host (spec 1.8)
/// @param vSwitch name of the vSwitch that it is on
/// @param vlan    0 for untagged only (EST), 1-4094 tagged by the switch (VST), 4095 tags left to the guest (VGT); spec 3.1-3.5
/// @param policy  effective policies with their origins
public record PortGroup(String name, String vSwitch, int vlan, Policy policy) {
    /// The VLAN value that leaves tags to the guest (spec 3.4).
    public static final int GUEST_TAGGING = 4095;
}
