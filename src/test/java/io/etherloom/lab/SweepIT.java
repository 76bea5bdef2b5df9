package io.etherloom.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.etherloom.linux.Netns;
import io.etherloom.linux.ProcessState;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What is left of labs whose process is killed, with real namespaces, TAPs and processes.
final class SweepIT {
    @TempDir
    private Path folder;

    private final Netns netns = new Netns();
    private final List<String> said = new ArrayList<>();
    private final List<Process> started = new ArrayList<>();
    private final String lab = "t" + ProcessHandle.current().pid();
    private LabRegistry registry;

    @BeforeEach
    void needsRoot() {
        assumeTrue(UserIds.ofThisProcess().isRoot(), "needs root, to make network namespaces and TAPs");
        assumeTrue(Files.exists(Path.of("/dev/net/tun")), "needs /dev/net/tun");
        registry = new LabRegistry(StateDirectory.at(folder.resolve("state")));
    }

    @AfterEach
    void leavesNothingBehind() throws Exception {
        for (var process : started) process.destroyForcibly().waitFor();
        if (registry != null) registry.sweep(said::add);
        netns.list("el-" + lab).forEach(netns::delete);
    }

    private Process lab(String name, String run, String... vms) throws Exception {
        var process = LabProcess.start(LabProcess.command(System.getProperty("java.class.path"), folder.resolve("state"), name, run, vms));
        started.add(process);
        return process;
    }

    private Process inside(String namespace, String... command) throws Exception {
        var words = new ArrayList<>(List.of("ip", "netns", "exec", namespace));
        words.addAll(List.of(command));
        var process = new ProcessBuilder(words).start();
        started.add(process);
        while (!netns.processes(namespace).contains(process.pid())) Thread.onSpinWait();
        return process;
    }

    @Test
    void removesAllOfAKilledLabAndNothingElse() throws Exception {
        netns.create(List.of("el-" + lab + "x-foreign", "el-" + lab + "-foreign"));
        try {
            var stranger = inside("el-" + lab + "-foreign", "sleep", "60");
            var other = lab(lab + "b", "", "web1");
            var victim = lab(lab, "trap '' TERM; sleep 61 & sleep 62", "web1", "web2", "db1");
            var shell = inside("el-" + lab + "-web2", "sleep", "63");
            assertThat(netns.processes("el-" + lab + "-web1")).isNotEmpty();
            var inodes = List.of(netns.inode("el-" + lab + "-web1"), netns.inode("el-" + lab + "-web2"), netns.inode("el-" + lab + "-db1"));
            assertThat(registry.sweep(said::add)).isEmpty();
            assertThat(registry.labs()).hasSize(2);

            victim.destroyForcibly();
            assertThat(registry.sweep(said::add)).containsExactly(lab);

            assertThat(said.getLast()).contains("3 namespaces").startsWith("the lab " + lab + " (pid " + victim.pid() + ") was killed");
            assertThat(shell.waitFor(1, TimeUnit.SECONDS)).isTrue();
            assertThat(Inhabitants.ofNetworks(inodes).list()).isEmpty();
            assertThat(netns.list("el-" + lab)).containsExactly("el-" + lab + "-foreign", "el-" + lab + "b-web1", "el-" + lab + "x-foreign");
            assertThat(Path.of("/etc/netns/el-" + lab + "-web1")).doesNotExist();
            assertThat(Path.of("/etc/netns/el-" + lab + "b-web1/hosts")).exists();
            assertThat(stranger.isAlive()).isTrue();
            assertThat(other.isAlive()).isTrue();
            assertThat(registry.labs()).extracting(LabRecord::name).containsExactly(lab + "b");

            endInOrder(other);
            assertThat(registry.folders()).isEmpty();
            assertThat(netns.exists("el-" + lab + "b-web1")).isFalse();
            assertThat(hasEtcNetnsNothingOfOurs()).isTrue();
        } finally {
            netns.delete("el-" + lab + "x-foreign");
        }
    }

    @Test
    void waitsForALabThatIsStillDyingAndSaysSo() throws Exception {
        var vms = new String[30];
        for (int i = 0; i < vms.length; i++) vms[i] = "vm" + i;
        var victim = lab(lab, "", vms);
        var stamp = registry.lab(lab).process();

        victim.destroyForcibly();
        assertThat(stamp.state()).isEqualTo(ProcessState.DYING);
        assertThat(registry.labs()).isEmpty();
        try (var claim = registry.claim(lab, Path.of("again.yaml"), "0.1", said::add)) {
            assertThat(stamp.state()).isEqualTo(ProcessState.GONE);
            assertThat(claim.record().namespaces()).isEmpty();
        }
        assertThat(said.getFirst()).isEqualTo("waiting for the lab " + lab + " (pid " + victim.pid() + ") to finish dying …");
        assertThat(netns.list("el-" + lab)).isEmpty();
    }

