package io.etherloom.top;

import io.etherloom.frame.DropReason;
import io.etherloom.lab.view.TeamView;
import io.etherloom.top.Interval.DropLine;
import io.etherloom.top.Interval.PortLine;
import io.etherloom.top.Interval.ShaperLine;
import io.etherloom.top.Interval.UplinkLine;
import io.etherloom.top.Pane.Detail;
import io.etherloom.topology.Units;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The panes of the live view in the order in which Tab goes through them.
final class Panes {
    private static final int HOST = 16;
    private static final int VSWITCH = 24;
    private static final int NAME = 40;

    private Panes() {}

    static List<Pane<?>> all() {
        return List.of(ports(), uplinks(), drops(), teams(), shapers());
    }

    private static Pane<PortLine> ports() {
        return new Pane<>('n', "ports", 2, (unit, interval) -> PortColumns.of(unit, interval.now().hosts() > 1), Interval::ports,
                Panes::lossesAt, "no ports", false);
    }

    private static List<Detail> lossesAt(PortLine line, Interval interval) {
        return interval.losses(line.port()).stream()
                .map(loss -> new Detail(loss.reason() + ": " + Figures.fixed(loss.perSecond()) + "/s, " + loss.total() + " in all",
                        Tone.ofDropRate(loss.perSecond())))
                .toList();
    }

    private static Pane<UplinkLine> uplinks() {
        return new Pane<>('u', "uplinks", 2, (unit, _) -> uplinkColumns(unit), Interval::uplinks, (_, _) -> List.of(), "no pNICs", false);
    }

    private static List<Column<UplinkLine>> uplinkColumns(Unit unit) {
        return List.of(
                Column.text("HOST", "Host of the pNIC.", HOST, line -> line.pnic().host()),
                Column.text("PNIC", "Name of the pNIC.", HOST, line -> line.pnic().name()),
                Column.text("DNAME", "The vSwitch that has it as an uplink.", VSWITCH, line -> line.pnic().vSwitch()),
                Column.<UplinkLine>text("LINK", "Whether the link is up.", 4, line -> line.pnic().link())
                        .toned(line -> line.pnic().link().equals("up") ? Tone.PLAIN : Tone.FIX),
                Column.<UplinkLine>text("STATE", "What teams make of it: usable, waiting, down, no beacons, in doubt.", NAME, line -> line.pnic().state())
                        .toned(line -> line.pnic().state().equals("usable") ? Tone.PLAIN : Tone.LOOK),
                Column.text("SPEED", "Nominal speed in Mb/s; nothing is limited by it.", 8,
                        line -> Figures.megabits(line.port() == null ? 0 : line.port().port().bitsPerSecond())),
                Column.<UplinkLine>count("PORTS", "How many ports send by it now.", line -> line.pnic().ports()),
                Column.text("TEAM", "What it is in the teams of its vSwitch.", 24, UplinkLine::roles),
                Column.text("BEACON", "When a beacon of a peer came last.", 10, Panes::beacon),
                Column.text("PEER", "What it is plugged into.", VSWITCH, line -> line.pnic().peer()),
                Column.text("NEIGHBOR", "Switch and port that it heard by CDP or LLDP.", VSWITCH, UplinkLine::neighbor),
                Column.rate("PKTTX/s", "Frames put on the wire.", line -> transmitted(line).framesPerSecond()),
                Column.rate(unit.heading("TX/s"), "Amount put on the wire.", line -> unit.of(transmitted(line).bitsPerSecond())),
                Column.rate("PKTRX/s", "Frames taken from the wire.", line -> received(line).framesPerSecond()),
                Column.rate(unit.heading("RX/s"), "Amount taken from the wire.", line -> unit.of(received(line).bitsPerSecond())),
                Column.<UplinkLine>rate("%DRPTX", "Of the frames for the wire, those that its ring had no room for.",
                        line -> transmitted(line).droppedPercent()).toned(line -> Tone.ofDrops(transmitted(line).droppedPercent())),
                Column.<UplinkLine>rate("%DRPRX", "Of the frames on the wire, those that there was no room for.",
                        line -> received(line).droppedPercent()).toned(line -> Tone.ofDrops(received(line).droppedPercent())));
    }

    private static Traffic transmitted(UplinkLine line) {
        return line.port() == null ? Traffic.NONE : line.port().transmitted();
    }

    private static Traffic received(UplinkLine line) {
        return line.port() == null ? Traffic.NONE : line.port().received();
    }

    private static String beacon(UplinkLine line) {
        if (!line.pnic().probed()) {
            return "-";
        }
        var heard = line.pnic().beaconHeardMillisAgo();
        return heard == null ? "never" : Figures.age(heard);
    }

    private static Pane<DropLine> drops() {
        return new Pane<>('d', "drops", 1, (_, _) -> dropColumns(), Interval::drops, (line, _) -> placesOf(line), "no frame was dropped", false);
    }

    private static List<Column<DropLine>> dropColumns() {
        return List.of(
                Column.text("REASON", "Why frames ended here, as metrics and captures name it.", 24, DropLine::reason),
                Column.<DropLine>rate("DROPS/s", "Frames that ended for it.", DropLine::perSecond).toned(line -> Tone.ofDropRate(line.perSecond())),
                Column.count("DROPS", "The same since the ports were connected.", DropLine::total),
                Column.count("PORTS", "At how many ports.", line -> line.places().size()),
                Column.text("MOST-AT", "The port with the highest rate, then the most.", NAME, line -> {
                    var most = line.places().stream().max(BY_RATE).orElseThrow();
                    return most.port() + " on " + most.where();
                }),
                Column.text("MEANING", "What the reason says.", 120, line -> MEANINGS.getOrDefault(line.reason(), "-")));
    }

