package io.etherloom.cli;

import io.etherloom.topology.Units;
import java.util.LinkedHashSet;
import java.util.List;

/// The tables of `show teams`, `show shapers` and `show security`.
final class PolicyTables {
    private static final long SECOND_MILLIS = 1000;
    private static final long MINUTE_MILLIS = 60 * SECOND_MILLIS;
    private static final long HOUR_MILLIS = 60 * MINUTE_MILLIS;

    private PolicyTables() {}

    /// Three tables, joined by the number of the team: what holds, how the uplinks stand, who sits where and why.
    static Table teams(List<Row> rows) {
        var teams = new Table("HOST", "VSWITCH", "TEAM", "PORT-GROUPS", "LOAD-BALANCING", "DETECTION", "NOTIFY", "FAILBACK", "LAST-CHANGE");
        var uplinks = new Table("HOST", "VSWITCH", "TEAM", "UPLINK", "ROLE", "STATE", "BEACON");
        var ports = new Table("HOST", "VSWITCH", "TEAM", "PORT-ID", "USED-BY", "PORT-GROUP", "UPLINK", "WHY");
        for (var row : rows) {
            var detection = row.text("failureDetection");
            teams.row(row.cell("host"), row.cell("vSwitch"), row.cell("team"), row.list("portGroups"), row.cell("loadBalancing"),
                row.isTrue("inDoubt") ? detection + ", in doubt (shotgun)" : detection, yes(row.isTrue("notifySwitches")),
                yes(row.isTrue("failback")), change(row.row("lastChange")));
            for (var uplink : row.rows("uplinks")) {
                boolean isProbed = detection.equals("beaconProbing") && !uplink.text("role").equals("unused");
                uplinks.row(row.cell("host"), row.cell("vSwitch"), row.cell("team"), uplink.cell("name"), uplink.cell("role"),
                    uplink.cell("state"), beacon(uplink, isProbed));
            }
            for (var port : row.rows("ports")) {
                ports.row(row.cell("host"), row.cell("vSwitch"), row.cell("team"), port.cell("portId"), port.cell("usedBy"),
                    port.cell("portGroup"), port.cell("uplink"), port.cell("reason"));
            }
        }
        return teams.then(uplinks.then(ports));
    }

    /// When the last beacon of a peer arrived at an uplink.
    static String beacon(Row uplink, boolean isProbed) {
        if (!isProbed) {
            return "-";
        }
        return uplink.cell("beaconHeardMillisAgo") instanceof Number millis ? "heard " + ago(millis.longValue()) : "never heard";
    }

    private static String change(Row change) {
        if (change.members().isEmpty()) {
            return "-";
        }
        return ago(change.number("agoMillis")) + ": " + change.text("from") + " -> " + change.text("to") + " (" + change.text("cause")
            + (change.members().get("outageMicros") instanceof Number micros ? ", " + millis(micros.longValue()) + " to the first frame)" : ")");
    }

    private static String millis(long micros) {
        return micros < 10_000 ? micros / 1000 + "." + micros % 1000 / 100 + " ms" : micros / 1000 + " ms";
    }

    private static String ago(long millis) {
        if (millis < SECOND_MILLIS) {
            return millis + " ms ago";
        }
        if (millis < 2 * MINUTE_MILLIS) {
            return millis / SECOND_MILLIS + " s ago";
        }
        return millis < 2 * HOUR_MILLIS ? millis / MINUTE_MILLIS + " min ago" : millis / HOUR_MILLIS + " h ago";
    }

    private static String yes(boolean flag) {
        return flag ? "yes" : "no";
    }

    static Table shapers(List<Row> rows) {
        var table = new Table("HOST", "VSWITCH", "PORT-ID", "USED-BY", "PORT-GROUP", "DIRECTION", "AVERAGE", "PEAK", "BURST", "TOKENS", "QUEUED",
            "PASSED-OCTETS", "DELAYED", "DROPPED");
        for (var row : rows) {
            table.row(row.cell("host"), row.cell("vSwitch"), row.cell("portId"), row.cell("usedBy"), row.cell("portGroup"),
                row.cell("direction"), Units.rate(row.number("averageBitsPerSecond")), Units.rate(row.number("peakBitsPerSecond")),
                Units.size(row.number("burstOctets")), Units.size(row.number("tokenOctets")), row.cell("queuedFrames") + "/" + row.cell("queueLimit"),
                row.cell("passedOctets"), row.cell("delayedFrames"), row.cell("droppedFrames"));
        }
        return table;
    }

    /// Two tables: what each guest asked for and got with the frames that were refused, and the policies of the port groups behind that.
    static Table security(List<Row> rows) {
        var nics = new Table("HOST", "VSWITCH", "PORT-ID", "USED-BY", "PORT-GROUP", "INITIAL-MAC", "MAC-ASKED-FOR", "EFFECTIVE-MAC",
            "PROMISC", "FORGED", "MAC-CHANGE", "BPDU");
        var policies = new LinkedHashSet<List<Object>>();
        for (var row : rows) {
            var refused = row.row("refused");
            nics.row(row.cell("host"), row.cell("vSwitch"), row.cell("portId"), row.cell("usedBy"), row.cell("portGroup"),
                row.cell("initialMac"), row.cell("requestedMac"), row.cell("effectiveMac"), promiscuity(row),
                refused.cell("forged_transmit"), refused.cell("mac_change_rejected"), refused.cell("bpdu_filtered"));
            for (var policy : row.rows("policies")) {
                policies.add(List.of(row.cell("host"), row.cell("vSwitch"), row.cell("portGroup"), policy.cell("policy"),
                    policy.cell("value"), policy.cell("inheritedFrom")));
            }
        }
        var groups = new Table("HOST", "VSWITCH", "PORT-GROUP", "POLICY", "VALUE", "INHERITED-FROM");
        policies.forEach(policy -> groups.row(policy.toArray()));
        return nics.then(groups);
    }

    /// What the guest asked for and got, in one word.
    private static String promiscuity(Row row) {
        if (row.isTrue("promiscuousGranted")) {
            return "granted";
        }
        return row.isTrue("promiscuousRequested") ? "refused" : "no";
    }
}
