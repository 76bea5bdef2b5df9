package io.etherloom.lab.view;

import java.util.List;

/// One port group of one host with its effective policies.
///
/// @param tagging EST, VST or VGT (spec 3.1-3.4)
/// @param overrides the policies that are the port group's own, by file or by hand, and not its vSwitch's
public record PortGroupView(
        String host, String vSwitch, String name, int vlan, String tagging, int activePorts, List<PolicyValue> policies,
        List<String> overrides) {
    /// One effective value.
    ///
    /// @param policy such as `security.forgedTransmits`
    /// @param inheritedFrom where it was set: the port group, the vSwitch, the profile, or by hand (spec 1.39, 1.40)
    public record PolicyValue(String policy, String value, String inheritedFrom) {}
}
