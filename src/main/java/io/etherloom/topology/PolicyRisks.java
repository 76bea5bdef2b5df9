package io.etherloom.topology;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Warns of policies that are legal and go wrong in known ways. Each warning stands where the value was written, names the rule of the spec
/// (section 9 where it is a known trap) and the cure. What uplinks lead to is only judged where they are cabled to the fabric.
final class PolicyRisks {
    /// Octets of a frame beyond its payload: addresses, EtherType and one tag (spec 6.6).
    private static final int FRAME_OVERHEAD = 18;

    private final FabricPorts ports;
    private final SequencedMap<String, Pnic> pnics;
    private final AdvancedOptions advanced;

    PolicyRisks(FabricPorts ports, SequencedMap<String, Pnic> pnics, AdvancedOptions advanced) {
        this.ports = ports;
        this.pnics = pnics;
        this.advanced = advanced;
    }

    /// Warns of one port group.
    ///
    /// @param uplinks uplinks of the vSwitch
    /// @param usual   the order of the vSwitch itself
    /// @param at      where warnings about the group and its VLAN stand
    void warn(PortGroup group, BoundPolicy policy, List<String> uplinks, FailoverOrder usual, int mtu, Item at) {
        var teaming = group.policy().teaming();
        var order = teaming.failoverOrder().value();
        var balancing = policy.place(PolicyBinder.LOAD_BALANCING, at);
        vlan(group, order, at);
        if (teaming.loadBalancing().value() == LoadBalancing.IP_HASH) {
            ipHash(order, usual, balancing, policy.place(PolicyBinder.FAILOVER_ORDER, at));
        }
        etherChannels(teaming, uplinks, balancing, policy.place(PolicyBinder.FAILOVER_ORDER, at));
        if (teaming.failureDetection().value() == FailureDetection.BEACON_PROBING) {
            beacons(group, policy.place(PolicyBinder.FAILURE_DETECTION, at), at);
        }
        promiscuous(group.policy(), policy.place(PolicyBinder.PROMISCUOUS_MODE, at));
        burst(group.policy().trafficShaping().value(), mtu, policy.place(PolicyBinder.BURST_SIZE, at));
    }

    /// Warns when the beacons of a vSwitch are too many (spec 9.8).
    void warnOfBeaconVlans(String vSwitch, Iterable<PortGroup> groups, Item at) {
        Set<Integer> vlans = new LinkedHashSet<>();
        for (var group : groups) {
            if (group.policy().teaming().failureDetection().value() == FailureDetection.BEACON_PROBING && group.vlan() != PortGroup.GUEST_TAGGING) {
                vlans.add(group.vlan());
            }
        }
        int most = advanced.value(AdvancedOption.MAX_BEACON_VLANS);
        if (vlans.size() > most) {
            at.warning("beacons would go out in " + vlans.size() + " VLANs of " + vSwitch + " every second, and Net.MaxBeaconVlans stops at " + most
                + ", so the other VLANs are not probed (spec 9.8); use linkStatus for most port groups, or raise the option");
        }
    }

    private @Nullable PortRef cable(String uplink) {
        return pnics.get(uplink) instanceof Pnic.Cabled cabled && cabled.link() != FabricPorts.NOWHERE ? cabled.link() : null;
    }

    private static List<String> team(FailoverOrder order) {
        var team = new ArrayList<>(order.active());
        team.addAll(order.standby());
        return team;
    }

    private void vlan(PortGroup group, FailoverOrder order, Item at) {
        if (group.vlan() == PortGroup.GUEST_TAGGING) {
            return;
        }
        Map<String, String> troubles = new LinkedHashMap<>();
        var fine = new ArrayList<String>();
        for (var uplink : team(order)) {
            var cable = cable(uplink);
            var trouble = cable == null ? "" : ports.trouble(cable, group.vlan());
            if (!trouble.isEmpty()) {
                troubles.put(uplink, trouble);
            } else if (cable != null) {
                fine.add(uplink);
            }
        }
        troubles.forEach((uplink, trouble) -> at.warning("uplink " + uplink + ": " + trouble + (fine.isEmpty() ? "" : ". Only the ports that use "
            + uplink + " fail, since " + String.join(", ", fine) + " carries the VLAN, and link status sees nothing (spec 9.10)")));
    }

    private void ipHash(FailoverOrder order, FailoverOrder usual, Item balancing, Item at) {
        Set<String> bare = new LinkedHashSet<>();
        Set<String> channels = new LinkedHashSet<>();
        for (var uplink : order.active()) {
            var cable = cable(uplink);
            if (cable != null && ports.etherChannel(cable).isEmpty()) {
                bare.add(cable.toString());
            } else if (cable != null) {
                channels.add(ports.etherChannel(cable));
            }
        }
        if (order.active().size() > 1 && !bare.isEmpty()) {
            balancing.warning("ipHash needs a static EtherChannel at the physical switch, and " + String.join(", ", bare)
                + " is in none: the fabric sees one address at several ports (spec 9.5); add etherChannels to the switch, or use originatingVirtualPort");
        } else if (channels.size() > 1) {
            balancing.warning("ipHash needs one EtherChannel, and the uplinks are in " + String.join(", ", channels)
                + ": the fabric sees one address at several ports (spec 9.5); cable them into one, or use originatingVirtualPort");
        }
        if (!order.standby().isEmpty()) {
            at.warning("ipHash with the standby uplinks " + String.join(", ", order.standby())
                + ": it needs all uplinks of the EtherChannel active (spec 4.13); make them active, or use another loadBalancing");
        }
        if (!order.equals(usual)) {
            at.warning("ipHash with an order that differs from the vSwitch's: the EtherChannel sends to every member, also to those that are not "
                + "used here (spec 4.23); remove the override, or use another loadBalancing");
        }
    }

