package io.etherloom.lab;

import static io.etherloom.lab.VSwitchFacts.general;

import io.etherloom.frame.DropReason;
import io.etherloom.lab.Blueprint.PortPlan;
import io.etherloom.topology.AdvancedOption;
import io.etherloom.topology.PortGroup;
import io.etherloom.topology.Sourced;
import io.etherloom.topology.Units;
import io.etherloom.vswitch.PortSpec;
import io.etherloom.wire.Ethernet;
import io.etherloom.wire.MacAddress;
import io.etherloom.wire.Tag;
import java.util.stream.Collectors;

/// Why frames end in one vSwitch.
record VSwitchDrops(VSwitchFacts facts) {
    Explanation of(DropReason reason, int port, SeenFrame frame) {
        return switch (reason) {
            case LINK_DOWN -> linkDown(port);
            case TRUNCATED -> Explanation.of("truncated: only " + frame.length() + " octets, fewer than its header has");
            case GROUP_SOURCE -> Explanation.of("group source: " + frame.from() + " has its group bit set")
                    .and(facts.option(AdvancedOption.DROP_GROUP_SOURCE));
            case PORT_DISABLED -> Explanation.of("port disabled: " + facts.name(port) + " is not connected, or nothing is plugged in");
            case OVERSIZE -> oversize(port, frame);
            case TAG_UNEXPECTED -> tagUnexpected(port, frame);
            case VLAN_NOT_ALLOWED -> Explanation.of("VLAN not allowed: VLAN ID " + frame.vid() + " is reserved");
            case FORGED_TRANSMIT -> forged(port, frame);
            case BPDU_FILTERED -> Explanation.of("BPDU filtered: " + facts.name(port) + " sent one to " + frame.to())
                    .and(facts.option(AdvancedOption.BLOCK_GUEST_BPDU));
            case SHAPER_FULL -> shaperFull(port);
            case REFLECTED -> reflected(frame);
            case SAME_PORT -> Explanation.of("same port: " + frame.to() + " is the address of " + facts.name(port) + " itself, by which it came");
            case UNKNOWN_UNICAST -> Explanation.of("unknown unicast: no port of " + facts.vSwitch().name() + " has " + frame.to() + " in VLAN "
                    + frame.vid() + facts.elsewhere(frame.destination()));
            case MAC_CHANGE_REJECTED -> macChange(port);
            case WRONG_UPLINK -> wrongUplink(port, frame);
            case NO_RECEIVER -> noReceiver(port, frame);
            case NO_UPLINK -> noUplink(port);
            case PROMISCUOUS_LIMIT -> Explanation.of("promiscuous limit: more copies for " + facts.name(port)
                    + " and others that watch than one batch may make (4096)");
            case QUEUE_FULL -> queueFull(port);
            case DEVICE_ERROR -> Explanation.of("device error: " + peer(port) + " refused the frame; the lab's log says how");
            case MALFORMED_OFFLOAD, BPDU_GUARD, NOT_FORWARDING, RESERVED_ADDRESS, POOL_EXHAUSTED, DEVICE_QUEUE ->
                Explanation.of(reason.label().replace('_', ' ') + ": ").and(general(reason));
        };
    }

    private String peer(int port) {
        var place = facts.places().get(port);
        return place == null ? "what is behind it" : place.peer();
    }

    private Explanation linkDown(int port) {
        return Explanation.of("link down: " + facts.name(port) + " has no link to " + peer(port)).with("link", "down", facts.name(port));
    }

    private Explanation oversize(int port, SeenFrame frame) {
        var access = facts.access().get(port);
        int vnicMtu = access == null ? 0 : access.vnic().mtu();
        boolean isVnics = vnicMtu > 0 && vnicMtu < facts.spec().mtu();
        int mtu = isVnics ? vnicMtu : facts.spec().mtu();
        var origin = isVnics ? "vNIC of " + facts.name(port) : facts.origins().mtu(facts.host(), facts.vSwitch().name());
        boolean isWhole = frame.length() - Ethernet.HEADER > mtu;
        return Explanation.of("oversize: " + (isWhole ? frame.length() - Ethernet.HEADER + " octets of payload, " : "")
                + "the MTU is " + mtu + " (" + origin + ")").with("mtu", mtu, origin);
    }

    private Explanation tagUnexpected(int port, SeenFrame frame) {
        boolean isInner = frame.vid() == 0 && frame.type() == Tag.TPID;
        var tag = isInner ? "a second tag behind a priority tag" : "the guest's own tag, VLAN " + frame.vid();
        return Explanation.of("tag unexpected: " + tag + ", at " + facts.name(port)).and(facts.vlan(port))
                .and(Explanation.of("guests tag in VLAN 4095 only"));
    }

