package io.etherloom.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.etherloom.discovery.Advertisement;
import io.etherloom.discovery.Capability;
import io.etherloom.discovery.Cdp;
import io.etherloom.discovery.DiscoveryProtocol;
import io.etherloom.frame.DropReason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// CDP and LLDP between hosts and physical switches: who says what when, and who hears it (spec 8.1).
final class DiscoveryScenariosTest extends DiscoveryScenario {
    private static final String SPEAKS_LLDP = "linkDiscovery: { protocol: lldp, operation: both }\n";

    /// Spec 8.1: a host listens to CDP by default and says nothing; the physical switch names itself and the port of the cable.
    @Test
    void aHostLearnsWhereItsPnicsAreCabled() {
        var lab = start(fabric("", ""));
        assertThat(neighbors(lab, "esx1", "vmnic0")).containsExactly("tor1 1 cdp");
        assertThat(neighbors(lab, "esx1", "vmnic1")).containsExactly("tor2 1 cdp");
        var heard = neighbor(lab, "esx1", "vmnic0", "cdp");
        assertThat(heard.platform()).isEqualTo("cisco WS-C3850-24T");
        assertThat(heard.nativeVlan()).isEqualTo(7);
        assertThat(heard.mtu()).isEqualTo(9000);
        assertThat(heard.capabilities()).containsExactly("switch");
        assertThat(heard.addresses()).containsExactly("10.0.0.2");
        assertThat(heard.duplex()).isEqualTo("full");
        assertThat(heard.vtpDomain()).isEqualTo("campus");
        assertThat(heard.ttlSeconds()).isEqualTo(180);
        assertNobody(lab, "tor1", "1", "heard no CDP or LLDP for 0 s");
        assertNobody(lab, "esx1", "vmnic2", "is no uplink of a vSwitch");
        lab.advanceMillis(5_500);
        assertNobody(lab, "tor1", "1", "heard no CDP or LLDP for 5 s");
        assertThat(neighbor(lab, "esx1", "vmnic0", "cdp").ageSeconds()).as("since the third").isEqualTo(3);
        assertThat(consumed(lab, SWITCH, "vmnic0")).as("three by CDP, four by LLDP").isEqualTo(7);
    }

    /// Spec 8.1: none, listen, advertise and both; the wire and the table show which ways information goes.
    @Test
    void fourOperationsSayOrHear() {
        for (var operation : List.of("none", "listen", "advertise", "both")) {
            var lab = startHost();
            var outcome = discovery(lab, "operation=" + operation);
            boolean speaks = operation.equals("advertise") || operation.equals("both");
            boolean hears = operation.equals("listen") || operation.equals("both");
            assertThat(frames(outcome, "up0", CDP)).as(operation).hasSize(speaks ? 1 : 0);
            assertThat(frames(outcome, "up0", LLDP)).isEmpty();
            assertThat(lab.send("up0", cdp("sw1", 180), lldp("sw2", 120))).isEqualTo(copies());
            assertThat(consumed(lab, SWITCH, "vmnic0")).as("frames that ended in the host").isEqualTo(2);
            assertThat(neighbors(lab, "esx1", "vmnic0")).as(operation).containsExactly(hears ? "sw1 Gi1/0/1 cdp"
                    : "linkDiscovery.operation of vSwitch0 is " + operation + (speaks ? ", which does not listen" : ""));
        }
    }

    /// Spec 8.1, 4.48a: what an ESX host says of itself by CDP, from the address of the pNIC, untagged.
    @Test
    void aHostSaysWhatTheProductSays() {
        var lab = start(fabric("", ""));
        discovery(lab, "operation=both");
        assertThat(neighbors(lab, "tor1", "1")).containsExactly("esx1 vmnic0 cdp");
        var heard = neighbor(lab, "tor1", "1", "cdp");
        assertThat(heard.chassis()).isEqualTo("esx1");
        assertThat(heard.platform()).isEqualTo("VMware ESX");
        assertThat(heard.capabilities()).containsExactly("switch");
        assertThat(heard.addresses()).as("of the management interface").containsExactly("10.0.0.11");
        assertThat(heard.mtu()).isEqualTo(1500);
        assertThat(heard.nativeVlan()).isNull();
        var wire = startHost();
        var frame = frames(discovery(wire, "operation=advertise"), "up0", CDP).getFirst();
        long mac = wire.topology().hosts().get("esx1").pnics().get("vmnic0").mac();
        assertThat(destination(Arrays.copyOfRange(frame, 6, 12))).isEqualTo(mac);
        assertThat(wire.port(SWITCH, "vmnic0").counters().originatedFrames()).isEqualTo(1);
    }

