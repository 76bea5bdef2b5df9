package io.etherloom.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.etherloom.linux.Processes;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A real Prometheus, started by `etherloom observe`, reads a lab in which everything happens that dashboards show.
class PrometheusIT {
    /// Only when a guest's ring is full, and the kernel empties those of namespaces at once; `promtool test rules` has figures for it.
    private static final String RARE = "rx_drops:";

    private static final String TOPOLOGY = """
        name: LAB
        fabric:
          switches:
            tor1: { ports: { "1": &host { trunk: [10, 20] }, "2": *host, "24": &up { trunk: all } } }
            tor2: { ports: { "1": *host, "2": *host, "24": *up } }
            core: { ports: { "1": *up, "2": *up, "9": { access: 10 }, "10": { access: 30 } } }
          links: [ { between: [core/1, tor1/24] }, { between: [core/2, tor2/24] } ]
          machines: { client: { link: core/9, ip: 10.0.10.50/24 }, lost: { link: core/10, ip: 10.0.30.50/24 } }
        hosts:
          esx1:
            pnics: { vmnic0: { link: tor1/1, speed: 10G }, vmnic1: { link: tor2/1, speed: 10G } }
            vSwitches:
              vSwitch0:
                uplinks: [vmnic0, vmnic1]
                portGroups:
                  Ten: { vlan: 10, security: { promiscuousMode: accept } }
                  Strict: { vlan: 10, security: { forgedTransmits: reject, macChanges: reject } }
                  Slow: { vlan: 10, trafficShaping: { enabled: yes, averageBandwidth: 100 Kbps, peakBandwidth: 100 Kbps, burstSize: 4 KB } }
                  Probed: { vlan: 20, teaming: { failureDetection: beaconProbing } }
          esx2:
            like: esx1
            pnics: { vmnic0: { link: tor1/2 }, vmnic1: { link: tor2/2 } }
        vms:
          mover: { host: esx1, nics: [ { portGroup: Ten, ip: 10.0.10.16/24 } ] }
          web1: { host: esx1, nics: [ { portGroup: Ten, ip: 10.0.10.11/24 } ] }
          flow: { host: esx1, nics: [ { portGroup: Ten, ip: 10.0.10.12/24 } ] }
          forger: { host: esx1, nics: [ { portGroup: Strict, ip: 10.0.10.13/24 } ] }
          slow: { host: esx1, nics: [ { portGroup: Slow, ip: 10.0.10.14/24 } ] }
          probed: { host: esx1, nics: [ { portGroup: Probed, ip: 10.0.20.15/24 } ] }
          fast: { host: esx1, kind: memory, nics: [ { portGroup: Ten } ] }
          faster: { host: esx1, kind: memory, nics: [ { portGroup: Ten } ] }
        """;
    private static final int PINGS = 400;
    private static final int WINDOW_SECONDS = 120;
    /// ICMP of 1,000 octets in IPv4 and Ethernet, as it lies in the vNIC: without a tag.
    private static final int PING_OCTETS = 1_000 + 8 + 20 + 14;

    @TempDir
    private Path folder;

    private final HttpClient client = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
    private Launcher launcher;
    private String prometheus = "";

    @AfterEach
    void leavesNothing() throws Exception {
        client.close();
        if (launcher != null) launcher.end();
    }

    @Test
    void everyQueryOfEveryDashboardHasDataAndTrafficIsWhatWasSent() throws Exception {
        Need.root();
        Need.jar();
        Need.programs("prometheus", "ping");
        launcher = new Launcher(folder);
        launcher.good("up", launcher.topology("", TOPOLOGY), "--detach");
        try (var observe = launcher.start("observe", "--interval", "500ms")) {
            observe.awaitText("Ctrl-C ends it");
            prometheus = observe.out().replaceAll("(?s).*Prometheus: (http://\\S+).*", "$1");
            Await.until("the lab is read", () -> value("up{lab=\"" + LocalLab.name("") + "\"}") == 1);
            makeEverythingHappen();
            trafficIsWhatWasSent();
            var empty = new TreeSet<String>();
            var all = queries();
            assertThat(all).hasSizeGreaterThan(60);
            Await.until("every query has data, but " + empty, () -> {
                empty.clear();
                failOver();     // An event counts from its second time on, since Prometheus has no nothing before the first.
                for (var query : all) {
                    if (result(query).isEmpty()) empty.add(query);
                }
                return empty.isEmpty() || isLast(empty);
            });
            assertThat(empty).as("queries without data").isEmpty();
            var outcome = observe.stop(Processes.SIGINT);
            assertThat(outcome.status()).as(outcome.all()).isZero();
            assertThat(outcome.err()).isEmpty();
        }
        assertThat(Command.run("pgrep", "-f", prometheus.replaceFirst("http://", "web.listen-address=")).out()).as("processes left").isEmpty();
    }

    private long looksLeft = 25;

    /// Ends the wait early with what is empty, so that the failure names it.
    private boolean isLast(Set<String> empty) {
        return --looksLeft == 0 && !empty.isEmpty();
    }

    private void makeEverythingHappen() throws Exception {
        launcher.inside("web1", "ip", "link", "set", "eth0", "promisc", "on");
        launcher.inside("web1", "ping", "-q", "-i", "0.01", "-c", "4000", "10.0.10.50");
        launcher.good("bench", "rfc2544", "--from", "fast", "--to", "faster", "--sizes", "64", "--tests", "throughput,latency", "--duration", "1s");
        launcher.inside("slow", "ping", "-q", "-i", "0.01", "-c", "4000", "-s", "1000", "10.0.10.50");
        launcher.inside("forger", "sh", "-c",
            "ip link set eth0 down; ip link set eth0 address 00:50:56:00:00:99; ip link set eth0 up; exec ping -q -i 0.05 -c 800 10.0.10.50");
        launcher.inside("lost", "ping", "-q", "-i", "0.1", "-c", "500", "10.0.30.1");
        failOver();
    }

