package io.etherloom.vswitch;

import io.etherloom.frame.Bpdu;
import io.etherloom.frame.Frame;
import io.etherloom.frame.DropReason;
import io.etherloom.wire.Ethernet;
import io.etherloom.wire.MacAddress;
import io.etherloom.wire.Tag;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Everything that the path of a frame asks, as flat arrays by port index and VLAN ID: made once for each change of configuration, never
/// changed afterwards. Nothing here interprets configuration; all inheritance was resolved before.
public final class ForwardingTables {
    /// A vSwitch without ports.
    static final ForwardingTables EMPTY = compile(new SwitchSpec(1500, List.of(), SwitchSpec.Options.DEFAULT));

    private static final byte ABSENT = 0;
    private static final byte UPLINK = 1;
    private static final byte ACCESS = 2;
    private static final long ANY_SOURCE = -1;

    private final SwitchSpec spec;
    private final byte[] kinds;
    private final int[] vlans;
    private final int[] lengths;
    private final long[][] groups;
    private final long[] sources;
    private final long[] effectiveMacs;
    private final boolean[] isSilenced;
    private final boolean[] isWatcher;
    private final boolean[] filtersPromiscuous;
    private final @Nullable TeamKey[] teams;
    private final List<TeamKey> distinctTeams;
    private final BeaconPlan beacons;
    private final int[] slots;
    private final int[] uplinks;
    private final PortSpec.Uplink[] pnics;
    private final long[] hostMacs;
    /// Ports that a group-addressed frame of a VLAN may reach, by VLAN ID; VLANs that nobody names share one list.
    private final int[][] floods = new int[Tag.MAX_VID + 1][];
    /// Promiscuous ports of a VLAN, by VLAN ID.
    private final int[][] watchers = new int[Tag.MAX_VID + 1][];
    private final ForwardingDatabase database;

    private final int maxLength;
    final boolean passesLocalJumbo;
    final boolean keepsPriority;
    final boolean dropsReflected;
    final boolean filtersReverse;
    final boolean dropsGroupSource;
    private final boolean blocksGuestBpdus;
    private final boolean blocksGuestPvst;
    final int minEtherLen;

    private ForwardingTables(SwitchSpec spec) {
        this.spec = spec;
        var options = spec.options();
        passesLocalJumbo = options.path().passesLocalJumbo();
        keepsPriority = options.path().keepsPriority();
        dropsReflected = options.path().dropsReflected();
        filtersReverse = options.path().filtersReverse();
        dropsGroupSource = options.path().dropsGroupSource();
        blocksGuestBpdus = options.path().blocksGuestBpdus();
        blocksGuestPvst = blocksGuestBpdus && options.path().blocksGuestPvst();
        minEtherLen = options.path().minEtherLen();
        maxLength = spec.mtu() + Ethernet.HEADER;
        int size = spec.ports().stream().mapToInt(PortSpec::index).max().orElse(-1) + 1;
        kinds = new byte[size];
        vlans = new int[size];
        lengths = new int[size];
        groups = new long[size][];
        sources = new long[size];
        effectiveMacs = new long[size];
        isSilenced = new boolean[size];
        isWatcher = new boolean[size];
        filtersPromiscuous = new boolean[size];
        teams = new TeamKey[size];
        slots = new int[size];
        pnics = spec.ports().stream().filter(PortSpec.Uplink.class::isInstance).toArray(PortSpec.Uplink[]::new);
        uplinks = Arrays.stream(pnics).mapToInt(PortSpec::index).toArray();
        hostMacs = options.beacons().hostMacs().stream().mapToLong(Long::longValue).toArray();
        Arrays.fill(sources, ANY_SOURCE);
        database = new ForwardingDatabase(spec.ports().size());
        for (var port : spec.ports()) {
            place(port);
        }
        distinctTeams = Arrays.stream(teams).filter(Objects::nonNull).distinct().toList();
        beacons = BeaconPlan.of(distinctTeams, options.beacons());
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
        teams[index] = TeamKey.of(port);
        effectiveMacs[index] = port.effectiveMac();
        isSilenced[index] = port.isSilenced();
        isWatcher[index] = port.security().allowsPromiscuous()
                && (port.vnic().asksPromiscuous() || spec.options().path().assumesPromiscuous());
        filtersPromiscuous[index] = port.security().filtersPromiscuous();
        if (!port.security().allowsForgedTransmits()) {
            sources[index] = spec.options().path().checksInitialSource() ? port.vnic().initialMac() : port.effectiveMac();
        }
        var wanted = port.vnic().groups();
        groups[index] = wanted == null ? null : wanted.stream().mapToLong(Long::longValue).sorted().toArray();
    }

