package io.etherloom.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.etherloom.frame.DropReason;
import io.etherloom.model.Outcome;
import io.etherloom.topology.Setting;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Notifying physical switches by RARP (spec 4.39-4.48a; scenarios S24, S25, S28).
final class NotifyScenariosTest extends PolicyScenario {
    private static final long QUIET_MILLIS = 20_000;

    private static String notifying(String... options) {
        return withNotifications("", host(options));
    }

    /// A lab in which what was said of the start has been said.
    private MemoryLab startQuiet(String yaml) {
        var lab = start(yaml);
        lab.advanceMillis(QUIET_MILLIS);
        return lab;
    }

    /// When RARP frames for an address came out at a TAP in the next so many milliseconds.
    private static List<Long> times(MemoryLab lab, String tap, byte[] rarp, long millis) {
        var times = new ArrayList<Long>();
        for (long at = 1; at <= millis; at++) {
            long now = at;
            lab.advanceMillis(1).deliveries().stream().filter(copy(tap, rarp)::equals).forEach(_ -> times.add(now));
        }
        return times;
    }

    /// Spec 4.39, 4.40: the vector of the reference to the octet, untagged for VLAN 0.
    @Test
    void theFrameIsThatOfTheReference() {
        var yaml = notifying().replace("00:50:56:00:00:31", "00:50:56:8a:00:01");
        var lab = startQuiet(yaml);
        lab.connect("n1", 0, false);
        var expected = HexFormat.of().parseHex("ffffffffffff0050568a000180350001080006040003"
                + "0050568a000100000000" + "0050568a000100000000" + "00".repeat(18));
        assertThat(expected).hasSize(60);
        assertThat(lab.connect("n1", 0, true)).isEqualTo(copies(copy(tapOf(lab, "n1"), expected)));
    }

    private static String tapOf(MemoryLab lab, String vm) {
        return "up" + uplink(lab, vm).substring(5);
    }

    /// Spec 4.39: on the wire with the tag of the port group.
    @Test
    void theFrameHasTheTagOfThePortGroup() {
        var lab = startQuiet(notifying());
        lab.power("c1", false);
        assertThat(lab.power("c1", true)).isEqualTo(copies(copy(tapOf(lab, "c1"), tagged(20, rarp(C1)))));
    }

    /// Spec 4.41, 4.42, 4.43, S24: when its uplink fails a1 is announced on the other at 0, 1, 3, 7 and 15 s; a2, which stays, is not.
    @Test
    void afterAFailoverFiveFramesGoOutInFifteenSeconds() {
        var lab = startQuiet(notifying());
        assertThat(lab.advanceMillis(60_000)).as("all was said").isEqualTo(Outcome.NOTHING);
        assertThat(lab.pull("esx1", "vmnic0")).isEqualTo(copies(
                copy("up1", tagged(10, rarp(A1))), copy("up1", tagged(10, rarp(B1))), copy("up1", rarp(N1))));
        assertThat(times(lab, "up1", tagged(10, rarp(A1)), 60_000)).containsExactly(1000L, 3000L, 7000L, 15_000L);
        assertThat(lab.vSwitch(SWITCH).rarpsSent(lab.port(SWITCH, "a1.eth0").index())).as("with those at the start").isEqualTo(10);
        assertThat(lab.vSwitch(SWITCH).rarpsSent(lab.port(SWITCH, "a2.eth0").index())).isEqualTo(5);
    }

    /// Spec 4.41, S25: after failback on the old uplink again, at the millisecond at which the delay ends.
    @Test
    void afterAFailbackTheOldUplinkIsNotified() {
        var lab = startQuiet(notifying());
        lab.pull("esx1", "vmnic0");
        lab.advanceMillis(QUIET_MILLIS);
        assertThat(lab.plug("esx1", "vmnic0")).isEqualTo(Outcome.NOTHING);
        assertThat(times(lab, "up0", tagged(10, rarp(A1)), 20_000)).containsExactly(100L, 1100L, 3100L, 7100L, 15_100L);
    }

    /// Spec 4.41: a new effective address is announced at once, with the new address.
    @Test
    void aChangedAddressIsAnnounced() {
        var lab = startQuiet(notifying());
        var changed = lab.set(Setting.Kind.NIC, "a1/0", "effectiveMac=00:50:56:00:00:a2");
        assertThat(changed).isEqualTo(copies(copy("up0", tagged(10, rarp(0x0050_5600_00a2L)))));
    }

    /// Spec 4.41: a change of the team that takes a port to another uplink is announced there; one that does not is not.
    @Test
    void aChangedTeamIsAnnouncedByThePortsThatMove() {
        var lab = startQuiet(notifying());
        lab.set(Setting.Kind.PORT_GROUP, "esx1/B", "teaming.failback=no");
        assertThat(lab.advanceMillis(20_000)).isEqualTo(Outcome.NOTHING);
        assertThat(lab.set(Setting.Kind.PORT_GROUP, "esx1/A", "teaming.failoverOrder.active=[vmnic1]"))
                .as("a1 moves, a2 stays").isEqualTo(copies(copy("up1", tagged(10, rarp(A1)))));
    }

