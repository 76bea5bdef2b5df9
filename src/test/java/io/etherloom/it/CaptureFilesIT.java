package io.etherloom.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.etherloom.linux.Processes;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Filters, points, names, rotation and a full disk, with a lab whose VM `a` pings `b` by a tagging port group. One lab for all tests; the VM `c` is
/// switched off and on.
class CaptureFilesIT {
    private static final String TOPOLOGY = """
        name: LAB
        fabric: { switches: { tor1: { ports: { "1": { trunk: [10] } } } } }
        hosts:
          esx1:
            pnics: { vmnic0: { link: tor1/1, speed: 10G } }
            vSwitches:
              vSwitch0:
                uplinks: [vmnic0]
                portGroups:
                  Ten: { vlan: 10, security: { macChanges: reject, forgedTransmits: reject } }
        vms:
          a: { host: esx1, nics: [ { portGroup: Ten, ip: 10.9.0.1/24 } ] }
          b: { host: esx1, nics: [ { portGroup: Ten, ip: 10.9.0.2/24 } ] }
          c: { host: esx1, nics: [ { portGroup: Ten, ip: 10.9.0.3/24 } ] }
        """;

    @TempDir
    private static Path folder;

    private static Launcher launcher;

    @BeforeAll
    static void startLab() throws Exception {
        Need.root();
        Need.jar();
        Need.programs("tshark", "tcpdump", "capinfos", "ping", "mount", "umount");
        launcher = new Launcher(folder);
        launcher.good("up", launcher.topology("", TOPOLOGY), "--detach");
    }

    @AfterAll
    static void leavesNothing() throws Exception {
        if (launcher != null) launcher.end();
    }

    private static Command ping(String from, String to, String interval) {
        return Command.start("ip", "netns", "exec", "el-" + LocalLab.name("") + "-" + from, "ping", "-n", "-q", "-i", interval, to);
    }

    private static List<String> read(Path file, String... words) throws Exception {
        var all = new ArrayList<>(List.of("tshark", "-r", file.toString(), "-T", "fields", "-E", "separator=|"));
        all.addAll(List.of(words));
        return Command.run(all).out().lines().toList();
    }

    private static String count(Path file, String filter) throws Exception {
        return Command.run("tcpdump", "-n", "--count", "-r", file.toString(), filter).out().replaceAll("(?s).*?([0-9]+) packet.*", "$1");
    }

    /// Spec 8.15: at PortOutput a frame of a tagging port group shows its VLAN, at VnicRx not; so the filter finds it at one of them.
    @Test
    void filtersWhatStandsAtThePointAsTcpdumpDoes() throws Exception {
        try (var _ = ping("a", "10.9.0.2", "0.01")) {
            var output = folder.resolve("output.pcapng");
            launcher.good("capture", "--lab", "--point", "PortOutput", "--count", "5", "-w", output.toString(), "vlan", "10", "and", "icmp");
            assertThat(count(output, "vlan 10 and icmp")).isEqualTo("5");
            assertThat(read(output, "-e", "frame.interface_name", "-e", "vlan.id").stream().distinct()).containsExactlyInAnyOrder("b.eth0 PortOutput|10", "a.eth0 PortOutput|10");
            var received = folder.resolve("received.pcapng");
            launcher.good("capture", "--vm", "b", "--dir", "1", "--stage", "1", "--proto", "0x01", "--srcip", "10.9.0.1", "-c", "5", "-w", received.toString());
            assertThat(count(received, "icmp and src host 10.9.0.1 and not vlan")).isEqualTo("5");
            var none = folder.resolve("none.pcapng");
            assertThat(launcher.good("capture", "--vm", "b", "--point", "VnicRx", "--filter", "vlan", "--duration", "300ms", "-w", none.toString())).startsWith("0 frames");
            // What is left over by a filter of ours is what tcpdump finds in a capture of all.
            var all = folder.resolve("all.pcapng");
            launcher.good("capture", "--portgroup", "Ten", "--point", "VnicRx", "--point", "PortOutput", "-c", "40", "-w", all.toString());
            assertThat(count(all, "icmp[icmptype] = icmp-echo or (vlan and icmp[icmptype] = icmp-echo)"))
                .isEqualTo(String.valueOf(read(all, "-e", "icmp.type").stream().filter("8"::equals).count()));
        }
    }

    @Test
    void namesVmsAndTellsSpeedAndStatistics() throws Exception {
        try (var _ = ping("a", "10.9.0.2", "0.01")) {
            var file = folder.resolve("names.pcapng");
            try (var capture = launcher.start("capture", "--port", "a", "--uplink", "vmnic0", "-w", file.toString())) {
                Await.until("frames are in the file", () -> Files.exists(file) && Files.size(file) > 4_000);
                capture.stop(Processes.SIGINT);
            }
            assertThat(read(file, "-N", "n", "-Y", "icmp.type == 8", "-e", "ip.src_host", "-e", "ip.dst_host").stream().distinct()).containsExactly("a|b");
            var report = Command.run("capinfos", file.toString()).out();
            assertThat(report).contains("Name = esx1/vmnic0 UplinkSnd", "Speed = 10000000000", "Number of stat entries = 1");
        }
    }

