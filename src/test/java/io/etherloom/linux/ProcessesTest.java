package io.etherloom.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ProcessesTest {
    private static final String JAVA = Path.of(System.getProperty("java.home"), "bin", "java").toString();

    @Test
    void tellsALivingProcessFromADeadOneAndFromAnotherWithItsNumber() throws Exception {
        var sleeper = new ProcessBuilder("sleep", "60").start();
        long start = ProcessState.startTicks(sleeper.pid());
        assertThat(start).isPositive();
        assertThat(ProcessState.of(sleeper.pid(), start)).isEqualTo(ProcessState.ALIVE);
        assertThat(ProcessState.of(sleeper.pid(), start - 1)).isEqualTo(ProcessState.GONE);
        assertThat(Processes.kill(sleeper.pid(), 0)).isZero();

        assertThat(Processes.kill(sleeper.pid(), Processes.SIGKILL)).isZero();
        assertThat(sleeper.waitFor()).isEqualTo(128 + Processes.SIGKILL);
        assertThat(ProcessState.of(sleeper.pid(), start)).isEqualTo(ProcessState.GONE);
        assertThat(ProcessState.startTicks(sleeper.pid())).isEqualTo(-1);
        assertThat(Processes.kill(sleeper.pid(), 0)).isEqualTo(-Errno.ESRCH);
    }

    @Test
    void refusesToSignalGroups() {
        assertThatThrownBy(() -> Processes.kill(-1, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Processes.kill(0, 0)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void knowsTheUser() throws Exception {
        var uid = java.nio.file.Files.getAttribute(Path.of("/proc/self"), "unix:uid");
        assertThat(Processes.effectiveUser()).isEqualTo(uid);
        assertThat(Processes.user()).isGreaterThanOrEqualTo(0);
    }

    @Test
    void pinsTheCallingThread() throws Exception {
        var failure = new Throwable[1];
        var allowed = new String[1];
        Thread.ofPlatform().start(() -> {
            try {
                Processes.pinThread(0);
                allowed[0] = java.nio.file.Files.readAllLines(Path.of("/proc/thread-self/status")).stream()
                    .filter(line -> line.startsWith("Cpus_allowed_list:")).findFirst().orElseThrow();
                Processes.pinThread(1023);
            } catch (Exception e) {
                failure[0] = e;
            }
        }).join();
        assertThat(allowed[0]).endsWith("\t0");
        assertThat(failure[0]).isInstanceOf(LinuxException.class).hasMessageContaining("EINVAL");
    }

    @Test
    void becomesAnotherProgramWithItsArgumentsEnvironmentAndStatus() throws Exception {
        var result = run("sh", "-c", "printf '%s|%s|' \"$1\" \"$COLOR\"; ls /proc/self/fd | wc -l; exit 7",
            "sh", "Grüße ☺");
        // ls holds 0, 1, 2 and the folder itself.
        assertThat(result.text()).isEqualTo("Grüße ☺|blue|4\n");
        assertThat(result.status()).isEqualTo(7);
    }

    @Test
    void becomesAnotherProgramWithoutBlockedSignals() throws Exception {
        // No shell in between: dash unblocks all signals by itself.
        assertThat(run("grep", "SigBlk", "/proc/self/status").text()).isEqualTo("SigBlk:\t0000000000000000\n");
    }

    @Test
    void beginsASessionOfItsOwn() throws Exception {
        // Field 1 is the process, field 6 its session.
        var result = run("--session", "sh", "-c", "set -- $(cat /proc/$$/stat); echo $(($1 - $6))");
        assertThat(result).isEqualTo(new Result("0\n", 0));
        assertThat(run("sh", "-c", "set -- $(cat /proc/$$/stat); echo $(($1 - $6))").text()).isNotEqualTo("0\n");
    }

    @Test
    void takesASignalForTheParentsDeathButNoNumberThatIsNone() throws Exception {
        var failure = new Throwable[1];
        Thread.ofPlatform().start(() -> {
            try {
                Processes.signalWhenParentDies(Processes.SIGTERM);
                Processes.signalWhenParentDies(0);
                Processes.signalWhenParentDies(1_000);
            } catch (LinuxException e) {
                failure[0] = e;
            }
        }).join();
        assertThat(failure[0]).hasMessageContaining("prctl PR_SET_PDEATHSIG: EINVAL");
    }

    @Test
    void goesOnWhenThereIsNoSuchProgram() throws Exception {
        var result = run("/does/not/exist");
        assertThat(result.text()).isEqualTo("run /does/not/exist: ENOENT, no such file or directory\n");
        assertThat(result.status()).isEqualTo(3);
    }

    private record Result(String text, int status) {}

    private static Result run(String... command) throws Exception {
        var line = new java.util.ArrayList<>(List.of(JAVA, "--enable-native-access=ALL-UNNAMED", "-Dstdout.encoding=UTF-8", "-cp",
            System.getProperty("java.class.path"), Become.class.getName()));
        line.addAll(List.of(command));
        var builder = new ProcessBuilder(line).redirectErrorStream(true);
        // Otherwise the JVM could not read its own arguments.
        builder.environment().put("LC_ALL", "C.UTF-8");
        var process = builder.start();
        var text = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return new Result(text, process.exitValue());
    }

    /// The program that becomes another.
    static final class Become {
        private Become() {}

        public static void main(String[] command) {
            try {
                if (command[0].equals("--session")) {
                    Processes.beginSession();
                    command = java.util.Arrays.copyOfRange(command, 1, command.length);
                }
                leaveADescriptorOpenAndASignalBlocked();
                Processes.become(List.of(command), Map.of("COLOR", "blue", "PATH", "/usr/bin:/bin"));
            } catch (LinuxException e) {
                System.out.println(e.getMessage());
                System.exit(3);
            }
        }

        private static void leaveADescriptorOpenAndASignalBlocked() {
            var libc = Libc.current();
            libc.fcntl(libc.open("/dev/null", Libc.O_RDONLY, 0), Libc.F_SETFD, 0);
            var mask = java.lang.foreign.Arena.ofAuto().allocate(128, 8);
            mask.set(java.lang.foreign.ValueLayout.JAVA_LONG, 0, 1L << Processes.SIGTERM - 1);
            Processes.setSignalMask(libc, mask, java.lang.foreign.MemorySegment.NULL);
        }
    }
}
