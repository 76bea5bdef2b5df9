package io.etherloom.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.etherloom.lab.view.NeighborView;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/// CDP and LLDP with Debian's lldpd on a physical machine, and between a host and its switch as they run.
class DiscoveryIT extends OneLab {
    private static final Path CHROOT = Path.of("/run/lldpd");
    private static final String TOPOLOGY = """
        name: LAB
        fabric:
          switches:
            tor1:
              linkDiscovery: { managementAddress: 10.0.0.2, platform: cisco WS-C3850-24T, cdpInterval: 1s, cdpHoldtime: 3s, lldpInterval: 1s }
              ports: { "1": { trunk: all, native: 7 }, "9": { access: 10 } }
          machines: { m9: { link: tor1/9, ip: 10.0.10.9/24 } }
        """;
    private static final String HOSTS = """
        hosts:
          esx1:
            advanced: { Etherloom.CdpInterval: 1, Etherloom.CdpHoldtime: 3 }
            pnics: { vmnic0: { link: tor1/1 } }
            vSwitches:
              vSwitch0: { uplinks: [vmnic0], linkDiscovery: { operation: both }, portGroups: { Mgmt: { vlan: 10 } } }
            vmkernel: { vmk0: { portGroup: Mgmt, ip: 10.0.10.11/24, services: [management] } }
        """;

    private List<NeighborView> heard(String owner, String port) {
        return lab.lab().neighbors().stream().filter(it -> it.owner().equals(owner) && it.port().equals(port) && it.neighbor() != null).toList();
    }

    private boolean hears(String owner, String port, String protocol, String device) {
        return heard(owner, port).stream().map(it -> Objects.requireNonNull(it.neighbor()))
            .anyMatch(it -> it.protocol().equals(protocol) && it.device().equals(device));
    }

    /// Starts lldpd in a machine, with CDP forced beside LLDP, and gives it a name.
    private Command lldpd(String machine, String name, String socket) throws Exception {
        Files.createDirectories(CHROOT);
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));      // It gives up its rights, and its socket is in there.
        // Read before it speaks: what is configured while it starts it sometimes takes and then falls silent.
        var settings = Files.writeString(folder.resolve(name + ".conf"), "configure system hostname " + name + "\nconfigure lldp tx-interval 1\n");
        var daemon = lab.background(machine, "lldpd", "-d", "-ccccc", "-S", "a machine", "-u", socket, "-O", settings.toString());
        Await.until("lldpd listens", () -> cli(socket, "show", "configuration").status() == 0);
        return daemon;
    }

    private static Command.Outcome cli(String socket, String... words) throws Exception {
        var all = new ArrayList<>(List.of("lldpcli", "-u", socket));
        all.addAll(List.of(words));
        return Command.run(all);
    }

    /// Spec 8.1: each hears the other by both protocols, with every field, and goodbye is heard at once.
    @Test
    void lldpdAndThePhysicalSwitchHearEachOther() throws Exception {
        start(TOPOLOGY, "lldpd", "lldpcli");
        var socket = folder.resolve("m9.sock").toString();
        var daemon = lldpd("m9", "printer", socket);
        Await.until("tor1 hears lldpd by CDP", () -> hears("tor1", "9", "cdp", "printer"));
        Await.until("tor1 hears lldpd by LLDP", () -> hears("tor1", "9", "lldp", "printer"));
        Await.until("lldpd hears tor1 by both", () -> {
            var shown = cli(socket, "show", "neighbors", "details", "hidden", "-f", "keyvalue").out();
            return shown.contains("via=LLDP") && shown.contains("via=CDPv2");
        });
        var shown = cli(socket, "show", "neighbors", "details", "hidden", "-f", "keyvalue").out();
        assertThat(shown.lines()).contains("lldp.eth0.chassis.name=tor1", "lldp.eth0.port.ifname=9", "lldp.eth0.port.descr=access port of VLAN 10",
            "lldp.eth0.chassis.mgmt-ip=10.0.0.2", "lldp.eth0.port.ttl=4", "lldp.eth0.vlan.vlan-id=10", "lldp.eth0.vlan.pvid=yes",
            "lldp.eth0.port.mfs=9234", "lldp.eth0.chassis.Bridge.enabled=on", "lldp.eth0.chassis.local=tor1",
            "lldp.eth0.port.ttl=3");
        var machine = Objects.requireNonNull(heard("tor1", "9").stream().filter(it -> Objects.requireNonNull(it.neighbor()).protocol().equals("lldp"))
            .findFirst().orElseThrow().neighbor());
        assertThat(machine.addresses()).contains("10.0.10.9");
        assertThat(machine.version()).isEqualTo("a machine");
        assertThat(machine.portDescription()).isEqualTo("eth0");
        daemon.terminate();
        Await.until("lldpd has said goodbye", () -> lab.lab().events().since(0).events().stream()
            .anyMatch(it -> it.sentence().equals("tor1/9 has lost printer port " + machine.port() + " by lldp: it said goodbye.")));
    }

    /// Spec 8.1: a host and its physical switch find each other on real threads; what is not heard any more is forgotten by time.
    @Test
    void aHostAndItsSwitchFindEachOther() throws Exception {
        start(TOPOLOGY + HOSTS);
        Await.until("both are found", () -> hears("esx1", "vmnic0", "cdp", "tor1") && hears("tor1", "1", "cdp", "esx1"));
        lab.apply((TOPOLOGY + HOSTS).replace("operation: both", "operation: listen"));
        Await.until("tor1 forgets the silent host", () -> lab.lab().events().since(0).events().stream()
            .anyMatch(it -> it.sentence().equals("tor1/1 has lost esx1 port vmnic0 by cdp: not heard in time.")));
        assertThat(hears("esx1", "vmnic0", "cdp", "tor1")).isTrue();
    }
}
