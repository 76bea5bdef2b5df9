package io.etherloom.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.etherloom.event.EventType;
import io.etherloom.lab.GuestMigration;
import io.etherloom.lab.LabException;
import io.etherloom.lab.PortMove;
import io.etherloom.linux.Processes;
import io.etherloom.vmotion.Finding;
import io.etherloom.vmotion.MoveReport;
import io.etherloom.vmotion.MoveRequest;
import io.etherloom.vmotion.VMotions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The guest of `topologies/vmotion-qemu.yaml` moves while a machine outside talks to it, and moves that go wrong at each step.
class QemuMigrationIT {
    private static final Duration LONG = Duration.ofSeconds(30);
    /// Of pings, in seconds: a machine that pauses for some of these has no queue overflow.
    private static final String PERIOD = "0.01";
    private static final int PERIOD_MICROS = 10_000;
    /// Frames of a ping that lie between a port and QEMU at most while its guest is carried.
    private static final int BACKLOG = 12;
    private static final int KILLED = 128 + 9;

    /// One that a test has left as it found it is taken by the next: a guest needs seconds to boot.
    private static LocalLab untouched;

    @TempDir
    private static Path folder;

    private LocalLab lab;
    private boolean isAsBefore;

    @BeforeEach
    void startLab() throws Exception {
        Need.root();
        Need.qemu();
        Need.programs("ping", "ip", "bash");
        lab = untouched == null ? LocalLab.start(folder, topology()) : untouched;
        untouched = null;
        assertThat(guest("hostname")).isEqualTo("web1\n");
        lab.assertReaches("client", "10.0.10.11");
    }

    private static String topology() throws Exception {
        return Files.readString(Path.of("topologies/vmotion-qemu.yaml")).replaceFirst("\nname: .*", "\nname: LAB");
    }

    @AfterEach
    void leavesNothing() throws Exception {
        if (isAsBefore) untouched = lab;
        else if (lab != null) lab.close();
    }

    @AfterAll
    static void leavesNothingInTheEnd() throws Exception {
        if (untouched != null) untouched.close();
        untouched = null;
    }

    private String guest(String script) throws Exception {
        var process = lab.lab().exec("web1", List.of("sh", "-c", script));
        var out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return out;
    }

    private long pid() {
        var status = lab.lab().vms().stream().filter(it -> it.name().equals("web1")).findFirst().orElseThrow().status();
        var found = Pattern.compile("pid (\\d+), ").matcher(status);
        assertThat(found.find()).as(status).isTrue();
        return Long.parseLong(found.group(1));
    }

    /// Processes of QEMU of this lab.
    private List<Long> processes() throws Exception {
        return ProcessHandle.allProcesses().map(ProcessHandle::pid).filter(pid -> {
            try {
                return Files.readString(Path.of("/proc", Long.toString(pid), "cmdline"), StandardCharsets.ISO_8859_1).contains(folder + "/state/" + lab.name() + "/q/");
            } catch (IOException e) {
                return false;
            }
        }).toList();
    }

    /// The folder of the process that was begun last: they are numbered.
    private Path newestProcess() throws Exception {
        try (var folders = Files.list(folder.resolve("state").resolve(lab.name()).resolve("q"))) {
            return folders.filter(Files::isDirectory).max(Comparator.comparingInt(path -> Integer.parseInt(path.getFileName().toString()))).orElseThrow();
        }
    }

    private GuestMigration migration() {
        return Objects.requireNonNull(lab.lab().migration("web1", "esx2"));
    }

    private boolean asksPromiscuous() {
        return lab.lab().events().since(0).events().stream().anyMatch(event -> event.type() == EventType.PROMISCUOUS_REFUSED);
    }

    /// Ports at the target.
    private PortMove attach() {
        var move = lab.lab().prepareMove("web1", "esx2");
        move.stun(0, Long.MAX_VALUE);
        move.attach();
        return move;
    }

    private boolean hasFailed() {
        return lab.lab().events().since(0).events().stream().anyMatch(event -> event.type() == EventType.VM_FAILED && event.object().equals("web1"));
    }

    private void assertIsAtTheSource(long pid) throws Exception {
        assertThat(lab.port("web1.eth0").host()).isEqualTo("esx1");
        assertThat(pid()).isEqualTo(pid);
        assertThat(processes()).containsExactly(pid);
        lab.assertReaches("client", "10.0.10.11");
        assertThat(hasFailed()).isFalse();
    }

