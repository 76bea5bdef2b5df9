package io.etherloom.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.etherloom.frame.DropReason;
import io.etherloom.model.Outcome;
import io.etherloom.topology.Origin;
import io.etherloom.topology.Setting.Kind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Policies that change while a lab runs: they act from the next frame on, and ports that they do not concern lose nothing and wait for
/// nothing.
final class ChangeScenariosTest extends PolicyScenario {
    /// Every policy of a port group, each to another value than the one before.
    private static final List<String> CHANGES = List.of(
            "security.promiscuousMode=accept", "security.macChanges=reject", "security.forgedTransmits=reject",
            "trafficShaping.enabled=yes", "trafficShaping.averageBandwidth=8 Kbps", "trafficShaping.burstSize=1 KB",
            "teaming.loadBalancing=sourceMacHash", "teaming.loadBalancing=ipHash", "teaming.loadBalancing=explicitFailoverOrder",
            "teaming.failback=no", "teaming.failoverOrder.active=[vmnic1]", "teaming.failoverOrder.standby=[vmnic0]",
            "teaming.loadBalancing=originatingVirtualPort", "trafficShaping.enabled=no", "security.promiscuousMode=reject", "vlan=30");

    /// Everything that b1, c1 and n1 send and receive goes as it always did.
    private static void assertOthersAreServed(MemoryLab lab, String when) {
        assertThat(lab.send("b1", frame(X10, B1))).as(when).isEqualTo(copies(copy("up0", tagged(10, frame(X10, B1)))));
        assertThat(lab.send("c1", frame(X20, C1))).as(when).isEqualTo(copies(copy("up1", tagged(20, frame(X20, C1)))));
        assertThat(lab.send("n1", frame(UNKNOWN, N1))).as(when).isEqualTo(copies(copy("up0", frame(UNKNOWN, N1))));
        assertThat(lab.send("up0", tagged(10, frame(B1, X10)))).as(when).isEqualTo(copies(copy("b1", frame(B1, X10))));
        assertThat(lab.send("up1", tagged(20, frame(C1, X20)))).as(when).isEqualTo(copies(copy("c1", frame(C1, X20))));
        assertThat(lab.send("up0", frame(BROADCAST, X10))).as(when).isEqualTo(copies(copy("n1", frame(BROADCAST, X10))));
    }

    /// Spec 1.39, 1.40: each policy of A in turn, by hand, under the traffic of the others.
    @Test
    void aChangedPortGroupTouchesNoOther() {
        var lab = startHost();
        var ports = List.of("b1.eth0", "c1.eth0", "n1.eth0", "t1.eth0");
        var before = ports.stream().map(port -> lab.port(SWITCH, port)).toList();
        var counters = before.stream().map(PortRuntime::counters).toList();
        assertOthersAreServed(lab, "before");
        for (var change : CHANGES) {
            assertThat(lab.set(Kind.PORT_GROUP, "esx1/A", change)).as(change).isEqualTo(Outcome.NOTHING);
            assertOthersAreServed(lab, change);
        }
        assertThat(ports.stream().map(port -> lab.port(SWITCH, port)).toList()).isEqualTo(before);
        assertThat(before.stream().map(PortRuntime::counters).toList()).isEqualTo(counters);
        assertThat(counters.getFirst().inFrames()).isEqualTo(1 + CHANGES.size());
        assertThat(lab.send("a1", frame(X10, A1))).as("in the end").isEqualTo(copies(copy("up1", tagged(30, frame(X10, A1)))));
    }

    /// Frames that wait in the shaper of B leave at the very millisecond at which they would have left.
    @Test
    void framesInTheShaperOfAnotherPortKeepTheirTime() {
        assertThat(shapedTimes(true)).hasSize(20).isEqualTo(shapedTimes(false));
    }

    private List<Long> shapedTimes(boolean isChanged) {
        var lab = start(withGroup("B",
                "trafficShaping: { enabled: yes, averageBandwidth: 800 Kbps, peakBandwidth: 1 Mbps, burstSize: 30280 B }", host()));
        var frames = new byte[21][];
        Arrays.fill(frames, frame(X10, B1, 1000));
        lab.send("b1", frames);
        var times = new ArrayList<Long>();
        for (int at = 0; at < 400; at++) {
            if (isChanged && at % 10 == 5) {
                int nth = at / 10 % CHANGES.size();
                times.addAll(at("up0", lab.set(Kind.PORT_GROUP, "esx1/A", CHANGES.get(nth))).isEmpty() ? List.of() : List.of(-1L));
            }
            for (int i = at("up0", lab.advanceMillis(1)).size(); i > 0; i--) {
                times.add((long) at);
            }
        }
        return times;
    }

    /// Frames that wait for a guest that has stopped reading are kept.
    @Test
    void framesInTheQueueOfAnotherPortAreKept() {
        var lab = startHost();
        lab.stall("c1", true);
        for (int i = 0; i < 20; i++) {
            assertThat(lab.send("up1", tagged(20, frame(C1, X20 + i)))).isEqualTo(Outcome.NOTHING);
        }
        for (var change : CHANGES) {
            lab.set(Kind.PORT_GROUP, "esx1/A", change);
        }
        lab.stall("c1", false);
        assertThat(at("c1", lab.advanceMillis(1))).hasSize(20);
    }

    /// Spec 4.36: a delay that runs goes on, and ends when it would have ended.
    @Test
    void anUpDelayGoesOn() {
        var lab = startHost("Net.TeamPolicyUpDelay: 100");
        lab.pull("esx1", "vmnic0");
        lab.plug("esx1", "vmnic0");
        lab.advanceMillis(50);
        for (var change : CHANGES) {
            lab.set(Kind.PORT_GROUP, "esx1/A", change);
        }
        lab.advanceMillis(49);
        assertThat(uplink(lab, "b1")).isEqualTo("vmnic1");
        lab.advanceMillis(1);
        assertThat(uplink(lab, "b1")).isEqualTo("vmnic0");
    }

