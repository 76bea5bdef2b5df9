package io.etherloom.vswitch;

import io.etherloom.frame.Frame;
import io.etherloom.frame.DropReason;
import io.etherloom.wire.Ethernet;
import io.etherloom.wire.MacAddress;
import io.etherloom.wire.Tag;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Everything that the path of a frame asks, as flat arrays by port index and VLAN ID: made once for each change of configuration, never
/// changed afterwards. Nothing here interprets configuration; all inheritance was resolved before.
public final class ForwardingTables {
    /// A vSwitch without ports.
    static final ForwardingTables EMPTY = compile(new SwitchSpec(1500, List.of(), SwitchSpec.Options.DEFAULT));

    private static final byte ABSENT = 0;
    private static final byte UPLINK = 1;
    private static final byte ACCESS = 2;
    private static final int[] NOBODY = {};

    private final SwitchSpec spec;
    private final byte[] kinds;
    private final int[] vlans;
    private final int[] lengths;
    private final long[][] groups;
    private final int[][] teams;
    private final int[] slots;
    private final int[] uplinks;
    /// Ports that a group-addressed frame of a VLAN may reach, by VLAN ID; VLANs that nobody names share one list.
    private final int[][] floods = new int[Tag.MAX_VID + 1][];
    private final ForwardingDatabase database;

    private final int maxLength;
    final boolean passesLocalJumbo;
    final boolean keepsPriority;
    final boolean dropsReflected;
    final boolean filtersReverse;
    final int minEtherLen;

    private ForwardingTables(SwitchSpec spec) {
        this.spec = spec;
        var options = spec.options();
        passesLocalJumbo = options.path().passesLocalJumbo();
        keepsPriority = options.path().keepsPriority();
        dropsReflected = options.path().dropsReflected();
        filtersReverse = options.path().filtersReverse();
        minEtherLen = options.path().minEtherLen();
        maxLength = spec.mtu() + Ethernet.HEADER;
        int size = spec.ports().stream().mapToInt(PortSpec::index).max().orElse(-1) + 1;
        kinds = new byte[size];
        vlans = new int[size];
        lengths = new int[size];
        groups = new long[size][];
        teams = new int[size][];
        slots = new int[size];
        uplinks = spec.ports().stream().filter(PortSpec.Uplink.class::isInstance).mapToInt(PortSpec::index).toArray();
        Arrays.fill(teams, NOBODY);
        database = new ForwardingDatabase(spec.ports().size());
        for (var port : spec.ports()) {
            place(port);
        }
        fileAddresses();
        listReceivers();
    }

    /// Compiles a switch; runs outside the agent.
    public static ForwardingTables compile(SwitchSpec spec) {
        return new ForwardingTables(spec);
    }

    private List<PortSpec.Access> accessPorts() {
        return spec.ports().stream()
                .filter(PortSpec.Access.class::isInstance)
                .map(PortSpec.Access.class::cast)
                .toList();
    }

    private void place(PortSpec port) {
        int index = port.index();
        slots[index] = port.slot();
        switch (port) {
            case PortSpec.Uplink _ -> {
                kinds[index] = UPLINK;
                vlans[index] = PortSpec.VLAN_TRUNK;
                lengths[index] = Integer.MAX_VALUE;
            }
            case PortSpec.Access access -> placeAccess(access);
        }
    }

    private void placeAccess(PortSpec.Access port) {
        int index = port.index();
        int vnicMtu = port.vnic().mtu();
        kinds[index] = ACCESS;
        vlans[index] = port.vlan();
        boolean isBounded = vnicMtu > 0 && !spec.options().path().passesVnicJumbo();
        lengths[index] = isBounded ? vnicMtu + Ethernet.HEADER : Integer.MAX_VALUE;
        teams[index] = port.team().active().stream().mapToInt(Integer::intValue).toArray();
        var wanted = port.vnic().groups();
        groups[index] = wanted == null ? null : wanted.stream().mapToLong(Long::longValue).sorted().toArray();
    }

    private void fileAddresses() {
        for (var port : accessPorts()) {
            database.put(port.vlan(), port.effectiveMac(), port.index());
        }
    }

