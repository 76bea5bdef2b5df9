package io.etherloom.fabric;

import io.etherloom.discovery.Discoverer;
import io.etherloom.frame.Bpdu;
import io.etherloom.frame.DropReason;
import io.etherloom.frame.Frame;
import io.etherloom.frame.FrameBatch;
import io.etherloom.frame.FrameSwitch;
import io.etherloom.frame.PortSet;
import io.etherloom.wire.MacAddress;
import io.etherloom.wire.Tag;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A physical learning switch: a VLAN bridge by IEEE Std 802.1Q clause 8, without spanning tree. Floods what it does not know within the
/// VLAN, also frames to the bridge group address 01:80:c2:00:00:00, as switches do whose spanning tree is off; the other reserved
/// addresses (01:80:c2:00:00:01 to 0f) end here (clause 8.6.3). Speaks and hears CDP and LLDP where it is told to, on each link for itself and
/// whatever the port forwards ([Discoverer]).
///
/// Of what switches with spanning tree do to an ESX host it has the two effects that one meets: BPDU guard, which disables a port (spec
/// 2.20), and the forward delay of a port whose link came up (spec 9.13). Static EtherChannels are one port each ([PortStates]).
///
/// Belongs to one agent thread; allocates nothing per frame once its table has grown.
public final class PhysicalSwitch implements FrameSwitch {
    private static final long SWEEP_NANOS = 1_000_000_000L;

    private final PortSet ports;
    private StationTable stations;
    private PhysicalTables tables;
    private final PortStates states;
    private final Discoverer discoverer;
    private Listener listener = new Listener() {};
    private long nowNanos;
    private long nextSweep;

    public PhysicalSwitch(PortSet ports) {
        this.ports = ports;
        stations = new StationTable(0, 0);
        tables = PhysicalTables.compile(new PhysicalSwitchSpec(0, 0, 0, List.of()));
        states = new PortStates(tables);
        discoverer = new Discoverer(ports);
    }

    private PhysicalSwitch(PhysicalSwitch original, PortSet ports) {
        this.ports = ports;
        stations = new StationTable(original.stations);
        tables = original.tables;
        states = new PortStates(original.states);
        discoverer = original.discoverer.twin(ports);
    }

    @Override
    public PhysicalSwitch twin(PortSet ports) {
        return new PhysicalSwitch(this, ports);
    }

    @Override
    public PortSet ports() {
        return ports;
    }

    /// What its ports say of it, and hear.
    public Discoverer discoverer() {
        return discoverer;
    }

    /// Is told what the switch does to its ports of its own accord, so that whoever owns the cables takes the link down at both ends, or up
    /// again. Called on the agent thread, in the middle of a batch or of [#tick], after the state has changed; it may call
    /// [#linkChanged].
    public interface Listener {
        /// The BPDU guard has disabled this port.
        default void errDisabled(int port) {}

        /// This port is no longer disabled, by time or by hand.
        default void recovered(int port) {}
    }

    /// Has this listener told from now on; on the agent thread, or before the switch has joined one.
    public void listener(Listener next) {
        listener = next;
    }

    /// Follows new tables from the next frame on. Stations that were learned stay, but those behind a port whose VLANs or channel changed,
    /// and all where the ageing time or the table's size changed. Ports that are new must have been opened in [#ports]; their
    /// links start down.
    public void apply(PhysicalTables next, long nowNanos) {
        var before = tables.spec();
        var after = next.spec();
        if (before.ageingNanos() != after.ageingNanos() || before.maxStations() != after.maxStations()) {
            stations = new StationTable(after.maxStations(), after.ageingNanos());
        }
        for (int port = 0; port < tables.size(); port++) {
            if (!next.keepsStationsOf(tables, port)) {
                stations.flush(port);
            }
        }
        states.apply(next);
        tables = next;
        discoverer.apply(next.discovery(), nowNanos);
    }

