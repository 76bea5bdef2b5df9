package io.etherloom.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.etherloom.linux.ProcessState;
import io.etherloom.linux.Processes;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// `up` and `down` as processes, around labs that are fixed: what is printed, how it ends, and that nothing is left.
@Timeout(120)
class UpIT {
    @TempDir Path folder;
    private Path launcher;
    private Path topology;
    private final List<Process> started = new ArrayList<>();

    @BeforeEach
    void prepare() throws IOException {
        assumeTrue(Processes.user() == 0, "without root these processes would enter a user namespace first");
        launcher = folder.resolve("etherloom");
        var java = ProcessHandle.current().info().command().orElseThrow();
        // Who runs the tests in the background of a script has SIGINT ignored, and what is started would inherit that.
        Files.writeString(launcher, "#!/bin/sh\nexec env --default-signal=INT " + java + " -XX:TieredStopAtLevel=1 -XX:+UseSerialGC --enable-native-access=ALL-UNNAMED"
            + " --sun-misc-unsafe-memory-access=allow -Detherloom.state=" + folder.resolve("state") + " -Detherloom.command=" + launcher
            + " -cp " + System.getProperty("java.class.path") + " " + FixedLabMain.class.getName() + " \"$@\"\n");
        Files.setPosixFilePermissions(launcher, PosixFilePermissions.fromString("rwx------"));
        topology = topology("campus");
    }

    @AfterEach
    void end() throws Exception {
        if (Files.exists(folder.resolve("state"))) {
            for (var lab : Json.rows(finish(start("ls", "-o", "json")).out())) {
                Processes.kill(lab.number("pid"), Processes.SIGKILL);
            }
        }
        started.forEach(Process::destroyForcibly);
    }

    private Path topology(String name) throws IOException {
        return Files.writeString(folder.resolve(name + ".yaml"), "name: " + name + "\nhosts:\n  esx1:\n    vSwitches:\n      vSwitch0:\n"
            + "        portGroups: { VM Network: { vlan: 10 } }\n");
    }

    private Process start(String... arguments) throws IOException {
        var command = new ArrayList<>(List.of(launcher.toString()));
        command.addAll(List.of(arguments));
        var process = new ProcessBuilder(command).redirectError(folder.resolve("err").toFile()).start();
        started.add(process);
        return process;
    }

    private CliBench.Outcome finish(Process process) throws IOException, InterruptedException {
        var out = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return new CliBench.Outcome(process.exitValue(), out, Files.readString(folder.resolve("err")));
    }

    private CliBench.Outcome run(String... arguments) throws IOException, InterruptedException {
        return finish(start(arguments));
    }

    /// What it prints until the last line of a start.
    private static String readUntil(Process process, String last) throws IOException {
        var text = new StringBuilder();
        while (!text.toString().contains(last)) {
            int octet = process.getInputStream().read();
            assertThat(octet).as("ended after: " + text).isNotNegative();
            text.append((char) octet);
        }
        return text.toString();
    }

    private void nothingIsLeft() throws IOException {
        try (var entries = Files.list(folder.resolve("state"))) {
            assertThat(entries.filter(Files::isDirectory)).isEmpty();
        }
    }

    @Test
    void startsInTheBackgroundAndEnds() throws Exception {
        var up = run("up", topology.toString(), "--detach");
        assertThat(up).isEqualTo(new CliBench.Outcome(0, up.out(), ""));
        assertThat(up.out()).startsWith("lab campus is up").contains("VM Network").contains("10.0.10.11/24").contains("Metrics: http://127.0.0.1:")
            .contains(launcher + " capture --port web1 -w web1.pcapng").doesNotContain(Detached.READY);
        var lab = Json.rows(run("ls", "-o", "json").out()).getFirst();
        assertThat(lab.text("state")).isEqualTo("ready");
        assertThat(Files.readString(folder.resolve("state/campus/lab.log"))).contains("event=lab-ready lab=campus");
        long startTicks = ProcessState.startTicks(lab.number("pid"));
        assertThat(run("down")).isEqualTo(new CliBench.Outcome(0, "lab campus is down\n", ""));
        assertThat(ProcessState.of(lab.number("pid"), startTicks)).isEqualTo(ProcessState.GONE);
        nothingIsLeft();
    }

