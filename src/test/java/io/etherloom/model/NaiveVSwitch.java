package io.etherloom.model;

import static io.etherloom.model.SwitchConfig.GUEST_TAGGING;
import static io.etherloom.model.WireFrame.HEADER;
import static io.etherloom.model.WireFrame.TAG;

import io.etherloom.frame.DropReason;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The standard vSwitch, written as the spec is read: every frame looks through all ports. Nothing is learned (spec 2.1).
public final class NaiveVSwitch implements SwitchUnderTest {
    /// More groups than this on one vNIC and its filter gives up (spec 2.28).
    static final int MOST_GROUPS = 32;

    /// A frame inside the switch, without tag. It never changes its VLAN here (spec 3.16).
    ///
    /// @param body        the frame without the tag that was read
    /// @param vlan        0-4094
    /// @param priority    PCP and DEI where they stand in a tag
    /// @param priorityTag in VLAN 0: the tag with VLAN ID 0 goes on to whoever may see tags (spec 3.11)
    private record Inside(byte[] body, int vlan, int priority, boolean priorityTag) {
        long destination() {
            return WireFrame.mac(body, 0);
        }

        long source() {
            return WireFrame.source(body);
        }

        boolean toGroup() {
            return WireFrame.group(destination());
        }

        /// As guests that tag by themselves and wires see it (spec 3.2, 3.4, 3.12).
        byte[] withTag() {
            return vlan != 0 || priorityTag ? WireFrame.tag(body, priority | vlan) : body;
        }
    }

    private final SwitchConfig config;
    private final SwitchConfig.Options options;
    private final NaiveTeam team;
    /// The ports that exist for the switch, the one connected last at the end.
    private final List<SwitchConfig.Port> connected = new ArrayList<>();

    /// Makes the switch; all links are up, and the ports that shall be connected are, in their order.
    public NaiveVSwitch(SwitchConfig config) {
        this.config = config;
        this.options = config.options();
        this.team = new NaiveTeam(config.uplinks(), options.upDelayNanos());
        for (var port : config.ports()) {
            if (port.connected()) {
                connect(port.id(), 0);
            }
        }
    }

    @Override
    public Outcome fromPort(int id, byte[] frame, long nowNanos) {
        tick(nowNanos);
        var sender = config.port(id);
        var fault = headerFault(frame);
        if (fault == null && !isConnected(sender)) {
            fault = DropReason.PORT_DISABLED; // 1.9
        }
        if (fault == null && exceeds(frame, largestPayloadFrom(sender))) {
            fault = DropReason.OVERSIZE;
        }
        if (fault == null) {
            fault = vlanFault(sender, WireFrame.parse(frame));
        }
        if (fault != null) {
            return Outcome.dropped(sender.name(), fault);
        }
        var inside = admit(sender, WireFrame.parse(frame));
        return inside.toGroup() ? groupFromPort(sender, inside) : unicastFromPort(sender, inside);
    }

    @Override
    public Outcome fromUplink(String uplink, byte[] frame, long nowNanos) {
        tick(nowNanos);
        if (!team.linked(uplink)) {
            return Outcome.dropped(uplink, DropReason.LINK_DOWN);
        }
        var fault = headerFault(frame);
        if (fault != null) {
            return Outcome.dropped(uplink, fault);
        }
        if (exceeds(frame, config.mtu())) {
            return Outcome.dropped(uplink, DropReason.OVERSIZE);
        }
        var wire = WireFrame.parse(frame);
        if (wire.tagged() && wire.vlan() == 4095) {
            return Outcome.dropped(uplink, DropReason.VLAN_NOT_ALLOWED);
        }
        // 3.3, 3.9, 3.11: the tag says the VLAN; without one, or with VLAN ID 0, it is VLAN 0.
        var inside = !wire.tagged() ? new Inside(frame, 0, 0, false)
                : new Inside(wire.body(), wire.vlan(), wire.priority(), options.keepPriority());
        return inside.toGroup() ? groupFromUplink(uplink, inside) : unicastFromUplink(uplink, inside);
    }

    /// 5.12: what is wrong with a frame wherever it comes from.
    private static @Nullable DropReason headerFault(byte[] frame) {
        if (WireFrame.truncated(frame)) {
            return DropReason.TRUNCATED;
        }
        return WireFrame.group(WireFrame.source(frame)) ? DropReason.GROUP_SOURCE : null;
    }

