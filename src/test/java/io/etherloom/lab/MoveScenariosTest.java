package io.etherloom.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.etherloom.frame.DropReason;
import io.etherloom.model.Delivery;
import io.etherloom.model.Outcome;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Ports that move between two hosts, frame by frame: with and without standing still before, with and without a buffer, forward and back. `pc` is a
/// physical machine; w1 moves, w2 stays on the first host.
final class MoveScenariosTest {
    private static final String TEXT = """
        name: move
        agents: { count: 1 }
        fabric:
          switches: { tor: { ports: { "1": { trunk: all }, "2": { trunk: all }, "9": { access: 10 } } } }
          machines: { pc: { link: tor/9, mac: 02:00:00:00:00:01 } }
        hosts:
          esx1:
            advanced: { Net.IGMPQueries: 0 }
            pnics: { vmnic0: { link: tor/1 } }
            vSwitches: { vSwitch0: { uplinks: [vmnic0], portGroups: { A: { vlan: 10 } } } }
          esx2: { like: esx1, pnics: { vmnic0: { link: tor/2 } } }
        vms:
          w1: { host: esx1, kind: memory, nics: [ { portGroup: A, mac: 00:50:56:00:00:11 } ] }
          w2: { host: esx1, kind: memory, nics: [ { portGroup: A, mac: 00:50:56:00:00:12 } ] }
        """;
    private static final long PC = 0x02_00_00_00_00_01L;
    private static final long W1 = 0x00_50_56_00_00_11L;
    private static final long W2 = 0x00_50_56_00_00_12L;
    private static final String SOURCE = "esx1/vSwitch0";
    private static final String TARGET = "esx2/vSwitch0";

    private MemoryLab lab = MemoryLab.of(TEXT);

    @AfterEach
    void nothingIsLost() {
        lab.close();
    }

    private void onAgents(int count) {
        lab.close();
        lab = MemoryLab.of(TEXT, count);
        lab.advanceMillis(100);      // The first RARPs.
    }

    private static byte[] frame(long destination, long source, int number) {
        return Scenario.frame(destination, source, 0x88B5, 60 + number);
    }

    private static Outcome to(String place, byte[]... frames) {
        var deliveries = new ArrayList<Delivery>();
        for (var frame : frames) {
            deliveries.add(new Delivery(place, frame));
        }
        return new Outcome(deliveries, List.of());
    }

    private static List<Integer> lengths(List<byte[]> frames) {
        return frames.stream().map(frame -> frame.length - 74).toList();
    }

    private int portsOf(long mac) {
        return (int) lab.state().converger().switches().values().stream().flatMap(runtime -> runtime.published().stream())
            .filter(port -> port.vnic().mac() == mac).count();
    }

    /// Spec 7.4-7.6: one port before, one after; both ways go on, and RARP alone tells the physical switch.
    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void aPortMovesWithItsAddress(int agents) {
        onAgents(agents);
        assertThat(lab.send("pc", frame(W1, PC, 0))).isEqualTo(to("w1", frame(W1, PC, 0)));
        var outcome = lab.move("w1", "esx2");
        assertThat(outcome.deliveries()).as("RARP of spec 4.40 by the new uplink").extracting(Delivery::to).containsOnly("pc", "w2");
        assertThat(lab.runtime(SOURCE).ports()).doesNotContainKey("w1.eth0");
        assertThat(lab.port(TARGET, "w1.eth0").counters().outFrames()).as("spec 7.7: counters from zero").isZero();
        assertThat(portsOf(W1)).isEqualTo(1);
        assertThat(lab.send("pc", frame(W1, PC, 1))).isEqualTo(to("w1", frame(W1, PC, 1)));
        assertThat(lab.send("w2", frame(W1, W2, 2))).as("from the host that it left").isEqualTo(to("w1", frame(W1, W2, 2)));
        assertThat(lab.send("w1", frame(PC, W1, 3))).isEqualTo(to("pc", frame(PC, W1, 3)));
    }

