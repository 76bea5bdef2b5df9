package io.etherloom.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Tables of VMotion.
final class MoveTables {
    private MoveTables() {}

    static Table vmotions(List<Row> rows) {
        var table = new Table("ID", "BEGAN", "VM", "FROM", "TO", "STATE", "OFF-MS", "UPLINKS", "REASON");
        for (var row : rows) {
            var uplinks = row.rows("nics").stream().map(nic -> nic.text("uplinkBefore") + " -> " + nic.text("uplinkAfter")).toList();
            table.row(row.cell("id"), row.cell("began"), row.cell("vm"), row.cell("from"), row.cell("to"), row.cell("state"),
                millis(row.number("gapMicros")), uplinks, row.text("reason").replace("\n", "; "));
        }
        return table;
    }

    /// What else is to be said of a move that is done.
    ///
    /// @param isBuffering whether more was kept than what waited in the queue of a port
    static List<String> lines(Row report, boolean isBuffering) {
        var lines = new ArrayList<String>();
        var frames = report.row("frames");
        long buffered = frames.number("buffered");
        lines.add("frames  " + frames.number("lost") + " lost, " + buffered + " buffered" + (buffered > 0 && isBuffering ? " (beyond what ESX does)" : "") + ", "
            + frames.number("duplicated") + " duplicated");
        var peers = report.row("peers");
        lines.add("peers   " + heard("it sent nothing for ", peers.number("silenceMicros"), "no frames of it before and after") + ", "
            + heard("got nothing for ", peers.number("deafMicros"), "none for it"));
        var guest = report.row("guest");
        if (guest.number("downtimeMicros") > 0) {
            lines.add("guest   stood still for " + millis(guest.number("downtimeMicros")) + " ms by its hypervisor, " + millis(guest.number("stoppedMicros"))
                + " ms as the lab saw it, " + millis(guest.number("waitedMicros")) + " ms of these for its ports");
        }
        return lines;
    }

    private static String heard(String what, long micros, String nothing) {
        return micros == 0 ? nothing : what + millis(micros) + " ms";
    }

    static String millis(long micros) {
        return String.format(Locale.ROOT, "%.1f", micros / 1000.0);
    }
}