    @Test
    void sweepsALabThatWasKilledBetweenItsRecordAndItsNamespaces() throws Exception {
        var victim = lab(lab, "", "web1", "web2");
        netns.delete("el-" + lab + "-web2");
        Files.delete(Path.of("/etc/netns/el-" + lab + "-web2/hosts"));
        victim.destroyForcibly();
        assertThat(registry.sweep(said::add)).containsExactly(lab);
        assertThat(said.getLast()).contains("1 namespace,");
        assertThat(netns.list("el-" + lab)).isEmpty();
    }

    @Test
    void cleansByNameWhereTheRecordIsDamaged() throws Exception {
        var victim = lab(lab, "", "web1");
        var other = lab(lab + "-web1", "", "x");
        victim.destroyForcibly().waitFor();
        Files.writeString(folder.resolve("state").resolve(lab).resolve(LabRecord.FILE), "{");

        assertThat(registry.sweep(said::add)).containsExactly(lab);
        assertThat(netns.list("el-" + lab)).containsExactly("el-" + lab + "-web1-x");
        assertThat(said).singleElement().asString().contains("is damaged").contains("1 namespace,");
        endInOrder(other);
    }

    @Test
    void touchesNothingThatIsOnRecordButHasNotTheNameOfTheLab() throws Exception {
        var foreign = List.of("el-" + lab + "x-other", "web-" + lab);
        netns.create(foreign);
        try {
            var directory = Files.createDirectories(registry.state().prepare().resolve(lab));
            new LabRecord(lab, new ProcessStamp(1, 1, "another boot"), "0.1", directory, "", "/t.yaml", "", false, LabRecord.State.READY, "", foreign).write();
            assertThat(registry.sweep(said::add)).containsExactly(lab);
            assertThat(said).singleElement().asString().contains("0 namespaces");
            assertThat(foreign).allMatch(netns::exists);
        } finally {
            foreign.forEach(netns::delete);
        }
    }

    @Test
    void killsNobodyInTheNamespaceOfTheMachine() {
        assertThat(Inhabitants.ofNetworks(List.of(Netns.ownInode())).list()).isEmpty();
    }

    @Test
    void leavesANamespaceAloneThatTookANameBeforeTheLab() throws Exception {
        netns.create("el-" + lab + "-web1");
        long inode = netns.inode("el-" + lab + "-web1");
        assertThatThrownBy(() -> lab(lab, "", "web1")).hasMessageContaining("exists already and is not this lab's");
        registry.sweep(said::add);
        assertThat(netns.inode("el-" + lab + "-web1")).isEqualTo(inode);
    }

    @Test
    void endsInOrderWithoutATrace() throws Exception {
        var process = lab(lab, "sleep 64 & trap '' TERM; while :; do sleep 1; done", "web1", "web2");
        var ping = Programs.run(List.of("ip", "netns", "exec", "el-" + lab + "-web1", "getent", "hosts", "web2"));
        assertThat(ping.text()).startsWith("127.0.0.2");
        assertThat(endInOrder(process)).doesNotContain("run-ended");
        assertThat(registry.folders()).isEmpty();
        assertThat(netns.list("el-" + lab)).isEmpty();
        assertThat(hasEtcNetnsNothingOfOurs()).isTrue();
    }

    @Test
    void sweepsALabThatWasKilledWhileItStarted() throws Exception {
        var vms = new String[40];
        for (int i = 0; i < vms.length; i++) vms[i] = "vm" + i;
        for (BooleanSupplier moment : List.<BooleanSupplier>of(
                () -> Files.exists(folder.resolve("state").resolve(lab)),
                () -> netns.exists("el-" + lab + "-vm3"),
                () -> Files.exists(Path.of("/etc/netns/el-" + lab + "-vm20")))) {
            var process = new ProcessBuilder(LabProcess.command(System.getProperty("java.class.path"), folder.resolve("state"), lab, "sleep 65", vms)).start();
            started.add(process);
            while (!moment.getAsBoolean() && process.isAlive()) Thread.onSpinWait();
            process.destroyForcibly();
            registry.sweep(said::add);
            assertThat(registry.folders()).isEmpty();
            assertThat(netns.list("el-" + lab)).isEmpty();
            assertThat(hasEtcNetnsNothingOfOurs()).isTrue();
        }
        assertThat(said).hasSizeGreaterThanOrEqualTo(3);
    }

    @Test
    void sweepsALabThatWasKilledWhileItEnded() throws Exception {
        var process = lab(lab, "trap '' TERM; while :; do sleep 1; done", "web1", "web2");
        process.getOutputStream().write('\n');
        process.getOutputStream().flush();
        while (LabRecord.read(folder.resolve("state").resolve(lab)).state() != LabRecord.State.STOPPING) Thread.onSpinWait();
        process.destroyForcibly();
        assertThat(registry.sweep(said::add)).containsExactly(lab);
        assertThat(said.getLast()).contains("2 namespaces,");
        assertThat(netns.list("el-" + lab)).isEmpty();
    }