    /// 1.28, 1.29
    private static boolean exceeds(byte[] frame, int largestPayload) {
        var tag = WireFrame.type(frame) == WireFrame.TPID ? TAG : 0;
        return frame.length - tag - HEADER > largestPayload;
    }

    /// 1.29: the MTU of the switch, unless jumbo frames may go from port to port. 1.30: and that of the vNIC.
    private int largestPayloadFrom(SwitchConfig.Port sender) {
        var largest = options.localJumbo() ? Integer.MAX_VALUE : config.mtu();
        var vnicLimits = sender.vnicMtu() != 0 && sender.vnicMtu() < config.mtu() && !options.nonTsoGtMtuAllowed();
        return vnicLimits ? sender.vnicMtu() : largest;
    }

    /// 3.6, 3.7: a guest may tag only in VLAN 4095. VLAN ID 0 is no VLAN tag (3.11), unless another tag hides behind it; and 4095 is
    /// reserved.
    private static @Nullable DropReason vlanFault(SwitchConfig.Port sender, WireFrame frame) {
        if (!frame.tagged()) {
            return null;
        }
        if (frame.vlan() == 0) {
            var hidesTag = WireFrame.type(frame.body()) == WireFrame.TPID;
            return hidesTag && !sender.tagsByItself() ? DropReason.TAG_UNEXPECTED : null;
        }
        if (!sender.tagsByItself()) {
            return DropReason.TAG_UNEXPECTED;
        }
        return frame.vlan() == 4095 ? DropReason.VLAN_NOT_ALLOWED : null;
    }

    /// The frame of a guest in the VLAN of its port, or in the one it tagged itself.
    private Inside admit(SwitchConfig.Port sender, WireFrame frame) {
        var priority = frame.tagged() ? frame.priority() : 0;
        if (sender.tagsByItself()) { // 3.4, 3.12
            return new Inside(frame.body(), frame.tagged() ? frame.vlan() : 0, priority,
                    frame.tagged() && options.keepPriority());
        }
        if (sender.vlan() == 0) { // 3.1
            return new Inside(frame.body(), 0, 0, false);
        }
        return new Inside(frame.body(), sender.vlan(), options.keepPriority() ? priority : 0, false); // 3.2, 3.11
    }

    private Outcome unicastFromPort(SwitchConfig.Port sender, Inside frame) {
        var receiver = owner(frame.vlan(), frame.destination());
        if (receiver == sender) {
            return Outcome.dropped(sender.name(), DropReason.SAME_PORT); // 2.9
        }
        if (receiver != null) {
            return new Outcome(List.of(deliver(receiver, frame)), List.of()); // 2.2, 1.6
        }
        var deliveries = new ArrayList<Delivery>();
        var drops = new ArrayList<Drop>();
        toWire(sender, frame, deliveries, drops); // 2.3, 2.5, 1.3, 1.7
        return new Outcome(deliveries, drops);
    }

    /// 2.7: everybody in the VLAN who wants it but the sender, and one copy to the wire.
    private Outcome groupFromPort(SwitchConfig.Port sender, Inside frame) {
        var deliveries = new ArrayList<Delivery>();
        var drops = new ArrayList<Drop>();
        for (var port : connected) {
            if (port != sender && carries(port, frame.vlan()) && wants(port, frame.destination())) {
                deliveries.add(deliver(port, frame));
            }
        }
        if (!sender.team().isEmpty()) {
            toWire(sender, frame, deliveries, drops);
        } else if (deliveries.isEmpty()) { // 1.3
            drops.add(new Drop(sender.name(), DropReason.NO_RECEIVER));
        }
        return new Outcome(deliveries, drops);
    }

    private Outcome unicastFromUplink(String uplink, Inside frame) {
        var receiver = owner(frame.vlan(), frame.destination());
        if (receiver == null) {
            return Outcome.dropped(uplink, DropReason.UNKNOWN_UNICAST); // 2.4, 2.5, 2.6
        }
        if (!sendsBy(receiver, uplink)) {
            return Outcome.dropped(uplink, DropReason.WRONG_UPLINK); // 2.11, 2.12
        }
        return new Outcome(List.of(deliver(receiver, frame)), List.of());
    }

