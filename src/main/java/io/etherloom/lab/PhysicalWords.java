package io.etherloom.lab;

import io.etherloom.frame.CapturePoint;
import io.etherloom.frame.DropReason;
import io.etherloom.lab.Blueprint.Rule;
import io.etherloom.topology.PhysicalPort;
import io.etherloom.topology.PhysicalSwitch;
import io.etherloom.wire.Ethernet;
import io.etherloom.wire.MacAddress;
import io.etherloom.wire.Tag;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The decisions of one physical switch in words. Its values all come from the file's `fabric`.
///
/// @param places ports by index
record PhysicalWords(PhysicalSwitch physical, Map<Integer, PortPlace> places, Standings standings) implements SwitchWords {
    private String name(int port) {
        var place = places.get(port);
        return place == null ? physical.name() + " port " + port : place.name();
    }

    private @Nullable PhysicalPort port(int port) {
        var place = places.get(port);
        return place != null && place.plan().rule() instanceof Rule.Physical rule ? rule.port() : null;
    }

    /// Its VLANs as the file has them: `trunk 10, 20, native 1`.
    private Explanation vlans(int index) {
        var words = switch (port(index)) {
            case PhysicalPort.Access access -> "access " + access.vlan();
            case PhysicalPort.Trunk trunk -> "trunk " + trunk.vlans() + (trunk.nativeVlan() == 0 ? ", native none" : ", native " + trunk.nativeVlan());
            case null -> "no VLANs";
        };
        return Explanation.of(name(index) + " is " + words).with("vlans", words, name(index));
    }

    @Override
    public Explanation drop(DropReason reason, int index, SeenFrame frame) {
        var place = places.get(index);
        return switch (reason) {
            case LINK_DOWN -> Explanation.of("link down: " + name(index) + " has no link to " + (place == null ? "its peer" : place.peer()))
                    .with("link", "down", name(index));
            case GROUP_SOURCE -> Explanation.of("group source: " + frame.from() + " has its group bit set");
            case TRUNCATED -> Explanation.of("truncated: only " + frame.length() + " octets, fewer than its header has");
            case BPDU_GUARD -> Explanation.of("BPDU guard: " + name(index) + " has bpduGuard on, and a BPDU disabled it")
                    .with("bpduGuard", "yes", name(index));
            case NOT_FORWARDING -> notForwarding(index);
            case OVERSIZE -> Explanation.of("oversize: " + Math.max(0, frame.length() - Ethernet.HEADER) + " octets of payload, the MTU is "
                    + physical.mtu() + " (" + physical.name() + ")").with("mtu", physical.mtu(), physical.name());
            case TAG_UNEXPECTED -> Explanation.of("tag unexpected: VLAN " + frame.vid()).and(vlans(index));
            case VLAN_NOT_ALLOWED -> Explanation.of("VLAN not allowed: " + frame.tagWords()).and(vlans(index));
            case RESERVED_ADDRESS -> Explanation.of("reserved address: " + frame.to() + " is not forwarded by any bridge");
            case SAME_PORT -> samePort(index, frame);
            case NO_RECEIVER -> Explanation.of("no receiver: no other port of " + physical.name() + " in VLAN " + vid(index, frame)
                    + " may send it").with("vlan", vid(index, frame), name(index));
            case QUEUE_FULL -> Explanation.of("queue full: " + (place == null ? "the peer of " + name(index) : place.peer()) + " does not take frames, and "
                    + (place == null ? "all" : place.plan().queueLimit()) + " wait");
            case PORT_DISABLED -> Explanation.of("port disabled: nothing is plugged into " + name(index));
            case DEVICE_ERROR, MALFORMED_OFFLOAD, FORGED_TRANSMIT, BPDU_FILTERED, SHAPER_FULL, REFLECTED, UNKNOWN_UNICAST, MAC_CHANGE_REJECTED,
                 WRONG_UPLINK, NO_UPLINK, PROMISCUOUS_LIMIT, POOL_EXHAUSTED, DEVICE_QUEUE ->
                Explanation.of(reason.label().replace('_', ' ') + ": ").and(VSwitchFacts.general(reason));
        };
    }

    private Explanation notForwarding(int index) {
        var state = standings.portState(index).name().toLowerCase(Locale.ROOT).replace('_', '-');
        var delay = physical.forwardDelay().toSeconds() + " s";
        return Explanation.of("not forwarding: " + name(index) + " is " + state + "; forwardDelay " + delay + " (" + physical.name() + "), portFast "
                + (port(index) instanceof PhysicalPort port && port.portFast() ? "yes" : "no"))
                .with("state", state, name(index)).with("forwardDelay", delay, physical.name());
    }

    private Explanation samePort(int index, SeenFrame frame) {
        var station = standings.station(vid(index, frame), frame.destination());
        return Explanation.of("same port: " + frame.to() + " is behind " + name(index) + ", by which it came" + heard(station));
    }

    private static String heard(io.etherloom.fabric.PhysicalSwitch.@Nullable Station station) {
        return station == null ? "" : ", heard " + ago(station.ageNanos()) + " ago";
    }

    private static String ago(long nanos) {
        return nanos < 1_000_000_000 ? nanos / 1_000_000 + " ms" : nanos / 1_000_000_000 + " s";
    }

    /// The VLAN of a frame inside: its tag's, or that of frames without one.
    private int vid(int index, SeenFrame frame) {
        return frame.vid() != 0 ? frame.vid() : port(index) instanceof PhysicalPort port ? port.untaggedVlan() : 0;
    }

    @Override
    public Explanation stage(CapturePoint point, int index, SeenFrame frame) {
        return switch (point) {
            case UPLINK_RCV -> Explanation.of(frame.tagWords()).and(vlans(index)).and(destination(index, frame));
            case UPLINK_SND -> Explanation.of(Tag.isPresent(frame.tag()) ? "with tag VLAN " + frame.vid() : "untagged").and(vlans(index)).and(channel(index));
            default -> Explanation.NOTHING;
        };
    }

    private Explanation destination(int index, SeenFrame frame) {
        int vid = vid(index, frame);
        if (frame.isGroup()) {
            return Explanation.of((frame.destination() == MacAddress.BROADCAST ? "broadcast" : "multicast") + ": flooded in VLAN " + vid);
        }
        var station = standings.station(vid, frame.destination());
        if (station == null) {
            return Explanation.of(frame.to() + " is not known in VLAN " + vid + ": flooded").with("learned", "nothing", physical.name());
        }
        return Explanation.of(frame.to() + " is behind " + name(station.port()) + heard(station))
                .with("learned", name(station.port()), physical.name() + heard(station));
    }

    private Explanation channel(int index) {
        var place = places.get(index);
        var name = place == null ? "" : physical.etherChannelOf(place.plan().name());
        var channel = name.isEmpty() ? null : physical.etherChannels().get(name);
        return channel == null ? Explanation.NOTHING
                : Explanation.of("member of " + name + " by " + channel.hash()).with("etherChannel", name + " by " + channel.hash(), physical.name());
    }

    @Override
    public boolean isDecided(CapturePoint point, int port) {
        return point == CapturePoint.UPLINK_SND;
    }
}