    /// Spec 8.1: CDP each 60 s, after three frames a second apart when the link comes up; LLDP each 30 s after four.
    @Test
    void advertisementsKeepTheirIntervals() {
        var cdp = startHost();
        assertThat(frames(discovery(cdp, "operation=advertise"), "up0", CDP)).hasSize(1);
        assertThat(spoken(cdp, "up0", CDP, 185)).containsExactly(1.0, 2.0, 62.0, 122.0, 182.0);
        assertThat(parsed(frames(discovery(cdp, "operation=both"), "up0", CDP).stream().findFirst().orElse(
                frames(cdp.advanceMillis(60_000), "up0", CDP).getFirst())).ttlSeconds()).isEqualTo(180);
        var lldp = startHost("Etherloom.StandardLldp: 1");
        discovery(lldp, "protocol=lldp");
        assertThat(frames(discovery(lldp, "operation=advertise"), "up0", LLDP)).hasSize(1);
        assertThat(spoken(lldp, "up0", LLDP, 95)).containsExactly(1.0, 2.0, 3.0, 33.0, 63.0, 93.0);
    }

    /// Spec 8.1, Etherloom.CdpInterval, Etherloom.CdpHoldtime, Etherloom.LldpInterval and Etherloom.LldpHoldMultiplier; the same of a
    /// physical switch.
    @Test
    void intervalsAreOptions() {
        var cdp = startHost("Etherloom.CdpInterval: 5", "Etherloom.CdpHoldtime: 20");
        assertThat(parsed(frames(discovery(cdp, "operation=advertise"), "up0", CDP).getFirst()).ttlSeconds()).isEqualTo(20);
        assertThat(spoken(cdp, "up0", CDP, 12)).containsExactly(1.0, 2.0, 7.0, 12.0);
        var lldp = startHost("Etherloom.StandardLldp: 1", "Etherloom.LldpInterval: 2", "Etherloom.LldpHoldMultiplier: 3");
        discovery(lldp, "protocol=lldp");
        assertThat(parsed(frames(discovery(lldp, "operation=advertise"), "up0", LLDP).getFirst()).ttlSeconds()).isEqualTo(6);
        assertThat(spoken(lldp, "up0", LLDP, 7)).containsExactly(1.0, 2.0, 3.0, 5.0, 7.0);
        var tor = start(fabric(", cdpInterval: 3s, cdpHoldtime: 9s, lldpInterval: 2s, lldpHoldMultiplier: 2", ""));
        assertThat(spoken(tor, "m9", CDP, 9)).containsExactly(1.0, 2.0, 5.0, 8.0);
        assertThat(spoken(tor, "m9", LLDP, 4)).as("since 3 s, each 2 s").containsExactly(2.0, 4.0);
        assertThat(neighbor(tor, "esx1", "vmnic0", "cdp").ttlSeconds()).isEqualTo(9);
    }

    /// Spec 8.1: after a pause of the host one advertisement is sent, not all that were missed.
    @Test
    void aPauseIsNotMadeUpFor() {
        var lab = startHost("Etherloom.CdpInterval: 2");
        discovery(lab, "operation=advertise");
        lab.advanceMillis(10_000);
        assertThat(frames(lab.jumpMillis(60_000), "up0", CDP)).hasSize(1);
        assertThat(spoken(lab, "up0", CDP, 4)).hasSize(2);
    }

    /// Spec 8.1: what was heard is remembered for the holdtime that its sender asks for, and then no more.
    @Test
    void neighborsAreForgottenAfterTheirHoldtime() {
        var lab = startHost();
        lab.send("up0", cdp("sw1", 10));
        lab.send("up1", cdp("sw2", 30));
        lab.advanceMillis(6_000);
        lab.send("up0", cdp("sw1", 10));
        lab.advanceMillis(9_750);
        assertThat(neighbors(lab, "esx1", "vmnic0")).containsExactly("sw1 Gi1/0/1 cdp");
        assertThat(neighbor(lab, "esx1", "vmnic0", "cdp").ageSeconds()).isEqualTo(9);
        lab.advanceMillis(250);
        assertNobody(lab, "esx1", "vmnic0", "heard no CDP for 16 s; sw1 port Gi1/0/1 was heard 10 s ago");
        assertThat(neighbors(lab, "esx1", "vmnic1")).containsExactly("sw2 Gi1/0/1 cdp");
    }

