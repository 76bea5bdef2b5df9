package io.etherloom.topology;

/// A physical NIC of a host. It carries traffic once a vSwitch names it as an uplink.
public sealed interface Pnic {
    /// `vmnic` and a number.
    String name();

    /// Its address as 48 bits, derived from lab, host and name: the same in every run.
    long mac();

    /// Nominal speed for display, 0 when the file gives none. Nothing is limited by it.
    long bitsPerSecond();

    /// Cabled to a port of the fabric.
    ///
    /// @param link the physical switch port at the other end
    record Cabled(String name, long mac, long bitsPerSecond, PortRef link) implements Pnic {}

    /// A TAP interface of the machine.
    ///
    /// @param tap name of the interface, at most 15 characters; made by the lab unless it exists
    record Tap(String name, long mac, long bitsPerSecond, String tap) implements Pnic {}
}
