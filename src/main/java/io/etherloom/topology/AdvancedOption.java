package io.etherloom.topology;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// The advanced options of a host: the product's (spec section 11), and under `Etherloom.` one for each rule that the spec
/// marks unsure. Values are bare integers in the product's units; some are words as well, and one is an address. Order and spelling are those
/// of the reference pages.
public enum AdvancedOption {
    /// Frames of a local port that come back on an uplink are dropped (spec 2.10).
    REVERSE_PATH_FWD_CHECK("Net.ReversePathFwdCheck", 1, 0, 1),
    /// Flooded frames that come back are dropped at promiscuous ports, too (spec 2.16).
    REVERSE_PATH_FWD_CHECK_PROMISC("Net.ReversePathFwdCheckPromisc", 0, 0, 1),
    /// Guests may not send BPDUs (spec 2.19).
    BLOCK_GUEST_BPDU("Net.BlockGuestBPDU", 0, 0, 1),
    /// Host-wide switch for notifications (spec 4.39).
    NOTIFY_SWITCH("Net.NotifySwitch", 1, 0, 1),
    /// Seconds of advertisement (spec 4.43).
    ADVERTISEMENT_DURATION("Net.AdvertisementDuration", 60, 0, 255),
    /// RARP frames per interval (spec 4.43).
    NET_MAX_RARPS_PER_INTERVAL("Net.NetMaxRarpsPerInterval", 128, 1, Integer.MAX_VALUE),
    /// RARP when a port is enabled (spec 4.42).
    NET_SEND_RARP_ON_PORT_ENABLEMENT("Net.NetSendRARPOnPortEnablement", 1, 0, 1),
    /// Milliseconds for which a recovered uplink is not used yet (spec 4.36).
    TEAM_POLICY_UP_DELAY("Net.TeamPolicyUpDelay", 100, 0, 600_000),
    /// Milliseconds between polls of the link state (spec 1.34).
    LINK_STATE_POLL_TIMEOUT("Net.LinkStatePollTimeout", 500, 100, 90_000),
    /// Link-down events a minute above which a link counts as unstable; 0 is off (spec 1.34).
    LINK_FLAPPING_THRESHOLD("Net.LinkFlappingThreshold", 60, 0, 65_535),
    /// VLANs that are beaconed (spec 4.27).
    MAX_BEACON_VLANS("Net.MaxBeaconVlans", 100, 0, 4096),
    /// Beacons sent together (spec 4.27).
    MAX_BEACONS_AT_ONCE("Net.MaxBeaconsAtOnce", 100, 0, 4096),
    /// IGMP queries after a VMotion or a failover (spec 2.31, 7.10).
    IGMP_QUERIES("Net.IGMPQueries", 2, 0, 2),
    /// Where IGMP queries come from (spec 2.31).
    IGMP_ROUTER_IP("Net.IGMPRouterIP"),
    /// Seconds between IGMP queries (spec 2.30).
    IGMP_QUERY_INTERVAL("Net.IGMPQueryInterval", 125, 32, 3600, Belongs.MULTICAST),
    /// Version of IGMP queries (spec 2.30, 2.31).
    IGMP_VERSION("Net.IGMPVersion", 3, 2, 3),
    /// MLD version of the querier (spec 2.30).
    MLD_VERSION("Net.MLDVersion", 2, 1, 2, Belongs.MULTICAST),
    /// IGMPv3 sources per group (spec 2.30).
    IGMP_V3_MAX_SRC_IP_NUM("Net.IGMPV3MaxSrcIPNum", 10, 1, 32, Belongs.MULTICAST),
    /// MLDv2 sources per group (spec 2.30).
    MLD_V2_MAX_SRC_IP_NUM("Net.MLDV2MaxSrcIPNum", 10, 1, 32, Belongs.MULTICAST),
    /// Octets to which short frames are padded towards a pNIC (spec 1.32).
    MIN_ETHER_LEN("Net.MinEtherLen", 60, 60, 1518),
    /// Packets in a pNIC's transmit queue (spec 1.33).
    MAX_NETIF_TX_QUEUE_LEN("Net.MaxNetifTxQueueLen", 2000, 1, 10_000),
    /// Packets in a port's receive queue (spec 1.33).
    MAX_PORT_RX_QUEUE_LEN("Net.MaxPortRxQueueLen", 80, 1, 500),
    /// Smallest shaper queue in packets (spec 6.7).
    NET_SHAPER_QUEUE_SIZE_MIN("Net.NetShaperQueueSizeMin", 10, 1, 500),
    /// Largest shaper queue in packets (spec 6.7).
    NET_SHAPER_QUEUE_SIZE_MAX("Net.NetShaperQueueSizeMax", 500, 1, 5000),
    /// 1: a shaper queue for each flow of addresses and ports (spec 6.7).
    NET_SHAPER_QUEUE_PER_L3L4_FLOW("Net.NetShaperQueuePerL3L4Flow", 1, 0, 1),
    /// Percent for default pools (spec 6.17).
    NET_SCHED_DEFAULT_RES_POOL_SHARES_PCT("Net.NetSchedDefaultResPoolSharesPct", 5, 1, 99, Belongs.NETWORK_IO_CONTROL),
    /// Percent of a queue at which ECN is marked (spec 6.17).
    NET_SCHED_ECN_THRESHOLD("Net.NetSchedECNThreshold", 70, 0, 100, Belongs.NETWORK_IO_CONTROL),
    /// LACP system priority (spec 4.52).
    LACP_ACTOR_SYSTEM_PRIORITY("Net.LACPActorSystemPriority", 1, 1, 65_535, Belongs.DISTRIBUTED),
    /// Health check mode (spec 5.26).
    VLAN_MTU_CHECK_MODE("Net.VLANMTUCheckMode", 1, 0, 1, Belongs.DISTRIBUTED),
    /// Milliseconds that disabling a port waits for frames in flight (spec 1.35).
    PORT_DISABLE_TIMEOUT("Net.PortDisableTimeout", 5000, 0, Integer.MAX_VALUE),
    /// Size of the product's address table as a power of two (spec section 11). Taken so that files of the product load; the table here has the
    /// size that it needs.
    ETHERSWITCH_HASH_SIZE("Net.EtherswitchHashSize", 1, 0, 4),
    /// Shotgun state of beacon probing is ignored (spec 4.31).
    TEAMING_IGNORE_SHOTGUN("Net.TeamingIgnoreShotgun", 0, 0, 1),
    /// vmk0 takes the first pNIC's address (spec 1.36); the default follows the profile.
    FOLLOW_HARDWARE_MAC("Net.FollowHardwareMac", 1, 0, 1),
    /// Frames above the vNIC's MTU may be sent without offload (spec 1.30).
    VMXNET3_NON_TSO_PACKET_GT_MTU_ALLOWED("Net.Vmxnet3NonTsoPacketGtMtuAllowed", 0, 0, 1),
    /// How link loss is noticed: `event` (0) or `poll` (1); spec 1.34.
    LINK_DETECTION("Etherloom.LinkDetection", 0, 0, 1, "event", "poll"),
    /// 1: frames above the MTU pass between local ports (spec 1.29).
    LOCAL_JUMBO("Etherloom.LocalJumbo", 0, 0, 1),
    /// 1: the priority of priority-tagged frames is kept (spec 3.11).
    KEEP_PRIORITY("Etherloom.KeepPriority", 1, 0, 1),
    /// 1: teaming holds for inbound frames too (spec 2.11); 0 only under vi3 and vss-classic.
    REVERSE_POLICY("Etherloom.ReversePolicy", 1, 0, 1),
    /// Portset index of the first vSwitch (spec 1.10); the default follows the profile.
    PORTSET_BASE("Etherloom.PortsetBase", 2, 1, 2),
    /// 1: promiscuous ports, too, receive only by their own uplink, whatever Net.ReversePathFwdCheckPromisc says (spec 2.17).
    PROMISC_REVERSE_STRICT("Etherloom.PromiscReverseStrict", 0, 0, 1),
    /// By what inbound unicast is hashed under source-MAC hash: `destination` (1), the frame's address, or `port` (0), the port's; spec 2.11.
    MAC_HASH_INBOUND("Etherloom.MacHashInbound", 1, 0, 1, "port", "destination"),
    /// 1: in the shotgun state both uplinks deliver (spec 2.11, 4.31).
    SHOTGUN_INBOUND("Etherloom.ShotgunInbound", 1, 0, 1),
    /// 1: Net.BlockGuestBPDU stops PVST+ frames as well (spec 2.19).
    BLOCK_GUEST_PVST("Etherloom.BlockGuestPvst", 1, 0, 1),
    /// How much of each IPv4 address the IP hash takes: `full32` (0) or the last `octet` (1); spec 4.6.
    IP_HASH_WIDTH("Etherloom.IpHashWidth", 0, 0, 1, "full32", "octet"),
    /// How IPv6 is hashed: `fold` (1), all of both addresses, or `words` (0), as other frames are; spec 4.11.
    IP_HASH_IPV6("Etherloom.IpHashIpv6", 1, 0, 1, "words", "fold"),
    /// 1: a standby uplink takes the slot of the active one that failed; 0: its ports spread over all usable ones (spec 4.20).
    STANDBY_TAKES_SLOT("Etherloom.StandbyTakesSlot", 1, 0, 1),
    /// What becomes of another host's beacon: `forward` (0), an ordinary broadcast, or `consume` (1); spec 4.26.
    FOREIGN_BEACONS("Etherloom.ForeignBeacons", 0, 0, 1, "forward", "consume"),
    /// What beacons look like: `etherType05ff` (0), `llc` (1) or `etherType8922` (2); the default follows the profile (spec 4.28).
    BEACON_FORMAT("Etherloom.BeaconFormat", 2, 0, 2, "etherType05ff", "llc", "etherType8922"),
    /// Seconds between the beacons of a team of two (spec 4.29).
    TWO_NIC_BEACON_SECONDS("Etherloom.TwoNicBeaconSeconds", 1, 1, 2),
    /// RARP frames for each event (spec 4.42).
    RARP_COUNT("Etherloom.RarpCount", 5, 1, 8),
    /// When RARP frames are sent: `backoff` (0), after 0, 1, 3, 7, 15 s and so on, or `even` (1) over Net.AdvertisementDuration; spec 4.43.
    RARP_SPACING("Etherloom.RarpSpacing", 0, 0, 1, "backoff", "even"),
    /// 1: RARP for ports of VLAN 4095 is sent untagged; 0: none is sent (spec 4.48).
    TRUNK_RARP("Etherloom.TrunkRarp", 1, 0, 1),
    /// 1: every vNIC counts as one whose guest asks for promiscuous mode (spec 5.4).
    ASSUME_PROMISCUOUS("Etherloom.AssumePromiscuous", 0, 0, 1),
    /// What the source of a frame is compared with: the `effective` (0) address or the `initial` (1) one; spec 5.9.
    FORGED_REFERENCE("Etherloom.ForgedReference", 0, 0, 1, "effective", "initial"),
    /// 1: frames from a group address are dropped (spec 5.12).
    DROP_GROUP_SOURCE("Etherloom.DropGroupSource", 1, 0, 1),
    /// Hundredths of a percent of a port's frames, over 10 s: an event tells of a port that drops more for one reason; 0: none does (spec 8.9).
    DROP_THRESHOLD("Etherloom.DropThreshold", 10, 0, 10_000),
    /// What becomes of CDP and LLDP frames from an uplink: they end in the host, `consume` (1), or pass to VMs like other multicast, `forward`
    /// (0); spec 8.2.
    DISCOVERY_FRAMES("Etherloom.DiscoveryFrames", 1, 0, 1, "forward", "consume"),
    /// 1: a standard vSwitch may speak LLDP, which in the product only a distributed one does (spec 8.1).
    STANDARD_LLDP("Etherloom.StandardLldp", 0, 0, 1),
    /// Seconds between two CDP advertisements of one pNIC (spec 8.1).
    CDP_INTERVAL("Etherloom.CdpInterval", 60, 1, 254),
    /// Seconds for which a neighbour is to remember one (spec 8.1).
    CDP_HOLDTIME("Etherloom.CdpHoldtime", 180, 3, 255),
    /// Seconds between two LLDP advertisements of one pNIC (IEEE Std 802.1AB, msgTxInterval).
    LLDP_INTERVAL("Etherloom.LldpInterval", 30, 1, 3600),
    /// For how many intervals a neighbour is to remember one (IEEE Std 802.1AB, msgTxHold).
    LLDP_HOLD_MULTIPLIER("Etherloom.LldpHoldMultiplier", 4, 2, 10);

