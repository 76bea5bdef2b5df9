package io.etherloom.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.etherloom.linux.Processes;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `etherloom capture` at a running lab, read by tshark. One lab for all tests, since none changes it.
class CaptureIT {
    private static final String TOPOLOGY = """
        name: LAB
        fabric:
          switches:
            tor1: { ports: { "1": { trunk: [10] }, "2": { trunk: [10] } } }
        hosts:
          esx1:
            pnics: { vmnic0: { link: tor1/1 } }
            vSwitches: { vSwitch0: { uplinks: [vmnic0], portGroups: { Ten: { vlan: 10 } } } }
          esx2: { like: esx1, pnics: { vmnic0: { link: tor1/2 } } }
        vms:
          a: { host: esx1, nics: [ { portGroup: Ten, ip: 10.9.0.1/24 } ] }
          far: { host: esx2, nics: [ { portGroup: Ten, ip: 10.9.0.2/24 } ] }
        """;

    @TempDir
    private static Path folder;

    private static Launcher launcher;

    @BeforeAll
    static void startLab() throws Exception {
        Need.root();
        Need.jar();
        Need.programs("tshark", "capinfos", "ping");
        launcher = new Launcher(folder);
        launcher.good("up", launcher.topology("", TOPOLOGY), "--detach");
    }

    @AfterAll
    static void leavesNothing() throws Exception {
        if (launcher != null) launcher.end();
    }

    private static Command pinging() {
        return Command.start("ip", "netns", "exec", "el-" + LocalLab.name("") + "-a", "ping", "-n", "-i", "0.02", "10.9.0.2");
    }

    private static List<String> fields(Path file, String... fields) throws Exception {
        var words = new java.util.ArrayList<>(List.of("tshark", "-r", file.toString(), "-Y", "icmp", "-T", "fields", "-E", "separator=|"));
        for (var field : fields) words.addAll(List.of("-e", field));
        return Command.run(words).out().lines().toList();
    }

    @Test
    void writesSeveralPortsWithNamesTagsDirectionsAndNanoseconds() throws Exception {
        var file = folder.resolve("both.pcapng");
        try (var ping = pinging(); var capture = launcher.start("capture", "--port", "a", "--uplink", "esx1/vmnic0", "--port", "tor1/2", "-w", file.toString())) {
            Await.until("frames are in the file", () -> Files.exists(file) && Files.size(file) > 8_000);
            assertThat(ping.isAlive()).isTrue();
            capture.stop(Processes.SIGINT);
            assertThat(capture.err()).isEmpty();
        }
        var lines = fields(file, "frame.interface_name", "vlan.id", "frame.packet_flags_direction", "icmp.type");
        // To the wire outbound as the port sees it: in is from the VM into the switch.
        assertThat(lines).contains("esx1/vmnic0 UplinkSnd|10|0x00000002|8", "esx1/vmnic0 UplinkRcv|10|0x00000001|0", "tor1/2 UplinkSnd|10|0x00000002|8", "tor1/2 UplinkRcv|10|0x00000001|0");
        assertThat(lines).contains("a.eth0 VnicTx||0x00000001|8", "a.eth0 VnicRx||0x00000002|0");
        assertThat(lines.stream().distinct()).hasSize(6);
        assertThat(Command.run("capinfos", file.toString()).out()).contains("Time precision = nanoseconds (9)", "Number of interfaces in file: 6");
        assertThat(fields(file, "frame.time_epoch")).anyMatch(time -> !time.endsWith("000"));
        // One request passes the three ports in this order.
        var times = fields(file, "icmp.type", "icmp.seq", "frame.time_epoch", "frame.interface_name").stream()
            .filter(line -> line.startsWith("8|")).map(line -> line.split("\\|")).toList();
        var sequence = times.get(3)[1];
        assertThat(times.stream().filter(line -> line[1].equals(sequence)).sorted(java.util.Comparator.comparing(line -> line[2])).map(line -> line[3]))
            .containsExactly("a.eth0 VnicTx", "esx1/vmnic0 UplinkSnd", "tor1/2 UplinkSnd");
    }

    @Test
    void endsAfterACountAndATimeWithWholeBlocks() throws Exception {
        try (var _ = pinging()) {
            var file = folder.resolve("counted.pcapng");
            assertThat(launcher.good("capture", "--port", "a", "--count", "5", "-w", file.toString())).isEqualTo("5 frames written to " + file + "\n");
            assertThat(Command.run("tshark", "-r", file.toString()).out().lines()).hasSize(5);
            var timed = folder.resolve("timed.pcapng");
            launcher.good("capture", "--port", "a", "--duration", "300ms", "--snaplen", "34", "-w", timed.toString());
            assertThat(Command.run("tshark", "-r", timed.toString(), "-T", "fields", "-e", "frame.cap_len").out().lines()).isNotEmpty().allMatch("34"::equals);
        }
    }

    @Test
    void streamsIntoAPipeAndEndsWhenItBreaks() throws Exception {
        try (var _ = pinging()) {
            var etherloom = Path.of("etherloom").toAbsolutePath();
            var script = "ETHERLOOM_JAVA_OPTIONS=-Detherloom.state=" + launcher.state() + " ETHERLOOM_BUILD=never JAVA_HOME=" + System.getProperty("java.home")
                + " " + etherloom + " capture --port a -w - | tshark -l -r - -c 3 -T fields -e icmp.type";
            var outcome = Command.run("bash", "-c", script + "; echo statuses ${PIPESTATUS[*]}");
            assertThat(outcome.out()).contains("8\n", "0\n", "statuses 0 0");
            assertThat(outcome.err()).doesNotContain("Exception", "etherloom:");
        }
        Await.until("the lab goes on without the reader", () -> launcher.run("show", "ports").status() == 0);
    }

    @Test
    void saysWhichPortWasMeantAndKeepsAnOldFile() throws Exception {
        var file = folder.resolve("old.pcapng");
        Files.writeString(file, "precious");
        var outcome = launcher.run("capture", "--port", "esx1/vmnic9", "-w", file.toString());
        assertThat(outcome.status()).isEqualTo(5);
        assertThat(outcome.err()).contains("vmnic0");
        assertThat(file).hasContent("precious");
    }
}
