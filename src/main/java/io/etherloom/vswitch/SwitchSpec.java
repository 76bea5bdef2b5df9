package io.etherloom.vswitch;

import io.etherloom.discovery.PortDiscovery;
import java.util.List;
import java.util.Map;

/// What one vSwitch shall be: its ports in the order in which they were connected, and its options. Immutable; the input of
/// [ForwardingTables#compile].
///
/// @param mtu largest payload of a frame in octets (spec 1.27, 1.28)
/// @param ports all ports, uplinks included; where two have one MAC the later one gets the frames (spec 9.17)
/// @param discovery what uplinks say and hear, by index (spec 8.1)
public record SwitchSpec(int mtu, List<PortSpec> ports, Options options, Map<Integer, PortDiscovery> discovery) {
    public SwitchSpec {
        ports = List.copyOf(ports);
        discovery = Map.copyOf(discovery);
    }

    /// A vSwitch without CDP and LLDP, whose frames are like others.
    public SwitchSpec(int mtu, List<PortSpec> ports, Options options) {
        this(mtu, ports, options, Map.of());
    }

    /// Settings of the host, already in units of the data plane.
    public record Options(
            PathOptions path, TeamOptions teams, BeaconOptions beacons, NotifyOptions notifications, QueryOptions queries, ShaperOptions shapers) {
        /// The defaults of spec section 11.
        public static final Options DEFAULT = new Options(PathOptions.DEFAULT, TeamOptions.DEFAULT, BeaconOptions.DEFAULT,
                NotifyOptions.DEFAULT, QueryOptions.DEFAULT, ShaperOptions.DEFAULT);
    }

    /// What shapes the path of each frame.
    ///
    /// @param dropsReflected Net.ReversePathFwdCheck (spec 2.10)
    /// @param minEtherLen Net.MinEtherLen: shorter frames are padded to this on their way to a pNIC (spec 1.32)
    /// @param passesLocalJumbo frames above the MTU pass between local ports (spec 1.29)
    /// @param passesVnicJumbo Net.Vmxnet3NonTsoPacketGtMtuAllowed (spec 1.30)
    /// @param keepsPriority a priority tag's control information is kept (spec 3.11)
    /// @param filtersReverse a port accepts frames only from the uplink that it sends by (spec 2.11)
    /// @param dropsGroupSource frames whose source is a group address are dropped (spec 5.12)
    /// @param blocksGuestBpdus Net.BlockGuestBPDU (spec 2.19)
    /// @param blocksGuestPvst that filter stops the per-VLAN BPDUs of PVST+, too (spec 2.19)
    /// @param checksInitialSource forged transmits are those whose source is not the initial MAC, rather than the effective one (spec 5.9)
    /// @param assumesPromiscuous a port that may be promiscuous is, whether or not its guest asks (spec 5.4)
    public record PathOptions(
            boolean dropsReflected,
            int minEtherLen,
            boolean passesLocalJumbo,
            boolean passesVnicJumbo,
            boolean keepsPriority,
            boolean filtersReverse,
            boolean dropsGroupSource,
            boolean blocksGuestBpdus,
            boolean blocksGuestPvst,
            boolean checksInitialSource,
            boolean assumesPromiscuous) {
        public static final PathOptions DEFAULT =
                new PathOptions(true, 60, false, false, true, true, true, false, true, false, false);
    }

    /// What shapes teams.
    ///
    /// @param upDelayNanos Net.TeamPolicyUpDelay (spec 4.36)
    /// @param linkPollNanos period in which link state is read, 0 to act on the event (spec 1.34)
    /// @param linkFlapsPerMinute link-down events in a minute beyond which a link counts as unstable, 0 for never (spec 1.34)
    /// @param standbyTakesSlot a standby uplink takes over the ports of the one that failed; else they spread over all usable ones (spec
    ///     4.20)
    /// @param hashesLastOctet IP hash takes the last octets of the addresses, not all 32 bits (spec 4.6)
    /// @param foldsIpv6 IP hash folds both IPv6 addresses; else it takes the words that non-IP frames are hashed by (spec 4.11)
    /// @param hashesInboundDestination under source-MAC hash, unicast from the wire is accepted by the hash of its destination; else by that
    ///     of the port's effective MAC (spec 2.11)
    /// @param acceptsBothInShotgun in shotgun state both uplinks may deliver (spec 2.11, 4.31)
    /// @param ignoresShotgun Net.TeamingIgnoreShotgun: there is no shotgun state (spec 4.31)
    public record TeamOptions(
            long upDelayNanos,
            long linkPollNanos,
            int linkFlapsPerMinute,
            boolean standbyTakesSlot,
            boolean hashesLastOctet,
            boolean foldsIpv6,
            boolean hashesInboundDestination,
            boolean acceptsBothInShotgun,
            boolean ignoresShotgun) {
        public static final TeamOptions DEFAULT = new TeamOptions(100_000_000, 0, 60, true, false, true, true, true, false);
    }

