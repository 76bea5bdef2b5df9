package io.etherloom.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.etherloom.linux.Netns;
import io.etherloom.linux.Processes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/// The benchmark as a process: a smoke over those peers that the machine has, and what stays when it is ended in the middle.
@Timeout(120)
class BenchIT {
    @TempDir
    private Path folder;
    private final List<Process> started = new ArrayList<>();

    @BeforeEach
    void needsRoot() {
        assumeTrue(Processes.effectiveUser() == 0, "network namespaces need root");
        assumeTrue(Files.exists(Path.of("target/etherloom.jar")), "the jar is not built");
    }

    @AfterEach
    void end() {
        started.forEach(Process::destroyForcibly);
    }

    private Process bench(String... words) throws IOException {
        // The results of a person's run, in target/bench, stay theirs.
        var command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin/java").toString(), "-XX:+UseSerialGC",
            "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow",
            "-Detherloom.home=" + Path.of("").toAbsolutePath(), "-Detherloom.bench.folder=" + folder,
            "-cp", System.getProperty("java.class.path"), BenchMain.class.getName()));
        command.addAll(List.of(words));
        var process = new ProcessBuilder(command).redirectOutput(folder.resolve("out").toFile()).redirectError(folder.resolve("err").toFile())
            .start();
        started.add(process);
        return process;
    }

    private String said() throws IOException {
        return Files.readString(folder.resolve("out")) + Files.readString(folder.resolve("err"));
    }

    private static List<String> leftBy(Process process) {
        return new Netns().list("el-bench-" + process.pid() + "-");
    }

    @Test
    void aSmokeMeasuresEveryPeerOfTheMachineAndLeavesNothing() throws Exception {
        var process = bench("--quick", "--only", "frames", "--chart", folder.resolve("chart.svg").toString());

        assertThat(process.waitFor(100, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(said()).isZero();
        var json = JsonMapper.shared().readTree(folder.resolve("result.json").toFile());
        var subjects = json.at("/results").valueStream().filter(it -> it.at("/quantity").asString().equals("60-byte frames"))
            .peek(it -> assertThat(it.at("/median").asDouble()).as(it.toString()).isPositive()).map(it -> it.at("/subject").asString()).toList();
        assertThat(subjects).contains("Etherloom", "Linux bridge");
        for (var peer : List.of(Subject.RELAY, Subject.OVS, Subject.VDE)) {
            assertThat(subjects.contains(peer.title()) || json.at("/notes").toString().contains(peer.title() + " is left out")).isTrue();
        }
        assertThat(Files.readString(folder.resolve("chart.svg"))).startsWith("<svg");
        assertThat(leftBy(process)).isEmpty();
    }

    @Test
    void whatItMadeGoesWithItWhenItIsEndedInTheMiddle() throws Exception {
        var process = bench("--only", "frames", "--peers", "etherloom,bridge");
        while (leftBy(process).isEmpty()) {
            assertThat(process.isAlive()).as(said()).isTrue();
            Thread.sleep(20);
        }

        process.destroy();

        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(leftBy(process)).isEmpty();
        assertThat(ProcessHandle.allProcesses().filter(it -> it.info().commandLine().orElse("").contains("bench-" + process.pid() + "-")))
            .isEmpty();
    }

    @Test
    void refusesWhatItDoesNotKnowWithOneSentence() throws Exception {
        var process = bench("--only", "speed");

        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(2);
        assertThat(said().lines()).hasSize(1).first().asString().startsWith("bench: --only does not know \"speed\"");
    }
}
