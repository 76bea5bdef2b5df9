package io.etherloom.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.etherloom.capture.CapturedFrame;
import io.etherloom.it.ToolbarOfWireshark.Told;
import io.etherloom.linux.Processes;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Labs as interfaces of tshark, by the script in a home of the test, and captures from and into them by pipes. One lab for all tests, since none changes it.
class WiresharkIT {
    private static final String TOPOLOGY = """
        name: LAB
        hosts:
          esx1: { vSwitches: { vSwitch0: { portGroups: { VM Network: { vlan: 10 } } } } }
        vms:
          player: { host: esx1, kind: replay, nics: [ { portGroup: VM Network } ], replay: { file: PING, loop: yes, rate: 100/s } }
          web1: { host: esx1, kind: memory, nics: [ { portGroup: VM Network } ] }
        """.replace("PING", Path.of("pcap-samples/ping.pcapng").toAbsolutePath().toString());

    @TempDir
    private static Path folder;

    private static Launcher launcher;
    private static Path script;
    private static final Map<String, String> ENVIRONMENT = new HashMap<>();

    @BeforeAll
    static void startLabAndInstall() throws Exception {
        Need.root();
        Need.jar();
        Need.programs("tshark", "mkfifo");
        launcher = new Launcher(folder);
        ENVIRONMENT.putAll(launcher.environment());
        ENVIRONMENT.put("HOME", folder.resolve("home").toString());
        ENVIRONMENT.put("XDG_CONFIG_HOME", folder.resolve("home/.config").toString());
        launcher.good("up", launcher.topology("", TOPOLOGY), "--detach");
        var installed = run("etherloom", "extcap", "install");
        assertThat(installed.out()).startsWith("installed " + folder.resolve("home"));
        script = Path.of(installed.out().replaceFirst("installed (.*);(?s).*", "$1"));
        assertThat(script).isExecutable();
    }

    @AfterAll
    static void uninstallsAndLeavesNothing() throws Exception {
        if (script != null) {
            assertThat(run("etherloom", "extcap", "uninstall").out()).startsWith("removed " + script);
            assertThat(script).doesNotExist();
        }
        if (launcher != null) launcher.end();
    }

    private static Command start(String... words) {
        var command = new ArrayList<>(List.of(words));
        if (command.getFirst().equals("etherloom")) {
            command.set(0, Path.of("etherloom").toAbsolutePath().toString());
        }
        return Command.start(command, ENVIRONMENT);
    }

    private static Command.Outcome run(String... words) throws Exception {
        try (var command = start(words)) {
            return command.await();
        }
    }

    private static String named(String rest) {
        return LocalLab.name("") + ":" + rest;
    }

    @Test
    void tsharkListsTheLabAndCaptures() throws Exception {
        assertThat(run("tshark", "-D").out()).contains(named("lab") + " (Etherloom " + LocalLab.name("") + ": all ports)", named("drops") + " ",
            named("vm:player") + " ", named("vm:web1") + " ", named("portgroup:VM_Network") + " ");
        var five = run("tshark", "-i", named("vm:player"), "-c", "5", "-T", "fields", "-e", "eth.type", "-e", "frame.interface_name");
        assertThat(five.out().lines()).as(five.err()).hasSize(5).allMatch(line -> line.matches("0x0806\t.*|0x0800\t.*"));
        var filtered = run("tshark", "-i", named("vm:player"), "-f", "arp and ether broadcast", "-c", "2", "-T", "fields", "-e", "arp.opcode");
        assertThat(filtered.out().lines()).as(filtered.err()).containsExactly("1", "1");
        var drops = run("tshark", "-i", named("drops"), "-c", "2", "-T", "fields", "-e", "frame.comment");
        assertThat(drops.out().lines()).as(drops.err()).hasSize(2).noneMatch(String::isBlank);
    }

    @Test
    void tsharkSaysWhatIsWrongWithAFilterInLibpcapsWords() throws Exception {
        var outcome = run("tshark", "-i", named("vm:player"), "-f", "arp and", "-c", "2");
        assertThat(outcome.all()).contains("syntax error");
        assertThat(run(script.toString(), "--extcap-interface", named("lab"), "--extcap-capture-filter", "arp and").out()).contains("syntax error");
        assertThat(run(script.toString(), "--extcap-interface", named("lab"), "--extcap-capture-filter", "arp").out()).isEmpty();
    }

