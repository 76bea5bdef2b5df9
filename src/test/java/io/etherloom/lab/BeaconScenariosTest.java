package io.etherloom.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.etherloom.vswitch.TeamState.Standing;
import org.junit.jupiter.api.Test;

/// What beacon probing finds out over emulated physical switches (spec 4.25, 4.26, 4.29-4.33; scenarios S32, S33, S54).
final class BeaconScenariosTest extends BeaconScenario {
    /// Spec 4.24, 4.29, 4.30, S32: cut off with its link up, vmnic1 is out once three beacons were missed, and nothing earlier; its ports move
    /// and others do not.
    @Test
    void anUplinkIsBadAfterThreeMissedBeacons() {
        var lab = start(fabric(3, PROBES));
        assertThat(uplinks(lab, "a1", "a2")).containsExactly("vmnic2", "vmnic0");
        lab.advanceMillis(10_500);
        lab.pull("tor2", "24");
        assertThat(millisUntilMoved(lab, "a1", 10_000)).as("half a second, then the beacons of three").isEqualTo(3500);
        assertThat(uplink(lab, "a2")).isEqualTo("vmnic0");
        assertThat(standings(lab, "a1")).containsExactly(Standing.IN_USE, Standing.IN_USE, Standing.NO_BEACONS);
        assertThat(heard(lab.send("a1", frame(X10, A1)))).containsExactly("m9");
        assertThat(lab.vSwitch(SWITCH).isLinkUp(lab.port(SWITCH, "vmnic2").index())).isTrue();
    }

    /// Spec 4.41, S32: the port that beacons moved is announced by its new uplink at once, so that the fabric finds it there; a2, which did not
    /// move, is not.
    @Test
    void portsThatBeaconsMoveAreAnnounced() {
        var lab = start(fabric(3, PROBES).replace("notifySwitches: no", "notifySwitches: yes"));
        lab.advanceMillis(20_500);
        lab.pull("tor2", "24");
        assertThat(at("m9", lab.advanceMillis(3499))).doesNotContain(rarp(A1));
        assertThat(at("m9", lab.advanceMillis(1))).contains(rarp(A1)).doesNotContain(rarp(A2));
        assertThat(heard(lab.send("m9", frame(A1, X10)))).containsExactly("a1");
    }

    /// Spec 4.29: two missed beacons in a row are not enough.
    @Test
    void twoMissedBeaconsAreForgiven() {
        var lab = start(fabric(3, PROBES));
        lab.advanceMillis(10_500);
        for (int i = 0; i < 5; i++) {
            lab.pull("tor2", "24");
            lab.advanceMillis(2000);
            lab.plug("tor2", "24");
            lab.advanceMillis(2000);
            assertThat(uplink(lab, "a1")).isEqualTo("vmnic2");
        }
    }

    /// Spec 4.26, 4.34, 4.36: a bad uplink is still listened to: heard again it waits for the up-delay and takes its place.
    @Test
    void aBadUplinkRecoversWhenItIsHeardAgain() {
        var lab = start(fabric(3, PROBES, "Net.TeamPolicyUpDelay: 300"));
        lab.pull("tor2", "24");
        lab.advanceMillis(20_500);
        lab.plug("tor2", "24");
        assertThat(millisUntilMoved(lab, "a1", 5000)).as("the next beacon, judged with the one after it, then the delay").isEqualTo(1800);
        assertThat(uplink(lab, "a1")).isEqualTo("vmnic2");
    }

    /// Spec 4.35: with failback off it rests instead.
    @Test
    void aRecoveredUplinkRestsWithoutFailback() {
        var lab = start(fabric(3, PROBES + ", failback: no"));
        lab.pull("tor2", "24");
        lab.advanceMillis(10_000);
        lab.plug("tor2", "24");
        lab.advanceMillis(10_000);
        assertThat(uplink(lab, "a1")).isNotEqualTo("vmnic2");
        assertThat(standings(lab, "a1")).contains(Standing.RESTING);
    }

    /// Spec 4.25: link down fails over at once, without waiting for beacons.
    @Test
    void aLinkThatGoesDownFailsOverAtOnce() {
        var lab = start(fabric(3, PROBES));
        lab.advanceMillis(5500);
        lab.pull("esx1", "vmnic2");
        assertThat(uplink(lab, "a1")).isNotEqualTo("vmnic2");
        assertThat(heard(lab.send("a1", frame(X10, A1)))).containsExactly("m9");
    }

