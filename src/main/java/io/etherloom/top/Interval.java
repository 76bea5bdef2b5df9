package io.etherloom.top;

import io.etherloom.lab.view.ShaperView;
import io.etherloom.lab.view.TeamView;
import io.etherloom.lab.view.TopView;
import io.etherloom.lab.view.TopView.Flow;
import io.etherloom.lab.view.UplinkView;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What happened in a lab between two moments: rates over the time by the lab's own clock, so that a slow client or network changes nothing.
/// Rates are NaN while there is only one moment. A port that came in between has counted from zero.
public final class Interval {
    private static final double NANOS = 1e9;
    private static final Flow START = new Flow(0, 0, 0, 0, 0, 0);

    private final TopView now;
    private final double seconds;
    private final List<PortLine> ports;
    private final List<DropLine> drops;
    private final List<ShaperLine> shapers;
    private final List<Double> loads;
    private final Map<String, List<Loss>> losses = new HashMap<>();

    /// What ended at one port for one reason.
    record Loss(String reason, double perSecond, long total) {}

    /// A port and its rates.
    public record PortLine(TopView.Port port, Traffic transmitted, Traffic received, double actionsPerSecond) {}

    /// A pNIC, with its port while a vSwitch has it.
    ///
    /// @param roles what it is in the teams of its vSwitch: `active`, `standby in 2`
    /// @param neighbor the switch and port that it heard by CDP or LLDP, `-` for none
    record UplinkLine(UplinkView pnic, @Nullable PortLine port, String roles, String neighbor) {}

    /// All that ended for one reason.
    record DropLine(String reason, double perSecond, long total, List<Place> places) {
        /// One port of those where it did.
        record Place(String where, String port, double perSecond, long total) {}
    }

    /// A shaper and its rates.
    record ShaperLine(ShaperView shaper, double bitsPerSecond, double delayedPerSecond, double droppedPerSecond) {}

    private Interval(@Nullable TopView before, TopView now) {
        this.now = now;
        seconds = before == null ? 0 : (now.takenNanos() - before.takenNanos()) / NANOS;
        ports = ports(before);
        drops = drops(before);
        shapers = shapers(before);
        loads = loads(before);
    }

    /// @param before null for the first moment
    public static Interval between(@Nullable TopView before, TopView now) {
        return new Interval(before, now);
    }

    /// Between the moments; 0 while there is one.
    public double seconds() {
        return seconds;
    }

    public TopView now() {
        return now;
    }

    public List<PortLine> ports() {
        return ports;
    }

    List<DropLine> drops() {
        return drops;
    }

    /// What ended at a port of a vSwitch.
    List<Loss> losses(TopView.Port port) {
        var name = port.usedBy().substring(port.usedBy().indexOf(':') + 1);      // The world id is not part of the port's name.
        return losses.getOrDefault(port.host() + "/" + port.vSwitch() + " " + name, List.of());
    }

    List<ShaperLine> shapers() {
        return shapers;
    }

    /// Share of the time for which each agent was busy, 1 for all of it.
    List<Double> loads() {
        return loads;
    }

    List<TeamView> teams() {
        return now.teams();
    }

    List<UplinkLine> uplinks() {
        var byName = new HashMap<String, PortLine>();
        ports.forEach(line -> byName.put(line.port().host() + "/" + line.port().usedBy(), line));
        return now.uplinks().stream()
                .map(pnic -> new UplinkLine(pnic, byName.get(pnic.host() + "/" + pnic.name()), roles(pnic), neighbor(pnic)))
                .toList();
    }

    private String neighbor(UplinkView pnic) {
        var heard = now.neighbors().stream().filter(it -> it.host().equals(pnic.host()) && it.pnic().equals(pnic.name()))
                .map(it -> it.device() + " " + it.port()).toList();
        return heard.isEmpty() ? "-" : String.join(", ", heard);
    }

    private String roles(UplinkView pnic) {
        var teams = now.teams().stream().filter(team -> team.host().equals(pnic.host()) && team.vSwitch().equals(pnic.vSwitch())).toList();
        var roles = new ArrayList<String>();
        for (var team : teams) {
            team.uplinks().stream().filter(it -> it.name().equals(pnic.name()))
                    .forEach(it -> roles.add(teams.size() == 1 ? it.role() : it.role() + " in " + team.team()));
        }
        return roles.isEmpty() ? "-" : String.join(", ", roles);
    }

    private double rate(long before, long now) {
        return seconds <= 0 ? Double.NaN : (now < before ? now : now - before) / seconds;
    }

    private List<PortLine> ports(@Nullable TopView before) {
        var earlier = new HashMap<String, TopView.Port>();
        if (before != null) {
            before.ports().forEach(port -> earlier.put(key(port), port));
        }
        var lines = new ArrayList<PortLine>(now.ports().size());
        for (var port : now.ports()) {
            var was = earlier.get(key(port));
            lines.add(new PortLine(port, Traffic.between(was == null ? START : was.transmitted(), port.transmitted(), seconds),
                    Traffic.between(was == null ? START : was.received(), port.received(), seconds),
                    rate(was == null ? 0 : was.actions(), port.actions())));
        }
        return lines;
    }

    /// Port ids are of one host.
    private static String key(TopView.Port port) {
        return port.portId() + "/" + port.host();
    }

    private List<DropLine> drops(@Nullable TopView before) {
        var earlier = new HashMap<String, Long>();
        if (before != null) {
            before.drops().forEach(drop -> earlier.put(key(drop), drop.frames()));
        }
        var places = new LinkedHashMap<String, List<DropLine.Place>>();
        for (var drop : now.drops()) {
            double perSecond = rate(earlier.getOrDefault(key(drop), 0L), drop.frames());
            places.computeIfAbsent(drop.reason(), _ -> new ArrayList<>())
                    .add(new DropLine.Place(drop.where(), drop.port(), perSecond, drop.frames()));
            losses.computeIfAbsent(drop.where() + " " + drop.port(), _ -> new ArrayList<>()).add(new Loss(drop.reason(), perSecond, drop.frames()));
        }
        var lines = new ArrayList<DropLine>();
        places.forEach((reason, at) -> lines.add(new DropLine(reason, at.stream().mapToDouble(DropLine.Place::perSecond).sum(),
                at.stream().mapToLong(DropLine.Place::total).sum(), at)));
        return lines;
    }

    private static String key(TopView.Drop drop) {
        return drop.reason() + " " + drop.where() + " " + drop.port();
    }

    private List<ShaperLine> shapers(@Nullable TopView before) {
        var earlier = new HashMap<String, ShaperView>();
        if (before != null) {
            before.shapers().forEach(shaper -> earlier.put(key(shaper), shaper));
        }
        return now.shapers().stream().map(shaper -> {
            var was = earlier.get(key(shaper));
            return new ShaperLine(shaper, 8 * rate(was == null ? 0 : was.passedOctets(), shaper.passedOctets()),
                    rate(was == null ? 0 : was.delayedFrames(), shaper.delayedFrames()),
                    rate(was == null ? 0 : was.droppedFrames(), shaper.droppedFrames()));
        }).toList();
    }

    private static String key(ShaperView shaper) {
        return shaper.portId() + " " + shaper.direction() + " " + shaper.host();
    }

    private List<Double> loads(@Nullable TopView before) {
        Map<String, Long> earlier = new HashMap<>();
        if (before != null) {
            before.agents().forEach(agent -> earlier.put(agent.name(), agent.busyNanos()));
        }
        return now.agents().stream().map(agent -> rate(earlier.getOrDefault(agent.name(), 0L), agent.busyNanos()) / NANOS).toList();
    }
}
