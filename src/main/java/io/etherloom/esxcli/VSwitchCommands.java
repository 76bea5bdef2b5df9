package io.etherloom.esxcli;

import java.util.ArrayList;
import java.util.List;

/// `network vswitch standard`, and its `uplink`.
final class VSwitchCommands {
    static final Option NAME = Option.required('v', "vswitch-name", "Name of the vSwitch.");
    private static final Option UPLINK = Option.required('u', "uplink-name", "Name of the pNIC, such as vmnic0.");
    /// What an elastic vSwitch is said to have: all ports of the host may be on it (spec 1.22).
    private static final long ELASTIC_PORTS = 4096;
    private static final long USUAL_PORTS = 128;
    private static final List<String> CDP = List.of("down", "listen", "advertise", "both");

    private VSwitchCommands() {}

    static List<Command> commands() {
        return List.of(
            new Command("add", "Make a vSwitch.", VSwitchCommands::add, Option.whole('P', "ports", "Ports that it has; without it as many as usual."), NAME),
            new Command("list", "List the vSwitches of this host.", VSwitchCommands::list, Option.text('v', "vswitch-name", "Only this vSwitch.")),
            new Command("remove", "Remove a vSwitch and its port groups.", VSwitchCommands::remove, NAME),
            new Command("set", "Change a vSwitch.", VSwitchCommands::set,
                Option.text('c', "cdp-status", "What it does with CDP: " + String.join(", ", CDP) + "."),
                Option.whole('m', "mtu", "Largest frame in octets, without Ethernet header."), NAME));
    }

    static List<Command> uplinks() {
        return List.of(
            new Command("add", "Make a pNIC an uplink of a vSwitch.", VSwitchCommands::addUplink, UPLINK, NAME),
            new Command("remove", "Take an uplink from a vSwitch.", VSwitchCommands::removeUplink, UPLINK, NAME));
    }

    private static Reply list(EsxHost host, Arguments arguments) {
        var vSwitches = arguments.has("vswitch-name") ? List.of(host.vSwitch(arguments.text("vswitch-name"))) : host.vSwitches();
        var beaconed = new ArrayList<Facts>();
        host.view("teams").stream().filter(team -> team.is("failureDetection", "beaconProbing")).forEach(beaconed::add);
        return Reply.blocks("Name", vSwitches.stream().map(vSwitch -> vSwitch(vSwitch, beaconed)).toList());
    }

    private static Structure vSwitch(Facts vSwitch, List<Facts> beaconed) {
        boolean isElastic = vSwitch.number("numPorts") == 0;
        var requiring = beaconed.stream().filter(team -> team.is("vSwitch", vSwitch.text("name"))).flatMap(team -> team.texts("portGroups").stream()).toList();
        var operation = vSwitch.facts("linkDiscovery").text("operation");
        boolean isCdp = vSwitch.facts("linkDiscovery").is("protocol", "cdp");
        return Structure.of("VirtualSwitch")
            .with("Name", vSwitch.text("name"))
            .with("Class", "cswitch")
            .with("Num Ports", isElastic ? ELASTIC_PORTS : vSwitch.number("numPorts"))
            .with("Used Ports", vSwitch.number("usedPorts"))
            .with("Configured Ports", isElastic ? USUAL_PORTS : vSwitch.number("numPorts"))
            .with("MTU", vSwitch.number("mtu"))
            .with("CDP Status", !isCdp || operation.equals("none") ? "down" : operation)
            .with("Beacon Enabled", !requiring.isEmpty())
            .with("Beacon Interval", 1)
            .with("Beacon Threshold", 3)
            .with("Beacon Required By", requiring)
            .with("Uplinks", vSwitch.texts("uplinks"))
            .with("Portgroups", vSwitch.texts("portGroups"));
    }

    private static Reply add(EsxHost host, Arguments arguments) {
        var name = arguments.text("vswitch-name");
        if (host.vSwitches().stream().anyMatch(vSwitch -> vSwitch.is("name", name))) {
            throw Refusal.of("Unable to Add: Already exists", "host " + host.name() + " has a vSwitch " + name);
        }
        var values = EsxHost.values("exists", true);
        arguments.whole("ports").ifPresent(ports -> values.put("ports", ports));
        host.setVSwitch(name, values);
        return Reply.SILENCE;
    }

    private static Reply remove(EsxHost host, Arguments arguments) {
        var vSwitch = host.vSwitch(arguments.text("vswitch-name"));
        refuseInUse(host, "vSwitch " + vSwitch.text("name"), vSwitch.texts("portGroups"));
        host.setVSwitch(vSwitch.text("name"), EsxHost.values("exists", false));
        return Reply.SILENCE;
    }

    /// What carries somebody's traffic stays.
    static void refuseInUse(EsxHost host, String what, List<String> labels) {
        var users = host.users(labels);
        if (!users.isEmpty()) {
            throw Refusal.of("Unable to Remove: Busy", what + " is used by " + String.join(", ", users));
        }
    }

    private static Reply set(EsxHost host, Arguments arguments) {
        var vSwitch = host.vSwitch(arguments.text("vswitch-name"));
        var values = EsxHost.values();
        arguments.whole("mtu").ifPresent(mtu -> values.put("mtu", mtu));
        if (arguments.has("cdp-status")) {
            var status = arguments.text("cdp-status");
            if (!CDP.contains(status)) {
                throw Refusal.usage("Invalid value '" + status + "' for --cdp-status", "it is one of " + String.join(", ", CDP));
            }
            values.put("linkDiscovery.protocol", "cdp");
            values.put("linkDiscovery.operation", status);
        }
        if (!values.isEmpty()) {
            host.setVSwitch(vSwitch.text("name"), values);
        }
        return Reply.SILENCE;
    }

    private static Reply addUplink(EsxHost host, Arguments arguments) {
        var vSwitch = host.vSwitch(arguments.text("vswitch-name"));
        var uplink = host.uplink(arguments.text("uplink-name"));
        var uplinks = new ArrayList<>(vSwitch.texts("uplinks"));
        if (!uplink.is("vSwitch", "-")) {
            throw Refusal.of("Unable to Set: Busy", uplink.text("name") + " is an uplink of " + uplink.text("vSwitch") + " already");
        }
        uplinks.add(uplink.text("name"));
        host.setVSwitch(vSwitch.text("name"), EsxHost.values("uplinks", uplinks));
        return Reply.SILENCE;
    }

    private static Reply removeUplink(EsxHost host, Arguments arguments) {
        var vSwitch = host.vSwitch(arguments.text("vswitch-name"));
        var uplinks = new ArrayList<>(vSwitch.texts("uplinks"));
        if (!uplinks.remove(arguments.text("uplink-name"))) {
            throw host.missing("uplink", arguments.text("uplink-name"), uplinks);
        }
        host.setVSwitch(vSwitch.text("name"), EsxHost.values("uplinks", uplinks));
        return Reply.SILENCE;
    }
}
