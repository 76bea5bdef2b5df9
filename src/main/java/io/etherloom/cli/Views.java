package io.etherloom.cli;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The tables of `show`: which of a view's members stand in which column. Headings are those of esxtop and esxcli where they have one.
final class Views {
    static final List<String> NAMES =
        List.of("hosts", "networks", "vswitches", "portgroups", "ports", "uplinks", "teams", "shapers", "security", "vms", "vmkernel", "fdb", "fabric",
            "neighbors", "vmotions");

    private Views() {}

    /// Makes a table of the objects that a lab sent.
    @FunctionalInterface
    interface View {
        Table table(List<Row> rows);
    }

    static @Nullable View named(String name) {
        return switch (name) {
            case "hosts" -> Views::hosts;
            case "networks" -> Views::networks;
            case "vswitches" -> Views::vSwitches;
            case "portgroups" -> Views::portGroups;
            case "ports" -> Views::ports;
            case "uplinks" -> Views::uplinks;
            case "teams" -> PolicyTables::teams;
            case "shapers" -> PolicyTables::shapers;
            case "security" -> PolicyTables::security;
            case "vms" -> Views::vms;
            case "vmkernel" -> Views::vmkernel;
            case "fdb" -> Views::fdb;
            case "fabric" -> Views::fabric;
            case "neighbors" -> NeighborTables::neighbors;
            case "vmotions" -> MoveTables::vmotions;
            default -> null;
        };
    }

    private static Table hosts(List<Row> rows) {
        var table = new Table("NAME", "VSWITCHES", "PNICS", "VMKERNEL", "VMS", "NAMESPACE");
        for (var row : rows) {
            table.row(row.cell("name"), row.list("vSwitches"), row.list("pnics"), row.list("vmkernel"), row.cell("vms"), row.cell("namespace"));
        }
        return table;
    }

    private static Table networks(List<Row> rows) {
        var table = new Table("NETWORK", "VLAN", "HOSTS", "MISMATCHES");
        for (var row : rows) {
            var mismatches = row.list("mismatches");
            table.row(row.cell("label"), row.list("vlans"), row.list("hosts"),
                mismatches.isEmpty() ? "-" : String.join("; ", mismatches.stream().map(String::valueOf).toList()));
        }
        return table;
    }

    private static Table vSwitches(List<Row> rows) {
        var table = new Table("HOST", "VSWITCH", "MTU", "NUM-PORTS", "USED-PORTS", "UPLINKS", "PORT-GROUPS", "FAILOVERS", "DISCOVERY");
        for (var row : rows) {
            table.row(row.cell("host"), row.cell("name"), row.cell("mtu"), row.number("numPorts") == 0 ? "elastic" : row.cell("numPorts"),
                row.cell("usedPorts"), row.list("uplinks"), row.list("portGroups"), row.cell("failovers"),
                row.row("linkDiscovery").text("protocol") + " " + row.row("linkDiscovery").text("operation"));
        }
        return table;
    }

    private static Table portGroups(List<Row> rows) {
        var table = new Table("HOST", "VSWITCH", "PORT-GROUP", "VLAN", "TAGGING", "ACTIVE-PORTS", "POLICY", "VALUE", "INHERITED-FROM");
        for (var row : rows) {
            var policies = row.rows("policies");
            for (var policy : policies.isEmpty() ? List.of(Row.of(null)) : policies) {
                table.row(row.cell("host"), row.cell("vSwitch"), row.cell("name"), row.cell("vlan"), row.cell("tagging"),
                    row.cell("activePorts"), policy.cell("policy"), policy.cell("value"), policy.cell("inheritedFrom"));
            }
        }
        return table;
    }

    private static Table ports(List<Row> rows) {
        var table = new Table("HOST", "PORT-ID", "USED-BY", "TEAM-PNIC", "DNAME", "PORT-GROUP", "VLAN", "MAC", "LINK",
            "IN-FRAMES", "IN-OCTETS", "OUT-FRAMES", "OUT-OCTETS", "DROPPED", "REASONS");
        for (var row : rows) {
            table.row(row.cell("host"), row.cell("portId"), row.cell("usedBy"), row.cell("teamPnic"), row.cell("vSwitch"),
                row.cell("portGroup"), row.cell("vlan"), row.cell("mac"), row.cell("link"), row.cell("inFrames"), row.cell("inOctets"),
                row.cell("outFrames"), row.cell("outOctets"), row.cell("dropped"), row.counts("drops"));
        }
        return table;
    }

