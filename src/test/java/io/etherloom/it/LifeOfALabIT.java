package io.etherloom.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.etherloom.linux.Processes;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a user does in the first five minutes: up, exec, show, Ctrl-C, down.
class LifeOfALabIT {
    /// `<asm-generic/signal.h>`.
    private static final int SIGCONT = 18;
    private static final int SIGSTOP = 19;

    @TempDir
    private Path folder;

    private final String lab = LocalLab.name("");
    private Launcher launcher;
    private String quickstart;

    @BeforeEach
    void needsRoot() throws Exception {
        Need.root();
        Need.jar();
        Need.programs("ping");
        launcher = new Launcher(folder);
        quickstart = launcher.topology("", Files.readString(Path.of("topologies/quickstart.yaml")).replace("name: quickstart", "name: LAB"));
    }

    @AfterEach
    void leavesNothing() throws Exception {
        if (launcher != null) launcher.end();
    }

    /// [Launcher#good] fails on any word on stderr.
    @Test
    void keepsQuietOnStderrFromUpToDown() throws Exception {
        assertThat(launcher.good("up", quickstart, "--detach")).contains("lab " + lab + " is up", "VM Network", "10.0.10.11", "Try:", "Metrics: http://127.0.0.1:");
        launcher.good("exec", "web1", "--", "ping", "-c", "1", "-W", "5", "web2");
        launcher.good("exec", "web1", "--", "ping", "-c", "1", "-W", "5", "db1");
        for (var view : List.of("hosts", "networks", "vswitches", "portgroups", "ports", "uplinks", "vms", "fdb", "fabric")) {
            assertThat(launcher.good("show", view)).as(view).contains("\n");
        }
        assertThat(launcher.run("exec", "web1", "--", "sh", "-c", "exit 7").status()).isEqualTo(7);
        assertThat(launcher.good("down")).isEqualTo("lab " + lab + " is down\n");
        Traces.assertNone(lab, launcher.state());
    }

    @Test
    void cleansUpAtCtrlC() throws Exception {
        var up = launcher.start("up", quickstart).awaitText("Ctrl-C ends the lab.");
        assertThat(up.err()).isEmpty();
        var ended = up.stop(Processes.SIGINT);
        assertThat(ended.status()).isZero();
        assertThat(ended.err()).isEmpty();
        Traces.assertNone(lab, launcher.state());
    }

    @Test
    void goesDownWhileCapturesAndCommandsRun() throws Exception {
        launcher.good("up", quickstart, "--detach");
        var file = folder.resolve("web1.pcapng");
        var capture = launcher.start("capture", "--port", "web1", "-w", file.toString());
        var exec = launcher.start("exec", "web1", "--", "sh", "-c", "echo begun; exec sleep 1000").awaitText("begun");
        Await.until("the capture has begun", () -> Files.exists(file) && Files.size(file) > 0);
        launcher.good("down");
        Traces.assertNone(lab, launcher.state());
        assertThat(capture.await().err()).isEmpty();
        assertThat(exec.await().status()).isGreaterThan(128);
        Need.programs("tshark");
        assertThat(Command.run("tshark", "-r", file.toString()).status()).isZero();
    }

    @Test
    void runsTheCommandsOfVmsAndStopsThem() throws Exception {
        var seen = folder.resolve("seen");
        var file = launcher.topology("r", """
            name: LAB
            hosts:
              esx1: { vSwitches: { vSwitch0: { portGroups: { Ten: { vlan: 10 } } } } }
            vms:
              web1:
                host: esx1
                nics: [ { portGroup: Ten, ip: 10.9.0.1/24 } ]
                run:
                  - "trap 'echo ended >> seen; exit' TERM; getent hosts web2 > seen; pwd >> seen; while :; do sleep 0.05; done"
                  - "sleep 1000 & echo to the log; exit 3"
              web2: { host: esx1, nics: [ { portGroup: Ten, ip: 10.9.0.2/24 } ] }
            """);
        launcher.good("up", file, "--detach");
        Await.until("the command has run", () -> Files.exists(seen) && Files.readString(seen).contains(folder + "\n"));
        assertThat(Files.readString(seen)).startsWith("10.9.0.2");
        Await.until("the log tells of the one that failed", () -> launcher.run("logs", LocalLab.name("r")).out().contains("status=3"));
        assertThat(launcher.state().resolve(LocalLab.name("r")).resolve("run/web1.log")).hasContent("to the log\n");
        launcher.good("down");
        assertThat(Files.readString(seen)).endsWith("ended\n");
        Traces.assertNone(LocalLab.name("r"), launcher.state());
    }

    /// The lab does not read for a while, so the queue of the guest's interface (1,000 frames) overflows: those that the kernel dropped are
    /// told apart, and all others arrive.
    @Test
    void countsWhatTheKernelDroppedBeforeTheSwitch() throws Exception {
        launcher.good("up", quickstart, "--detach");
        launcher.good("exec", "web1", "--", "ping", "-c", "1", "-W", "5", "web2");
        long pid = launcher.pid(lab);
        Processes.kill(pid, SIGSTOP);
        try {
            Command.run("ip", "netns", "exec", "el-" + lab + "-web1", "ping", "-q", "-l", "3000", "-c", "3000", "-w", "2", "10.0.10.12");
        } finally {
            Processes.kill(pid, SIGCONT);
        }
        Await.until("the drops are counted", () -> launcher.good("show", "ports").contains("device_queue="));
        var row = launcher.good("show", "ports").lines().filter(line -> line.contains("web1.eth0")).findFirst().orElseThrow();
        assertThat(Integer.parseInt(row.replaceAll(".*device_queue=([0-9]+).*", "$1"))).isBetween(1_500, 2_100);
        launcher.good("exec", "web1", "--", "ping", "-c", "1", "-W", "5", "web2");
        launcher.good("down");
    }

    /// A file with faults: all of them, and nothing is made.
    @Test
    void makesNothingFromAFileWithFaults() throws Exception {
        var broken = folder.resolve("broken.yaml");
        Files.writeString(broken, Files.readString(Path.of(quickstart)).replace("portGroup: DMZ", "portGroup: DMX").replace("link: tor1/1", "link: tor2/1"));
        var outcome = launcher.run("up", broken.toString(), "--detach");
        assertThat(outcome.status()).isEqualTo(2);
        assertThat(outcome.err()).contains("DMX", "DMZ", "tor2", broken + ":");
        Traces.assertNone(lab, launcher.state());
    }
}
