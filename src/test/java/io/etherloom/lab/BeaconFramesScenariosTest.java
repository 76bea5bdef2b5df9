package io.etherloom.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.etherloom.frame.DropReason;
import io.etherloom.model.Delivery;
import io.etherloom.model.Outcome;
import io.etherloom.topology.Setting;
import io.etherloom.vswitch.TeamState.Standing;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Beacons on the wire: who sends which where, what they look like, and where they end (spec 4.22, 4.26-4.28, 4.48a).
final class BeaconFramesScenariosTest extends BeaconScenario {
    /// One port group in VLAN 10 probes, on as many TAPs.
    private MemoryLab startOne(int uplinks, String teaming, String... options) {
        return start(withUplinks(uplinks, """
                name: test
                hosts:
                  esx1:
                    advanced: { OPTIONS }
                    pnics: { vmnic0: { tap: up0 }, vmnic1: { tap: up1 } }
                    vSwitches:
                      vSwitch0:
                        uplinks: [vmnic0, vmnic1]
                        teaming: { notifySwitches: no, TEAMING }
                        portGroups: { A: { vlan: 10 } }
                vms:
                  a1: { host: esx1, kind: memory, nics: [ { portGroup: A, mac: 00:50:56:00:00:01 } ] }
                """.replace("OPTIONS", String.join(", ", options)).replace("TEAMING", teaming)));
    }

    private static Delivery beaconAt(int tap, int vlan, MemoryLab lab) {
        var beacon = beacon(beaconMac(lab, "vmnic" + tap), "vmnic" + tap);
        return copy("up" + tap, vlan == 0 ? beacon : tagged(vlan, beacon));
    }

    /// Spec 4.26, 4.27: each linked uplink each second in each VLAN in use, tagged for it; untagged for VLAN 0 and once for 4095.
    @Test
    void eachUplinkSendsOneASecondInEachVlan() {
        var lab = start(withTeaming(PROBES, host()));
        for (int second = 0; second < 3; second++) {
            assertThat(lab.advanceMillis(999)).isEqualTo(Outcome.NOTHING);
            var expected = new ArrayList<Delivery>();
            for (int vlan : new int[] {0, 10, 20}) {
                expected.add(beaconAt(0, vlan, lab));
                expected.add(beaconAt(1, vlan, lab));
            }
            assertThat(lab.advanceMillis(1)).isEqualTo(new Outcome(expected, List.of()));
        }
    }

    /// Spec 4.22, 4.26: active and standby uplinks send; unused ones and those without link do not.
    @Test
    void activeAndStandbyUplinksSend() {
        var lab = startOne(4, PROBES + ", failoverOrder: { active: [vmnic0, vmnic3], standby: [vmnic1], unused: [vmnic2] }");
        lab.pull("esx1", "vmnic3");
        assertThat(lab.advanceMillis(1000)).isEqualTo(copies(beaconAt(0, 10, lab), beaconAt(1, 10, lab)));
    }

    /// Spec 4.22: what an unused uplink hears counts for nobody: vmnic0 is the one that nobody hears, and is bad.
    @Test
    void anUnusedUplinkTakesNoBeacons() {
        var lab = startOne(4, PROBES + ", failoverOrder: { active: [vmnic0, vmnic1, vmnic2], unused: [vmnic3] }");
        for (int second = 0; second < 5; second++) {
            lab.advanceMillis(1000);
            var first = tagged(10, beacon(beaconMac(lab, "vmnic0"), "vmnic0"));
            assertThat(lab.send("up3", first)).as("consumed all the same").isEqualTo(Outcome.NOTHING);
            lab.send("up1", tagged(10, beacon(beaconMac(lab, "vmnic2"), "vmnic2")));
            lab.send("up2", tagged(10, beacon(beaconMac(lab, "vmnic1"), "vmnic1")));
        }
        assertThat(standings(lab, "a1")).containsExactly(Standing.NO_BEACONS, Standing.IN_USE, Standing.IN_USE);
    }

    /// Spec 4.26, 4.48a: a beacon of the host ends at the uplink, before the filters and without a drop, be that uplink bad or not.
    @Test
    void ownBeaconsAreConsumed() {
        var lab = startOne(3, PROBES);
        var own = tagged(10, beacon(beaconMac(lab, "vmnic0"), "vmnic0"));
        assertThat(lab.send("up1", own)).isEqualTo(Outcome.NOTHING);
        assertThat(lab.send("up0", own)).as("on the uplink that sent it").isEqualTo(Outcome.NOTHING);
        var counters = lab.port(SWITCH, "vmnic1").counters();
        assertThat(counters.consumedFrames()).isEqualTo(1);
        assertThat(counters.drops()).isZero();
        assertThat(counters.originatedFrames()).as("its own").isEqualTo(1);
    }

    /// Spec 4.26, Etherloom.ForeignBeacons: forward. Another host's beacon is an ordinary broadcast; without probing every beacon is.
    @Test
    void foreignBeaconsAreOrdinaryBroadcasts() {
        var lab = startOne(2, PROBES, "Etherloom.ForeignBeacons: forward");
        var foreign = beacon(0x0050_5650_0099L, "vmnic0");
        assertThat(lab.send("up0", tagged(10, foreign))).isEqualTo(copies(copy("a1", foreign)));
        assertThat(lab.send("up1", tagged(10, foreign))).isEqualTo(dropped("vmnic1", DropReason.WRONG_UPLINK));
    }

