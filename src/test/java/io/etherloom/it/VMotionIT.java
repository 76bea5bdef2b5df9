package io.etherloom.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.etherloom.event.EventType;
import io.etherloom.lab.LabException;
import io.etherloom.linux.Processes;
import io.etherloom.topology.Setting;
import io.etherloom.vmotion.Finding;
import io.etherloom.vmotion.MoveReport;
import io.etherloom.vmotion.MoveRequest;
import io.etherloom.vmotion.VMotions;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// VMs of `topologies/vmotion.yaml` move between hosts while a machine outside talks to them.
class VMotionIT {
    @TempDir
    private Path folder;

    private LocalLab lab;
    private VMotions vmotions;

    @BeforeEach
    void startLab() throws Exception {
        Need.root();
        Need.programs("ping", "ip");
        lab = LocalLab.start(folder, Files.readString(Path.of("topologies/vmotion.yaml")).replaceFirst("\nname: .*", "\nname: LAB"));
        vmotions = new VMotions(lab.lab());
    }

    @AfterEach
    void leavesNothing() throws Exception {
        if (lab != null) lab.close();
    }

    private MoveReport move(String vm, String host) {
        return vmotions.move(new MoveRequest(vm, host));
    }

    /// Spec 7.4-7.6, 7.8: there and back under a ping of 500 frames a second, of which none is lost and none comes twice.
    @Test
    void aConnectionSurvivesAndTheAddressMovesAlong() throws Exception {
        lab.assertReaches("client", "10.0.10.11");
        var mac = lab.port("web1.eth0").mac();
        var ping = lab.background("client", "ping", "-n", "-i", "0.002", "10.0.10.11").awaitText("icmp_seq=50 ");
        for (var host : new String[] {"esx2", "esx1", "esx2"}) {
            var report = move("web1", host);
            assertThat(report.state()).as(report.reason()).isEqualTo("moved");
            assertThat(report.phases()).extracting(MoveReport.Phase::name).containsExactly("validate", "prepare", "switchover", "notify", "complete");
            assertThat(report.gapMicros()).isPositive();
            assertThat(lab.port("web1.eth0").host()).isEqualTo(host);
            assertThat(lab.port("web1.eth0").mac()).isEqualTo(mac);
            assertThat(lab.lab().ports().stream().filter(port -> port.usedBy().equals("web1.eth0"))).as("ports of one address").hasSize(1);
            int now = Pings.highest(ping);
            Await.until("pings go on", () -> Pings.highest(ping) > now + 100);
        }
        var answers = ping.stop(Processes.SIGINT).out();
        assertThat(Pings.missing(answers)).as("lost in three moves").isEmpty();
        assertThat(answers).doesNotContain("DUP!");
        assertThat(vmotions.last()).allSatisfy(report -> {
            assertThat(report.frames()).isEqualTo(new MoveReport.Frames(0, 0, 0));
            assertThat(report.peers().silenceMicros()).isPositive();
        });
        assertThat(lab.lab().events().since(0).events()).extracting(event -> event.type()).contains(EventType.VM_MIGRATING, EventType.VM_MIGRATED);
        assertThat(vmotions.last()).extracting(MoveReport::id).containsExactly(3L, 2L, 1L);
        assertThat(vmotions.meters().results()).containsEntry("moved", 3L);
        assertThat(vmotions.meters().outages().count()).isEqualTo(3);
    }

    /// Spec 4.41, 4.42, 7.5: a VM that never says anything goes on receiving, since RARP tells the physical switches where it is.
    @Test
    void rarpTellsThePhysicalSwitchesWhereASilentVmIs() throws Exception {
        lab.assertReaches("client", "10.0.10.11");
        assertThat(tor1Port()).isNotEqualTo("2");
        var report = move("web1", "esx2");
        assertThat(report.nics()).singleElement().satisfies(nic -> assertThat(nic.rarpsSent()).isPositive());
        // esx2's vmnic0 is behind tor1/2, vmnic1 behind tor2.
        var expected = report.nics().getFirst().uplinkAfter().equals("vmnic0") ? "2" : "24";
        Await.until("tor1 knows", () -> tor1Port().equals(expected));
    }