    private Explanation forged(int port, SeenFrame frame) {
        var access = facts.access().get(port);
        var group = facts.group(port);
        if (access == null || group == null) {
            return general(DropReason.FORGED_TRANSMIT);
        }
        boolean isInitial = facts.spec().options().path().checksInitialSource();
        long own = isInitial ? access.vnic().initialMac() : access.effectiveMac();
        var policy = group.policy().security().forgedTransmits();
        var guests = access.isSilenced() && frame.source() == access.vnic().mac() ? ", though the guest set it" : "";
        var because = Explanation.of("forged transmit: source " + frame.from() + " is not the port's " + MacAddress.format(own) + guests + "; "
                + facts.origins().policy(group, policy))
                .with("security.forgedTransmits", policy.value(), facts.origins().policy(group, policy))
                .with(isInitial ? "initial MAC" : "effective MAC", MacAddress.format(own), facts.name(port))
                .with("source", frame.from(), "the frame");
        return access.isSilenced() ? because.and(macChanges(access, group)) : because;
    }

    /// Why a port's effective address is not the one that the guest set (spec 5.7).
    private Explanation macChanges(PortSpec.Access access, PortGroup group) {
        var policy = group.policy().security().macChanges();
        return Explanation.of("MAC changes are rejected, so the port stays " + MacAddress.format(access.effectiveMac()) + "; "
                + facts.origins().policy(group, policy))
                .with("security.macChanges", policy.value(), facts.origins().policy(group, policy))
                .with("guest's MAC", MacAddress.format(access.vnic().mac()), "set by the guest");
    }

    private Explanation macChange(int port) {
        var access = facts.access().get(port);
        var group = facts.group(port);
        return access == null || group == null
                ? general(DropReason.MAC_CHANGE_REJECTED)
                : Explanation.of("MAC change rejected: the guest of " + facts.name(port) + " set " + MacAddress.format(access.vnic().mac()))
                        .and(macChanges(access, group));
    }

    private Explanation shaperFull(int port) {
        var state = facts.standings().shaper(port);
        var group = facts.group(port);
        if (state == null || group == null) {
            return general(DropReason.SHAPER_FULL);
        }
        Sourced<?> shaping = group.policy().trafficShaping();
        var origin = facts.origins().policy(group, shaping);
        var rate = Units.rate(state.spec().averageBitsPerSecond());
        int most = facts.spec().options().shapers().queueMax();
        return Explanation.of("shaper full: " + rate + " on average, queue of " + state.queueLimit() + " frames a flow and " + most + " in all; " + origin)
                .with("trafficShaping.averageBandwidth", rate, origin)
                .with("queue", state.queueLimit() + " frames a flow, " + most + " in all", "burst size and host options");
    }

    private Explanation reflected(SeenFrame frame) {
        var owner = facts.owner(frame.vid(), frame.source());
        return Explanation.of("reflected: the source " + frame.from() + " is " + (owner == null ? "a port of this switch" : facts.name(owner.index())
                + " of this switch in VLAN " + frame.vid())).and(facts.option(AdvancedOption.REVERSE_PATH_FWD_CHECK));
    }

    private Explanation wrongUplink(int uplink, SeenFrame frame) {
        var came = "wrong uplink: it came by " + facts.uplink(uplink);
        if (!frame.isGroup()) {
            var owner = facts.owner(frame.vid(), frame.destination());
            return owner == null ? general(DropReason.WRONG_UPLINK)
                    : Explanation.of(came + ", and " + facts.name(owner.index()) + " sends by " + facts.carrier(owner)).and(facts.seat(owner));
        }
        var members = facts.members(frame.vid()).stream().filter(it -> it.vnic().groups() == null || frame.destination() == MacAddress.BROADCAST
                || it.vnic().groups().contains(frame.destination())).toList();
        var seats = members.stream().limit(3).map(it -> facts.name(it.index()) + " by " + facts.carrier(it)).collect(Collectors.joining(", "));
        return Explanation.of(came + ", and those who want it send by others: " + seats + (members.size() > 3 ? ", ..." : ""))
                .with("receivers", members.size(), "VLAN " + frame.vid());
    }

    private Explanation noReceiver(int port, SeenFrame frame) {
        var others = facts.members(frame.vid()).stream().filter(it -> it.index() != port).toList();
        var where = "in VLAN " + frame.vid() + " of " + facts.vSwitch().name();
        if (others.isEmpty()) {
            return Explanation.of("no receiver: there is no other port " + where);
        }
        return Explanation.of("no receiver: none of the " + others.size() + " ports " + where + " (" + facts.names(others) + ") has asked for group " + frame.to());
    }

    private Explanation noUplink(int port) {
        var group = facts.group(port);
        var team = facts.teamWords(port);
        var origin = group == null ? "" : facts.origins().policy(group, group.policy().teaming().failoverOrder());
        return Explanation.of("no uplink: " + (team.isEmpty() ? "the team has no uplinks" : team) + (origin.isEmpty() ? "" : "; " + origin))
                .with("team", team.isEmpty() ? "none" : team, origin);
    }

    private Explanation queueFull(int port) {
        var option = facts.isUplink(port) ? AdvancedOption.MAX_NETIF_TX_QUEUE_LEN : AdvancedOption.MAX_PORT_RX_QUEUE_LEN;
        PortPlan plan = facts.places().containsKey(port) ? facts.places().get(port).plan() : null;
        return Explanation.of("queue full: " + peer(port) + " does not take frames, and " + (plan == null ? "all" : plan.queueLimit()) + " wait")
                .and(facts.option(option));
    }
}