    @Test
    void letsOneOfSeveralProcessesHaveTheName() throws Exception {
        var command = LabProcess.command(System.getProperty("java.class.path"), folder.resolve("state"), lab, "", "web1");
        var processes = new ArrayList<Process>();
        for (int i = 0; i < 3; i++) processes.add(new ProcessBuilder(command).redirectErrorStream(true).start());
        started.addAll(processes);
        var first = new ArrayList<String>();
        for (var process : processes) first.add(String.valueOf(process.inputReader().readLine()));
        assertThat(first).filteredOn("ready"::equals).hasSize(1);
        assertThat(first).filteredOn(line -> line.contains("a lab " + lab + " runs already (pid ")).hasSize(2);
    }

    @Test
    void claimsNothingWhileAnotherProcessHasTheRegistry() throws Exception {
        var holder = new ProcessBuilder(System.getProperty("java.home") + "/bin/java", "-cp", System.getProperty("java.class.path"),
            RegistryHolder.class.getName(), folder.resolve("state").toString()).start();
        started.add(holder);
        assertThat(holder.inputReader().readLine()).isEqualTo("held");
        try (var thread = Executors.newSingleThreadExecutor()) {
            var claim = thread.submit(() -> registry.claim(lab, Path.of("t.yaml"), "0.1", said::add));
            assertThatThrownBy(() -> claim.get(200, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);
            holder.destroyForcibly();
            claim.get().close();
        }
    }

    /// Has the registry's lock until it is killed.
    static final class RegistryHolder {
        private RegistryHolder() {}

        public static void main(String[] arguments) throws Exception {
            try (var _ = RegistryLock.take(StateDirectory.at(Path.of(arguments[0])).prepare())) {
                System.out.println("held");
                System.in.read();
            }
        }
    }

    @Test
    void entersAVmWithATerminalAndItsStatus() throws Exception {
        lab(lab, "", "web1");
        var exec = ExecProcess.command(System.getProperty("java.class.path"), folder.resolve("state"), lab, "web1", "sh", "-c",
            "tty; cat /sys/class/net/eth0/ifindex; exit 7");
        var outcome = Programs.run(List.of("script", "-qec", ExecProcess.shellQuoted(exec), "/dev/null"));
        assertThat(outcome.text().lines()).satisfiesExactly(line -> assertThat(line).startsWith("/dev/pts/"), line -> assertThat(line).isEqualTo("2"));
        assertThat(outcome.status()).isEqualTo(7);
    }

    @Test
    void warnsOfACommandThatFailsAndKeepsWhatItWrote() throws Exception {
        var go = folder.resolve("go");
        var process = lab(lab, "echo out; echo err >&2; while [ ! -e " + go + " ]; do sleep 0.05; done; exit 3", "web1");
        Files.createFile(go);
        var warning = process.inputReader().readLine();
        assertThat(warning).contains("WARN").contains("event=run-ended vm=web1 command=").contains("status=3");
        assertThat(registry.lab(lab).runLog("web1")).hasContent("out\nerr\n");
    }

    @Test
    void leavesNothingWhenTheDiskIsFull() throws Exception {
        var disk = Files.createDirectory(folder.resolve("disk"));
        assertThat(Programs.run(List.of("mount", "-t", "tmpfs", "-o", "size=8k,mode=0700", "tmpfs", disk.toString())).status()).isZero();
        try {
            var full = new LabRegistry(StateDirectory.at(disk));
            Files.write(disk.resolve(".filler"), new byte[8192]);
            assertThatThrownBy(() -> full.claim("quickstart", Path.of("t.yaml"), "0.1", said::add))
                .isInstanceOfSatisfying(LabException.class, e -> assertThat(e.kind()).isEqualTo(LabException.Kind.ENVIRONMENT))
                .hasMessageContaining("No space left on device");
            assertThat(full.folders()).isEmpty();
            Files.delete(disk.resolve(".filler"));
            full.claim("quickstart", Path.of("t.yaml"), "0.1", said::add).close();
        } finally {
            Programs.run(List.of("umount", disk.toString()));
        }
    }

    private boolean hasEtcNetnsNothingOfOurs() throws Exception {
        if (!Files.exists(Path.of("/etc/netns"))) return true;
        try (var folders = Files.list(Path.of("/etc/netns"))) {
            return folders.noneMatch(folder -> folder.getFileName().toString().startsWith("el-" + lab));
        }
    }

    private static String endInOrder(Process process) throws Exception {
        process.getOutputStream().write('\n');
        process.getOutputStream().flush();
        var said = new String(process.getInputStream().readAllBytes());
        assertThat(said).endsWith("done\n");
        assertThat(process.waitFor()).isZero();
        return said;
    }
}
