package io.etherloom.lab;

import io.etherloom.topology.AdvancedOption;
import io.etherloom.topology.AdvancedOptions;
import io.etherloom.topology.Host;
import io.etherloom.topology.Pnic;
import io.etherloom.vswitch.SwitchSpec;
import io.etherloom.vswitch.SwitchSpec.BeaconFormat;
import io.etherloom.vswitch.SwitchSpec.BeaconOptions;
import io.etherloom.vswitch.SwitchSpec.NotifyOptions;
import io.etherloom.vswitch.SwitchSpec.PathOptions;
import io.etherloom.vswitch.SwitchSpec.QueryOptions;
import io.etherloom.vswitch.SwitchSpec.ShaperOptions;
import io.etherloom.vswitch.SwitchSpec.TeamOptions;

/// Turns the advanced options of a host into those of its vSwitches: the product's numbers into the units of the data plane.
final class HostOptions {
    private static final long NANOS_PER_MILLI = 1_000_000;

    private HostOptions() {}

    static SwitchSpec.Options of(Host host) {
        var advanced = host.advanced();
        return new SwitchSpec.Options(path(advanced), teams(advanced), beacons(host), notifications(advanced), queries(advanced),
                shapers(advanced));
    }

    /// The virtual address of a pNIC, from which its beacons come: 00:50:56:5x:xx:xx (spec 1.37).
    static long virtualMac(Pnic pnic) {
        return 0x0050_5650_0000L | pnic.mac() & 0xF_FFFF;
    }

    private static PathOptions path(AdvancedOptions advanced) {
        return new PathOptions(
                advanced.isOn(AdvancedOption.REVERSE_PATH_FWD_CHECK),
                advanced.value(AdvancedOption.MIN_ETHER_LEN),
                advanced.isOn(AdvancedOption.LOCAL_JUMBO),
                advanced.isOn(AdvancedOption.VMXNET3_NON_TSO_PACKET_GT_MTU_ALLOWED),
                advanced.isOn(AdvancedOption.KEEP_PRIORITY),
                advanced.isOn(AdvancedOption.REVERSE_POLICY),
                advanced.isOn(AdvancedOption.DROP_GROUP_SOURCE),
                advanced.isOn(AdvancedOption.BLOCK_GUEST_BPDU),
                advanced.isOn(AdvancedOption.BLOCK_GUEST_PVST),
                advanced.isOn(AdvancedOption.FORGED_REFERENCE),
                advanced.isOn(AdvancedOption.ASSUME_PROMISCUOUS));
    }

    private static TeamOptions teams(AdvancedOptions advanced) {
        return new TeamOptions(
                advanced.value(AdvancedOption.TEAM_POLICY_UP_DELAY) * NANOS_PER_MILLI,
                advanced.pollsLinkState() ? advanced.value(AdvancedOption.LINK_STATE_POLL_TIMEOUT) * NANOS_PER_MILLI : 0,
                advanced.value(AdvancedOption.LINK_FLAPPING_THRESHOLD),
                advanced.isOn(AdvancedOption.STANDBY_TAKES_SLOT),
                advanced.isOn(AdvancedOption.IP_HASH_WIDTH),
                advanced.isOn(AdvancedOption.IP_HASH_IPV6),
                advanced.isOn(AdvancedOption.MAC_HASH_INBOUND),
                advanced.isOn(AdvancedOption.SHOTGUN_INBOUND),
                advanced.isOn(AdvancedOption.TEAMING_IGNORE_SHOTGUN));
    }

    private static BeaconOptions beacons(Host host) {
        var advanced = host.advanced();
        return new BeaconOptions(
                advanced.value(AdvancedOption.MAX_BEACON_VLANS),
                advanced.value(AdvancedOption.MAX_BEACONS_AT_ONCE),
                advanced.value(AdvancedOption.TWO_NIC_BEACON_SECONDS),
                BeaconFormat.values()[advanced.value(AdvancedOption.BEACON_FORMAT)],
                advanced.isOn(AdvancedOption.FOREIGN_BEACONS),
                host.pnics().values().stream().map(HostOptions::virtualMac).toList());
    }

    private static NotifyOptions notifications(AdvancedOptions advanced) {
        return new NotifyOptions(
                advanced.isOn(AdvancedOption.NOTIFY_SWITCH),
                advanced.value(AdvancedOption.ADVERTISEMENT_DURATION),
                advanced.value(AdvancedOption.NET_MAX_RARPS_PER_INTERVAL),
                advanced.isOn(AdvancedOption.NET_SEND_RARP_ON_PORT_ENABLEMENT),
                advanced.value(AdvancedOption.RARP_COUNT),
                advanced.isOn(AdvancedOption.RARP_SPACING),
                advanced.isOn(AdvancedOption.TRUNK_RARP));
    }

    private static QueryOptions queries(AdvancedOptions advanced) {
        return new QueryOptions(
                advanced.value(AdvancedOption.IGMP_QUERIES),
                advanced.value(AdvancedOption.IGMP_VERSION),
                advanced.value(AdvancedOption.IGMP_ROUTER_IP));
    }

    private static ShaperOptions shapers(AdvancedOptions advanced) {
        return new ShaperOptions(
                advanced.value(AdvancedOption.NET_SHAPER_QUEUE_SIZE_MIN),
                advanced.value(AdvancedOption.NET_SHAPER_QUEUE_SIZE_MAX),
                advanced.isOn(AdvancedOption.NET_SHAPER_QUEUE_PER_L3L4_FLOW));
    }
}
