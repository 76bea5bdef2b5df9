package io.etherloom.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/// Labs of an ordinary user. The test is root only to become one, in a mount namespace where `/dev/net/tun` is open to all, as udev makes it
/// on most machines. The same lab with root rights is tried beside it: a user should not see a difference.
final class RootlessIT {
    private static final String TUN_FOR_ALL = "mount -t tmpfs tmpfs /dev/net && mknod -m 666 /dev/net/tun c 10 200 && ";
    private static final String AS_NOBODY = "exec setpriv --reuid 65534 --regid 65534 --clear-groups \"$@\"";

    @TempDir(cleanup = CleanupMode.ALWAYS)
    private Path folder;

    private final List<Process> started = new ArrayList<>();
    private Path state;
    private String classPath;

    @BeforeEach
    void needsRoot() throws Exception {
        assumeTrue(UserIds.ofThisProcess().isRoot(), "needs root, to become an ordinary user with a /dev/net/tun open to all");
        assumeTrue(Programs.run(asNobody(Rootless.command(List.of("true")))).status() == 0, "needs a kernel that lets ordinary users make user namespaces");
        classPath = LabProcess.publicClassPath(Files.createDirectory(folder.resolve("classes")));
        state = folder.resolve("state");
        Programs.run(List.of("chmod", "0777", folder.toString()));
    }

    @AfterEach
    void leavesNothingBehind() throws Exception {
        for (var process : started) process.destroyForcibly().waitFor();
    }

    /// A mount namespace of the test's own, and in it a user without rights.
    private static List<String> asNobody(List<String> command) {
        var words = new ArrayList<>(List.of("unshare", "--mount", "sh", "-c", TUN_FOR_ALL + AS_NOBODY, "sh"));
        words.addAll(command);
        return words;
    }

    private Process lab(String run) throws Exception {
        var process = LabProcess.start(asNobody(Rootless.command(LabProcess.command(classPath, state, "mine", run, "web1", "web2"))));
        started.add(process);
        return process;
    }

    private static List<String> setpriv(List<String> command) {
        var words = new ArrayList<>(List.of("setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"));
        words.addAll(command);
        return words;
    }

    private List<String> exec(String vm, String... command) {
        return setpriv(ExecProcess.command(classPath, state, "mine", vm, command));
    }

    @Test
    void runsALabOfAnOrdinaryUserAndLeavesNoTrace() throws Exception {
        var process = lab("echo up; echo down >&2; exit 3");
        assertThat(Programs.run(List.of("ip", "netns")).text()).doesNotContain("el-mine");
        assertThat(Files.readString(Path.of("/etc/hosts"))).doesNotContain("web2");

        assertThat(Programs.run(exec("web1", "cat", "/sys/class/net/eth0/address")).text()).matches("([0-9a-f]{2}:){5}[0-9a-f]{2}");
        assertThat(Programs.run(exec("web1", "getent", "hosts", "web2")).text()).startsWith("127.0.0.2");
        assertThat(Programs.run(exec("web1", "ip", "netns")).text().lines()).containsExactlyInAnyOrder("el-mine-web1", "el-mine-web2");
        assertThat(Programs.run(exec("web2", "id", "-u")).text()).isEqualTo("0");

        process.getOutputStream().write('\n');
        process.getOutputStream().flush();
        var said = new String(process.getInputStream().readAllBytes());
        assertThat(said).endsWith("done\n");
        try (var left = Files.list(state)) {
            assertThat(left).containsExactly(state.resolve(".lock"));
        }
    }

    @Test
    void givesACommandATerminalItsSignalsAndItsStatus() throws Exception {
        lab("");
        assertThat(Programs.run(exec("web1", "sh", "-c", "exit 7")).status()).isEqualTo(7);
        assertThat(Programs.run(List.of("script", "-qec", ExecProcess.shellQuoted(exec("web1", "tty")), "/dev/null")).text()).startsWith("/dev/pts/");
        var directory = new ProcessBuilder(exec("web1", "pwd")).directory(folder.resolve("classes").toFile()).start();
        assertThat(new String(directory.getInputStream().readAllBytes()).strip()).isEqualTo(folder.resolve("classes").toString());

        var trapped = new ProcessBuilder(exec("web1", "sh", "-c", "trap 'exit 9' TERM; echo up; while :; do sleep 0.05; done")).start();
        started.add(trapped);
        assertThat(trapped.inputReader().readLine()).isEqualTo("up");
        trapped.destroy();
        assertThat(trapped.waitFor(5, TimeUnit.SECONDS)).isTrue();
        assertThat(trapped.exitValue()).isEqualTo(9);
    }