    private String tor1Port() {
        var mac = lab.port("web1.eth0").mac();
        return lab.lab().fdb().stream().filter(entry -> entry.where().equals("tor1") && entry.mac().equals(mac)).map(entry -> entry.port()).findFirst().orElse("");
    }

    /// Spec 7.10, 2.31, 9.21: the guest's kernel answers the queries, so the network hears of its groups where it is now; without them it does not.
    @Test
    void aGuestReportsItsGroupsAgainAfterAMoveAndAFailover() throws Exception {
        try (var client = lab.guest("client")) {
            var reports = new String(HexFormat.of().parseHex("01005e000016" + lab.port("web1.eth0").mac().replace(":", "")), StandardCharsets.ISO_8859_1);
            assertThat(lab.exec("web1", "ip", "addr", "add", "239.1.1.1/32", "dev", "eth0", "autojoin").status()).isZero();
            assertThat(client.hears(reports, 10_000)).as("joining").isTrue();
            awaitSilence(client, reports);
            var moved = move("web1", "esx2");
            assertThat(client.hears(reports, 10_000)).as("moved").isTrue();
            awaitSilence(client, reports);
            lab.lab().link("esx2", moved.nics().getFirst().uplinkAfter(), false);
            assertThat(client.hears(reports, 10_000)).as("failed over").isTrue();
            awaitSilence(client, reports);
            lab.lab().set(Setting.Kind.HOST, "esx1", List.of("Net.IGMPQueries=0"));
            assertThat(move("web1", "esx1").state()).isEqualTo("moved");
            assertThat(client.hears(reports, 4_000)).as("moved without queries").isFalse();
            lab.assertReaches("web1", "10.0.10.50");
        }
    }

    /// A guest that joins reports twice, and twice after a move: the second query two seconds after the first, each answered within a second.
    private static void awaitSilence(Guest client, String reports) {
        while (client.hears(reports, 4_000)) { }
    }

    /// A move holds until the file is applied again, which says so before.
    @Test
    void applyingTheFileTakesItBack() throws Exception {
        move("web1", "esx2");
        var text = Files.readString(lab.file());
        assertThat(lab.lab().plan(text, lab.file().toString())).singleElement()
            .satisfies(step -> assertThat(step.detail()).isEqualTo("host esx2 -> esx1"));
        lab.lab().apply(text, lab.file().toString());
        assertThat(lab.port("web1.eth0").host()).isEqualTo("esx1");
    }

    /// Spec 7.3a: the hosts must reach each other through the network, which is asked as it is now.
    @Test
    void hostsThatDoNotReachEachOtherAndDryRunsChangeNothing() throws Exception {
        assertThat(vmotions.move(new MoveRequest("web1", "esx2", null, true, null, null, null, null)).state()).isEqualTo("checked");
        lab.lab().link("esx2", "vmnic0", false);
        lab.lab().link("esx2", "vmnic1", false);
        var refused = move("web1", "esx2");
        assertThat(refused.state()).isEqualTo("refused");
        assertThat(refused.findings()).extracting(Finding::fault).containsExactly("VMotionLinkDown");
        assertThat(refused.reason()).contains("esx1/vmk0 does not reach esx2/vmk0", "etherloom trace --from");
        assertThat(lab.port("web1.eth0").host()).isEqualTo("esx1");
        assertThat(vmotions.meters().results()).containsEntry("VMotionLinkDown", 1L).containsEntry("moved", 0L);
        assertThat(vmotions.check().get("web1").get("esx3")).extracting(Finding::fault).contains("VMotionNotConfigured");
        assertThatThrownBy(() -> move("web1", "esx1")).isInstanceOf(LabException.class).hasMessage("web1 is on esx1 already");
        assertThatThrownBy(() -> move("web1", "esx4")).isInstanceOf(LabException.class).hasMessageContaining("no host esx4; did you mean 'esx1'?");
        assertThatThrownBy(() -> move("web9", "esx2")).isInstanceOf(LabException.class).hasMessageContaining("no vm web9");
        lab.lab().link("esx2", "vmnic1", true);
        lab.lab().link("esx1", "vmnic1", false);
        lab.lab().link("tor1", "24", false);
        assertThat(vmotions.check().get("web1").get("esx2")).filteredOn(finding -> finding.fault().equals("VlanNotOnWire")).extracting(Finding::sentence).containsExactly(
            "port group \"VM Network\" on esx2 is VLAN 10, which does not get from tor2/2 behind esx2/vmnic1 to tor1/1 behind esx1/vmnic0: tor2/24 does not carry it, since it has no link");
    }