    /// Spec 4.42, Etherloom.RarpCount: from one to eight.
    @Test
    void theCountIsAnOption() {
        for (int count : new int[] {1, 3, 8}) {
            var lab = startQuiet(notifying("Etherloom.RarpCount: " + count, "Net.AdvertisementDuration: 255"));
            lab.advanceMillis(255_000);
            lab.pull("esx1", "vmnic0");
            assertThat(times(lab, "up1", tagged(10, rarp(A1)), 255_000)).hasSize(count - 1);
        }
    }

    /// Spec 4.42, Net.NetSendRARPOnPortEnablement: 0. The one at once is left out when a port is connected, and only then.
    @Test
    void theFirstFrameOfAConnectMayBeLeftOut() {
        var lab = startQuiet(notifying("Net.NetSendRARPOnPortEnablement: 0"));
        lab.connect("c1", 0, false);
        assertThat(lab.connect("c1", 0, true)).isEqualTo(Outcome.NOTHING);
        assertThat(times(lab, tapOf(lab, "c1"), tagged(20, rarp(C1)), 20_000)).containsExactly(1000L, 3000L, 7000L, 15_000L);
        assertThat(lab.pull("esx1", "vmnic0").deliveries()).as("a failover").isNotEmpty();
    }

    /// Spec 4.43, Net.AdvertisementDuration: nothing later than so many seconds.
    @Test
    void advertisingEndsWithItsDuration() {
        var lab = startQuiet(notifying("Net.AdvertisementDuration: 5"));
        lab.pull("esx1", "vmnic0");
        assertThat(times(lab, "up1", tagged(10, rarp(A1)), 20_000)).containsExactly(1000L, 3000L);
        var none = startQuiet(notifying("Net.AdvertisementDuration: 0"));
        assertThat(places(none.pull("esx1", "vmnic0"))).as("at once only").hasSize(3);
        assertThat(none.advanceMillis(20_000)).isEqualTo(Outcome.NOTHING);
    }

    /// Spec 4.43, Etherloom.RarpSpacing: even. Evenly over the duration.
    @Test
    void theSpacingMayBeEven() {
        var lab = start(notifying("Etherloom.RarpSpacing: even"));
        lab.advanceMillis(120_000);
        assertThat(places(lab.pull("esx1", "vmnic0"))).hasSize(3);
        assertThat(times(lab, "up1", tagged(10, rarp(A1)), 120_000)).containsExactly(12_000L, 24_000L, 36_000L, 48_000L);
    }

    /// Spec 4.43, Net.NetMaxRarpsPerInterval: so many in 30 ms, and those left over in the next, so that every port has its turn.
    @Test
    void anIntervalHoldsSoManyFrames() {
        var lab = startQuiet(notifying("Net.NetMaxRarpsPerInterval: 1"));
        var all = new ArrayList<>(lab.pull("esx1", "vmnic0").deliveries());
        assertThat(all).hasSize(1);
        assertThat(lab.advanceMillis(29)).isEqualTo(Outcome.NOTHING);
        for (int i = 0; i < 2; i++) {
            var next = lab.advanceMillis(i == 0 ? 1 : 30);
            assertThat(next.deliveries()).hasSize(1);
            all.addAll(next.deliveries());
        }
        assertThat(all).containsExactlyInAnyOrder(
                copy("up1", tagged(10, rarp(A1))), copy("up1", tagged(10, rarp(B1))), copy("up1", rarp(N1)));
        assertThat(lab.advanceMillis(900)).isEqualTo(Outcome.NOTHING);
    }

    /// Spec 4.44: events in short time are thinned out: a new one begins anew, and nothing is left of the one before.
    @Test
    void aNewEventReplacesTheOneBefore() {
        var lab = startQuiet(notifying("Net.TeamPolicyUpDelay: 0"));
        for (int i = 0; i < 5; i++) {
            lab.advanceMillis(500);
            assertThat(at("up1", lab.pull("esx1", "vmnic0"))).hasSize(3);
            lab.advanceMillis(500);
            assertThat(at("up0", lab.plug("esx1", "vmnic0"))).hasSize(3);
        }
        assertThat(times(lab, "up0", tagged(10, rarp(A1)), 20_000)).containsExactly(1000L, 3000L, 7000L, 15_000L);
    }

    /// Spec 4.45: VMkernel ports are announced like others; nothing else than RARP is ever sent for anybody.
    @Test
    void vmkernelPortsAreAnnouncedAndByRarpOnly() {
        var lab = startQuiet(notifying().replace("vms:\n", "    vmkernel: { vmk1: { portGroup: C, mac: 00:50:56:60:00:01 } }\nvms:\n"));
        var from = lab.uplinkOf(SWITCH, "vmk1");
        var moved = new ArrayList<>(lab.pull("esx1", from).deliveries());
        moved.addAll(lab.advanceMillis(60_000).deliveries());
        assertThat(moved).contains(copy(from.equals("vmnic0") ? "up1" : "up0", tagged(20, rarp(0x0050_5660_0001L))));
        assertThat(moved).allSatisfy(it -> {
            int type = it.frame()[12] == (byte) 0x81 ? 16 : 12;
            assertThat(it.frame()[type]).isEqualTo((byte) 0x80);
            assertThat(it.frame()[type + 1]).isEqualTo((byte) 0x35);
        });
    }