    @Test
    void sweepsTheProcessesOfAKilledLabAndNoOthersOfItsUser() throws Exception {
        var process = lab("sleep 71 & sleep 72");
        var bystander = new ProcessBuilder(asNobody(Rootless.command(List.of("sleep", "73")))).start();
        started.add(bystander);
        var shell = new ProcessBuilder(exec("web2", "sh", "-c", "echo up; sleep 74")).start();
        started.add(shell);
        assertThat(shell.inputReader().readLine()).isEqualTo("up");
        var record = LabRecord.read(state.resolve("mine"));
        ProcessHandle.of(record.pid()).orElseThrow().destroyForcibly();

        var sweep = new ArrayList<>(List.of(System.getProperty("java.home") + "/bin/java", "--enable-native-access=ALL-UNNAMED", "-cp", classPath,
            RegistrySweep.class.getName(), state.toString()));
        assertThat(Programs.run(setpriv(sweep)).text()).contains("the lab mine (pid " + record.pid() + ") was killed").contains("0 namespaces, 5 processes");
        assertThat(process.waitFor(5, TimeUnit.SECONDS)).isTrue();
        assertThat(shell.waitFor(5, TimeUnit.SECONDS)).isTrue();
        assertThat(bystander.isAlive()).isTrue();
        assertThat(state.resolve("mine")).doesNotExist();
    }

    @Test
    void saysWhatKeepsAnOrdinaryUserFromRunningALab() {
        var ask = List.of(System.getProperty("java.home") + "/bin/java", "-cp", classPath, RootlessQuestion.class.getName());
        assertThat(Programs.run(asNobody(ask)).text()).isEqualTo("true true");
        var closed = new ArrayList<>(List.of("unshare", "--mount", "sh", "-c",
            TUN_FOR_ALL.replace("666", "600") + AS_NOBODY, "sh"));
        closed.addAll(ask);
        assertThat(Programs.run(closed).text()).startsWith("true false this user must not open /dev/net/tun").contains("sudo chmod 0666 /dev/net/tun");
    }

    @Test
    void worksOnAMachineWithoutAFolderForNamespaces() throws Exception {
        var withoutNetns = new ArrayList<>(List.of("unshare", "--mount", "sh", "-c",
            "mount -t tmpfs -o mode=755 tmpfs /run && mkdir /run/kept && echo yes > /run/kept/file && echo yes > /run/file && ln -s kept /run/link && "
                + TUN_FOR_ALL + AS_NOBODY, "sh"));
        withoutNetns.addAll(Rootless.command(LabProcess.command(classPath, state, "mine", "cat /run/file /run/link/file > " + folder + "/seen", "web1")));
        var process = LabProcess.start(withoutNetns);
        started.add(process);
        assertThat(Programs.run(exec("web1", "ip", "netns")).text()).isEqualTo("el-mine-web1");
        assertThat(folder.resolve("seen")).hasContent("yes\nyes\n");
    }

    /// Sweeps once, as any command does first.
    static final class RegistrySweep {
        private RegistrySweep() {}

        public static void main(String[] arguments) {
            new LabRegistry(StateDirectory.at(Path.of(arguments[0]))).sweep(System.out::println);
        }
    }

    /// Says whether a user namespace is needed, whether it would work, and why not.
    static final class RootlessQuestion {
        private RootlessQuestion() {}

        public static void main(String[] arguments) {
            var problem = Rootless.problem();
            System.out.println(Rootless.isNeeded() + " " + (problem == null) + (problem == null ? "" : " " + problem));
        }
    }
}
