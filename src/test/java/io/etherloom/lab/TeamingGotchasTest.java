package io.etherloom.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.etherloom.frame.DropReason;
import io.etherloom.lab.view.TeamView;
import io.etherloom.model.Drop;
import io.etherloom.model.Outcome;
import org.junit.jupiter.api.Test;

/// The known traps of teams and of what they are cabled to, in the broken and in the cured form.
final class TeamingGotchasTest extends GotchaScenario {
    private static final int WEB1 = 11;
    private static final int CLIENT1 = 50;
    private static final int CLIENT2 = 51;

    /// Spec 9.5, 4.14
    @Test
    void ipHashWithoutAnEtherChannelFlapsAndDuplicates() {
        var lab = broken("9.05-iphash-without-channel");
        long web = vm(lab, "web1");
        var broadcast = frame(BROADCAST, machine(lab, "client1"));
        assertThat(warnings(lab)).anyMatch(it -> it.startsWith("ipHash needs a static EtherChannel") && it.contains("(spec 9.5)"));
        assertThat(copiesAt("web1", broadcast, lab.send("client1", broadcast))).isEqualTo(2);
        lab.send("web1", ip(machine(lab, "client1"), web, WEB1, CLIENT1));
        assertThat(learnedAt(lab, "tor1", web)).isEqualTo("2");
        lab.send("web1", ip(machine(lab, "client2"), web, WEB1, CLIENT2));
        assertThat(learnedAt(lab, "tor1", web)).isEqualTo("1");

        cure(lab, "9.05-iphash-without-channel");
        assertThat(warnings(lab)).isEmpty();
        assertThat(copiesAt("web1", broadcast, lab.send("client1", broadcast))).isEqualTo(1);
        lab.send("web1", ip(machine(lab, "client1"), web, WEB1, CLIENT1));
        assertThat(learnedAt(lab, "tor1", web)).isEqualTo("1");
    }

    /// Spec 9.5, 2.11: the opposite fault.
    @Test
    void anEtherChannelThatFacesPortIdLosesWhatComesInByTheOtherUplink() {
        losesHalf("9.05-channel-with-portid", "(spec 9.5)");
    }

    /// Spec 9.6, 4.22
    @Test
    void aStandbyInsideAnEtherChannelDropsWhatComesIn() {
        losesHalf("9.06-standby-in-channel", "(spec 9.6)");
    }

    private void losesHalf(String file, String warning) {
        var lab = broken(file);
        long web = vm(lab, "web1");
        var odd = ip(web, machine(lab, "client1"), CLIENT1, WEB1);
        var even = ip(web, machine(lab, "client2"), CLIENT2, WEB1);
        assertThat(warnings(lab)).anyMatch(it -> it.contains(warning));
        assertThat(lab.send("client1", odd)).isEqualTo(dropped("vmnic1", DropReason.WRONG_UPLINK));
        assertThat(lab.send("client2", even)).isEqualTo(copies(copy("web1", even)));

        cure(lab, file);
        assertThat(warnings(lab)).isEmpty();
        assertThat(lab.send("client1", odd)).isEqualTo(copies(copy("web1", odd)));
        assertThat(lab.send("client2", even)).isEqualTo(copies(copy("web1", even)));
    }

    /// Spec 9.7, 4.31, 4.32.
    @Test
    void twoUplinksThatDoNotHearEachOtherBothCarryEverything() {
        var lab = broken("9.07-beacon-two-nics");
        assertThat(warnings(lab)).anyMatch(it -> it.contains("(spec 9.7)"));
        lab.advanceMillis(2000);
        lab.pull("core", "1");
        lab.advanceMillis(4000);
        assertThat(team(lab, "VM Network").inDoubt()).isTrue();
        var hello = frame(BROADCAST, vm(lab, "web1"));
        assertThat(arrivals(lab, hello)).containsExactly(1, 1);
        assertThat(learnedAt(lab, "tor1", vm(lab, "web1"))).isEqualTo("1");
        assertThat(learnedAt(lab, "tor2", vm(lab, "web1"))).isEqualTo("1");
        lab.plug("core", "1");
        assertThat(arrivals(lab, hello)).as("until beacons are heard again, peers see frames twice").containsExactly(2, 2);
        lab.advanceMillis(3000);
        assertThat(arrivals(lab, hello)).containsExactly(1, 1);

        cure(lab, "9.07-beacon-two-nics");
        assertThat(warnings(lab)).isEmpty();
    }

