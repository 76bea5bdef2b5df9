package io.etherloom.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.etherloom.lab.view.TopView;
import io.etherloom.lab.view.TopView.Flow;
import io.etherloom.top.Interval;
import io.etherloom.top.Interval.PortLine;
import org.junit.jupiter.api.Test;

/// What a live view reads of frames that are counted one by one, and the rates that come of it over a time that the test sets.
final class TopViewsTest extends Scenario {
    private static final String STARTED = "2026-01-02T03:04:05Z";
    private static final int OCTETS = 64;
    private static final int TAG = 4;

    private static TopView top(MemoryLab lab) {
        return new TopViews(lab.state(), lab.agents()).top(STARTED);
    }

    private static TopView.Port port(MemoryLab lab, String usedBy) {
        return top(lab).ports().stream().filter(port -> port.usedBy().equals(usedBy)).findFirst().orElseThrow();
    }

    private static PortLine line(Interval interval, String usedBy) {
        return interval.ports().stream().filter(line -> line.port().usedBy().endsWith(usedBy)).findFirst().orElseThrow();
    }

    /// Spec 8.7, 8.8: Management first, "-" for uplinks, the vmnic for all others, a world id before the name of a VM.
    @Test
    void hasARowForEveryPortAsEsxtopHas() {
        var lab = start(host().replace("vms:\n", "    vmkernel: { vmk0: { portGroup: N } }\nvms:\n"));
        assertThat(top(lab).ports().stream().map(port -> port.portId() + " " + port.usedBy() + " " + port.teamPnic()).toList()).containsExactly(
                "33554433 Management n/a", "33554434 vmnic0 -", "33554435 vmnic1 -", "33554436 vmk0 vmnic0", "33554437 1001:a1.eth0 vmnic1",
                "33554438 1002:a2.eth0 vmnic0", "33554439 1003:b1.eth0 vmnic1", "33554440 1004:c1.eth0 vmnic0", "33554441 1005:n1.eth0 vmnic1",
                "33554442 1006:t1.eth0 vmnic0");
        lab.pull("esx1", "vmnic0");
        lab.pull("esx1", "vmnic1");
        assertThat(port(lab, "1001:a1.eth0").teamPnic()).isEqualTo("void");
        assertThat(port(lab, "vmnic1").up()).isFalse();
        assertThat(top(lab).hosts()).isOne();
        assertThat(top(lab).vms()).isEqualTo(6);
    }

    /// Spec 8.7, 8.21: transmitted is what the VM sends, and what the pNIC puts on the wire; with casts and octets as on the wire.
    @Test
    void countsAsSeenFromTheVmAndFromThePnic() {
        var lab = startHost();
        lab.send("a1", frame(X10, A1), frame(X10, A1), frame(BROADCAST, A1), frame(0x0100_5e00_0001L, A1));
        lab.send("up0", tagged(10, frame(A1, X10)));
        assertThat(port(lab, "1001:a1.eth0").transmitted()).isEqualTo(new Flow(4, 4 * OCTETS, 1, 1, 0, 4));
        assertThat(port(lab, "1001:a1.eth0").received()).isEqualTo(new Flow(1, OCTETS, 0, 0, 0, 1));
        assertThat(port(lab, "vmnic0").transmitted()).isEqualTo(new Flow(4, 4 * (OCTETS + TAG), 1, 1, 0, 4));
        assertThat(port(lab, "vmnic0").received()).isEqualTo(new Flow(1, OCTETS + TAG, 0, 0, 0, 1));
        assertThat(port(lab, "1002:a2.eth0").received()).isEqualTo(new Flow(2, 2 * OCTETS, 1, 1, 0, 2));
    }

    /// Spec 8.7: per second of the lab's clock, whatever the time between two samples.
    @Test
    void ratesAreExact() {
        var lab = startHost();
        lab.send("a1", frame(X10, A1));
        var before = top(lab);
        for (int i = 0; i < 10; i++) {
            lab.send("a1", frame(X10, A1));
        }
        lab.advanceMillis(250);
        var interval = Interval.between(before, top(lab));
        assertThat(interval.seconds()).isEqualTo(0.25);
        var sent = line(interval, "1001:a1.eth0").transmitted();
        assertThat(sent.framesPerSecond()).isEqualTo(40);
        assertThat(sent.bitsPerSecond()).isEqualTo(40 * 8 * OCTETS);
        assertThat(sent.meanOctets()).isEqualTo(OCTETS);
        assertThat(line(interval, "vmnic0").transmitted().bitsPerSecond()).isEqualTo(40 * 8 * (OCTETS + TAG));
        assertThat(line(interval, "1002:a2.eth0").transmitted().framesPerSecond()).isZero();
    }

