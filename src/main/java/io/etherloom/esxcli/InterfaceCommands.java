package io.etherloom.esxcli;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/// `network ip`: VMkernel ports with their addresses, neighbours and routes.
final class InterfaceCommands {
    private static final String STACK = "defaultTcpipStack";
    private static final Option NAME = Option.required('i', "interface-name", "Name of the VMkernel port, such as vmk0.");
    private static final Option ONE = Option.text('i', "interface-name", "Only this VMkernel port.");
    private static final Option STACK_NAME = Option.text('N', "netstack", "The network stack; there is " + STACK + ".");
    private static final String NONE = "N/A";

    private InterfaceCommands() {}

    static Namespace ip() {
        return new Namespace("ip", "VMkernel ports of this host.", List.of(
            new Namespace("connection", "Sockets of this host.", List.of(), ConnectionCommands.commands(STACK_NAME)),
            new Namespace("interface", "VMkernel ports.", List.of(
                new Namespace("ipv4", "Their IPv4 addresses.", List.of(), AddressCommands.ipv4(NAME, ONE, STACK_NAME)),
                new Namespace("ipv6", "Their IPv6 addresses.", List.of(
                    new Namespace("address", "IPv6 addresses.", List.of(), AddressCommands.ipv6(NAME, ONE, STACK_NAME))), List.of())), commands()),
            new Namespace("neighbor", "Whom the host knows on its networks.", List.of(), NeighborCommands.commands(ONE, STACK_NAME)),
            new Namespace("netstack", "Network stacks.", List.of(), List.of(new Command("list", "List the network stacks.", InterfaceCommands::netstacks))),
            new Namespace("route", "Routes of the host.", List.of(
                new Namespace("ipv4", "IPv4 routes.", List.of(), RouteCommands.commands(STACK_NAME))), List.of())), List.of());
    }

    private static List<Command> commands() {
        return List.of(
            new Command("add", "Make a VMkernel port.", InterfaceCommands::add,
                Option.text('i', "interface-name", "Its name; without it the first that is free."),
                Option.text('M', "mac-address", "Its address; without it one is derived."), Option.whole('m', "mtu", "Its MTU."), STACK_NAME,
                Option.required('p', "portgroup-name", "The port group that it is on.")),
            new Command("list", "List the VMkernel ports.", InterfaceCommands::list, STACK_NAME),
            new Command("remove", "Remove a VMkernel port.", InterfaceCommands::remove, NAME, STACK_NAME),
            new Command("set", "Change a VMkernel port.", InterfaceCommands::set, Option.yesNo('e', "enabled", "Whether it is in use."), NAME,
                Option.whole('m', "mtu", "Its MTU.")));
    }

    /// Refuses another stack than the one that there is.
    static void requireStack(Arguments arguments) {
        var asked = arguments.text("netstack");
        if (!asked.isEmpty() && !asked.equals(STACK)) {
            throw Refusal.of("Unable to find netstack: " + asked, "there is " + STACK + " only");
        }
    }

    /// The VMkernel ports that are asked for.
    static List<Facts> asked(EsxHost host, Arguments arguments) {
        requireStack(arguments);
        return arguments.has("interface-name") ? List.of(host.vmKernel(arguments.text("interface-name"))) : host.vmKernels();
    }

    private static Reply list(EsxHost host, Arguments arguments) {
        requireStack(arguments);
        return Reply.blocks("Name", host.vmKernels().stream().map(vmk -> Structure.of("VmkernelInterface")
            .with("Name", vmk.text("name"))
            .with("MAC Address", vmk.text("mac"))
            .with("Enabled", true)
            .with("Portset", vmk.text("vSwitch"))
            .with("Portgroup", vmk.text("portGroup"))
            .with("Netstack Instance", STACK)
            .with("VDS Name", NONE)
            .with("VDS UUID", NONE)
            .with("VDS Port", NONE)
            .with("VDS Connection", -1)
            .with("Opaque Network ID", NONE)
            .with("Opaque Network Type", NONE)
            .with("External ID", NONE)
            .with("MTU", vmk.number("mtu"))
            .with("TSO MSS", 65_535)
            .with("RXDispQueue Size", 1)
            .with("Port ID", vmk.number("portId"))).toList());
    }

    private static Reply netstacks(EsxHost host, Arguments arguments) {
        return Reply.blocks("Key", List.of(Structure.of("NetStack").with("Key", STACK).with("Name", STACK).with("State", 4660)));
    }

    private static Reply add(EsxHost host, Arguments arguments) {
        requireStack(arguments);
        var there = host.vmKernels().stream().map(vmk -> vmk.text("name")).toList();
        var name = arguments.has("interface-name") ? arguments.text("interface-name")
            : IntStream.range(0, there.size() + 1).mapToObj(number -> "vmk" + number).filter(free -> !there.contains(free)).findFirst().orElseThrow();
        if (there.contains(name)) {
            throw Refusal.of("Unable to Add: Already exists", "host " + host.name() + " has a VMkernel port " + name);
        }
        var values = EsxHost.values("exists", true, "portGroup", host.portGroup(arguments.text("portgroup-name")).text("name"));
        arguments.whole("mtu").ifPresent(mtu -> values.put("mtu", mtu));
        if (arguments.has("mac-address")) {
            values.put("mac", arguments.text("mac-address"));
        }
        host.setVmKernel(name, values);
        return Reply.SILENCE;
    }

    private static Reply remove(EsxHost host, Arguments arguments) {
        host.setVmKernel(host.vmKernel(arguments.text("interface-name")).text("name"), EsxHost.values("exists", false));
        return Reply.SILENCE;
    }

    private static Reply set(EsxHost host, Arguments arguments) {
        var vmk = host.vmKernel(arguments.text("interface-name"));
        if (arguments.has("enabled") && !arguments.isTrue("enabled")) {
            throw Refusal.of("Unable to Set: Not supported", "a VMkernel port of a lab is enabled while it is there; ip interface remove takes it away");
        }
        arguments.whole("mtu").ifPresent(mtu -> host.setVmKernel(vmk.text("name"), EsxHost.values("mtu", mtu)));
        return Reply.SILENCE;
    }

    /// Those of a list of addresses or gateways that are of one family.
    static List<String> family(List<String> addresses, boolean isV6) {
        return new ArrayList<>(addresses.stream().filter(address -> address.contains(":") == isV6).toList());
    }
}