    /// Spec 4.35: who rests goes on resting, although another team is new.
    @Test
    void aRestingUplinkGoesOnResting() {
        var lab = start(withTeaming("failback: no", host("Net.TeamPolicyUpDelay: 0")));
        lab.pull("esx1", "vmnic0");
        lab.plug("esx1", "vmnic0");
        lab.set(Kind.PORT_GROUP, "esx1/A", "teaming.failback=yes");
        assertThat(uplinks(lab, "a1", "b1")).containsExactly("vmnic0", "vmnic1");
    }

    /// Spec 4.3: a port that sits elsewhere than it would be placed now stays there, whatever changes but its team.
    @Test
    void aPortKeepsItsUplink() {
        var lab = start(withUplinks(3, host("Net.TeamPolicyUpDelay: 0")));
        lab.pull("esx1", "vmnic2");
        lab.pull("esx1", "vmnic1");
        lab.plug("esx1", "vmnic1");
        assertThat(uplink(lab, "a1")).isEqualTo("vmnic0");
        lab.set(Kind.PORT_GROUP, "esx1/A", "security.forgedTransmits=reject");
        lab.set(Kind.PORT_GROUP, "esx1/B", "teaming.failback=no");
        assertThat(uplink(lab, "a1")).isEqualTo("vmnic0");
    }

    /// Spec 4.29: beacons of another port group that are being missed are counted on.
    @Test
    void missedBeaconsAreCountedOn() {
        var lab = start(withGroup("B", "teaming: { failureDetection: beaconProbing }", host()));
        lab.advanceMillis(2500);
        lab.set(Kind.PORT_GROUP, "esx1/A", "security.forgedTransmits=reject");
        lab.set(Kind.PORT_GROUP, "esx1/A", "teaming.failback=no");
        lab.advanceMillis(400);
        assertThat(places(lab.send("b1", frame(X10, B1)))).containsExactly("up0");
        lab.advanceMillis(100);
        assertThat(places(lab.send("b1", frame(X10, B1)))).as("in doubt after the third").containsExactly("up0", "up1");
    }

    /// Spec 4.41, 4.43: a series of notifications that runs goes on in its times, and none is begun for ports that nothing happened to.
    @Test
    void notificationsOfOthersGoOn() {
        var lab = start(withNotifications("", host()));
        lab.advanceMillis(20_000);
        lab.connect("b1", 0, false);
        lab.connect("b1", 0, true);
        var tap = "up" + uplink(lab, "b1").substring(5);
        var times = new ArrayList<Long>();
        for (long at = 1; at <= 20_000; at++) {
            if (at == 2000) {
                lab.set(Kind.PORT_GROUP, "esx1/A", "security.forgedTransmits=reject");
                lab.set(Kind.PORT_GROUP, "esx1/C", "vlan=21");
            }
            for (var copy : lab.advanceMillis(1).deliveries()) {
                assertThat(copy).isEqualTo(copy(tap, tagged(10, rarp(B1))));
                times.add(at);
            }
        }
        assertThat(times).containsExactly(1000L, 3000L, 7000L, 15_000L);
    }

    /// Options of the host act at once, without touching a frame.
    @Test
    void optionsActAtOnce() {
        var lab = startHost();
        for (var option : List.of("Net.BlockGuestBPDU=1", "Net.TeamPolicyUpDelay=0", "Etherloom.LinkDetection=poll", "Net.MinEtherLen=64",
                "Etherloom.DropGroupSource=0", "Net.ReversePathFwdCheck=0", "Etherloom.LinkDetection=event")) {
            assertThat(lab.set(Kind.HOST, "esx1", option)).as(option).isEqualTo(Outcome.NOTHING);
            assertThat(lab.send("a1", frame(A2, A1))).as(option).isEqualTo(copies(copy("a2", frame(A2, A1))));
        }
        assertThat(lab.send("a1", bpdu(A1))).isEqualTo(dropped("a1", DropReason.BPDU_FILTERED));
        lab.pull("esx1", "vmnic0");
        lab.plug("esx1", "vmnic0");
        assertLeaves(lab, "a1", A1, "up0");
        assertThat(lab.send("up1", tagged(10, frame(BROADCAST, A1))).droppedFor(DropReason.REFLECTED)).isFalse();
    }

    /// A port group follows its vSwitch in what it does not set itself; `up` of the file takes back what was set by hand.
    @Test
    void whatWasSetByHandEndsWithTheNextFile() {
        var yaml = withGroup("B", "security: { forgedTransmits: accept }", host());
        var lab = start(yaml);
        lab.set(Kind.V_SWITCH, "esx1/vSwitch0", "security.forgedTransmits=reject");
        assertThat(lab.send("a1", frame(X10, UNKNOWN))).isEqualTo(dropped("a1", DropReason.FORGED_TRANSMIT));
        assertThat(places(lab.send("b1", frame(X10, UNKNOWN)))).containsExactly("up0");
        var security = lab.topology().hosts().get("esx1").vSwitches().get("vSwitch0").portGroups().get("A").policy().security();
        assertThat(security.forgedTransmits().origin()).isEqualTo(Origin.BY_HAND);
        assertThat(lab.apply(yaml)).isEqualTo(Outcome.NOTHING);
        assertThat(places(lab.send("a1", frame(X10, UNKNOWN)))).containsExactly("up0");
    }
}
