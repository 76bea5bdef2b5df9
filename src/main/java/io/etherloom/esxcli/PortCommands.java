package io.etherloom.esxcli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// `network vm` and `network port`: who is connected, by world id and port id, and what passed there.
final class PortCommands {
    private static final Option PORT = new Option('p', "portid", Option.Type.WHOLE, true, "Number of the port, from vm port list.");
    private static final List<String> COLUMNS = List.of("World ID", "Name", "Num Ports", "Networks");

    /// A VM that runs, with its ports.
    private record World(String name, Map<Facts, Facts> ports) {}

    private PortCommands() {}

    static Namespace vm() {
        return new Namespace("vm", "VMs that run on this host.", List.of(
            new Namespace("port", "Ports of a VM.", List.of(), List.of(
                new Command("list", "List the ports of a VM.", PortCommands::portList,
                    new Option('w', "world-id", Option.Type.WHOLE, true, "Number of the VM, from vm list."))))),
            List.of(new Command("list", "List the VMs that have ports here.", PortCommands::vmList)));
    }

    static Namespace port() {
        return new Namespace("port", "Ports of vSwitches.", List.of(
            new Namespace("filter", "Filters of a port.", List.of(
                new Namespace("stats", "What filters have counted.", List.of(), List.of(
                    new Command("get", "Show the counters of the filters of a port.", PortCommands::filterStats, PORT)))), List.of()),
            new Namespace("stats", "What a port has counted.", List.of(), List.of(
                new Command("get", "Show the counters of a port.", PortCommands::stats, PORT)))), List.of());
    }

    /// By world id: ports of the live view with their counterparts, which know port group and address.
    private static Map<Long, World> worlds(EsxHost host) {
        var ports = host.view("ports");
        var worlds = new LinkedHashMap<Long, World>();
        for (var live : host.livePorts()) {
            var parts = live.text("usedBy").split(":", 2);
            if (parts.length == 2) {
                var name = parts[1].replaceFirst("\\.eth[0-9]+$", "");
                var port = ports.stream().filter(it -> it.number("portId") == live.number("portId")).findFirst().orElse(live);
                worlds.computeIfAbsent(Long.parseLong(parts[0]), _ -> new World(name, new LinkedHashMap<>())).ports().put(live, port);
            }
        }
        return worlds;
    }

    private static Reply vmList(EsxHost host, Arguments arguments) {
        return Reply.table(COLUMNS, worlds(host).entrySet().stream().map(world -> Structure.of("VM")
            .with("World ID", world.getKey())
            .with("Name", world.getValue().name())
            .with("Num Ports", world.getValue().ports().size())
            .with("Networks", world.getValue().ports().values().stream().map(port -> port.text("portGroup")).toList())).toList());
    }

    private static Reply portList(EsxHost host, Arguments arguments) {
        long id = arguments.whole("world-id").orElse(0);
        var worlds = worlds(host);
        var world = worlds.get(id);
        if (world == null) {
            throw host.missing("world", Long.toString(id), worlds.keySet().stream().map(String::valueOf).toList());
        }
        var all = host.view("ports");
        return Reply.blocks("", world.ports().values().stream().map(port -> Structure.of("VMPort")
            .with("Port ID", port.number("portId"))
            .with("vSwitch", port.text("vSwitch"))
            .with("Portgroup", port.text("portGroup"))
            .with("DVPort ID", "")
            .with("MAC Address", port.text("mac"))
            .with("IP Address", "0.0.0.0")
            .with("Team Uplink", port.text("teamPnic"))
            .with("Uplink Port ID", uplinkPort(port, all))
            .with("Active Filters", List.of())).toList());
    }

    /// The port of the uplink by which the port sends; 0 for none, and for several.
    private static long uplinkPort(Facts port, List<Facts> all) {
        return all.stream().filter(it -> it.is("vSwitch", port.text("vSwitch")) && it.is("usedBy", port.text("teamPnic")))
            .findFirst().map(it -> it.number("portId")).orElse(0L);
    }

    private static Facts port(EsxHost host, Arguments arguments) {
        long id = arguments.whole("portid").orElse(0);
        return host.livePorts().stream().filter(port -> port.number("portId") == id).findFirst()
            .orElseThrow(() -> Refusal.of("Unable to find port: " + id, "host " + host.name() + " has no such port; etherloom show ports lists them"));
    }

    private static Reply stats(EsxHost host, Arguments arguments) {
        var port = port(host, arguments);
        var in = port.facts("received");
        var out = port.facts("transmitted");
        return Reply.one("Packet statistics for port " + port.number("portId"), Structure.of("PortStats")
            .with("Packets received", in.number("frames"))
            .with("Packets sent", out.number("frames"))
            .with("Bytes received", in.number("octets"))
            .with("Bytes sent", out.number("octets"))
            .with("Broadcast packets received", in.number("broadcasts"))
            .with("Broadcast packets sent", out.number("broadcasts"))
            .with("Multicast packets received", in.number("multicasts"))
            .with("Multicast packets sent", out.number("multicasts"))
            .with("Unicast packets received", unicasts(in))
            .with("Unicast packets sent", unicasts(out))
            .with("Receive packets dropped", in.number("dropped"))
            .with("Transmit packets dropped", out.number("dropped")));
    }

    private static long unicasts(Facts flow) {
        return flow.number("frames") - flow.number("broadcasts") - flow.number("multicasts");
    }

    private static Reply filterStats(EsxHost host, Arguments arguments) {
        long id = port(host, arguments).number("portId");
        throw Refusal.of("Unable to get filter statistics for port " + id + ": Not found", "no port of a lab has a filter; drops by reason are in etherloom show ports");
    }
}