    private static Table uplinks(List<Row> rows) {
        var table = new Table("HOST", "NAME", "VSWITCH", "KIND", "PEER", "MAC", "LINK", "STATE", "BEACON", "PORTS",
            "IN-FRAMES", "IN-OCTETS", "OUT-FRAMES", "OUT-OCTETS", "DROPPED");
        for (var row : rows) {
            table.row(row.cell("host"), row.cell("name"), row.cell("vSwitch"), row.cell("kind"), row.cell("peer"), row.cell("mac"),
                row.cell("link"), row.cell("state"), PolicyTables.beacon(row, row.isTrue("probed")), row.cell("ports"), row.cell("inFrames"), row.cell("inOctets"), row.cell("outFrames"),
                row.cell("outOctets"), row.cell("dropped"));
        }
        return table;
    }

    private static Table vmkernel(List<Row> rows) {
        var table = new Table("HOST", "NAME", "PORT-GROUP", "ADDRESSES", "GATEWAYS", "MAC", "MTU", "SERVICES", "PORT-ID", "NAMESPACE");
        for (var row : rows) {
            table.row(row.cell("host"), row.cell("name"), row.cell("portGroup"), row.list("addresses"), row.list("gateways"), row.cell("mac"),
                row.cell("mtu"), row.list("services"), row.cell("portId"), row.cell("namespace"));
        }
        return table;
    }

    /// A line for each vNIC: what a VM has besides is said again on each. What VMs are doing has a column where one of them does something.
    private static Table vms(List<Row> rows) {
        boolean hasStatus = rows.stream().anyMatch(row -> !row.text("status").equals("-"));
        var heads = new ArrayList<>(List.of("NAME", "HOST", "KIND", "POWER", "NIC", "PORT-GROUP", "ADDRESSES", "MAC", "CONNECTED", "PORT-ID", "NAMESPACE"));
        if (hasStatus) {
            heads.add("STATUS");
        }
        var table = new Table(heads.toArray(String[]::new));
        for (var row : rows) {
            var nics = new ArrayList<>(row.rows("nics"));
            if (nics.isEmpty()) {
                table.row(vm(row, hasStatus, "-", "-", "-", "-", "-", "-"));
            }
            for (var nic : nics) {
                table.row(vm(row, hasStatus, nic.cell("name"), nic.cell("portGroup"), nic.list("addresses"), nic.cell("mac"),
                    nic.isTrue("connected") ? "yes" : "no", nic.cell("portId")));
            }
        }
        return table;
    }

    private static Object[] vm(Row row, boolean hasStatus, Object... nic) {
        var cells = new ArrayList<Object>(List.of(row.cell("name"), row.cell("host"), row.cell("kind"), row.cell("power")));
        cells.addAll(List.of(nic));
        cells.add(row.cell("namespace"));
        if (hasStatus) {
            cells.add(row.cell("status"));
        }
        return cells.toArray();
    }

    private static Table fdb(List<Row> rows) {
        var table = new Table("WHERE", "VLAN", "MAC", "PORT", "TYPE", "AGE-SECONDS");
        for (var row : rows) {
            table.row(row.cell("where"), row.cell("vlan"), row.cell("mac"), row.cell("port"), row.cell("type"), row.cell("ageSeconds"));
        }
        return table;
    }

    private static Table fabric(List<Row> rows) {
        var table = new Table("SWITCH", "PORT", "MODE", "VLANS", "NATIVE", "CHANNEL", "LINK", "STATE", "PEER", "IN-FRAMES", "OUT-FRAMES", "DROPPED",
            "REASONS");
        for (var row : rows) {
            table.row(row.cell("physicalSwitch"), row.cell("port"), row.cell("mode"), row.cell("vlans"), row.cell("nativeVlan"),
                row.cell("etherChannel"), row.cell("link"), row.cell("state"), row.cell("peer"), row.cell("inFrames"), row.cell("outFrames"), row.cell("dropped"),
                row.counts("drops"));
        }
        return table;
    }

    /// A plan, which `plan` and `up` show.
    static Table plan(List<Row> rows) {
        var table = new Table("ACTION", "OBJECT", "DETAIL");
        for (var row : rows) {
            table.row(row.cell("action"), row.cell("object"), row.cell("detail"));
        }
        return table;
    }

    /// For help and completion.
    static final class Names implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return NAMES.iterator();
        }
    }
}
