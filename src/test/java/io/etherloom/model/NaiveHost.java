package io.etherloom.model;

import io.etherloom.vswitch.Balancing;
import io.etherloom.vswitch.SwitchSpec;
import io.etherloom.vswitch.Team;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What the host does with its uplinks: links, teams, beacons and RARP (spec sections 4a-4e), and whom it asks for groups (spec 2.31).
final class NaiveHost {
    private static final long SECOND = 1_000_000_000L;
    /// The uplink of a port whose frames go by their addresses.
    private static final Integer BY_FRAME = -2;
    private static final int NOT_PROBED = -1;
    private static final int BEACON_TYPE = 0x8922;
    private static final int RARP_TYPE = 0x8035;

    /// Ports of one team share a policy, and where beacons decide, a VLAN.
    private record Key(Team policy, int vlan) {}

    /// Who sends beacons where: all the time, or in turns with the only peer (spec 4.29).
    private record Speaker(int uplink, int vlan, boolean inTurns, int turn) {}

    private final SwitchConfig config;
    private SwitchSpec.Options options;
    private final NaivePorts ports;
    private final NaiveLinks links;
    private final NaiveNotices notices;
    private final NaiveQueries queries;
    private final Map<Key, NaiveTeam> teams = new HashMap<>();
    private Map<Key, NaiveBeacons> beacons = new LinkedHashMap<>();
    /// Where each connected port sits, by slot: an uplink, or [#BY_FRAME]. A port that has none is absent.
    private final Map<Integer, Integer> seats = new HashMap<>();
    /// Where each port last came to, which the physical switches were told (spec 4.41).
    private final Map<Integer, Integer> told = new HashMap<>();
    private long nextCycle = NaiveLinks.NEVER;
    private long cycles;
    /// The speaker to go on with when there are more than a cycle allows.
    private int nextSpeaker;

    NaiveHost(SwitchConfig config, NaivePorts ports) {
        this.config = config;
        this.ports = ports;
        options = config.options();
        links = new NaiveLinks(config.uplinks().size(), options.teams());
        notices = new NaiveNotices(options.notifications());
        queries = new NaiveQueries(options.queries());
    }

    // ---- configuration

    private static Key key(SwitchConfig.Port port) {
        var vlan = port.tagsByItself() ? 0 : port.vlan();
        return new Key(port.team(), port.team().probesBeacons() ? vlan : NOT_PROBED);
    }

    private NaiveTeam team(SwitchConfig.Port port) {
        return Objects.requireNonNull(teams.get(key(port)));
    }

    void connected(SwitchConfig.Port port, long nowNanos) {
        notices.forget(port.id());
        if (announces(port)) {
            notices.connected(port.id(), nowNanos); // 4.41, 4.42
        }
        queries.connected(port, nowNanos); // 7.10
        reconfigured(nowNanos);
    }

    void disconnected(int id, long nowNanos) {
        notices.forget(id);
        queries.forget(id);
        seats.remove(id);
        told.remove(id);
        reconfigured(nowNanos);
    }

    void changed(SwitchConfig.Port before, SwitchConfig.Port now, long nowNanos) {
        if (!announces(now)) {
            notices.forget(now.id());
        } else if (NaivePorts.effectiveMac(before) != NaivePorts.effectiveMac(now)) {
            notices.changed(now.id(), nowNanos); // 4.41
        }
        if (NaiveTeam.members(now.team()).isEmpty()) {
            queries.forget(now.id()); // its reports would reach nobody
        }
        if (!before.team().equals(now.team())) {
            seats.remove(now.id()); // 4.3: it is placed anew
        }
        reconfigured(nowNanos);
    }

    void set(SwitchSpec.Options next, long nowNanos) {
        options = next;
        links.set(next.teams(), nowNanos);
        notices.set(next.notifications());
        queries.set(next.queries());
        reconfigured(nowNanos);
    }

    /// Teams and beacons follow the ports: what is the same stays as it stands.
    private void reconfigured(long nowNanos) {
        var keys = new ArrayList<Key>();
        for (var port : inSlotOrder()) {
            keys.add(key(port));
        }
        var kept = beacons;
        beacons = new LinkedHashMap<>();
        for (var key : keys) {
            if (key.vlan != NOT_PROBED) {
                beacons.put(key, kept.containsKey(key) ? kept.get(key) : new NaiveBeacons(NaiveTeam.members(key.policy)));
            }
        }
        var speakers = speakers();
        beacons.forEach((key, group) -> {
            if (options.beacons().maxAtOnce() == 0 || speakers.stream().noneMatch(speaker -> speaker.vlan == key.vlan)) {
                group.acquit();
            }
        });
        teams.keySet().retainAll(keys);
        for (var key : keys) {
            teams.computeIfAbsent(key, _ -> new NaiveTeam(key.policy, beacons.get(key)));
        }
        if (speakers.isEmpty()) {
            nextCycle = NaiveLinks.NEVER;
        } else if (nextCycle == NaiveLinks.NEVER) {
            nextCycle = nowNanos;
        }
        settle(nowNanos);
    }

