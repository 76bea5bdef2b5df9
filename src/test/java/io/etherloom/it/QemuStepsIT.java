package io.etherloom.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// QEMU dies at each step of its monitors during a live migration and a start: in front of a command, or when it has carried it out and nobody has read the answer. In between
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
    void standBetween() throws Exception {
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
    }

    private void up(String netdev) throws Exception {
        var topology = Files.readString(Path.of("topologies/vmotion-qemu.yaml")).replaceFirst("\nname: .*", "\nname: LAB");
        assertThat(topology).contains("kind: qemu,");
        launcher.good("up", launcher.topology("", topology.replace("kind: qemu,", "kind: qemu, netdev: " + netdev + ",")), "--detach");
    }

    private void awaitGuest(String as) throws Exception {
        assertThat(launcher.good("exec", "web1", "--", "hostname")).as(as).isEqualTo("web1\n");
    }

    @AfterEach
    void end() throws Exception {
        if (launcher != null) {
            launcher.end();
        }
    }

    @Test
    void aFewSteps() throws Exception {
        up("tap");
        dieInStart(1);
        dieInMove(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"stream", "tap"})
    @Tag("soak")
    void everyStep(String netdev) throws Exception {
        up(netdev);
        if (netdev.equals("tap")) {
            dieInStart(Integer.MAX_VALUE);      // Others are not plugged in by the monitor.
        }
        dieInMove(Integer.MAX_VALUE);
    }

    private void dieInStart(int most) throws Exception {
        for (var step : some(most, each(Stream.of("qmp_capabilities", "getfd", "netdev_add", "device_add", "system_reset", "cont").map(command -> "source " + command)))) {
            var as = "seed " + seed + ", start: " + step;
            launcher.good("vm", "off", "web1");
            order(step);
            var outcome = launcher.run("vm", "on", "web1");
            System.out.println("start, " + step + ": exit status " + outcome.status() + "; " + outcome.all().strip());
            requireDeath(as, outcome);
            assertThat(outcome.status()).as(as).isNotZero();
            assertThat(outcome.err().strip().lines()).as(as).singleElement().asString().contains("web1: QEMU was killed by signal 9");
            launcher.good("vm", "on", "web1");
            awaitGuest(as);
        }
    }

    private void dieInMove(int most) throws Exception {
        awaitGuest("move");
        Files.deleteIfExists(said());
        assertThat(move().status()).isZero();
        var steps = stepsOfTheMove();
        assertThat(steps).extracting(Step::toString).contains("source migrate before", "source migrate-continue after", "target migrate-incoming after", "target cont before");
        for (var step : some(most, steps)) {
            die(step);
        }
    }

    private List<Step> some(int most, List<Step> steps) {
        Collections.shuffle(steps, new Random(seed));
        return steps.subList(0, Math.min(most, steps.size()));
    }

    private Path said() {
        return between.resolve("said");
    }

    private void order(Step step) throws Exception {
        Files.writeString(between.resolve("order"), step.toString());
    }

    private void requireDeath(String as, Command.Outcome outcome) {
        assertThat(Files.exists(between.resolve("order"))).as(as + ": it has died; " + outcome.all()).isFalse();
    }

    /// What the lab has said to either side in a move in which nobody died.
    private List<Step> stepsOfTheMove() throws Exception {
        var steps = each(Files.readAllLines(said()).stream().distinct().filter(line -> !line.contains("query-rx-filter")));
        steps.removeIf(step -> step.role().equals("source") && step.command().equals("set_link"));      // Not in a move.
        return steps;
    }

    private static List<Step> each(Stream<String> commands) {
        var steps = new ArrayList<Step>();
        commands.map(line -> line.split(" ")).forEach(words -> {
            steps.add(new Step(words[0], words[1], "before"));
            steps.add(new Step(words[0], words[1], "after"));
        });
        return steps;
    }

    private void die(Step step) throws Exception {
        var as = "seed " + seed + ", " + step;
        var from = host();
        order(step);
        var outcome = move();
        requireDeath(as, outcome);
        boolean isOff = launcher.shown("vms", "name", "web1").path("power").asString().equals("off");
        System.out.println(step + ": exit status " + outcome.status() + ", " + (isOff ? "off" : "runs") + " on " + host() + "; " + outcome.all().strip().lines().toList().getLast());
        var hadGuest = step.role().equals("source") || step.command().equals("cont") && step.when().equals("after");
        assertThat(isOff).as(as + ": off only with the process that had the guest; " + outcome.all()).isIn(hadGuest, false);
        if (outcome.status() == 0) {
            assertThat(host()).as(as).isNotEqualTo(from);
        } else if (!isOff) {
            assertThat(host()).as(as).isEqualTo(from);
            assertThat(outcome.err()).as(as).contains("web1 cannot be carried to ").containsAnyOf("QEMU is gone", "QEMU was killed by signal 9", "QEMU at the target is gone");
        }
        if (isOff) {
            launcher.good("vm", "on", "web1");
            awaitGuest(as);
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
