package io.etherloom.lab.view;

import java.util.List;

/// One vSwitch of one host.
///
/// @param numPorts ports it may have, 0 when elastic
/// @param linkDiscovery what is spoken and heard on its uplinks
/// @param policies of the vSwitch itself, which port groups inherit unless they override them
public record VSwitchView(
        String host, String name, int mtu, int numPorts, int usedPorts, List<String> uplinks, List<String> portGroups, long failovers,
        LinkDiscovery linkDiscovery, List<PortGroupView.PolicyValue> policies) {
    /// @param protocol `cdp` or `lldp`
    /// @param operation `none`, `listen`, `advertise` or `both` (spec 8.1)
    public record LinkDiscovery(String protocol, String operation) {}
}