    /// 2.8, 2.10, 2.11, 2.18
    private Outcome groupFromUplink(String uplink, Inside frame) {
        if (options.reversePathFwdCheck() && owner(frame.vlan(), frame.source()) != null) {
            return Outcome.dropped(uplink, DropReason.REFLECTED);
        }
        var deliveries = new ArrayList<Delivery>();
        var stopped = 0;
        for (var port : connected) {
            if (carries(port, frame.vlan()) && wants(port, frame.destination())) {
                if (sendsBy(port, uplink)) {
                    deliveries.add(deliver(port, frame));
                } else {
                    stopped++;
                }
            }
        }
        if (deliveries.isEmpty()) {
            return Outcome.dropped(uplink, stopped > 0 ? DropReason.WRONG_UPLINK : DropReason.NO_RECEIVER);
        }
        return new Outcome(deliveries, List.of());
    }

    /// The port that has this address in this VLAN. Of several the one connected last has it, one of this VLAN before one that
    /// carries all of them.
    private SwitchConfig.@Nullable Port owner(int vlan, long mac) {
        SwitchConfig.@Nullable Port owner = null;
        for (var port : connected) {
            if (port.mac() == mac && carries(port, vlan)
                    && (owner == null || owner.tagsByItself() || !port.tagsByItself())) {
                owner = port;
            }
        }
        return owner;
    }

    private boolean isConnected(SwitchConfig.Port wanted) {
        for (var port : connected) {
            if (port.id() == wanted.id()) {
                return true;
            }
        }
        return false;
    }

    private static boolean carries(SwitchConfig.Port port, int vlan) {
        return port.vlan() == vlan || port.vlan() == GUEST_TAGGING; // 1.5, 3.1-3.4
    }

    /// 2.27, 2.28
    private static boolean wants(SwitchConfig.Port port, long group) {
        var groups = port.groups();
        return group == WireFrame.BROADCAST || groups == null || groups.size() > MOST_GROUPS || groups.contains(group);
    }

    /// 2.11: whether a frame from this uplink may be given to the port.
    private boolean sendsBy(SwitchConfig.Port port, String uplink) {
        return !options.reversePolicy() || uplink.equals(team.uplinkOf(port));
    }

    private static Delivery deliver(SwitchConfig.Port port, Inside frame) {
        return new Delivery(port.name(), port.tagsByItself() ? frame.withTag() : frame.body()); // 3.2, 3.3, 3.12
    }

    /// The copy for the one uplink that the sender uses (2.3, 4.2), or the reason why it cannot be.
    private void toWire(SwitchConfig.Port sender, Inside frame, List<Delivery> deliveries, List<Drop> drops) {
        var uplink = team.uplinkOf(sender);
        if (frame.body().length - HEADER > config.mtu()) {
            drops.add(new Drop(sender.name(), DropReason.OVERSIZE)); // 1.29, with jumbo frames allowed between ports
        } else if (uplink == null) {
            drops.add(new Drop(sender.name(), DropReason.NO_UPLINK)); // 4.21
        } else {
            var padded = new Inside(WireFrame.pad(frame.body(), options.minEtherLen()), frame.vlan(), frame.priority(),
                    frame.priorityTag()); // 1.32
            deliveries.add(new Delivery(uplink, padded.withTag()));
        }
    }

    @Override
    public Outcome link(String uplink, boolean up, long nowNanos) {
        tick(nowNanos);
        team.link(uplink, up, nowNanos, connected);
        return Outcome.NOTHING;
    }

    @Override
    public Outcome tick(long nowNanos) {
        team.tick(nowNanos, connected);
        return Outcome.NOTHING;
    }

    /// 1.9, 1.11: a port that connects is new: it is the last one, and is placed without regard to where it was.
    @Override
    public Outcome connect(int id, long nowNanos) {
        tick(nowNanos);
        var port = config.port(id);
        if (!isConnected(port)) {
            connected.add(port);
            team.place(port);
        }
        return Outcome.NOTHING;
    }

    @Override
    public Outcome disconnect(int id, long nowNanos) {
        tick(nowNanos);
        connected.remove(config.port(id));
        team.forget(config.port(id));
        return Outcome.NOTHING;
    }
}
