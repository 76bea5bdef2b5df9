package io.etherloom.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.etherloom.linux.Netns;
import io.etherloom.linux.Processes;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// What the lab says of itself against what tcpdump sees in the namespaces: `show ports`, `show teams`, `show security`, and the metrics.
class ShowAgreesIT {
    private static final String TOPOLOGY = """
        name: LAB
        metrics: { listen: "127.0.0.1:PORT" }
        fabric:
          switches: { tor1: { linkDiscovery: { cdp: no, lldp: no }, ports: { "1": { trunk: [10] }, "2": { trunk: [10] }, "9": { access: 10 } } } }
          machines: { m: { link: tor1/9, ip: 10.9.0.50/24 } }
        hosts:
          esx1:
            advanced: { Etherloom.RarpCount: 1 }      # none but those of an event, at once
            pnics: { vmnic0: { link: tor1/1 }, vmnic1: { link: tor1/2 } }
            vSwitches:
              vSwitch0:
                uplinks: [vmnic0, vmnic1]
                portGroups:
                  Plain: { vlan: 10 }
                  Locked: { vlan: 10, security: { promiscuousMode: reject, macChanges: reject, forgedTransmits: reject } }
        vms:
          a: { host: esx1, nics: [ { portGroup: Plain, ip: 10.9.0.1/24 } ] }
          b: { host: esx1, nics: [ { portGroup: Plain, ip: 10.9.0.2/24 } ] }
          x: { host: esx1, nics: [ { portGroup: Locked, ip: 10.9.0.3/24 } ] }
        """;
    private static final String OTHER_MAC = "02:00:00:00:00:b2";

    @TempDir
    private Path folder;

    private Launcher launcher;
    private String metrics;

