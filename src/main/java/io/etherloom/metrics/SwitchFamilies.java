package io.etherloom.metrics;

import io.etherloom.frame.DropReason;
import io.etherloom.lab.Meters.Port;
import io.etherloom.lab.Meters.Switch;
import io.etherloom.lab.Meters.Uplink;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/// What there is, in labels to be joined with what is counted, how links stand, and what switches drop.
final class SwitchFamilies {
    private SwitchFamilies() {}

    static List<MetricSnapshot> switches(List<Switch> all) {
        return List.of(
            Families.infos("vswitch_info", "Always 1: a vSwitch, its host and its MTU in octets.", all.stream().filter(Switch::isVirtual).toList(),
                it -> Labels.of("vswitch", it.name(), "host", it.host(), "mtu", Integer.toString(it.mtu()))),
            drops("vswitch_drops", "vswitch", "a vSwitch", all, Switch::isVirtual),
            drops("fabric_drops", "switch", "a physical switch or router", all, it -> !it.isVirtual()));
    }

    /// Every reason from the start, so that the first drop is an increase like any other.
    private static MetricSnapshot drops(String name, String label, String whose, List<Switch> all, Predicate<Switch> isMine) {
        var drops = all.stream().filter(isMine).flatMap(it -> it.drops().entrySet().stream().map(drop -> Map.entry(it.name(), drop))).toList();
        return Families.counters(name, "Frames that ended at any port of " + whose + " instead of at their destination, by reason; ports that are gone"
            + " count on. device_queue are those that the kernel dropped before the switch could read them.", drops,
            drop -> Labels.of(label, drop.getKey(), "reason", label(drop.getValue())), drop -> drop.getValue().getValue());
    }

    private static String label(Map.Entry<DropReason, Long> drop) {
        return drop.getKey().label();
    }

    static List<MetricSnapshot> ports(List<Port> all) {
        var ports = PortFamilies.PORT.mine(all);
        return List.of(
            Families.infos("vswitch_port_info", "Always 1: a port of a vNIC or vmk, and where it belongs. vlan is an ID, 0 for none, or trunk; vm is"
                + " empty for a vmk.", ports, SwitchFamilies::info),
            Families.gauges("vswitch_port_up", "1 while the vNIC or vmk has link and its guest has the interface up, else 0.", ports,
                PortFamilies.PORT::labels, port -> Families.number(port.isUp())),
            Families.gauges("fabric_port_up", "1 while a port of a physical switch or router has link, else 0.", PortFamilies.FABRIC.mine(all),
                PortFamilies.FABRIC::labels, port -> Families.number(port.isUp())),
            Families.counters("vswitch_port_promiscuous_copies", "Unicast frames for others of which a port was given a copy because it is"
                + " promiscuous.", ports.stream().filter(port -> port.counters().watchedFrames() > 0).toList(), PortFamilies.PORT::labels,
                port -> port.counters().watchedFrames()));
    }

    private static Labels info(Port port) {
        return Labels.of("vswitch", port.vSwitch(), "host", port.host(), "port", port.port(), "portid", Long.toString(port.portId()),
            "portgroup", port.portGroup(), "vlan", port.vlan(), "vm", port.vm(), "kind", port.kind().label());
    }

    static List<MetricSnapshot> uplinks(List<Uplink> uplinks) {
        return List.of(
            Families.infos("vswitch_uplink_info", "Always 1: an uplink, and what it is cabled to.", uplinks,
                it -> Labels.of("vswitch", it.vSwitch(), "host", it.host(), "uplink", it.name(), "peer", it.peer())),
            Families.gauges("vswitch_uplink_up", "1 while the uplink has link, else 0.", uplinks, SwitchFamilies::labels,
                it -> Families.number(it.isUp())),
            Families.gauges("vswitch_uplink_usable", "1 while teaming may send by the uplink, else 0; an uplink with link again waits for"
                + " Net.TeamPolicyUpDelay first.", uplinks, SwitchFamilies::labels, it -> Families.number(it.isUsable())),
            Families.gauges("vswitch_uplink_beacon_heard", "1 while beacons of its peers arrive at an uplink, 0 after three in a row were missed or"
                + " while its team is in doubt; only where a team probes.", uplinks.stream().filter(Uplink::isProbed).toList(),
                SwitchFamilies::labels, it -> Families.number(it.isHeard())),
            Families.gauges("vswitch_uplink_speed_bytes", "Nominal speed of an uplink in octets per second; only where the topology gives one, and"
                + " nothing is limited by it.", uplinks.stream().filter(it -> it.bitsPerSecond() > 0).toList(), SwitchFamilies::labels,
                it -> it.bitsPerSecond() / 8.0));
    }

    private static Labels labels(Uplink uplink) {
        return Labels.of("vswitch", uplink.vSwitch(), "uplink", uplink.name());
    }
}
