package io.etherloom.fabric;

import io.etherloom.frame.DropReason;
import io.etherloom.frame.Frame;
import io.etherloom.frame.FrameBatch;
import io.etherloom.frame.FrameSwitch;
import io.etherloom.frame.PortSet;
import io.etherloom.wire.MacAddress;
import io.etherloom.wire.Tag;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A physical learning switch: a VLAN bridge by IEEE Std 802.1Q clause 8, without spanning tree. Floods what it does not know within the
/// VLAN, also frames to the bridge group address 01:80:c2:00:00:00, as switches do whose spanning tree is off; the other reserved
/// addresses (01:80:c2:00:00:01 to 0f) end here (clause 8.6.3). Belongs to one agent thread; allocates nothing per frame once its
/// table has grown.
public final class PhysicalSwitch implements FrameSwitch {
    private static final long RESERVED = 0x0180_C200_0000L;
    private static final long SWEEP_NANOS = 1_000_000_000L;

    private final PortSet ports;
    private StationTable stations = new StationTable(0, 0);
    private PhysicalTables tables = PhysicalTables.compile(new PhysicalSwitchSpec(0, 0, 0, List.of()));
    private boolean[] isLinkUp = {};
    private long nowNanos;
    private long nextSweep;

    public PhysicalSwitch(PortSet ports) {
        this.ports = ports;
    }

    @Override
    public PortSet ports() {
        return ports;
    }

    /// Follows new tables from the next frame on. Stations that were learned stay, but those behind a port that changed, and all where
    /// the ageing time or the table's size changed. Ports that are new must have been opened in [#ports]; their links start down.
    public void apply(PhysicalTables next) {
        var before = tables.spec();
        var after = next.spec();
        if (before.ageingNanos() != after.ageingNanos() || before.maxStations() != after.maxStations()) {
            stations = new StationTable(after.maxStations(), after.ageingNanos());
        }
        for (int port = 0; port < tables.size(); port++) {
            var rule = tables.rule(port);
            if (rule != null && !rule.equals(next.rule(port))) {
                stations.flush(port);
            }
        }
        isLinkUp = Arrays.copyOf(isLinkUp, Math.max(next.size(), isLinkUp.length));
        for (int port = 0; port < isLinkUp.length; port++) {
            isLinkUp[port] &= tables.rule(port) != null && next.rule(port) != null;
        }
        tables = next;
    }

    @Override
    public void linkChanged(int port, boolean isUp, long nowNanos) {
        isLinkUp[port] = isUp;
        if (!isUp) {
            stations.flush(port);
        }
    }

    /// Whether the link of a port is up.
    public boolean isLinkUp(int port) {
        return isLinkUp[port];
    }

    @Override
    public long tick(long nowNanos) {
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

    /// Carries one frame from the port where it entered to wherever it ends.
    private void forward(int ingress, Frame frame, int wireTag) {
        ports.received(ingress, frame, wireTag);
        var fault = admit(ingress, frame, wireTag);
        if (fault == null) {
            int vid = vid(ingress, wireTag);
            stations.learn(vid, frame.source(), ingress, nowNanos);
            fault = isReserved(frame.destination()) ? DropReason.RESERVED_ADDRESS : relay(ingress, frame, Tag.withVid(wireTag, vid));
        }
        if (fault != null) {
            ports.dropped(ingress, frame, wireTag, fault);
        }
        frame.release();
    }

    private @Nullable DropReason admit(int ingress, Frame frame, int wireTag) {
        if (!isLinkUp[ingress]) {
            return DropReason.LINK_DOWN;
        }
        if (frame.fault() != null) {
            return frame.fault();
        }
        if (MacAddress.isGroup(frame.source())) {
            return DropReason.GROUP_SOURCE;
        }
        var rule = tables.rule(ingress);
        if (rule == null) {
            return DropReason.PORT_DISABLED;
        }
        return frame.wireLength() > tables.maxLength() ? DropReason.OVERSIZE : checkTag(rule, wireTag);
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

    private static boolean isReserved(long destination) {
        return (destination & ~0xFL) == RESERVED && destination != RESERVED;
    }

    private int vid(int ingress, int wireTag) {
        var rule = tables.rule(ingress);
        int vid = Tag.vid(wireTag);
        return vid == 0 && rule != null ? rule.untaggedVid() : vid;
    }

    private @Nullable DropReason relay(int ingress, Frame frame, int tag) {
        int vid = Tag.vid(tag);
        if (!frame.isGroup()) {
            int port = stations.port(vid, frame.destination(), nowNanos);
            if (port == ingress) {
                return DropReason.SAME_PORT;
            }
            if (port != StationTable.NONE) {
                send(port, frame, tag);
                return null;
            }
        }
        return flood(ingress, frame, tag) == 0 ? DropReason.NO_RECEIVER : null;
    }

    private int flood(int ingress, Frame frame, int tag) {
        int copies = 0;
        for (int port : tables.members(Tag.vid(tag))) {
            if (port != ingress && isLinkUp[port]) {
                send(port, frame, tag);
                copies++;
            }
        }
        return copies;
    }

    /// The native VLAN leaves untagged, the others tagged.
    private void send(int port, Frame frame, int tag) {
        var rule = tables.rule(port);
        boolean isUntagged = rule != null && rule.untaggedVid() == Tag.vid(tag);
        ports.send(port, frame, isUntagged ? Tag.NONE : tag);
    }

    /// Shows every station of the table; on the agent thread, for display.
    public void stations(long nowNanos, StationVisitor visitor) {
        stations.forEach(nowNanos, visitor::visit);
    }

    /// Receives what the table knows of one station.
    public interface StationVisitor {
        void visit(int vid, long mac, int port, long ageNanos);
    }
}
