package io.etherloom.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `topologies/two-hosts.yaml` with the guests' own programs.
class TrafficIT {
    @TempDir
    private Path folder;

    private LocalLab lab;

    @BeforeEach
    void startLab() throws Exception {
        Need.root();
        Need.programs("ping");
        lab = LocalLab.start(folder, Files.readString(Path.of("topologies/two-hosts.yaml")).replace("name: two-hosts", "name: LAB"));
    }

    @AfterEach
    void leavesNothing() throws Exception {
        if (lab != null) lab.close();
    }

    @Test
    void pingsAcrossHostsVlansRouterAndPhysicalMachine() throws Exception {
        lab.assertReaches("web1", "10.0.10.21");     // same host, same VLAN
        lab.assertReaches("web1", "web2");           // other host
        lab.assertReaches("web1", "10.0.10.1");      // router
        lab.assertReaches("web1", "db1");            // other VLAN, same host
        lab.assertReaches("web1", "db2");            // other VLAN, other host
        lab.assertReaches("app2", "backup");         // physical machine
        lab.assertReaches("backup", "web1");
        lab.assertReaches("gw", "10.0.20.12");
    }

    @Test
    void pingsFromVmkToVmk() throws Exception {
        lab.assertReaches("esx1", "10.0.0.12");
        lab.assertReaches("esx2", "10.0.0.1");
        lab.assertReaches("esx2", "10.0.10.11");
    }

    @Test
    void carriesTcpAndUdpAcrossHosts() throws Exception {
        Need.programs("iperf3");
        try (var server = lab.background("web2", "iperf3", "-s", "--forceflush").awaitText("Server listening")) {
            var tcp = lab.exec("web1", "iperf3", "-c", "10.0.10.12", "-t", "2", "-f", "m");
            assertThat(tcp.status()).as(tcp.all()).isZero();
            assertThat(megabits(tcp.out(), "receiver")).isGreaterThan(100);
            var udp = lab.exec("app1", "iperf3", "-c", "10.0.10.12", "-u", "-b", "5M", "-t", "1", "-f", "m");
            assertThat(udp.status()).as(udp.all()).isZero();
            assertThat(udp.out()).contains("(0%)");
            assertThat(server.isAlive()).isTrue();
        }
    }

    /// The rate in the line of iperf3 that ends so.
    static double megabits(String report, String lineEnd) {
        var line = report.lines().filter(it -> it.strip().endsWith(lineEnd)).reduce((_, last) -> last).orElseThrow(() -> new AssertionError(report));
        var words = line.strip().split("\\s+");
        for (int i = 1; i < words.length; i++) {
            if (words[i].equals("Mbits/sec")) return Double.parseDouble(words[i - 1]);
        }
        throw new AssertionError(report);
    }
}
