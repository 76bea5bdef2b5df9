package io.etherloom.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.etherloom.lab.view.PortView;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Guests that run scapy and nmap as attackers do. What gets out is exactly what the policies let out, and every frame is accounted for.
class HostileScanIT extends OneLab {
    private static final String TOPOLOGY = """
        name: LAB
        fabric:
          switches: { tor1: { ports: { "1": { trunk: [10, 20, 30] }, "7": { access: 30 }, "8": { access: 20 }, "9": { access: 10 } } } }
          machines:
            ten: { link: tor1/9, ip: 10.9.0.50/24 }
            twenty: { link: tor1/8 }
            thirty: { link: tor1/7 }
        hosts:
          esx1:
            advanced: { Net.BlockGuestBPDU: 0 }
            pnics: { vmnic0: { link: tor1/1 } }
            vSwitches:
              vSwitch0:
                uplinks: [vmnic0]
                teaming: { notifySwitches: no }     # frames of the host's own would have to be counted apart
                portGroups:
                  Loose: { vlan: 10 }
                  Strict: { vlan: 10, security: { promiscuousMode: reject, macChanges: reject, forgedTransmits: reject } }
                  Open: { vlan: 10, security: { promiscuousMode: accept } }
                  Trunk: { vlan: 4095 }
        vms:
          loose: { host: esx1, nics: [ { portGroup: Loose, ip: 10.9.0.1/24 } ] }
          strict: { host: esx1, nics: [ { portGroup: Strict, ip: 10.9.0.2/24 } ] }
          open: { host: esx1, nics: [ { portGroup: Open, ip: 10.9.0.3/24 } ] }
          trunk: { host: esx1, nics: [ { portGroup: Trunk } ] }
          peer: { host: esx1, nics: [ { portGroup: Loose, ip: 10.9.0.4/24 } ] }
        """;
    private static final int HONEST = 10;
    private static final int FORGED = 20;
    private static final int FLOOD = 400;
    private static final int BPDU = 7;
    private static final int PVST = 5;
    private static final int HOP = 9;

    @BeforeEach
    void startLab() throws Exception {
        Need.file("/usr/lib/python3/dist-packages/scapy", "scapy (python3-scapy)");
        start(TOPOLOGY, "ip", "tcpdump");
    }

    /// Spec 5.1, 5.9, 2.19, 3.6: with the defaults and the BPDU filter off, all but the tags.
    @Test
    void letsOutAllButTagsByDefault() throws Exception {
        var before = counters();
        try (var ten = listen("ten"); var peer = listen("peer")) {
            attack("loose", all());
            ten.awaitText("the-end");
            peer.awaitText("the-end");
            assertThat(seen(ten)).containsExactlyInAnyOrderEntriesOf(Map.of("honest", HONEST, "forged", FORGED, "flood", FLOOD, "STP 802.1d", BPDU + PVST));
            assertThat(seen(peer)).as("unknown unicast goes to the uplink alone").containsExactlyInAnyOrderEntriesOf(Map.of("honest", HONEST, "forged", FORGED));
        }
        assertThat(drops("loose.eth0", before)).containsExactlyInAnyOrderEntriesOf(Map.of("tag_unexpected", (long) HOP));
        assertThat(in("loose.eth0", before)).isEqualTo(HONEST + FORGED + FLOOD + BPDU + PVST + HOP + 1);
        assertThat(out("vmnic0", before)).isEqualTo(HONEST + FORGED + FLOOD + BPDU + PVST + 1);
    }

    /// Spec 5.9, 2.19, S16, S23: with everything rejected and the BPDU filter on, the honest frames alone.
    @Test
    void letsOutNothingForgedWhereItIsRejected() throws Exception {
        lab.apply(TOPOLOGY.replace("BlockGuestBPDU: 0", "BlockGuestBPDU: 1"));
        var before = counters();
        try (var ten = listen("ten"); var peer = listen("peer")) {
            attack("strict", all());
            ten.awaitText("the-end");
            peer.awaitText("the-end");
            for (var dump : List.of(ten, peer)) assertThat(seen(dump)).containsExactlyInAnyOrderEntriesOf(Map.of("honest", HONEST));
        }
        assertThat(drops("strict.eth0", before)).containsExactlyInAnyOrderEntriesOf(
            Map.of("tag_unexpected", (long) HOP, "forged_transmit", (long) FORGED + FLOOD, "bpdu_filtered", (long) BPDU + PVST));
        assertThat(in("strict.eth0", before)).isEqualTo(HONEST + FORGED + FLOOD + BPDU + PVST + HOP + 1);
        assertThat(out("vmnic0", before)).isEqualTo(HONEST + 1);
        assertThat(out("peer.eth0", before)).isEqualTo(HONEST + 1);
    }