    /// What is on its way when the command comes arrives at the source before the port goes: neither lost nor twice there.
    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void whatIsOnItsWayArrivesBefore(int agents) {
        onAgents(agents);
        lab.send("pc", frame(W1, PC, 0));
        var arrived = lab.listenAt("w1");
        for (int i = 1; i <= 20; i++) {
            assertThat(lab.takes("pc", frame(W1, PC, i))).isTrue();
        }
        var outcome = lab.move("w1", "esx2");
        assertThat(outcome.drops()).isEmpty();
        assertThat(lengths(arrived)).containsExactly(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20);
    }

    /// Spec 7.9: what arrives at the source after the stun is dropped there, with a reason, and goes nowhere else.
    @Test
    void withoutABufferWhatComesMeanwhileIsDropped() {
        lab.advanceMillis(100);
        lab.send("pc", frame(W1, PC, 0));
        assertThat(lab.stun("w1", 0)).isEqualTo(Outcome.NOTHING);
        assertThat(lab.send("pc", frame(W1, PC, 1))).isEqualTo(Outcome.dropped("w1", DropReason.PORT_DISABLED));
        assertThat(lab.send("w2", frame(W1, W2, 2))).isEqualTo(Outcome.dropped("w1", DropReason.PORT_DISABLED));
        lab.move("w1", "esx2");
        assertThat(lab.movers().lost()).isEqualTo(2);
        assertThat(lab.send("pc", frame(W1, PC, 3))).isEqualTo(to("w1", frame(W1, PC, 3)));
    }

    /// What the guest says while it stands still waits in its interface, and leaves at the target.
    @Test
    void whatAPortSaysWhileItStandsStillWaits() {
        lab.advanceMillis(100);
        lab.stun("w1", 0);
        assertThat(lab.send("w1", frame(PC, W1, 1))).isEqualTo(Outcome.NOTHING);
        assertThat(lab.wake("w1").deliveries()).contains(new Delivery("pc", frame(PC, W1, 1)));
        lab.stun("w1", 0);
        var heard = lab.listenAt("pc");
        lab.takes("w1", frame(PC, W1, 2));
        lab.wake("w1");
        assertThat(lengths(heard)).contains(2).doesNotContain(1);
    }

    /// With a buffer nothing is lost, and nothing overtakes: what was kept, then what comes.
    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void withABufferEverythingArrivesInOrder(int agents) {
        onAgents(agents);
        lab.send("pc", frame(W1, PC, 0));
        var arrived = lab.listenAt("w1");
        lab.stun("w1", 1 << 20);
        for (int i = 1; i <= 200; i++) {
            assertThat(lab.send("pc", frame(W1, PC, i)).drops()).isEmpty();
        }
        assertThat(arrived).isEmpty();
        lab.takes("pc", frame(W1, PC, 201));
        assertThat(lab.move("w1", "esx2").drops()).isEmpty();
        assertThat(lab.port(TARGET, "w1.eth0").counters().outFrames()).isEqualTo(201);
        lab.send("pc", frame(W1, PC, 202));
        if (agents == 1) {      // On another agent it is another device.
            assertThat(lengths(arrived)).hasSize(202).isSorted().doesNotHaveDuplicates();
        }
    }

    /// A guest that does not read keeps the rest waiting, and what comes later queues up behind it.
    @Test
    void aFullGuestGetsTheBufferWhenItReadsAgain() {
        lab.advanceMillis(100);
        var arrived = lab.listenAt("w1");
        lab.stun("w1", 1 << 20);
        for (int i = 1; i <= 50; i++) {
            lab.send("pc", frame(W1, PC, i));
        }
        lab.stall("w1", true);
        lab.move("w1", "esx2");
        lab.send("pc", frame(W1, PC, 51));
        assertThat(arrived).isEmpty();
        lab.stall("w1", false);
        lab.advanceMillis(1);
        lab.send("pc", frame(W1, PC, 52));
        assertThat(lengths(arrived)).hasSize(52).isSorted().doesNotHaveDuplicates();
    }

