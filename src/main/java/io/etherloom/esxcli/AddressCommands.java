package io.etherloom.esxcli;

import java.util.ArrayList;
import java.util.List;

/// `network ip interface ipv4` and `ipv6 address`.
final class AddressCommands {
    private static final List<String> COLUMNS = List.of("Name", "IPv4 Address", "IPv4 Netmask", "IPv4 Broadcast", "Address Type", "Gateway", "DHCP DNS");
    private static final List<String> COLUMNS_V6 = List.of("Interface", "Address", "Netmask", "Type", "Status");
    private static final String NO_ADDRESS = "0.0.0.0";

    private AddressCommands() {}

    static List<Command> ipv4(Option name, Option one, Option stack) {
        return List.of(
            new Command("get", "Show the IPv4 addresses.", AddressCommands::get, one, stack),
            new Command("set", "Change the IPv4 address of a VMkernel port.", AddressCommands::set,
                Option.text('g', "gateway", "The way to other networks."), name, Option.text('I', "ipv4", "The address."),
                Option.text('N', "netmask", "Its mask, such as 255.255.255.0."), Option.yesNo('P', "peer-dns", "Whether DHCP gives name servers."),
                Option.required('t', "type", "static or none; dhcp is not built.")));
    }

    static List<Command> ipv6(Option name, Option one, Option stack) {
        var address = Option.required('I', "ipv6", "The address with the length of its prefix, such as 2001:db8::11/64.");
        return List.of(
            new Command("add", "Give a VMkernel port an IPv6 address.", AddressCommands::add6, name, address),
            new Command("list", "List the IPv6 addresses.", AddressCommands::list6, one, stack),
            new Command("remove", "Take an IPv6 address from a VMkernel port.", AddressCommands::remove6, name, address));
    }

    private static Reply get(EsxHost host, Arguments arguments) {
        return Reply.table(COLUMNS, InterfaceCommands.asked(host, arguments).stream().map(AddressCommands::row).toList());
    }

    private static Structure row(Facts vmk) {
        var addresses = InterfaceCommands.family(vmk.texts("addresses"), false);
        var gateways = InterfaceCommands.family(vmk.texts("gateways"), false);
        var subnet = Subnet.of(addresses.isEmpty() ? NO_ADDRESS + "/0" : addresses.getFirst());
        return Structure.of("IPv4Interface")
            .with("Name", vmk.text("name"))
            .with("IPv4 Address", subnet.host())
            .with("IPv4 Netmask", subnet.netmask())
            .with("IPv4 Broadcast", addresses.isEmpty() ? NO_ADDRESS : subnet.broadcast())
            .with("Address Type", addresses.isEmpty() ? "NONE" : "STATIC")
            .with("Gateway", gateways.isEmpty() ? NO_ADDRESS : gateways.getFirst())
            .with("DHCP DNS", false);
    }

    private static Reply set(EsxHost host, Arguments arguments) {
        var vmk = host.vmKernel(arguments.text("interface-name"));
        var addresses = InterfaceCommands.family(vmk.texts("addresses"), true);
        var gateways = InterfaceCommands.family(vmk.texts("gateways"), true);
        switch (arguments.text("type")) {
            case "static" -> {
                var subnet = subnet(arguments);
                addresses.addFirst(subnet.toString());
                // A gateway that the new network does not have is gone with the old one.
                var kept = arguments.has("gateway") ? List.of(arguments.text("gateway"))
                    : InterfaceCommands.family(vmk.texts("gateways"), false).stream().filter(subnet::contains).toList();
                gateways.addAll(0, kept);
            }
            case "none" -> { }
            case "dhcp" -> throw Refusal.of("Unable to Set: Not supported", "a lab has no DHCP; write -t static -I ADDRESS -N MASK");
            default -> throw Refusal.usage("Invalid value '" + arguments.text("type") + "' for --type", "it is static or none");
        }
        host.setVmKernel(vmk.text("name"), EsxHost.values("ip", addresses, "gateway", gateways));
        return Reply.SILENCE;
    }

    private static Subnet subnet(Arguments arguments) {
        for (var needed : List.of("ipv4", "netmask")) {
            if (!arguments.has(needed)) {
                throw Refusal.usage("Missing required parameter --" + needed, "-t static needs address and mask");
            }
        }
        return Subnet.of(arguments.text("ipv4"), arguments.text("netmask"));
    }

    private static Reply list6(EsxHost host, Arguments arguments) {
        var rows = new ArrayList<Structure>();
        for (var vmk : InterfaceCommands.asked(host, arguments)) {
            for (var address : InterfaceCommands.family(vmk.texts("addresses"), true)) {
                int slash = address.indexOf('/');
                rows.add(Structure.of("IPv6Address")
                    .with("Interface", vmk.text("name"))
                    .with("Address", address.substring(0, slash))
                    .with("Netmask", Long.parseLong(address.substring(slash + 1)))
                    .with("Type", "STATIC")
                    .with("Status", "PREFERRED"));
            }
        }
        return Reply.table(COLUMNS_V6, rows);
    }

    private static Reply add6(EsxHost host, Arguments arguments) {
        var vmk = host.vmKernel(arguments.text("interface-name"));
        var addresses = new ArrayList<>(vmk.texts("addresses"));
        addresses.add(requireV6(arguments.text("ipv6")));
        host.setVmKernel(vmk.text("name"), EsxHost.values("ip", addresses));
        return Reply.SILENCE;
    }

    private static String requireV6(String address) {
        if (!address.contains(":")) {
            throw Refusal.of("Error: Invalid IPv6 address: " + address, "IPv4 addresses are set by ip interface ipv4 set");
        }
        return address;
    }

    private static Reply remove6(EsxHost host, Arguments arguments) {
        var vmk = host.vmKernel(arguments.text("interface-name"));
        var addresses = new ArrayList<>(vmk.texts("addresses"));
        var asked = requireV6(arguments.text("ipv6"));
        if (!addresses.removeIf(address -> address.equals(asked) || address.startsWith(asked + "/"))) {
            throw host.missing("address", asked, InterfaceCommands.family(addresses, true));
        }
        host.setVmKernel(vmk.text("name"), EsxHost.values("ip", addresses));
        return Reply.SILENCE;
    }
}