    private static final Map<String, String> MEANINGS =
            Stream.of(DropReason.values()).collect(Collectors.toMap(DropReason::label, DropReason::meaning));

    private static final Comparator<DropLine.Place> BY_RATE =
            Comparator.comparingDouble(DropLine.Place::perSecond).thenComparingLong(DropLine.Place::total);

    private static List<Detail> placesOf(DropLine line) {
        return line.places().stream().sorted(BY_RATE.reversed())
                .map(at -> new Detail(at.port() + " on " + at.where() + ": " + Figures.fixed(at.perSecond()) + "/s, " + at.total() + " in all",
                        Tone.ofRate(at.perSecond())))
                .toList();
    }

    private static Pane<TeamView> teams() {
        return new Pane<>('m', "teams", 3, (_, _) -> teamColumns(), Interval::teams, (team, _) -> seatsOf(team), "no teams", true);
    }

    private static List<Column<TeamView>> teamColumns() {
        return List.of(
                Column.text("HOST", "Host of the team.", HOST, TeamView::host),
                Column.text("DNAME", "Its vSwitch.", VSWITCH, TeamView::vSwitch),
                Column.text("TEAM", "Number of the team on the vSwitch: port groups with one teaming policy.", 4, team -> Integer.toString(team.team())),
                Column.<TeamView>text("UPLINKS", "Its uplinks in order and how they stand.", 60, Panes::uplinksOf)
                        .toned(team -> team.uplinks().stream().anyMatch(it -> it.state().startsWith("down") || it.state().startsWith("no beacons"))
                                ? Tone.LOOK : Tone.PLAIN),
                Column.text("LOAD-BALANCING", "How ports or frames are spread.", 24, TeamView::loadBalancing),
                Column.<TeamView>text("DETECTION", "How a failure is noticed.", 24,
                        team -> team.inDoubt() ? team.failureDetection() + ", in doubt" : team.failureDetection())
                        .toned(team -> team.inDoubt() ? Tone.FIX : Tone.PLAIN),
                Column.text("LAST-CHANGE", "When ports changed their uplink last, and why.", NAME, Panes::lastChange),
                Column.text("PORT-GROUPS", "Whose policy it is.", NAME, team -> String.join(",", team.portGroups())));
    }

    private static String uplinksOf(TeamView team) {
        return team.uplinks().isEmpty() ? "-" : team.uplinks().stream()
                .map(it -> it.name() + " " + (it.role().equals("active") || it.state().equals(it.role()) ? "" : it.role() + " ") + it.state())
                .collect(Collectors.joining(", "));
    }

    private static String lastChange(TeamView team) {
        var change = team.lastChange();
        return change == null ? "-" : change.from() + " -> " + change.to() + " " + Figures.age(change.agoMillis()) + " ago, " + change.cause();
    }

    private static List<Detail> seatsOf(TeamView team) {
        return team.ports().stream().map(seat -> new Detail(
                seat.usedBy() + " (" + seat.portGroup() + ") by " + seat.uplink() + ": " + seat.reason(),
                seat.uplink().equals("void") ? Tone.FIX : seat.reason().startsWith("failed over") ? Tone.LOOK : Tone.PLAIN)).toList();
    }

    private static Pane<ShaperLine> shapers() {
        return new Pane<>('b', "shapers", 2, (unit, _) -> shaperColumns(unit), Interval::shapers, (_, _) -> List.of(),
                "no port group shapes traffic", false);
    }

    private static List<Column<ShaperLine>> shaperColumns(Unit unit) {
        return List.of(
                Column.text("HOST", "Host of the port.", HOST, line -> line.shaper().host()),
                Column.text("USED-BY", "Whose port it is.", NAME, line -> line.shaper().usedBy()),
                Column.text("DIRECTION", "By arrow.", 12, line -> line.shaper().direction()),
                Column.<ShaperLine>text("AVERAGE", "Average bandwidth.", 12, line -> Units.rate(line.shaper().averageBitsPerSecond())).right(),
                Column.<ShaperLine>rate(unit.heading("/s"), "What passed.", line -> unit.of(line.bitsPerSecond())),
                Column.<ShaperLine>text("TOKENS", "What may pass above the average now, of the burst size.", 24,
                        line -> Units.size(line.shaper().tokenOctets()) + "/" + Units.size(line.shaper().burstOctets())).right(),
                Column.<ShaperLine>text("QUEUED", "Frames that wait, of those that may.", 12,
                        line -> line.shaper().queuedFrames() + "/" + line.shaper().queueLimit()).right()
                        .toned(line -> line.shaper().queuedFrames() > 0 ? Tone.LOOK : Tone.QUIET),
                Column.rate("DELAYED/s", "Frames that had to wait.", ShaperLine::delayedPerSecond),
                Column.<ShaperLine>rate("DROPPED/s", "Frames that found the queue full.", ShaperLine::droppedPerSecond)
                        .toned(line -> Tone.ofDropRate(line.droppedPerSecond())),
                Column.count("PASSED", "Octets since the port was connected.", line -> line.shaper().passedOctets()),
                Column.count("DELAYED", "The same of frames that waited.", line -> line.shaper().delayedFrames()),
                Column.count("DROPPED", "The same of frames dropped.", line -> line.shaper().droppedFrames()),
                Column.<ShaperLine>text("PEAK", "Peak bandwidth.", 12, line -> Units.rate(line.shaper().peakBitsPerSecond())).right(),
                Column.text("PORT-GROUP", "Whose policy it is.", NAME, line -> line.shaper().portGroup()));
    }
}
