package io.etherloom.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.etherloom.frame.DropReason;
import io.etherloom.model.Outcome;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Which uplink a port sends by, and what happens when links come and go (spec 1.34, 4.3, 4.21, 4.34-4.38).
final class TeamingScenariosTest extends Scenario {
    private static final List<String> VMS = List.of("a1", "a2", "b1", "c1", "n1", "t1");

    private static List<String> uplinks(MemoryLab lab) {
        var uplinks = new ArrayList<String>();
        VMS.forEach(vm -> uplinks.add(lab.uplinkOf(SWITCH, vm + ".eth0")));
        return uplinks;
    }

    /// Spec 4.2, 4.3: spread over the uplinks by slot, and the same for every frame.
    @Test
    void portsAreSpreadOverTheUplinks() {
        var lab = startHost();
        assertThat(uplinks(lab)).containsExactly("vmnic0", "vmnic1", "vmnic0", "vmnic1", "vmnic0", "vmnic1");
        for (int i = 0; i < 10; i++) {
            assertThat(lab.send("a1", frame(X10 + i, A1))).isEqualTo(copies(copy("up0", tagged(10, frame(X10 + i, A1)))));
        }
    }

    /// Spec 4.3, 4.20: the ports of a dead uplink move at once, the others stay, and their own frames follow.
    @Test
    void onlyThePortsOfADeadUplinkMove() {
        var lab = startHost();
        lab.pull("esx1", "vmnic0");
        assertThat(uplinks(lab)).containsOnly("vmnic1");
        assertThat(lab.send("a1", frame(X10, A1))).isEqualTo(copies(copy("up1", tagged(10, frame(X10, A1)))));
        assertThat(lab.send("up1", tagged(10, frame(A1, X10)))).isEqualTo(copies(copy("a1", frame(A1, X10))));
        assertThat(lab.takes("up0", tagged(10, frame(A1, X10)))).as("a dead cable takes frames").isFalse();
        assertThat(lab.vSwitch(SWITCH).failovers()).isEqualTo(3);
    }

    /// Spec 4.34, 4.36, Net.TeamPolicyUpDelay: 100 ms by default, and not one earlier.
    @Test
    void portsReturnHomeAfterTheUpDelay() {
        var lab = startHost();
        lab.pull("esx1", "vmnic0");
        lab.plug("esx1", "vmnic0");
        lab.advanceMillis(99);
        assertThat(lab.uplinkOf(SWITCH, "a1.eth0")).isEqualTo("vmnic1");
        lab.advanceMillis(1);
        assertThat(uplinks(lab)).containsExactly("vmnic0", "vmnic1", "vmnic0", "vmnic1", "vmnic0", "vmnic1");
    }

    /// Spec 4.36: with a delay of zero they return at once.
    @Test
    void portsReturnAtOnceWithoutDelay() {
        var lab = startHost("Net.TeamPolicyUpDelay: 0");
        lab.pull("esx1", "vmnic0");
        lab.plug("esx1", "vmnic0");
        assertThat(lab.uplinkOf(SWITCH, "a1.eth0")).isEqualTo("vmnic0");
    }

    /// Spec 4.36: the first up after the start is not delayed, nor is a down ever.
    @Test
    void theFirstUpIsNotDelayed() {
        var lab = startHost("Net.TeamPolicyUpDelay: 600000");
        assertThat(lab.uplinkOf(SWITCH, "a1.eth0")).isEqualTo("vmnic0");
        lab.pull("esx1", "vmnic0");
        assertThat(lab.uplinkOf(SWITCH, "a1.eth0")).isEqualTo("vmnic1");
    }

    /// Spec 4.36, 4.37: a down in the wait cancels it; a link that toggles every 5 s does not fail back until it is up for 30 s.
    @Test
    void aFlappingLinkDoesNotFailBack() {
        var lab = startHost("Net.TeamPolicyUpDelay: 30000");
        for (int i = 0; i < 4; i++) {
            lab.pull("esx1", "vmnic0");
            lab.advanceMillis(5000);
            lab.plug("esx1", "vmnic0");
            lab.advanceMillis(5000);
            assertThat(lab.uplinkOf(SWITCH, "a1.eth0")).isEqualTo("vmnic1");
        }
        lab.advanceMillis(24_999);
        assertThat(lab.uplinkOf(SWITCH, "a1.eth0")).isEqualTo("vmnic1");
        lab.advanceMillis(1);
        assertThat(lab.uplinkOf(SWITCH, "a1.eth0")).isEqualTo("vmnic0");
    }

    /// Spec 1.34, Etherloom.LinkDetection: event. The switch acts as soon as the link is known to be down.
    @Test
    void anEventIsActedOnAtOnce() {
        var lab = startHost("Etherloom.LinkDetection: event");
        lab.pull("esx1", "vmnic0");
        assertThat(lab.send("a1", frame(X10, A1))).isEqualTo(copies(copy("up1", tagged(10, frame(X10, A1)))));
    }