    /// The token goes with the lab into the background.
    @Test
    void servesOverTcpWhoeverHasTheToken() throws Exception {
        var token = Files.writeString(folder.resolve("token"), "0123456789abcdef0123456789abcdef");
        Files.setPosixFilePermissions(token, PosixFilePermissions.fromString("rw-------"));
        var up = run("up", topology.toString(), "--detach", "--listen", "127.0.0.1:0", "--token-file", token.toString());
        assertThat(up.err()).isEmpty();
        var url = up.out().lines().filter(line -> line.startsWith("API: ")).findFirst().orElseThrow().substring(5);
        try (var client = HttpClient.newHttpClient()) {
            var bare = HttpRequest.newBuilder(URI.create(url));
            assertThat(client.send(bare.build(), BodyHandlers.ofString()).statusCode()).isEqualTo(401);
            var known = bare.header("Authorization", "Bearer 0123456789abcdef0123456789abcdef").build();
            assertThat(client.send(known, BodyHandlers.ofString()).body()).startsWith("{\"openapi\":\"3.1.0\"");
        }
        assertThat(run("up", topology.toString(), "--listen", "127.0.0.1:0").err()).contains("is decided when it starts");
        run("down");
        nothingIsLeft();
    }

    @Test
    void endsWellByCtrlC() throws Exception {
        var up = start("up", topology.toString());
        assertThat(readUntil(up, "Ctrl-C ends the lab.")).contains("Try:");
        Processes.kill(up.pid(), Processes.SIGINT);
        assertThat(finish(up)).isEqualTo(new CliBench.Outcome(0, "\n", ""));
        nothingIsLeft();
    }

    @Test
    void saysThatItWasTerminated() throws Exception {
        var up = start("up", topology.toString());
        readUntil(up, "Ctrl-C ends the lab.");
        Processes.kill(up.pid(), Processes.SIGTERM);
        assertThat(finish(up).code()).isEqualTo(ExitCode.TERMINATED);
        nothingIsLeft();
    }

    @Test
    void isSweptByTheNextCommandAfterAKill() throws Exception {
        var up = start("up", topology.toString());
        readUntil(up, "Ctrl-C ends the lab.");
        Processes.kill(up.pid(), Processes.SIGKILL);
        finish(up);
        var ls = run("ls");
        assertThat(ls.out()).startsWith("no lab runs");
        assertThat(ls.err()).contains("the lab campus");
        nothingIsLeft();
    }

    @Test
    void passesOnWhyALabCouldNotBeStarted() throws Exception {
        var faulty = topology("faulty").toString();
        for (var arguments : List.of(List.of("up", faulty), List.of("up", faulty, "--detach"))) {
            assertThat(run(arguments.toArray(String[]::new)))
                .isEqualTo(new CliBench.Outcome(ExitCode.ENVIRONMENT, "", "etherloom: the kernel has no TAPs\n"));
            nothingIsLeft();
        }
    }

    @Test
    void tellsEveryProblemAndCreatesNothing() throws Exception {
        var file = Files.writeString(folder.resolve("bad.yaml"), "name: bad\nhosts:\n  esx1: { vSwitch: {} }\nvmz: {}\n").toString();
        for (var arguments : List.of(List.of("up", file), List.of("up", file, "--detach"), List.of("validate", file))) {
            var outcome = run(arguments.toArray(String[]::new));
            assertThat(outcome.code()).isEqualTo(ExitCode.BAD_INPUT);
            assertThat(outcome.err()).contains(file + ":3:").contains(file + ":4:1: error:");
        }
        assertThat(folder.resolve("state/bad")).doesNotExist();
    }

    @Test
    void refusesAnotherFileWithTheNameOfARunningLab() throws Exception {
        run("up", topology.toString(), "--detach");
        var outcome = run("up", topology.toString());
        // A fixed lab always says that it was started from /labs/campus.yaml.
        assertThat(outcome.code()).isEqualTo(ExitCode.FAILED);
        assertThat(outcome.err()).isEqualTo("etherloom: the lab campus was started from /labs/campus.yaml\n");
        assertThat(run("down", "campus").code()).isZero();
    }

    /// With the program's own labs: a rehearsal needs no rights and leaves nothing.
    @Test
    void rehearsesWithoutAWord() throws Exception {
        Files.writeString(launcher, Files.readString(launcher).replace(FixedLabMain.class.getName(), Main.class.getName())
            .replace("exec ", "exec env TMPDIR=" + folder + " ").replace("-Detherloom.state", "-Djava.io.tmpdir=" + folder + " -Detherloom.state"));
        assertThat(run("rehearsal", topology.toString())).isEqualTo(new CliBench.Outcome(0, "", ""));
        try (var entries = Files.list(folder)) {
            assertThat(entries.filter(entry -> entry.getFileName().toString().startsWith("etherloom-"))).isEmpty();
        }
    }

    @Test
    void plansAllOfALabThatDoesNotRun() throws Exception {
        var plan = run("up", topology.toString(), "--dry-run");
        assertThat(plan.out().lines()).containsExactly("ACTION  OBJECT                      DETAIL", "add     host esx1                   -",
            "add     vSwitch esx1/vSwitch0       uplinks []", "add     port group esx1/VM Network  vlan 10");
        assertThat(run("plan", topology.toString(), "-o", "json").out()).startsWith("[{\"action\":\"add\",\"object\":\"host esx1\",\"detail\":\"\"}");
    }
}
