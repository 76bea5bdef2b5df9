package io.etherloom.lab;

import io.etherloom.frame.CapturePoint;
import io.etherloom.topology.AdvancedOption;
import io.etherloom.topology.PortGroup;
import io.etherloom.topology.Sourced;
import io.etherloom.topology.Units;
import io.etherloom.vswitch.PortSpec;
import io.etherloom.wire.Ethernet;
import io.etherloom.wire.MacAddress;
import io.etherloom.wire.Tag;
import java.util.List;

/// What one vSwitch decides about a frame that goes on.
record VSwitchStages(VSwitchFacts facts) {
    Explanation of(CapturePoint point, int port, SeenFrame frame) {
        var decided = decided(point, port, frame);
        // A plain frame of that length would have ended where it entered.
        boolean isSuperFrame = frame.length() > facts.spec().mtu() + Ethernet.HEADER && !facts.spec().options().path().passesLocalJumbo();
        return isSuperFrame ? decided.and(Explanation.of("a super-frame of " + frame.length() + " octets, cut for the MTU of " + facts.spec().mtu())) : decided;
    }

    private Explanation decided(CapturePoint point, int port, SeenFrame frame) {
        var access = facts.access().get(port);
        var group = facts.group(port);
        if (access == null || group == null) {
            return switch (point) {
                case UPLINK_RCV -> Explanation.of("from the wire, " + frame.tagWords());
                case ETHERSWITCH_DISPATH -> destination(port, frame);
                case ETHERSWITCH_OUTPUT -> placed(port, frame);
                case UPLINK_SND -> leaves(port, frame);
                default -> Explanation.NOTHING;
            };
        }
        return switch (point) {
            case VNIC_TX -> Explanation.of("sent by the guest, " + frame.tagWords());
            case PORT_INPUT -> admitted(access, group, frame);
            case ETHERSWITCH_DISPATH -> tagged(access, group, frame).and(shaped(port, group)).and(destination(port, frame));
            case ETHERSWITCH_OUTPUT -> receives(access, group, frame);
            case PORT_OUTPUT -> Explanation.of("sends by " + facts.carrier(access) + ": ").and(facts.seat(access));
            case VNIC_RX -> handed(access, group, frame);
            default -> Explanation.NOTHING;
        };
    }

    /// Why the port's policies let it in.
    private Explanation admitted(PortSpec.Access access, PortGroup group, SeenFrame frame) {
        var forged = group.policy().security().forgedTransmits();
        var mtuOrigin = facts.origins().mtu(facts.host(), facts.vSwitch().name());
        boolean isOwn = frame.source() == access.effectiveMac();
        var source = isOwn ? "the source is the port's effective address"
                : "the source " + frame.from() + " is not the port's " + MacAddress.format(access.effectiveMac()) + ", forged transmits "
                        + forged.value() + " (" + facts.origins().policy(group, forged) + ")";
        return Explanation.of(source)
                .with("security.forgedTransmits", forged.value(), facts.origins().policy(group, forged))
                .with("mtu", facts.spec().mtu(), mtuOrigin);
    }

    private Explanation tagged(PortSpec.Access access, PortGroup group, SeenFrame frame) {
        var vlan = facts.vlan(access.index());
        if (access.vlan() == PortSpec.VLAN_TRUNK) {
            return Explanation.of(frame.tagWords() + " as the guest says").and(vlan);
        }
        return access.vlan() == 0 ? Explanation.of("no tag").and(vlan) : Explanation.of("tag put on: ").and(vlan);
    }

    private Explanation shaped(int port, PortGroup group) {
        var state = facts.standings().shaper(port);
        if (state == null) {
            return Explanation.NOTHING;
        }
        Sourced<?> shaping = group.policy().trafficShaping();
        var origin = facts.origins().policy(group, shaping);
        return Explanation.of("shaper of " + Units.rate(state.spec().averageBitsPerSecond()) + " on average, " + state.queuedFrames() + " frames wait ("
                + origin + ")").with("trafficShaping.averageBandwidth", Units.rate(state.spec().averageBitsPerSecond()), origin)
                .with("tokens", state.tokenOctets() + " octets", "now");
    }

