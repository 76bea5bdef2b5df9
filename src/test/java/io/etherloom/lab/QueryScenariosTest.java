package io.etherloom.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.etherloom.frame.CapturePoint;
import io.etherloom.model.Outcome;
import io.etherloom.topology.Setting.Kind;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/// IGMP queries to guests after a VMotion or a failover (spec 2.31, 7.10).
final class QueryScenariosTest extends PolicyScenario {
    private static final long ROUTERS = 0x0100_5e00_0016L;
    private static final String VERSION_3 = "46c0002400004000" + "01020413" + "00000000" + "e0000001" + "94040000" + "110aec7800000000" + "027d0000";
    private static final String VERSION_2 = "46c0002000004000" + "0102f015" + "0a000a01" + "e0000001" + "94040000" + "110aeef500000000";

    private static String asking(String... options) {
        return host(options).replace("Net.IGMPQueries: 0", "Net.IGMPQueries: 2");
    }

    /// A lab that has stood for a while, in which nobody was asked for having been connected.
    private MemoryLab startQuiet(String yaml) {
        var lab = start(yaml);
        lab.advanceMillis(10_000);
        return lab;
    }

    /// Two hosts of the same port groups; a2 and b1 are on the second.
    private static String twoHosts() {
        return asking().replace("vms:\n", "  esx2: { like: esx1, pnics: { vmnic0: { tap: up2 }, vmnic1: { tap: up3 } } }\nvms:\n")
                .replace("a2: { host: esx1", "a2: { host: esx2").replace("b1: { host: esx1", "b1: { host: esx2");
    }

    /// What a guest is asked, from the virtual address of its host's vmnic0 (spec 1.37).
    private static byte[] query(MemoryLab lab, String host, String ipAndIgmp) {
        long mac = 0x0050_5650_0000L | lab.topology().hosts().get(host).pnics().get("vmnic0").mac() & 0xF_FFFF;
        return HexFormat.of().parseHex("01005e000001" + String.format("%012x", mac) + "0800" + ipAndIgmp);
    }

    private static byte[] query(MemoryLab lab) {
        return query(lab, "esx1", VERSION_3);
    }

    /// When something came out at a place in the next so many milliseconds.
    private static List<Long> times(MemoryLab lab, String place, long millis) {
        var times = new ArrayList<Long>();
        for (long at = 1; at <= millis; at++) {
            long now = at;
            at(place, lab.advanceMillis(1)).forEach(_ -> times.add(now));
        }
        return times;
    }

    /// Spec 2.31: when their uplink fails its guests are asked, at once and two seconds later, to the octet; those at the other are not. Their
    /// answers leave by the uplink that is left.
    @Test
    void guestsWhoseUplinkFailsAreAskedTwice() {
        var lab = start(asking());
        assertThat(lab.advanceMillis(10_000)).as("nobody at the start").isEqualTo(Outcome.NOTHING);
        assertThat(lab.pull("esx1", "vmnic0")).isEqualTo(copies(copy("a1", query(lab)), copy("b1", query(lab)), copy("n1", query(lab))));
        var report = frame(ROUTERS, A1);
        assertThat(at("up1", lab.send("a1", report))).containsExactly(tagged(10, report));
        assertThat(lab.advanceMillis(1999)).isEqualTo(Outcome.NOTHING);
        assertThat(lab.advanceMillis(1)).isEqualTo(copies(copy("a1", query(lab)), copy("b1", query(lab)), copy("n1", query(lab))));
        assertThat(lab.advanceMillis(60_000)).isEqualTo(Outcome.NOTHING);
    }

    /// Spec 2.31: after failback, too, at the millisecond at which the delay ends.
    @Test
    void guestsThatReturnToTheirUplinkAreAsked() {
        var lab = startQuiet(asking());
        lab.pull("esx1", "vmnic0");
        lab.advanceMillis(10_000);
        assertThat(lab.plug("esx1", "vmnic0")).isEqualTo(Outcome.NOTHING);
        assertThat(times(lab, "a1", 10_000)).containsExactly(100L, 2100L);
    }

