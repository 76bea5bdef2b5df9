package io.etherloom.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.etherloom.linux.Processes;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// `etherloom top` on a terminal and into a pipe, beside a lab through which frames go that are counted.
@Timeout(120)
class TopIT {
    private static final String TOPOLOGY = """
        name: LAB
        hosts: { esx1: { vSwitches: { vSwitch0: { portGroups: { A: { vlan: 10 } } } } } }
        vms:
          a: { host: esx1, KIND nics: [ { portGroup: A, ip: 10.9.0.1/24 } ] }
          b: { host: esx1, KIND nics: [ { portGroup: A, ip: 10.9.0.2/24 } ] }
        """;
    /// A datagram of 60 octets behind the headers of UDP, IPv4 and Ethernet.
    private static final String FRAME_OCTETS = "102.00";

    @TempDir
    static Path folder;
    private static Launcher launcher;

    @BeforeAll
    static void start() throws Exception {
        Need.root();
        Need.jar();
        Need.programs("script", "stty");
        launcher = new Launcher(folder);
        launcher.good("up", launcher.topology("", TOPOLOGY.replace("KIND", "")), "--detach");
    }

    @AfterAll
    static void end() throws Exception {
        if (launcher != null) launcher.end();
    }

    private static PseudoTerminal top(String name, int columns, int rows, Map<String, String> more, String... arguments) throws Exception {
        var environment = new HashMap<>(launcher.environment());
        environment.putAll(more);
        var words = new java.util.ArrayList<>(java.util.List.of("./etherloom", "top", "-d", "0.3"));
        words.addAll(java.util.List.of(arguments));
        return PseudoTerminal.start(folder.resolve(name), columns, rows, environment, words.toArray(String[]::new));
    }

    private static String lab() {
        return LocalLab.name("");
    }

    private static void assertGivenBack(PseudoTerminal terminal) throws Exception {
        assertThat(terminal.settingsAfter()).isEqualTo(terminal.settingsBefore());
        assertThat(terminal.screen().isAlternate()).isFalse();
        assertThat(terminal.screen().isCursorShown()).isTrue();
    }

    @Test
    void drawsWhatKeysAskForFollowsTheSizeAndGivesTheTerminalBack() throws Exception {
        try (var terminal = top("keys", 80, 24, Map.of(), "--lab", lab())) {
            terminal.await(" PORT-ID USED-BY .*PKTTX/s").await("1001:a\\.eth0 +void vSwitch0 +0\\.00|1001:a\\.eth0 +- vSwitch0 +0\\.00|1001:a\\.eth0.* 0\\.00");
            assertThat(terminal.screen().isAlternate()).isTrue();
            assertThat(terminal.screen().isCursorShown()).isFalse();
            assertThat(terminal.text()).doesNotContain("%DRPRX");
            int clears = terminal.screen().clears();
            terminal.type("d").await("REASON");
            terminal.type("m").await("LOAD-BALANCING");
            terminal.type("n\u001b[C\u001b[C").await("USED-BY +PKTTX/s");
            terminal.type("/b.eth0\r").await("(?s)/b.eth0.*1-1/1");
            assertThat(terminal.text()).contains("1002:b.eth0").doesNotContain("Management");
            assertThat(terminal.screen().clears()).as("what is drawn over is not cleared first").isEqualTo(clears);
            terminal.resize(132, 40);
            terminal.await("%DRPTX %DRPRX");
            terminal.type("q");
            assertThat(terminal.status()).isZero();
            assertGivenBack(terminal);
        }
    }

    /// Ctrl-Z and Ctrl-\\ do nothing; Ctrl-C and SIGTERM end it.
    @Test
    void everySignalLeavesAWholeTerminal() throws Exception {
        try (var interrupted = top("int", 80, 24, Map.of(), "--lab", lab()); var terminated = top("term", 80, 24, Map.of(), "--lab", lab())) {
            interrupted.await("Management").type("\u001a\u001cd").await("REASON").type("\u0003");
            terminated.await("Management").signal(Processes.SIGTERM);
            assertThat(interrupted.status()).isZero();
            assertThat(terminated.status()).isEqualTo(143);
            assertGivenBack(interrupted);
            assertGivenBack(terminated);
        }
    }

