package io.etherloom.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.etherloom.event.Event;
import io.etherloom.event.EventType;
import io.etherloom.lab.CaptureRequest;
import io.etherloom.lab.view.ReplayView;
import io.etherloom.replay.ReplaySettings;
import io.etherloom.topology.ReplayRate;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/// What is replayed into a port arrives at the other end octet by octet, as tshark reads both.
class ReplayIT extends OneLab {
    private static final String TOPOLOGY = """
        name: LAB
        hosts:
          esx1:
            vSwitches:
              vSwitch0:
                portGroups:
                  Ten: { vlan: 10 }
                  Strict: { vlan: 10, security: { forgedTransmits: reject } }
                  Sensors: { vlan: 10, security: { promiscuousMode: accept } }
        vms:
          web1: { host: esx1, nics: [ { portGroup: Ten } ] }
          mem1: { host: esx1, kind: memory, nics: [ { portGroup: Ten } ] }
          strict: { host: esx1, kind: memory, nics: [ { portGroup: Strict } ] }
          ids: { host: esx1, kind: memory, nics: [ { portGroup: Sensors, promiscuous: yes } ] }
        """;
    private static final String PLAYER = """
          player: { host: esx1, kind: replay, nics: [ { portGroup: Ten } ], replay: { file: FILE, loop: yes, rate: 1000/s } }
        """;
    private static final Path PING = Path.of("pcap-samples/ping.pcapng").toAbsolutePath();
    private static final int PINGS = 8;

    private ReplayView replay(String port, String rate, boolean rewritesMacs, Path file) {
        return lab.lab().replay(port, () -> Files.newInputStream(file), new ReplaySettings(ReplayRate.parse(rate), 1, rewritesMacs, false, 0, 0),
            _ -> { }, () -> false);
    }

    /// The lines of tshark's hexadecimal print of each frame.
    private static List<String> octets(Path file) throws Exception {
        return Command.run("tshark", "-r", file.toString(), "-x").out().lines().filter(line -> line.matches("[0-9a-f]{4}  .*")).toList();
    }

    private interface Work {
        void run() throws Exception;
    }

    /// What the sensor receives while something is done.
    private Path seenBySensor(Work work) throws Exception {
        var file = folder.resolve("seen.pcapng");
        Files.deleteIfExists(file);
        var isOver = new AtomicBoolean();
        var capture = CompletableFuture.runAsync(() -> {
            try (var out = new BufferedOutputStream(Files.newOutputStream(file))) {
                lab.lab().capture(CaptureRequest.ofPorts("ids"), out, isOver::get);
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }, task -> Thread.ofPlatform().start(task));
        Await.until("the capture has begun", () -> Files.exists(file) && Files.size(file) > 0);
        work.run();
        isOver.set(true);
        capture.get();
        return file;
    }

    @Test
    void arrivesOctetByOctetFromANamespaceAndFromMemory() throws Exception {
        start(TOPOLOGY, "tshark");
        for (var vm : List.of("web1", "mem1")) {
            var seen = seenBySensor(() -> assertThat(replay(vm, "50x", false, PING).sent()).isEqualTo(PINGS));
            assertThat(octets(seen)).as("from " + vm).isNotEmpty().isEqualTo(octets(PING));
        }
        var dropped = replay("strict", "max", false, PING);
        assertThat(dropped.dropped()).containsEntry("forged_transmit", (long) PINGS);
        assertThat(replay("strict", "max", true, PING).dropped()).doesNotContainKey("forged_transmit");
    }

    /// Fed beside what a guest sends itself; the guest is still reached and still sends.
    @Test
    void keepsTheSpacingAndEndsWhenItIsToldToOrThePortGoes() throws Exception {
        start(TOPOLOGY, "tshark");
        var times = Command.run("tshark", "-r", PING.toString(), "-T", "fields", "-e", "frame.time_relative").out().lines().mapToDouble(Double::parseDouble).toArray();
        var whole = replay("web1", "original", false, PING);
        assertThat(whole.sent()).isEqualTo(PINGS);
        assertThat(whole.nanos() / 1e9).as("the last frame never goes before its time").isGreaterThanOrEqualTo(times[PINGS - 1]);
        var endless = new ReplaySettings(ReplayRate.parse("1000/s"), 0, false, false, 0, 0);
        var told = CompletableFuture.supplyAsync(() -> lab.lab().replay("web1", () -> Files.newInputStream(PING), endless, _ -> { }, () -> false));
        Await.until("frames go in", () -> lab.port("web1.eth0").inFrames() > PINGS + 50);
        lab.lab().endReplay("web1");
        assertThat(told.get().end()).isEqualTo("stopped");
        var cut = CompletableFuture.supplyAsync(() -> lab.lab().replay("web1", () -> Files.newInputStream(PING), endless, _ -> { }, () -> false));
        Await.until("frames go in", () -> lab.port("web1.eth0").inFrames() > PINGS + 150);
        lab.lab().power("web1", false);
        assertThat(cut.get().end()).isEqualTo("port_gone");
        lab.lab().power("web1", true);
        assertThat(lab.lab().lab().name()).isEqualTo(lab.name());
    }

    @Test
    void aVmReplaysFromPowerOnAndABrokenFileStopsItAndNothingElse() throws Exception {
        Need.root();
        var file = folder.resolve("a.pcapng");
        Files.copy(PING, file);
        start(TOPOLOGY + PLAYER.replace("FILE", "a.pcapng"));
        Await.until("it sends for ever", () -> lab.port("player.eth0").inFrames() > 3 * PINGS);
        assertThat(status()).startsWith("replaying a.pcapng");
        lab.lab().power("player", false);
        assertThat(status()).isEmpty();
        var whole = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(whole, 1300));
        lab.lab().power("player", true);
        Await.until("it has stopped", () -> status().startsWith("stopped: packet 6, offset 1272"));
        assertThat(lab.port("player.eth0").inFrames()).isEqualTo(5);
        Await.until("it is told", () -> !broken().isEmpty());
        assertThat(broken()).singleElement().satisfies(it -> assertThat(it.sentence()).contains("player has stopped after 5 frames", "packet 6"));
        Files.write(file, whole);
        lab.apply(TOPOLOGY + PLAYER.replace("FILE", "a.pcapng").replace("loop: yes", "loop: 2"));
        Await.until("a change lets it begin anew", () -> status().startsWith("ended: 16 frames"));
    }

    /// What the example promises: the sensor gets the frames of the file, in its own namespace, octet by octet.
    @Test
    void theExampleShowsItsSensorWhatTheFileHas() throws Exception {
        var example = Files.readString(Path.of("topologies/replay.yaml")).replace("name: replay\n", "name: LAB\n")
            .replace("../pcap-samples/ping.pcapng", PING.toString());
        start(example, "tshark");
        Await.until("the sensor listens", () -> lab.lab().security().stream().anyMatch(port -> port.usedBy().equals("ids.eth0") && port.promiscuousGranted()));
        lab.lab().power("player", false);
        var seen = seenBySensor(() -> {
            lab.lab().power("player", true);
            Await.until("a whole round", () -> lab.port("player.eth0").inFrames() > PINGS);
        });
        var whole = octets(PING);
        assertThat(octets(seen).subList(0, whole.size())).isEqualTo(whole);
    }

    private List<Event> broken() {
        return lab.lab().events().since(0).events().stream().filter(it -> it.type() == EventType.REPLAY_BROKEN).toList();
    }

    private String status() {
        return lab.lab().vms().stream().filter(vm -> vm.name().equals("player")).findFirst().orElseThrow().status();
    }
}
