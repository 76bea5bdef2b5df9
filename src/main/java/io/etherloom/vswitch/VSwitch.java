package io.etherloom.vswitch;

import io.etherloom.discovery.Discoverer;
import io.etherloom.frame.CapturePoint;
import io.etherloom.frame.DropReason;
import io.etherloom.frame.DurationCounts;
import io.etherloom.frame.Frame;
import io.etherloom.frame.FrameBatch;
import io.etherloom.frame.FrameSwitch;
import io.etherloom.frame.PortSet;
import io.etherloom.wire.MacAddress;
import io.etherloom.wire.Tag;
import org.jspecify.annotations.Nullable;

/// A standard vSwitch of one host.
///
/// It is not a learning bridge: it knows the addresses of its own vNICs and nothing else, ports are unequal, an unknown unicast goes to
/// one uplink or nowhere, and nothing that came by an uplink leaves by one (spec section 2). Belongs to one agent thread; allocates
/// nothing per frame.
public final class VSwitch implements FrameSwitch {
    /// Copies for promiscuous ports in one batch; a guest that watches must not hold up the others.
    private static final int MAX_WATCHED = 4096;

    private final PortSet ports;
    private final UplinkLinks links;
    private final BeaconProbe probe;
    private final Notifier notifier;
    private final GroupQuerier querier;
    private final Teaming teaming;
    private final Shapers shapers;
    private final Refusals refusals;
    private final Discoverer discoverer;
    private ForwardingTables tables = ForwardingTables.EMPTY;
    private long nowNanos;
    private int watchedLeft;

    public VSwitch(PortSet ports) {
        this(ports, SwitchListener.NONE);
    }

    /// @param listener told of what happens, on the agent thread
    public VSwitch(PortSet ports, SwitchListener listener) {
        this.ports = ports;
        links = new UplinkLinks(listener);
        probe = new BeaconProbe(ports, links, listener);
        notifier = new Notifier(ports, this::sendAnnouncement, listener);
        querier = new GroupQuerier(ports);
        teaming = new Teaming(links, probe, this::moved, listener);
        refusals = new Refusals(listener);
        shapers = new Shapers(ports, this::fromShaper, this::toGuest);
        discoverer = new Discoverer(ports);
    }

    private VSwitch(VSwitch original, PortSet ports) {
        this.ports = ports;
        links = new UplinkLinks(original.links);
        probe = new BeaconProbe(original.probe, ports, links);
        notifier = new Notifier(ports, this::sendAnnouncement, SwitchListener.NONE);
        querier = new GroupQuerier(ports);
        teaming = new Teaming(original.teaming, links, probe);
        refusals = new Refusals(SwitchListener.NONE);
        refusals.apply(ForwardingTables.EMPTY, original.tables);
        shapers = new Shapers(original.shapers, ports, this::fromShaper, this::toGuest);
        discoverer = original.discoverer.twin(ports);
        tables = original.tables;
    }

    /// Of what waits in shapers it has the lengths only ([Frame#isShape]): observers of its ports see such a frame when it is dropped, and
    /// never otherwise.
    @Override
    public VSwitch twin(PortSet ports) {
        return new VSwitch(this, ports);
    }

    /// When the next frame that waits in a shaper is due, `Long.MAX_VALUE` when none waits.
    public long shapedDueNanos() {
        return shapers.dueNanos();
    }

    /// Lets what is due in shapers go and does nothing else that is due: for a [#twin].
    public void releaseShaped(long nowNanos) {
        now(nowNanos);
        shapers.release(nowNanos);
    }

    @Override
    public PortSet ports() {
        return ports;
    }