    private void failOver() throws Exception {
        launcher.good("link", "down", "esx1/vmnic0");
        launcher.good("link", "up", "esx1/vmnic0");
        launcher.good("vmotion", "mover", "--to", "esx2");
        launcher.good("vmotion", "mover", "--to", "esx1");
    }

    /// The panel of what a VM transmits, over a window in which it sent a known number of frames.
    private void trafficIsWhatWasSent() throws Exception {
        var octets = "sum(vswitch_port_tx_bytes_total{port=\"flow.eth0\"})";
        Await.until("the port of flow is read", () -> !result(octets).isEmpty());
        double before = value(octets);
        var ping = launcher.inside("flow", "ping", "-q", "-i", "0.01", "-c", Integer.toString(PINGS), "-s", "1000", "10.0.10.50").await();
        assertThat(ping.out()).contains(PINGS + " packets transmitted");
        double sent = (double) PINGS * PING_OCTETS;
        Await.until("all that was sent is read", () -> value(octets) - before >= sent);
        for (var panel : List.of(
                panel("8 * sum by (lab, vswitch, port) (rate(vswitch_port_tx_bytes_total", "port=~\".*\"", "port=\"flow.eth0\""),
                panel("8 * sum by (lab, vswitch, port) (rate(vswitch_port_rx_bytes_total", "port=~\".*\"", "port=\"flow.eth0\""))) {
            assertThat(value(panel) / 8 * WINDOW_SECONDS).as(panel).isCloseTo(sent, within(sent / 10));
        }
        // The answers are as long as the questions. What others send beside it by these ports is a few hundred small frames.
        for (var panel : List.of(
                panel("8 * sum by (lab, vswitch, uplink) (rate(vswitch_uplink_tx_bytes_total", "", ""),
                panel("8 * sum by (lab, vswitch, uplink) (rate(vswitch_uplink_rx_bytes_total", "", ""))) {
            assertThat(largest(panel) / 8 * WINDOW_SECONDS).as(panel).isBetween(sent, 2 * sent);
        }
        // A physical switch on the way receives both.
        var fabric = panel("8 * sum by (lab, switch) (rate(fabric_port_rx_bytes_total", "", "");
        assertThat(largest(fabric) / 8 * WINDOW_SECONDS).as(fabric).isBetween(2 * sent, 4 * sent);
        double frames = value(panel("sum by (lab, vswitch, port, cast) (rate(vswitch_port_tx_packets_total", "port=~\".*\"", "port=\"flow.eth0\", cast=\"unicast\""));
        assertThat(frames * WINDOW_SECONDS).isCloseTo(PINGS, within(PINGS / 10.0));
    }

    /// The query of a panel, over a time that holds the whole flow.
    private static String panel(String begin, String any, String one) throws IOException {
        return queries().stream().filter(it -> it.startsWith(begin)).findFirst().orElseThrow(() -> new AssertionError("no panel asks " + begin))
            .replace(any, one).replaceAll("\\[[0-9]+s]", "[" + WINDOW_SECONDS + "s]");
    }

    private double largest(String query) throws IOException, InterruptedException {
        double largest = Double.NaN;
        for (var series : result(query)) {
            double value = Double.parseDouble(series.path("value").get(1).asString());
            largest = Double.isNaN(largest) ? value : Math.max(largest, value);
        }
        return largest;
    }

    /// What Prometheus answers, each result a series.
    private JsonNode result(String query) throws IOException, InterruptedException {
        var uri = URI.create(prometheus + "/api/v1/query?query=" + URLEncoder.encode(query, StandardCharsets.UTF_8));
        var answer = client.send(HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(10)).build(), HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(query + ": " + answer.body()).isEqualTo(200);
        return JsonMapper.shared().readTree(answer.body()).path("data").path("result");
    }

    private double value(String query) throws IOException, InterruptedException {
        var result = result(query);
        return result.isEmpty() ? Double.NaN : Double.parseDouble(result.get(0).path("value").get(1).asString());
    }

    /// All queries of the dashboards and the names of all recording rules, for this lab.
    private static Set<String> queries() throws IOException {
        var queries = new LinkedHashSet<String>();
        try (var files = Files.newDirectoryStream(Path.of("grafana/dashboards"), "*.json")) {
            for (var file : files) {
                collect(JsonMapper.shared().readTree(Files.readString(file)), queries);
            }
        }
        Files.readString(Path.of("grafana/prometheus/rules/recording.yml")).lines().filter(line -> line.contains("- record: "))
            .forEach(line -> queries.add(line.replaceFirst(".*- record: ", "").strip()));
        queries.removeIf(query -> query.contains(RARE));
        return queries;
    }

    private static void collect(JsonNode node, Set<String> queries) {
        if (node.isObject() && node.has("expr")) {
            queries.add(node.path("expr").asString().replace("$__rate_interval", "10s").replace("$__interval", "1s").replace("$__range", "60s")
                .replaceAll("\\$\\{?lab\\b}?", LocalLab.name("")).replaceAll("\\$\\{?[a-z]+\\b}?", ".*"));
        }
        node.forEach(child -> collect(child, queries));
    }
}
