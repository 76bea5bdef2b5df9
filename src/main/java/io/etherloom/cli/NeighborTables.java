package io.etherloom.cli;

import java.util.List;

/// The table of `show neighbors`.
final class NeighborTables {
    private NeighborTables() {}

    static Table neighbors(List<Row> rows) {
        var table = new Table("LOCAL", "PORT", "VSWITCH", "PROTOCOL", "DEVICE", "DEVICE-PORT", "NATIVE-VLAN", "MTU", "CAPABILITIES", "ADDRESSES",
            "PLATFORM", "AGE", "TTL", "REASON");
        for (var row : rows) {
            var heard = row.row("neighbor");
            table.row(row.cell("owner"), row.cell("port"), row.cell("vSwitch"), heard.cell("protocol"), heard.cell("device"), heard.cell("port"),
                heard.cell("nativeVlan"), mtu(heard), heard.list("capabilities"), heard.list("addresses"),
                heard.text("platform").equals("-") ? heard.cell("version") : heard.cell("platform"), seconds(heard, "ageSeconds"),
                seconds(heard, "ttlSeconds"), row.cell("reason"));
        }
        return table;
    }

    /// CDP says the payload, LLDP the whole frame, and not everybody counts the same into that.
    private static Object mtu(Row heard) {
        return heard.number("maxFrame") == 0 ? heard.cell("mtu") : "frame " + heard.number("maxFrame");
    }

    private static String seconds(Row heard, String key) {
        return heard.cell(key) instanceof Number number ? number + "s" : "-";
    }
}