    /// What `etherloom replay` says of itself, and its end by Ctrl-C; the VM goes on.
    @Test
    void replaysFromTheCommandLineUntilCtrlC() throws Exception {
        var ping = Path.of("pcap-samples/ping.pcapng").toAbsolutePath().toString();
        try (var replay = launcher.start("replay", ping, "--port", "web1", "--rate", "500/s", "--loop", "forever", "--rewrite-macs")) {
            Await.until("frames go in", () -> launcher.shown("ports", "usedBy", "web1.eth0").path("inFrames").asLong() > 20);
            var ended = replay.stop(Processes.SIGINT);
            assertThat(ended.status()).as(ended.all()).isZero();
            assertThat(ended.out()).contains("into web1.eth0 in ", "ended before its time", "dropped at the port: no_uplink: ");
        }
        var piped = run("bash", "-c", Path.of("etherloom").toAbsolutePath() + " replay - --port web1 --rate max < " + ping);
        assertThat(piped.out()).as(piped.err()).startsWith("8 frames sent");
    }

    @Test
    void aCaptureIsPipedIntoTshark() throws Exception {
        var etherloom = Path.of("etherloom").toAbsolutePath();
        var outcome = run("bash", "-c", etherloom + " capture --port player -w - | tshark -i - -c 3 -T fields -e frame.number");
        assertThat(outcome.out().lines()).as(outcome.err()).containsExactly("1", "2", "3");
    }

    private static boolean isArp(CapturedFrame frame) {
        return frame.bytes()[12] == 8 && frame.bytes()[13] == 6;
    }

    @Test
    void theToolbarChangesARunningCapture() throws Exception {
        var words = new ArrayList<>(List.of(script.toString(), "--capture", "--extcap-interface", named("vm:player")));
        words.addAll(ToolbarOfWireshark.arguments(folder));
        try (var extcap = start(words.toArray(String[]::new)); var wireshark = new ToolbarOfWireshark(folder)) {
            Await.until("both kinds of frames come", () -> wireshark.frames().stream().anyMatch(WiresharkIT::isArp)
                && !wireshark.frames().stream().allMatch(WiresharkIT::isArp));
            assertThat(wireshark.told()).contains(new Told(0, 1, ""), new Told(1, 1, "\0"));
            int interfaces = interfaces(wireshark);

            wireshark.filter("arp");
            Await.until("a capture with the filter goes on in the same stream", () -> since(wireshark, interfaces).size() > 4);
            assertThat(since(wireshark, interfaces)).allMatch(WiresharkIT::isArp);

            wireshark.filter("arp and");
            Await.until("the mistake is told", () -> wireshark.told().stream().anyMatch(it -> it.command() == 8 && it.value().contains("syntax error")));
            int seen = wireshark.frames().size();
            Await.until("the capture goes on as it was", () -> wireshark.frames().size() > seen + 2);
            assertThat(since(wireshark, interfaces)).allMatch(WiresharkIT::isArp);

            wireshark.filter("");
            int before = interfaces(wireshark);
            wireshark.dropOnly(true);
            Await.until("drops come with their reason", () -> wireshark.frames().getLast().source().index() >= before
                && String.valueOf(wireshark.frames().getLast().comment()).contains("no uplink: "));
            extcap.stop(Processes.SIGTERM);
            var file = Files.write(folder.resolve("all.pcapng"), wireshark.octets());
            var read = Command.run("tshark", "-r", file.toString(), "-T", "fields", "-e", "frame.number");
            assertThat(read.out().lines()).hasSizeGreaterThan(10);
            assertThat(read.err()).doesNotContain("cut short", "doesn't appear", "isn't");
        }
    }

    private static int interfaces(ToolbarOfWireshark wireshark) {
        return 1 + wireshark.frames().stream().mapToInt(frame -> frame.source().index()).max().orElse(0);
    }

    private static List<CapturedFrame> since(ToolbarOfWireshark wireshark, int index) {
        return wireshark.frames().stream().filter(frame -> frame.source().index() >= index).toList();
    }
}