    private final String key;
    private final int classicDefault;
    private final int minimum;
    private final int maximum;
    private final @Nullable Belongs belongs;
    private final List<String> words;
    private final boolean isAddress;

    AdvancedOption(String key, int classicDefault, int minimum, int maximum, String... words) {
        this(key, classicDefault, minimum, maximum, null, List.of(words), false);
    }

    /// An IPv4 address, 0.0.0.0 by default.
    AdvancedOption(String key) {
        this(key, 0, Integer.MIN_VALUE, Integer.MAX_VALUE, null, List.of(), true);
    }

    AdvancedOption(String key, int classicDefault, int minimum, int maximum, Belongs belongs) {
        this(key, classicDefault, minimum, maximum, belongs, List.of(), false);
    }

    AdvancedOption(
            String key, int classicDefault, int minimum, int maximum, @Nullable Belongs belongs, List<String> words, boolean isAddress) {
        this.key = key;
        this.classicDefault = classicDefault;
        this.minimum = minimum;
        this.maximum = maximum;
        this.belongs = belongs;
        this.words = words;
        this.isAddress = isAddress;
    }

    /// What an option that is not honoured yet is part of.
    private enum Belongs {
        MULTICAST("multicast snooping and its queries"),
        NETWORK_IO_CONTROL("Network I/O Control of distributed switches"),
        DISTRIBUTED("distributed switches");