    /// Spec 8.1: with the link goes what was heard, and when it comes back both say at once who they are.
    @Test
    void aLinkThatComesUpIsSpokenOnAtOnce() {
        var lab = start(fabric("", ""));
        discovery(lab, "operation=both");
        lab.advanceMillis(20_500);
        lab.pull("esx1", "vmnic0");
        assertNobody(lab, "esx1", "vmnic0", "link down; tor1 port 1 was heard 18 s ago");
        assertNobody(lab, "tor1", "1", "link down; esx1 port vmnic0 was heard 18 s ago");
        assertThat(spoken(lab, "m9", CDP, 30)).as("the others keep their time").isEmpty();
        lab.plug("esx1", "vmnic0");
        assertThat(neighbors(lab, "esx1", "vmnic0")).containsExactly("tor1 1 cdp");
        assertThat(neighbors(lab, "tor1", "1")).containsExactly("esx1 vmnic0 cdp");
    }

    /// Spec 8.1: what changes is said at once and heard as a change.
    @Test
    void changesAreSaidAtOnce() {
        var events = new ArrayList<String>();
        var lab = start(fabric("", ""));
        lab.advanceMillis(10_000);
        lab.neighbors();
        lab.onNeighbors(recorder(events));
        lab.apply(fabric("", "").replace("native: 7", "native: 8"));
        assertThat(neighbor(lab, "esx1", "vmnic0", "cdp").nativeVlan()).isEqualTo(8);
        assertThat(events).containsExactly("changed vmnic0 tor1 7 -> 8");
    }

    /// Spec 8.1: found, lost by time, lost with the link, and gone with a goodbye are each told once.
    @Test
    void whoComesAndGoesIsTold() {
        var events = new ArrayList<String>();
        var lab = startHost("Etherloom.StandardLldp: 1");
        lab.onNeighbors(recorder(events));
        discovery(lab, "protocol=lldp");
        lab.send("up0", lldp("sw1", 10), lldp("sw1", 10));
        lab.neighbors();
        lab.advanceMillis(10_000);
        lab.neighbors();
        lab.send("up0", lldp("sw2", 10), lldp("sw2", 0), lldp("sw2", 0));
        lab.send("up0", lldp("sw3", 10));
        lab.neighbors();
        lab.pull("esx1", "vmnic0");
        lab.plug("esx1", "vmnic0");
        lab.send("up0", lldp("sw4", 100));
        lab.neighbors();
        discovery(lab, "operation=none");
        assertThat(events).containsExactly("found vmnic0 sw1", "lost vmnic0 sw1: not heard in time", "found vmnic0 sw2", "lost vmnic0 sw2: it said goodbye",
                "found vmnic0 sw3", "lost vmnic0 sw3: link down", "found vmnic0 sw4", "lost vmnic0 sw4: no longer listened to");
    }

    private static Neighbors.Listener recorder(List<String> events) {
        return new Neighbors.Listener() {
            @Override
            public void found(SwitchRuntime owner, PortRuntime port, Advertisement said) {
                events.add("found " + port.plan().name() + " " + said.device());
            }

            @Override
            public void changed(SwitchRuntime owner, PortRuntime port, Advertisement before, Advertisement said) {
                events.add("changed " + port.plan().name() + " " + said.device() + " " + before.nativeVlan() + " -> " + said.nativeVlan());
            }

            @Override
            public void lost(SwitchRuntime owner, PortRuntime port, Advertisement said, String reason) {
                events.add("lost " + port.plan().name() + " " + said.device() + ": " + reason);
            }
        };
    }

    /// Spec 8.1, Etherloom.StandardLldp: LLDP on a standard vSwitch, in both directions with a physical switch; CDP is then not heard.
    @Test
    void lldpWorksWhereItIsAllowed() {
        var lab = start(fabric("", "", "Etherloom.StandardLldp: 1"));
        discovery(lab, "protocol=lldp");
        discovery(lab, "operation=both");
        assertNobody(lab, "esx1", "vmnic0", "heard no LLDP for 0 s; tor1 port 1 was heard 0 s ago");
        lab.advanceMillis(1_100);
        assertThat(neighbors(lab, "esx1", "vmnic0")).containsExactly("tor1 1 lldp");
        assertThat(neighbors(lab, "tor1", "1")).containsExactly("esx1 vmnic0 lldp");
        var heard = neighbor(lab, "esx1", "vmnic0", "lldp");
        assertThat(heard.nativeVlan()).isEqualTo(7);
        assertThat(heard.maxFrame()).isEqualTo(9018);
        assertThat(heard.portDescription()).isEqualTo("trunk port of VLANs all");
        assertThat(heard.capabilities()).containsExactly("bridge");
        assertThat(neighbor(lab, "tor1", "1", "lldp").portDescription()).isEqualTo("port vmnic0 on vSwitch0");
    }

