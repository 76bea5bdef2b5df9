package io.etherloom.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.etherloom.lab.LabException;
import io.etherloom.linux.Processes;
import io.etherloom.vmotion.MoveReport;
import io.etherloom.vmotion.MoveRequest;
import io.etherloom.vmotion.VMotions;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The phases of a move on real interfaces: a pause with and without a buffer, hooks, moves that somebody outside drives, and every way back.
class VMotionPhasesIT {
    private static final String NAME = "\nname: LAB";

    @TempDir
    private Path folder;

    private LocalLab lab;
    private VMotions vmotions;

    @BeforeEach
    void requireRoot() throws Exception {
        Need.root();
        Need.programs("ping", "ip");
    }

    @AfterEach
    void leavesNothing() throws Exception {
        if (lab != null) {
            lab.close();
        }
    }

    private void start(String more) throws Exception {
        lab = LocalLab.start(folder, Files.readString(Path.of("topologies/vmotion.yaml")).replaceFirst("\nname: .*", NAME) + more);
        vmotions = new VMotions(lab.lab());
    }

    private static MoveRequest request(String host, Long timeoutMillis, Long buffer, Long stunMillis, Long leaseMillis) {
        return new MoveRequest("web1", host, null, null, timeoutMillis, buffer, stunMillis, leaseMillis);
    }

    private String host() {
        return lab.port("web1.eth0").host();
    }

    private void assertIsWhereItWas(MoveReport report, String... reason) throws Exception {
        assertThat(report.state()).as(report.reason()).isEqualTo("failed");
        assertThat(report.reason()).contains(reason);
        assertThat(report.phases()).extracting(MoveReport.Phase::name).endsWith("rollback");
        assertThat(host()).isEqualTo("esx1");
        lab.assertReaches("client", "10.0.10.11");
    }

    /// Spec 7.4, 7.9: a guest's pause of 300 ms loses what comes meanwhile; with a buffer it comes late, once, and in order.
    @Test
    void aPauseLosesWhatComesUnlessItIsKept() throws Exception {
        start("");
        lab.assertReaches("client", "10.0.10.11");
        var ping = lab.background("client", "ping", "-n", "-i", "0.005", "10.0.10.11").awaitText("icmp_seq=50 ");
        var kept = vmotions.move(request("esx2", null, 1L << 20, 300L, null));
        assertThat(kept.state()).as(kept.reason()).isEqualTo("moved");
        assertThat(kept.gapMicros()).isGreaterThan(300_000);
        assertThat(kept.frames().buffered()).isGreaterThan(20);
        assertThat(kept.frames().lost()).isZero();
        assertThat(kept.frames().duplicated()).isZero();
        assertThat(kept.peers().silenceMicros()).isGreaterThan(250_000);
        int now = Pings.highest(ping);
        Await.until("pings go on", () -> Pings.highest(ping) > now + 50);
        var before = ping.out();
        assertThat(Pings.missing(before)).as("lost with a buffer").isEmpty();
        assertThat(before).doesNotContain("DUP!");
        int from = Pings.highest(ping);
        var dropped = vmotions.move(request("esx1", null, null, 300L, null));
        assertThat(dropped.frames().lost()).isGreaterThan(20);
        assertThat(dropped.frames().buffered()).isZero();
        Await.until("pings go on", () -> Pings.highest(ping) > from + 150);
        var missing = Pings.missing(ping.stop(Processes.SIGINT).out());
        assertThat(missing).as("lost without one").hasSizeBetween(20, (int) dropped.frames().lost() + 5);
    }