    /// What beacons look like.
    public enum BeaconFormat {
        /// EtherType 0x05ff of ESX 3.5.
        TYPE_05FF,
        /// The 802.3 frame with LLC of ESX 4.0.
        LLC,
        /// EtherType 0x8922, from 4.1 on.
        TYPE_8922
    }

    /// What shapes beacon probing (spec 4.25-4.33).
    ///
    /// @param maxVlans Net.MaxBeaconVlans: VLANs that are probed (spec 4.27)
    /// @param maxAtOnce Net.MaxBeaconsAtOnce: beacons a cycle (spec 4.27)
    /// @param twoNicSeconds seconds between the beacons of one uplink in a team of two: 1, or 2 as one source has it (spec 4.29)
    /// @param format of the frames (spec 4.28)
    /// @param consumesForeign beacons of other hosts end at the uplink, too, instead of passing like other broadcasts (spec 4.26)
    /// @param hostMacs virtual addresses of all pNICs of the host: whose beacons are its own (spec 4.26)
    public record BeaconOptions(
            int maxVlans, int maxAtOnce, int twoNicSeconds, BeaconFormat format, boolean consumesForeign, List<Long> hostMacs) {
        public static final BeaconOptions DEFAULT = new BeaconOptions(100, 100, 1, BeaconFormat.TYPE_8922, false, List.of());

        public BeaconOptions {
            hostMacs = List.copyOf(hostMacs);
        }
    }

    /// What shapes RARP notifications (spec 4.39-4.48).
    ///
    /// @param isEnabled Net.NotifySwitch
    /// @param advertisementSeconds Net.AdvertisementDuration: nothing is sent later than this after the event (spec 4.43)
    /// @param maxPerInterval Net.NetMaxRarpsPerInterval (spec 4.43)
    /// @param atEnablement Net.NetSendRARPOnPortEnablement: the first one is sent at once when a port is enabled (spec 4.42)
    /// @param count frames an event, 1-8 (spec 4.42)
    /// @param spacesEvenly evenly over the duration; else 0, 1, 3, 7, 15, … seconds after the event (spec 4.43)
    /// @param announcesTrunks untagged for guest-tagging ports; else nothing for them (spec 4.48)
    public record NotifyOptions(
            boolean isEnabled,
            int advertisementSeconds,
            int maxPerInterval,
            boolean atEnablement,
            int count,
            boolean spacesEvenly,
            boolean announcesTrunks) {
        public static final NotifyOptions DEFAULT = new NotifyOptions(true, 60, 128, true, 5, false, true);
    }

    /// What shapes the IGMP queries that guests get after a move (spec 2.31, 7.10).
    ///
    /// @param perMove Net.IGMPQueries: how many a guest gets, 0-2
    /// @param igmpVersion Net.IGMPVersion: 2 or 3
    /// @param routerIp Net.IGMPRouterIP: the IPv4 address that they come from
    public record QueryOptions(int perMove, int igmpVersion, int routerIp) {
        public static final QueryOptions DEFAULT = new QueryOptions(2, 3, 0);
    }

    /// What shapes the queues of shapers (spec 6.7). A queue holds the burst size in full frames, within these bounds.
    ///
    /// @param queueMin Net.NetShaperQueueSizeMin, frames
    /// @param queueMax Net.NetShaperQueueSizeMax, frames, which also bounds all queues of a port together
    /// @param isPerFlow Net.NetShaperQueuePerL3L4Flow: flows queue apart and are served in turn
    public record ShaperOptions(int queueMin, int queueMax, boolean isPerFlow) {
        public static final ShaperOptions DEFAULT = new ShaperOptions(10, 500, true);
    }
}
