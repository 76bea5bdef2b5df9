package io.etherloom.esxcli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// `network ip neighbor`: what the kernel of the host's namespace knows. Only who was heard is listed.
final class NeighborCommands {
    private static final List<String> COLUMNS = List.of("Neighbor", "Mac Address", "Vmknic", "Expiry", "State", "Type");
    /// Of `ip -s neigh`: address, interface, link-layer address; then seconds since it was used, confirmed and updated; then its state.
    private static final Pattern LINE = Pattern.compile("(\\S+) dev (\\S+) lladdr (\\S+) .*used [0-9]+/([0-9]+)/[0-9]+.* ([A-Z]+)\\s*");
    /// Seconds that the product keeps an IPv4 neighbour, for which the kernel has no such number.
    private static final long LIFE = 1200;

    private NeighborCommands() {}

    static List<Command> commands(Option one, Option stack) {
        return List.of(new Command("list", "List the neighbours.", NeighborCommands::list, one, stack, Option.text('v', "version", "4 or 6.")));
    }

    private static Reply list(EsxHost host, Arguments arguments) {
        var vmks = InterfaceCommands.asked(host, arguments);
        var rows = new ArrayList<Structure>();
        if (!vmks.isEmpty()) {
            var run = host.lab().run(vmks.getFirst().text("namespace"), List.of("ip", "-s", "neigh", "show"));
            var names = vmks.stream().map(vmk -> vmk.text("name")).toList();
            run.output().lines().map(line -> row(line, names, arguments.text("version"))).filter(row -> row != null).forEach(rows::add);
        }
        return Reply.table(COLUMNS, rows);
    }

    static @Nullable Structure row(String line, List<String> names, String version) {
        var parts = LINE.matcher(line);
        if (!parts.matches() || !names.contains(parts.group(2))) {
            return null;
        }
        boolean isV6 = parts.group(1).contains(":");
        if (!version.isEmpty() && isV6 != version.equals("6")) {
            return null;
        }
        var state = parts.group(5);
        long expiry = isV6 ? 0 : Math.max(LIFE - Long.parseLong(parts.group(4)), 0);
        return Structure.of("Neighbor")
            .with("Neighbor", parts.group(1))
            .with("Mac Address", parts.group(3))
            .with("Vmknic", parts.group(2))
            .with("Expiry", new Value.Whole(expiry, "sec"))
            .with("State", isV6 ? state.charAt(0) + state.substring(1).toLowerCase(Locale.ROOT) : "")
            .with("Type", state.equals("PERMANENT") ? "Static" : "Dynamic");
    }
}