    /// Spec 4.30, 9.7. Started with three uplinks, as the comment says, since web1 sits elsewhere when the third comes later.
    @Test
    void ofThreeUplinksTheOneThatIsNotHeardIsLeft() {
        var lab = broken("9.07-beacon-two-nics-cured");
        var hello = frame(BROADCAST, vm(lab, "web1"));
        lab.advanceMillis(3000);
        assertThat(lab.uplinkOf(SWITCH, "web1.eth0")).isEqualTo("vmnic2");
        lab.pull("core", "3");
        lab.advanceMillis(4000);
        assertThat(team(lab, "VM Network").inDoubt()).isFalse();
        assertThat(team(lab, "VM Network").uplinks().getLast().state()).isEqualTo("no beacons");
        assertThat(lab.uplinkOf(SWITCH, "web1.eth0")).isNotEqualTo("vmnic2");
        assertThat(arrivals(lab, hello)).containsExactly(1, 1);
    }

    /// How many copies of web1's frame near1 and client receive.
    private static int[] arrivals(MemoryLab lab, byte[] frame) {
        var outcome = lab.send("web1", frame);
        return new int[] {(int) copiesAt("near1", frame, outcome), (int) copiesAt("client", frame, outcome)};
    }

    private static TeamView team(MemoryLab lab, String label) {
        return new TeamViews(lab.state()).teams().stream().filter(team -> team.portGroups().contains(label)).findFirst().orElseThrow();
    }

    /// Spec 9.8, 4.27
    @Test
    void beaconsInManyVlansAreManyAndEndAtTheCap() {
        var lab = broken("9.08-beacons-in-many-vlans");
        assertThat(warnings(lab)).anyMatch(it -> it.contains("Net.MaxBeaconVlans stops at 3") && it.contains("(spec 9.8)"));
        lab.advanceMillis(2000);
        assertThat(framesAt("watcher", BEACON, lab.advanceMillis(1000))).as("hosts x uplinks").isEqualTo(6);
        lab.pull("core", "1");
        lab.advanceMillis(4000);
        assertThat(lab.uplinkOf(SWITCH, "v11.eth0")).isEqualTo("vmnic1");
        assertThat(lab.uplinkOf(SWITCH, "v14.eth0")).as("beyond the cap").isEqualTo("vmnic0");
        lab.plug("core", "1");
        lab.advanceMillis(3000);

        cure(lab, "9.08-beacons-in-many-vlans");
        assertThat(warnings(lab)).noneMatch(it -> it.contains("9.8)"));
        lab.advanceMillis(2000);
        assertThat(framesAt("watcher", BEACON, lab.advanceMillis(1000))).isZero();
        lab.pull("core", "1");
        lab.advanceMillis(4000);
        assertThat(lab.uplinkOf(SWITCH, "v14.eth0")).isEqualTo("vmnic1");
    }

    /// Spec 9.10
    @Test
    void aVlanThatIsMissingOnOneTrunkKillsHalfOfTheVms() {
        var lab = broken("9.10-vlan-missing-on-trunk");
        long client = machine(lab, "client");
        lab.send("client", frame(BROADCAST, client));
        assertThat(warnings(lab)).anyMatch(it -> it.contains("link status sees nothing (spec 9.10)"));
        assertThat(lab.send("web1", frame(client, A1))).isEqualTo(copies(copy("client", frame(client, A1))));
        assertThat(lab.send("web2", frame(client, A2))).isEqualTo(dropped("2", DropReason.VLAN_NOT_ALLOWED));

        cure(lab, "9.10-vlan-missing-on-trunk");
        assertThat(warnings(lab)).isEmpty();
        assertThat(lab.send("web1", frame(client, A1))).isEqualTo(copies(copy("client", frame(client, A1))));
        assertThat(lab.send("web2", frame(client, A2))).isEqualTo(copies(copy("client", frame(client, A2))));
    }

    /// Spec 9.13
    @Test
    void failbackRunsIntoAPortThatDoesNotForwardYet() {
        var lab = flap(0);
        lab.advanceMillis(100);
        assertThat(lab.uplinkOf(SWITCH, "web1.eth0")).isEqualTo("vmnic0");
        assertThat(lab.send("client", toWeb(lab)).deliveries()).isEmpty();
        assertThat(lab.send("web1", toClient(lab))).isEqualTo(dropped("1", DropReason.NOT_FORWARDING));
        lab.advanceMillis(9_800);
        assertThat(lab.send("web1", toClient(lab))).isEqualTo(dropped("1", DropReason.NOT_FORWARDING));
        lab.advanceMillis(100);
        assertThat(lab.send("web1", toClient(lab))).isEqualTo(copies(copy("client", toClient(lab))));
    }

    /// Spec 9.13, 4.36: cured by a delay that is longer than that of the fabric.
    @Test
    void aLongUpDelayOutlastsTheForwardDelay() {
        var lab = flap(1);
        loseNothing(lab, 11_900);
        lab.advanceMillis(100);
        assertThat(lab.uplinkOf(SWITCH, "web1.eth0")).isEqualTo("vmnic0");
        loseNothing(lab, 2000);
    }

