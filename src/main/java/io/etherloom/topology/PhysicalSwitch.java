package io.etherloom.topology;

import java.time.Duration;
import java.util.SequencedMap;

/// A learning switch of the fabric.
///
/// @param name               its name, unique in the lab
/// @param mtu                octets of layer-2 payload that it forwards
/// @param ageing             how long a learned address lives without being seen
/// @param forwardDelay       how long a port without portFast listens, and then learns, before it forwards (IEEE 802.1D); zero for not at all
/// @param errDisableRecovery how long a port stays off that BPDU guard shut; zero for ever (spec 2.20)
/// @param ports              by name, in the file's order
/// @param etherChannels      by name, in the file's order
/// @param mac                its own address, from which it speaks
/// @param linkDiscovery      how it speaks with what is plugged into it
public record PhysicalSwitch(String name, int mtu, Duration ageing, Duration forwardDelay, Duration errDisableRecovery,
                             SequencedMap<String, PhysicalPort> ports, SequencedMap<String, EtherChannel> etherChannels, long mac,
                             SwitchDiscovery linkDiscovery) {
    /// Copies the maps.
    public PhysicalSwitch {
        ports = Ordered.copyOf(ports);
        etherChannels = Ordered.copyOf(etherChannels);
    }

    /// Name of the EtherChannel that the port is a member of; empty for none.
    public String etherChannelOf(String port) {
        for (var channel : etherChannels.values()) {
            if (channel.ports().contains(port)) {
                return channel.name();
            }
        }
        return "";
    }
}
