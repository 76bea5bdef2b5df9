package io.etherloom.frame;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/// Why a frame ended here instead of at a device: the only failure vocabulary of the data plane. Counters, metrics, capture
/// and documentation derive from this enum. The constants stand in the order in which the path checks them, so a frame with
/// several faults is dropped for the first one in this list. New reasons are added, none is ever renamed: dashboards rely on it.
public enum DropReason {
    /// The link of the port is down; what is already in a dead cable is lost with it.
    LINK_DOWN("The link of the port was down, so what came or should leave by it was lost with the cable.",
            "`etherloom show uplinks` and `show fabric` name the state of both ends; `link up` plugs a cable in again, and a port that BPDU guard disabled needs that, too."),
    /// Shorter than the header that it claims to have: 14 octets, or 18 when the type field announces an 802.1Q tag.
    TRUNCATED("The frame was shorter than the header that it claims to have: 14 octets, or 18 when its type announces an 802.1Q tag.",
            "A capture at the sender shows the octets; such a frame comes from a broken driver or a generator, never from a healthy guest."),
    /// The offload metadata of the sender contradicts the frame (checksum or segment fields outside it).
    MALFORMED_OFFLOAD("What the sender left for others to finish (a checksum, or a cut into segments) contradicts the frame.",
            "Switch offloads off in the guest (`ethtool -K eth0 tx off tso off`) and see whether it goes away: then its driver is at fault."),
    /// The source address has its group bit set (IEEE Std 802.3, 3.2.3; spec 5.12).
    GROUP_SOURCE("The source address had its group bit set, which no station's own address has.",
            "Look at the address that the sender is configured with; on a vSwitch the option `Etherloom.DropGroupSource` lets such frames pass."),
    /// The port is not connected, or is being disabled (spec 1.9, 1.35).
    PORT_DISABLED("The port is not connected, is being disabled, or nothing is plugged into it.",
            "`etherloom show ports` says whether the vNIC is connected and the VM is on; `etherloom nic connect` and `vm on` bring it back."),
    /// A BPDU came to a port of a physical switch whose BPDU guard is on, which is disabled by it (spec 2.20).
    BPDU_GUARD("A BPDU came to a port of a physical switch whose BPDU guard is on; the guard disabled the port, and with it everything behind it.",
            "Find the guest that bridges and sends BPDUs, set `Net.BlockGuestBPDU` on its host, then `etherloom link up` the port."),
    /// A port of a physical switch does not forward yet: its forward delay after link up is not over (IEEE Std 802.1D, 8.4; spec 9.13).
    NOT_FORWARDING("A port of a physical switch does not forward: the forward delay after its link came up is not over.",
            "Wait for twice the forward delay, or give the port `portFast: yes`, as switch ports of ESX hosts should have."),
    /// A frame on the wire would exceed the MTU of the switch, or of the sender's vNIC (spec 1.28-1.30).
    OVERSIZE("The frame was longer than the MTU of the switch, or than that of the sender's vNIC, allows.",
            "Compare the MTU of guest, vSwitch and physical switches along the way; `etherloom trace --size` finds the first that is too small."),
    /// A guest sent an 802.1Q tag on a port whose VLAN the switch decides, be it behind a priority tag (spec 3.6, 3.7).
    TAG_UNEXPECTED("A frame came with an 802.1Q tag at a port whose VLAN the switch decides.",
            "A guest that tags by itself needs a port group with VLAN 4095; a physical port that shall take tags must be a trunk."),
    /// The frame's VLAN is not carried by this port: reserved VLAN ID 4095, or not in a trunk's list.
    VLAN_NOT_ALLOWED("The VLAN of the frame is not carried by this port: it is not in the trunk's list, the port takes no untagged frames, or the VLAN ID is reserved.",
            "Compare the port group's VLAN with the list of the physical switch port (`etherloom show fabric`)."),
    /// The sender's address is not that of its port, and the policy refuses forged transmits (spec 5.9).
    FORGED_TRANSMIT("The guest sent from an address that is not its port's, and the policy of the port group rejects forged transmits.",
            "`etherloom show security` names initial, guest's and effective address; accept forged transmits for guests that bridge, or put the address back."),
    /// A guest may not send bridge protocol data units (Net.BlockGuestBPDU; spec 2.19).
    BPDU_FILTERED("A guest sent a bridge protocol data unit, and `Net.BlockGuestBPDU` of its host is on.",
            "That protects physical ports with BPDU guard; a guest that must speak spanning tree needs the option off."),
    /// The queue of the shaper is full (spec 6.7).
    SHAPER_FULL("More came than the traffic shaper lets pass, and its queue was full.",
            "`etherloom show shapers` has rate, burst and queue; raise `averageBandwidth` or `burstSize`, or have the guest send less at once."),
    /// A physical switch does not forward this destination address (IEEE Std 802.1Q, 8.6.3).
    RESERVED_ADDRESS("The destination is one of the addresses that no bridge forwards (01:80:c2:00:00:01 to 0f), such as that of LACP or LLDP.",
            "Nothing is wrong: such frames are meant for the next switch and end there."),
    /// A group-addressed frame of a local port came back on an uplink (Net.ReversePathFwdCheck; spec 2.10).
    REFLECTED("A group-addressed frame of one of this switch's own ports came back on an uplink (`Net.ReversePathFwdCheck`).",
            "That is usual where a team's uplinks meet in one physical network; without the check guests would hear themselves."),
    /// The destination is behind the port by which the frame entered (spec 2.9).
    SAME_PORT("The destination is behind the port by which the frame came, so it has arrived already.",
            "Look for two stations with one address, or a guest that bridges; on a physical switch a copy that was flooded before is harmless."),
    /// From an uplink, to an address that no local port in this VLAN has (spec 2.4).
    UNKNOWN_UNICAST("A frame came by an uplink for an address that no port of this VLAN has; a vSwitch learns nothing and floods nothing.",
            "The physical network floods what it does not know, so some are usual; else compare the guest's address with `etherloom show security`, since only the effective one counts."),
    /// The receiving guest set an address that the policy refuses, so nothing is delivered to it (spec 5.7).
    MAC_CHANGE_REJECTED("The guest set an address that its port group's policy rejects (MAC changes), so nothing is delivered to it until it puts the old one back.",
            "`etherloom show security` names the initial and the guest's address; accept MAC changes, or set the address in the file."),
    /// The receiving port sends by another uplink than the one by which the frame came (spec 2.11).
    WRONG_UPLINK("The frame came by another uplink than the one by which the receiving port sends, so it is taken for a copy.",
            "`etherloom show teams` says who sits where; under IP hash the physical ports must be one EtherChannel, and without it none."),
    /// A group-addressed frame that no port wants: no other port in the VLAN, or none that registered the group (spec 2.27).
    NO_RECEIVER("A group-addressed frame that no port wants: none other in its VLAN, or none that asked for the group.",
            "Compare the VLANs of the port groups; for multicast see which groups the guests joined (`ip maddress`)."),
    /// The frame must leave by an uplink and none is usable (spec 1.3, 4.21).
    NO_UPLINK("The frame must leave by an uplink and none can be used: the team has none, or all of them are down.",
            "`etherloom show teams` has the state of each uplink; a vSwitch without uplinks is an island on purpose."),
    /// Too many copies for promiscuous ports in one duty cycle; what was meant for others has gone before.
    PROMISCUOUS_LIMIT("Too many copies for promiscuous ports at once; the copies for the real receivers went before.",
            "A watcher sees a part of a heavy load only; capture at the port in question instead."),
    /// The transmit or receive queue of the port is full (spec 1.33).
    QUEUE_FULL("The receiver did not take frames as fast as they came, and the queue of the port was full.",
            "See whether the guest reads (`etherloom exec VM -- ip -s link`); `Net.MaxPortRxQueueLen` and `Net.MaxNetifTxQueueLen` set the lengths."),
    /// No buffer was free for the frame or its copy.
    POOL_EXHAUSTED("No memory was free for the frame or its copy.",
            "Look for what holds so many frames: shapers with long queues, guests that do not read; `show ports` counts who loses them."),
    /// The device refused the frame with an error.
    DEVICE_ERROR("The device behind the port refused the frame with an error.",
            "The lab's log (`etherloom logs`) has the error; the interface may have been deleted or set down from inside the guest."),
    /// The kernel dropped the frame before the switch could read it: the queue of the guest's interface was full.
    DEVICE_QUEUE("The kernel dropped the frame before the switch could read it, because the queue of the guest's interface was full.",
            "The guest sends faster than one agent thread carries; more agents (`agents.count`) or more queues (`queues:`) help.");

    private static final DropReason[] VALUES = values();

    /// How many reasons there are; counters are arrays of this size.
    public static final int COUNT = VALUES.length;

    private final String label = name().toLowerCase(Locale.ROOT);
    private final String meaning;
    private final String cure;

    DropReason(String meaning, String cure) {
        this.meaning = meaning;
        this.cure = cure;
    }

    /// Why a frame ends at a port of a VM that it was for; for every other reason a frame ends there that the VM has sent.
    public static final Set<DropReason> TOWARDS_VM = Collections.unmodifiableSet(
            EnumSet.of(LINK_DOWN, MAC_CHANGE_REJECTED, PROMISCUOUS_LIMIT, QUEUE_FULL, DEVICE_ERROR));

    /// The reason with this ordinal, without the copy that `values()` makes.
    public static DropReason of(int ordinal) {
        return VALUES[ordinal];
    }

    /// The value of the metric label `reason`: the name in lower case.
    public String label() {
        return label;
    }

    /// What it means, for whoever misses a frame: one sentence.
    public String meaning() {
        return meaning;
    }

    /// What to look at, and what can be done about it: one sentence, code in backquotes.
    public String cure() {
        return cure;
    }
}