    /// Spec 9.13, 4.35: cured by staying.
    @Test
    void withoutFailbackNothingRunsIntoAPortThatDoesNotForwardYet() {
        var lab = flap(2);
        loseNothing(lab, 15_000);
        assertThat(lab.uplinkOf(SWITCH, "web1.eth0")).isEqualTo("vmnic1");
    }

    /// Spec 9.13: cured at the physical switch.
    @Test
    void portFastForwardsAtOnce() {
        var lab = flap(3);
        loseNothing(lab, 12_000);
        assertThat(lab.uplinkOf(SWITCH, "web1.eth0")).isEqualTo("vmnic0");
    }

    /// The lab that has been up for a while, cured in this way if not 0, and its first uplink back this moment.
    private MemoryLab flap(int way) {
        var lab = broken("9.13-failback-black-hole");
        if (way > 0) {
            cure(lab, "9.13-failback-black-hole", way);
        }
        lab.advanceMillis(10_000);
        lab.send("client", frame(BROADCAST, machine(lab, "client")));
        assertThat(lab.uplinkOf(SWITCH, "web1.eth0")).isEqualTo("vmnic0");
        loseNothing(lab, 0);
        lab.pull("esx1", "vmnic0");
        loseNothing(lab, 1000);
        lab.plug("esx1", "vmnic0");
        return lab;
    }

    private static void loseNothing(MemoryLab lab, int millis) {
        for (int i = 0; i <= millis; i += 100) {
            assertThat(lab.send("web1", toClient(lab))).as("after %d ms", i).isEqualTo(copies(copy("client", toClient(lab))));
            if (i < millis) {
                lab.advanceMillis(100);
            }
        }
    }

    private static byte[] toClient(MemoryLab lab) {
        return frame(machine(lab, "client"), vm(lab, "web1"));
    }

    private static byte[] toWeb(MemoryLab lab) {
        return frame(vm(lab, "web1"), machine(lab, "client"));
    }

    /// Spec 9.15, 2.20
    @Test
    void aGuestsBpdusTakeTheWholeHostOffTheNetwork() {
        var lab = broken("9.15-guest-bpdu-err-disable");
        long client = machine(lab, "client");
        var bpdu = frame(0x0180_c200_0000L, vm(lab, "vpn"), 0x26, 46);
        bpdu[14] = bpdu[15] = 0x42;
        var innocent = frame(client, vm(lab, "web1"));
        lab.send("client", frame(BROADCAST, client));
        assertThat(lab.send("web1", innocent)).isEqualTo(copies(copy("client", innocent)));
        assertThat(lab.send("vpn", bpdu).drops()).contains(new Drop("1", DropReason.BPDU_GUARD));
        assertThat(lab.send("web1", innocent)).as("on the other uplink").isEqualTo(copies(copy("client", innocent)));
        assertThat(lab.send("vpn", bpdu).drops()).contains(new Drop("2", DropReason.BPDU_GUARD));
        assertThat(lab.send("web1", innocent)).isEqualTo(dropped("web1", DropReason.NO_UPLINK));

        cure(lab, "9.15-guest-bpdu-err-disable");
        lab.advanceMillis(100);
        assertThat(lab.send("vpn", bpdu).drops()).containsExactly(new Drop("vpn", DropReason.BPDU_FILTERED));
        assertThat(lab.send("web1", innocent)).isEqualTo(copies(copy("client", innocent)));
    }

    /// Spec 9.26, 4.42, 4.43
    @Test
    void aFailedUplinkAnnouncesAllItsVmsAtOnce() {
        var lab = broken("9.26-rarp-storm");
        lab.advanceMillis(20_000);
        assertThat(rarps(lab.pull("esx1", "vmnic0"))).isEqualTo(12);
        assertThat(rarps(lab.advanceMillis(20_000))).as("in the 15 s after that").isEqualTo(48);
        lab.plug("esx1", "vmnic0");
        lab.advanceMillis(20_000);

        cure(lab, "9.26-rarp-storm");
        lab.advanceMillis(20_000);
        assertThat(rarps(lab.pull("esx1", "vmnic0"))).isEqualTo(4);
        assertThat(rarps(lab.advanceMillis(30))).isEqualTo(4);
        assertThat(rarps(lab.advanceMillis(30))).isEqualTo(4);
        assertThat(rarps(lab.advanceMillis(20_000))).isEqualTo(12);
    }

    private static long rarps(Outcome outcome) {
        return framesAt("client", RARP, outcome);
    }
}