    /// The connected ports in the order of the configuration.
    private List<SwitchConfig.Port> inSlotOrder() {
        var ordered = new ArrayList<SwitchConfig.Port>();
        for (var port : config.ports()) {
            if (ports.isConnected(port.id())) {
                ordered.add(ports.port(port.id()));
            }
        }
        return ordered;
    }

    // ---- time and links

    boolean isLinked(String uplink) {
        return links.isLinked(index(uplink));
    }

    void link(String uplink, boolean up, long nowNanos) {
        links.link(index(uplink), up, nowNanos);
        settle(nowNanos);
    }

    private int index(String uplink) {
        return config.uplinks().indexOf(uplink);
    }

    long due(long nowNanos) {
        var due = Math.min(Math.min(links.due(), nextCycle), Math.min(notices.due(), queries.due()));
        for (var group : beacons.values()) {
            due = Math.min(due, group.due());
        }
        return due;
    }

    /// Does what is due at this instant; returns the frames that the host makes.
    List<Delivery> tick(long nowNanos) {
        while (links.due() <= nowNanos) {
            links.advance(nowNanos);
            settle(nowNanos);
        }
        beacons.values().forEach(group -> group.recover(nowNanos));
        settle(nowNanos);
        var made = new ArrayList<Delivery>();
        if (nextCycle <= nowNanos) {
            beacons.values().forEach(group -> group.judge(links, options.teams(), nowNanos));
            settle(nowNanos);
            nextCycle += SECOND; // 4.26
            speak(made);
        }
        announce(made, nowNanos);
        return made;
    }

    /// Every team and every port where it belongs now (spec 4.3, 4.20, 4.34); who comes to another uplink is announced (spec 4.41).
    private void settle(long nowNanos) {
        for (var team : teams.values()) {
            team.settle(links::isUsable, options.teams());
        }
        for (var port : ports.connected()) {
            var before = seats.get(port.id());
            var now = seat(port, before);
            if (now == null) {
                seats.remove(port.id());
                told.remove(port.id());
            } else {
                seats.put(port.id(), now);
                if (!now.equals(told.put(port.id(), now))) {
                    queries.moved(port.id(), nowNanos); // 2.31
                    if (announces(port)) {
                        notices.moved(port.id(), nowNanos);
                    }
                }
            }
        }
    }

    private @Nullable Integer seat(SwitchConfig.Port port, @Nullable Integer current) {
        var team = team(port);
        return switch (port.team().balancing()) {
            case PORT_ID, EXPLICIT -> team.uplinkOf(port.id(), current, options.teams());
            case SOURCE_MAC -> team.uplinkOfMac(NaivePorts.effectiveMac(port));
            case IP_HASH -> team.live().isEmpty() ? null : BY_FRAME;
        };
    }

    // ---- frames

    /// The uplinks by which a port's frame leaves.
    List<Integer> uplinksFor(SwitchConfig.Port port, byte[] body) {
        var team = team(port);
        if (team.isInDoubt()) {
            return team.inDoubt(); // 4.31
        }
        var uplink = switch (port.team().balancing()) {
            case PORT_ID, EXPLICIT -> seats.get(port.id());
            case SOURCE_MAC -> team.uplinkOfMac(WireFrame.source(body)); // 4.4
            case IP_HASH -> team.live().isEmpty() ? null
                    : team.live().get(NaiveHash.index(body, team.live().size(), options.teams())); // 4.5
        };
        return uplink == null ? List.of() : List.of(uplink);
    }

    /// Spec 2.11, 2.14: whether a frame from this uplink may be given to the port.
    boolean accepts(SwitchConfig.Port port, String uplink, byte[] body) {
        var team = team(port);
        var at = index(uplink);
        if (team.isInDoubt() && options.teams().acceptsBothInShotgun()) {
            return team.inDoubt().contains(at);
        }
        if (port.team().balancing() == Balancing.IP_HASH) {
            return team.live().contains(at);
        }
        if (port.team().balancing() == Balancing.SOURCE_MAC) {
            var toGroup = WireFrame.group(WireFrame.mac(body, 0));
            var mac = options.teams().hashesInboundDestination() && !toGroup ? WireFrame.mac(body, 0)
                    : NaivePorts.effectiveMac(port);
            return Objects.equals(team.uplinkOfMac(mac), at);
        }
        return Objects.equals(seats.get(port.id()), at);
    }

    boolean isActive(String uplink, SwitchConfig.Port port) {
        return team(port).isActive(index(uplink));
    }

