package io.etherloom.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.etherloom.linux.Libc;
import io.etherloom.linux.PacketSocket;
import io.etherloom.linux.Rtnetlink;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.HexFormat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The door to the real network: an uplink that is a TAP of the machine, which the kernel's own tools look at.
class TapUplinkIT {
    private static final String TOPOLOGY = """
        name: LAB
        hosts:
          esx1:
            pnics: { vmnic0: { tap: LABx } }
            vSwitches: { vSwitch0: { uplinks: [vmnic0], portGroups: { Ten: { vlan: 10 }, Plain: { vlan: 0 } } } }
        vms:
          ten: { host: esx1, nics: [ { portGroup: Ten, ip: 10.9.0.1/24 } ] }
          plain: { host: esx1, nics: [ { portGroup: Plain, ip: 10.9.1.1/24 } ] }
        """;

    @TempDir
    private Path folder;

    private LocalLab lab;

    @BeforeEach
    void needsRoot() {
        Need.root();
        Need.programs("tcpdump", "ip");
    }

    @AfterEach
    void leavesNothing() throws Exception {
        if (lab != null) lab.close();
        Command.run("ip", "link", "delete", LocalLab.name("") + "x");
    }

    @Test
    void showsTheTagToTcpdumpOnTheMachine() throws Exception {
        lab = LocalLab.start(folder, TOPOLOGY);
        try (var dump = lab.with(Command.start("tcpdump", "-i", lab.name() + "x", "-e", "-n", "-A", "-l", "--immediate-mode")).awaitText("listening on")) {
            lab.guest("ten").send(Guest.BROADCAST, "", "text of ten", 60);
            lab.guest("plain").send(Guest.BROADCAST, "", "text of plain", 60);
            dump.awaitText("text of ten").awaitText("text of plain");
            var lines = dump.out().lines().filter(line -> line.contains("0x88b5")).toList();
            assertThat(lines.get(0)).contains("802.1Q").contains("vlan 10,");
            assertThat(lines.get(1)).doesNotContain("802.1Q");
        }
    }

    @Test
    void givesTaggedFramesOfTheMachineToTheVmsOfThatVlanOnly() throws Exception {
        lab = LocalLab.start(folder, TOPOLOGY);
        var ten = lab.guest("ten");
        var plain = lab.guest("plain");
        machineSends("ffffffffffff" + "020000000001" + "8100000a" + Guest.EXPERIMENT + hex("in ten") + "00".repeat(50));
        machineSends("ffffffffffff" + "020000000001" + Guest.EXPERIMENT + hex("in none") + "00".repeat(50));
        assertThat(ten.hears("in ten", 20_000)).isTrue();
        assertThat(plain.hears("in none", 20_000)).isTrue();
        assertThat(ten.hears("in none", 20)).isFalse();
        assertThat(plain.hears("in ten", 20)).isFalse();
    }

    private static String hex(String text) {
        return HexFormat.of().formatHex(text.getBytes(java.nio.charset.StandardCharsets.US_ASCII));
    }

    private void machineSends(String frame) {
        try (var link = Rtnetlink.open(); var socket = PacketSocket.open(link.index(lab.name() + "x")); var arena = Arena.ofConfined()) {
            var octets = HexFormat.of().parseHex(frame);
            assertThat(socket.send(Libc.current(), arena.allocateFrom(ValueLayout.JAVA_BYTE, octets), octets.length)).isEqualTo(octets.length);
        }
    }

    /// A persistent TAP was made by somebody else: attached, never configured, never deleted.
    @Test
    void leavesAPersistentTapOfTheMachineAsItWas() throws Exception {
        var tap = LocalLab.name("") + "x";
        assertThat(Command.run("ip", "tuntap", "add", "dev", tap, "mode", "tap").status()).isZero();
        Command.run("ip", "link", "set", tap, "address", "02:00:00:00:00:77", "mtu", "1400");
        lab = LocalLab.start(folder, TOPOLOGY);
        assertThat(lab.uplink("esx1", "vmnic0").link()).as("it is administratively down").isEqualTo("down");
        Command.run("ip", "link", "set", tap, "up");
        Await.until("the uplink is usable", () -> lab.uplink("esx1", "vmnic0").state().equals("usable"));
        try (var dump = lab.with(Command.start("tcpdump", "-i", tap, "-n", "-A", "-l", "--immediate-mode")).awaitText("listening on")) {
            lab.guest("plain").send(Guest.BROADCAST, "", "through it", 60);
            dump.awaitText("through it");
        }
        lab.lab().close();
        var after = Command.run("ip", "-d", "link", "show", tap);
        assertThat(after.out()).contains("02:00:00:00:00:77", "mtu 1400", "persist on").contains("UP");
        assertThat(Command.run("ip", "link", "delete", tap).status()).isZero();
    }
}
