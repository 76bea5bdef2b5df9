package io.etherloom.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.etherloom.frame.DropReason;
import io.etherloom.topology.Setting;
import io.etherloom.vswitch.TeamState;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Active, standby, unused; failing over and back (spec 4.3, 4.19-4.24, 4.34-4.38; scenarios S24-S27, S29, S53).
final class FailoverScenariosTest extends PolicyScenario {
    private static final String THIRD_STANDS_BY = "failoverOrder: { active: [vmnic0, vmnic1], standby: [vmnic2] }";
    private static final String AT_ONCE = "Net.TeamPolicyUpDelay: 0";

    private MemoryLab startTeam(int uplinks, String teaming, String... options) {
        return start(withUplinks(uplinks, withTeaming(teaming, host(options))));
    }

    /// Spec 4.19: a standby uplink carries nothing while the active ones are up, an unused one never does.
    @Test
    void aStandbyUplinkIsUsedWhenAnActiveOneIsDown() {
        var lab = startTeam(3, "failoverOrder: { active: [vmnic0], standby: [vmnic1], unused: [vmnic2] }");
        assertThat(uplinks(lab, "a1", "a2", "b1")).containsOnly("vmnic0");
        lab.pull("esx1", "vmnic0");
        assertThat(uplinks(lab, "a1", "a2", "b1")).containsOnly("vmnic1");
        lab.pull("esx1", "vmnic1");
        assertThat(lab.send("a1", frame(X10, A1))).isEqualTo(dropped("a1", DropReason.NO_UPLINK));
        assertThat(lab.send("up2", tagged(10, frame(A1, X10)))).isEqualTo(dropped("vmnic2", DropReason.WRONG_UPLINK));
    }

    /// Spec 4.20, 4.3, S53, Etherloom.StandbyTakesSlot: 1. The ports of the failed one go to the standby, those of the other never move.
    @Test
    void theStandbyTakesTheSlotOfTheFailedOne() {
        var lab = startTeam(3, THIRD_STANDS_BY, AT_ONCE, "Etherloom.StandbyTakesSlot: 1");
        assertThat(uplinks(lab, "a1", "a2", "b1", "c1", "n1", "t1"))
                .containsExactly("vmnic1", "vmnic0", "vmnic1", "vmnic0", "vmnic1", "vmnic0");
        lab.pull("esx1", "vmnic0");
        assertThat(uplinks(lab, "a1", "a2", "b1", "c1", "n1", "t1"))
                .containsExactly("vmnic1", "vmnic2", "vmnic1", "vmnic2", "vmnic1", "vmnic2");
        assertThat(lab.vSwitch(SWITCH).failovers()).isEqualTo(3);
        lab.plug("esx1", "vmnic0");
        assertThat(uplinks(lab, "a1", "a2", "b1", "c1", "n1", "t1"))
                .containsExactly("vmnic1", "vmnic0", "vmnic1", "vmnic0", "vmnic1", "vmnic0");
    }

    /// Spec 4.20, Etherloom.StandbyTakesSlot: 0. They spread over all that is usable, and still only they move.
    @Test
    void thePortsOfTheFailedOneMaySpread() {
        var lab = startTeam(3, THIRD_STANDS_BY, AT_ONCE, "Etherloom.StandbyTakesSlot: 0");
        lab.pull("esx1", "vmnic0");
        assertThat(uplinks(lab, "a1", "b1", "n1")).containsOnly("vmnic1");
        assertThat(uplinks(lab, "a2", "c1", "t1")).containsOnly("vmnic1", "vmnic2").contains("vmnic1", "vmnic2");
        lab.plug("esx1", "vmnic0");
        assertThat(uplinks(lab, "a2", "c1", "t1")).containsOnly("vmnic0");
    }

    /// Spec 4.3: with four active uplinks only the ports of the dead one are placed anew, and only those return, in whatever order links
    /// fail and come back.
    @Test
    void portsOnSurvivingUplinksNeverMove() {
        var lab = startTeam(4, "failback: yes", AT_ONCE);
        var vms = new String[] {"a1", "a2", "b1", "c1", "n1", "t1"};
        var home = uplinks(lab, vms);
        for (int first = 0; first < 4; first++) {
            lab.pull("esx1", "vmnic" + first);
            var once = uplinks(lab, vms);
            for (int i = 0; i < vms.length; i++) {
                assertThat(once.get(i).equals(home.get(i))).as("%s stays", vms[i]).isEqualTo(!home.get(i).equals("vmnic" + first));
            }
            int second = (first + 1) % 4;
            lab.pull("esx1", "vmnic" + second);
            var twice = uplinks(lab, vms);
            for (int i = 0; i < vms.length; i++) {
                assertThat(twice.get(i).equals(once.get(i))).as("%s stays", vms[i]).isEqualTo(!once.get(i).equals("vmnic" + second));
            }
            lab.plug("esx1", "vmnic" + first);
            lab.plug("esx1", "vmnic" + second);
            assertThat(uplinks(lab, vms)).isEqualTo(home);
        }
    }

