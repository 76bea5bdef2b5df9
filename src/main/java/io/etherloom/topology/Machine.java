package io.etherloom.topology;

import java.net.InetAddress;
import java.util.List;

/// A physical machine: a namespace on a switch port.
///
/// @param name      its name, unique among routers, machines and VMs
/// @param link      the switch port that it is cabled to
/// @param mac       48 bits, from the file or derived
/// @param addresses its addresses, may be empty
/// @param gateways  at most one per address family
/// @param run       shell commands started in it, stopped with the lab
public record Machine(String name, PortRef link, long mac, List<InterfaceAddress> addresses, List<InetAddress> gateways,
                      List<String> run) {
    /// Copies the lists.
    public Machine {
        addresses = List.copyOf(addresses);
        gateways = List.copyOf(gateways);
        run = List.copyOf(run);
    }
}
