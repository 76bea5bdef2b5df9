package io.etherloom.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.etherloom.capture.PcapReader;
import io.etherloom.lab.view.PortView;
import io.etherloom.linux.Processes;
import io.etherloom.topology.Topology;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Running labs that change, with guests that spoil their own interfaces.
class ConvergenceIT {
    private static final String HOSTS = """
        hosts:
          esx1:
            pnics: { vmnic0: { link: tor1/1 }, vmnic1: { link: tor1/2 } }
            vSwitches:
              vSwitch0: { uplinks: [vmnic0], portGroups: { VM Network: { vlan: 10 } } }
              vSwitch1: { uplinks: [vmnic1], portGroups: { Back: { vlan: 20 } } }
        """;
    private static final String FABRIC = """
        fabric: { switches: { tor1: { ports: { "1": { trunk: [10, 20] }, "2": { trunk: [10, 20] } } } } }
        """;
    private static final String VMS = """
        vms:
          web1:
            host: esx1
            nics:
              - { portGroup: VM Network, ip: [10.0.10.11/24, "fd00:10::11/64"] }
              - { portGroup: Back, ip: 10.0.20.11/24 }
          web2: { host: esx1, nics: [ { portGroup: VM Network, ip: [10.0.10.12/24, "fd00:10::12/64"] } ] }
        """;

    @TempDir
    Path folder;

    private String name = "";
    private Path file = Path.of("");
    private LabClaim claim;
    private Lab lab;

    @BeforeEach
    void needsRoot() {
        assumeTrue(Processes.effectiveUser() == 0, "needs root: makes named network namespaces");
        name = "cv" + ProcessHandle.current().pid();
        file = folder.resolve("lab.yaml");
    }

    @AfterEach
    void takeDown() {
        if (lab != null) {
            lab.close();
        }
        if (claim != null) {
            claim.close();
        }
        assertThat(Path.of("/run/netns").resolve("el-" + name + "-web1")).doesNotExist();
    }

    private String text(String... parts) {
        return "name: " + name + "\n" + String.join("", parts);
    }

    private void start(String text) throws Exception {
        Files.writeString(file, text);
        var registry = new LabRegistry(StateDirectory.at(folder.resolve("state")));
        claim = registry.claim(name, file, "test", _ -> { });
        lab = Lab.start(Topology.load(file), registry, claim, "test");
    }

    private void apply(String text) {
        lab.apply(text, file.toString());
    }

