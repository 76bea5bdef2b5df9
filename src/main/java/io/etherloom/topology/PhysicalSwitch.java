package io.etherloom.topology;

import java.time.Duration;
import java.util.SequencedMap;

/// A learning switch of the fabric.
///
/// @param name   its name, unique in the lab
/// @param mtu    octets of layer-2 payload that it forwards
/// @param ageing how long a learned address lives without being seen
/// @param ports  by name, in the file's order
public record PhysicalSwitch(String name, int mtu, Duration ageing, SequencedMap<String, PhysicalPort> ports) {
    /// Copies the map.
    public PhysicalSwitch {
        ports = Ordered.copyOf(ports);
    }
}
