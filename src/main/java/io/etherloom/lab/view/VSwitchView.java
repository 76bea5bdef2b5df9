package io.etherloom.lab.view;

import java.util.List;

/// One vSwitch of one host.
///
/// @param numPorts ports it may have, 0 when elastic
public record VSwitchView(
        String host, String name, int mtu, int numPorts, int usedPorts, List<String> uplinks, List<String> portGroups, long failovers) {}