    /// Spec 8.9: %DRPTX is what ends on the way from the VM into the switch.
    @Test
    void countsWhatASenderLosesAsTransmitDrops() {
        var lab = start(host().replace("A: { vlan:", "A: { security: { forgedTransmits: reject }, vlan:"));
        var before = top(lab);
        lab.send("a1", frame(X10, A1), frame(X10, A1), frame(X10, A1), frame(X10, UNKNOWN));
        lab.advanceMillis(100);
        var interval = Interval.between(before, top(lab));
        assertThat(line(interval, "1001:a1.eth0").transmitted().droppedPercent()).isEqualTo(25);
        assertThat(line(interval, "1001:a1.eth0").received().droppedPercent()).isZero();
        assertThat(line(interval, "vmnic0").transmitted().droppedPercent()).isZero();
        assertThat(interval.now().drops()).containsExactly(new TopView.Drop(SWITCH, "a1.eth0", "forged_transmit", 1));
    }

    /// Spec 8.9: %DRPRX is what the guest's ring had no room for, and nothing else.
    @Test
    void countsWhatARingHadNoRoomForAsReceiveDrops() {
        var lab = startHost();
        lab.stall("a2", true);
        var frame = frame(A2, A1);
        while (port(lab, "1002:a2.eth0").received().dropped() < 8) {
            lab.send("a1", frame);
        }
        lab.stall("a2", false);
        lab.advanceMillis(5);
        var received = port(lab, "1002:a2.eth0").received();
        assertThat(received.offered()).isEqualTo(received.frames() + 8).isEqualTo(port(lab, "1001:a1.eth0").transmitted().frames());
        assertThat(port(lab, "1001:a1.eth0").transmitted().dropped()).isZero();
    }

    /// Spec 8.9: what a vSwitch by design does not let in from the wire is no loss of the pNIC.
    @Test
    void unknownUnicastIsNoDropOfThePnic() {
        var lab = startHost();
        lab.send("up0", tagged(10, frame(UNKNOWN, X10)));
        assertThat(port(lab, "vmnic0").received()).isEqualTo(new Flow(1, OCTETS + TAG, 0, 0, 0, 1));
        assertThat(top(lab).drops()).containsExactly(new TopView.Drop(SWITCH, "vmnic0", "unknown_unicast", 1));
    }

    /// Spec 8.8: a world lives from power-on to power-off.
    @Test
    void aVmHasAnotherWorldIdAfterItWasOff() {
        var worlds = new WorldIds();
        var lab = startHost();
        var overrides = new Overrides();
        worlds.follow(lab.topology(), overrides);
        assertThat(worlds.of("a1")).isEqualTo(1001);
        assertThat(worlds.of("t1")).isEqualTo(1006);
        overrides.power("a1", false);
        worlds.follow(lab.topology(), overrides);
        overrides.power("a1", true);
        worlds.follow(lab.topology(), overrides);
        assertThat(worlds.of("a1")).isEqualTo(1007);
        assertThat(worlds.of("a2")).isEqualTo(1002);
    }

    /// A new port has counted from zero since the sample before.
    @Test
    void aPortThatCameInBetweenHasRates() {
        var lab = startHost();
        lab.power("a1", false);
        var before = top(lab);
        lab.power("a1", true);
        lab.send("a1", frame(X10, A1), frame(X10, A1));
        lab.advanceMillis(1000);
        assertThat(line(Interval.between(before, top(lab)), ":a1.eth0").transmitted().framesPerSecond()).isEqualTo(2);
    }

    /// What `show neighbors` knows of a pNIC is in the view as well (spec 8.1).
    @Test
    void namesTheSwitchThatAPnicHasHeard() {
        var lab = start("""
                name: test
                fabric: { switches: { tor1: { linkDiscovery: { cdp: yes }, ports: { "7": { trunk: all } } } } }
                hosts: { esx1: { pnics: { vmnic0: { link: tor1/7 } }, vSwitches: { vSwitch0: { uplinks: [vmnic0], portGroups: { A: { vlan: 10 } } } } } }
                """);
        lab.advanceMillis(2_000);
        assertThat(top(lab).neighbors()).containsExactly(new TopView.Neighbor("esx1", "vmnic0", "tor1", "7"));
    }
}
