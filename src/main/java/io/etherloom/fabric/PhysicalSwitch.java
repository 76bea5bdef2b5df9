package io.etherloom.fabric;

import io.etherloom.frame.DropReason;
import io.etherloom.frame.Frame;
import io.etherloom.frame.FrameBatch;
import io.etherloom.frame.FrameSwitch;
import io.etherloom.frame.PortSet;
import io.etherloom.wire.Ethernet;
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
    private static final int[] NOBODY = {};

    private final PortSet ports;
    private StationTable stations = new StationTable(0, 0);
    private int maxLength;
    private PhysicalSwitchSpec.@Nullable Port[] rules = new PhysicalSwitchSpec.Port[0];
    private final int[][] members = new int[Tag.MAX_VID + 1][];
    private boolean[] isLinkUp = {};
    private long nowNanos;
    private long nextSweep;
    private @Nullable PhysicalSwitchSpec spec;

    public PhysicalSwitch(PortSet ports) {
        this.ports = ports;
        Arrays.fill(members, NOBODY);
    }

    @Override
    public PortSet ports() {
        return ports;
    }

    /// Follows a new specification from the next frame on. Stations that were learned stay, unless the ageing time or the table's size
    /// changed. Ports that are new must have been opened in [#ports]; their links start down.
    public void apply(PhysicalSwitchSpec next) {
        var previous = spec;
        boolean isSameTable = previous != null
                && previous.ageingNanos() == next.ageingNanos()
                && previous.maxStations() == next.maxStations();
        if (!isSameTable) {
            stations = new StationTable(next.maxStations(), next.ageingNanos());
        }
        spec = next;
        maxLength = next.mtu() + Ethernet.HEADER;
        int size = next.ports().stream().mapToInt(PhysicalSwitchSpec.Port::index).max().orElse(-1) + 1;
        flushChanged(next, size);
        rules = new PhysicalSwitchSpec.Port[size];
        isLinkUp = Arrays.copyOf(isLinkUp, Math.max(size, isLinkUp.length));
        next.ports().forEach(port -> rules[port.index()] = port);
        for (int vid = 1; vid <= Tag.MAX_VID; vid++) {
            members[vid] = membersOf(next.ports(), vid);
        }
    }

    private static int[] membersOf(List<PhysicalSwitchSpec.Port> ports, int vid) {
        var found = ports.stream().filter(port -> port.carries(vid)).mapToInt(PhysicalSwitchSpec.Port::index).toArray();
        return found.length == 0 ? NOBODY : found;
    }

    private void flushChanged(PhysicalSwitchSpec next, int size) {
        for (int port = 0; port < rules.length; port++) {
            var rule = rules[port];
            if (rule != null && (port >= size || !next.ports().contains(rule))) {
                stations.flush(port);
            }
        }
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
            nextSweep = nowNanos + Math.max(SWEEP_NANOS, ageingNanos() / 8);
        }
        return nextSweep;
    }

    private long ageingNanos() {
        var current = spec;
        return current == null ? 0 : current.ageingNanos();
    }

    @Override
    public void receive(int port, FrameBatch batch, long nowNanos) {
        this.nowNanos = nowNanos;
        ports.now(nowNanos);
        for (int i = 0; i < batch.size(); i++) {
            forward(port, batch.frame(i), batch.tag(i));
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
        if (frame.isTruncated()) {
            return DropReason.TRUNCATED;
        }
        if (frame.offload().isMalformed()) {
            return DropReason.MALFORMED_OFFLOAD;
        }
        if (MacAddress.isGroup(frame.source())) {
            return DropReason.GROUP_SOURCE;
        }
        var rule = rules[ingress];
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

    private static boolean isReserved(long destination) {
        return (destination & ~0xFL) == RESERVED && destination != RESERVED;
    }

    private int vid(int ingress, int wireTag) {
        var rule = rules[ingress];
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
        for (int port : members[Tag.vid(tag)]) {
            if (port != ingress && isLinkUp[port]) {
                send(port, frame, tag);
                copies++;
            }
        }
        return copies;
    }

    /// The native VLAN leaves untagged, the others tagged.
    private void send(int port, Frame frame, int tag) {
        var rule = rules[port];
        boolean isUntagged = rule != null && rule.untaggedVid() == Tag.vid(tag);
        ports.send(port, frame, isUntagged ? Tag.NONE : tag);
    }

    /// Shows every station of the table; on the agent thread, for display.
    public void stations(long nowNanos, StationVisitor visitor) {
        stations.forEach(nowNanos, visitor::visit);
    }

    /// Stations in the table.
    public int stationCount() {
        return stations.size();
    }

    /// Receives what the table knows of one station.
    public interface StationVisitor {
        void visit(int vid, long mac, int port, long ageNanos);
    }
}