    /// Spec 8.1, IEEE Std 802.1AB: a port that speaks LLDP no more says goodbye, and is forgotten at once.
    @Test
    void lldpSaysGoodbye() {
        for (var change : List.of("operation=listen", "protocol=cdp")) {
            var lab = start(fabric("", "", "Etherloom.StandardLldp: 1").replace("teaming: {", SPEAKS_LLDP + "        teaming: {"));
            assertThat(neighbors(lab, "tor1", "1")).as(change).containsExactly("esx1 vmnic0 lldp");
            discovery(lab, change);
            assertThat(neighbors(lab, "tor1", "1")).as(change).containsExactly(change.equals("protocol=cdp") ? "esx1 vmnic0 cdp"
                    : "heard no CDP or LLDP for 0 s; esx1 port vmnic0 was heard 0 s ago");
        }
    }

    /// Spec 8.1, IEEE Std 802.1AB: goodbye on the wire: one frame with the time to live 0, by operation or because the pNIC leaves the vSwitch.
    @Test
    void goodbyeIsOneFrame() {
        var yaml = host("Etherloom.StandardLldp: 1").replace("teaming: {", SPEAKS_LLDP + "        teaming: {");
        var lab = start(yaml);
        lab.advanceMillis(10_000);
        var farewell = frames(discovery(lab, "operation=none"), "up0", LLDP);
        assertThat(farewell).hasSize(1);
        assertThat(parsed(farewell.getFirst()).ttlSeconds()).isZero();
        assertThat(parsed(farewell.getFirst()).port()).isEqualTo("vmnic0");
        assertThat(spoken(lab, "up0", LLDP, 40)).isEmpty();
        var other = start(yaml);
        other.advanceMillis(10_000);
        var left = other.apply(yaml.replace("uplinks: [vmnic0, vmnic1]", "uplinks: [vmnic1]"));
        assertThat(frames(left, "up0", LLDP)).extracting(frame -> parsed(frame).ttlSeconds()).containsExactly(0);
        assertThat(frames(left, "up1", LLDP)).isEmpty();
    }

    /// Spec 8.1: a physical switch speaks per switch and port, and hears other switches.
    @Test
    void physicalSwitchesSpeakWhereTheyShall() {
        var lab = start(fabric("", ""));
        assertThat(neighbors(lab, "tor1", "24")).containsExactlyInAnyOrder("tor2 24 cdp", "tor2 24 lldp");
        assertThat(spoken(lab, "m9", CDP, 2)).hasSize(2);
        lab.apply(fabric(", cdp: no", ", linkDiscovery: no"));
        assertNobody(lab, "tor1", "24", "linkDiscovery of this port is off");
        assertThat(spoken(lab, "m9", CDP, 61)).isEmpty();
        lab.apply(fabric(", cdp: no, lldp: no", ""));
        assertNobody(lab, "tor1", "24", "linkDiscovery of tor1 is off");
        assertThat(spoken(lab, "m9", LLDP, 61)).isEmpty();
    }

    /// Spec 8.1: a physical switch ends CDP or does not know it, and never forwards LLDP (IEEE Std 802.1Q, 8.6.3).
    @Test
    void physicalSwitchesForwardCdpOnlyWhenTheyDoNotKnowIt() {
        var speaks = start(fabric("", ""));
        speaks.advanceMillis(5_000);
        long before = consumed(speaks, "tor1", "9");
        assertThat(speaks.send("m9", cdp("m9", 100), lldp("m9", 100))).isEqualTo(copies());
        assertThat(consumed(speaks, "tor1", "9") - before).isEqualTo(2);
        assertThat(neighbors(speaks, "tor1", "9")).containsExactlyInAnyOrder("m9 Gi1/0/1 cdp", "m9 Gi1/0/1 lldp");
        var off = start(fabric(", cdp: no, lldp: no", ""));
        off.advanceMillis(5_000);
        assertThat(off.send("m9", cdp("m9", 100))).isEqualTo(dropped("9", DropReason.RESERVED_ADDRESS));
        assertThat(off.send("m9", lldp("m9", 100))).isEqualTo(dropped("9", DropReason.RESERVED_ADDRESS));
        var stranger = start(fabric(", cdp: forward", "", "Etherloom.DiscoveryFrames: forward"));
        stranger.advanceMillis(5_000);
        assertThat(places(stranger.send("m9", cdp("m9", 100)))).as("in VLAN 10, like other multicast").containsExactly("a1");
    }

