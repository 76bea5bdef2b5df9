package io.etherloom.vswitch;

/// How a team picks the uplink of a frame (spec 4.1-4.15).
public enum Balancing {
    /// By the slot of the port (spec 4.3).
    PORT_ID,
    /// By the last octet of the source address, frame by frame (spec 4.4).
    SOURCE_MAC,
    /// By the IP addresses, frame by frame (spec 4.5-4.12).
    IP_HASH,
    /// The first usable one in the order (spec 4.15).
    EXPLICIT
}