    @Test
    void rotatesWithoutLosingAFrame() throws Exception {
        try (var _ = ping("a", "10.9.0.2", "0.002")) {
            var file = folder.resolve("ring.pcapng");
            launcher.good("capture", "--port", "a", "--point", "VnicTx", "-c", "100", "-b", "packets:30", "-w", file.toString(), "icmp");
            var sequences = new ArrayList<Integer>();
            List<Path> files;
            try (var all = Files.list(folder)) {
                files = all.filter(it -> it.getFileName().toString().startsWith("ring_")).sorted().toList();
            }
            assertThat(files).hasSize(4);
            for (var one : files) {
                assertThat(read(one, "-Y", "_ws.malformed", "-e", "frame.number")).isEmpty();
                read(one, "-N", "n", "-e", "icmp.seq", "-e", "ip.src_host").forEach(line -> {
                    sequences.add(Integer.parseInt(line.split("\\|")[0]));
                    assertThat(line).endsWith("|a");
                });
            }
            assertThat(sequences).hasSize(100);
            for (int i = 1; i < 100; i++) assertThat(sequences.get(i)).isEqualTo(sequences.get(i - 1) + 1);
        }
    }

    @Test
    void saysWhyAFrameEnded() throws Exception {
        var file = folder.resolve("drops.pcapng");
        try (var capture = launcher.start("capture", "--vm", "c", "--point", "Drop", "-c", "1", "-w", file.toString(), "ether src 02:00:00:00:00:99")) {
            Await.until("the capture has begun", () -> Files.exists(file) && Files.size(file) > 0);
            var address = Command.run("ip", "netns", "exec", "el-" + LocalLab.name("") + "-c", "cat", "/sys/class/net/eth0/address").out().strip();
            launcher.inside("c", "ip", "link", "set", "eth0", "address", "02:00:00:00:00:99").await();
            try (var _ = ping("c", "10.9.0.2", "0.02")) {
                capture.await();
            } finally {
                launcher.inside("c", "ip", "link", "set", "eth0", "address", address).await();
            }
        }
        assertThat(read(file, "-e", "frame.interface_name", "-e", "frame.comment")).singleElement().asString().startsWith("c.eth0 Drop|").hasSizeGreaterThan(20);
    }

    @Test
    void aPortThatGoesAndComesBackIsCapturedOn() throws Exception {
        var file = folder.resolve("power.pcapng");
        try (var capture = launcher.start("capture", "--portgroup", "Ten", "--point", "VnicTx", "-w", file.toString(), "icmp and src host 10.9.0.3")) {
            Await.until("the capture has begun", () -> Files.exists(file) && Files.size(file) > 0);
            launcher.good("vm", "off", "c");
            launcher.good("vm", "on", "c");
            long before = Files.size(file);
            try (var _ = ping("c", "10.9.0.2", "0.02")) {
                Await.until("frames of the new port are in the file", () -> Files.size(file) > before + 100);
            }
            capture.stop(Processes.SIGINT);
        }
        assertThat(read(file, "-e", "frame.interface_name").stream().distinct()).containsExactly("c.eth0 VnicTx");
    }

    /// A disk of twenty pages.
    @Test
    void aFullDiskEndsTheCaptureAndLeavesAReadableFile() throws Exception {
        var disk = Files.createDirectory(folder.resolve("disk"));
        assertThat(Command.run("mount", "-t", "tmpfs", "-o", "size=80k", "tmpfs", disk.toString()).status()).isZero();
        try (var _ = ping("a", "10.9.0.2", "0.002")) {
            var file = disk.resolve("full.pcapng");
            var outcome = launcher.run("capture", "--lab", "-w", file.toString());
            assertThat(outcome.status()).isEqualTo(1);
            assertThat(outcome.err()).contains("No space left on device", "frames in " + file, "can be read").doesNotContain("\tat ");
            var frames = read(file, "-e", "frame.number");
            assertThat(frames).hasSizeGreaterThan(100);
            assertThat(outcome.err()).contains("; " + frames.size() + " frames in");
            assertThat(Command.run("capinfos", file.toString()).status()).isZero();
        } finally {
            Command.run("umount", disk.toString());
        }
    }

    @Test
    void saysWhatIsWrongWithoutTouchingAFile() throws Exception {
        var file = folder.resolve("never.pcapng").toString();
        var filter = launcher.run("capture", "--port", "a", "-w", file, "vlan 10 andd icmp");
        assertThat(filter.status()).isEqualTo(2);
        assertThat(filter.err()).contains("syntax error\n  vlan 10 andd icmp\n          ^\n");
        assertThat(launcher.run("capture", "--port", "a", "-w", file, "--point", "PreDVFilter").err()).contains("no dvFilters");
        var group = launcher.run("capture", "--portgroup", "Tn", "-w", file);
        assertThat(group.status()).isEqualTo(5);
        assertThat(group.err()).contains("did you mean 'Ten'?");
        assertThat(Path.of(file)).doesNotExist();
        var missing = launcher.run("capture", "--lab", "-w", folder.resolve("none/a.pcapng").toString(), "--duration", "2s");
        assertThat(missing.status()).isEqualTo(1);
        assertThat(missing.err()).contains("there is no folder " + folder.resolve("none") + "; no file was made").doesNotContain("can be read");
    }
}