    @BeforeEach
    void startLab() throws Exception {
        Need.root();
        Need.jar();
        Need.programs("ping", "ip", "tcpdump");
        launcher = new Launcher(folder);
        int port;
        try (var free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        var up = launcher.good("up", launcher.topology("", TOPOLOGY.replace("PORT", Integer.toString(port))), "--detach");
        metrics = up.replaceAll("(?s).*Metrics: (http://\\S+).*", "$1");
    }

    @AfterEach
    void leavesNothing() throws Exception {
        if (launcher != null) launcher.end();
    }

    /// Frames and octets of one direction.
    private record Count(long frames, long octets) {
        Count minus(Count other) {
            return new Count(frames - other.frames, octets - other.octets);
        }
    }

    /// A tcpdump that writes a file, to be counted when it has ended.
    private final class Dump {
        private final Path file;
        private final Command command;

        private Dump(String where, String direction) throws Exception {
            file = folder.resolve(where + "-" + direction + ".pcap");
            command = launcher.inside(where, "tcpdump", "-p", "-n", "-U", "-i", "eth0", "-Q", direction, "--immediate-mode", "-w", file.toString())
                .awaitText("listening on");
        }

        private List<String> lines() throws Exception {
            command.stop(Processes.SIGINT);
            assertThat(command.err()).contains("\n0 packets dropped by kernel");
            return Command.run("tcpdump", "-n", "-e", "-q", "-r", file.toString()).out().lines().filter(line -> line.contains(", length ")).toList();
        }

        private Count count() throws Exception {
            long octets = 0;
            var lines = lines();
            for (var line : lines) octets += Long.parseLong(line.replaceFirst(".*?, length (\\d+).*", "$1"));
            return new Count(lines.size(), octets);
        }
    }

    @Test
    void countsWhatTcpdumpSees() throws Exception {
        var dumps = new TreeMap<String, Dump>();
        for (var vm : List.of("a", "b")) {
            dumps.put(vm + " in", new Dump(vm, "out"));
            dumps.put(vm + " out", new Dump(vm, "in"));
        }
        dumps.put("uplinks out", new Dump("m", "in"));
        var before = counts();
        ping("a", "10.9.0.2", 40, 100);
        ping("b", "10.9.0.50", 30, 1_400);
        ping("m", "10.9.0.1", 20, 10);
        var after = counts();
        for (var entry : dumps.entrySet()) {
            var seen = entry.getValue().count();
            // A tag more on the wire between host and physical switch.
            if (entry.getKey().equals("uplinks out")) seen = new Count(seen.frames, seen.octets + 4 * seen.frames);
            assertThat(after.get(entry.getKey()).minus(before.get(entry.getKey()))).as(entry.getKey()).isEqualTo(seen);
            assertThat(seen.frames).isGreaterThan(30);
        }
        var scrape = scrape();
        for (var vm : List.of("a", "b")) {
            for (var direction : List.of("in", "out")) {
                var labels = "port=\"" + vm + ".eth0\"";
                var nic = "vswitch_port_" + (direction.equals("in") ? "tx" : "rx");
                assertThat(new Count(sum(scrape, nic + "_packets_total", labels), sum(scrape, nic + "_bytes_total", labels)))
                    .as(labels).isEqualTo(after.get(vm + " " + direction));
            }
        }
    }

    @Test
    void showsTheTeamAsTheNetworkSeesIt() throws Exception {
        var before = seats(launcher.shown("teams"));
        assertThat(before.values()).contains("vmnic0", "vmnic1");
        var dump = new Dump("m", "in");
        long rarps = sum(scrape(), "vswitch_rarp_sent_total", "");
        launcher.good("link", "down", "esx1/vmnic0");
        var teams = launcher.shown("teams");
        assertThat(seats(teams).values()).containsOnly("vmnic1");
        for (var port : launcher.shown("ports")) {
            if (port.get("usedBy").asString().endsWith(".eth0")) assertThat(port.get("teamPnic").asString()).isEqualTo("vmnic1");
        }
        for (var team : teams) {
            assertThat(uplink(team, "vmnic0").get("state").asString()).isEqualTo("down");
            assertThat(uplink(team, "vmnic1").get("state").asString()).isEqualTo("in use");
        }
        var change = teams.getFirst().get("lastChange");
        assertThat(change.get("from").asString()).isEqualTo("vmnic0");
        assertThat(change.get("to").asString()).isEqualTo("vmnic1");
        assertThat(change.get("cause").asString()).isEqualTo("link down");

        long moved = before.values().stream().filter("vmnic0"::equals).count();
        ping("a", "10.9.0.50", 1, 10);
        var scrape = scrape();
        assertThat(sum(scrape, "vswitch_rarp_sent_total", "") - rarps).as("a RARP for each that moved").isEqualTo(moved);
        assertThat(dump.lines().stream().filter(line -> line.contains("0x8035") || line.contains("Reverse ARP")).count()).isEqualTo(moved);
        for (var entry : seats(teams).entrySet()) {
            assertThat(sum(scrape, "vswitch_port_team_uplink", "port=\"" + entry.getKey() + "\"")).as(entry.getKey()).isEqualTo(1);
        }
        for (var row : launcher.shown("fdb")) {
            if (row.get("where").asString().equals("tor1") && row.get("mac").asString().startsWith("00:50:56")) {
                assertThat(row.get("port").asString()).isEqualTo("2");
            }
        }
    }

    @Test
    void showsWhatAGuestAskedForAndWhatItGot() throws Exception {
        var x = launcher.shown("security", "usedBy", "x.eth0");
        var initial = x.get("initialMac").asString();
        assertThat(List.of(x.get("requestedMac").asString(), x.get("effectiveMac").asString(), mac("x"))).containsOnly(initial);
        assertThat(x.get("promiscuousRequested").asBoolean()).isFalse();
        var dump = new Dump("m", "in");
        inside("x", "ip", "link", "set", "eth0", "address", OTHER_MAC);
        inside("x", "ip", "link", "set", "eth0", "promisc", "on");
        Await.until("the demand is noticed", () -> security("x").get("promiscuousRequested").asBoolean());
        try (var guest = Guest.in(new Netns(), Launcher.namespace("x"), "eth0")) {
            for (int i = 0; i < 7; i++) guest.send(Guest.BROADCAST, "", "of another address", 60);
        }
        Await.until("all are refused", () -> security("x").get("refused").get("forged_transmit").asLong() == 7);
        x = security("x");
        assertThat(x.get("initialMac").asString()).isEqualTo(initial);
        assertThat(x.get("requestedMac").asString()).isEqualTo(OTHER_MAC).isEqualTo(mac("x"));
        assertThat(x.get("effectiveMac").asString()).isEqualTo(initial);
        assertThat(x.get("promiscuousGranted").asBoolean()).isFalse();
        var port = launcher.shown("ports", "usedBy", "x.eth0");
        assertThat(port.get("drops").get("forged_transmit").asLong()).isEqualTo(7);
        assertThat(port.get("mac").asString()).isEqualTo(initial);
        assertThat(sum(scrape(), "vswitch_port_drops_total", "port=\"x.eth0\",reason=\"forged_transmit\"")).isEqualTo(7);
        assertThat(dump.lines()).noneMatch(line -> line.contains(OTHER_MAC));
    }

    private JsonNode security(String vm) throws Exception {
        return launcher.shown("security", "usedBy", vm + ".eth0");
    }

    private String mac(String vm) throws Exception {
        return inside(vm, "cat", "/sys/class/net/eth0/address").strip();
    }

    private String inside(String vm, String... command) throws Exception {
        var outcome = launcher.inside(vm, command).await();
        assertThat(outcome.status()).as(outcome.all()).isZero();
        return outcome.out();
    }

    private void ping(String vm, String target, int count, int size) throws Exception {
        inside(vm, "ping", "-n", "-q", "-c", Integer.toString(count), "-i", "0.01", "-s", Integer.toString(size), "-W", "5", target);
    }

    /// Where the ports of VMs sit, by `show teams`.
    private static Map<String, String> seats(List<JsonNode> teams) {
        var seats = new TreeMap<String, String>();
        for (var team : teams) {
            for (var seat : team.get("ports")) seats.put(seat.get("usedBy").asString(), seat.get("uplink").asString());
        }
        return seats;
    }

    private static JsonNode uplink(JsonNode team, String name) {
        for (var uplink : team.get("uplinks")) {
            if (uplink.get("name").asString().equals(name)) return uplink;
        }
        throw new AssertionError(name + " is not in " + team);
    }

    private Map<String, Count> counts() throws Exception {
        var counts = new HashMap<String, Count>();
        for (var port : launcher.shown("ports")) {
            var usedBy = port.get("usedBy").asString();
            var out = new Count(port.get("outFrames").asLong(), port.get("outOctets").asLong());
            if (usedBy.startsWith("vmnic")) counts.merge("uplinks out", out, (one, two) -> new Count(one.frames + two.frames, one.octets + two.octets));
            counts.put(usedBy.replace(".eth0", "") + " out", out);
            counts.put(usedBy.replace(".eth0", "") + " in", new Count(port.get("inFrames").asLong(), port.get("inOctets").asLong()));
        }
        return counts;
    }

    private List<String> scrape() throws Exception {
        try (var client = HttpClient.newHttpClient()) {
            return client.send(HttpRequest.newBuilder(URI.create(metrics)).build(), HttpResponse.BodyHandlers.ofString()).body().lines().toList();
        }
    }

    /// Of all series of a family whose labels contain this.
    private static long sum(List<String> scrape, String family, String labels) {
        return (long) scrape.stream().filter(line -> line.startsWith(family + "{") && line.contains(labels))
            .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1))).sum();
    }
}