    /// Spec 4.3: the ports of a dead uplink spread over those that are left, also when their number divides that of the team.
    @Test
    void thePortsOfADeadUplinkSpreadOverTheRest() {
        var lab = startTeam(4, "failback: yes");
        assertThat(uplinks(lab, "a1", "n1")).containsOnly("vmnic2");
        lab.pull("esx1", "vmnic0");
        lab.pull("esx1", "vmnic2");
        assertThat(uplinks(lab, "a1", "n1")).containsExactlyInAnyOrder("vmnic1", "vmnic3");
    }

    /// Spec 4.21, S29: all down: local frames pass, others are counted, the guest's link is up.
    @Test
    void withoutAnyUplinkTheGuestNoticesNothing() {
        var lab = startTeam(2, THIRD_STANDS_BY.replace(", standby: [vmnic2]", ""));
        lab.pull("esx1", "vmnic0");
        lab.pull("esx1", "vmnic1");
        assertThat(lab.send("a1", frame(A2, A1))).isEqualTo(copies(copy("a2", frame(A2, A1))));
        assertThat(lab.send("a1", frame(X10, A1))).isEqualTo(dropped("a1", DropReason.NO_UPLINK));
        assertThat(lab.port(SWITCH, "a1.eth0").isLinkUp()).isTrue();
    }

    /// Spec 4.23: two port groups with opposite orders of the same two uplinks.
    @Test
    void portGroupsOverrideTheOrder() {
        var lab = start(withGroup("A", "teaming: { failoverOrder: { active: [vmnic1], standby: [vmnic0] } }",
                withGroup("B", "teaming: { failoverOrder: { active: [vmnic0], standby: [vmnic1] } }", host())));
        assertThat(uplinks(lab, "a1", "a2", "b1")).containsExactly("vmnic1", "vmnic1", "vmnic0");
        lab.pull("esx1", "vmnic1");
        assertThat(uplinks(lab, "a1", "a2", "b1")).containsOnly("vmnic0");
        assertThat(lab.send("up0", tagged(10, frame(A1, X10)))).isEqualTo(copies(copy("a1", frame(A1, X10))));
    }

    /// Spec 4.22: what arrives on a standby uplink is not delivered, be it unicast or not.
    @Test
    void aStandbyUplinkDeliversNothing() {
        var lab = startTeam(2, "failoverOrder: { active: [vmnic0], standby: [vmnic1] }");
        for (long to : new long[] {A1, BROADCAST}) {
            assertThat(lab.send("up1", tagged(10, frame(to, X10)))).isEqualTo(dropped("vmnic1", DropReason.WRONG_UPLINK));
        }
    }

    /// Spec 4.24: an upstream break is not seen by link status; frames go on into the dead end.
    @Test
    void linkStatusIsBlindToAnUpstreamBreak() {
        var lab = start(UPSTREAM);
        assertThat(places(lab.send("a1", frame(X10, A1)))).contains("m9");
        lab.pull("tor1", "24");
        assertThat(uplink(lab, "a1")).isEqualTo("vmnic0");
        assertThat(lab.send("a1", frame(X10, A1)).deliveries()).isEmpty();
        lab.pull("tor1", "1");
        assertThat(uplink(lab, "a1")).as("now its own link").isEqualTo("vmnic1");
        assertThat(places(lab.send("a1", frame(X10, A1)))).contains("m9");
    }

    private static final String UPSTREAM = """
            name: test
            fabric:
              switches:
                tor1: { ports: { "1": { trunk: all }, "24": { trunk: all } } }
                tor2: { ports: { "1": { trunk: all }, "24": { trunk: all } } }
                core: { ports: { "1": { trunk: all }, "2": { trunk: all }, "9": { access: 10 } } }
              links: [ { between: [tor1/24, core/1] }, { between: [tor2/24, core/2] } ]
              machines: { m9: { link: core/9, mac: 02:00:00:00:00:10 } }
            hosts:
              esx1:
                pnics: { vmnic0: { link: tor1/1 }, vmnic1: { link: tor2/1 } }
                vSwitches:
                  vSwitch0:
                    uplinks: [vmnic0, vmnic1]
                    teaming: { notifySwitches: no, failoverOrder: { active: [vmnic0, vmnic1] } }
                    portGroups: { A: { vlan: 10 } }
            vms:
              a1: { host: esx1, kind: memory, nics: [ { portGroup: A, mac: 00:50:56:00:00:01 } ] }
            """;