    /// Spec 1.34, 4.38, Etherloom.LinkDetection: poll. Until the next poll the frames are lost in the dead link.
    @Test
    void aPollNoticesLate() {
        var lab = startHost("Etherloom.LinkDetection: poll", "Net.LinkStatePollTimeout: 500");
        lab.advanceMillis(100);
        lab.pull("esx1", "vmnic0");
        lab.advanceMillis(399);
        assertThat(lab.send("a1", frame(X10, A1))).isEqualTo(dropped("vmnic0", DropReason.LINK_DOWN));
        lab.advanceMillis(1);
        assertThat(lab.send("a1", frame(X10, A1))).isEqualTo(copies(copy("up1", tagged(10, frame(X10, A1)))));
    }

    /// Spec 1.34, Net.LinkFlappingThreshold: more than 60 in a minute, and 0 is off.
    @Test
    void aLinkThatGoesDownTooOftenIsUnstable() {
        assertThat(flaps(60, "Net.LinkFlappingThreshold: 60")).isFalse();
        assertThat(flaps(61, "Net.LinkFlappingThreshold: 60")).isTrue();
        assertThat(flaps(3, "Net.LinkFlappingThreshold: 2")).isTrue();
        assertThat(flaps(200, "Net.LinkFlappingThreshold: 0")).isFalse();
    }

    /// Spec 1.34: what happened in another minute does not count.
    @Test
    void aLinkThatHasBeenQuietForAMinuteIsStableAgain() {
        var lab = startHost("Net.LinkFlappingThreshold: 2");
        for (int i = 0; i < 3; i++) {
            lab.pull("esx1", "vmnic0");
            lab.plug("esx1", "vmnic0");
        }
        int uplink = lab.port(SWITCH, "vmnic0").index();
        assertThat(lab.vSwitch(SWITCH).isUnstable(uplink, lab.nowNanos())).isTrue();
        lab.advanceMillis(60_001);
        assertThat(lab.vSwitch(SWITCH).isUnstable(uplink, lab.nowNanos())).isFalse();
    }

    private boolean flaps(int times, String option) {
        var lab = startHost(option);
        for (int i = 0; i < times; i++) {
            lab.pull("esx1", "vmnic0");
            lab.plug("esx1", "vmnic0");
        }
        return lab.vSwitch(SWITCH).isUnstable(lab.port(SWITCH, "vmnic0").index(), lab.nowNanos());
    }

    /// Spec 4.21: all uplinks down. What must leave is dropped, local switching goes on.
    @Test
    void withoutAUsableUplinkLocalSwitchingGoesOn() {
        var lab = startHost();
        lab.pull("esx1", "vmnic0");
        lab.pull("esx1", "vmnic1");
        assertThat(lab.send("a1", frame(X10, A1))).isEqualTo(dropped("a1", DropReason.NO_UPLINK));
        assertThat(lab.send("a1", frame(A2, A1))).isEqualTo(copies(copy("a2", frame(A2, A1))));
        assertThat(lab.port(SWITCH, "a1.eth0").isLinkUp()).as("the guest's link").isTrue();
    }

    /// Spec 4.21, 4.22: an uplink in none of the lists is unused, sends nothing and delivers nothing to the port group.
    @Test
    void anUplinkInNoListIsUnused() {
        var lab = start(host().replace("A: { vlan: 10 }",
                "A: { vlan: 10, teaming: { failoverOrder: { active: [vmnic1] } } }"));
        assertThat(lab.send("a1", frame(X10, A1))).isEqualTo(copies(copy("up1", tagged(10, frame(X10, A1)))));
        assertThat(lab.send("up0", tagged(10, frame(A1, X10)))).isEqualTo(dropped("vmnic0", DropReason.WRONG_UPLINK));
        lab.pull("esx1", "vmnic1");
        assertThat(lab.send("a1", frame(X10, A1))).isEqualTo(dropped("a1", DropReason.NO_UPLINK));
        assertThat(lab.send("b1", frame(X10, B1))).isEqualTo(copies(copy("up0", tagged(10, frame(X10, B1)))));
    }

    /// Spec 4.3: a change of the team places the ports of that group anew; others stay.
    @Test
    void aChangedTeamMovesItsPortsOnly() {
        var lab = startHost();
        assertThat(lab.apply(host().replace("A: { vlan: 10 }",
                "A: { vlan: 10, teaming: { failoverOrder: { active: [vmnic1] } } }"))).isEqualTo(Outcome.NOTHING);
        assertThat(uplinks(lab)).containsExactly("vmnic1", "vmnic1", "vmnic0", "vmnic1", "vmnic0", "vmnic1");
    }
}