    /// Follows new tables from the next frame on. Ports that they name and that are new must have been opened in [#ports], and new
    /// uplinks given by [#attachUplink].
    public void apply(ForwardingTables next, long nowNanos) {
        now(nowNanos);
        refusals.apply(tables, next);
        tables = next;
        links.apply(next, nowNanos);
        probe.apply(next, nowNanos);
        notifier.apply(next, nowNanos);
        querier.apply(next, nowNanos);
        teaming.apply(next, nowNanos);
        shapers.apply(next, nowNanos);
        discoverer.apply(next.discovery(), nowNanos);
    }

    public ForwardingTables tables() {
        return tables;
    }

    /// What its uplinks say of this host, and hear.
    public Discoverer discoverer() {
        return discoverer;
    }

    /// A pNIC is plugged into the port with this index, its link in this state.
    public void attachUplink(int port, boolean isLinkUp) {
        links.attach(port, isLinkUp);
        discoverer.linkChanged(port, isLinkUp, nowNanos);
        teaming.settle(nowNanos, true);
    }

    /// A port that stood still works again where it was, and says so like one that was just connected (spec 7.11).
    public void enabledAgain(int port, long nowNanos) {
        now(nowNanos);
        notifier.enabledAgain(port, nowNanos);
    }

    @Override
    public void linkChanged(int port, boolean isUp, long nowNanos) {
        now(nowNanos);
        discoverer.linkChanged(port, isUp, nowNanos);
        if (links.changed(port, isUp, nowNanos)) {
            teaming.settle(nowNanos, false);
        }
    }

    /// Does what is due in the order in which it fell due: link delays and polls, then beacons, notifications, queries, shaped frames, and what
    /// is said of this host.
    @Override
    public long tick(long nowNanos) {
        now(nowNanos);
        while (links.dueNanos() <= nowNanos) {
            if (links.advance(nowNanos)) {
                teaming.settle(nowNanos, false);
            }
        }
        if (probe.judge(nowNanos)) {
            teaming.settle(nowNanos, false);
        }
        probe.speak(nowNanos);
        notifier.announce(nowNanos);
        querier.ask(nowNanos);
        shapers.release(nowNanos);
        discoverer.speak(nowNanos);
        return dueNanos();
    }

    @Override
    public long dueNanos() {
        long due = Math.min(Math.min(links.dueNanos(), probe.dueNanos()), Math.min(notifier.dueNanos(), shapers.dueNanos()));
        return Math.min(due, Math.min(querier.dueNanos(), discoverer.dueNanos()));
    }

    /// A port has come to another uplink, which the network is told, and its guest is asked to tell it more.
    private void moved(int port) {
        notifier.moved(port, nowNanos);
        querier.moved(port, nowNanos);
    }

    @Override
    public void receive(int port, FrameBatch batch, long nowNanos) {
        now(nowNanos);
        var rules = tables.rules(port);
        for (int i = 0; i < batch.size(); i++) {
            forward(port, rules, batch.take(i), batch.tag(i));
        }
        batch.clear();
    }

    private void now(long nowNanos) {
        this.nowNanos = nowNanos;
        watchedLeft = MAX_WATCHED;
        ports.now(nowNanos);
    }

    /// Carries one frame from the port where it entered to wherever it ends.
    private void forward(int ingress, PortRules rules, Frame frame, int wireTag) {
        ports.received(ingress, frame, wireTag);
        var fault = admit(ingress, rules, frame, wireTag);
        if (fault != null) {
            if (fault == DropReason.FORGED_TRANSMIT) {
                refusals.forged(ingress, frame.source(), nowNanos);
            }
            end(ingress, frame, wireTag, fault);
            return;
        }
        int tag = rules.classify(wireTag);
        if (rules.isUplink) {
            fromUplink(ingress, frame, tag);
        } else if (shapers.passes(ingress, frame, tag, nowNanos)) {
            fromPort(ingress, frame, tag);
        } else {
            shapers.offer(ingress, frame, tag, nowNanos);
        }
    }

