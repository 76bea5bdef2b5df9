package io.etherloom.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.etherloom.lab.view.TeamView;
import io.etherloom.lab.view.TeamView.Seat;
import io.etherloom.lab.view.TeamView.Uplink;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What `show teams` and `show uplinks` say of teams that really run.
final class TeamViewsTest extends Scenario {
    /// Two hosts cabled crosswise to two physical switches that are linked, all of their VLAN 10 probed by beacons.
    private static final String PROBED = """
            name: test
            fabric:
              switches:
                tor1: { ports: { "1": { trunk: all }, "2": { trunk: all }, "24": { trunk: all } } }
                tor2: { ports: { "1": { trunk: all }, "2": { trunk: all }, "24": { trunk: all } } }
              links: [ { between: [tor1/24, tor2/24] } ]
            hosts:
              esx1:
                pnics: { vmnic0: { link: tor1/1 }, vmnic1: { link: tor2/1 } }
                vSwitches:
                  vSwitch0:
                    uplinks: [vmnic0, vmnic1]
                    teaming: { failureDetection: beaconProbing }
                    portGroups: { A: { vlan: 10 } }
              esx2: { like: esx1, pnics: { vmnic0: { link: tor1/2 }, vmnic1: { link: tor2/2 } } }
            vms:
              a1: { host: esx1, kind: memory, nics: [ { portGroup: A, mac: 00:50:56:00:00:01 } ] }
              a2: { host: esx2, kind: memory, nics: [ { portGroup: A, mac: 00:50:56:00:00:02 } ] }
            """;

    private static List<TeamView> teams(MemoryLab lab) {
        return new TeamViews(lab.state()).teams();
    }

    private static TeamView team(MemoryLab lab, String label) {
        return teams(lab).stream().filter(team -> team.portGroups().contains(label)).findFirst().orElseThrow();
    }

    private static Seat seat(MemoryLab lab, String usedBy) {
        return teams(lab).stream().flatMap(team -> team.ports().stream()).filter(seat -> seat.usedBy().equals(usedBy)).findFirst().orElseThrow();
    }

    private static List<String> states(TeamView team) {
        return team.uplinks().stream().map(uplink -> uplink.name() + " " + uplink.role() + ": " + uplink.state()).toList();
    }

    private static String withTeaming(String label, String teaming) {
        return host().replace(label + ": { vlan:", label + ": { teaming: " + teaming + ", vlan:");
    }

    /// Spec 4.3, 8.8.
    @Test
    void saysWhoSitsWhereAndByWhichRule() {
        var lab = startHost();
        var only = teams(lab);
        assertThat(only).hasSize(1);
        assertThat(only.getFirst().portGroups()).containsExactly("A", "B", "C", "N", "T");
        assertThat(only.getFirst().loadBalancing()).isEqualTo("originatingVirtualPort");
        assertThat(only.getFirst().lastChange()).isNull();
        assertThat(only.getFirst().uplinks())
                .containsExactly(new Uplink("vmnic0", "active", "in use", null), new Uplink("vmnic1", "active", "in use", null));
        assertThat(seat(lab, "a1.eth0")).isEqualTo(
                new Seat(33_554_436, "a1.eth0", "A", "vmnic0", "port id 33554436: slot 4 mod 2"));
    }

    /// Spec 4.20, 4.36.
    @Test
    void tellsOfAFailoverAndOfTheWayBack() {
        var lab = startHost();
        lab.pull("esx1", "vmnic0");
        lab.advanceMillis(250);
        assertThat(seat(lab, "a1.eth0").uplink()).isEqualTo("vmnic1");
        assertThat(seat(lab, "a1.eth0").reason()).isEqualTo("failed over from vmnic0");
        assertThat(seat(lab, "a2.eth0").reason()).as("it never moved").isEqualTo("port id 33554437: slot 5 mod 2");
        assertThat(states(team(lab, "A"))).containsExactly("vmnic0 active: down", "vmnic1 active: in use");
        assertThat(team(lab, "A").lastChange()).isEqualTo(new TeamView.Change(250, "vmnic0", "vmnic1", "link down", null));
        lab.send("a2", frame(X10, A2));
        assertThat(team(lab, "A").lastChange().outageMicros()).as("it was never cut off").isNull();
        lab.send("a1", frame(X10, A1));
        lab.advanceMillis(5);
        lab.send("b1", frame(X10, B1));
        assertThat(team(lab, "A").lastChange().outageMicros()).as("until the first frame by the other uplink").isEqualTo(250_000);
        lab.plug("esx1", "vmnic0");
        assertThat(states(team(lab, "A"))).first().isEqualTo("vmnic0 active: waiting");
        lab.advanceMillis(100);
        assertThat(seat(lab, "a1.eth0").reason()).isEqualTo("port id 33554436: slot 4 mod 2");
        assertThat(team(lab, "A").lastChange().cause()).isEqualTo("failback");
    }

