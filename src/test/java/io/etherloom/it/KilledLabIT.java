package io.etherloom.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.etherloom.linux.Processes;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `kill -9` at any moment: the next command of any kind removes what is left, and nothing else. `-Dseed=` runs the same moments again.
class KilledLabIT {
    private static final int VMS = 12;
    private static final String TOPOLOGY = """
        name: LAB
        hosts:
          esx1:
            pnics: { vmnic0: { tap: LABu } }
            vSwitches: { vSwitch0: { uplinks: [vmnic0], portGroups: { Ten: { vlan: 10 } } } }
            vmkernel: { vmk0: { portGroup: Ten, ip: 10.9.0.100/24 } }
        vms:
        """ + IntStream.rangeClosed(1, VMS)
            .mapToObj(i -> "  vm%d: { host: esx1, nics: [ { portGroup: Ten, ip: 10.9.0.%d/24 } ], run: [ \"sleep 1000\", \"sleep 1001 & sleep 1002\" ] }\n".formatted(i, i))
            .collect(Collectors.joining());

    @TempDir
    private Path folder;

    private final long seed = Long.getLong("seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final String lab = LocalLab.name("");
    /// Names that only begin like ours.
    private final String foreignNamespace = "el-" + lab + "x-vm1";
    private final String foreignTap = "x" + lab;
    private Path foreignHosts;
    private Launcher launcher;
    private String file;

    @BeforeEach
    void makeForeignThings() throws Exception {
        Need.root();
        Need.jar();
        launcher = new Launcher(folder);
        file = launcher.topology("", TOPOLOGY);
        foreignHosts = Path.of("/etc/netns", foreignNamespace, "hosts");
        assertThat(Command.run("ip", "netns", "add", foreignNamespace).status()).isZero();
        assertThat(Command.run("ip", "tuntap", "add", "dev", foreignTap, "mode", "tap").status()).isZero();
        Files.createDirectories(foreignHosts.getParent());
        Files.writeString(foreignHosts, "127.0.0.1 precious\n");
    }

    @AfterEach
    void leavesNothing() throws Exception {
        if (launcher == null) return;
        try {
            assertThat(Files.exists(Path.of("/run/netns", foreignNamespace))).as("the foreign namespace").isTrue();
            assertThat(Files.exists(Path.of("/sys/class/net", foreignTap))).as("the foreign TAP").isTrue();
            assertThat(foreignHosts).hasContent("127.0.0.1 precious\n");
            launcher.end();
        } finally {
            Command.run("ip", "netns", "delete", foreignNamespace);
            Command.run("ip", "link", "delete", foreignTap);
            Files.deleteIfExists(foreignHosts);
            Files.deleteIfExists(foreignHosts.getParent());
        }
    }

    @Test
    void leavesNothingWhenKilledIdle() throws Exception {
        launcher.good("up", file, "--detach");
        try (var bystander = Command.start("ip", "netns", "exec", foreignNamespace, "sleep", "1000")) {
            Await.until("the commands of the VMs run", () -> Traces.processes(lab, launcher.state()).size() > 2 * VMS);
            Processes.kill(launcher.pid(lab), Processes.SIGKILL);
            var next = launcher.run("ls");
            assertThat(next.status()).as(next.all()).isZero();
            assertThat(next.err()).contains("the lab " + lab).contains("was killed").contains(VMS + 1 + " namespaces");
            Traces.assertNone(lab, launcher.state());
            assertThat(bystander.isAlive()).isTrue();
        }
        assertThat(launcher.good("clean")).contains("nothing to remove");
    }

    /// Each phase of starting, and some milliseconds more.
    @Test
    void leavesNothingWhenKilledDuringUp() throws Exception {
        var record = launcher.state().resolve(lab).resolve("lab.json");
        Callable<Boolean> isClaimed = () -> Files.exists(record);
        Callable<Boolean> hasNamespaces = () -> !Traces.entries(Path.of("/run/netns"), "el-" + lab + "-").isEmpty();
        Callable<Boolean> runsCommands = () -> Traces.processes(lab, launcher.state()).size() > 3;
        for (var phase : java.util.List.of(isClaimed, hasNamespaces, hasNamespaces, runsCommands)) {
            try (var up = launcher.start("up", file)) {
                Await.until("it has begun", () -> phase.call() || !up.isAlive());
                assertThat(up.isAlive()).as(up.err()).isTrue();
                pause(25);
                Processes.kill(up.pid(), Processes.SIGKILL);
                up.await();
            }
            assertSwept();
        }
    }

    @Test
    void leavesNothingWhenKilledDuringDown() throws Exception {
        for (int i = 0; i < 2; i++) {
            launcher.good("up", file, "--detach");
            long pid = launcher.pid(lab);
            var record = launcher.state().resolve(lab).resolve("lab.json");
            try (var down = launcher.start("down")) {
                Await.until("it is stopping", () -> !Files.exists(record) || Files.readString(record).contains("\"stopping\""));
                pause(100);
                Processes.kill(pid, Processes.SIGKILL);
                assertThat(down.await().status()).as("seed " + seed + ": " + down.err()).isZero();
            }
            Traces.assertNone(lab, launcher.state());
        }
    }

    private void pause(int atMostMillis) {
        LockSupport.parkNanos(random.nextLong(atMostMillis * 1_000_000L));
    }

    private void assertSwept() throws Exception {
        var next = launcher.run("ls");
        assertThat(next.status()).as("seed " + seed + ": " + next.all()).isZero();
        try {
            Traces.assertNone(lab, launcher.state());
        } catch (AssertionError e) {
            throw new AssertionError("seed " + seed + ": " + next.all(), e);
        }
    }
}