    @Test
    void saysThatTheLabHasEnded() throws Exception {
        launcher.good("up", launcher.topology("e", TOPOLOGY.replace("KIND", "kind: memory,")), "--detach");
        try (var terminal = top("end", 80, 24, Map.of(), "--lab", LocalLab.name("e"))) {
            terminal.await("Management");
            launcher.good("down", LocalLab.name("e"));
            assertThat(terminal.status()).isEqualTo(1);
            assertThat(terminal.text()).contains("etherloom: the lab " + LocalLab.name("e") + " has ended");
            assertGivenBack(terminal);
        }
    }

    @Test
    void pointsToTheBatchModeWhereThereIsNoScreen() throws Exception {
        var piped = launcher.run("top");
        assertThat(piped.status()).isEqualTo(4);
        assertThat(piped.err()).contains("no terminal", "top --batch");
        try (var dumb = top("dumb", 80, 24, Map.of("TERM", "dumb"), "--lab", lab())) {
            assertThat(dumb.status()).isEqualTo(4);
            assertThat(dumb.text()).contains("cannot be drawn on").contains("--batch");
        }
    }

    @Test
    void endsAfterSoManyIntervals() throws Exception {
        try (var terminal = top("count", 80, 24, Map.of(), "--lab", lab(), "-n", "2")) {
            assertThat(terminal.status()).isZero();
            assertGivenBack(terminal);
        }
    }

    /// Spec 8.7, 8.21: what a flow of known size is, seen by its sender, its receiver and the counters of the ports.
    @Test
    void agreesWithAFlowOfKnownSize() throws Exception {
        long before = frames("a.eth0", "inFrames");
        var json = launcher.start("top", "--batch", "-d", "0.4", "-n", "5", "-o", "json", "--lab", lab());
        var csv = launcher.start("top", "--batch", "-d", "0.4", "-n", "5", "--lab", lab());
        json.awaitText("\"lab\"");
        csv.awaitText("PDH-CSV");
        UdpFlow.Report report;
        try (var flow = UdpFlow.start(Launcher.namespace("a"), Launcher.namespace("b"), "10.9.0.2", 9, 1_000_000)) {
            report = flow.awaitMore(400).stop();
        }
        assertThat(report.missing()).isEmpty();
        double sent = 0;
        double got = 0;
        for (var line : json.await().out().lines().toList()) {
            var object = JsonMapper.shared().readTree(line);
            sent += object.path("seconds").asDouble() * port(object, "1001:a.eth0").path("transmitted").path("framesPerSecond").asDouble();
            got += object.path("seconds").asDouble() * port(object, "1002:b.eth0").path("received").path("framesPerSecond").asDouble();
        }
        long counted = frames("a.eth0", "inFrames") - before;
        assertThat(sent).as("frames that a sent: the datagrams, and the ARP that found b").isCloseTo(counted, org.assertj.core.api.Assertions.within(1.0));
        assertThat(counted).isBetween((long) report.sent(), report.sent() + 10L);
        assertThat(got).isGreaterThan(report.sent() - 1.0);
        assertCsv(csv.await().out());
    }

    private static JsonNode port(JsonNode object, String usedBy) {
        for (var port : object.path("ports")) {
            if (port.path("usedBy").asString("").equals(usedBy)) return port;
        }
        throw new AssertionError("no port " + usedBy + " in " + object);
    }

    private static long frames(String usedBy, String key) throws Exception {
        return launcher.shown("ports", "usedBy", usedBy).path(key).asLong();
    }

    /// In an interval in the midst of the flow there is nothing else, so its frames have one size, and frames and megabits agree.
    private static void assertCsv(String text) {
        var lines = text.lines().map(line -> line.substring(1, line.length() - 1).split("\",\"", -1)).toList();
        assertThat(lines).hasSize(6).allSatisfy(cells -> assertThat(cells).hasSameSizeAs(lines.getFirst()));
        var head = java.util.List.of(lines.getFirst());
        int packets = head.indexOf("\\\\esx1\\Network Port(vSwitch0:33554434:1001:a.eth0)\\Packets Transmitted/sec");
        assertThat(packets).isPositive();
        assertThat(lines.stream().skip(1)).allSatisfy(cells -> assertThat(cells[0]).matches("[0-9/]{10} [0-9:]{8}"));
        assertThat(lines.stream().skip(1)).anySatisfy(cells -> {
            assertThat(cells[packets + 2]).isEqualTo(FRAME_OCTETS);
            double megabits = Double.parseDouble(cells[packets]) * 102 * 8 / 1e6;
            assertThat(Double.parseDouble(cells[packets + 1])).isCloseTo(megabits, org.assertj.core.api.Assertions.within(0.006));
        });
    }
}