    /// Spec 4.26, Etherloom.ForeignBeacons: consume. It ends at the uplink.
    @Test
    void foreignBeaconsMayEndAtTheUplink() {
        var lab = startOne(2, PROBES, "Etherloom.ForeignBeacons: consume");
        assertThat(lab.send("up0", tagged(10, beacon(0x0050_5650_0099L, "vmnic0")))).isEqualTo(Outcome.NOTHING);
    }

    /// Spec 4.28: the three formats to the octet, and which profile sends which.
    @Test
    void beaconsLookAsTheirReleaseHadThem() {
        assertFormat(0x05FF, "profile: vi3\n", "");
        assertFormat(0x8922, "profile: vss-classic\n", "");
        assertFormat(0x8922, "profile: modern\n", "");
        assertFormat(0x05FF, "", "Etherloom.BeaconFormat: etherType05ff");
        assertFormat(46, "", "Etherloom.BeaconFormat: llc");
        assertFormat(0x8922, "", "Etherloom.BeaconFormat: etherType8922");
    }

    private void assertFormat(int type, String profile, String option) {
        var lab = start(profile + withGroup("A", "teaming: { failureDetection: beaconProbing }", host(option)));
        long mac = beaconMac(lab, "vmnic0");
        var first = at("up0", lab.advanceMillis(1000));
        assertThat(first).as("%s %s", profile, option).containsExactly(tagged(10, beacon(type, mac, "vmnic0")));
        assertThat(lab.send("up1", first.getFirst())).as("known again").isEqualTo(Outcome.NOTHING);
    }

    /// Spec 4.27, Net.MaxBeaconVlans: the first so many VLANs are probed; in the others nobody is judged.
    @Test
    void onlySoManyVlansAreProbed() {
        var lab = start(withTeaming(PROBES, host("Net.MaxBeaconVlans: 1")));
        assertThat(lab.advanceMillis(1000)).isEqualTo(copies(beaconAt(0, 0, lab), beaconAt(1, 0, lab)));
        lab.advanceMillis(10_000);
        assertThat(isInDoubt(lab, "n1")).as("probed, and nobody answers").isTrue();
        assertThat(isInDoubt(lab, "a1")).as("not probed").isFalse();
        var none = start(withTeaming(PROBES, host("Net.MaxBeaconVlans: 0")));
        assertThat(none.advanceMillis(5000)).isEqualTo(Outcome.NOTHING);
    }

    /// Spec 4.27, Net.MaxBeaconsAtOnce: so many a cycle, in turn, so that each VLAN and uplink comes to its own.
    @Test
    void onlySoManyBeaconsLeaveInOneCycle() {
        var lab = start(withTeaming(PROBES, host("Net.MaxBeaconsAtOnce: 2")));
        var seen = new HashSet<Delivery>();
        for (int cycle = 0; cycle < 3; cycle++) {
            var sent = lab.advanceMillis(1000).deliveries();
            assertThat(sent).hasSize(2);
            seen.addAll(sent);
        }
        assertThat(seen).as("two uplinks in three VLANs").hasSize(6);
    }

    /// Spec 4.27: a host that does not keep up is not taken for a broken network: what was not sent was not missed.
    @Test
    void beaconsThatWereNotSentAreNotMissed() {
        var lab = startOne(2, PROBES, "Net.MaxBeaconsAtOnce: 0");
        assertThat(lab.advanceMillis(10_000)).isEqualTo(Outcome.NOTHING);
        assertThat(isInDoubt(lab, "a1")).isFalse();
    }

    /// Spec 4.48a: beacons are no frames of a port: forged Reject, a full shaper and the VM's counters do not touch them.
    @Test
    void beaconsPassBehindThePolicies() {
        var lab = start(withTeaming(PROBES, host().replace("teaming:", """
                security: { forgedTransmits: reject }
                        trafficShaping: { enabled: yes, averageBandwidth: 1 Kbps, peakBandwidth: 1 Kbps, burstSize: 1 B }
                        teaming:""")));
        assertThat(lab.advanceMillis(1000).deliveries()).hasSize(6);
        assertThat(lab.port(SWITCH, "a1.eth0").counters().inFrames()).isZero();
    }

    /// Spec 4.31, 4.41: in doubt notifications, too, leave by both uplinks.
    @Test
    void inDoubtNotificationsLeaveByBothUplinks() {
        var lab = startOne(2, PROBES);
        lab.set(Setting.Kind.V_SWITCH, "esx1/vSwitch0", "teaming.notifySwitches=yes");
        lab.advanceMillis(20_500);
        assertThat(isInDoubt(lab, "a1")).isTrue();
        var changed = tagged(10, rarp(0x0050_5600_00a2L));
        assertThat(lab.set(Setting.Kind.NIC, "a1/0", "effectiveMac=00:50:56:00:00:a2"))
                .isEqualTo(copies(copy("up0", changed), copy("up1", changed)));
    }

    /// Spec 4.27, 4.31: where no beacons are sent any more, nobody could take a doubt or a verdict back, so it ends with them.
    @Test
    void aDoubtEndsWithTheBeacons() {
        for (var option : List.of("Net.MaxBeaconVlans", "Net.MaxBeaconsAtOnce")) {
            var yaml = fabric(2, PROBES, option + ": 100");
            var lab = start(yaml);
            lab.pull("tor1", "24");
            lab.advanceMillis(10_000);
            assertThat(isInDoubt(lab, "a1")).isTrue();
            lab.apply(yaml.replace(option + ": 100", option + ": 0"));
            assertThat(isInDoubt(lab, "a1")).as(option).isFalse();
            assertThat(standings(lab, "a1")).as(option).containsOnly(Standing.IN_USE);
        }
    }
}
