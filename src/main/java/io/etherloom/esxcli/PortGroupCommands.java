package io.etherloom.esxcli;

import java.util.Comparator;
import java.util.List;

/// `network vswitch standard portgroup`.
final class PortGroupCommands {
    static final Option NAME = Option.required('p', "portgroup-name", "Label of the port group.");
    private static final List<String> COLUMNS = List.of("Name", "Virtual Switch", "Active Clients", "VLAN ID");

    private PortGroupCommands() {}

    static List<Command> commands() {
        return List.of(
            new Command("add", "Make a port group.", PortGroupCommands::add, NAME, VSwitchCommands.NAME),
            new Command("list", "List the port groups of this host.", PortGroupCommands::list),
            new Command("remove", "Remove a port group.", PortGroupCommands::remove, NAME, VSwitchCommands.NAME),
            new Command("set", "Give a port group a VLAN.", PortGroupCommands::set, NAME,
                Option.whole('v', "vlan-id", "The VLAN: 0 for none, 1 to 4094, 4095 leaves tags to guests.")));
    }

    private static Reply list(EsxHost host, Arguments arguments) {
        var groups = host.portGroups().stream().sorted(Comparator.comparing(group -> group.text("name"))).toList();
        return Reply.table(COLUMNS, groups.stream().map(group -> Structure.of("Portgroup")
            .with("Name", group.text("name"))
            .with("Virtual Switch", group.text("vSwitch"))
            .with("Active Clients", group.number("activePorts"))
            .with("VLAN ID", group.number("vlan"))).toList());
    }

    private static Reply add(EsxHost host, Arguments arguments) {
        var name = arguments.text("portgroup-name");
        var vSwitch = host.vSwitch(arguments.text("vswitch-name")).text("name");
        host.portGroups().stream().filter(group -> group.is("name", name)).findFirst().ifPresent(group -> {
            throw Refusal.of("Unable to Add: Already exists", group.text("vSwitch") + " has a port group " + name + "; labels are unique on a host (spec 1.8)");
        });
        host.setPortGroup(vSwitch + "/" + name, EsxHost.values("exists", true));
        return Reply.SILENCE;
    }

    private static Reply remove(EsxHost host, Arguments arguments) {
        var vSwitch = host.vSwitch(arguments.text("vswitch-name"));
        var name = arguments.text("portgroup-name");
        if (!vSwitch.texts("portGroups").contains(name)) {
            throw host.missing("portgroup", name, vSwitch.texts("portGroups"));
        }
        VSwitchCommands.refuseInUse(host, "port group " + name, List.of(name));
        host.setPortGroup(vSwitch.text("name") + "/" + name, EsxHost.values("exists", false));
        return Reply.SILENCE;
    }

    private static Reply set(EsxHost host, Arguments arguments) {
        var group = host.portGroup(arguments.text("portgroup-name"));
        arguments.whole("vlan-id").ifPresent(vlan -> host.setPortGroup(group.text("name"), EsxHost.values("vlan", vlan)));
        return Reply.SILENCE;
    }
}