    /// Spec 3.12, 3.14, S13: the outer tag decides, and nobody takes the inner one off.
    @Test
    void readsTheOuterTagOnly() throws Exception {
        var before = counters();
        try (var ten = listen("ten"); var twenty = listen("twenty"); var thirty = listen("thirty"); var peer = listen("peer")) {
            attack("trunk", "hop1020=" + HOP, "hop3010=" + HOP);
            thirty.awaitText("hop3010");
            for (var dump : List.of(ten, peer)) {
                Await.until("those with 10 outside", () -> seen(dump).equals(Map.of("hop1020", HOP)));
                assertThat(dump.out()).as("the inner tag is still there").contains("vlan 20,");
            }
            Await.until("those with 30 outside", () -> seen(thirty).equals(Map.of("hop3010", HOP)));
            assertThat(seen(twenty)).isEmpty();
        }
        assertThat(drops("trunk.eth0", before)).isEmpty();
        assertThat(out("vmnic0", before)).isEqualTo(2 * HOP + 1);
        assertThat(out("peer.eth0", before)).isEqualTo(HOP);
    }

    /// Spec 2.4, 5.2, 5.9: a scan under a false address gets its answers only where it may send them and may see them.
    @Test
    void answersAScanUnderAFalseAddressOnlyWherePromiscuousModeIsAccepted() throws Exception {
        Need.programs("nmap");
        assertThat(scan("loose")).contains("0 hosts up");
        assertThat(lab.drops("vmnic0", "unknown_unicast")).as("the answers came as far as the host").isPositive();
        assertThat(lab.drops("loose.eth0", "forged_transmit")).isZero();
        assertThat(scan("strict")).contains("0 hosts up");
        assertThat(lab.drops("strict.eth0", "forged_transmit")).isPositive();
        Await.until("the answers arrive", () -> scan("open").contains("1 host up"));
    }

    /// nmap itself does not ask for promiscuity.
    private String scan(String vm) throws Exception {
        assertThat(lab.exec(vm, "ip", "link", "set", "eth0", "promisc", "on").status()).isZero();
        return lab.exec(vm, "nmap", "-n", "-sn", "-e", "eth0", "--spoof-mac", "02:00:00:11:22:33", "10.9.0.50").out();
    }

    private static String[] all() {
        return new String[] {
            "honest=" + HONEST, "forged=" + FORGED, "flood=" + FLOOD, "bpdu=" + BPDU, "pvst=" + PVST, "hop1020=" + HOP};
    }

    private void attack(String vm, String... kinds) throws Exception {
        var words = new ArrayList<>(List.of("/usr/bin/python3", Path.of("src/test/resources/it/hostile.py").toAbsolutePath().toString()));
        words.addAll(List.of(kinds));
        var outcome = lab.exec(vm, words.toArray(String[]::new));
        assertThat(outcome.status()).as(outcome.all()).isZero();
    }

    /// What comes in, promiscuously or not: the switch decides, and the interface behind it passes everything to a packet socket.
    private Command listen(String where) throws Exception {
        return lab.background(where, "tcpdump", "-p", "-l", "-n", "-e", "-i", "eth0", "-Q", "in", "--immediate-mode").awaitText("listening on");
    }

    /// How many frames of each kind a tcpdump shows.
    private static Map<String, Integer> seen(Command dump) {
        var seen = new TreeMap<String, Integer>();
        var text = dump.out();
        for (var kind : List.of("honest", "forged", "flood", "hop1020", "hop3010", "STP 802.1d")) {
            int count = text.split(java.util.regex.Pattern.quote(kind), -1).length - 1;
            if (count > 0) seen.put(kind, count);
        }
        return seen;
    }

    private Map<String, PortView> counters() {
        var ports = new TreeMap<String, PortView>();
        for (var port : lab.lab().ports()) ports.put(port.usedBy(), port);
        return ports;
    }

    private long in(String port, Map<String, PortView> before) {
        return lab.port(port).inFrames() - before.get(port).inFrames();
    }

    private long out(String port, Map<String, PortView> before) {
        return lab.port(port).outFrames() - before.get(port).outFrames();
    }

    private Map<String, Long> drops(String port, Map<String, PortView> before) {
        var drops = new TreeMap<>(lab.port(port).drops());
        before.get(port).drops().forEach((reason, count) -> drops.merge(reason, -count, Long::sum));
        drops.values().removeIf(count -> count == 0);
        return drops;
    }
}