    /// Spec 4.34: until the fabric has learned where a1 is again, its frames still go to the old uplink, and are lost there.
    @Test
    void failbackLosesFramesUntilTheFabricHasLearned() {
        var lab = start(UPSTREAM);
        var in = frame(A1, X10);
        lab.send("a1", frame(X10, A1));
        lab.pull("esx1", "vmnic0");
        lab.send("a1", frame(X10, A1));
        assertThat(places(lab.send("m9", in))).containsExactly("a1");
        lab.plug("esx1", "vmnic0");
        lab.advanceMillis(100);
        assertThat(uplink(lab, "a1")).isEqualTo("vmnic0");
        assertThat(lab.send("m9", in)).isEqualTo(dropped("vmnic1", DropReason.WRONG_UPLINK));
        lab.apply(UPSTREAM.replace("notifySwitches: no", "notifySwitches: yes"));
        lab.pull("esx1", "vmnic0");
        lab.plug("esx1", "vmnic0");
        lab.advanceMillis(101);
        assertThat(places(lab.send("m9", in))).as("with notifications").containsExactly("a1");
    }

    /// Spec 4.34, 4.36, S25: back after the delay, and no earlier; a VM on the other uplink is not touched.
    @Test
    void failbackComesAfterTheDelay() {
        var lab = startTeam(2, "failback: yes", "Net.TeamPolicyUpDelay: 100");
        lab.pull("esx1", "vmnic0");
        assertLeaves(lab, "a1", A1, "up1");
        lab.plug("esx1", "vmnic0");
        lab.advanceMillis(99);
        assertLeaves(lab, "a1", A1, "up1");
        lab.advanceMillis(1);
        assertLeaves(lab, "a1", A1, "up0");
        assertThat(lab.vSwitch(SWITCH).failovers()).as("a1, b1 and n1, there and back").isEqualTo(6);
    }

    /// Spec 4.36, S26: up at 0, down at 3 s, up at 4 s: with a delay of 5 s back at 9 s and not before.
    @Test
    void aDownInTheWaitStartsItAnew() {
        var lab = startTeam(2, "failback: yes", "Net.TeamPolicyUpDelay: 5000");
        lab.pull("esx1", "vmnic0");
        lab.plug("esx1", "vmnic0");
        lab.advanceMillis(3000);
        lab.pull("esx1", "vmnic0");
        lab.advanceMillis(1000);
        lab.plug("esx1", "vmnic0");
        lab.advanceMillis(4999);
        assertThat(uplink(lab, "a1")).isEqualTo("vmnic1");
        lab.advanceMillis(1);
        assertThat(uplink(lab, "a1")).isEqualTo("vmnic0");
    }

    /// Spec 4.35, S27: it stays out until the one in use fails.
    @Test
    void withoutFailbackARecoveredUplinkRests() {
        var lab = startTeam(2, "failback: no", AT_ONCE);
        lab.pull("esx1", "vmnic0");
        lab.plug("esx1", "vmnic0");
        lab.advanceMillis(60_000);
        assertLeaves(lab, "a1", A1, "up1");
        assertThat(standings(lab)).containsExactly(TeamState.Standing.RESTING, TeamState.Standing.IN_USE);
        assertThat(lab.send("up0", tagged(10, frame(A1, X10)))).isEqualTo(dropped("vmnic0", DropReason.WRONG_UPLINK));
        lab.pull("esx1", "vmnic1");
        assertLeaves(lab, "a1", A1, "up0");
    }

    /// Spec 4.35: the same with explicit order and a standby uplink.
    @Test
    void withoutFailbackTheStandbyKeepsItsPlace() {
        var lab = startTeam(2, "loadBalancing: explicitFailoverOrder, failback: no, failoverOrder: { active: [vmnic0], standby: [vmnic1] }", AT_ONCE);
        lab.pull("esx1", "vmnic0");
        lab.plug("esx1", "vmnic0");
        assertThat(uplinks(lab, "a1", "a2")).containsOnly("vmnic1");
        lab.pull("esx1", "vmnic1");
        assertThat(uplinks(lab, "a1", "a2")).containsOnly("vmnic0");
    }

    private static List<TeamState.Standing> standings(MemoryLab lab) {
        return lab.vSwitch(SWITCH).teamState(lab.port(SWITCH, "a1.eth0").index(), lab.nowNanos())
                .members().stream().map(TeamState.Member::standing).toList();
    }