    /// A port whose link comes up waits for the forward delay, unless it has portFast; what was learned on a port or channel is forgotten
    /// with its last link. A port that its BPDU guard disabled stays so whatever its link does.
    @Override
    public void linkChanged(int port, boolean isUp, long nowNanos) {
        forget(states.linkChanged(port, isUp, nowNanos));
        discoverer.linkChanged(port, isUp, nowNanos);
    }

    private void forget(int logical) {
        if (logical != PortStates.NONE) {
            stations.flush(logical);
        }
    }

    /// Whether the link of a port is up.
    public boolean isLinkUp(int port) {
        return states.isLinkUp(port);
    }

    /// Whether the BPDU guard has disabled a port.
    public boolean isErrDisabled(int port) {
        return states.isErrDisabled(port);
    }

    /// What a port does at this moment; a member of a channel is in the state of its channel while it is live.
    public PortState portState(int port, long nowNanos) {
        return states.state(port, nowNanos);
    }

    /// The channel of which a port is a member, or null.
    public PhysicalSwitchSpec.@Nullable Channel channelOf(int port) {
        return tables.channel(port);
    }

    private void errDisable(int port) {
        forget(states.errDisable(port, true, nowNanos));
        ports.dropQueued(port, DropReason.LINK_DOWN);
        listener.errDisabled(port);
    }

    /// Brings a port back that its BPDU guard has disabled: as if its link had come up now. Does nothing to others. On the agent thread.
    public void recover(int port, long nowNanos) {
        if (states.isErrDisabled(port)) {
            states.errDisable(port, false, nowNanos);
            listener.recovered(port);
        }
    }

    @Override
    public long tick(long nowNanos) {
        discoverer.speak(nowNanos);
        return Math.min(Math.min(recoverDue(nowNanos), sweep(nowNanos)), discoverer.dueNanos());
    }

    @Override
    public long dueNanos() {
        return discoverer.dueNanos();
    }

    /// Brings back the ports whose time has come; returns when the next one's comes.
    private long recoverDue(long nowNanos) {
        long afterNanos = tables.spec().errDisableRecoveryNanos();
        long next = Long.MAX_VALUE;
        for (int port = 0; afterNanos > 0 && port < tables.size(); port++) {
            if (states.isErrDisabled(port)) {
                long due = states.disabledAtNanos(port) + afterNanos;
                if (nowNanos - due >= 0) {
                    recover(port, nowNanos);
                } else {
                    next = Math.min(next, due);
                }
            }
        }
        return next;
    }

    private long sweep(long nowNanos) {
        if (stations.size() == 0) {
            return Long.MAX_VALUE;
        }
        if (nowNanos >= nextSweep) {
            stations.age(nowNanos);
            nextSweep = nowNanos + Math.max(SWEEP_NANOS, tables.spec().ageingNanos() / 8);
        }
        return nextSweep;
    }

    @Override
    public void receive(int port, FrameBatch batch, long nowNanos) {
        this.nowNanos = nowNanos;
        ports.now(nowNanos);
        for (int i = 0; i < batch.size(); i++) {
            forward(port, batch.take(i), batch.tag(i));
        }
        batch.clear();
    }

    /// Carries one frame from the port where it entered to wherever it ends. A port in the second part of its forward delay learns from
    /// good frames and relays none (IEEE Std 802.1D, 7.4).
    private void forward(int ingress, Frame frame, int wireTag) {
        ports.received(ingress, frame, wireTag);
        var fault = admit(ingress, frame);
        if (fault == null && hears(ingress, frame, wireTag)) {
            ports.consumed(ingress, frame);
        } else if (fault == null) {
            fault = carry(ingress, frame, wireTag);
        }
        if (fault != null) {
            ports.dropped(ingress, frame, wireTag, fault);
        }
        frame.release();
    }