    /// Spec 4.47, S28: with notify no the traffic moves in silence, and so does every other event.
    @Test
    void withoutNotifyNothingIsSent() {
        assertSilent(host());
        assertSilent(notifying("Net.NotifySwitch: 0"));
    }

    private void assertSilent(String yaml) {
        var lab = startQuiet(yaml);
        assertThat(lab.pull("esx1", "vmnic0")).isEqualTo(Outcome.NOTHING);
        lab.set(Setting.Kind.NIC, "a1/0", "effectiveMac=00:50:56:00:00:a2");
        lab.connect("a2", 0, false);
        assertThat(lab.connect("a2", 0, true)).isEqualTo(Outcome.NOTHING);
        assertThat(lab.advanceMillis(60_000)).isEqualTo(Outcome.NOTHING);
        assertLeaves(lab, "a1", A1, "up1");
    }

    /// Spec 4.47: of one port group only, as for a cluster that shares an address.
    @Test
    void onePortGroupMayBeSilent() {
        var lab = startQuiet(withGroup("A", "teaming: { notifySwitches: no }", notifying()));
        assertThat(lab.pull("esx1", "vmnic0")).isEqualTo(copies(copy("up1", tagged(10, rarp(B1))), copy("up1", rarp(N1))));
    }

    /// Spec 4.48, Etherloom.TrunkRarp: 1 untagged, 0 not at all.
    @Test
    void guestTaggingPortsAreAnnouncedUntaggedOrNotAtAll() {
        var announced = startQuiet(notifying("Etherloom.TrunkRarp: 1"));
        announced.power("t1", false);
        assertThat(announced.power("t1", true)).isEqualTo(copies(copy(tapOf(announced, "t1"), rarp(T1))));
        var silent = startQuiet(notifying("Etherloom.TrunkRarp: 0"));
        silent.power("t1", false);
        assertThat(silent.power("t1", true)).isEqualTo(Outcome.NOTHING);
    }

    /// Spec 4.48a: to the wire only, behind forged Reject, the shaper and the port's counters.
    @Test
    void notificationsPassBehindThePolicies() {
        var lab = startQuiet(notifying().replace("teaming:", """
                security: { forgedTransmits: reject, promiscuousMode: accept }
                        trafficShaping: { enabled: yes, averageBandwidth: 1 Kbps, peakBandwidth: 1 Kbps, burstSize: 1 B }
                        teaming:""").replace("mac: 00:50:56:00:00:11", "mac: 00:50:56:00:00:11, promiscuous: yes"));
        assertThat(lab.pull("esx1", "vmnic0")).as("no local copy").isEqualTo(copies(
                copy("up1", tagged(10, rarp(A1))), copy("up1", tagged(10, rarp(B1))), copy("up1", rarp(N1))));
        assertThat(lab.port(SWITCH, "a1.eth0").counters().inFrames()).isZero();
        assertThat(lab.port(SWITCH, "vmnic1").counters().originatedFrames()).isGreaterThan(3);
    }

    /// Spec 4.48a, 2.10: one that comes back on another uplink is dropped there.
    @Test
    void aNotificationThatComesBackIsDropped() {
        var lab = startQuiet(notifying());
        var sent = at("up0", lab.set(Setting.Kind.NIC, "a1/0", "effectiveMac=00:50:56:00:00:a2")).getFirst();
        assertThat(lab.send("up1", sent)).isEqualTo(dropped("vmnic1", DropReason.REFLECTED));
    }

    /// Spec 4.47, Net.NotifySwitch: turned off, it ends what is being said, too.
    @Test
    void nothingMoreIsSaidOnceNotificationsAreOff() {
        var yaml = notifying("Net.NotifySwitch: 1");
        var lab = start(yaml);
        lab.advanceMillis(1500);
        lab.apply(yaml.replace("Net.NotifySwitch: 1", "Net.NotifySwitch: 0"));
        assertThat(lab.advanceMillis(60_000)).isEqualTo(Outcome.NOTHING);
    }

    /// Spec 4.42: without the frame at once, and with one frame an event, a connection is not announced; a failover is.
    @Test
    void theOnlyFrameOfAConnectionMayBeTheOneLeftOut() {
        var lab = startQuiet(notifying("Etherloom.RarpCount: 1", "Net.NetSendRARPOnPortEnablement: 0"));
        lab.connect("a1", 0, false);
        assertThat(lab.connect("a1", 0, true)).isEqualTo(Outcome.NOTHING);
        assertThat(lab.advanceMillis(60_000)).isEqualTo(Outcome.NOTHING);
        assertThat(lab.pull("esx1", uplink(lab, "a1")).deliveries()).isNotEmpty();
    }
}
