package io.etherloom.vswitch;

import io.etherloom.discovery.DiscoveryTables;
import io.etherloom.frame.Frame;
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

    // What is asked of a port that a frame goes to, as bits: one small number, since it may be any of thousands.
    private static final byte TAGS = 1;
    private static final byte SILENCED = 2;

    private final SwitchSpec spec;
    private final PortRules[] rules;
    private final byte[] egress;
    private final long[][] groups;
    private final long[] effectiveMacs;
    private final boolean[] hasMigrated;
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
    private final DiscoveryTables discovery;
    private boolean hasWatchers;

    private final int maxLength;
    final boolean passesLocalJumbo;
    final boolean dropsReflected;
    final boolean filtersReverse;
    final boolean dropsGroupSource;
    final int minEtherLen;

    private ForwardingTables(SwitchSpec spec) {
        this.spec = spec;
        var options = spec.options();
        passesLocalJumbo = options.path().passesLocalJumbo();
        dropsReflected = options.path().dropsReflected();
        filtersReverse = options.path().filtersReverse();
        dropsGroupSource = options.path().dropsGroupSource();
        minEtherLen = options.path().minEtherLen();
        maxLength = spec.mtu() + Ethernet.HEADER;
        int size = spec.ports().stream().mapToInt(PortSpec::index).max().orElse(-1) + 1;
        rules = new PortRules[size];
        Arrays.fill(rules, PortRules.ABSENT);
        egress = new byte[size];
        groups = new long[size][];
        effectiveMacs = new long[size];
        hasMigrated = new boolean[size];
        isWatcher = new boolean[size];
        filtersPromiscuous = new boolean[size];
        teams = new TeamKey[size];
        slots = new int[size];
        pnics = spec.ports().stream().filter(PortSpec.Uplink.class::isInstance).toArray(PortSpec.Uplink[]::new);
        uplinks = Arrays.stream(pnics).mapToInt(PortSpec::index).toArray();
        hostMacs = options.beacons().hostMacs().stream().mapToLong(Long::longValue).toArray();
        database = new ForwardingDatabase(spec.ports().size());
        discovery = DiscoveryTables.compile(spec.discovery());
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
            case PortSpec.Uplink _ -> rules[index] = PortRules.uplink(spec);
            case PortSpec.Access access -> placeAccess(access);
        }
    }

    private void placeAccess(PortSpec.Access port) {
        int index = port.index();
        rules[index] = PortRules.access(port, spec);
        egress[index] = (byte) ((rules[index].isTrunk ? TAGS : 0) | (port.isSilenced() ? SILENCED : 0));
        hasMigrated[index] = port.hasMigrated();
        teams[index] = TeamKey.of(port);
        effectiveMacs[index] = port.effectiveMac();
        isWatcher[index] = port.security().allowsPromiscuous()
                && (port.vnic().asksPromiscuous() || spec.options().path().assumesPromiscuous());
        hasWatchers |= isWatcher[index];
        filtersPromiscuous[index] = port.security().filtersPromiscuous();
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
        return rules.length;
    }

    /// What holds for frames that enter by a port.
    PortRules rules(int port) {
        return port < rules.length ? rules[port] : PortRules.ABSENT;
    }

    boolean isUplink(int port) {
        return rules[port].isUplink;
    }

    boolean isConnected(int port) {
        return rules(port).isConnected;
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

    /// What uplinks say and hear.
    DiscoveryTables discovery() {
        return discovery;
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
                && (!rules[port].isTrunk || spec.options().notifications().announcesTrunks());
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

    /// Whether a frame is too long to leave by an uplink; asked again only where local frames may be longer (spec 1.29).
    boolean exceedsUplink(Frame frame) {
        return passesLocalJumbo && frame.wireLength() > maxLength;
    }

    /// The tag with which a frame leaves to a local port: only guest-tagging ports see one (spec 3.2-3.4).
    int egressTag(int port, int tag) {
        return (egress[port] & TAGS) != 0 ? tag : Tag.NONE;
    }

    /// The local port with this address in this VLAN, or [ForwardingDatabase#NONE].
    int port(int vid, long mac) {
        return database.port(vid, mac);
    }

    /// Local ports in this VLAN, in the order in which they were connected.
    int[] receivers(int vid) {
        return floods[vid];
    }

    /// Whether any port is promiscuous.
    boolean hasWatchers() {
        return hasWatchers;
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
        return (egress[port] & SILENCED) != 0;
    }

    /// Whether the guest of a port has come by VMotion (spec 7.10).
    boolean hasMigrated(int port) {
        return hasMigrated[port];
    }

    /// Whether a port wants frames to this group address (spec 2.27, 2.28, 5.2).
    boolean acceptsGroup(int port, long group) {
        var wanted = groups[port];
        return wanted == null || isWatcher[port] || group == MacAddress.BROADCAST || Arrays.binarySearch(wanted, group) >= 0;
    }
}