    /// Spec 5.6, 7.4: an address that another port has already, since a guest has set it, does not move.
    @Test
    void anAddressThatAGuestHasTakenFromAnotherRefuses() throws Exception {
        var taken = lab.port("app1.eth0").mac();
        assertThat(lab.exec("web1", "sh", "-c", "ip link set eth0 down; ip link set eth0 address " + taken + "; ip link set eth0 up").status()).isZero();
        Await.until("the port follows the guest", () -> lab.port("web1.eth0").mac().equals(taken));
        var refused = move("web1", "esx2");
        assertThat(refused.state()).isEqualTo("refused");
        assertThat(refused.reason()).startsWith("DuplicateMac: web1.eth0 and app1.eth0 both have " + taken);
        assertThat(lab.port("web1.eth0").host()).isEqualTo("esx1");
    }

    /// Spec 7.7: a port of a standard vSwitch begins anew; and moves leave nothing behind, however many there are.
    @Test
    void countersBeginAnewAndManyMovesLeakNothing() throws Exception {
        lab.assertReaches("client", "10.0.10.11");
        lab.exec("client", "ping", "-q", "-i", "0.002", "-c", "500", "10.0.10.11");
        long before = lab.port("web1.eth0").inFrames();
        assertThat(before).isGreaterThanOrEqualTo(500);
        move("web1", "esx2");
        assertThat(lab.port("web1.eth0").inFrames()).isLessThan(100);
        move("web1", "esx1");
        long descriptors = descriptors();
        var ping = lab.background("client", "ping", "-n", "-i", "0.002", "10.0.10.11").awaitText("icmp_seq=50 ");
        for (int i = 0; i < 20; i++) {
            assertThat(move("web1", "esx2").state()).isEqualTo("moved");
            assertThat(move("web1", "esx1").state()).isEqualTo("moved");
        }
        int now = Pings.highest(ping);
        Await.until("pings go on", () -> Pings.highest(ping) > now + 20);
        ping.stop(Processes.SIGINT);
        assertThat(descriptors()).isBetween(descriptors - 20, descriptors + 20);      // Of the tests' own threads and children, too.
        Await.until("all frames are back", () -> lab.lab().meters().agents().stream().allMatch(agent -> agent.poolFree() == agent.poolCapacity()));
    }

    private static long descriptors() throws Exception {
        try (var all = Files.list(Path.of("/proc/self/fd"))) {
            return all.count();
        }
    }

    /// Two vNICs in two networks, one of them not connected; a VM that is off; one in memory; one that replays.
    @Test
    void everyKindOfVmMoves() throws Exception {
        lab.close();
        var text = Files.readString(Path.of("topologies/vmotion.yaml")).replaceFirst("\nname: .*", "\nname: LAB") + """
              two: { host: esx1, nics: [ { portGroup: VM Network, ip: 10.0.10.21/24 }, { portGroup: VMotion, connected: no } ] }
              cold: { host: esx1, power: off, nics: [ { portGroup: VM Network } ] }
              mem: { host: esx1, kind: memory, nics: [ { portGroup: VM Network } ] }
              player: { host: esx1, kind: replay, replay: { file: FILE, loop: yes }, nics: [ { portGroup: VM Network } ] }
            """.replace("FILE", Path.of("pcap-samples/ping.pcapng").toAbsolutePath().toString());
        lab = LocalLab.start(folder, text);
        vmotions = new VMotions(lab.lab());
        for (var vm : new String[] {"two", "cold", "mem", "player"}) {
            var report = move(vm, "esx2");
            assertThat(report.state()).as(vm + ": " + report.reason()).isEqualTo("moved");
        }
        assertThat(lab.lab().vms()).filteredOn(vm -> vm.host().equals("esx2")).extracting(vm -> vm.name()).containsExactlyInAnyOrder("app1", "two", "cold", "mem", "player");
        lab.assertReaches("client", "10.0.10.21");
        Await.until("the replay goes on", () -> lab.port("player.eth0").inFrames() > 8);
        lab.lab().power("cold", true);
        assertThat(lab.port("cold.eth0").host()).isEqualTo("esx2");
    }
}