    /// Why this frame may not enter by this port, or null.
    private @Nullable DropReason admit(int ingress, PortRules rules, Frame frame, int wireTag) {
        if (rules.isUplink && !links.isLinkUp(ingress)) {
            return DropReason.LINK_DOWN;
        }
        if (frame.fault() != null) {
            return frame.fault();
        }
        if (tables.dropsGroupSource && MacAddress.isGroup(frame.source())) {
            return DropReason.GROUP_SOURCE;
        }
        if (!rules.isConnected) {
            return DropReason.PORT_DISABLED;
        }
        var fault = rules.checkLength(frame);
        if (fault == null) {
            fault = rules.checkTag(frame, wireTag);
        }
        return fault != null ? fault : rules.checkPolicy(frame);
    }

    /// A frame that its port's shaper held back or cut from a super-frame; the port's VLAN may have changed meanwhile.
    private void fromShaper(int ingress, Frame frame, int tag) {
        if (tables.isConnected(ingress)) {
            var rules = tables.rules(ingress);
            fromPort(ingress, frame, rules.isTrunk ? tag : rules.classify(tag));
        } else {
            end(ingress, frame, tag, DropReason.PORT_DISABLED);
        }
    }

    /// From a vNIC or vmk: to a local port, to a group of them, or to the one uplink of the sender (spec 2.2, 2.3, 2.7); then to those that
    /// watch (spec 5.2).
    private void fromPort(int ingress, Frame frame, int tag) {
        ports.passed(ingress, CapturePoint.ETHERSWITCH_DISPATH, frame, tag);
        if (frame.isGroup()) {
            boolean isDelivered = spread(ingress, frame, tag) > 0;
            if (tables.hasTeam(ingress)) {
                sendByUplink(ingress, frame, tag);
            } else if (!isDelivered) {
                ports.dropped(ingress, frame, tag, DropReason.NO_RECEIVER);
            }
        } else {
            int port = tables.port(Tag.vid(tag), frame.destination());
            if (port == ingress) {
                ports.dropped(ingress, frame, tag, DropReason.SAME_PORT);
            } else if (port != ForwardingDatabase.NONE) {
                output(port, frame, tag);
            } else {
                sendByUplink(ingress, frame, tag);
            }
            if (tables.hasWatchers()) {
                show(ingress, port, frame, tag);
            }
        }
        frame.release();
    }

    /// Copies a local port's unicast frame to those of its VLAN that watch (spec 5.2).
    private void show(int ingress, int port, Frame frame, int tag) {
        for (int watcher : tables.watchers(Tag.vid(tag))) {
            if (watcher != ingress && watcher != port && mayWatch(watcher, frame, tag)) {
                ports.watched(watcher, frame);
                output(watcher, frame, tag);
            }
        }
    }

    /// Copies a local port's frame to all others of its VLAN that want it; returns how many.
    private int spread(int ingress, Frame frame, int tag) {
        int copies = 0;
        for (int port : tables.receivers(Tag.vid(tag))) {
            if (port != ingress && tables.acceptsGroup(port, frame.destination())) {
                output(port, frame, tag);
                copies++;
            }
        }
        return copies;
    }

    /// From the wire: to local ports that send by this uplink themselves, and never to an uplink (spec 2.4, 2.6, 2.8, 2.10, 2.11).
    private void fromUplink(int ingress, Frame frame, int tag) {
        ports.passed(ingress, CapturePoint.ETHERSWITCH_DISPATH, frame, tag);
        if (frame.isGroup()) {
            if (probe.consumes(ingress, frame, tag, nowNanos) || discoverer.takes(ingress, frame, tag, nowNanos)) {
                ports.consumed(ingress, frame);
            } else {
                dropIf(spreadFromUplink(ingress, frame, tag), ingress, frame, tag);
            }
        } else {
            int port = tables.port(Tag.vid(tag), frame.destination());
            var fault = port == ForwardingDatabase.NONE ? DropReason.UNKNOWN_UNICAST : deliver(ingress, port, frame, tag);
            for (int watcher : tables.watchers(Tag.vid(tag))) {
                if (watcher != port && mayWatch(watcher, frame, tag) && deliver(ingress, watcher, frame, tag) == null) {
                    ports.watched(watcher, frame);
                    fault = null;
                }
            }
            dropIf(fault, ingress, frame, tag);
        }
        frame.release();
    }