    private void fileAddresses() {
        for (var port : accessPorts()) {
            database.put(port.vlan(), port.effectiveMac(), port.index());
        }
    }

    /// By VLAN ID: who may receive group frames, and who watches. VLANs that no port group names share the lists of the trunk ports.
    private void listReceivers() {
        list(floods, accessPorts());
        list(watchers, accessPorts().stream().filter(port -> isWatcher[port.index()]).toList());
    }

    private static void list(int[][] byVlan, List<PortSpec.Access> ports) {
        Arrays.fill(byVlan, ports.stream().filter(port -> port.vlan() == PortSpec.VLAN_TRUNK).mapToInt(PortSpec::index).toArray());
        ports.stream()
                .mapToInt(PortSpec.Access::vlan)
                .filter(vlan -> vlan != PortSpec.VLAN_TRUNK)
                .distinct()
                .forEach(vlan -> byVlan[vlan] = ports.stream()
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

    /// The team of a port, null for uplinks and where no port is.
    @Nullable TeamKey team(int port) {
        return teams[port];
    }

    /// All teams that ports have, each once.
    List<TeamKey> teams() {
        return distinctTeams;
    }

    /// Who sends beacons.
    BeaconPlan beacons() {
        return beacons;
    }

    /// Whether a port has uplinks at all, usable or not.
    boolean hasTeam(int port) {
        var key = teams[port];
        return key != null && key.team().active().size() + key.team().standby().size() > 0;
    }

    /// The address by which a port is known (spec 5.6-5.8).
    long effectiveMac(int port) {
        return effectiveMacs[port];
    }

    /// Whether RARP tells of this port (spec 4.47, 4.48).
    boolean announces(int port) {
        var key = teams[port];
        return key != null && key.team().notifies()
                && (vlans[port] != PortSpec.VLAN_TRUNK || spec.options().notifications().announcesTrunks());
    }

    /// The pNIC at the index of an uplink.
    PortSpec.Uplink pnic(int uplink) {
        int at = 0;
        while (pnics[at].index() != uplink) {
            at++;
        }
        return pnics[at];
    }

    /// The uplink whose pNIC has this address, or -1.
    int uplinkWithMac(long mac) {
        for (var pnic : pnics) {
            if (pnic.mac() == mac) {
                return pnic.index();
            }
        }
        return -1;
    }

    /// Whether a pNIC of this host has this address.
    boolean isOwnPnic(long mac) {
        for (long own : hostMacs) {
            if (own == mac) {
                return true;
            }
        }
        return uplinkWithMac(mac) >= 0;
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

    /// Why the guest at this port may not send this frame, or null (spec 2.19, 5.9).
    @Nullable DropReason checkPolicy(int port, Frame frame) {
        long allowed = sources[port];
        if (allowed != ANY_SOURCE && allowed != frame.source()) {
            return DropReason.FORGED_TRANSMIT;
        }
        return blocksGuestBpdus && frame.isGroup() && isBpdu(frame) && !isUplink(port) ? DropReason.BPDU_FILTERED : null;
    }

    private boolean isBpdu(Frame frame) {
        return Bpdu.isSpanningTree(frame) || blocksGuestPvst && Bpdu.isPvst(frame);
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

    /// Whether the guest at this port tags by itself (spec 3.4).
    boolean isTrunk(int port) {
        return vlans[port] == PortSpec.VLAN_TRUNK;
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

    /// Promiscuous ports of this VLAN (spec 5.2, 3.17).
    int[] watchers(int vid) {
        return watchers[vid];
    }

    /// Whether a port is promiscuous: its policy allows it and its guest asks.
    boolean isWatcher(int port) {
        return isWatcher[port];
    }

    /// Whether the reverse teaming filter holds for group frames to this promiscuous port, too (spec 2.16, 2.17).
    boolean filtersPromiscuous(int port) {
        return filtersPromiscuous[port];
    }

    /// Whether nothing is delivered to a port since its guest set an address that it may not have (spec 5.7).
    boolean isSilenced(int port) {
        return isSilenced[port];
    }

    /// Whether a port wants frames to this group address (spec 2.27, 2.28, 5.2).
    boolean acceptsGroup(int port, long group) {
        var wanted = groups[port];
        return wanted == null || isWatcher[port] || group == MacAddress.BROADCAST || Arrays.binarySearch(wanted, group) >= 0;
    }
}
