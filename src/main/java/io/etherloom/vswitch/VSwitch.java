package io.etherloom.vswitch;

import io.etherloom.frame.CapturePoint;
import io.etherloom.frame.DropReason;
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
    private final PortSet ports;
    private final Teaming teaming = new Teaming();
    private ForwardingTables tables = ForwardingTables.EMPTY;

    public VSwitch(PortSet ports) {
        this.ports = ports;
    }

    @Override
    public PortSet ports() {
        return ports;
    }

    /// Follows new tables from the next frame on. Ports that they name and that are new must have been opened in [#ports], and new
    /// uplinks given by [#attachUplink].
    public void apply(ForwardingTables next, long nowNanos) {
        tables = next;
        teaming.apply(next, nowNanos);
    }

    public ForwardingTables tables() {
        return tables;
    }

    /// A pNIC is plugged into the port with this index, its link in this state.
    public void attachUplink(int port, boolean isLinkUp) {
        teaming.attach(port, isLinkUp);
    }

    /// Index of the uplink by which a port sends, or -1.
    public int uplinkOf(int port) {
        return teaming.uplinkOf(port);
    }

    /// Whether an uplink may be used: its link is up and the delay after that is over.
    public boolean isUsable(int uplink) {
        return teaming.isUsable(uplink);
    }

    public boolean isLinkUp(int uplink) {
        return teaming.isLinkUp(uplink);
    }

    /// Whether the link of an uplink went down too often in the last minute (spec 1.34).
    public boolean isUnstable(int uplink, long nowNanos) {
        return teaming.isUnstable(uplink, nowNanos);
    }

    /// How often a port of this switch had to change its uplink.
    public long failovers() {
        return teaming.failovers();
    }

    @Override
    public void linkChanged(int port, boolean isUp, long nowNanos) {
        teaming.linkChanged(port, isUp, nowNanos);
    }

    @Override
    public long tick(long nowNanos) {
        return teaming.tick(nowNanos);
    }

    @Override
    public void receive(int port, FrameBatch batch, long nowNanos) {
        ports.now(nowNanos);
        for (int i = 0; i < batch.size(); i++) {
            forward(port, batch.take(i), batch.tag(i));
        }
        batch.clear();
    }

    /// Carries one frame from the port where it entered to wherever it ends.
    private void forward(int ingress, Frame frame, int wireTag) {
        ports.received(ingress, frame, wireTag);
        var fault = admit(ingress, frame, wireTag);
        if (fault != null) {
            end(ingress, frame, wireTag, fault);
            return;
        }
        int tag = tables.classify(ingress, wireTag);
        if (tables.isUplink(ingress)) {
            fromUplink(ingress, frame, tag);
        } else {
            fromPort(ingress, frame, tag);
        }
    }

    /// Why this frame may not enter by this port, or null.
    private @Nullable DropReason admit(int ingress, Frame frame, int wireTag) {
        if (teaming.isDeadUplink(ingress)) {
            return DropReason.LINK_DOWN;
        }
        if (frame.fault() != null) {
            return frame.fault();
        }
        if (MacAddress.isGroup(frame.source())) {
            return DropReason.GROUP_SOURCE;
        }
        if (!tables.isConnected(ingress)) {
            return DropReason.PORT_DISABLED;
        }
        var fault = tables.checkLength(ingress, frame);
        return fault != null ? fault : tables.checkTag(ingress, frame, wireTag);
    }

    /// From a vNIC or vmk: to a local port, to a group of them, or to the one uplink of the sender (spec 2.2, 2.3, 2.7).
    private void fromPort(int ingress, Frame frame, int tag) {
        if (frame.isGroup()) {
            boolean isDelivered = spread(ingress, frame, tag) > 0;
            if (tables.team(ingress).length > 0) {
                sendByUplink(ingress, frame, tag);
            } else if (!isDelivered) {
                ports.dropped(ingress, frame, tag, DropReason.NO_RECEIVER);
            }
        } else {
            int port = tables.port(Tag.vid(tag), frame.destination());
            if (port == ingress) {
                ports.dropped(ingress, frame, tag, DropReason.SAME_PORT);
            } else if (port != ForwardingDatabase.NONE) {
                ports.passed(port, CapturePoint.PORT_OUTPUT, frame, tag);
                ports.send(port, frame, tables.egressTag(port, tag));
            } else {
                sendByUplink(ingress, frame, tag);
            }
        }
        frame.release();
    }

    /// From the wire: to local ports that send by this uplink themselves, and never to an uplink (spec 2.4, 2.6, 2.8, 2.10, 2.11).
    private void fromUplink(int ingress, Frame frame, int tag) {
        DropReason fault;
        if (frame.isGroup()) {
            fault = spreadFromUplink(ingress, frame, tag);
        } else {
            int port = tables.port(Tag.vid(tag), frame.destination());
            fault = port == ForwardingDatabase.NONE ? DropReason.UNKNOWN_UNICAST : deliver(ingress, port, frame, tag);
        }
        if (fault != null) {
            ports.dropped(ingress, frame, tag, fault);
        }
        frame.release();
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

    /// Hands a frame of an uplink to a port, behind the reverse teaming filter.
    private @Nullable DropReason deliver(int uplink, int port, Frame frame, int tag) {
        ports.passed(port, CapturePoint.PORT_OUTPUT, frame, tag);
        if (tables.filtersReverse && teaming.uplinkOf(port) != uplink) {
            return DropReason.WRONG_UPLINK;
        }
        ports.send(port, frame, tables.egressTag(port, tag));
        return null;
    }

    /// Copies a local port's frame to all others of its VLAN that want it; returns how many.
    private int spread(int ingress, Frame frame, int tag) {
        int copies = 0;
        for (int port : tables.receivers(Tag.vid(tag))) {
            if (port != ingress && tables.acceptsGroup(port, frame.destination())) {
                ports.passed(port, CapturePoint.PORT_OUTPUT, frame, tag);
                ports.send(port, frame, tables.egressTag(port, tag));
                copies++;
            }
        }
        return copies;
    }

    /// One copy to the uplink that the sender's team gives it (spec 4.2).
    private void sendByUplink(int ingress, Frame frame, int tag) {
        int uplink = teaming.uplinkOf(ingress);
        if (tables.exceedsUplink(frame)) {
            ports.dropped(ingress, frame, tag, DropReason.OVERSIZE);
        } else if (uplink == Teaming.NO_UPLINK) {
            ports.dropped(ingress, frame, tag, DropReason.NO_UPLINK);
        } else if (frame.length() >= tables.minEtherLen) {
            ports.send(uplink, frame, tag);
        } else {
            sendPadded(ingress, uplink, frame, tag);
        }
    }

    /// A pNIC pads what is too short for Ethernet (spec 1.32); local receivers of the same frame get it as it was.
    private void sendPadded(int ingress, int uplink, Frame frame, int tag) {
        if (!frame.isShared()) {
            frame.pad(tables.minEtherLen);
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

    private void end(int ingress, Frame frame, int tag, DropReason reason) {
        ports.dropped(ingress, frame, tag, reason);
        frame.release();
    }
}
