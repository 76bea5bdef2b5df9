package io.etherloom.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.etherloom.lab.view.UplinkView;
import io.etherloom.linux.Processes;
import io.etherloom.vmotion.MoveReport;
import io.etherloom.vmotion.MoveRequest;
import io.etherloom.vmotion.VMotions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Moves while a machine outside the hosts sends: a TCP flow at full rate, a ping each millisecond, and datagrams to a VM that never says anything.
class VMotionUnderLoadIT {
    /// Descriptors that threads of the test open meanwhile.
    private static final int MORE = 4;

    @TempDir
    private Path folder;

    private LocalLab lab;
    private VMotions vmotions;

    @BeforeEach
    void startLab() throws Exception {
        Need.root();
        Need.programs("ping", "ip", "iperf3");
        lab = LocalLab.start(folder, Files.readString(Path.of("topologies/vmotion.yaml")).replaceFirst("\nname: .*", "\nname: LAB")
            .replaceAll("portGroups: \\{ VM Network: \\{ vlan: 10 }, ", "portGroups: { VM Network: { vlan: 10 }, Mute: { vlan: 10, teaming: { notifySwitches: no } }, ")
            + """
              sink: { host: esx1, nics: [ { portGroup: VM Network, ip: 10.0.10.21/24 } ] }
              mute: { host: esx1, nics: [ { portGroup: Mute, ip: 10.0.10.22/24 } ] }
            """);
        vmotions = new VMotions(lab.lab());
        for (var vm : List.of("web1", "sink", "mute")) {
            lab.assertReaches("client", lab.lab().topology().vms().get(vm).nics().getFirst().addresses().getFirst().ip().getHostAddress());
        }
    }

    @AfterEach
    void leavesNothing() throws Exception {
        if (lab != null) {
            lab.close();
        }
    }

    private MoveReport move(String vm, String host) {
        return move(vm, host, 4L << 20);
    }

    private MoveReport move(String vm, String host, Long buffer) {
        var report = vmotions.move(new MoveRequest(vm, host, null, null, null, buffer, null, null));
        assertThat(report.state()).as(report.reason()).isEqualTo("moved");
        return report;
    }

    @Test
    void aConnectionSurvivesMovesAtFullLoad() throws Exception {
        moveUnderLoad(12);
    }

    @Test
    @Tag("soak")
    void aHundredTimes() throws Exception {
        moveUnderLoad(100);
    }

    /// A TCP connection goes on, no ping comes twice, and none is lost by a move with a buffer, nor by one without but those that it says; and nothing is left of moves.
    private void moveUnderLoad(int moves) throws Exception {
        lab.background("web1", "iperf3", "-s", "-1", "--forceflush").awaitText("Server listening");
        var tcp = lab.background("client", "iperf3", "-c", "10.0.10.11", "-t", "600", "-i", "1", "-f", "m", "--forceflush").awaitText("1.00-2.00");
        var ping = lab.background("client", "ping", "-n", "-i", "0.001", "10.0.10.11").awaitText("icmp_seq=200 ");
        long dropped = queueDrops();
        int pool = poolInUse();
        var gaps = new ArrayList<Long>();
        long lost = 0;
        long descriptors = 0;
        for (int i = 0; i < moves; i++) {
            boolean isBuffered = i % 4 < 2;
            var report = move("web1", i % 2 == 0 ? "esx2" : "esx1", isBuffered ? 4L << 20 : null);
            gaps.add(report.gapMicros());
            lost += report.frames().lost();
            assertThat(report.frames().lost()).as("lost with a buffer").matches(it -> !isBuffered || it == 0);
            descriptors = i == 3 ? descriptors() : descriptors;
            int now = Pings.highest(ping);
            Await.until("pings go on", () -> Pings.highest(ping) > now + 50);
        }
        int asked = Pings.highest(ping);
        var report = ping.stop(Processes.SIGINT).out();
        assertThat(tcp.isAlive()).as("the connection: " + tcp.out() + tcp.err()).isTrue();
        var intervals = tcp.stop(Processes.SIGINT).out().lines().filter(line -> line.matches(".*[0-9]+\\.[0-9]+-[0-9]+\\.[0-9]+ +sec.*bits/sec.*")).toList();
        gaps.sort(null);
        System.out.printf("%d moves under a TCP flow: ports off for %.1f ms (median), %.1f ms (most); %d of %d pings missing, %d frames lost by moves; %d dropped in full queues%n",
            moves, gaps.get(moves / 2) / 1000.0, gaps.getLast() / 1000.0, Pings.missing(report).size(), asked, lost, queueDrops() - dropped);
        assertThat(report).doesNotContain("DUP!");
        // TCP fills queues, and what they drop has nothing to do with a move.
        assertThat(Pings.missing(report)).hasSizeLessThanOrEqualTo((int) (Math.min(50, queueDrops() - dropped) + lost));
        assertThat(descriptors()).as("descriptors").isLessThanOrEqualTo(descriptors + MORE);
        assertThat(intervals).as("seconds without a bit").noneMatch(line -> line.contains(" 0.00 bits/sec"));
        Await.until("all frames are back", () -> poolInUse() <= pool);
    }

    private static long descriptors() throws Exception {
        try (var all = Files.list(Path.of("/proc/self/fd"))) {
            return all.count();
        }
    }

    private int poolInUse() {
        return lab.lab().meters().agents().stream().mapToInt(agent -> agent.poolCapacity() - agent.poolFree()).sum();
    }

    private long queueDrops() {
        return lab.lab().ports().stream().mapToLong(port -> port.drops().values().stream().mapToLong(Long::longValue).sum()).sum()
            + lab.lab().uplinks().stream().mapToLong(UplinkView::dropped).sum()
            + lab.lab().fabric().stream().mapToLong(port -> port.drops().values().stream().mapToLong(Long::longValue).sum()).sum();
    }

    /// Spec 4.41, 4.47, 7.5: only a RARP can tell where a VM is that never says anything; without notifications it hears nothing more.
    @Test
    void aSilentVmGoesOnReceivingOnlyByRarp() throws Exception {
        for (var vm : List.of("sink", "mute")) {
            var mac = lab.port(vm + ".eth0").mac();
            assertThat(lab.exec("client", "ip", "neigh", "replace", vm.equals("sink") ? "10.0.10.21" : "10.0.10.22", "lladdr", mac, "dev", "eth0", "nud", "permanent")
                .status()).isZero();
        }
        try (var announced = UdpFlow.start(lab.namespace("client"), lab.namespace("sink"), "10.0.10.21", 9_001);
                var unannounced = UdpFlow.start(lab.namespace("client"), lab.namespace("mute"), "10.0.10.22", 9_002)) {
            announced.awaitMore(50);
            unannounced.awaitMore(50);
            move("sink", "esx2");
            move("mute", "esx2");
            announced.awaitMore(200);
            var heard = announced.stop();
            var missed = unannounced.stop();
            System.out.println("announced: " + heard + "; unannounced: " + missed);
            assertThat(heard.missing()).hasSizeLessThan(5);
            assertThat(heard.duplicates()).isZero();
            assertThat(missed.missing()).as("nothing from the move on").hasSizeGreaterThan(140);
        }
    }
}