    /// Spec 8.2: frames from uplinks end in the host, tagged or not, whoever listens.
    @Test
    void framesFromUplinksEndInTheHost() {
        for (var operation : List.of("none", "listen")) {
            var lab = startHost("Etherloom.DiscoveryFrames: consume");
            discovery(lab, "operation=" + operation);
            for (var frame : List.of(cdp("sw1", 100), lldp("sw1", 100))) {
                assertThat(lab.send("up0", frame)).isEqualTo(copies());
                assertThat(lab.send("up0", tagged(10, frame))).isEqualTo(copies());
            }
            assertThat(consumed(lab, SWITCH, "vmnic0")).isEqualTo(4);
        }
    }

    /// Spec 8.2, Etherloom.DiscoveryFrames: passed like other multicast of their VLAN, and heard all the same.
    @Test
    void framesFromUplinksPassByOption() {
        var lab = startHost("Etherloom.DiscoveryFrames: forward");
        assertThat(lab.send("up0", cdp("sw1", 100))).isEqualTo(copies(copy("n1", cdp("sw1", 100))));
        assertThat(lab.send("up0", tagged(10, lldp("sw2", 100))))
                .isEqualTo(copies(copy("a1", lldp("sw2", 100)), copy("b1", lldp("sw2", 100))));
        assertThat(consumed(lab, SWITCH, "vmnic0")).isZero();
        assertThat(neighbors(lab, "esx1", "vmnic0")).containsExactly("sw1 Gi1/0/1 cdp");
    }

    /// Spec 8.2: what is in a VLAN is of somebody behind the link, and other protocols at the address of CDP are none of the host's.
    @Test
    void onlyUntaggedFramesAreHeard() {
        var lab = startHost();
        lab.send("up0", tagged(10, cdp("far", 100)));
        lab.send("up0", tagged(0xE000, cdp("near", 100)));
        assertThat(neighbors(lab, "esx1", "vmnic0")).as("a priority tag is no VLAN").containsExactly("near Gi1/0/1 cdp");
        var vtp = payload(CDP, X10, 38, 0xAA, 0xAA, 0x03, 0x00, 0x00, 0x0C, 0x20, 0x03);
        assertThat(places(lab.send("up0", vtp))).containsExactly("n1");
        var otherLldp = frame(LLDP, X10, 0x88F7, 50);
        assertThat(places(lab.send("up0", otherLldp))).containsExactly("n1");
    }

    /// Spec 2.7, 8.2: what a guest sends passes as other multicast does, with its VLAN; only an untagged one is heard by the physical switch,
    /// beside the host.
    @Test
    void framesOfGuestsPassLikeOthers() {
        var wire = startHost();
        assertThat(places(wire.send("a1", cdp("a1", 100)))).containsExactly("a2", "b1", "t1", "up0");
        assertThat(places(wire.send("n1", lldp("n1", 100)))).containsExactly("t1", "up0");
        var lab = start(fabric("", ""));
        discovery(lab, "operation=both");
        lab.advanceMillis(5_000);
        lab.send("n1", lldp("n1", 100));
        assertThat(neighbors(lab, "tor1", "1").size() + neighbors(lab, "tor2", "1").size()).isEqualTo(3);
        var port = uplink(lab, "a1").equals("vmnic0") ? "tor1" : "tor2";
        assertThat(lab.send("a1", lldp("a1", 100))).isEqualTo(dropped("1", DropReason.RESERVED_ADDRESS));
        assertThat(neighbors(lab, port, "1")).doesNotContain("a1 Gi1/0/1 lldp");
    }

    /// Spec 8.1: a hostile neighbour makes nobody else be forgotten, and what cannot be read is counted.
    @Test
    void madeUpNeighborsAreBounded() {
        var lab = startHost();
        lab.send("up0", cdp("real", 180));
        lab.neighbors();
        for (int i = 0; i < 100; i++) {
            lab.send("up0", cdp("fake" + i, 180));
            lab.advanceMillis(20);
            lab.neighbors();
        }
        assertThat(neighbors(lab, "esx1", "vmnic0")).hasSize(16).contains("real Gi1/0/1 cdp");
        var broken = cdp("x", 180);
        broken[30] ^= 1;
        lab.send("up1", broken);
        assertNobody(lab, "esx1", "vmnic1", "heard no CDP for 2 s; frames that could not be read: 1");
    }