    /// Where the destination leads (spec 2.2-2.8).
    private Explanation destination(int ingress, SeenFrame frame) {
        boolean isFromUplink = facts.isUplink(ingress);
        if (frame.isGroup()) {
            var members = facts.members(frame.vid()).stream().filter(it -> it.index() != ingress).toList();
            var kind = frame.destination() == MacAddress.BROADCAST ? "broadcast" : "multicast";
            return Explanation.of(kind + ": to " + (members.isEmpty() ? "nobody here" : facts.names(members)) + " in VLAN " + frame.vid()
                    + (isFromUplink ? ", never to an uplink" : ", and to the sender's uplink"));
        }
        var owner = facts.owner(frame.vid(), frame.destination());
        var address = MacAddress.format(frame.destination());
        if (owner == null) {
            return Explanation.of("no port here has " + address + " in VLAN " + frame.vid() + facts.elsewhere(frame.destination())
                    + (isFromUplink ? "" : "; to the sender's one uplink"));
        }
        return Explanation.of(address + " is " + facts.name(owner.index()) + " in VLAN " + frame.vid())
                .with("effective MAC", MacAddress.format(owner.effectiveMac()), facts.name(owner.index()));
    }

    /// Why this port gets a copy.
    private Explanation receives(PortSpec.Access access, PortGroup group, SeenFrame frame) {
        if (!frame.isGroup() && frame.destination() == access.effectiveMac()) {
            return Explanation.of("its effective address");
        }
        var promiscuous = group.policy().security().promiscuousMode();
        var origin = facts.origins().policy(group, promiscuous);
        if (!frame.isGroup()) {
            return Explanation.of("promiscuous: its guest asks, and mode is " + promiscuous.value() + " (" + origin + ")")
                    .with("security.promiscuousMode", promiscuous.value(), origin);
        }
        List<Long> groups = access.vnic().groups();
        if (frame.destination() == MacAddress.BROADCAST || groups == null) {
            return Explanation.of(frame.destination() == MacAddress.BROADCAST ? "in VLAN " + frame.vid() : "it wants every group");
        }
        return Explanation.of(groups.contains(frame.destination()) ? "its guest has asked for the group" : "promiscuous (" + origin + ")");
    }

    /// What is taken off before the guest gets it.
    private Explanation handed(PortSpec.Access access, PortGroup group, SeenFrame frame) {
        if (access.vlan() == PortSpec.VLAN_TRUNK) {
            return Explanation.of(frame.tagWords() + ", tags are the guest's").and(facts.vlan(access.index()));
        }
        return access.vlan() == 0 ? Explanation.of("untagged as in the VLAN").and(facts.vlan(access.index()))
                : Explanation.of("tag taken off: ").and(facts.vlan(access.index()));
    }

    /// By which of the sender's uplinks, and why.
    private Explanation placed(int uplink, SeenFrame frame) {
        var sender = facts.owner(frame.vid(), frame.source());
        if (sender == null) {
            return Explanation.of("by " + facts.uplink(uplink) + ", the uplink of its port");
        }
        return Explanation.of("by " + facts.uplink(uplink) + " for " + facts.name(sender.index()) + ": ").and(facts.seat(sender));
    }

    private Explanation leaves(int uplink, SeenFrame frame) {
        var sender = facts.owner(frame.vid(), frame.source());
        var tag = !Tag.isPresent(frame.tag()) ? Explanation.of("untagged")
                : Explanation.of("with tag VLAN " + frame.vid() + (sender == null || sender.vlan() == PortSpec.VLAN_TRUNK ? "" : ", put on"));
        var padded = frame.length() == facts.spec().options().path().minEtherLen() ? facts.option(AdvancedOption.MIN_ETHER_LEN) : Explanation.NOTHING;
        return tag.and(sender == null ? Explanation.NOTHING : facts.vlan(sender.index())).and(placed(uplink, frame))
                .and(padded.sentence().isEmpty() ? padded : Explanation.of("the least length: ").and(padded));
    }
}
