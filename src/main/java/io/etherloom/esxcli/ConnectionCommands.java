package io.etherloom.esxcli;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// `network ip connection`: the sockets of the host's namespace, as ss(8) tells of them. A world is a process of the machine.
final class ConnectionCommands {
    private static final List<String> COLUMNS = List.of("Proto", "Recv Q", "Send Q", "Local Address", "Foreign Address", "State", "World ID", "CC Algo", "World Name");
    /// Netid, state, both queues, both addresses, and what else there is.
    private static final Pattern LINE = Pattern.compile("(tcp|udp)\\s+(\\S+)\\s+([0-9]+)\\s+([0-9]+)\\s+(\\S+)\\s+(\\S+)(.*)");
    private static final Pattern PROCESS = Pattern.compile("\\(\\(\"([^\"]*)\",pid=([0-9]+)");
    private static final Pattern CONGESTION = Pattern.compile("\\b(cubic|reno|bbr|dctcp|newreno)\\b");

    private ConnectionCommands() {}

    static List<Command> commands(Option stack) {
        return List.of(new Command("list", "List the connections.", ConnectionCommands::list, stack, Option.text('t', "type", "ip, tcp, udp or all.")));
    }

    private static Reply list(EsxHost host, Arguments arguments) {
        InterfaceCommands.requireStack(arguments);
        var type = arguments.text("type");
        if (!List.of("", "ip", "tcp", "udp", "all").contains(type)) {
            throw Refusal.of("Invalid type: " + type, "one of ip, tcp, udp and all");
        }
        var vmks = host.vmKernels();
        var rows = new ArrayList<Structure>();
        if (!vmks.isEmpty()) {
            var run = host.lab().run(vmks.getFirst().text("namespace"), List.of("ss", "-HOtunapi"));
            run.output().lines().map(line -> row(line, type)).filter(row -> row != null).forEach(rows::add);
        }
        return Reply.table(COLUMNS, rows);
    }

    /// @param type "" , `ip` and `all` for both protocols
    static @Nullable Structure row(String line, String type) {
        var parts = LINE.matcher(line.strip());
        if (!parts.matches() || List.of("tcp", "udp").contains(type) && !type.equals(parts.group(1))) {
            return null;
        }
        var process = PROCESS.matcher(parts.group(7));
        boolean isKnown = process.find();
        var congestion = CONGESTION.matcher(parts.group(7));
        return Structure.of("IpConnection")
            .with("Proto", parts.group(1))
            .with("Recv Q", Long.parseLong(parts.group(3)))
            .with("Send Q", Long.parseLong(parts.group(4)))
            .with("Local Address", address(parts.group(5)))
            .with("Foreign Address", address(parts.group(6)))
            .with("State", state(parts.group(2)))
            .with("World ID", isKnown ? Long.parseLong(process.group(2)) : 0L)
            .with("CC Algo", congestion.find() ? congestion.group(1) : "")
            .with("World Name", isKnown ? process.group(1) : "");
    }

    /// Any address is 0.0.0.0, and any port 0; an address of IPv6 stands without brackets and without its interface.
    private static String address(String text) {
        int colon = text.lastIndexOf(':');
        var host = text.substring(0, colon).replaceAll("[\\[\\]]|%.*|::ffff:(?=[0-9]+\\.)", "");
        var port = text.substring(colon + 1);
        return (host.equals("*") ? "0.0.0.0" : host) + ":" + (port.equals("*") ? "0" : port);
    }

    private static String state(String state) {
        return switch (state) {
            case "ESTAB" -> "ESTABLISHED";
            case "UNCONN" -> "";
            default -> state.replace('-', '_');
        };
    }
}