    /// Spec 8.1: a port hands over eight frames in a tenth of a second at most, however many come.
    @Test
    void aFloodIsCut() {
        var lab = startHost();
        var flood = new byte[50][];
        for (int i = 0; i < flood.length; i++) {
            flood[i] = cdp("fake" + i, 180);
        }
        lab.send("up0", flood);
        lab.send("up1", cdp("real", 180));
        assertThat(neighbors(lab, "esx1", "vmnic0")).hasSize(8);
        assertThat(neighbors(lab, "esx1", "vmnic1")).containsExactly("real Gi1/0/1 cdp");
        assertThat(consumed(lab, SWITCH, "vmnic0")).isEqualTo(50);
    }

    /// Spec 8.1: a port that gets the index of another one does not inherit its neighbours.
    @Test
    void aNewPortKnowsNobody() {
        var lab = start(host());
        lab.send("up0", cdp("sw1", 180));
        lab.apply(host().replace("vmnic0: { tap: up0 }", "vmnic0: { tap: up5 }"));
        assertNobody(lab, "esx1", "vmnic0", "heard no CDP for 0 s");
    }

    /// Spec 8.1: a port in its forward delay speaks and hears, since discovery is of the link.
    @Test
    void aPortThatDoesNotForwardSpeaks() {
        var lab = start(fabric("", "").replace("mtu: 9000", "forwardDelay: 15s"));
        discovery(lab, "operation=both");
        assertThat(neighbors(lab, "esx1", "vmnic0")).containsExactly("tor1 1 cdp");
        assertThat(neighbors(lab, "tor1", "1")).containsExactly("esx1 vmnic0 cdp");
    }

    /// Spec 8.1: a router does not listen, and counts nothing as lost.
    @Test
    void aRouterDropsNothing() {
        var lab = start(fabric("", "").replace("  machines:", "  routers: { gw: { link: tor2/24x, interfaces: { \"10\": 10.0.10.1/24 } } }\n  machines:")
                .replace("\"24\": { trunk: all } } }", "\"24\": { trunk: all }, \"24x\": { trunk: all } } }"));
        var outcome = lab.advanceMillis(5_000);
        assertThat(outcome.drops()).isEmpty();
        assertThat(frames(outcome, "gw.eth0.10", LLDP)).isEmpty();
    }

    /// Spec 8.1: the example of `docs/discovery.md`: two cables that were swapped show in the table and nowhere else.
    @Test
    void swappedCablesShow() throws IOException {
        var text = Files.readString(Path.of("topologies", "swapped-cables.yaml"));
        var lab = start(text);
        assertThat(List.of(neighbors(lab, "esx1", "vmnic0"), neighbors(lab, "esx1", "vmnic1"), neighbors(lab, "esx2", "vmnic0"), neighbors(lab, "esx2", "vmnic1")))
                .containsExactly(List.of("tor1 1 cdp"), List.of("tor2 1 cdp"), List.of("tor2 2 cdp"), List.of("tor1 2 cdp"));
        lab.apply(text.replace("link: tor2/2", "link: tor1/9").replace("link: tor1/2", "link: tor2/2").replace("link: tor1/9", "link: tor1/2"));
        assertThat(List.of(neighbors(lab, "esx2", "vmnic0"), neighbors(lab, "esx2", "vmnic1"))).containsExactly(List.of("tor1 2 cdp"), List.of("tor2 2 cdp"));
    }

    /// Spec 8.1: the capabilities that a device says.
    @Test
    void capabilitiesAreShownInOrder() {
        var lab = startHost();
        var said = new Advertisement(DiscoveryProtocol.CDP, "r1", "Gi0/0", 180, "", "", "router", "", Set.of(
                Capability.IGMP, Capability.ROUTER, Capability.SWITCH), List.of(), 0, 0, 0, false, "", null);
        lab.send("up0", Cdp.frame(said, X10));
        assertThat(neighbor(lab, "esx1", "vmnic0", "cdp").capabilities()).containsExactly("router", "switch", "igmp");
        assertThat(neighbor(lab, "esx1", "vmnic0", "cdp").duplex()).isEqualTo("half");
    }
}
