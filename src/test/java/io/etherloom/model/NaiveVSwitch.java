package io.etherloom.model;

import static io.etherloom.model.SwitchConfig.GUEST_TAGGING;
import static io.etherloom.model.WireFrame.HEADER;
import static io.etherloom.model.WireFrame.TAG;

import io.etherloom.frame.DropReason;
import io.etherloom.vswitch.SwitchSpec;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The standard vSwitch, written as the spec is read: every frame looks through all ports. Nothing is learned (spec 2.1). Teams,
/// beacons and RARP are in [NaiveHost].
public final class NaiveVSwitch implements SwitchUnderTest {
    /// More groups than this on one vNIC and its filter gives up (spec 2.28).
    static final int MOST_GROUPS = 32;
    /// The name under which drops of frames are told that had waited in a shaper.
    static final String WAITED = "a frame that waited";

    private static final long BRIDGES = 0x0180_c200_0000L;
    private static final long PVST = 0x0100_0ccc_cccdL;
    private static final int LARGEST_LENGTH_FIELD = 1500;

    /// A frame inside the switch, without tag. It never changes its VLAN here (spec 3.16).
    ///
    /// @param body        the frame without the tag that was read
    /// @param vlan        0-4094
    /// @param priority    PCP and DEI where they stand in a tag
    /// @param priorityTag in VLAN 0: the tag with VLAN ID 0 goes on to whoever may see tags (spec 3.11)
    record Inside(byte[] body, int vlan, int priority, boolean priorityTag) {
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
    private SwitchSpec.Options options;
    private final NaivePorts ports;
    private final NaiveHost host;
    private final NaiveShapers shapers;
    private long nowNanos;
    /// By what the frame of this event entered.
    private String entered = WAITED;
    private List<Delivery> deliveries = new ArrayList<>();
    private List<Drop> drops = new ArrayList<>();

    /// Makes the switch; all links are up, and the ports that shall be connected are, in their order.
    public NaiveVSwitch(SwitchConfig config) {
        this.config = config;
        options = config.options();
        ports = new NaivePorts(config);
        host = new NaiveHost(config, ports);
        shapers = new NaiveShapers(config, this::fromShaper, (port, frame) -> deliveries.add(new Delivery(port.name(), frame)));
        for (var port : config.ports()) {
            if (port.connected()) {
                connect(port.id(), 0);
            }
        }
    }

    // ---- what happens

    @Override
    public Outcome fromPort(int id, byte[] frame, long nowNanos) {
        var sender = ports.port(id);
        begin(sender.name(), nowNanos);
        var fault = headerFault(frame);
        if (fault == null && !ports.isConnected(id)) {
            fault = DropReason.PORT_DISABLED; // 1.9
        }
        if (fault == null && exceeds(frame, largestPayloadFrom(sender))) {
            fault = DropReason.OVERSIZE;
        }
        if (fault == null) {
            fault = vlanFault(sender, WireFrame.parse(frame));
        }
        if (fault == null) {
            fault = policyFault(sender, WireFrame.parse(frame).body());
        }
        if (fault != null) {
            return Outcome.dropped(sender.name(), fault);
        }
        var inside = admit(sender, WireFrame.parse(frame));
        if (sender.toSwitch() == null) {
            forward(sender, inside);
        } else if (!shapers.fromGuest(sender, inside, nowNanos)) {
            drop(DropReason.SHAPER_FULL); // 6.5, 6.7
        }
        return end();
    }

