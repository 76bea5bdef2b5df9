package io.etherloom.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.etherloom.lab.LabException;
import io.etherloom.lab.view.PortView;
import io.etherloom.linux.Processes;
import io.etherloom.linux.Tun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `up` with the changed file of a running lab, while pings flow between VMs that the change does not name.
class ConvergingIT {
    private static final String FABRIC = """
        name: LAB
        fabric:
          switches:
            tor1: { ports: { "1": { trunk: all }, "2": { trunk: all } } }
        """;
    private static final String HOSTS = """
        hosts:
          esx1:
            pnics: { vmnic0: { link: tor1/1 }, vmnic1: { tap: LABp } }
            vSwitches:
              vSwitch0:
                uplinks: [vmnic0]
                portGroups: { Ten: { vlan: 10 }, Twenty: { vlan: 20 }, Other: { vlan: 30 } }
          esx2: { like: esx1, pnics: { vmnic0: { link: tor1/2 }, vmnic1: { tap: LABq } } }
        """;
    private static final String STEADY = """
        vms:
          a: { host: esx1, nics: [ { portGroup: Ten, ip: 10.9.0.1/24 } ] }
          b: { host: esx1, nics: [ { portGroup: Ten, ip: 10.9.0.2/24 } ] }
          far: { host: esx2, nics: [ { portGroup: Ten, ip: 10.9.0.3/24 } ] }
        """;
    private static final String MOVING = """
          m: { host: esx1, nics: [ { portGroup: Twenty, ip: 10.9.0.11/24 } ] }
          n: { host: esx2, nics: [ { portGroup: Twenty, ip: 10.9.0.12/24 } ] }
        """;
    private static final String BEFORE = FABRIC + HOSTS + STEADY + MOVING;

    @TempDir
    private Path folder;

    private LocalLab lab;
    private Command near;
    private Command across;

    @BeforeEach
    void startLab() throws Exception {
        Need.root();
        Need.programs("ping");
        lab = LocalLab.start(folder, BEFORE);
        lab.assertReaches("a", "10.9.0.2");
        lab.assertReaches("a", "10.9.0.3");
        near = lab.background("b", "ping", "-n", "-i", "0.002", "10.9.0.1").awaitText("icmp_seq=10 ");
        across = lab.background("a", "ping", "-n", "-i", "0.002", "10.9.0.3").awaitText("icmp_seq=10 ");
    }

    @AfterEach
    void leavesNothing() throws Exception {
        if (lab != null) lab.close();
    }

    private void assertNothingLost() throws Exception {
        for (var ping : java.util.List.of(near, across)) {
            int now = Pings.highest(ping);
            Await.until("pings go on", () -> Pings.highest(ping) > now + 20);
            var report = ping.stop(Processes.SIGINT).out();
            assertThat(Pings.missing(report)).isEmpty();
        }
    }

    /// What must not change of a port that the file does not touch, and what only grows.
    private record Steady(Map<String, Long> portIds, Map<String, String> interfaces, Map<String, Long> frames) {}

    private Steady steady() throws Exception {
        var names = java.util.List.of("a", "b", "far");
        var ports = lab.lab().ports().stream().filter(port -> names.contains(port.usedBy().replace(".eth0", ""))).toList();
        var interfaces = new TreeMap<String, String>();
        for (var name : names) interfaces.put(name, lab.exec(name, "cat", "/sys/class/net/eth0/ifindex").out().strip());
        return new Steady(ports.stream().collect(Collectors.toMap(PortView::usedBy, PortView::portId)), interfaces,
            ports.stream().collect(Collectors.toMap(PortView::usedBy, PortView::inFrames)));
    }

    private static void assertSame(Steady before, Steady after) {
        assertThat(after.portIds()).isEqualTo(before.portIds());
        assertThat(after.interfaces()).isEqualTo(before.interfaces());
        before.frames().forEach((port, frames) -> assertThat(after.frames().get(port)).as("counter of " + port).isGreaterThan(frames));
    }

    /// The descriptors of this process that are TAPs.
    private static TreeSet<Integer> descriptors() throws IOException {
        var found = new TreeSet<Integer>();
        try (var entries = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
            for (var entry : entries) {
                try {
                    if (Files.readSymbolicLink(entry).toString().equals("/dev/net/tun")) found.add(Integer.valueOf(entry.getFileName().toString()));
                } catch (java.nio.file.NoSuchFileException _) {
                    // The descriptor of the listing itself.
                }
            }
        }
        return found;
    }

    @Test
    void changesTheVlanOfAPortGroupWithoutTouchingAnyPort() throws Exception {
        lab.assertReaches("m", "10.9.0.12");
        var before = steady();
        var taps = descriptors();
        var steps = lab.apply(BEFORE.replace("Twenty: { vlan: 20 }", "Twenty: { vlan: 21 }"));
        assertThat(steps).isNotEmpty().allSatisfy(step -> assertThat(step.object() + step.detail()).contains("Twenty").contains("21"));
        assertThat(descriptors()).isEqualTo(taps);
        assertThat(lab.port("m.eth0").vlan()).isEqualTo(21);
        lab.assertReaches("m", "10.9.0.12");
        assertSame(before, steady());
        assertNothingLost();
    }