    /// Spec 4.30: of four uplinks two failures are located; the third leaves doubt.
    @Test
    void withFourUplinksTwoFailuresAreLocated() {
        var lab = start(fabric(4, PROBES));
        lab.pull("tor2", "24");
        lab.advanceMillis(5000);
        lab.pull("tor3", "24");
        lab.advanceMillis(5000);
        assertThat(standings(lab, "a1")).containsExactly(Standing.IN_USE, Standing.IN_USE, Standing.NO_BEACONS, Standing.NO_BEACONS);
        assertThat(isInDoubt(lab, "a1")).isFalse();
        lab.pull("tor1", "24");
        lab.advanceMillis(5000);
        assertThat(isInDoubt(lab, "a1")).isTrue();
    }

    /// Spec 4.31, S33: two uplinks that lose each other: nobody can be named, and every frame leaves by both.
    @Test
    void twoUplinksThatLoseEachOtherAreBothUsed() {
        var lab = start(fabric(2, PROBES));
        lab.advanceMillis(1500);
        lab.pull("tor0", "24");
        lab.advanceMillis(3499);
        assertThat(isInDoubt(lab, "a1")).isFalse();
        assertThat(heard(lab.send("a1", frame(X10, A1)))).as("into the dead end").isEmpty();
        lab.advanceMillis(1);
        assertThat(isInDoubt(lab, "a1")).isTrue();
        long before = sent(lab, "vmnic0") + sent(lab, "vmnic1");
        assertThat(heard(lab.send("a1", frame(X10, A1)))).containsExactly("m9");
        assertThat(sent(lab, "vmnic0") + sent(lab, "vmnic1") - before).as("copies").isEqualTo(2);
        assertThat(heard(lab.send("a2", frame(BROADCAST, A2)))).containsExactly("a1", "m9");
        lab.plug("tor0", "24");
        lab.advanceMillis(3000);
        assertThat(isInDoubt(lab, "a1")).isFalse();
        before = sent(lab, "vmnic0") + sent(lab, "vmnic1");
        lab.send("a1", frame(X10, A1));
        assertThat(sent(lab, "vmnic0") + sent(lab, "vmnic1") - before).isEqualTo(1);
    }

    private static long sent(MemoryLab lab, String uplink) {
        return lab.port(SWITCH, uplink).counters().outFrames();
    }

    /// Spec 4.31, Net.TeamingIgnoreShotgun: 1. In doubt nobody is bad and nothing is doubled.
    @Test
    void theDoubtMayBeIgnored() {
        var lab = start(fabric(2, PROBES, "Net.TeamingIgnoreShotgun: 1"));
        lab.pull("tor0", "24");
        lab.advanceMillis(20_000);
        assertThat(isInDoubt(lab, "a1")).isFalse();
        assertThat(standings(lab, "a1")).containsOnly(Standing.IN_USE);
        assertThat(heard(lab.send("a1", frame(X10, A1)))).as("vmnic0 is cut off").isEmpty();
        assertThat(heard(lab.send("a2", frame(X10, A2)))).containsExactly("m9");
    }

    /// Spec 2.11, 4.31, Etherloom.ShotgunInbound: 1. In doubt both uplinks deliver, so what is flooded arrives by whichever is left.
    @Test
    void inDoubtBothUplinksDeliver() {
        var lab = start(fabric(2, PROBES, "Etherloom.ShotgunInbound: 1"));
        lab.pull("tor0", "24");
        lab.advanceMillis(5000);
        assertThat(heard(lab.send("m9", frame(A1, X10)))).containsExactly("a1");
        assertThat(heard(lab.send("m9", frame(BROADCAST, X10)))).containsExactly("a1", "a2");
    }

    /// Spec 2.11, 4.31, Etherloom.ShotgunInbound: 0. Only the uplink where the port is at home delivers.
    @Test
    void inDoubtThePortsOwnUplinkMayBeTheOnlyOneThatDelivers() {
        var lab = start(fabric(2, PROBES, "Etherloom.ShotgunInbound: 0"));
        lab.pull("tor0", "24");
        lab.advanceMillis(5000);
        assertThat(heard(lab.send("m9", frame(A1, X10)))).isEmpty();
        assertThat(heard(lab.send("m9", frame(A2, X10)))).containsExactly("a2");
    }