    /// Spec 4.36: the delay of a link that comes up is that of its time; the very first up is not delayed, even when the delay is set by hand.
    @Test
    void aDelaySetByHandHoldsFromTheNextUp() {
        var lab = startTeam(2, "failback: yes");
        lab.set(Setting.Kind.HOST, "esx1", "Net.TeamPolicyUpDelay=2000");
        assertThat(uplink(lab, "a1")).isEqualTo("vmnic0");
        lab.pull("esx1", "vmnic0");
        lab.plug("esx1", "vmnic0");
        lab.advanceMillis(1999);
        assertThat(uplink(lab, "a1")).isEqualTo("vmnic1");
        lab.advanceMillis(1);
        assertThat(uplink(lab, "a1")).isEqualTo("vmnic0");
    }

    /// Spec 4.38, S24: at once, with no frame lost or doubled that the host still had in its hands.
    @Test
    void failoverLosesAndDoublesNothing() {
        var lab = startTeam(2, "failback: yes");
        for (int i = 0; i < 100; i++) {
            if (i == 50) {
                lab.pull("esx1", "vmnic0");
            }
            var frame = frame(X10 + i, A1);
            assertThat(lab.send("a1", frame)).isEqualTo(copies(copy(i < 50 ? "up0" : "up1", tagged(10, frame))));
        }
    }

    /// Spec 4.36: the very first up is not delayed when the link was down at the start, either; the next one is.
    @Test
    void theFirstUpOfALinkThatWasDownIsNotDelayed() {
        var yaml = host("Net.TeamPolicyUpDelay: 5000").replace("uplinks: [vmnic0, vmnic1]", "uplinks: [UPLINKS]");
        var lab = start(yaml.replace("UPLINKS", "vmnic1"));
        lab.pull("esx1", "vmnic0");
        lab.apply(yaml.replace("UPLINKS", "vmnic1, vmnic0"));
        int vmnic0 = lab.port(SWITCH, "vmnic0").index();
        assertThat(lab.vSwitch(SWITCH).isUsable(vmnic0)).isFalse();
        lab.plug("esx1", "vmnic0");
        assertThat(lab.vSwitch(SWITCH).isUsable(vmnic0)).isTrue();
        lab.pull("esx1", "vmnic0");
        lab.plug("esx1", "vmnic0");
        lab.advanceMillis(4999);
        assertThat(lab.vSwitch(SWITCH).isUsable(vmnic0)).isFalse();
        lab.advanceMillis(1);
        assertThat(lab.vSwitch(SWITCH).isUsable(vmnic0)).isTrue();
    }

    /// Spec 4.21: when an IP-hash team loses its last uplink, that is no failback.
    @Test
    void theLastUplinkOfAnIpHashTeamFails() {
        var lab = startTeam(2, "loadBalancing: ipHash");
        lab.pull("esx1", "vmnic0");
        lab.pull("esx1", "vmnic1");
        var change = lab.vSwitch(SWITCH).teamState(lab.port(SWITCH, "a1.eth0").index(), lab.nowNanos()).lastChange();
        assertThat(change).isNotNull();
        assertThat(change.cause()).isEqualTo(TeamState.Cause.LINK_DOWN);
    }

    /// Spec 4.3, 4.35: without failback, too, ports on uplinks that survive stay.
    @Test
    void survivorsStayWhenAnotherStandbyFails() {
        var lab = startTeam(4, "failback: no, failoverOrder: { active: [vmnic0, vmnic1], standby: [vmnic2, vmnic3] }", AT_ONCE);
        lab.pull("esx1", "vmnic0");
        lab.pull("esx1", "vmnic1");
        lab.plug("esx1", "vmnic0");
        lab.plug("esx1", "vmnic1");
        assertThat(uplinks(lab, "a1", "a2")).containsExactly("vmnic2", "vmnic3");
        lab.pull("esx1", "vmnic3");
        assertThat(uplinks(lab, "a1", "a2")).containsExactly("vmnic2", "vmnic1");
    }

    /// Spec 4.35: without failback a recovered uplink comes in for the next one that fails, though a standby has its place.
    @Test
    void aRestingUplinkComesInForAnother() {
        var lab = startTeam(3, "failback: no, failoverOrder: { active: [vmnic0, vmnic1], standby: [vmnic2] }", AT_ONCE);
        var home = uplinks(lab, "a1", "a2");
        assertThat(home).containsExactlyInAnyOrder("vmnic0", "vmnic1");
        lab.pull("esx1", "vmnic0");
        lab.plug("esx1", "vmnic0");
        lab.pull("esx1", "vmnic1");
        assertThat(uplinks(lab, "a1", "a2")).isEqualTo(home.stream().map(it -> it.equals("vmnic0") ? "vmnic2" : "vmnic0").toList());
    }
}
