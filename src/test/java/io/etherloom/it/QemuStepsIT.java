package io.etherloom.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// QEMU dies at each step of its monitor during a live migration: in front of a command, or when it has carried it out and nobody has read the answer. In between
/// stands a program that the lab finds in its `PATH` under the name of QEMU; all else is as always. `-Dseed=` chooses the same steps again.
class QemuStepsIT {
    @TempDir
    private Path folder;

    private final long seed = Long.getLong("seed", System.nanoTime());
    private final String lab = LocalLab.name("");
    private Path between;
    private Launcher launcher;

    /// One command to the QEMU of one side.
    private record Step(String role, String command, String when) {
        @Override
        public String toString() {
            return role + " " + command + " " + when;
        }
    }

    @BeforeEach
    void startLab() throws Exception {
        Need.root();
        Need.jar();
        Need.qemu();
        Need.programs("python3", "ping");
        between = Files.createDirectory(folder.resolve("between"));
        var program = Files.writeString(between.resolve("qemu-system-x86_64"), 
            Files.readString(Path.of("src/test/resources/qemu/between.py")).replace("@QEMU@", Command.run("sh", "-c", "command -v qemu-system-x86_64").out().strip()));
        assertThat(program.toFile().setExecutable(true)).isTrue();
        launcher = new Launcher(folder);
        launcher.environment("PATH", between + ":" + System.getenv("PATH"));
        launcher.good("up", launcher.topology("", Files.readString(Path.of("topologies/vmotion-qemu.yaml")).replaceFirst("\nname: .*", "\nname: LAB")), "--detach");
        assertThat(launcher.good("exec", "web1", "--", "hostname")).isEqualTo("web1\n");
    }

    @AfterEach
    void end() throws Exception {
        if (launcher != null) {
            launcher.end();
        }
    }

    @Test
    void aFewSteps() throws Exception {
        die(2);
    }

    @Test
    @Tag("soak")
    void everyStep() throws Exception {
        die(Integer.MAX_VALUE);
    }

    private void die(int most) throws Exception {
        assertThat(move().status()).isZero();
        var steps = steps();
        assertThat(steps).extracting(Step::toString).contains("source migrate before", "source migrate-continue after", "target migrate-incoming after", "target cont before");
        Collections.shuffle(steps, new Random(seed));
        for (var step : steps.subList(0, Math.min(most, steps.size()))) {
            die(step);
        }
    }

    /// What the lab has said to either side in a move in which nobody died.
    private List<Step> steps() throws Exception {
        var steps = new ArrayList<Step>();
        Files.readAllLines(between.resolve("said")).stream().distinct().filter(line -> !line.contains("query-rx-filter")).forEach(line -> {
            var words = line.split(" ");
            steps.add(new Step(words[0], words[1], "before"));
            steps.add(new Step(words[0], words[1], "after"));
        });
        steps.removeIf(step -> step.role().equals("source") && (step.command().equals("qmp_capabilities") || step.command().equals("set_link")));      // Not in a move.
        return steps;
    }

    private void die(Step step) throws Exception {
        var as = "seed " + seed + ", " + step;
        var from = host();
        Files.writeString(between.resolve("order"), step.toString());
        var outcome = move();
        assertThat(Files.exists(between.resolve("order"))).as(as + ": it has died; " + outcome.all()).isFalse();
        boolean isOff = launcher.shown("vms", "name", "web1").path("power").asString().equals("off");
        System.out.println(step + ": exit status " + outcome.status() + ", " + (isOff ? "off" : "runs") + " on " + host() + "; " + outcome.all().strip().lines().toList().getLast());
        var hadGuest = step.role().equals("source") || step.command().equals("cont") && step.when().equals("after");
        assertThat(isOff).as(as + ": off only with the process that had the guest; " + outcome.all()).isIn(hadGuest, false);
        if (outcome.status() == 0) {
            assertThat(host()).as(as).isNotEqualTo(from);
        } else if (!isOff) {
            assertThat(host()).as(as).isEqualTo(from);
            assertThat(outcome.err()).as(as).contains("web1").containsAnyOf("QEMU is gone", "QEMU was killed by signal 9", "QEMU at the target is gone");
        }
        if (isOff) {
            launcher.good("vm", "on", "web1");
            assertThat(launcher.good("exec", "web1", "--", "hostname")).as(as).isEqualTo("web1\n");
        }
        var ping = launcher.run("exec", "client", "--", "ping", "-n", "-c", "3", "-i", "0.2", "-W", "5", "10.0.10.11");
        assertThat(ping.out()).as(as).contains("bytes from").doesNotContain("DUP!");
        Await.until(as + ": one process", () -> guests().size() == 1);
    }

    private List<Long> guests() {
        return ProcessHandle.allProcesses().map(ProcessHandle::pid).filter(pid -> {
            try {
                return Files.readString(Path.of("/proc", Long.toString(pid), "cmdline"), StandardCharsets.ISO_8859_1).contains("unix:" + folder + "/state/" + lab + "/q/");
            } catch (java.io.IOException e) {
                return false;
            }
        }).toList();
    }

    private Command.Outcome move() throws Exception {
        return launcher.run("vmotion", "web1", "--to", host().equals("esx1") ? "esx2" : "esx1");
    }

    private String host() throws Exception {
        return launcher.shown("vms", "name", "web1").path("host").asString();
    }
}
