package io.etherloom.lab.view;

import java.util.List;
import java.util.Map;

/// What the security policies make of what one guest asked for (spec 5.1-5.11).
///
/// @param initialMac as configured (spec 5.6)
/// @param requestedMac what the guest programmed last
/// @param effectiveMac by what the port is known: the requested one, unless MAC changes are rejected (spec 5.7, 5.8)
/// @param promiscuousRequested whether the guest asks for all frames (spec 5.2)
/// @param promiscuousGranted whether it gets them
/// @param policies the three policies with their origins
/// @param refused frames by drop reason: `forged_transmit`, `mac_change_rejected`, `bpdu_filtered`; zeros included
public record SecurityView(
        String host, String vSwitch, long portId, String usedBy, String portGroup, String initialMac, String requestedMac,
        String effectiveMac, boolean promiscuousRequested, boolean promiscuousGranted, List<PortGroupView.PolicyValue> policies,
        Map<String, Long> refused) {}