    private void dropIf(@Nullable DropReason fault, int ingress, Frame frame, int tag) {
        if (fault != null) {
            ports.dropped(ingress, frame, tag, fault);
        }
    }

    private @Nullable DropReason spreadFromUplink(int ingress, Frame frame, int tag) {
        if (tables.dropsReflected && tables.port(Tag.vid(tag), frame.source()) != ForwardingDatabase.NONE) {
            return DropReason.REFLECTED;
        }
        int delivered = 0;
        int refused = 0;
        for (int port : tables.receivers(Tag.vid(tag))) {
            if (tables.acceptsGroup(port, frame.destination())) {
                if (deliver(ingress, port, frame, tag) == null) {
                    delivered++;
                } else {
                    refused++;
                }
            }
        }
        if (delivered > 0) {
            return null;
        }
        return refused > 0 ? DropReason.WRONG_UPLINK : DropReason.NO_RECEIVER;
    }

    /// Hands a frame of an uplink to a port, behind the reverse teaming filter (spec 2.11, 2.13, 2.17).
    private @Nullable DropReason deliver(int uplink, int port, Frame frame, int tag) {
        boolean isFiltered = tables.filtersReverse && !teaming.accepts(uplink, port, frame) && !isWatchedFlood(uplink, port, frame);
        if (isFiltered && !tables.isSilenced(port)) {
            ports.resolved(port, frame, tag);
            return DropReason.WRONG_UPLINK;
        }
        output(port, frame, tag);
        return null;
    }

    /// A group frame reaches a promiscuous port by every active uplink of its team, unless that is filtered, too (spec 2.16, 2.17).
    private boolean isWatchedFlood(int uplink, int port, Frame frame) {
        return frame.isGroup() && tables.isWatcher(port) && !tables.filtersPromiscuous(port) && teaming.isActive(uplink, port);
    }

    /// Whether one more copy for a promiscuous port is allowed in this batch.
    private boolean mayWatch(int watcher, Frame frame, int tag) {
        if (watchedLeft == 0) {
            ports.dropped(watcher, frame, tag, DropReason.PROMISCUOUS_LIMIT);
            return false;
        }
        watchedLeft--;
        return true;
    }

    /// Hands a copy to a local port, unless its guest is silenced (spec 5.7).
    private void output(int port, Frame frame, int tag) {
        ports.resolved(port, frame, tag);
        int egressTag = tables.egressTag(port, tag);
        if (tables.isSilenced(port)) {
            ports.dropped(port, frame, tag, DropReason.MAC_CHANGE_REJECTED);
        } else if (shapers.passesOutput(port, frame, egressTag, nowNanos)) {
            ports.send(port, frame, egressTag);
        } else {
            shapers.offerOutput(port, frame, egressTag, nowNanos);
        }
    }

    /// A frame that has waited in the shaper towards its guest.
    private void toGuest(int port, Frame frame, int tag) {
        ports.send(port, frame, tag);
        frame.release();
    }

    /// One copy to the uplink that the sender's team gives it (spec 4.2), or in doubt to every one (spec 4.31).
    private void sendByUplink(int ingress, Frame frame, int tag) {
        int uplink = teaming.uplinkFor(ingress, frame);
        if (tables.exceedsUplink(frame)) {
            ports.dropped(ingress, frame, tag, DropReason.OVERSIZE);
        } else if (uplink == Teaming.NO_UPLINK) {
            ports.dropped(ingress, frame, tag, DropReason.NO_UPLINK);
        } else if (uplink == Teaming.EVERY) {
            sendByAll(ingress, frame, tag);
        } else {
            teaming.sent(ingress, nowNanos);
            sendBy(uplink, ingress, frame, tag);
        }
    }

