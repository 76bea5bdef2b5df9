package io.etherloom.esxcli;

import java.util.ArrayList;
import java.util.List;

/// `network ip route ipv4`: the networks of the VMkernel ports, and the way out of them.
final class RouteCommands {
    private static final List<String> COLUMNS = List.of("Network", "Netmask", "Gateway", "Interface", "Source");
    private static final String ANY = "0.0.0.0";

    private RouteCommands() {}

    static List<Command> commands(Option stack) {
        var gateway = Option.required('g', "gateway", "The next hop, in a network of a VMkernel port.");
        var network = Option.required('n', "network", "default.");
        return List.of(
            new Command("add", "Add the default route.", RouteCommands::add, gateway, network, stack),
            new Command("list", "List the IPv4 routes.", RouteCommands::list, stack),
            new Command("remove", "Remove the default route.", RouteCommands::remove, gateway, network, stack));
    }

    private static Reply list(EsxHost host, Arguments arguments) {
        InterfaceCommands.requireStack(arguments);
        var defaults = new ArrayList<Structure>();
        var networks = new ArrayList<Structure>();
        for (var vmk : host.vmKernels()) {
            InterfaceCommands.family(vmk.texts("gateways"), false).forEach(gateway -> defaults.add(row("default", ANY, gateway, vmk)));
            InterfaceCommands.family(vmk.texts("addresses"), false).stream().map(Subnet::of)
                .forEach(subnet -> networks.add(row(subnet.network(), subnet.netmask(), ANY, vmk)));
        }
        defaults.addAll(networks);
        return Reply.table(COLUMNS, defaults);
    }

    private static Structure row(String network, String mask, String gateway, Facts vmk) {
        return Structure.of("IPv4Route").with("Network", network).with("Netmask", mask).with("Gateway", gateway).with("Interface", vmk.text("name"))
            .with("Source", "MANUAL");
    }

    private static void requireDefault(Arguments arguments) {
        InterfaceCommands.requireStack(arguments);
        if (!List.of("default", "0.0.0.0/0").contains(arguments.text("network"))) {
            throw Refusal.of("Unable to Set: Not supported", "a lab routes its VMkernel ports by their gateways; the network is default");
        }
    }

    private static Reply add(EsxHost host, Arguments arguments) {
        requireDefault(arguments);
        var gateway = arguments.text("gateway");
        var vmk = host.vmKernels().stream()
            .filter(it -> InterfaceCommands.family(it.texts("addresses"), false).stream().anyMatch(address -> Subnet.of(address).contains(gateway))).findFirst()
            .orElseThrow(() -> Refusal.of("Unable to Add: Network unreachable", "no VMkernel port of host " + host.name() + " has an address in the network of " + gateway));
        var gateways = InterfaceCommands.family(vmk.texts("gateways"), true);
        gateways.addFirst(gateway);
        host.setVmKernel(vmk.text("name"), EsxHost.values("gateway", gateways));
        return Reply.SILENCE;
    }

    private static Reply remove(EsxHost host, Arguments arguments) {
        requireDefault(arguments);
        var gateway = arguments.text("gateway");
        var vmk = host.vmKernels().stream().filter(it -> it.texts("gateways").contains(gateway)).findFirst()
            .orElseThrow(() -> host.missing("route", gateway, host.vmKernels().stream().flatMap(it -> it.texts("gateways").stream()).toList()));
        var gateways = new ArrayList<>(vmk.texts("gateways"));
        gateways.remove(gateway);
        host.setVmKernel(vmk.text("name"), EsxHost.values("gateway", gateways));
        return Reply.SILENCE;
    }
}