    /// Spec 7.11: a step that fails at any phase, and its VM works at the source.
    @Test
    void hooksThatWantNoMoveOrAreLateHaveItTakenBack() throws Exception {
        var calls = new CopyOnWriteArrayList<String>();
        var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            var body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            calls.add(body);
            boolean isVetoed = Files.exists(folder.resolve("veto")) && body.contains(Files.readString(folder.resolve("veto")));
            var answer = (isVetoed ? "not on a Friday" : "").getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(isVetoed ? 409 : 200, answer.length == 0 ? -1 : answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        server.start();
        try {
            start("""
                vmotion:
                  hooks:
                    - { run: "cat >> calls; echo $ETHERLOOM_PHASE >> phases; test ! -e slow || sleep 60", timeout: 700ms }
                    - { url: "http://127.0.0.1:%d/hook", host: esx2 }
                    - { run: "test $ETHERLOOM_PHASE = rollback", vm: app1 }
                """.formatted(server.getAddress().getPort()));
            var good = vmotions.move(request("esx2", null, null, null, null));
            assertThat(good.state()).as(good.reason()).isEqualTo("moved");
            assertThat(Files.readString(folder.resolve("phases"))).isEqualTo("prepare\nswitchover\ncomplete\n");
            assertThat(Files.readString(folder.resolve("calls"))).contains("\"phase\":\"prepare\"", "\"vm\":\"web1\"", "\"from\":\"esx1\"", "\"to\":\"esx2\"",
                "\"name\":\"web1.eth0\"", "\"portGroup\":\"VM Network\"", "\"deadline\":\"20");
            assertThat(calls).hasSize(3);
            assertThat(vmotions.move(new MoveRequest("web1", "esx1")).state()).isEqualTo("moved");

            for (var phase : List.of("prepare", "switchover", "complete")) {
                Files.writeString(folder.resolve("veto"), "\"phase\":\"" + phase + "\"");
                assertIsWhereItWas(vmotions.move(new MoveRequest("web1", "esx2")), "the hook http://127.0.0.1:", " in " + phase + " wants no move: not on a Friday");
                assertThat(calls.getLast()).contains("\"phase\":\"rollback\"");
            }
            Files.delete(folder.resolve("veto"));

            Files.writeString(folder.resolve("slow"), "");
            assertIsWhereItWas(vmotions.move(new MoveRequest("web1", "esx2")), "the hook cat", "in prepare did not answer within 700 ms");
            assertIsWhereItWas(vmotions.move(request("esx2", 300L, null, null, null)), "did not answer within");
            Files.delete(folder.resolve("slow"));

            var vetoed = vmotions.move(new MoveRequest("app1", "esx1"));
            assertThat(vetoed.state()).isEqualTo("failed");
            assertThat(vetoed.reason()).isEqualTo("the hook test $ETHERLOOM_PHASE = rollback in prepare wants no move: exit status 1");
            server.stop(0);
            assertIsWhereItWas(vmotions.move(new MoveRequest("web1", "esx2")), "the hook http://127.0.0.1:", "failed: java.net.ConnectException");
        } finally {
            server.stop(0);
        }
    }

    /// An outside hypervisor says when the ports move and when that holds; meanwhile they work at the source, then at the target.
    @Test
    void somebodyOutsideDrivesAMove() throws Exception {
        start("");
        lab.assertReaches("client", "10.0.10.11");
        var begun = vmotions.begin(request("esx2", null, null, null, 20_000L));
        assertThat(begun.isOver()).isFalse();
        long id = begun.id();
        awaitState(id, "prepared");
        assertThat(host()).isEqualTo("esx1");
        lab.assertReaches("client", "10.0.10.11");
        assertThatThrownBy(() -> vmotions.complete(id)).isInstanceOf(LabException.class).hasMessage("move 1 of web1 is prepared, not switched");
        assertThatThrownBy(() -> vmotions.move(new MoveRequest("web1", "esx2"))).isInstanceOf(LabException.class).hasMessageContaining("web1 is being moved already");
        assertThat(vmotions.renew(id).state()).isEqualTo("prepared");
        assertThat(vmotions.switchover(id).state()).isEqualTo("switched");
        assertThat(host()).isEqualTo("esx2");
        assertThat(vmotions.complete(id).state()).isEqualTo("moved");
        lab.assertReaches("client", "10.0.10.11");
        assertThatThrownBy(() -> vmotions.abort(id)).isInstanceOf(LabException.class).hasMessageContaining("it is over (moved)");
        assertThatThrownBy(() -> vmotions.abort(77)).isInstanceOf(LabException.class).hasMessage("no move 77; known: 1");
    }

    /// A client that gives up, or is not heard of any more, before and after the switchover.
    @Test
    void aMoveIsTakenBackWhenItsDriverIsGone() throws Exception {
        start("");
        lab.assertReaches("client", "10.0.10.11");
        for (boolean isSwitched : new boolean[] {false, true}) {
            for (boolean isSaid : new boolean[] {false, true}) {
                long id = vmotions.begin(request("esx2", null, null, null, isSaid ? 20_000L : 1_500L)).id();
                awaitState(id, "prepared");
                if (isSwitched) {
                    assertThat(vmotions.switchover(id).state()).isEqualTo("switched");
                    assertThat(host()).isEqualTo("esx2");
                    lab.assertReaches("client", "10.0.10.11");
                }
                if (isSaid) {
                    vmotions.abort(id);
                }
                Await.until("it is taken back", () -> vmotions.follow(id, 0, Duration.ZERO).isOver());
                assertIsWhereItWas(vmotions.follow(id, 0, Duration.ZERO), isSaid ? "it was given up" : "whoever drives the move was not heard of for 1500 ms");
            }
        }
    }

    private void awaitState(long id, String state) throws Exception {
        Await.until("it is " + state, () -> vmotions.follow(id, 0, Duration.ZERO).state().equals(state));
    }

    /// A pause is given up at its middle, or when the time of the move is over.
    @Test
    void aPauseEndsWhenTheMoveIsGivenUp() throws Exception {
        start("");
        lab.assertReaches("client", "10.0.10.11");
        long id = vmotions.begin(request("esx2", null, 1L << 20, 60_000L, null)).id();
        Await.until("it stands still", () -> vmotions.follow(id, 0, Duration.ZERO).phases().size() == 2 && !lab.reaches("client", "10.0.10.11"));
        assertIsWhereItWas(vmotions.abort(id), "it was given up");
        assertThat(vmotions.follow(id, 0, Duration.ZERO).frames().buffered()).as("kept, and handed over at the source").isPositive();
        assertIsWhereItWas(vmotions.move(request("esx2", 400L, null, 60_000L, null)), "it took longer than 400 ms");
    }

    /// A port at the target is kept free from `prepare` on, so nobody takes the last one meanwhile.
    @Test
    void theLastPortIsKeptFree() throws Exception {
        var text = Files.readString(Path.of("topologies/vmotion.yaml")).replaceFirst("\nname: .*", NAME)
            .replace("    like: esx1\n", "    like: esx1\n    vSwitches: { vSwitch0: { ports: 3 } }\n")
            .replaceFirst("        uplinks: \\[vmnic0, vmnic1]\n", "        ports: 2\n        uplinks: [vmnic0, vmnic1]\n") + """
              here: { host: esx1, power: off, nics: [ { portGroup: VM Network } ] }
              late: { host: esx2, power: off, nics: [ { portGroup: VM Network } ] }
            """;
        lab = LocalLab.start(folder, text);
        vmotions = new VMotions(lab.lab());
        long id = vmotions.begin(request("esx2", null, null, null, 20_000L)).id();
        awaitState(id, "prepared");
        assertThatThrownBy(() -> lab.lab().power("late", true)).isInstanceOf(LabException.class)
            .hasMessage("DestinationSwitchFull: esx2/vSwitch0 has 3 ports and needs 4 with those that are kept for web1, which is being moved; wait until that is over,"
                + " or raise `ports`");
        vmotions.switchover(id);
        assertThatThrownBy(() -> lab.lab().power("here", true)).as("the way back is kept free, too").isInstanceOf(LabException.class)
            .hasMessageStartingWith("DestinationSwitchFull: esx1/vSwitch0 has 2 ports and needs 3");
        vmotions.abort(id);
        lab.lab().power("late", true);
    }

    /// What stands against it only once everything is prepared: the file is applied, and the target is not in it any more.
    @Test
    void aTargetThatIsGoneAtTheSwitchover() throws Exception {
        start("");
        lab.assertReaches("client", "10.0.10.11");
        long id = vmotions.begin(request("esx2", null, null, null, 20_000L)).id();
        awaitState(id, "prepared");
        var text = Files.readString(lab.file());
        lab.apply(text.replaceFirst("(?s)  esx2:.*?(?=  esx3:)", "").replaceFirst("  app1: .*\n", ""));
        assertThatThrownBy(() -> vmotions.switchover(id)).isInstanceOf(LabException.class).hasMessage("move 1 of web1 has failed: no host esx2; did you mean 'esx1'? Allowed: esx1, esx3");
        assertIsWhereItWas(vmotions.follow(id, 0, Duration.ZERO), "no host esx2");
    }

    /// The file is applied while somebody drives a move: what he is told is what is.
    @Test
    void applyingTheFileTakesAMoveBackThatIsDriven() throws Exception {
        start("");
        lab.assertReaches("client", "10.0.10.11");
        long id = vmotions.begin(request("esx2", null, null, null, 20_000L)).id();
        awaitState(id, "prepared");
        vmotions.switchover(id);
        lab.apply(Files.readString(lab.file()));
        assertThat(host()).isEqualTo("esx1");
        assertThatThrownBy(() -> vmotions.complete(id)).hasMessageContaining("the file was applied meanwhile, and has web1 on esx1");
        assertIsWhereItWas(vmotions.follow(id, 0, Duration.ZERO), "the file was applied meanwhile");
        assertThat(Files.readAllLines(folder.resolve("state").resolve(lab.name()).resolve("moves"))).last().asString().contains("\"step\":\"back\"");
        assertThat(vmotions.move(new MoveRequest("web1", "esx2")).state()).isEqualTo("moved");
    }

    /// More than there is memory for is refused before anything stands still.
    @Test
    void aBufferThatIsTooLargeIsRefused() throws Exception {
        start("");
        assertThatThrownBy(() -> request("esx2", null, 1L << 30, 300L, null)).isInstanceOf(IllegalArgumentException.class)
            .hasMessage("\"bufferOctets\" is 1073741824; allowed: 0 to 67108864");
        assertThat(vmotions.move(request("esx2", null, 64L << 20, 10L, null)).state()).isEqualTo("moved");
    }

    /// A journal that cannot be written has nothing moved.
    @Test
    void withoutAJournalNothingMoves() throws Exception {
        start("");
        var journal = folder.resolve("state").resolve(lab.name()).resolve("moves");
        Files.createDirectory(journal);
        try {
            assertIsWhereItWas(vmotions.move(new MoveRequest("web1", "esx2")), "the journal of moves " + journal + " cannot be written", "could not be undone");
        } finally {
            Files.delete(journal);
        }
        assertThat(vmotions.move(new MoveRequest("web1", "esx2")).state()).isEqualTo("moved");
        assertThat(Files.readAllLines(journal)).hasSize(3).last().asString().contains("\"step\":\"complete\"");
    }

    /// Spec 7.2: vCenter's option lets a VM go from a vSwitch without uplinks.
    @Test
    void anIslandIsLeftWhenTheOptionSaysSo() throws Exception {
        var text = Files.readString(Path.of("topologies/vmotion.yaml")).replaceFirst("\nname: .*", NAME)
            .replace("portGroups: { VM Network: { vlan: 10 }, VMotion: { vlan: 20 } } }\n", "portGroups: { VM Network: { vlan: 10 }, VMotion: { vlan: 20 } } }\n      vSwitch1: { portGroups: { Island: {} } }\n")
            .replace("        portGroups: { VM Network: { vlan: 10 }, VMotion: { vlan: 20 } }\n", "        portGroups: { VM Network: { vlan: 10 }, VMotion: { vlan: 20 } }\n      vSwitch1: { portGroups: { Island: {} } }\n")
            + "  alone: { host: esx1, nics: [ { portGroup: Island } ] }\n";
        lab = LocalLab.start(folder, text);
        vmotions = new VMotions(lab.lab());
        assertThat(vmotions.move(new MoveRequest("alone", "esx2")).reason()).startsWith("VMOnVirtualIntranet");
        lab.apply(text + "vmotion: { testVirtualIntranet: no }\n");
        assertThat(vmotions.move(new MoveRequest("alone", "esx2")).state()).isEqualTo("moved");
    }
}