    /// Spec 2.31: another event begins anew.
    @Test
    void anotherMoveReplacesTheOneBefore() {
        var lab = startQuiet(asking("Net.TeamPolicyUpDelay: 0"));
        assertThat(at("a1", lab.pull("esx1", "vmnic0"))).hasSize(1);
        lab.advanceMillis(1500);
        assertThat(at("a1", lab.plug("esx1", "vmnic0"))).hasSize(1);
        assertThat(times(lab, "a1", 10_000)).containsExactly(2000L);
    }

    /// Spec 2.31, Net.IGMPQueries: 0-2; a change holds for what is still to be asked, too.
    @Test
    void theirNumberIsAnOption() {
        for (int count = 0; count <= 2; count++) {
            var lab = startQuiet(asking().replace("IGMPQueries: 2", "IGMPQueries: " + count));
            var asked = at("a1", lab.pull("esx1", "vmnic0")).size() + times(lab, "a1", 10_000).size();
            assertThat(asked).isEqualTo(count);
        }
        var lab = startQuiet(asking());
        lab.pull("esx1", "vmnic0");
        lab.set(Kind.HOST, "esx1", "Net.IGMPQueries=1");
        assertThat(lab.advanceMillis(10_000)).isEqualTo(Outcome.NOTHING);
    }

    /// Spec 2.31, Net.IGMPRouterIP, Net.IGMPVersion: from which address, and eight octets in the words of IGMPv2.
    @Test
    void addressAndVersionAreOptions() {
        var lab = startQuiet(asking("Net.IGMPRouterIP: 10.0.10.1", "Net.IGMPVersion: 2"));
        assertThat(at("a1", lab.pull("esx1", "vmnic0"))).containsExactly(query(lab, "esx1", VERSION_2));
    }

    /// Spec 2.31: powering on, connecting and a new address are no reasons, nor is a change of a team that moves nobody.
    @Test
    void nobodyIsAskedWhoDidNotMove() {
        var lab = startQuiet(asking());
        assertThat(lab.power("a1", false)).isEqualTo(Outcome.NOTHING);
        assertThat(lab.power("a1", true)).isEqualTo(Outcome.NOTHING);
        lab.connect("b1", 0, false);
        assertThat(lab.connect("b1", 0, true)).isEqualTo(Outcome.NOTHING);
        assertThat(lab.set(Kind.NIC, "n1/0", "effectiveMac=00:50:56:00:00:39")).isEqualTo(Outcome.NOTHING);
        assertThat(lab.set(Kind.PORT_GROUP, "esx1/A", "teaming.failback=no")).isEqualTo(Outcome.NOTHING);
        assertThat(lab.advanceMillis(10_000)).isEqualTo(Outcome.NOTHING);
    }

    /// Spec 2.31, 4.46: not when a member of an EtherChannel fails, behind which the channel is the same to the network.
    @Test
    void nobodyIsAskedWhenAMemberOfAChannelFails() {
        var lab = startQuiet(withTeaming("loadBalancing: ipHash", asking()));
        assertThat(lab.pull("esx1", "vmnic0")).isEqualTo(Outcome.NOTHING);
        assertThat(lab.advanceMillis(10_000)).isEqualTo(Outcome.NOTHING);
    }

    /// Spec 2.31, 3.2, 4.48: guests see no tag, and those that tag by themselves get a query without one.
    @Test
    void queriesHaveNoTag() {
        var lab = startQuiet(asking());
        assertThat(lab.pull("esx1", "vmnic1")).isEqualTo(copies(copy("a2", query(lab)), copy("c1", query(lab)), copy("t1", query(lab))));
    }

    /// Spec 2.27, 5.7: like any frame to all systems a query is not for a guest whose vNIC filters that group, nor for one that is silenced.
    @Test
    void aQueryIsNotForGuestsThatWouldNotGetOthers() {
        var lab = startQuiet(withGroup("B", "security: { macChanges: reject }", asking()));
        lab.set(Kind.NIC, "a1/0", "multicast=['01:00:5e:01:02:03']");
        lab.set(Kind.NIC, "b1/0", "effectiveMac=00:50:56:00:00:19");
        assertThat(lab.pull("esx1", "vmnic0")).isEqualTo(copies(copy("n1", query(lab))));
        lab.set(Kind.NIC, "a1/0", "multicast=['01:00:5e:01:02:03', '01:00:5e:00:00:01']");
        assertThat(places(lab.advanceMillis(2000))).containsExactlyInAnyOrder("a1", "n1");
    }