    /// Spec 4.19, 4.20, 4.21: an override makes another team, with standby and unused uplinks in their roles.
    @Test
    void tellsTeamsApartByTheirEffectivePolicy() {
        var lab = start(withTeaming("A", "{ failoverOrder: { active: [vmnic1], standby: [vmnic0] } }")
                .replace("B: { vlan:", "B: { teaming: { failoverOrder: { active: [vmnic0] } }, vlan:")
                .replace("C: { vlan:", "C: { teaming: { notifySwitches: no }, vlan:"));
        assertThat(teams(lab).stream().map(TeamView::portGroups)).containsExactly(List.of("A"), List.of("B"), List.of("C", "N", "T"));
        assertThat(teams(lab).stream().map(TeamView::team)).containsExactly(1, 2, 3);
        assertThat(states(team(lab, "A"))).containsExactly("vmnic1 active: in use", "vmnic0 standby: ready");
        assertThat(states(team(lab, "B"))).containsExactly("vmnic0 active: in use", "vmnic1 unused: unused");
        lab.pull("esx1", "vmnic1");
        assertThat(states(team(lab, "A"))).containsExactly("vmnic1 active: down", "vmnic0 standby: in use");
        assertThat(states(team(lab, "B"))).containsExactly("vmnic0 active: in use", "vmnic1 unused: down");
        lab.pull("esx1", "vmnic0");
        assertThat(seat(lab, "b1.eth0").uplink()).isEqualTo("void");
        assertThat(seat(lab, "b1.eth0").reason()).isEqualTo("no uplink is usable");
    }

    /// Spec 4.35.
    @Test
    void saysThatFailbackIsOff() {
        var lab = start(withTeaming("A", "{ failback: no }"));
        lab.pull("esx1", "vmnic0");
        lab.plug("esx1", "vmnic0");
        lab.advanceMillis(100);
        assertThat(seat(lab, "a1.eth0").uplink()).isEqualTo("vmnic1");
        assertThat(seat(lab, "a1.eth0").reason()).isEqualTo("failback is off from vmnic0");
        assertThat(states(team(lab, "A"))).first().isEqualTo("vmnic0 active: resting");
    }

    /// Spec 4.4, 4.15: the other rules in words.
    @Test
    void namesTheRuleOfEachPolicy() {
        var lab = start(withTeaming("A", "{ loadBalancing: sourceMacHash }")
                .replace("B: { vlan:", "B: { teaming: { loadBalancing: explicitFailoverOrder }, vlan:"));
        assertThat(seat(lab, "a1.eth0").reason()).isEqualTo("MAC 00:50:56:00:00:01: last octet mod 2");
        assertThat(seat(lab, "b1.eth0").reason()).isEqualTo("first usable in the order");
    }

    /// Spec 8.8: `all(n)`, with those that are usable now.
    @Test
    void countsTheUplinksOfIpHash() {
        var lab = start(withTeaming("A", "{ loadBalancing: ipHash }"));
        assertThat(seat(lab, "a1.eth0").uplink()).isEqualTo("all(2)");
        assertThat(seat(lab, "a1.eth0").reason()).isEqualTo("each frame by its addresses");
        assertThat(new PortViews(lab.state()).ports()).anySatisfy(port -> {
            assertThat(port.usedBy()).isEqualTo("a1.eth0");
            assertThat(port.teamPnic()).isEqualTo("all(2)");
        });
        lab.pull("esx1", "vmnic1");
        assertThat(seat(lab, "a1.eth0").uplink()).isEqualTo("all(1)");
    }

