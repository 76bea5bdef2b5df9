package io.etherloom.lab.view;

import java.util.List;

/// One port group of one host with its effective policies.
///
/// @param tagging EST, VST or VGT (spec 3.1-3.4)
public record PortGroupView(
        String host, String vSwitch, String name, int vlan, String tagging, int activePorts, List<PolicyValue> policies) {
    /// One effective value.
    ///
    /// @param policy such as `security.forgedTransmits`
    /// @param inheritedFrom where it was set: the port group, the vSwitch, the profile, or by hand (spec 1.39, 1.40)
    public record PolicyValue(String policy, String value, String inheritedFrom) {}
}