    private void sendByAll(int ingress, Frame frame, int tag) {
        var team = teaming.team(ingress);
        boolean isSent = false;
        for (int member = 0; member < team.size(); member++) {
            if (team.isHealthy(member)) {
                sendBy(team.uplink(member), ingress, frame, tag);
                isSent = true;
            }
        }
        if (!isSent) { // All of them have just come up and wait for the end of the delay.
            ports.dropped(ingress, frame, tag, DropReason.NO_UPLINK);
        }
    }

    /// A pNIC pads what is too short for Ethernet (spec 1.32); local receivers of the same frame get it as it was.
    private void sendBy(int uplink, int ingress, Frame frame, int tag) {
        ports.resolved(uplink, frame, tag);
        if (frame.length() >= tables.minEtherLen) {
            ports.send(uplink, frame, tag);
            return;
        }
        var copy = ports.pool().copy(frame);
        if (copy == null) {
            ports.dropped(ingress, frame, tag, DropReason.POOL_EXHAUSTED);
            return;
        }
        copy.pad(tables.minEtherLen);
        ports.send(uplink, copy, tag);
        copy.release();
    }

    /// What the host says of a port goes to the wire only, behind security, shaping and the port's counters (spec 4.48a).
    private void sendAnnouncement(int port, Frame frame, int tag) {
        frame.pad(tables.minEtherLen);
        int uplink = teaming.uplinkFor(port, frame);
        if (uplink >= 0) {
            announceBy(uplink, port, frame, tag);
        } else if (uplink == Teaming.EVERY) {
            var team = teaming.team(port);
            for (int member = 0; member < team.size(); member++) {
                if (team.isHealthy(member)) {
                    announceBy(team.uplink(member), port, frame, tag);
                }
            }
        }
    }

    private void announceBy(int uplink, int port, Frame frame, int tag) {
        ports.originate(uplink, frame, tag);
        notifier.left(port);
    }

    private void end(int ingress, Frame frame, int tag, DropReason reason) {
        ports.dropped(ingress, frame, tag, reason);
        frame.release();
    }

    /// Whether an uplink may be used: its link is up and the delay after that is over.
    public boolean isUsable(int uplink) {
        return links.isUsable(uplink);
    }

    /// Whether an uplink has link.
    public boolean isLinkUp(int uplink) {
        return links.isLinkUp(uplink);
    }

    /// Whether the link of an uplink went down too often in the last minute (spec 1.34).
    public boolean isUnstable(int uplink, long nowNanos) {
        return links.isUnstable(uplink, nowNanos);
    }

    /// How long teams were cut off after failures: from the loss of a link (or the verdict on its beacons) to the first frame that a port which had
    /// to move sent by another uplink. Any thread may read.
    public DurationCounts outages() {
        return teaming.outages();
    }

    /// How often a port of this switch had to change its uplink.
    public long failovers() {
        return teaming.failovers();
    }

    /// By which uplink a port of a vNIC or vmk sends, and why.
    public Placement placement(int port) {
        return teaming.placement(port);
    }

    /// How the team of a port of a vNIC or vmk stands.
    public TeamState teamState(int port, long nowNanos) {
        return teaming.team(port).state(links, nowNanos);
    }

    /// How the shaper of a port stands, null where there is none.
    ///
    /// @param isToSwitch of what the guest sends, else of what it receives
    public @Nullable ShaperState shaperState(int port, boolean isToSwitch, long nowNanos) {
        return shapers.state(port, isToSwitch, nowNanos);
    }

    /// RARP frames sent for a port since it was connected.
    public long rarpsSent(int port) {
        return notifier.sent(port);
    }

    /// Whether a port is promiscuous: its policy allows it and its guest asks (spec 5.2).
    public boolean isPromiscuous(int port) {
        return tables.isWatcher(port);
    }
}
