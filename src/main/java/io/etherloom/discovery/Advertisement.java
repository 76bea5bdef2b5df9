package io.etherloom.discovery;

import java.net.InetAddress;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What a device says of itself and of one of its ports. Immutable; equal when all of it is. What a protocol has no field for is left out of
/// its frame.
///
/// @param chassis who says it: the device ID of CDP, the chassis ID of LLDP; a MAC address as text where it is one
/// @param port the port ID, such as `vmnic0`
/// @param ttlSeconds for so long it is to be remembered; 0 when the device says goodbye
/// @param systemName its name, empty when it says none
/// @param portDescription more about the port, empty for none; LLDP only
/// @param platform what the device is, empty for none; CDP only
/// @param version its software (CDP) or the description of the system (LLDP), empty for none
/// @param capabilities what it can do
/// @param addresses where it is managed
/// @param nativeVlan VLAN of untagged frames at its port, 0 when it says none
/// @param mtu octets of layer-2 payload, 0 when it says none; CDP only
/// @param maxFrame octets of the longest frame with its check sequence, 0 when it says none; LLDP only
/// @param isFullDuplex null when it does not say; CDP only
/// @param vtpDomain empty for none; CDP only
/// @param isAggregated whether the port is a member of a link aggregation, null when it does not say; LLDP only
public record Advertisement(
        DiscoveryProtocol protocol, String chassis, String port, int ttlSeconds, String systemName, String portDescription, String platform,
        String version, Set<Capability> capabilities, List<InetAddress> addresses, int nativeVlan, int mtu, int maxFrame,
        @Nullable Boolean isFullDuplex, String vtpDomain, @Nullable Boolean isAggregated) {
    public Advertisement {
        capabilities = Set.copyOf(capabilities);
        addresses = List.copyOf(addresses);
    }

    /// How one calls the device: by its name, or else by its ID.
    public String device() {
        return systemName.isEmpty() ? chassis : systemName;
    }

    /// Whether both are of one port of one device.
    boolean isOfSamePort(Advertisement other) {
        return protocol == other.protocol && chassis.equals(other.chassis) && port.equals(other.port);
    }
}