    /// The copy that leaves by an uplink, padded (spec 1.32) and with its tag.
    Delivery onWire(int uplink, NaiveVSwitch.Inside frame) {
        var padded = new NaiveVSwitch.Inside(WireFrame.pad(frame.body(), options.path().minEtherLen()), frame.vlan(),
                frame.priority(), frame.priorityTag());
        return new Delivery(config.uplinks().get(uplink), padded.withTag());
    }

    // ---- beacons

    /// Spec 4.27: who sends beacons in which VLAN, in the order of VLANs; only so many VLANs are probed.
    private List<Speaker> speakers() {
        var byVlan = new TreeMap<Integer, TreeMap<Integer, Speaker>>();
        for (var key : beacons.keySet()) {
            var members = NaiveTeam.members(key.policy);
            var inTurns = members.size() == 2 && options.beacons().twoNicSeconds() == 2;
            for (var uplink : members) {
                var speakers = byVlan.computeIfAbsent(key.vlan, _ -> new TreeMap<>());
                var other = speakers.get(uplink);
                if (other == null || other.inTurns) {
                    speakers.put(uplink, new Speaker(uplink, key.vlan, inTurns, members.indexOf(uplink)));
                }
            }
        }
        var speakers = new ArrayList<Speaker>();
        for (var vlan : byVlan.keySet().stream().limit(options.beacons().maxVlans()).toList()) {
            speakers.addAll(byVlan.get(vlan).values());
        }
        return speakers;
    }

    private void speak(List<Delivery> made) {
        var speakers = speakers();
        for (var count = Math.min(speakers.size(), options.beacons().maxAtOnce()); count > 0; count--) {
            nextSpeaker = nextSpeaker < speakers.size() ? nextSpeaker : 0;
            var speaker = speakers.get(nextSpeaker++);
            var isItsTurn = !speaker.inTurns || cycles % 2 == speaker.turn;
            if (isItsTurn && links.isSeen(speaker.uplink)) {
                var body = WireFrame.of(WireFrame.BROADCAST, SwitchConfig.uplinkMac(speaker.uplink), BEACON_TYPE, 46);
                made.add(onWire(speaker.uplink, new NaiveVSwitch.Inside(body, speaker.vlan, 0, false)));
                for (var key : beacons.keySet()) {
                    if (key.vlan == speaker.vlan) {
                        beacons.get(key).spoken(speaker.uplink);
                    }
                }
            }
        }
        cycles++;
    }

    /// Spec 4.26: a beacon of this host ends here, and tells that its path is whole; one of another host does so if it shall.
    boolean consumes(String uplink, NaiveVSwitch.Inside frame) {
        if (frame.destination() != WireFrame.BROADCAST || WireFrame.type(frame.body()) != BEACON_TYPE) {
            return false;
        }
        if (!new HashSet<>(options.beacons().hostMacs()).contains(frame.source())) {
            return options.beacons().consumesForeign();
        }
        var speaker = (int) (frame.source() - SwitchConfig.uplinkMac(0));
        for (var key : beacons.keySet()) {
            if (key.vlan == frame.vlan() && links.isSeen(index(uplink))) {
                beacons.get(key).heard(index(uplink), speaker);
            }
        }
        return true;
    }

    // ---- RARP

    /// Spec 4.47, 4.48
    private boolean announces(SwitchConfig.Port port) {
        return port.team().notifies() && (!port.tagsByItself() || options.notifications().announcesTrunks());
    }

    private void announce(List<Delivery> made, long nowNanos) {
        var slots = new ArrayList<Integer>();
        for (var port : config.ports()) {
            slots.add(port.id());
        }
        for (var id : notices.advance(slots, nowNanos)) {
            var port = ports.port(id);
            var body = rarp(NaivePorts.effectiveMac(port));
            for (var uplink : uplinksFor(port, body)) { // 4.48a: to the wire only
                made.add(onWire(uplink, new NaiveVSwitch.Inside(body, port.tagsByItself() ? 0 : port.vlan(), 0, false)));
            }
        }
    }

    /// The ports whose guests are asked at this instant.
    List<Integer> asked(long nowNanos) {
        return queries.advance(nowNanos);
    }

    /// What they are asked, by the first pNIC of the switch.
    byte[] query() {
        return NaiveQueries.query(SwitchConfig.uplinkMac(0), options.queries());
    }

    /// Spec 4.39, 4.40
    static byte[] rarp(long mac) {
        var frame = WireFrame.of(WireFrame.BROADCAST, mac, RARP_TYPE, 0);
        var whole = Arrays.copyOf(frame, 60);
        var header = new int[] {0, 1, 8, 0, 6, 4, 0, 3};
        for (var at = 0; at < header.length; at++) {
            whole[WireFrame.HEADER + at] = (byte) header[at];
        }
        WireFrame.putMac(whole, 22, mac);
        WireFrame.putMac(whole, 32, mac);
        return whole;
    }
}
