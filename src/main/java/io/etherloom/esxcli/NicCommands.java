package io.etherloom.esxcli;

import java.util.List;

/// `network nic`: the pNICs of the host. They are cables and TAPs, so what a driver would say of its hardware is said to be none.
final class NicCommands {
    private static final Option NAME = Option.required('n', "nic-name", "Name of the pNIC, such as vmnic0.");
    private static final List<String> COLUMNS = List.of("Name", "PCI Device", "Driver", "Admin Status", "Link Status", "Speed", "Duplex", "MAC Address",
        "MTU", "Description");
    private static final String NONE = "N/A";
    private static final String DRIVER = "etherloom";
    /// In Mbit/s, where the file gives no speed.
    private static final long USUAL_SPEED = 10_000;
    private static final long USUAL_MTU = 1500;

    private NicCommands() {}

    static Namespace nic() {
        return new Namespace("nic", "The pNICs of this host.", List.of(
            new Namespace("ring", "Queues of a pNIC.", List.of(
                new Namespace("current", "How long they are.", List.of(), List.of(new Command("get", "Show the queues of a pNIC.", NicCommands::ring, NAME)))),
                List.of()),
            new Namespace("stats", "What a pNIC has counted.", List.of(), List.of(new Command("get", "Show the counters of a pNIC.", NicCommands::stats, NAME)))),
            List.of(
                new Command("down", "Take the link of a pNIC down.", (host, arguments) -> link(host, arguments, false), NAME),
                new Command("get", "Show a pNIC.", NicCommands::get, NAME),
                new Command("list", "List the pNICs of this host.", NicCommands::list),
                new Command("set", "Change a pNIC.", NicCommands::set, Option.flag('a', "auto", "Negotiate speed and duplex."),
                    Option.text('D', "duplex", "half or full."), NAME, Option.whole('S', "speed", "In Mbit/s.")),
                new Command("up", "Let the link of a pNIC come up.", (host, arguments) -> link(host, arguments, true), NAME)));
    }

    private static Reply list(EsxHost host, Arguments arguments) {
        var ports = host.livePorts();
        var vSwitches = host.vSwitches();
        return Reply.table(COLUMNS, host.uplinks().stream().map(nic -> row(nic, ports, vSwitches)).toList());
    }

    private static Structure row(Facts nic, List<Facts> ports, List<Facts> vSwitches) {
        boolean isUp = nic.is("link", "up");
        return Structure.of("Nic")
            .with("Name", nic.text("name"))
            .with("PCI Device", NONE)
            .with("Driver", DRIVER)
            .with("Admin Status", nic.isTrue("pulled") ? "Down" : "Up")
            .with("Link Status", isUp ? "Up" : "Down")
            .with("Speed", isUp ? speed(nic, ports) : 0)
            .with("Duplex", isUp ? "Full" : "Half")
            .with("MAC Address", nic.text("mac"))
            .with("MTU", vSwitches.stream().filter(it -> it.is("name", nic.text("vSwitch"))).findFirst().map(it -> it.number("mtu")).orElse(USUAL_MTU))
            .with("Description", nic.is("kind", "tap") ? "TAP " + nic.text("peer") : "Cable to " + nic.text("peer"));
    }

    /// In Mbit/s.
    private static long speed(Facts nic, List<Facts> ports) {
        long bits = port(nic, ports).number("bitsPerSecond");
        return bits == 0 ? USUAL_SPEED : bits / 1_000_000;
    }

    /// The port of its vSwitch; without members while it has none.
    private static Facts port(Facts nic, List<Facts> ports) {
        return ports.stream().filter(port -> port.is("usedBy", nic.text("name"))).findFirst().orElse(Facts.of(null));
    }

    private static Reply get(EsxHost host, Arguments arguments) {
        var nic = host.uplink(arguments.text("nic-name"));
        boolean isUp = nic.is("link", "up");
        var driver = Structure.of("DriverInfo")
            .with("Bus Info", NONE)
            .with("Driver", DRIVER)
            .with("Firmware Version", NONE)
            .with("Version", Facts.of(host.lab().view("lab").getFirst()).text("version"));
        return Reply.one(Structure.of("NicInfo")
            .with("Advertised Auto Negotiation", false)
            .with("Advertised Link Modes", List.of(speed(nic, host.livePorts()) + "None/Full"))
            .with("Auto Negotiation", false)
            .with("Backing DPUId", NONE)
            .with("Cable Type", "")
            .with("Current Message Level", 0)
            .with("Driver Info", new Value.Inner(List.of(driver), false))
            .with("Link Detected", isUp)
            .with("Link Status", isUp ? "Up " : "Down ")
            .with("Name", nic.text("name"))
            .with("PHYAddress", 0)
            .with("Pause Autonegotiate", false)
            .with("Pause RX", false)
            .with("Pause TX", false)
            .with("Supported Ports", List.of())
            .with("Supports Auto Negotiation", false)
            .with("Supports Pause", false)
            .with("Supports Wakeon", false)
            .with("Transceiver", "")
            .with("Virtual Address", nic.text("mac"))
            .with("Wakeon", "None"));
    }

    private static Reply link(EsxHost host, Arguments arguments, boolean isUp) {
        host.lab().link(host.name(), host.uplink(arguments.text("nic-name")).text("name"), isUp);
        return Reply.SILENCE;
    }

    private static Reply set(EsxHost host, Arguments arguments) {
        host.uplink(arguments.text("nic-name"));
        throw Refusal.of("Unable to complete Sysinfo operation. Sysinfo error: Not supported",
            "pNICs of a lab negotiate nothing; write speed in the topology file, or take the link down and up by nic down and nic up");
    }

    private static Reply ring(EsxHost host, Arguments arguments) {
        host.uplink(arguments.text("nic-name"));
        long queue = host.options().stream().filter(option -> option.is("name", "Net.MaxNetifTxQueueLen")).findFirst().map(option -> option.number("value")).orElse(0L);
        return Reply.one(Structure.of("RingInfo").with("RX", 0).with("RX Mini", 0).with("RX Jumbo", 0).with("TX", queue));
    }

    private static Reply stats(EsxHost host, Arguments arguments) {
        var nic = host.uplink(arguments.text("nic-name"));
        var port = port(nic, host.livePorts());
        var in = port.facts("received");
        var out = port.facts("transmitted");
        var stats = Structure.of("NicStats")
            .with("Packets received", in.number("frames"))
            .with("Packets sent", out.number("frames"))
            .with("Bytes received", in.number("octets"))
            .with("Bytes sent", out.number("octets"))
            .with("Receive packets dropped", in.number("dropped"))
            .with("Transmit packets dropped", out.number("dropped"))
            .with("Multicast packets received", in.number("multicasts"))
            .with("Broadcast packets received", in.number("broadcasts"))
            .with("Multicast packets sent", out.number("multicasts"))
            .with("Broadcast packets sent", out.number("broadcasts"));
        // No cable of a lab damages a frame.
        List.of("Total receive errors", "Receive length errors", "Receive over errors", "Receive CRC errors", "Receive frame errors", "Receive FIFO errors",
            "Receive missed errors", "Total transmit errors", "Transmit aborted errors", "Transmit carrier errors", "Transmit FIFO errors",
            "Transmit heartbeat errors", "Transmit window errors").forEach(name -> stats.with(name, 0));
        return Reply.one("NIC statistics for " + nic.text("name"), stats);
    }
}
