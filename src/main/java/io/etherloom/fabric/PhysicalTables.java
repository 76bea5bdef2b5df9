package io.etherloom.fabric;

import io.etherloom.discovery.DiscoveryFrames;
import io.etherloom.discovery.DiscoveryTables;
import io.etherloom.frame.DropReason;
import io.etherloom.frame.Frame;
import io.etherloom.wire.Ethernet;
import io.etherloom.wire.Tag;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What the path of a frame through a physical switch asks, as flat arrays: made once for each change of configuration, outside the
/// agent, never changed afterwards.
///
/// VLANs have *logical ports* as members: ports outside EtherChannels, and of each channel its first member, by whose index the bridge
/// knows the channel.
public final class PhysicalTables {
    private static final int[] NOBODY = {};
    private static final long RESERVED = 0x0180_C200_0000L;

    private final PhysicalSwitchSpec spec;
    private final int maxLength;
    private final PhysicalSwitchSpec.@Nullable Port[] rules;
    private final int[] logical;
    private final int[][] links;
    private final PhysicalSwitchSpec.@Nullable Channel[] channels;
    private final DiscoveryTables discovery;
    private final int[][] members = new int[Tag.MAX_VID + 1][];

    private PhysicalTables(PhysicalSwitchSpec spec) {
        this.spec = spec;
        maxLength = spec.mtu() + Ethernet.HEADER;
        discovery = DiscoveryTables.compile(spec.discovery());
        int size = spec.ports().stream().mapToInt(PhysicalSwitchSpec.Port::index).max().orElse(-1) + 1;
        rules = new PhysicalSwitchSpec.Port[size];
        logical = new int[size];
        links = new int[size][];
        channels = new PhysicalSwitchSpec.Channel[size];
        for (var port : spec.ports()) {
            rules[port.index()] = port;
            logical[port.index()] = port.index();
            links[port.index()] = new int[] {port.index()};
        }
        spec.channels().forEach(this::bundle);
        Arrays.fill(members, NOBODY);
        for (int vid = 1; vid <= Tag.MAX_VID; vid++) {
            members[vid] = membersOf(spec.ports(), vid);
        }
    }

    public static PhysicalTables compile(PhysicalSwitchSpec spec) {
        return new PhysicalTables(spec);
    }

    private void bundle(PhysicalSwitchSpec.Channel channel) {
        var bundled = channel.ports().stream().mapToInt(Integer::intValue).filter(this::hasPort).toArray();
        if (bundled.length == 0) {
            return;
        }
        var first = rules[bundled[0]];
        for (int port : bundled) {
            var own = rules[port];
            rules[port] = own == null || first == null ? null : own.asMemberBehind(first);
            logical[port] = bundled[0];
            links[port] = NOBODY;
            channels[port] = channel;
        }
        links[bundled[0]] = bundled;
    }

    private int[] membersOf(List<PhysicalSwitchSpec.Port> ports, int vid) {
        var found = ports.stream().mapToInt(PhysicalSwitchSpec.Port::index)
                .filter(port -> logical[port] == port && carries(port, vid))
                .toArray();
        return found.length == 0 ? NOBODY : found;
    }

    private boolean carries(int port, int vid) {
        var rule = rules[port];
        return rule != null && rule.carries(vid);
    }

    /// What these tables were made from.
    public PhysicalSwitchSpec spec() {
        return spec;
    }

    /// What ports say and hear.
    DiscoveryTables discovery() {
        return discovery;
    }

    /// Whether frames to this address are not forwarded: the reserved ones but the bridge group address (IEEE Std 802.1Q, 8.6.3), and that of
    /// CDP on a switch that has it.
    boolean isReserved(long destination) {
        return (destination & ~0xFL) == RESERVED && destination != RESERVED
                || destination == DiscoveryFrames.CDP_ADDRESS && spec.reservesCdp();
    }

    /// One more than the highest port index.
    int size() {
        return rules.length;
    }

    boolean hasPort(int port) {
        return port < rules.length && rules[port] != null;
    }

    /// Whether a BPDU that comes by this port disables it.
    boolean isGuarded(int port) {
        var rule = rules[port];
        return rule != null && rule.hasBpduGuard();
    }

    /// How long the port listens, and then learns, after its link came up.
    long forwardDelayNanos(int port) {
        var rule = port < rules.length ? rules[port] : null;
        return rule == null || rule.isPortFast() ? 0 : spec.forwardDelayNanos();
    }

    /// The logical port to which this one belongs: itself, or the first member of its channel.
    int logical(int port) {
        return port < logical.length ? logical[port] : port;
    }

    /// The links of a logical port; nothing for the other members of a channel.
    int[] linksOf(int port) {
        return port < links.length && links[port] != null ? links[port] : NOBODY;
    }

    /// Whether a logical port is a channel, be it of one member.
    boolean isChannel(int port) {
        return channel(port) != null && logical[port] == port;
    }

    /// The channel of which this port is a member, or null.
    PhysicalSwitchSpec.@Nullable Channel channel(int port) {
        return port < channels.length ? channels[port] : null;
    }

    /// Why a frame of this length and tag may not enter by a port, or null.
    @Nullable DropReason check(int port, Frame frame, int wireTag) {
        var rule = rules[port];
        if (rule == null) {
            return DropReason.PORT_DISABLED;
        }
        return frame.wireLength() > maxLength ? DropReason.OVERSIZE : checkTag(rule, wireTag);
    }

    private static @Nullable DropReason checkTag(PhysicalSwitchSpec.Port rule, int wireTag) {
        int vid = Tag.vid(wireTag);
        if (vid == 0) {
            return rule.untaggedVid() == PhysicalSwitchSpec.Port.NO_VLAN ? DropReason.VLAN_NOT_ALLOWED : null;
        }
        if (rule.isAccess()) {
            return DropReason.TAG_UNEXPECTED;
        }
        return rule.carries(vid) ? null : DropReason.VLAN_NOT_ALLOWED;
    }

    /// The tag of a frame inside the switch, with the VLAN of a frame that came without one.
    int classify(int port, int wireTag) {
        int vid = Tag.vid(wireTag);
        return Tag.withVid(wireTag, vid == 0 ? untaggedVid(port) : vid);
    }

    /// The tag with which a frame leaves: the native VLAN leaves untagged, the others tagged.
    int egressTag(int port, int tag) {
        return untaggedVid(port) == Tag.vid(tag) ? Tag.NONE : tag;
    }

    private int untaggedVid(int port) {
        var rule = rules[port];
        return rule == null ? PhysicalSwitchSpec.Port.NO_VLAN : rule.untaggedVid();
    }

    /// Logical ports that carry this VLAN.
    int[] members(int vid) {
        return members[vid];
    }

    /// Whether stations learned on this port by `before` are where they were: same VLANs, same links.
    boolean keepsStationsOf(PhysicalTables before, int port) {
        var old = before.rules[port];
        var rule = port < rules.length ? rules[port] : null;
        return old != null && rule != null && rule.hasVlansOf(old) && Arrays.equals(linksOf(port), before.linksOf(port));
    }
}