    /// Spec 4.48a: queries pass behind forged Reject and the shaper, are no frame that somebody sent, and are seen where a port's frames are.
    @Test
    void queriesPassBehindThePolicies() {
        var lab = startQuiet(asking().replace("teaming:", """
                security: { forgedTransmits: reject, promiscuousMode: reject }
                        trafficShaping: { enabled: yes, averageBandwidth: 1 Kbps, peakBandwidth: 1 Kbps, burstSize: 1 B }
                        teaming:"""));
        var seen = new ArrayList<CapturePoint>();
        lab.observe(SWITCH, "a1.eth0", (point, _, _, _, _) -> seen.add(point));
        assertThat(at("a1", lab.pull("esx1", "vmnic0"))).containsExactly(query(lab));
        assertThat(seen).containsExactly(CapturePoint.ETHERSWITCH_OUTPUT, CapturePoint.PORT_OUTPUT, CapturePoint.VNIC_RX);
        var counters = lab.port(SWITCH, "a1.eth0").counters();
        assertThat(counters.originatedFrames()).isEqualTo(1);
        assertThat(counters.inFrames()).isZero();
    }

    /// Spec 2.31, 4.47: notifying the physical switches is another matter.
    @Test
    void queriesDoNotDependOnNotifications() {
        var lab = startQuiet(withNotifications("", asking()));
        lab.advanceMillis(10_000);
        assertThat(at("a1", lab.pull("esx1", "vmnic0"))).containsExactly(query(lab));
        var without = startQuiet(withNotifications("", host()));
        without.advanceMillis(10_000);
        assertThat(places(without.pull("esx1", "vmnic0"))).containsOnly("up1");
    }

    /// Spec 7.10: the guest that comes from another host is asked there, twice; nobody else is, neither one that was there nor one that is
    /// powered on in the same change. Then the same on its way back.
    @Test
    void aGuestThatComesByVMotionIsAsked() {
        var lab = startQuiet(twoHosts().replace("b1: { host: esx2", "b1: { host: esx2, power: off"));
        assertThat(lab.apply(twoHosts().replace("a1: { host: esx1", "a1: { host: esx2"))).isEqualTo(copies(copy("a1", query(lab, "esx2", VERSION_3))));
        assertThat(times(lab, "a1", 10_000)).containsExactly(2000L);
        assertThat(lab.apply(twoHosts())).isEqualTo(copies(copy("a1", query(lab))));
        assertThat(lab.advanceMillis(10_000)).isEqualTo(copies(copy("a1", query(lab))));
        lab.power("a1", false);
        assertThat(lab.power("a1", true)).as("at home again, by no VMotion").isEqualTo(Outcome.NOTHING);
    }

    /// Spec 7.10: another port group on the same host is no VMotion, on another vSwitch or not; nor does a guest that is off come by one.
    @Test
    void aGuestThatStaysOnItsHostIsNotAsked() {
        var lab = startQuiet(twoHosts());
        assertThat(lab.apply(twoHosts().replace("[ { portGroup: A, mac: 00:50:56:00:00:01", "[ { portGroup: C, mac: 00:50:56:00:00:01")))
                .isEqualTo(Outcome.NOTHING);
        lab.power("n1", false);
        assertThat(lab.apply(twoHosts().replace("n1: { host: esx1", "n1: { host: esx2"))).isEqualTo(Outcome.NOTHING);
        assertThat(lab.power("n1", true)).isEqualTo(Outcome.NOTHING);
        assertThat(lab.advanceMillis(10_000)).isEqualTo(Outcome.NOTHING);
    }

    /// Spec 7.10, 4.21: where every uplink is down the guest is asked on arrival, and again once there is one.
    @Test
    void aGuestThatArrivesWithoutAnUplinkIsAskedAgainOnceItHasOne() {
        var lab = startQuiet(twoHosts());
        lab.pull("esx2", "vmnic0");
        lab.pull("esx2", "vmnic1");
        lab.advanceMillis(10_000);
        lab.apply(twoHosts().replace("a1: { host: esx1", "a1: { host: esx2"));
        lab.advanceMillis(10_000);
        lab.plug("esx2", "vmnic0");
        assertThat(times(lab, "a1", 10_000)).hasSize(2);
    }
}