        private final String what;

        Belongs(String what) {
            this.what = what;
        }
    }

    /// The name in the file, for example `Net.TeamPolicyUpDelay`.
    public String key() {
        return key;
    }

    /// The smallest value.
    public int minimum() {
        return minimum;
    }

    /// The largest value.
    public int maximum() {
        return maximum;
    }

    /// Whether this release honours it; a file that sets another to anything but its default is refused.
    public boolean isSupported() {
        return belongs == null;
    }

    /// What an option that is not supported is part of; empty for the others.
    String belongsTo() {
        return belongs == null ? "" : belongs.what;
    }

    /// Words for the values from [#minimum()] on, for example `event` and `poll`; empty for most options, whose values are plain numbers.
    public List<String> words() {
        return words;
    }

    /// Whether the values are IPv4 addresses: the 32 bits of one as a number with a sign.
    public boolean isAddress() {
        return isAddress;
    }

    /// The value as a file would write it: its word, the address, or the number.
    public String text(int value) {
        if (isAddress) {
            return (value >>> 24) + "." + (value >>> 16 & 0xFF) + "." + (value >>> 8 & 0xFF) + "." + (value & 0xFF);
        }
        int place = value - minimum;
        return place >= 0 && place < words.size() ? words.get(place) : Integer.toString(value);
    }

    /// The value that holds under the profile when the file does not set one.
    public int defaultFor(Profile profile) {
        return switch (this) {
            case FOLLOW_HARDWARE_MAC -> profile.followHardwareMac();
            case PORTSET_BASE -> profile.portsetBase();
            case BLOCK_GUEST_BPDU -> profile == Profile.MODERN ? 1 : 0;
            case BEACON_FORMAT -> profile == Profile.VI3 ? 0 : classicDefault;
            default -> classicDefault;
        };
    }

    @Override
    public String toString() {
        return key;
    }
}
