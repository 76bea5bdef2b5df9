package io.etherloom.topology;

/// The advanced options of a host: the product's (spec section 11), and under `Etherloom.` one for each rule that the spec
/// marks unsure. Values are bare integers in the product's units. Order and spelling are those of the reference pages.
public enum AdvancedOption {
    /// Frames of a local port that come back on an uplink are dropped (spec 2.10).
    REVERSE_PATH_FWD_CHECK("Net.ReversePathFwdCheck", 1, 0, 1, true),
    /// The same for promiscuous ports (spec 2.16).
    REVERSE_PATH_FWD_CHECK_PROMISC("Net.ReversePathFwdCheckPromisc", 0, 0, 1, false),
    /// Guests may not send BPDUs (spec 2.19).
    BLOCK_GUEST_BPDU("Net.BlockGuestBPDU", 0, 0, 1, false),
    /// Host-wide switch for notifications (spec 4.39).
    NOTIFY_SWITCH("Net.NotifySwitch", 1, 0, 1, false),
    /// Seconds of advertisement (spec 4.43).
    ADVERTISEMENT_DURATION("Net.AdvertisementDuration", 60, 0, 255, false),
    /// RARP frames per interval (spec 4.43).
    NET_MAX_RARPS_PER_INTERVAL("Net.NetMaxRarpsPerInterval", 128, 1, Integer.MAX_VALUE, false),
    /// RARP when a port is enabled (spec 4.42).
    NET_SEND_RARP_ON_PORT_ENABLEMENT("Net.NetSendRARPOnPortEnablement", 1, 0, 1, false),
    /// Milliseconds for which a recovered uplink is not used yet (spec 4.36).
    TEAM_POLICY_UP_DELAY("Net.TeamPolicyUpDelay", 100, 0, 600_000, true),
    /// Milliseconds between polls of the link state (spec 1.34).
    LINK_STATE_POLL_TIMEOUT("Net.LinkStatePollTimeout", 500, 100, 90_000, true),
    /// Link-down events a minute above which a link counts as unstable; 0 is off (spec 1.34).
    LINK_FLAPPING_THRESHOLD("Net.LinkFlappingThreshold", 60, 0, 65_535, true),
    /// VLANs that are beaconed (spec 4.27).
    MAX_BEACON_VLANS("Net.MaxBeaconVlans", 100, 0, 4096, false),
    /// Beacons sent together (spec 4.27).
    MAX_BEACONS_AT_ONCE("Net.MaxBeaconsAtOnce", 100, 0, 4096, false),
    /// IGMP queries after a move (spec 2.31).
    IGMP_QUERIES("Net.IGMPQueries", 2, 0, 2, false),
    /// Seconds between IGMP queries (spec 2.30).
    IGMP_QUERY_INTERVAL("Net.IGMPQueryInterval", 125, 32, 3600, false),
    /// IGMP version of the querier (spec 2.30).
    IGMP_VERSION("Net.IGMPVersion", 3, 2, 3, false),
    /// MLD version of the querier (spec 2.30).
    MLD_VERSION("Net.MLDVersion", 2, 1, 2, false),
    /// IGMPv3 sources per group (spec 2.30).
    IGMP_V3_MAX_SRC_IP_NUM("Net.IGMPV3MaxSrcIPNum", 10, 1, 32, false),
    /// MLDv2 sources per group (spec 2.30).
    MLD_V2_MAX_SRC_IP_NUM("Net.MLDV2MaxSrcIPNum", 10, 1, 32, false),
    /// Octets to which short frames are padded towards a pNIC (spec 1.32).
    MIN_ETHER_LEN("Net.MinEtherLen", 60, 60, 1518, true),
    /// Packets in a pNIC's transmit queue (spec 1.33).
    MAX_NETIF_TX_QUEUE_LEN("Net.MaxNetifTxQueueLen", 2000, 1, 10_000, true),
    /// Packets in a port's receive queue (spec 1.33).
    MAX_PORT_RX_QUEUE_LEN("Net.MaxPortRxQueueLen", 80, 1, 500, true),
    /// Smallest shaper queue in packets (spec 6.7).
    NET_SHAPER_QUEUE_SIZE_MIN("Net.NetShaperQueueSizeMin", 10, 1, 500, false),
    /// Largest shaper queue in packets (spec 6.7).
    NET_SHAPER_QUEUE_SIZE_MAX("Net.NetShaperQueueSizeMax", 500, 1, 5000, false),
    /// Shaper queues by flow (spec 6.7).
    NET_SHAPER_QUEUE_PER_L3L4_FLOW("Net.NetShaperQueuePerL3L4Flow", 1, 0, 1, false),
    /// Percent for default pools (spec 6.17).
    NET_SCHED_DEFAULT_RES_POOL_SHARES_PCT("Net.NetSchedDefaultResPoolSharesPct", 5, 1, 99, false),
    /// Percent of a queue at which ECN is marked (spec 6.17).
    NET_SCHED_ECN_THRESHOLD("Net.NetSchedECNThreshold", 70, 0, 100, false),
    /// LACP system priority (spec 4.52).
    LACP_ACTOR_SYSTEM_PRIORITY("Net.LACPActorSystemPriority", 1, 1, 65_535, false),
    /// Health check mode (spec 5.26).
    VLAN_MTU_CHECK_MODE("Net.VLANMTUCheckMode", 1, 0, 1, false),
    /// Milliseconds that disabling a port waits for frames in flight (spec 1.35).
    PORT_DISABLE_TIMEOUT("Net.PortDisableTimeout", 5000, 0, Integer.MAX_VALUE, true),
    /// Size of the address table (spec section 11).
    ETHERSWITCH_HASH_SIZE("Net.EtherswitchHashSize", 1, 0, 4, false),
    /// Shotgun state of beacon probing is ignored (spec 4.31).
    TEAMING_IGNORE_SHOTGUN("Net.TeamingIgnoreShotgun", 0, 0, 1, false),
    /// vmk0 takes the first pNIC's address (spec 1.36); the default follows the profile.
    FOLLOW_HARDWARE_MAC("Net.FollowHardwareMac", 1, 0, 1, true),
    /// Frames above the vNIC's MTU may be sent without offload (spec 1.30).
    VMXNET3_NON_TSO_PACKET_GT_MTU_ALLOWED("Net.Vmxnet3NonTsoPacketGtMtuAllowed", 0, 0, 1, true),
    /// How link loss is noticed: `event` (0) or `poll` (1); spec 1.34.
    LINK_DETECTION("Etherloom.LinkDetection", 0, 0, 1, true),
    /// 1: frames above the MTU pass between local ports (spec 1.29).
    LOCAL_JUMBO("Etherloom.LocalJumbo", 0, 0, 1, true),
    /// 1: the priority of priority-tagged frames is kept (spec 3.11).
    KEEP_PRIORITY("Etherloom.KeepPriority", 1, 0, 1, true),
    /// 1: teaming holds for inbound frames too (spec 2.11); 0 only under vi3 and vss-classic.
    REVERSE_POLICY("Etherloom.ReversePolicy", 1, 0, 1, true),
    /// Portset index of the first vSwitch (spec 1.10); the default follows the profile.
    PORTSET_BASE("Etherloom.PortsetBase", 2, 1, 2, true);

    private final String key;
    private final int classicDefault;
    private final int minimum;
    private final int maximum;
    private final boolean supported;

    AdvancedOption(String key, int classicDefault, int minimum, int maximum, boolean supported) {
        this.key = key;
        this.classicDefault = classicDefault;
        this.minimum = minimum;
        this.maximum = maximum;
        this.supported = supported;
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

    /// Whether this release honours it; a file that sets another is refused.
    public boolean isSupported() {
        return supported;
    }

    /// The value that holds under the profile when the file does not set one.
    public int defaultFor(Profile profile) {
        return switch (this) {
            case FOLLOW_HARDWARE_MAC -> profile.followHardwareMac();
            case PORTSET_BASE -> profile.portsetBase();
            case BLOCK_GUEST_BPDU -> profile == Profile.MODERN ? 1 : 0;
            default -> classicDefault;
        };
    }

    @Override
    public String toString() {
        return key;
    }
}