    private int inside(String vm, String... command) throws IOException, InterruptedException {
        var words = new java.util.ArrayList<>(List.of("ip", "netns", "exec", "el-" + name + "-" + vm));
        words.addAll(List.of(command));
        var process = new ProcessBuilder(words).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).as(String.join(" ", command)).isTrue();
        return process.exitValue();
    }

    private PortView port(String usedBy) {
        return lab.ports().stream().filter(port -> port.usedBy().equals(usedBy)).findFirst().orElseThrow();
    }

    private void pings(String from, String to) throws Exception {
        assertThat(inside(from, "ping", "-c", "1", "-W", "5", to)).as(from + " to " + to).isZero();
    }

    @Test
    void aGuestThatTakesTheNameOfItsVnicKeepsNothingAway() throws Exception {
        start(text(FABRIC, HOSTS, VMS));
        long untouched = port("web1.eth1").portId();
        assertThat(inside("web2", "sh", "-c", "ip link del eth0; ip tuntap add eth0 mode tap")).isZero();
        apply(text(FABRIC, HOSTS, VMS.replace("web2: { host: esx1, nics: [ { portGroup: VM Network,",
            "web2: { host: esx1, nics: [ { portGroup: VM Network, mtu: 1400,")));
        assertThat(port("web1.eth1").portId()).isEqualTo(untouched);
        pings("web1", "10.0.10.12");
    }

    @Test
    void aGuestThatDeletesItsVnicHasItAgainAfterTheNextChange() throws Exception {
        start(text(FABRIC, HOSTS, VMS));
        assertThat(inside("web2", "ip", "link", "del", "eth0")).isZero();
        awaitLink("web2.eth0", "down");
        lab.connect("web1", 1, false);
        pings("web1", "10.0.10.12");
    }

    private void awaitLink(String usedBy, String link) throws InterruptedException {
        for (int i = 0; i < 1000 && !port(usedBy).link().equals(link); i++) {
            TimeUnit.MILLISECONDS.sleep(10);
        }
        assertThat(port(usedBy).link()).isEqualTo(link);
    }

    /// Spec 1.11.
    @Test
    void portIdsStayWhenAnotherSwitchOfTheHostComesOrGoes() throws Exception {
        start(text(FABRIC, HOSTS, VMS));
        long before = port("web1.eth1").portId();
        var without = HOSTS.replace("      vSwitch0: { uplinks: [vmnic0], portGroups: { VM Network: { vlan: 10 } } }\n", "");
        apply(text(FABRIC, without, """
            vms:
              web1: { host: esx1, nics: [ { portGroup: Back, connected: no }, { portGroup: Back, ip: 10.0.20.11/24 } ] }
            """));
        assertThat(port("web1.eth1").portId()).isEqualTo(before);
        apply(text(FABRIC, HOSTS, VMS));
        assertThat(port("web1.eth1").portId()).isEqualTo(before);
    }

    @Test
    void aVnicThatIsMadeAnewLeavesTheIpv6AddressesOfTheOthers() throws Exception {
        start(text(FABRIC, HOSTS, VMS));
        pings("web1", "fd00:10::12");
        apply(text(FABRIC, HOSTS, VMS.replace("- { portGroup: Back, ip: 10.0.20.11/24 }", "- { portGroup: Back, mtu: 1400, ip: 10.0.20.11/24 }")));
        pings("web1", "fd00:10::12");
    }

    /// A default route is taken until the interface that has it is gone.
    @Test
    void theGatewayMovesFromOneVnicToAnother() throws Exception {
        var one = "web1: { host: esx1, nics: [ { portGroup: VM Network, ip: 10.0.10.11/24GATE } ] }\n";
        var two = "web1: { host: esx1, nics: [ { portGroup: VM Network, ip: 10.0.10.11/24 }, "
                + "{ portGroup: Back, ip: 10.0.20.11/24, gateway: 10.0.20.1 } ] }\n";
        var withGateway = one.replace("GATE", ", gateway: 10.0.10.1");
        start(text(FABRIC, HOSTS, "vms:\n  " + two));
        apply(text(FABRIC, HOSTS, "vms:\n  " + withGateway));
        assertThat(inside("web1", "sh", "-c", "ip route | grep -q 'default via 10.0.10.1 dev eth0'")).isZero();
        apply(text(FABRIC, HOSTS, "vms:\n  " + two));
        assertThat(inside("web1", "sh", "-c", "ip route | grep -q 'default via 10.0.20.1 dev eth1'")).isZero();
    }

    @Test
    void whatAGuestSendsWhileItIsNotConnectedIsNeverHeard() throws Exception {
        start(text(FABRIC, HOSTS, VMS.replace("portGroup: Back, ip", "portGroup: Back, connected: no, ip")));
        assertThat(inside("web1", "sh", "-c", "ip -o link show eth1 | grep -q NO-CARRIER")).as("the guest sees no link").isZero();
        inside("web1", "ping", "-c", "2", "-i", "0.2", "-W", "1", "10.0.20.99");
        lab.connect("web1", 1, true);
        assertThat(port("web1.eth1").inFrames()).isZero();
        assertThat(inside("web1", "sh", "-c", "ip -o link show eth1 | grep -q NO-CARRIER")).as("the guest sees a link").isEqualTo(1);
    }

    @Test
    void aCaptureGoesOnWhenItsPortIsMadeAnew() throws Exception {
        start(text(FABRIC, HOSTS, VMS));
        var file = new ByteArrayOutputStream();
        var isOver = new AtomicBoolean();
        var capture = Thread.ofPlatform().start(() -> {
            try {
                lab.capture(CaptureRequest.ofPorts("web1"), file, isOver::get);
            } catch (IOException impossible) {
                throw new IllegalStateException(impossible);
            }
        });
        while (file.size() == 0) {
            Thread.onSpinWait();      // The file's head is written when the ports are watched.
        }
        lab.power("web1", false);
        lab.power("web1", true);
        pings("web1", "10.0.10.12");
        isOver.set(true);
        capture.join();
        try (var reader = new PcapReader(new ByteArrayInputStream(file.toByteArray()))) {
            assertThat(reader.next()).as("a frame after the power cycle").isNotNull();
        }
    }

    @Test
    void aChangeThatFailsHalfWayIsPutBack() throws Exception {
        start(text(FABRIC, HOSTS, VMS));
        var before = lab.ports().stream().map(PortView::portId).toList();
        var wrong = HOSTS.replace("vmnic1: { link: tor1/2 }", "vmnic1: { tap: lo }");
        assertThatThrownBy(() -> apply(text(FABRIC, wrong, VMS))).isInstanceOf(LabException.class).hasMessageContaining("lo");
        assertThat(lab.ports().stream().map(PortView::portId).toList()).isEqualTo(before);
        pings("web1", "10.0.10.12");
        assertThat(lab.plan(Files.readString(file, StandardCharsets.UTF_8), file.toString())).isEmpty();
    }
}
