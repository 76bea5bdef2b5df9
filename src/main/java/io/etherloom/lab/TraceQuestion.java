package io.etherloom.lab;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// Which frame to trace: one given by its octets, or one made as a guest would make it. Checked by the lab that is asked.
///
/// @param from           the port by which it enters: a VM (`web1`), vNIC, vmk, uplink, port of a physical switch, machine, router (`gw/20`)
/// @param to             a VM, vNIC, vmk, machine or router that shall get it; null with `frame`, or for a broadcast
/// @param frame          its octets in hexadecimal as on the wire; null to make one
/// @param vlan           tag that the sender puts on, null for none
/// @param proto          `arp`, `icmp`, `tcp` or `udp`; null for `icmp` where both ends have addresses
/// @param sourceMac      null for the one that the sender has now
/// @param destinationMac null for that of `to`, or of the gateway on the way there
/// @param size           octets of the frame without tag and frame check sequence; null for a usual one
public record TraceQuestion(String from, @Nullable String to, @Nullable String frame, @Nullable Integer vlan, @Nullable String proto,
        @Nullable String sourceMac, @Nullable String destinationMac, @Nullable Integer size) {
    public TraceQuestion {
        if (from == null || from.isEmpty()) {
            throw new IllegalArgumentException("it must say from where (\"from\")");
        }
    }

    /// Protocols that a frame can be made of.
    public static final List<String> PROTOCOLS = List.of("arp", "icmp", "tcp", "udp");
}
