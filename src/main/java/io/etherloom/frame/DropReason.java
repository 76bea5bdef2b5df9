package io.etherloom.frame;

import java.util.Locale;

/// Why a frame ended here instead of at a device: the only failure vocabulary of the data plane. Counters, metrics, capture
/// and documentation derive from this enum. The constants stand in the order in which the path checks them, so a frame with
/// several faults is dropped for the first one in this list. New reasons are added, none is ever renamed: dashboards rely on it.
public enum DropReason {
    /// The link of the port is down; what is already in a dead cable is lost with it.
    LINK_DOWN,
    /// Shorter than the header that it claims to have: 14 octets, or 18 when the type field announces an 802.1Q tag.
    TRUNCATED,
    /// The offload metadata of the sender contradicts the frame (checksum or segment fields outside it).
    MALFORMED_OFFLOAD,
    /// The source address has its group bit set (IEEE Std 802.3, 3.2.3; spec 5.12).
    GROUP_SOURCE,
    /// The port is not connected, or is being disabled (spec 1.9, 1.35).
    PORT_DISABLED,
    /// A BPDU came to a port of a physical switch whose BPDU guard is on, which is disabled by it (spec 2.20).
    BPDU_GUARD,
    /// A port of a physical switch does not forward yet: its forward delay after link up is not over (IEEE Std 802.1D, 8.4; spec 9.13).
    NOT_FORWARDING,
    /// A frame on the wire would exceed the MTU of the switch, or of the sender's vNIC (spec 1.28-1.30).
    OVERSIZE,
    /// A guest sent an 802.1Q tag on a port whose VLAN the switch decides, be it behind a priority tag (spec 3.6, 3.7).
    TAG_UNEXPECTED,
    /// The frame's VLAN is not carried by this port: reserved VLAN ID 4095, or not in a trunk's list.
    VLAN_NOT_ALLOWED,
    /// The sender's address is not that of its port, and the policy refuses forged transmits (spec 5.9).
    FORGED_TRANSMIT,
    /// A guest may not send bridge protocol data units (Net.BlockGuestBPDU; spec 2.19).
    BPDU_FILTERED,
    /// The queue of the shaper is full (spec 6.7).
    SHAPER_FULL,
    /// A physical switch does not forward this destination address (IEEE Std 802.1Q, 8.6.3).
    RESERVED_ADDRESS,
    /// A group-addressed frame of a local port came back on an uplink (Net.ReversePathFwdCheck; spec 2.10).
    REFLECTED,
    /// The destination is behind the port by which the frame entered (spec 2.9).
    SAME_PORT,
    /// From an uplink, to an address that no local port in this VLAN has (spec 2.4).
    UNKNOWN_UNICAST,
    /// The receiving guest set an address that the policy refuses, so nothing is delivered to it (spec 5.7).
    MAC_CHANGE_REJECTED,
    /// The receiving port sends by another uplink than the one by which the frame came (spec 2.11).
    WRONG_UPLINK,
    /// A group-addressed frame that no port wants: no other port in the VLAN, or none that registered the group (spec 2.27).
    NO_RECEIVER,
    /// The frame must leave by an uplink and none is usable (spec 1.3, 4.21).
    NO_UPLINK,
    /// Too many copies for promiscuous ports in one duty cycle; what was meant for others has gone before.
    PROMISCUOUS_LIMIT,
    /// The transmit or receive queue of the port is full (spec 1.33).
    QUEUE_FULL,
    /// No buffer was free for the frame or its copy.
    POOL_EXHAUSTED,
    /// The device refused the frame with an error.
    DEVICE_ERROR,
    /// The kernel dropped the frame before the switch could read it: the queue of the guest's interface was full.
    DEVICE_QUEUE;

    private static final DropReason[] VALUES = values();

    /// How many reasons there are; counters are arrays of this size.
    public static final int COUNT = VALUES.length;

    private final String label = name().toLowerCase(Locale.ROOT);

    /// The reason with this ordinal, without the copy that `values()` makes.
    public static DropReason of(int ordinal) {
        return VALUES[ordinal];
    }

    /// The value of the metric label `reason`: the name in lower case.
    public String label() {
        return label;
    }
}