    /// What waits in the queue of a port for a guest that does not read goes along (spec 1.35), without a buffer, too.
    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void theQueueOfAPortGoesAlong(int agents) {
        onAgents(agents);
        var arrived = lab.listenAt("w1");
        lab.stall("w1", true);
        for (int i = 1; i <= 30; i++) {
            lab.send("pc", frame(W1, PC, i));
        }
        assertThat(lab.move("w1", "esx2").drops()).isEmpty();
        if (agents == 1) {
            lab.stall("w1", false);
            lab.advanceMillis(1);
            assertThat(lengths(arrived)).hasSize(30).isSorted().doesNotHaveDuplicates();
        }
        assertThat(lab.port(TARGET, "w1.eth0").counters().outFrames()).isEqualTo(30);
    }

    /// A second move, or a pause, while a guest does not read: what is kept for it stays kept, and comes first.
    @Test
    void whatIsKeptGoesAlongAgain() {
        lab.advanceMillis(100);
        var arrived = lab.listenAt("w1");
        lab.stall("w1", true);
        for (int i = 1; i <= 10; i++) {
            lab.send("pc", frame(W1, PC, i));
        }
        lab.move("w1", "esx2");
        lab.send("pc", frame(W1, PC, 11));
        lab.move("w1", "esx1");
        lab.send("pc", frame(W1, PC, 12));
        lab.stun("w1", 1 << 16);
        lab.stall("w1", false);
        assertThat(lab.advanceMillis(1).drops()).isEmpty();
        assertThat(arrived).as("it stands still").isEmpty();
        lab.send("pc", frame(W1, PC, 13));
        lab.wake("w1");
        lab.send("pc", frame(W1, PC, 14));
        assertThat(lengths(arrived)).containsExactly(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14);
    }

    /// Without a buffer a pause drops what comes in it, and not what waited before.
    @Test
    void whatWaitedBeforeAPauseIsNotDroppedByIt() {
        lab.advanceMillis(100);
        var arrived = lab.listenAt("w1");
        lab.stall("w1", true);
        lab.send("pc", frame(W1, PC, 1));
        lab.stun("w1", 0);
        assertThat(lab.send("pc", frame(W1, PC, 2))).isEqualTo(Outcome.dropped("w1", DropReason.PORT_DISABLED));
        lab.stall("w1", false);
        lab.move("w1", "esx2");
        assertThat(lengths(arrived)).containsExactly(1);
        assertThat(lab.movers().lost()).isEqualTo(1);
    }

    /// What a VM said while it stood still leaves at the target.
    @Test
    void whatAPortSaidWhileItStoodStillLeavesAtTheTarget() {
        lab.advanceMillis(100);
        lab.send("pc", frame(W1, PC, 0));
        lab.stun("w1", 0);
        lab.send("w1", frame(PC, W1, 1));
        var outcome = lab.move("w1", "esx2");
        assertThat(outcome.drops()).isEmpty();
        assertThat(outcome.deliveries()).contains(new Delivery("pc", frame(PC, W1, 1)));
        assertThat(lab.port(TARGET, "w1.eth0").counters().inFrames()).isEqualTo(1);
    }

    /// A guest that never reads and goes: what was kept for it is dropped as disabled.
    @Test
    void whatIsKeptIsDroppedWithThePort() {
        lab.advanceMillis(100);
        lab.stall("w1", true);
        lab.send("pc", frame(W1, PC, 1));
        lab.send("pc", frame(W1, PC, 2));
        lab.move("w1", "esx2");
        assertThat(lab.power("w1", false).drops()).extracting(drop -> drop.reason()).containsExactly(DropReason.PORT_DISABLED, DropReason.PORT_DISABLED);
    }

    /// What a hypervisor had got after its guest had stopped, and threw away, comes once more: that and nothing before.
    @Test
    void whatCameAfterTheGuestHadStoppedIsRemembered() {
        lab.advanceMillis(100);
        lab.send("pc", frame(W1, PC, 0));
        lab.movers().carry("w1", 1 << 16);
        for (int i = 1; i <= 5; i++) {
            lab.send("pc", frame(W1, PC, i));
            lab.advanceMillis(1);
        }
        long stopped = lab.nowNanos();
        lab.send("pc", frame(W1, PC, 6));
        lab.advanceMillis(1);
        lab.send("pc", frame(W1, PC, 7));
        var arrived = lab.listenAt("w1");
        lab.stun("w1", 1 << 16, stopped);
        lab.send("pc", frame(W1, PC, 8));
        lab.move("w1", "esx2");
        assertThat(lengths(arrived)).containsExactly(6, 7, 8);
    }