    @Override
    public Outcome fromUplink(String uplink, byte[] frame, long nowNanos) {
        begin(uplink, nowNanos);
        if (!host.isLinked(uplink)) {
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
                : new Inside(wire.body(), wire.vlan(), wire.priority(), options.path().keepsPriority());
        if (host.consumes(uplink, inside)) {
            return Outcome.NOTHING; // 4.26
        }
        if (config.endsDiscovery() && (NaivePhysicalSwitch.cdp(wire.body()) || NaivePhysicalSwitch.lldp(wire.body()))) {
            return Outcome.NOTHING; // 8.2
        }
        if (inside.toGroup()) {
            groupFromUplink(uplink, inside);
        } else {
            unicastFromUplink(uplink, inside);
        }
        return end();
    }

    @Override
    public Outcome link(String uplink, boolean up, long nowNanos) {
        begin(WAITED, nowNanos);
        host.link(uplink, up, nowNanos);
        return Outcome.NOTHING;
    }

    @Override
    public Outcome tick(long nowNanos) {
        begin(WAITED, nowNanos);
        deliveries.addAll(host.tick(nowNanos));
        for (var id : host.asked(nowNanos)) {
            ask(ports.port(id));
        }
        shapers.advance(nowNanos);
        return end();
    }

    @Override
    public long due() {
        return Math.min(host.due(nowNanos), shapers.due());
    }

    /// 1.9, 1.11: a port that connects is new: it is the last one, and is placed without regard to where it was.
    @Override
    public Outcome connect(int id, long nowNanos) {
        begin(WAITED, nowNanos);
        ports.connect(id);
        host.connected(ports.port(id), nowNanos);
        shapers.set(ports.port(id), options.shapers(), nowNanos);
        return end();
    }

    @Override
    public Outcome disconnect(int id, long nowNanos) {
        begin(WAITED, nowNanos);
        ports.disconnect(id);
        host.disconnected(id, nowNanos);
        shapers.forget(ports.port(id), _ -> drop(DropReason.PORT_DISABLED));
        return end();
    }

    /// The guest of a port did something, or its policies changed.
    @Override
    public Outcome change(SwitchConfig.Port next, long nowNanos) {
        begin(WAITED, nowNanos);
        var before = ports.port(next.id());
        ports.replace(next);
        if (ports.isConnected(next.id())) {
            host.changed(before, next, nowNanos);
            shapers.set(next, options.shapers(), nowNanos);
        }
        return end();
    }

    @Override
    public Outcome set(SwitchSpec.Options next, long nowNanos) {
        begin(WAITED, nowNanos);
        options = next;
        host.set(next, nowNanos);
        for (var port : ports.connected()) {
            shapers.set(port, next.shapers(), nowNanos);
        }
        return end();
    }

    private void begin(String name, long now) {
        entered = name;
        nowNanos = now;
        deliveries = new ArrayList<>();
        drops = new ArrayList<>();
    }

    private Outcome end() {
        return new Outcome(deliveries, drops);
    }

    private void drop(DropReason reason) {
        drops.add(new Drop(entered, reason));
    }

    // ---- what may enter

    /// 5.12: what is wrong with a frame wherever it comes from.
    private @Nullable DropReason headerFault(byte[] frame) {
        if (WireFrame.truncated(frame)) {
            return DropReason.TRUNCATED;
        }
        return options.path().dropsGroupSource() && WireFrame.group(WireFrame.source(frame)) ? DropReason.GROUP_SOURCE : null;
    }

    /// 1.28, 1.29
    private static boolean exceeds(byte[] frame, int largestPayload) {
        var tag = WireFrame.type(frame) == WireFrame.TPID ? TAG : 0;
        return frame.length - tag - HEADER > largestPayload;
    }

    /// 1.29: the MTU of the switch, unless jumbo frames may go from port to port. 1.30: and that of the vNIC.
    private int largestPayloadFrom(SwitchConfig.Port sender) {
        var largest = options.path().passesLocalJumbo() ? Integer.MAX_VALUE : config.mtu();
        var ofVnic = sender.guest().vnicMtu();
        return ofVnic != 0 && ofVnic < config.mtu() && !options.path().passesVnicJumbo() ? ofVnic : largest;
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

    private @Nullable DropReason policyFault(SwitchConfig.Port sender, byte[] body) {
        var own = options.path().checksInitialSource() ? sender.guest().initialMac() : NaivePorts.effectiveMac(sender);
        if (!sender.security().allowsForgedTransmits() && WireFrame.source(body) != own) {
            return DropReason.FORGED_TRANSMIT; // 5.9
        }
        return options.path().blocksGuestBpdus() && isBpdu(body) ? DropReason.BPDU_FILTERED : null;
    }

    /// 2.19
    private boolean isBpdu(byte[] body) {
        var to = WireFrame.mac(body, 0);
        var hasLlc = body.length >= HEADER + 2 && WireFrame.type(body) <= LARGEST_LENGTH_FIELD;
        return to == PVST && options.path().blocksGuestPvst()
                || to == BRIDGES && hasLlc && body[HEADER] == 0x42 && body[HEADER + 1] == 0x42;
    }

    /// The frame of a guest in the VLAN of its port, or in the one it tagged itself.
    private Inside admit(SwitchConfig.Port sender, WireFrame frame) {
        var priority = frame.tagged() ? frame.priority() : 0;
        var keeps = options.path().keepsPriority();
        if (sender.tagsByItself()) { // 3.4, 3.12
            return new Inside(frame.body(), frame.tagged() ? frame.vlan() : 0, priority, frame.tagged() && keeps);
        }
        return inVlanOf(sender, frame.body(), priority);
    }

    private Inside inVlanOf(SwitchConfig.Port sender, byte[] body, int priority) {
        if (sender.vlan() == 0) { // 3.1
            return new Inside(body, 0, 0, false);
        }
        return new Inside(body, sender.vlan(), options.path().keepsPriority() ? priority : 0, false); // 3.2, 3.11
    }

    // ---- from a guest

    /// What waited goes on in the VLAN that its port has now.
    private void fromShaper(SwitchConfig.Port sender, Inside frame) {
        forward(sender, sender.tagsByItself() ? frame : inVlanOf(sender, frame.body(), frame.priority()));
    }

    private void forward(SwitchConfig.Port sender, Inside frame) {
        if (frame.toGroup()) {
            groupFromPort(sender, frame);
        } else {
            unicastFromPort(sender, frame);
        }
    }

    private void unicastFromPort(SwitchConfig.Port sender, Inside frame) {
        var receiver = ports.owner(frame.vlan(), frame.destination());
        if (receiver == sender) {
            drop(DropReason.SAME_PORT); // 2.9
        } else if (receiver != null) {
            deliver(receiver, frame); // 2.2, 1.6
        } else {
            toWire(sender, frame); // 2.3, 2.5, 1.3, 1.7
        }
        for (var port : ports.connected()) {
            if (port != sender && port != receiver && watches(port, frame.vlan())) {
                deliver(port, frame); // 5.2, 5.3, 2.15
            }
        }
    }

    /// 2.7: everybody in the VLAN who wants it but the sender, and one copy to the wire.
    private void groupFromPort(SwitchConfig.Port sender, Inside frame) {
        var isWanted = false;
        for (var port : ports.connected()) {
            if (port != sender && wants(port, frame)) {
                deliver(port, frame);
                isWanted = true;
            }
        }
        if (!NaiveTeam.members(sender.team()).isEmpty()) {
            toWire(sender, frame);
        } else if (!isWanted) { // 1.3
            drop(DropReason.NO_RECEIVER);
        }
    }

    /// The copies for the uplinks that the sender uses: one (2.3, 4.2), or all while in doubt (4.31); or the reason why there is none.
    private void toWire(SwitchConfig.Port sender, Inside frame) {
        var uplinks = host.uplinksFor(sender, frame.body());
        if (frame.body().length - HEADER > config.mtu()) {
            drop(DropReason.OVERSIZE); // 1.29, with jumbo frames allowed between ports
        } else if (uplinks.isEmpty()) {
            drop(DropReason.NO_UPLINK); // 4.21
        } else {
            for (var uplink : uplinks) {
                deliveries.add(host.onWire(uplink, frame));
            }
        }
    }

    // ---- from the wire

    private void unicastFromUplink(String uplink, Inside frame) {
        var receiver = ports.owner(frame.vlan(), frame.destination());
        var isDelivered = receiver != null && deliverFrom(uplink, receiver, frame);
        for (var port : ports.connected()) {
            if (port != receiver && watches(port, frame.vlan())) { // 2.4, 2.15
                isDelivered |= deliverFrom(uplink, port, frame);
            }
        }
        if (!isDelivered) { // 2.4, 2.5, 2.6; 2.11, 2.12
            drop(receiver == null ? DropReason.UNKNOWN_UNICAST : DropReason.WRONG_UPLINK);
        }
    }

    /// 2.8, 2.10, 2.11, 2.18
    private void groupFromUplink(String uplink, Inside frame) {
        if (options.path().dropsReflected() && ports.owner(frame.vlan(), frame.source()) != null) {
            drop(DropReason.REFLECTED);
            return;
        }
        var isWanted = false;
        var isDelivered = false;
        for (var port : ports.connected()) {
            if (wants(port, frame)) {
                isWanted = true;
                isDelivered |= deliverFrom(uplink, port, frame);
            }
        }
        if (!isDelivered) {
            drop(isWanted ? DropReason.WRONG_UPLINK : DropReason.NO_RECEIVER);
        }
    }

    /// Behind the reverse teaming filter; returns whether the frame passed it.
    private boolean deliverFrom(String uplink, SwitchConfig.Port port, Inside frame) {
        var isFlooded = frame.toGroup() && isPromiscuous(port) && !port.security().filtersPromiscuous()
                && host.isActive(uplink, port); // 2.16, 2.17
        if (!NaivePorts.isSilenced(port) && options.path().filtersReverse() && !isFlooded
                && !host.accepts(port, uplink, frame.body())) {
            return false;
        }
        deliver(port, frame);
        return true;
    }

    // ---- to a guest

    private static boolean carries(SwitchConfig.Port port, int vlan) {
        return port.vlan() == vlan || port.vlan() == GUEST_TAGGING; // 1.5, 3.1-3.4
    }

    /// 5.2, 5.4
    private boolean isPromiscuous(SwitchConfig.Port port) {
        return port.security().allowsPromiscuous() && (port.guest().asksPromiscuous() || options.path().assumesPromiscuous());
    }

    /// 3.17, 5.3
    private boolean watches(SwitchConfig.Port port, int vlan) {
        return isPromiscuous(port) && carries(port, vlan);
    }

    /// 2.27, 2.28, 5.2: whether a port is to have this group frame.
    private boolean wants(SwitchConfig.Port port, Inside frame) {
        var groups = port.guest().groups();
        var group = frame.destination();
        return carries(port, frame.vlan()) && (group == WireFrame.BROADCAST || groups == null || groups.size() > MOST_GROUPS
                || groups.contains(group) || isPromiscuous(port));
    }

    /// 2.31, 7.10: a query for this guest alone, past its shaper (4.48a); not where its vNIC filters the group (2.27), nor while it gets
    /// nothing (5.7). Without a tag, as 4.48 has it for RARP.
    private void ask(SwitchConfig.Port port) {
        var query = new Inside(host.query(), port.tagsByItself() ? 0 : port.vlan(), 0, false);
        if (wants(port, query) && !NaivePorts.isSilenced(port)) {
            deliveries.add(new Delivery(port.name(), query.body()));
        }
    }

    /// A copy for a port, which gets nothing while its guest has an address that it may not have (5.7).
    private void deliver(SwitchConfig.Port port, Inside frame) {
        var bytes = port.tagsByItself() ? frame.withTag() : frame.body(); // 3.2, 3.3, 3.12
        if (NaivePorts.isSilenced(port)) {
            drop(DropReason.MAC_CHANGE_REJECTED);
        } else if (port.toPort() == null) {
            deliveries.add(new Delivery(port.name(), bytes));
        } else if (!shapers.toGuest(port, bytes, nowNanos)) {
            drop(DropReason.SHAPER_FULL); // 6.4, 6.7
        }
    }
}