    /// Whether a frame was of a discovery protocol that this port hears, which needs no forwarding state. Only frames without VLAN are: those
    /// with one are of somebody behind the link.
    private boolean hears(int ingress, Frame frame, int wireTag) {
        return frame.isGroup() && Tag.vid(wireTag) == 0 && discoverer.takes(ingress, frame, wireTag, nowNanos);
    }

    /// Learns from a frame and relays it, or says why not.
    private @Nullable DropReason carry(int ingress, Frame frame, int wireTag) {
        if (states.isListening(ingress, nowNanos)) {
            return DropReason.NOT_FORWARDING;
        }
        int from = tables.logical(ingress);
        int tag = tables.classify(ingress, wireTag);
        var misfit = tables.check(ingress, frame, wireTag);
        if (misfit == null) {
            stations.learn(Tag.vid(tag), frame.source(), from, nowNanos);
        }
        if (!states.isForwarding(ingress, nowNanos)) {
            return DropReason.NOT_FORWARDING;
        }
        if (misfit != null) {
            return misfit;
        }
        return tables.isReserved(frame.destination()) ? DropReason.RESERVED_ADDRESS : relay(from, frame, tag);
    }

    /// Why a frame may neither pass nor be learned from, whatever its VLAN; a BPDU at a guarded port disables it here.
    private @Nullable DropReason admit(int ingress, Frame frame) {
        if (!states.isLinkUp(ingress)) {
            return DropReason.LINK_DOWN;
        }
        if (frame.fault() != null) {
            return frame.fault();
        }
        if (MacAddress.isGroup(frame.source())) {
            return DropReason.GROUP_SOURCE;
        }
        if (!tables.hasPort(ingress)) {
            return DropReason.PORT_DISABLED;
        }
        if (states.isErrDisabled(ingress)) {
            return DropReason.BPDU_GUARD;
        }
        if (tables.isGuarded(ingress) && Bpdu.isBpdu(frame)) {
            errDisable(ingress);
            return DropReason.BPDU_GUARD;
        }
        return null;
    }

    private @Nullable DropReason relay(int from, Frame frame, int tag) {
        if (!frame.isGroup()) {
            int to = stations.port(Tag.vid(tag), frame.destination(), nowNanos);
            if (to == from) {
                return DropReason.SAME_PORT;
            }
            if (to != StationTable.NONE) {
                return send(to, frame, tag) ? null : DropReason.NOT_FORWARDING;
            }
        }
        return flood(from, frame, tag) == 0 ? DropReason.NO_RECEIVER : null;
    }

    private int flood(int from, Frame frame, int tag) {
        int copies = 0;
        for (int to : tables.members(Tag.vid(tag))) {
            if (to != from && send(to, frame, tag)) {
                copies++;
            }
        }
        return copies;
    }

    /// Sends one copy to a logical port, by the member that the frame's addresses choose where it is a channel; returns whether it may.
    private boolean send(int to, Frame frame, int tag) {
        var channel = tables.channel(to);
        int port = channel == null ? to : states.member(to, channel.hash().bucket(frame));
        if (port == PortStates.NONE || !states.isForwarding(port, nowNanos)) {
            return false;
        }
        ports.send(port, frame, tables.egressTag(port, tag));
        return true;
    }

    /// Shows every station of the table; on the agent thread, for display.
    public void stations(long nowNanos, StationVisitor visitor) {
        stations.forEach(nowNanos, visitor::visit);
    }

    /// Where a station was heard last.
    ///
    /// @param port of a channel its first member
    public record Station(int port, long ageNanos) {}

    /// Where this address was heard within the ageing time, or null; on the agent thread, for display.
    public @Nullable Station station(int vid, long mac, long nowNanos) {
        int port = stations.port(vid, mac, nowNanos);
        return port == StationTable.NONE ? null : new Station(port, nowNanos - stations.heardNanos(vid, mac));
    }

    /// Receives what the table knows of one station.
    public interface StationVisitor {
        /// @param port index of the port; of a channel ([#channelOf]) its first member
        void visit(int vid, long mac, int port, long ageNanos);
    }
}