    private void etherChannels(TeamingPolicy teaming, List<String> uplinks, Item balancing, Item order) {
        SequencedMap<String, List<String>> channels = new LinkedHashMap<>();
        for (var uplink : uplinks) {
            var cable = cable(uplink);
            var channel = cable == null ? "" : ports.etherChannel(cable);
            if (!channel.isEmpty()) {
                channels.computeIfAbsent(channel, _ -> new ArrayList<>()).add(uplink);
            }
        }
        var active = teaming.failoverOrder().value().active();
        boolean isIpHash = teaming.loadBalancing().value() == LoadBalancing.IP_HASH;
        channels.forEach((channel, members) -> {
            var idle = members.stream().filter(member -> !active.contains(member)).toList();
            boolean isUsed = members.stream().anyMatch(team(teaming.failoverOrder().value())::contains);
            if (!isIpHash && members.size() - idle.size() > 1) {
                balancing.warning(teaming.loadBalancing().value() + " faces the EtherChannel " + channel + ", which spreads what it sends over "
                    + String.join(", ", members) + ": most of it comes in on the wrong uplink and is dropped (spec 9.5); use ipHash, or remove the EtherChannel");
            }
            if (isUsed && members.size() > 1 && !idle.isEmpty()) {
                order.warning(String.join(", ", idle) + " of the EtherChannel " + channel
                    + " is not active, and what the switch sends there is dropped (spec 9.6); make all its members active, or remove the EtherChannel");
            }
        });
    }

    private void beacons(PortGroup group, Item at, Item vlan) {
        var teaming = group.policy().teaming();
        var team = team(teaming.failoverOrder().value());
        if (teaming.loadBalancing().value() == LoadBalancing.IP_HASH) {
            at.warning("beaconProbing with ipHash: the EtherChannel gives a beacon to any member, so uplinks that work count as dead (spec 4.13); use linkStatus");
        }
        if (team.size() == 1) {
            at.warning("beaconProbing with one uplink: nobody hears its beacons, so only the link counts (spec 4.26); use linkStatus, or three uplinks");
        } else if (team.size() == 2) {
            at.warning("beaconProbing with two uplinks: when they stop hearing each other neither can be named bad, and every frame leaves by both "
                + "(spec 9.7); use three uplinks or more, or linkStatus");
        }
        if (group.vlan() == PortGroup.GUEST_TAGGING) {
            vlan.warning("beaconProbing with VLAN 4095: the VLANs of guests are not known, so they are not probed, and the product does not support it "
                + "(spec 4.27); use linkStatus here, or one VLAN");
        }
        SequencedMap<String, List<String>> switches = new LinkedHashMap<>();
        for (var uplink : team) {
            var cable = cable(uplink);
            if (cable != null) {
                switches.computeIfAbsent(cable.switchName(), _ -> new ArrayList<>()).add(uplink);
            }
        }
        switches.forEach((name, members) -> {
            if (members.size() > 1) {
                at.warning("beaconProbing with " + String.join(", ", members) + " on the one physical switch " + name
                    + ": they hear each other there, whatever breaks behind it (spec 4.33); cable them to different switches");
            }
        });
    }

    private void promiscuous(Policy policy, Item at) {
        var active = policy.teaming().failoverOrder().value().active();
        // Under IP hash any active uplink delivers (spec 2.14), and the EtherChannel sends nothing back.
        if (policy.security().promiscuousMode().value() == SecurityAction.REJECT || active.size() < 2
            || policy.teaming().loadBalancing().value() == LoadBalancing.IP_HASH) {
            return;
        }
        var missed = "a promiscuous vNIC misses unicast that comes in on another uplink than its own (spec 9.14)";
        boolean isChecked = advanced.isOn(AdvancedOption.REVERSE_PATH_FWD_CHECK_PROMISC) || advanced.isOn(AdvancedOption.PROMISC_REVERSE_STRICT);
        at.warning("promiscuous mode with the active uplinks " + String.join(", ", active) + ": " + (isChecked ? missed + "; use one active uplink"
            : "flooded frames come back on the others, so CARP hears itself and steps down (spec 9.2), and " + missed
                + "; set Net.ReversePathFwdCheckPromisc: 1 for the first, or use one active uplink for both"));
    }

    private static void burst(TrafficShaping shaping, int mtu, Item at) {
        int frame = mtu + FRAME_OVERHEAD;
        if (shaping.enabled() && shaping.burstOctets() < frame) {
            at.warning("the burst of " + shaping.burstOctets() + " octets is smaller than one full frame of " + frame
                + " octets, which then never finds enough of it (spec 6.6); use several frames at least, for example 64 KB");
        }
    }
}
