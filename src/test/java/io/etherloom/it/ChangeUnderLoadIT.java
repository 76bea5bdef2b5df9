package io.etherloom.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Policies that change under load, by hand and by the file, while other ports carry a datagram every millisecond.
class ChangeUnderLoadIT {
    private static final String TOPOLOGY = """
        name: LAB
        fabric:
          switches: { tor1: { ports: { "1": &host { trunk: [10, 20, 30] }, "2": *host, "3": *host } } }
        hosts:
          esx1:
            pnics: { vmnic0: { link: tor1/1 }, vmnic1: { link: tor1/2 } }
            vSwitches:
              vSwitch0:
                uplinks: [vmnic0, vmnic1]
                portGroups:
                  Steady: { vlan: 10 }
                  Other: { vlan: 20 }
          esx2: { like: esx1, pnics: { vmnic0: { link: tor1/3 }, vmnic1: none }, vSwitches: { vSwitch0: { uplinks: [vmnic0] } } }
        vms:
          a: { host: esx1, nics: [ { portGroup: Steady, ip: 10.9.0.1/24 } ] }
          b: { host: esx1, nics: [ { portGroup: Steady, ip: 10.9.0.2/24 } ] }
          far: { host: esx2, nics: [ { portGroup: Steady, ip: 10.9.0.3/24 } ] }
          m: { host: esx1, nics: [ { portGroup: Other, ip: 10.9.1.1/24 } ] }
          n: { host: esx1, nics: [ { portGroup: Other, ip: 10.9.1.2/24 } ] }
        """;

    @TempDir
    private Path folder;

    private Launcher launcher;
    private String file;

    @BeforeEach
    void startLab() throws Exception {
        Need.root();
        Need.jar();
        Need.programs("ip");
        launcher = new Launcher(folder);
        file = launcher.topology("", TOPOLOGY);
        launcher.good("up", file, "--detach");
    }

    @AfterEach
    void leavesNothing() throws Exception {
        if (launcher != null) launcher.end();
    }

    @Test
    void losesNoFramesOfUntouchedPorts() throws Exception {
        var before = ports();
        try (var near = UdpFlow.start(ns("a"), ns("b"), "10.9.0.2", 9_001); var across = UdpFlow.start(ns("far"), ns("a"), "10.9.0.1", 9_002);
                var touched = UdpFlow.start(ns("m"), ns("n"), "10.9.1.2", 9_003)) {
            for (var flow : List.of(near, across, touched)) flow.awaitMore(100);
            set("security.forgedTransmits=reject", "security.macChanges=reject");
            set("security.promiscuousMode=accept");
            set("teaming.loadBalancing=sourceMacHash");
            set("teaming.failoverOrder={active: [vmnic1], standby: [vmnic0]}");
            set("trafficShaping.enabled=yes", "trafficShaping.averageBandwidth=1Mbps", "trafficShaping.peakBandwidth=1Mbps", "trafficShaping.burstSize=64KB");
            launcher.good("set", "host", "esx1", "Net.TeamPolicyUpDelay=500");
            touched.awaitMore(20);
            // Puts the file's values back, and changes one of its own.
            Files.writeString(Path.of(file), Files.readString(Path.of(file)).replace("Other: { vlan: 20 }", "Other: { vlan: 30 }"));
            assertThat(launcher.good("up", file)).contains("Other").contains("30");
            var other = launcher.shown("portgroups", "name", "Other");
            assertThat(other.toString()).contains("30").doesNotContain("by hand");
            for (var flow : List.of(near, across, touched)) flow.awaitMore(200);
            // Whoever keeps an agent from its work for some seconds has the queue of a TAP overflow, which is 1,000 frames.
            var untouched = Map.of("a.eth0", near, "far.eth0", across);
            for (var sender : untouched.keySet()) {
                var report = untouched.get(sender).stop();
                System.out.println(sender + ", untouched: " + report);
                assertThat(report.missing()).isEmpty();
                assertThat(report.duplicates()).isZero();
                assertThat(frames(sender)).as("a port that is made anew counts from nothing").isGreaterThanOrEqualTo(report.sent());
            }
            assertThat(ports()).isEqualTo(before);
            System.out.println("touched: " + touched.stop());
        }
    }

    /// What uses them, by host and port ID.
    private Map<String, String> ports() throws Exception {
        return launcher.shown("ports").stream()
            .collect(Collectors.toMap(row -> row.path("host").asString() + " " + row.path("portId").asLong(), row -> row.path("usedBy").asString()));
    }

    private long frames(String usedBy) throws Exception {
        return launcher.shown("ports", "usedBy", usedBy).path("inFrames").asLong();
    }

    private void set(String... settings) throws Exception {
        var words = new java.util.ArrayList<>(List.of("set", "portgroup", "esx1/Other"));
        words.addAll(List.of(settings));
        // Some of these are warned of.
        var outcome = launcher.run(words.toArray(String[]::new));
        assertThat(outcome.status()).as(outcome.all()).isZero();
        assertThat(outcome.out()).contains("set by hand");
    }

    private static String ns(String vm) {
        return Launcher.namespace(vm);
    }
}
