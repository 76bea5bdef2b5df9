package io.etherloom.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Raw frames from inside VMs: where unknown unicast goes, and what becomes of tags that a guest writes itself.
class GuestFramesIT {
    private static final String TOPOLOGY = """
        name: LAB
        fabric:
          switches:
            tor1: { ports: { "1": { trunk: [10, 20] }, "2": { trunk: [10, 20] } } }
        hosts:
          esx1:
            pnics: { vmnic0: { link: tor1/1 } }
            vSwitches:
              vSwitch0:
                uplinks: [vmnic0]
                portGroups: { Ten: { vlan: 10 }, Twenty: { vlan: 20 }, Trunk: { vlan: 4095 } }
          esx2: { like: esx1, pnics: { vmnic0: { link: tor1/2 } } }
        vms:
          a: { host: esx1, nics: [ { portGroup: Ten, ip: 10.9.0.1/24 } ] }
          b: { host: esx1, nics: [ { portGroup: Ten, ip: 10.9.0.2/24 } ] }
          c: { host: esx1, nics: [ { portGroup: Ten, ip: 10.9.0.3/24 } ] }
          far: { host: esx2, nics: [ { portGroup: Ten, ip: 10.9.0.4/24 } ] }
          far20: { host: esx2, nics: [ { portGroup: Twenty, ip: 10.9.0.5/24 } ] }
          trunk: { host: esx1, nics: [ { portGroup: Trunk } ] }
        """;
    private static final String NOBODY = "020000000099";
    private static final String TAG_10 = "8100000a";
    private static final String TAG_20 = "81000014";

    @TempDir
    private Path folder;

    private LocalLab lab;

    @BeforeEach
    void startLab() throws Exception {
        Need.root();
        lab = LocalLab.start(folder, TOPOLOGY);
    }

    @AfterEach
    void leavesNothing() throws Exception {
        if (lab != null) lab.close();
    }

    /// Spec 2.3, 2.4: no flooding. To the wire, and there to nobody.
    @Test
    void neverShowsUnknownUnicastToAThirdVm() throws Exception {
        var a = lab.guest("a");
        var b = lab.guest("b");
        var c = lab.guest("c");
        var far = lab.guest("far");
        long before = lab.uplink("esx2", "vmnic0").inFrames();
        a.send(NOBODY, "", "for nobody", 60);
        a.send(b.mac(), "", "for b", 60);
        a.send(Guest.BROADCAST, "", "for all", 60);

        for (var ear : java.util.List.of(b, c, far)) assertThat(ear.hears("for all", 20_000)).isTrue();
        for (var ear : java.util.List.of(c, far, lab.guest("trunk"))) assertThat(ear.hears("for", 50)).isFalse();
        // The physical switch floods what it does not know, so it came as far as the other host.
        assertThat(lab.uplink("esx2", "vmnic0").inFrames() - before).isGreaterThanOrEqualTo(2);
        assertThat(drops("esx2", "vmnic0", "unknown_unicast")).isEqualTo(1);
    }

    private long drops(String host, String usedBy, String reason) {
        return lab.lab().ports().stream().filter(port -> port.host().equals(host) && port.usedBy().equals(usedBy))
            .mapToLong(port -> port.drops().getOrDefault(reason, 0L)).sum();
    }

    /// Spec 2.2: known unicast goes to its port alone.
    @Test
    void showsKnownUnicastToItsReceiverOnly() throws Exception {
        var a = lab.guest("a");
        var b = lab.guest("b");
        var c = lab.guest("c");
        a.send(b.mac(), "", "for b", 60);
        a.send(c.mac(), "", "for c", 60);
        assertThat(c.hears("for", 20_000)).isTrue();
        assertThat(b.hears("for b", 20_000)).isTrue();
        assertThat(c.hears("for b", 20)).isFalse();
    }

    /// Spec 3.4: with VLAN 4095 the guest writes the tags, and sees them.
    @Test
    void carriesTheTagsOfAGuestThatTagsInBothDirections() throws Exception {
        Need.programs("tcpdump");
        var trunk = lab.guest("trunk");
        var near = lab.guest("b");
        var far20 = lab.guest("far20");
        trunk.send(near.mac(), TAG_10, "ten", 60);
        trunk.send(far20.mac(), TAG_20, "twenty", 60);
        trunk.send(near.mac(), TAG_20, "wrong", 60);
        trunk.send(Guest.BROADCAST, TAG_10, "group", 60);
        assertThat(near.hears("ten", 20_000)).isTrue();
        assertThat(far20.hears("twenty", 20_000)).isTrue();
        assertThat(near.hears("group", 20_000)).isTrue();
        assertThat(near.hears("wrong", 20)).isFalse();

        try (var dump = lab.background("trunk", "tcpdump", "-i", "eth0", "-Q", "in", "-e", "-n", "-A", "-l", "--immediate-mode", "vlan")
                .awaitText("listening on")) {
            lab.guest("a").send(trunk.mac(), "", "back in ten", 60);
            lab.guest("far20").send(Guest.BROADCAST, "", "back in twenty", 60);
            dump.awaitText("back in ten").awaitText("back in twenty");
            assertThat(dump.out()).contains("vlan 10,").contains("vlan 20,");
        }
    }

    /// Spec 3.6: on a port whose VLAN the switch decides, a tag of the guest is an error. Tags of value 0 carry a priority only.
    @Test
    void dropsAndCountsTheTagOfAGuestWhoseVlanTheSwitchDecides() throws Exception {
        var a = lab.guest("a");
        var b = lab.guest("b");
        for (var tag : java.util.List.of(TAG_10, TAG_20)) a.send(b.mac(), tag, "tagged", 60);
        a.send(b.mac(), "", "untagged", 60);
        assertThat(b.hears("agged", 20_000)).isTrue();
        assertThat(b.hears("agged", 20)).as("what came first was the untagged frame").isFalse();

        var port = lab.port("a.eth0");
        assertThat(port.drops()).containsEntry("tag_unexpected", 2L);
        assertThat(port.inFrames()).isEqualTo(3);
        assertThat(lab.metrics("vswitch_port_drops_total{port=\"a.eth0\",reason=\"tag_unexpected\"")).singleElement().asString().endsWith(" 2.0");
        assertThat(lab.metrics("agent_errors_total")).allMatch(line -> line.endsWith(" 0.0")).isNotEmpty();
    }
}
