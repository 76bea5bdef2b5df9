package io.etherloom.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// VMs of kind `replay`.
class ReplayBinderTest {
    private static final String LAB = """
        name: t
        hosts: { esx1: { vSwitches: { vSwitch0: { portGroups: { A: { vlan: 10 } } } } } }
        vms:
          p:
            host: esx1
            kind: replay
            nics: [ { portGroup: A } ]
            replay: REPLAY
        """;

    @TempDir Path folder;

    @BeforeEach void makeCaptures() throws IOException {
        Files.createDirectories(folder.resolve("captures"));
        Files.copy(Path.of("pcap-samples/ping.pcapng"), folder.resolve("captures/ping.pcapng"));
        Files.writeString(folder.resolve("captures/text"), "no capture");
    }

    private Replay bind(String replay) throws TopologyException {
        var topology = Topology.parse(LAB.replace("REPLAY", replay), folder.resolve("t.yaml").toString());
        return Objects.requireNonNull(topology.vms().get("p").replay());
    }

    private List<String> problems(String text) {
        try {
            Topology.parse(text, folder.resolve("t.yaml").toString());
            return List.of();
        } catch (TopologyException e) {
            return e.problems().stream().map(problem -> problem.line() + ":" + problem.column() + " " + problem.message()).toList();
        }
    }

    private String problem(String replay) {
        var all = problems(LAB.replace("REPLAY", replay));
        assertThat(all).as(replay).hasSize(1);
        return all.getFirst();
    }

    @Test void findsItsFileBesideTheTopologyAndHasDefaults() throws Exception {
        assertThat(bind("{ file: captures/ping.pcapng }")).isEqualTo(
            new Replay(folder.resolve("captures/ping.pcapng"), ReplayRate.ORIGINAL, 1, false, false, Duration.ZERO));
    }

    @Test void takesEverySetting() throws Exception {
        assertThat(bind("{ file: captures/ping.pcapng, rate: 10 Mbps, loop: yes, rewriteMacs: yes, padCut: yes, start: 2s }")).isEqualTo(
            new Replay(folder.resolve("captures/ping.pcapng"), new ReplayRate.Bits(10_000_000), 0, true, true, Duration.ofSeconds(2)));
        assertThat(bind("{ file: captures/ping.pcapng, loop: 7 }").loops()).isEqualTo(7);
        assertThat(bind("{ file: captures/ping.pcapng, loop: no }").loops()).isEqualTo(1);
    }

    @Test void saysWhereTheFileIsMissingOrNoCapture() {
        assertThat(problem("{ file: captures/pong.pcapng }")).isEqualTo("8:21 " + folder.resolve("captures/pong.pcapng")
            + " does not exist; paths begin beside the topology file");
        assertThat(problem("{ file: captures/text }")).endsWith("captures/text is neither pcap nor pcapng");
        assertThat(problem("{ file: captures }")).endsWith("captures is no file");
        assertThat(problem("{ rate: max }")).contains("'file' is missing");
    }

    @Test void refusesWhatMakesNoSense() {
        assertThat(problem("{ file: captures/ping.pcapng, rate: 100 }")).contains("did you mean 100/s, 100x or 100 Mbps?");
        assertThat(problem("{ file: captures/ping.pcapng, rate: fast }")).contains("'fast' is no rate");
        assertThat(problem("{ file: captures/ping.pcapng, loop: 0 }")).contains("0 is outside 1-1000000000");
        assertThat(problem("{ file: captures/ping.pcapng, start: 5 }")).contains("write 5s");
        assertThat(problem("{ file: captures/ping.pcapng, speed: 5 }")).contains("unknown key 'speed'");
    }

    @Test void belongsToItsKindAndHasOneNic() {
        var good = LAB.replace("REPLAY", "{ file: captures/ping.pcapng }");
        assertThat(problems(good.replace("kind: replay", "kind: memory"))).containsExactly("8:13 only a VM of kind replay has it; remove it, or write kind: replay");
        assertThat(problems(good.replaceFirst("    replay: .*\n", ""))).singleElement().asString().contains("'replay' is missing");
        assertThat(problems(good.replace("[ { portGroup: A } ]", "[ { portGroup: A }, { portGroup: A } ]"))).singleElement().asString().contains("by one vNIC, and this one has 2");
        assertThat(problems(good + "    run: [ \"true\" ]\n")).singleElement().asString().contains("no inside where commands could run");
    }

    @Test void ratesAreWrittenAsTheyAreRead() {
        for (var text : List.of("original", "2x", "0.5x", "1000/s", "20000/s", "10 Mbps", "max")) {
            assertThat(ReplayRate.parse(text)).hasToString(text);
        }
        assertThat(ReplayRate.parse("1x")).isEqualTo(ReplayRate.ORIGINAL);
        assertThat(ReplayRate.parse("1.5k/s")).isEqualTo(new ReplayRate.Frames(1500));
        assertThat(ReplayRate.parse("1Gbps")).isEqualTo(new ReplayRate.Bits(1_000_000_000));
        for (var text : List.of("", "0x", "-1x", "x", "1000", "1e3/s", "fast", "10 MB")) {
            assertThatThrownBy(() -> ReplayRate.parse(text)).as(text).isInstanceOf(IllegalArgumentException.class);
        }
    }
}
