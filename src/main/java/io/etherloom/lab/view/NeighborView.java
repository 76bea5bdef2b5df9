package io.etherloom.lab.view;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A pNIC or a port of a physical switch, and a device that it has heard. A port that has heard several is there as often, one that has heard
/// nobody once.
///
/// @param owner the host or physical switch
/// @param port the pNIC or port
/// @param vSwitch of which the pNIC is an uplink, or `-`
/// @param reason why nobody was heard, null when somebody was
/// @param neighbor who was heard, null for nobody
public record NeighborView(String owner, String port, String vSwitch, @Nullable String reason, @Nullable Heard neighbor) {
    /// What a device says.
    ///
    /// @param protocol `cdp` or `lldp`
    /// @param device its name, or its ID when it says no name
    /// @param port its port
    /// @param chassis its ID: the device ID of CDP, the chassis ID of LLDP
    /// @param platform what it is, empty when it does not say (CDP)
    /// @param version its software (CDP), or its description (LLDP)
    /// @param addresses where it is managed
    /// @param nativeVlan VLAN of untagged frames at its port, null when it does not say
    /// @param mtu octets of layer-2 payload, null when it does not say (CDP)
    /// @param maxFrame octets of its longest frame with the check sequence, null when it does not say (LLDP)
    /// @param duplex `full` or `half`, null when it does not say (CDP)
    /// @param vtpDomain null when it does not say (CDP)
    /// @param portDescription null when it does not say (LLDP)
    /// @param ageSeconds since it was heard last
    /// @param ttlSeconds for so long it is remembered from then on
    public record Heard(
            String protocol, String device, String port, String chassis, String platform, String version, List<String> capabilities,
            List<String> addresses, @Nullable Integer nativeVlan, @Nullable Integer mtu, @Nullable Integer maxFrame, @Nullable String duplex,
            @Nullable String vtpDomain, @Nullable String portDescription, long ageSeconds, int ttlSeconds) {}
}
