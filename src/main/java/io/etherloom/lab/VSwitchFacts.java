package io.etherloom.lab;

import io.etherloom.frame.DropReason;
import io.etherloom.lab.Blueprint.Rule;
import io.etherloom.topology.AdvancedOption;
import io.etherloom.topology.Host;
import io.etherloom.topology.PortGroup;
import io.etherloom.topology.VSwitch;
import io.etherloom.vswitch.Placement;
import io.etherloom.vswitch.PortSpec;
import io.etherloom.vswitch.SwitchSpec;
import io.etherloom.vswitch.TeamState;
import io.etherloom.wire.MacAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What sentences about one vSwitch are made of: what it follows, with the names and origins of the file, and how it stands.
///
/// @param spec   what the switch follows
/// @param places ports by index
/// @param access ports of vNICs and vmks by index
record VSwitchFacts(Origins origins, Host host, VSwitch vSwitch, SwitchSpec spec, Map<Integer, PortPlace> places,
        Map<Integer, PortSpec.Access> access, Standings standings) {
    private static final int SHOWN = 3;

    static VSwitchFacts of(Origins origins, Host host, VSwitch vSwitch, SwitchSpec spec, Map<Integer, PortPlace> places, Standings standings) {
        var access = new HashMap<Integer, PortSpec.Access>();
        spec.ports().forEach(port -> {
            if (port instanceof PortSpec.Access it) {
                access.put(it.index(), it);
            }
        });
        return new VSwitchFacts(origins, host, vSwitch, spec, places, Map.copyOf(access), standings);
    }

    boolean isUplink(int port) {
        return !access.containsKey(port);
    }

    /// `web1.eth0`, `esx1/vmnic0`.
    String name(int port) {
        var place = places.get(port);
        return place == null ? "port " + port : place.name();
    }

    /// Without the host.
    String uplink(int port) {
        var place = places.get(port);
        return place == null ? "uplink " + port : place.plan().name();
    }

    @Nullable PortGroup group(int port) {
        var place = places.get(port);
        return place != null && place.plan().rule() instanceof Rule.Access rule ? vSwitch.portGroups().get(rule.portGroup()) : null;
    }

    /// The port that a unicast frame to this address goes to (spec 2.2); null when there is none. Of two with one address the later.
    PortSpec.@Nullable Access owner(int vid, long mac) {
        PortSpec.Access found = null;
        for (var port : spec.ports()) {
            if (port instanceof PortSpec.Access it && it.effectiveMac() == mac && (it.vlan() == vid || it.vlan() == PortSpec.VLAN_TRUNK)) {
                found = found == null || it.vlan() == vid || found.vlan() != vid ? it : found;
            }
        }
        return found;
    }

    /// Ports in a VLAN, in their order.
    List<PortSpec.Access> members(int vid) {
        return spec.ports().stream()
                .filter(PortSpec.Access.class::isInstance).map(PortSpec.Access.class::cast)
                .filter(it -> it.vlan() == vid || it.vlan() == PortSpec.VLAN_TRUNK)
                .toList();
    }

    /// The first names, and how many more there are.
    String names(List<PortSpec.Access> ports) {
        var shown = ports.stream().limit(SHOWN).map(port -> name(port.index())).collect(Collectors.joining(", "));
        return ports.size() > SHOWN ? shown + " and " + (ports.size() - SHOWN) + " more" : shown;
    }

    /// `Net.BlockGuestBPDU=1 (host esx1)`.
    Explanation option(AdvancedOption option) {
        int value = host.advanced().value(option);
        var origin = origins.option(host, option);
        return Explanation.of(option.key() + "=" + option.text(value) + " (" + origin + ")").with(option.key(), option.text(value), origin);
    }

    /// By which uplink a port sends.
    String carrier(PortSpec.Access port) {
        int uplink = standings.placement(port.index()).uplink();
        return uplink >= 0 ? uplink(uplink) : uplink == Placement.NONE ? "none" : "several";
    }

    /// By which uplink a port sends, and why: `vmnic0 by originatingVirtualPort (port id 33554436: slot 4 mod 2; port group DMZ)`.
    Explanation seat(PortSpec.Access port) {
        var placement = standings.placement(port.index());
        var group = group(port.index());
        var place = places.get(port.index());
        var rule = SeatReasons.of(port, placement, place == null ? port.slot() : place.portId(), this::uplink);
        if (group == null) {
            return Explanation.of(rule);
        }
        var teaming = group.policy().teaming();
        var balancing = origins.policy(group, teaming.loadBalancing());
        return Explanation.of(teaming.loadBalancing().value() + ", " + rule + "; " + balancing)
                .with("teaming.loadBalancing", teaming.loadBalancing().value(), balancing)
                .with("placement", rule, "team of " + name(port.index()))
                .with("teaming.failoverOrder.active", teaming.failoverOrder().value().active(), origins.policy(group, teaming.failoverOrder()));
    }

    /// The uplinks of a port's team and how each stands: `active vmnic0 (down), standby vmnic1 (no beacons)`.
    String teamWords(int port) {
        return standings.team(port).members().stream().map(this::memberWords).collect(Collectors.joining(", "));
    }

    private String memberWords(TeamState.Member member) {
        return (member.isActive() ? "active " : "standby ") + uplink(member.uplink()) + " (" + TeamViews.words(member.standing()) + ")";
    }

    /// What a port group's VLAN means for its ports.
    Explanation vlan(int port) {
        var group = group(port);
        if (group == null) {
            return Explanation.NOTHING;
        }
        var origin = origins.vlan(host, group);
        return Explanation.of("VLAN " + group.vlan() + " (" + origin + ")").with("vlan", group.vlan(), origin);
    }

    /// Whose address this is in other VLANs, or under which it is known; nothing when nobody has it.
    String elsewhere(long mac) {
        for (var port : access.values()) {
            if (port.effectiveMac() == mac) {
                return "; " + name(port.index()) + " has it in VLAN " + port.vlan();
            }
            if (port.vnic().mac() == mac || port.vnic().initialMac() == mac) {
                return "; " + name(port.index()) + " is known by " + MacAddress.format(port.effectiveMac());
            }
        }
        return "";
    }

    /// What a reason means where no value of this switch says more.
    static Explanation general(DropReason reason) {
        var text = reason.meaning();
        return Explanation.of(Character.toLowerCase(text.charAt(0)) + text.substring(1, text.length() - 1));
    }
}
