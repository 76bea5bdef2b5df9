package io.etherloom.cli;

import io.etherloom.lab.view.ShaperView;
import io.etherloom.lab.view.TeamView;
import io.etherloom.lab.view.TopView;
import io.etherloom.lab.view.UplinkView;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A lab's answer as the record that it was. By hand, for the reason that [Json] has; what a lab of another version leaves out is nothing.
final class TopReader {
    private TopReader() {}

    static TopView view(String json) {
        var row = Row.of(Json.parse(json));
        return new TopView(row.text("lab"), row.text("startedAt"), row.number("takenNanos"), row.number("takenMillis"), integer(row, "hosts"),
            integer(row, "vms"), row.rows("agents").stream().map(TopReader::agent).toList(), row.rows("ports").stream().map(TopReader::port).toList(),
            row.rows("drops").stream().map(TopReader::drop).toList(), row.rows("uplinks").stream().map(TopReader::uplink).toList(),
            row.rows("teams").stream().map(TopReader::team).toList(), row.rows("shapers").stream().map(TopReader::shaper).toList(),
            row.rows("neighbors").stream().map(TopReader::neighbor).toList());
    }

    private static int integer(Row row, String key) {
        return Math.toIntExact(row.number(key));
    }

    private static @Nullable Long orNull(Row row, String key) {
        return row.members().get(key) instanceof Number number ? (Long) number.longValue() : null;
    }

    private static List<String> texts(Row row, String key) {
        return row.list(key).stream().map(String::valueOf).toList();
    }

    private static TopView.Agent agent(Row row) {
        return new TopView.Agent(row.text("name"), row.number("busyNanos"), row.number("errors"), integer(row, "poolCapacity"),
            integer(row, "poolFree"), integer(row, "tailCapacity"), integer(row, "tailFree"));
    }

    private static TopView.Port port(Row row) {
        return new TopView.Port(row.text("host"), row.text("vSwitch"), row.number("portId"), row.text("usedBy"), row.text("teamPnic"),
            row.isTrue("uplink"), row.isTrue("up"), row.number("bitsPerSecond"), flow(row.row("transmitted")), flow(row.row("received")),
            row.number("actions"));
    }

    private static TopView.Flow flow(Row row) {
        return new TopView.Flow(row.number("frames"), row.number("octets"), row.number("multicasts"), row.number("broadcasts"),
            row.number("dropped"), row.number("offered"));
    }

    private static TopView.Neighbor neighbor(Row row) {
        return new TopView.Neighbor(row.text("host"), row.text("pnic"), row.text("device"), row.text("port"));
    }

    private static TopView.Drop drop(Row row) {
        return new TopView.Drop(row.text("where"), row.text("port"), row.text("reason"), row.number("frames"));
    }

    private static UplinkView uplink(Row row) {
        return new UplinkView(row.text("host"), row.text("name"), row.text("vSwitch"), row.text("kind"), row.text("peer"), row.text("mac"),
            row.text("link"), row.text("state"), integer(row, "ports"), row.number("inFrames"), row.number("inOctets"), row.number("outFrames"),
            row.number("outOctets"), row.number("dropped"), row.isTrue("probed"), orNull(row, "beaconHeardMillisAgo"), row.isTrue("pulled"));
    }

    private static TeamView team(Row row) {
        var uplinks = row.rows("uplinks").stream()
            .map(it -> new TeamView.Uplink(it.text("name"), it.text("role"), it.text("state"), orNull(it, "beaconHeardMillisAgo"))).toList();
        var ports = row.rows("ports").stream()
            .map(it -> new TeamView.Seat(it.number("portId"), it.text("usedBy"), it.text("portGroup"), it.text("uplink"), it.text("reason"))).toList();
        return new TeamView(row.text("host"), row.text("vSwitch"), integer(row, "team"), texts(row, "portGroups"), row.text("loadBalancing"),
            row.text("failureDetection"), row.isTrue("notifySwitches"), row.isTrue("failback"), row.isTrue("inDoubt"),
            change(row.row("lastChange")), uplinks, ports);
    }

    private static TeamView.@Nullable Change change(Row row) {
        return row.members().isEmpty() ? null : new TeamView.Change(row.number("agoMillis"), row.text("from"), row.text("to"), row.text("cause"),
            orNull(row, "outageMicros"));
    }

    private static ShaperView shaper(Row row) {
        return new ShaperView(row.text("host"), row.text("vSwitch"), row.number("portId"), row.text("usedBy"), row.text("portGroup"),
            row.text("direction"), row.number("averageBitsPerSecond"), row.number("peakBitsPerSecond"), row.number("burstOctets"),
            row.number("tokenOctets"), integer(row, "queuedFrames"), integer(row, "queueLimit"), row.number("passedOctets"),
            row.number("delayedFrames"), row.number("droppedFrames"));
    }
}