    /// Spec 4.32, 4.27: probing a guest-tagging port group goes by untagged beacons, which these trunks do not carry: doubt although both
    /// uplinks work, so the switch sees one address on two ports and the peer gets everything twice.
    @Test
    void inDoubtTheFabricSeesTheAddressTwice() {
        var lab = start("""
                name: test
                fabric:
                  switches:
                    tor1: { ports: { "1": { trunk: all, native: none }, "2": { trunk: all, native: none }, "9": { access: 10 } } }
                  machines: { m9: { link: tor1/9, mac: 02:00:00:00:00:10 } }
                hosts:
                  esx1:
                    pnics: { vmnic0: { link: tor1/1 }, vmnic1: { link: tor1/2 } }
                    vSwitches:
                      vSwitch0:
                        uplinks: [vmnic0, vmnic1]
                        teaming: { notifySwitches: no, failureDetection: beaconProbing }
                        portGroups: { T: { vlan: 4095 } }
                vms:
                  t1: { host: esx1, kind: memory, nics: [ { portGroup: T, mac: 00:50:56:00:00:41 } ] }
                """);
        assertThat(heard(lab.send("t1", tagged(10, frame(X10, T1))))).containsExactly("m9");
        lab.advanceMillis(5000);
        assertThat(isInDoubt(lab, "t1")).isTrue();
        assertThat(heard(lab.send("t1", tagged(10, frame(X10, T1))))).containsExactly("m9", "m9");
        assertThat(heard(lab.send("t1", tagged(10, frame(BROADCAST, T1))))).as("none comes back to it").containsExactly("m9", "m9");
    }

    /// Spec 4.33: uplinks at one physical switch hear each other whatever happens behind it.
    @Test
    void oneSwitchHidesWhatHappensBehindIt() {
        var lab = start(fabric(2, PROBES)
                .replace("tor0: { ports: {", "tor0: { ports: { \"2\": { trunk: all },")
                .replace("vmnic1: { link: tor1/1 }", "vmnic1: { link: tor0/2 }"));
        lab.pull("tor0", "24");
        lab.advanceMillis(20_000);
        assertThat(isInDoubt(lab, "a1")).isFalse();
        assertThat(standings(lab, "a1")).containsOnly(Standing.IN_USE);
        assertThat(heard(lab.send("a1", frame(X10, A1)))).isEmpty();
    }

    /// Spec 4.26, S54: of two uplinks one link goes down: a plain failover; alone, the other is not judged.
    @Test
    void oneLinkedUplinkIsNotJudged() {
        var lab = start(fabric(2, PROBES));
        lab.advanceMillis(1500);
        lab.pull("esx1", "vmnic0");
        assertThat(uplinks(lab, "a1", "a2")).containsOnly("vmnic1");
        for (int second = 0; second < 10; second++) {
            lab.advanceMillis(1000);
            assertThat(isInDoubt(lab, "a1")).isFalse();
            assertThat(standings(lab, "a1")).containsExactly(Standing.DOWN, Standing.IN_USE);
        }
    }

    /// Spec 4.29, Etherloom.TwoNicBeaconSeconds: each of two sends every other second, so three misses take six; in a team of three it
    /// makes no difference.
    @Test
    void aTeamOfTwoMayProbeAtHalfTheRate() {
        assertThat(millisOfDoubt(2, "Etherloom.TwoNicBeaconSeconds: 1")).isEqualTo(3500);
        assertThat(millisOfDoubt(2, "Etherloom.TwoNicBeaconSeconds: 2")).isEqualTo(5500);
        var three = start(fabric(3, PROBES, "Etherloom.TwoNicBeaconSeconds: 2"));
        three.advanceMillis(10_500);
        three.pull("tor2", "24");
        assertThat(millisUntilMoved(three, "a1", 10_000)).isEqualTo(3500);
    }

    private long millisOfDoubt(int uplinks, String option) {
        var lab = start(fabric(uplinks, PROBES, option));
        lab.advanceMillis(10_500);
        lab.pull("tor0", "24");
        for (long millis = 1; millis < 10_000; millis++) {
            lab.advanceMillis(1);
            if (isInDoubt(lab, "a1")) {
                return millis;
            }
        }
        throw new AssertionError("no doubt");
    }

    /// Spec 4.26, 4.30: a team may have as many uplinks as the host.
    @Test
    void aFailureIsLocatedAmongFortyUplinks() {
        var lab = start(fabric(40, PROBES));
        lab.advanceMillis(3500);
        lab.pull("tor39", "24");
        lab.advanceMillis(5000);
        assertThat(standings(lab, "a1").subList(0, 39)).containsOnly(Standing.IN_USE);
        assertThat(standings(lab, "a1")).last().isEqualTo(Standing.NO_BEACONS);
    }
}
