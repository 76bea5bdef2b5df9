package io.etherloom.cli;

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

    static String millis(long micros) {
        return String.format(Locale.ROOT, "%.1f", micros / 1000.0);
    }
}