    /// A move that is given up before its ports stand still leaves them as they were.
    @Test
    void whatIsRememberedIsForgottenAtTheEnd() {
        lab.advanceMillis(100);
        lab.movers().carry("w1", 1 << 16);
        lab.send("pc", frame(W1, PC, 1));
        lab.movers().unwatch("w1");
        assertThat(lab.send("pc", frame(W1, PC, 2))).isEqualTo(to("w1", frame(W1, PC, 2)));
        var arrived = lab.listenAt("w1");
        lab.stun("w1", 1 << 16, 0);
        lab.move("w1", "esx2");
        assertThat(arrived).isEmpty();
    }

    /// It remembers the last frames, however many there were.
    @Test
    void onlyTheLastFramesAreRemembered() {
        lab.advanceMillis(100);
        lab.movers().carry("w1", 1);
        for (int i = 0; i < 6_000; i++) {
            lab.send("pc", frame(W1, PC, i % 200));
        }
        var arrived = lab.listenAt("w1");
        lab.stun("w1", 1 << 22, 0);
        lab.move("w1", "esx2");
        assertThat(arrived.size()).isBetween(1_000, 4_096);
        assertThat(lengths(arrived).getLast()).isEqualTo(5_999 % 200);
    }

    /// Beyond its octets a buffer takes nothing, and that is counted like every drop.
    @Test
    void aFullBufferDropsWhatComes() {
        lab.advanceMillis(100);
        var arrived = lab.listenAt("w1");
        lab.stun("w1", 1000);
        int dropped = 0;
        for (int i = 0; i < 20; i++) {
            dropped += lab.send("pc", frame(W1, PC, 26)).drops().size();
        }
        assertThat(dropped).isEqualTo(10);
        lab.move("w1", "esx2");
        assertThat(arrived).hasSize(10);
        assertThat(lab.movers().lost()).isEqualTo(10);
    }

    /// Spec 7.11: back at the source what was kept is handed over, the port is the same, and RARP says again where it is.
    @Test
    void aPortThatIsWokenAtTheSourceIsAnnouncedAgain() {
        lab.advanceMillis(60_000);
        var port = lab.port(SOURCE, "w1.eth0");
        var arrived = lab.listenAt("w1");
        lab.stun("w1", 1 << 16);
        lab.send("pc", frame(W1, PC, 1));
        var outcome = lab.wake("w1");
        assertThat(lab.port(SOURCE, "w1.eth0")).isSameAs(port);
        assertThat(lengths(arrived)).containsExactly(1);
        assertThat(outcome.deliveries()).as("RARP").extracting(Delivery::to).contains("pc");
        assertThat(outcome.deliveries()).allSatisfy(it -> assertThat(it.frame()[12] << 8 & 0xFF00 | it.frame()[13] & 0xFF).isEqualTo(0x8035));
    }

    /// A second switchover takes it back, with everything that was said of the first.
    @Test
    void thereAndBack() {
        lab.advanceMillis(100);
        var arrived = lab.listenAt("w1");
        for (int round = 0; round < 10; round++) {
            lab.stun("w1", 1 << 16);
            lab.send("pc", frame(W1, PC, round));
            lab.move("w1", round % 2 == 0 ? "esx2" : "esx1");
            assertThat(portsOf(W1)).isEqualTo(1);
        }
        assertThat(lengths(arrived)).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
    }

    /// A VM that is powered off while its ports stand still leaves nothing behind.
    @Test
    void aVmThatGoesWhileItStandsStill() {
        lab.advanceMillis(100);
        lab.stun("w1", 1 << 16);
        lab.send("pc", frame(W1, PC, 1));
        lab.power("w1", false);
        assertThat(lab.movers().isStunned("w1")).isFalse();
        lab.power("w1", true);
        assertThat(lab.send("w1", frame(PC, W1, 2)).deliveries()).extracting(Delivery::to).contains("pc");
    }
}