    private void listReceivers() {
        var ports = accessPorts();
        Arrays.fill(floods, ports.stream().filter(port -> port.vlan() == PortSpec.VLAN_TRUNK).mapToInt(PortSpec::index).toArray());
        ports.stream()
                .mapToInt(PortSpec.Access::vlan)
                .filter(vlan -> vlan != PortSpec.VLAN_TRUNK)
                .distinct()
                .forEach(vlan -> floods[vlan] = ports.stream()
                        .filter(port -> port.vlan() == vlan || port.vlan() == PortSpec.VLAN_TRUNK)
                        .mapToInt(PortSpec::index)
                        .toArray());
    }

    /// What these tables were made from.
    public SwitchSpec spec() {
        return spec;
    }

    /// One more than the highest port index.
    int size() {
        return kinds.length;
    }

    boolean isUplink(int port) {
        return kinds[port] == UPLINK;
    }

    boolean isConnected(int port) {
        return port < kinds.length && kinds[port] != ABSENT;
    }

    /// Indexes of all uplinks, in order.
    int[] uplinks() {
        return uplinks;
    }

    /// Indexes of the active uplinks of a port, in order.
    int[] team(int port) {
        return teams[port];
    }

    int slot(int port) {
        return slots[port];
    }

    /// Why a frame of this length may not enter by this port, or null. The tag is not counted (spec 1.28).
    @Nullable DropReason checkLength(int port, Frame frame) {
        if (frame.wireLength() > maxLength && (isUplink(port) || !passesLocalJumbo)) {
            return DropReason.OVERSIZE;
        }
        boolean isAboveVnic = !frame.offload().isSuperFrame() && frame.length() > lengths[port];
        return isAboveVnic ? DropReason.OVERSIZE : null;
    }

    /// Whether a frame is too long to leave by an uplink; asked again only where local frames may be longer (spec 1.29).
    boolean exceedsUplink(Frame frame) {
        return passesLocalJumbo && frame.wireLength() > maxLength;
    }

    /// Why a frame with this tag may not enter by this port, or null. A second tag behind a priority tag counts: once the first is taken
    /// off or replaced, the guest would have chosen a VLAN, or be tagged twice (spec 3.6, 3.7).
    @Nullable DropReason checkTag(int port, Frame frame, int tag) {
        int vid = Tag.vid(tag);
        boolean hidesTag = Tag.isPresent(tag) && frame.type() == Tag.TPID;
        if (vid == 0) {
            return hidesTag && vlans[port] != PortSpec.VLAN_TRUNK ? DropReason.TAG_UNEXPECTED : null;
        }
        if (vlans[port] != PortSpec.VLAN_TRUNK) {
            return DropReason.TAG_UNEXPECTED;
        }
        return vid > Tag.MAX_VID ? DropReason.VLAN_NOT_ALLOWED : null;
    }

    /// The tag that a frame has from here on, from the tag with which it came: that of the port's VLAN, or what the guest or the wire
    /// said (spec 3.1-3.4, 3.11).
    int classify(int port, int tag) {
        int vlan = vlans[port];
        if (vlan == PortSpec.VLAN_TRUNK) {
            return Tag.vid(tag) == 0 && !keepsPriority ? Tag.NONE : tag;
        }
        if (vlan == 0) {
            return Tag.NONE;
        }
        return Tag.withVid(keepsPriority ? tag : Tag.NONE, vlan);
    }

    /// The tag with which a frame leaves to a local port: only guest-tagging ports see one (spec 3.2-3.4).
    int egressTag(int port, int tag) {
        return vlans[port] == PortSpec.VLAN_TRUNK ? tag : Tag.NONE;
    }

    /// The local port with this address in this VLAN, or [ForwardingDatabase#NONE].
    int port(int vid, long mac) {
        return database.port(vid, mac);
    }

    /// Local ports in this VLAN, in the order in which they were connected.
    int[] receivers(int vid) {
        return floods[vid];
    }

    /// Whether a port wants frames to this group address (spec 2.27, 2.28).
    boolean acceptsGroup(int port, long group) {
        var wanted = groups[port];
        return wanted == null || group == MacAddress.BROADCAST || Arrays.binarySearch(wanted, group) >= 0;
    }
}