    /// A TCP connection that says something every 20 ms and ends when it is not answered.
    private Command talk() throws Exception {
        guest("netstat -ltn | grep -q ':7 ' || (while :; do nc -l -p 7 -e cat; done) >/dev/null 2>&1 & until netstat -ltn | grep -q ':7 '; do usleep 20000; done");
        return lab.background("client", "bash", "-c",
            "exec 3<>/dev/tcp/10.0.10.11/7; for i in $(seq 100000); do echo $i >&3; read -r -t 10 -u 3 back || exit 1; [ $back = $i ] || exit 2; echo got $i; sleep 0.02; done")
            .awaitText("got 20\n");
    }

    private void assertGoesOn(Command talk) throws Exception {
        assertThat(talk.isAlive()).as(talk.outEnd() + talk.err()).isTrue();
        var said = talk.outEnd();
        Await.until("the connection goes on", () -> !talk.outEnd().equals(said));
    }

    /// Spec 7.4-7.6, 7.8: there and back, under a ping of 100 frames a second and a connection that says something every 20 ms.
    @Test
    void connectionsSurvive() throws Exception {
        var talk = talk();
        var ping = lab.background("client", "ping", "-n", "-i", PERIOD, "10.0.10.11").awaitText("icmp_seq=50 ");
        var counting = lab.lab().exec("web1", List.of("sh", "-c", "i=0; while :; do echo $i; i=$((i + 1)); usleep 3000; done"));
        var counted = new FutureTask<>(() -> new String(counting.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
        Thread.startVirtualThread(counted);
        var moves = new VMotions(lab.lab());
        long stoppedMicros = 0;
        long uptime = Long.parseLong(guest("cut -d. -f1 /proc/uptime").strip());
        for (var host : List.of("esx2", "esx1", "esx2")) {
            long before = pid();
            var report = moves.move(new MoveRequest("web1", host));
            assertThat(report.state()).as(report.reason()).isEqualTo("moved");
            stoppedMicros += report.guest().stoppedMicros();
            System.out.println("to " + host + ": ports were off for " + report.gapMicros() + " µs; " + report.phases());
            assertThat(lab.port("web1.eth0").host()).isEqualTo(host);
            assertThat(processes()).hasSize(1).doesNotContain(before);
            assertThat(guest("echo here")).as("a command beside one that goes on").isEqualTo("here\n");
            int now = Pings.highest(ping);
            Await.until("pings go on", () -> Pings.highest(ping) > now + 50);
        }
        counting.destroy();
        assertThat(counting.waitFor()).as("a command that was begun before").isEqualTo(KILLED);
        var numbers = counted.get().lines().toList();
        assertThat(numbers).hasSizeGreaterThan(100).isEqualTo(IntStream.range(0, numbers.size()).mapToObj(Integer::toString).toList());
        assertGoesOn(talk);
        var lost = Pings.missing(ping.stop(Processes.SIGINT).out());
        System.out.println("lost pings in three moves: " + lost + ", in which the guest stood still for " + stoppedMicros + " µs");
        assertThat(lost).as("lost while it stood still, or not read by then").hasSizeLessThan((int) (stoppedMicros / PERIOD_MICROS) + 3 * (BACKLOG + 5));
        assertThat(Long.parseLong(guest("cut -d. -f1 /proc/uptime").strip())).as("it is the same guest").isGreaterThanOrEqualTo(uptime);
        assertThat(moves.last()).extracting(MoveReport::state).containsOnly("moved");
        assertThat(asksPromiscuous()).isFalse();
        assertThat(guest("ip link set eth0 promisc on; echo done")).isEqualTo("done\n");
        Await.until("what its driver asks for is seen at the target", this::asksPromiscuous);
    }

    private static void goOn(GuestMigration migration, Duration timeout) {
        migration.handOff();
        migration.resume(timeout);
    }

    /// With a buffer nothing comes twice, and nothing is lost but what QEMU had not read when it stopped.
    @Test
    void withABufferWhatComesMeanwhileIsKept() throws Exception {
        loseNothing(2, PERIOD);
    }

    @Test
    @Tag("soak")
    void twentyInARow() throws Exception {
        loseNothing(20, "0.002");
    }

    private void loseNothing(int times, String period) throws Exception {
        var talk = talk();
        var ping = lab.background("client", "ping", "-n", "-i", period, "10.0.10.11").awaitText("icmp_seq=50 ");
        var moves = new VMotions(lab.lab());
        long waited = 0;
        for (int i = 0; i < times; i++) {
            var report = moves.move(new MoveRequest("web1", i % 2 == 0 ? "esx2" : "esx1", null, null, null, 4L << 20, null, null));
            assertThat(report.state()).as(report.reason()).isEqualTo("moved");
            assertThat(report.frames().lost()).isZero();
            assertThat(report.frames().duplicated()).isZero();
            waited = Math.max(waited, report.guest().waitedMicros());
            int now = Pings.highest(ping);
            Await.until("pings go on", () -> Pings.highest(ping) > now + 50);
        }
        assertGoesOn(talk);
        talk.close();
        var answers = ping.stop(Processes.SIGINT).out();
        System.out.println(times + " migrations with a buffer: lost pings " + Pings.missing(answers) + ", guests waited for their ports for " + waited + " µs at most");
        assertThat(Pings.missing(answers)).as("what QEMU had not read").hasSizeLessThanOrEqualTo(5 * times);
        assertThat(answers).doesNotContain("DUP!");
        isAsBefore = lab.port("web1.eth0").host().equals("esx1");
    }

    @Test
    void theTimesOfOneMigration() throws Exception {
        var migration = migration();
        migration.untilStopped(LONG);
        assertThat(processes()).hasSize(2);
        var ports = attach();
        goOn(migration, LONG);
        migration.done();
        ports.complete();
        ports.close();
        long gapNanos = ports.gapNanos();
        System.out.println("QEMU's downtime " + migration.downtimeNanos() / 1_000_000 + " ms, from STOP to RESUME " + migration.stoppedNanos() / 1_000_000
            + " ms, ports " + gapNanos / 1_000 + " µs");
        assertThat(gapNanos).isPositive().isLessThan(migration.stoppedNanos());
        assertThat(migration.downtimeNanos()).isPositive();
        assertThat(migration.waitedNanos()).isBetween(0L, migration.stoppedNanos());
        lab.assertReaches("client", "10.0.10.11");
    }

    /// Spec 7.3a, 7.12: of several VMkernel ports for VMotion one that answers is taken, and the stream goes to its TCP port 8000.
    @Test
    void theStreamGoesToPort8000OfAVMkernelPortThatAnswers() throws Exception {
        var vmk1 = ", vmk1: { portGroup: VM Network, ip: 10.0.10.%s/24, services: [vmotion] } }";
        lab.apply(topology().replace("services: [vmotion] } }", "services: [vmotion] }" + vmk1.formatted("101")).replace("ip: 10.0.20.2/24 } }", "ip: 10.0.20.2/24 }" + vmk1.formatted("102"))
            .replace("\"12\": *vmotion", "\"12\": { access: 21 }"));
        assertThat(new VMotions(lab.lab()).check().get("web1").get("esx2")).noneMatch(Finding::isFatal);
        var migration = migration();
        migration.untilStopped(LONG);
        assertThat(lab.exec("esx1", "cat", "/proc/net/tcp").out()).as("10.0.10.102:8000, established").containsPattern("[0-9A-F]{8}:[0-9A-F]{4} 660A000A:1F40 01 ");
        migration.abandon();
        lab.assertReaches("client", "10.0.10.11");
        lab.apply(topology());
        isAsBefore = true;
    }

    /// Their streams take a port each at the target.
    @Test
    void twoGuestsMoveAtTheSameTime() throws Exception {
        lab.apply(topology().replace("  app1:", "  web2: { host: esx1, kind: qemu, nics: [ { portGroup: VM Network, ip: 10.0.10.14/24 } ] }\n  app1:"));
        Await.until("web2 answers", () -> lab.reaches("client", "10.0.10.14"));
        var moves = new VMotions(lab.lab());
        for (var host : List.of("esx2", "esx1")) {
            try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                var begun = Stream.of("web1", "web2").map(vm -> threads.submit(() -> moves.move(new MoveRequest(vm, host)))).toList();
                for (var report : begun) assertThat(report.get().state()).as(report.get().reason()).isEqualTo("moved");
            }
            for (var port : List.of("web1.eth0", "web2.eth0")) assertThat(lab.port(port).host()).isEqualTo(host);
            lab.assertReaches("client", "10.0.10.11");
            lab.assertReaches("client", "10.0.10.14");
        }
        assertThat(processes()).hasSize(2);
        lab.apply(topology());
        Await.until("web2 is gone", () -> processes().size() == 1);
        isAsBefore = true;
    }

    /// The stream goes through the emulated network: jumbo frames of the VMkernel ports that a switch in between does not carry stall it.
    @Test
    void aNetworkThatDoesNotCarryTheStreamLeavesTheGuestWhereItIs() throws Exception {
        long pid = pid();
        lab.apply(topology().replace("mtu: 9216", "mtu: 1500"));
        assertThatThrownBy(() -> migration().untilStopped(Duration.ofSeconds(2))).isInstanceOf(LabException.class)
            .hasMessageContaining("web1 cannot be carried to esx2").hasMessageContaining("10.0.20.2 through the network of the hosts");
        assertIsAtTheSource(pid);
        var failed = new VMotions(lab.lab()).move(new MoveRequest("web1", "esx2", null, null, 2_000L, null, null, null));
        assertThat(failed.state()).as(failed.reason()).isEqualTo("failed");
        assertThat(failed.phases()).extracting(MoveReport.Phase::name).containsExactly("validate", "prepare", "rollback");
        assertIsAtTheSource(pid);
        lab.apply(topology().replace("\"12\": *vmotion", "\"12\": { access: 21 }"));
        assertThatThrownBy(() -> migration().untilStopped(Duration.ofSeconds(3))).isInstanceOf(LabException.class).hasMessageContaining("esx1 gets no answer from 10.0.20.2");
        assertIsAtTheSource(pid);
        lab.apply(topology());
        var migration = migration();
        migration.untilStopped(LONG);
        var ports = attach();
        goOn(migration, LONG);
        migration.done();
        ports.close();
        lab.assertReaches("client", "10.0.10.11");
    }

    /// Other adapters, TAPs and datagrams; and a raw disk that both sides have in turn: what the guest wrote here it reads there, and a second guest gets no hold of it.
    @Test
    void aDiskIsWrittenByOneSideAtATime() throws Exception {
        lab.close();
        var disk = Files.write(folder.resolve("disk.img"), new byte[1 << 20]);
        var second = ", { portGroup: VM Network, ip: 10.0.10.13/24, adapterType: vmxnet3, netdev: dgram }";
        lab = LocalLab.start(folder, "b", topology().replace("kind: qemu,", "kind: qemu, netdev: tap, image: disk.img, kernel: builtin,")
            .replace("ip: 10.0.10.11/24 }", "ip: 10.0.10.11/24 }" + second));
        assertThat(guest("echo here | dd of=/dev/vda conv=sync 2>/dev/null; sync; hostname")).isEqualTo("web1\n");
        var talk = talk();
        var ping = lab.background("client", "ping", "-n", "-i", PERIOD, "10.0.10.11").awaitText("icmp_seq=50 ");
        var moves = new VMotions(lab.lab());
        var report = moves.move(new MoveRequest("web1", "esx2", null, null, null, 4L << 20, null, null));
        assertThat(report.state()).as(report.reason()).isEqualTo("moved");
        int now = Pings.highest(ping);
        Await.until("pings go on", () -> Pings.highest(ping) > now + 50);
        assertGoesOn(talk);
        talk.close();
        var answers = ping.stop(Processes.SIGINT).out();
        System.out.println("a migration by TAP with a buffer: lost pings " + Pings.missing(answers));
        assertThat(report.frames()).isEqualTo(new MoveReport.Frames(0, report.frames().buffered(), 0));
        assertThat(Pings.missing(answers)).as("what QEMU had not read").hasSizeLessThanOrEqualTo(8);
        assertThat(Pings.gaps(answers)).as("only what lay in the TAP when QEMU stopped: " + Pings.missing(answers)).isLessThanOrEqualTo(1);
        assertThat(answers).doesNotContain("DUP!");
        assertThat(guest("head -c 4 /dev/vda; echo there | dd of=/dev/vda conv=sync 2>/dev/null; sync")).isEqualTo("here");
        assertThat(Files.readString(disk, StandardCharsets.ISO_8859_1)).startsWith("there");
        lab.assertReaches("client", "10.0.10.11");
        lab.assertReaches("client", "10.0.10.13");
        assertThatThrownBy(() -> lab.apply(topology().replace("host: esx1, kind: qemu,", "host: esx2, kind: qemu, netdev: tap, image: disk.img, kernel: builtin,")
            .replace("ip: 10.0.10.11/24 }", "ip: 10.0.10.11/24 }" + second)
            .replace("  app1:", "  app2: { host: esx1, kind: qemu, image: disk.img, kernel: builtin, nics: [] }\n  app1:")))
            .isInstanceOf(LabException.class).hasMessageContaining("app2: QEMU refuses").hasMessageContaining("lock");
        lab.assertReaches("client", "10.0.10.11");
        long pid = pid();
        Files.delete(disk);
        var failed = moves.move(new MoveRequest("web1", "esx1"));
        assertThat(failed.state()).isNotEqualTo("moved");
        assertThat(failed.reason()).contains("disk.img does not exist");
        assertThat(processes()).containsExactly(pid);
        lab.assertReaches("client", "10.0.10.11");
    }

    /// The port cannot come to the target, so it stays; also when the target has all of the guest by then.
    @Test
    void aSocketThatIsGoneLeavesTheGuestWhereItIs() throws Exception {
        long pid = pid();
        for (boolean isSent : new boolean[] {false, true}) {
            var migration = migration();
            migration.untilStopped(LONG);
            try (var sockets = Files.newDirectoryStream(newestProcess(), "n*")) {
                for (var socket : sockets) Files.delete(socket);
            }
            if (isSent) {
                assertThat(lab.exec("esx1", "cat", "/proc/net/tcp").out()).contains(":1F40 01 ");
                migration.handOff();
                Await.until("all is sent", () -> !lab.exec("esx1", "cat", "/proc/net/tcp").out().contains(":1F40 01 "));
            }
            try (var ports = lab.lab().prepareMove("web1", "esx2")) {
                ports.stun(0, Long.MAX_VALUE);
                assertThatThrownBy(ports::attach).isInstanceOf(LabException.class).hasMessageContaining("web1.eth0");
                ports.back();
            }
            migration.abandon();
            Await.until("the guest goes on", () -> lab.reaches("client", "10.0.10.11"));
            assertIsAtTheSource(pid);
        }
        isAsBefore = true;
    }

    /// QEMU at the target dies before the ports have moved, and after.
    @Test
    void aTargetThatDiesLeavesTheGuestAtTheSource() throws Exception {
        long pid = pid();
        for (boolean hasMoved : new boolean[] {false, true}) {
            var migration = migration();
            migration.untilStopped(LONG);
            var ports = hasMoved ? attach() : lab.lab().prepareMove("web1", "esx2");
            Processes.kill(processes().stream().filter(it -> it != pid).findFirst().orElseThrow(), Processes.SIGKILL);
            if (!hasMoved) {
                Await.until("it is gone", () -> processes().size() == 1);
            }
            assertThatThrownBy(() -> goOn(migration, Duration.ofSeconds(5))).isInstanceOf(LabException.class);
            // In either order, as a guest that may run at the target must be ended first.
            if (hasMoved) {
                migration.abandon();
            }
            ports.back();
            ports.close();
            migration.abandon();
            Await.until("the guest goes on", () -> lab.reaches("client", "10.0.10.11"));
            assertIsAtTheSource(pid);
        }
        isAsBefore = true;
    }

    /// The guest is gone with the process that has it, and the lab says so.
    @Test
    void aSourceThatDiesTakesTheGuestAlong() throws Exception {
        var migration = migration();
        migration.untilStopped(LONG);
        long pid = pid();
        Processes.kill(pid, Processes.SIGKILL);
        Await.until("it is gone", () -> !processes().contains(pid));      // That of the target may have ended, too.
        assertThatThrownBy(() -> goOn(migration, Duration.ofSeconds(5))).isInstanceOf(LabException.class);
        migration.abandon();
        Await.until("it is off", () -> lab.lab().vms().stream().anyMatch(vm -> vm.name().equals("web1") && vm.power().equals("off")));
        assertThat(hasFailed()).isTrue();
        assertThat(processes()).isEmpty();
        assertThat(lab.reaches("client", "10.0.10.12")).isTrue();
        lab.lab().power("web1", true);
        assertThat(guest("hostname")).isEqualTo("web1\n");
        lab.assertReaches("client", "10.0.10.11");
    }

    /// A source that hands over and dies has done all that was asked of it.
    @Test
    void aSourceThatDiesAfterwardsIsNoLoss() throws Exception {
        long pid = pid();
        var migration = migration();
        migration.untilStopped(LONG);
        var ports = attach();
        goOn(migration, LONG);
        Processes.kill(pid, Processes.SIGKILL);
        migration.done();
        ports.close();
        lab.assertReaches("client", "10.0.10.11");
        assertThat(hasFailed()).isFalse();
        assertThat(processes()).hasSize(1).doesNotContain(pid);
    }
}