    /// Spec 1.3, 4.21.
    @Test
    void saysThatASwitchHasNoUplinks() {
        var lab = start(host().replace("uplinks: [vmnic0, vmnic1]", "uplinks: []"));
        assertThat(seat(lab, "a1.eth0").reason()).isEqualTo("the team has no uplinks");
        assertThat(team(lab, "A").uplinks()).isEmpty();
    }

    /// Spec 4.26: each uplink hears the other once a second while the fabric carries beacons.
    @Test
    void tellsWhenBeaconsWereHeard() {
        var lab = start(PROBED);
        lab.advanceMillis(3500);
        assertThat(team(lab, "A").uplinks()).allSatisfy(uplink -> {
            assertThat(uplink.state()).isEqualTo("in use");
            assertThat(uplink.beaconHeardMillisAgo()).isBetween(0L, 1000L);
        });
        assertThat(new PortViews(lab.state()).uplinks()).allSatisfy(uplink -> {
            assertThat(uplink.probed()).isTrue();
            assertThat(uplink.state()).isEqualTo("usable");
            assertThat(uplink.beaconHeardMillisAgo()).isBetween(0L, 1000L);
        });
    }

    /// Spec 4.31: a cut behind the physical switches leaves two linked uplinks that do not hear each other.
    @Test
    void saysThatATeamIsInDoubt() {
        var lab = start(PROBED);
        lab.advanceMillis(1500);
        lab.pull("tor1", "24");
        lab.advanceMillis(4000);
        assertThat(team(lab, "A").inDoubt()).isTrue();
        assertThat(seat(lab, "a1.eth0").uplink()).isEqualTo("all(2)");
        assertThat(seat(lab, "a1.eth0").reason()).isEqualTo("in doubt (shotgun): each frame by every uplink");
        assertThat(team(lab, "A").uplinks()).allSatisfy(uplink -> assertThat(uplink.beaconHeardMillisAgo()).isGreaterThan(3000));
        assertThat(new PortViews(lab.state()).uplinks().stream().map(it -> it.host() + "/" + it.name() + " " + it.state()))
                .contains("esx1/vmnic0 in doubt", "esx1/vmnic1 in doubt");
        assertThat(LabMetersTest.meters(lab).uplinks()).allSatisfy(uplink -> {
            assertThat(uplink.isProbed()).isTrue();
            assertThat(uplink.isHeard()).isFalse();
        });
    }

    /// A cable of the physical network has two ends, and both lose their link.
    @Test
    void aPulledCableTakesTheLinkAtBothEnds() {
        var lab = start(PROBED);
        lab.pull("tor1", "24");
        assertThat(lab.port("tor1", "24").isLinkUp()).isFalse();
        assertThat(lab.port("tor2", "24").isLinkUp()).isFalse();
        assertThat(lab.port("tor1", "1").isLinkUp()).isTrue();
        lab.pull("tor1", "1");
        assertThat(lab.port(SWITCH, "vmnic0").isLinkUp()).isFalse();
        lab.plug("tor1", "24");
        lab.plug("tor1", "1");
        assertThat(lab.port("tor2", "24").isLinkUp()).isTrue();
        assertThat(lab.port(SWITCH, "vmnic0").isLinkUp()).isTrue();
    }

    /// A host that is like another has an equal vSwitch, and uplinks of its own.
    @Test
    void doesNotMixUpHostsThatAreAlike() {
        var lab = start(PROBED);
        lab.pull("esx1", "vmnic0");
        assertThat(new PortViews(lab.state()).uplinks().stream().map(it -> it.host() + "/" + it.name() + " " + it.state() + " " + it.ports()))
                .containsExactly("esx1/vmnic0 down 0", "esx1/vmnic1 usable 1", "esx2/vmnic0 usable 1", "esx2/vmnic1 usable 0");
    }
}