    @Test
    void movesAVnicToAnotherPortGroupWithItsInterface() throws Exception {
        var before = steady();
        var taps = descriptors();
        lab.assertReaches("m", "10.9.0.12");
        var index = lab.exec("m", "cat", "/sys/class/net/eth0/ifindex").out();
        lab.apply(BEFORE.replace("m: { host: esx1, nics: [ { portGroup: Twenty", "m: { host: esx1, nics: [ { portGroup: Ten"));
        assertThat(descriptors()).isEqualTo(taps);
        assertThat(lab.exec("m", "cat", "/sys/class/net/eth0/ifindex").out()).isEqualTo(index);
        lab.assertReaches("m", "10.9.0.1");
        assertThat(lab.exec("m", "ping", "-c", "1", "-W", "1", "10.9.0.12").status()).isNotZero();
        assertSame(before, steady());
        assertNothingLost();
    }

    @Test
    void addsAndRemovesVms() throws Exception {
        var before = steady();
        var taps = descriptors();
        lab.apply(BEFORE + "  extra: { host: esx2, nics: [ { portGroup: Ten, ip: 10.9.0.31/24 } ] }\n");
        assertThat(descriptors()).containsAll(taps).hasSize(taps.size() + 1);
        lab.assertReaches("a", "10.9.0.31");
        lab.apply(FABRIC + HOSTS + STEADY);
        assertThat(taps).containsAll(descriptors()).hasSize(descriptors().size() + 2);
        assertThat(Files.exists(Path.of("/run/netns", lab.namespace("m")))).isFalse();
        assertSame(before, steady());
        assertNothingLost();
    }

    /// The port group of the pings keeps its order of uplinks; others choose anew among more (spec 4.2).
    @Test
    void addsAndRemovesAnUplink() throws Exception {
        var pinned = BEFORE.replace("Ten: { vlan: 10 }", "Ten: { vlan: 10, teaming: { failoverOrder: { active: [vmnic0] } } }");
        lab.apply(pinned);
        var before = steady();
        var taps = descriptors();
        lab.apply(pinned.replace("uplinks: [vmnic0]", "uplinks: [vmnic0, vmnic1]"));
        assertThat(lab.lab().uplinks()).filteredOn(uplink -> uplink.vSwitch().equals("vSwitch0")).hasSize(4);
        assertThat(descriptors()).containsAll(taps).hasSize(taps.size() + 2);
        assertThat(Files.exists(Path.of("/sys/class/net", lab.name() + "p"))).isTrue();
        lab.apply(pinned);
        assertThat(descriptors()).isEqualTo(taps);
        assertThat(Files.exists(Path.of("/sys/class/net", lab.name() + "p"))).isFalse();
        assertSame(before, steady());
        assertNothingLost();
    }

    @Test
    void refusesAnotherFileAndABrokenOneAndChangesNothing() throws Exception {
        var before = steady();
        var taps = descriptors();
        var other = folder.resolve("other.yaml");
        assertThatThrownBy(() -> lab.lab().apply(BEFORE.replace("LAB", lab.name()), other.toString())).isInstanceOf(LabException.class)
            .hasMessageContaining(lab.file().toString()).hasMessageContaining("other.yaml");
        assertThatThrownBy(() -> lab.apply(BEFORE.replace("portGroup: Twenty, ip: 10.9.0.11", "portGroup: Twentyy, ip: 10.9.0.11")))
            .isInstanceOf(LabException.class).hasMessageContaining("Twenty");
        assertThatThrownBy(() -> lab.apply(BEFORE.replace("name: LAB", "name: LABz"))).isInstanceOf(LabException.class).hasMessageContaining("name");
        assertThat(descriptors()).isEqualTo(taps);
        lab.assertReaches("m", "10.9.0.12");
        assertSame(before, steady());
        assertNothingLost();
    }

    /// A TAP that another program holds is found out only when everything before it has been done.
    @Test
    void isAsItWasWhenAChangeFailsHalfWay() throws Exception {
        var before = steady();
        var taps = descriptors();
        var ports = lab.lab().ports().stream().map(port -> port.host() + port.usedBy() + port.vlan() + port.portId() + port.link()).toList();
        try (var taken = Tun.create(lab.name() + "q", Tun.Options.PLAIN)) {
            var wanted = BEFORE.replace("Other: { vlan: 30 }", "Other: { vlan: 31 }").replace("uplinks: [vmnic0]", "uplinks: [vmnic0, vmnic1]")
                + "  extra: { host: esx2, nics: [ { portGroup: Ten, ip: 10.9.0.31/24 } ] }\n";
            assertThatThrownBy(() -> lab.apply(wanted)).isInstanceOf(LabException.class).hasMessageContaining(taken.name());
        }
        assertThat(descriptors()).isEqualTo(taps);
        assertThat(Files.exists(Path.of("/run/netns", lab.namespace("extra")))).isFalse();
        assertThat(Files.exists(Path.of("/sys/class/net", lab.name() + "p"))).isFalse();
        assertThat(lab.lab().ports().stream().map(port -> port.host() + port.usedBy() + port.vlan() + port.portId() + port.link()).toList()).isEqualTo(ports);
        lab.assertReaches("m", "10.9.0.12");
        assertSame(before, steady());
        assertNothingLost();
        assertThat(lab.metrics("agent_errors_total")).allMatch(line -> line.endsWith(" 0.0"));
    }
}
