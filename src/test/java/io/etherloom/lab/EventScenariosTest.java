package io.etherloom.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.etherloom.event.Event;
import io.etherloom.topology.Setting;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// What an operator is told, each by what really causes it, in the order in which it happens.
final class EventScenariosTest extends BeaconScenario {
    private static List<Event> events(MemoryLab lab) {
        return lab.events().since(0).events();
    }

    /// `type object` of all that happened, but for RARP.
    private static List<String> told(MemoryLab lab) {
        return events(lab).stream().map(event -> event.type().label() + " " + event.object()).filter(line -> !line.startsWith("rarp-sent")).toList();
    }

    private static Event only(MemoryLab lab, String type) {
        var found = events(lab).stream().filter(event -> event.type().label().equals(type)).toList();
        assertThat(found).as(type).hasSize(1);
        return found.getFirst();
    }

    private static MemoryLab quiet(MemoryLab lab) {
        assertThat(told(lab)).as("a lab that starts well").isEmpty();
        return lab;
    }

    /// Spec 1.34, 4.20: the link, the team, the ports, and with the first frame the outage.
    @Test
    void tellsAFailoverFromItsCauseToItsEnd() {
        var lab = quiet(startHost());
        lab.pull("esx1", "vmnic0");
        assertThat(told(lab)).containsExactly("uplink-down esx1/vmnic0", "redundancy-lost esx1/vSwitch0", "failover esx1/vSwitch0");
        var moved = only(lab, "failover");
        assertThat(moved.sentence()).isEqualTo("a1.eth0, b1.eth0, n1.eth0 have moved from vmnic0 to vmnic1: link down.");
        assertThat(moved.details()).isEqualTo(Map.of("from", "vmnic0", "to", "vmnic1", "why", "link down",
                "ports", List.of("a1.eth0", "b1.eth0", "n1.eth0"), "portsCount", 3));
        assertThat(moved.type().vobId()).isEqualTo("vob.net.pg.uplink.transition.down");
        var lost = only(lab, "redundancy-lost");
        assertThat(lost.sentence()).isEqualTo("Lost uplink redundancy on esx1/vSwitch0: only vmnic1 is left. Affected port groups: A, B, C and 2 more.");
        assertThat(lost.details()).containsEntry("unusable", List.of("vmnic0")).containsEntry("portGroupsCount", 5);

        lab.advanceMillis(7);
        lab.send("a1", frame(X10, A1));
        assertThat(only(lab, "failover-ended").details()).isEqualTo(Map.of("port", "a1.eth0", "outageMicros", 7000L));
        lab.send("b1", frame(X10, B1));
        only(lab, "failover-ended");
    }

    /// Spec 4.34, 4.36: the link is seen at once, the ports return when the up-delay is over.
    @Test
    void tellsAFailbackWhenTheDelayIsOver() {
        var lab = startHost("Net.TeamPolicyUpDelay: 100");
        lab.pull("esx1", "vmnic0");
        int before = events(lab).size();
        lab.plug("esx1", "vmnic0");
        assertThat(told(lab).subList(before, told(lab).size())).containsExactly("uplink-up esx1/vmnic0");
        lab.advanceMillis(101);
        assertThat(told(lab).subList(before + 1, told(lab).size())).containsExactly("redundancy-restored esx1/vSwitch0", "failback esx1/vSwitch0");
        assertThat(only(lab, "failback").sentence()).isEqualTo("a1.eth0, b1.eth0, n1.eth0 have moved from vmnic1 to vmnic0: it has recovered.");
    }

    /// Spec 4.21: without an uplink left the product speaks of connectivity, and of its return before that of redundancy.
    @Test
    void tellsWhenTheLastUplinkIsLostAndTheFirstReturns() {
        var lab = startHost("Net.TeamPolicyUpDelay: 0");
        lab.pull("esx1", "vmnic0");
        lab.pull("esx1", "vmnic1");
        assertThat(only(lab, "connectivity-lost").type().vobId()).isEqualTo("esx.problem.net.connectivity.lost");
        assertThat(events(lab).getLast().sentence()).endsWith("have lost vmnic1, and there is no other uplink: link down.");
        int before = events(lab).size();
        lab.plug("esx1", "vmnic1");
        lab.plug("esx1", "vmnic0");
        assertThat(told(lab).subList(before, told(lab).size())).containsExactly("uplink-up esx1/vmnic1", "connectivity-restored esx1/vSwitch0",
                "uplink-up esx1/vmnic0", "redundancy-restored esx1/vSwitch0", "failback esx1/vSwitch0");
    }

    /// Three uplinks: one lost degrades, two lost leave the last.
    @Test
    void tellsDegradedBeforeLost() {
        var lab = start(withUplinks(3, host("Net.TeamPolicyUpDelay: 0")));
        lab.pull("esx1", "vmnic2");
        only(lab, "redundancy-degraded");
        lab.pull("esx1", "vmnic1");
        only(lab, "redundancy-lost");
    }

    /// A lab may start with a cable pulled.
    @Test
    void tellsOfATeamThatStartsWithoutAnUplink() {
        var lab = start(withGroup("A", "teaming: { failoverOrder: { active: [vmnic0], standby: [vmnic1] } }", host()));
        quiet(lab);
        lab.pull("esx1", "vmnic1");
        assertThat(only(lab, "uplink-down").object()).isEqualTo("esx1/vmnic1");
        assertThat(told(lab).stream().filter("redundancy-lost esx1/vSwitch0"::equals)).as("one for each team").hasSize(2);
    }

    /// Spec 1.34: an unstable link is told once a minute.
    @Test
    void tellsThatALinkFlaps() {
        var lab = startHost("Net.LinkFlappingThreshold: 3");
        for (int i = 0; i < 6; i++) {
            lab.pull("esx1", "vmnic0");
            lab.plug("esx1", "vmnic0");
        }
        assertThat(only(lab, "uplink-flapping").details()).containsEntry("downs", 4);
    }

    /// Spec 4.29, 4.33: a path behind a good link.
    @Test
    void tellsThatBeaconsAreLostAndHeardAgain() {
        var lab = start(fabric(3, PROBES, "Net.TeamPolicyUpDelay: 100"));
        lab.advanceMillis(5500);
        quiet(lab);
        lab.pull("tor2", "24");
        lab.advanceMillis(6000);
        assertThat(told(lab)).contains("beacons-lost esx1/vmnic2", "redundancy-degraded esx1/vSwitch0").doesNotContain("uplink-down esx1/vmnic2");
        assertThat(only(lab, "failover").details()).containsEntry("from", "vmnic2").containsEntry("why", "beacons lost");
        assertThat(only(lab, "beacons-lost").details()).containsEntry("vlan", 10);
        lab.plug("tor2", "24");
        lab.advanceMillis(6000);
        only(lab, "beacons-heard");
        only(lab, "redundancy-restored");
    }

    /// Spec 4.31: two uplinks that do not hear each other.
    @Test
    void tellsThatNobodyCanBeNamed() {
        var lab = start(fabric(2, PROBES));
        lab.advanceMillis(5500);
        lab.pull("tor1", "24");
        lab.advanceMillis(6000);
        assertThat(only(lab, "beacons-in-doubt").details()).containsEntry("uplinks", List.of("vmnic0", "vmnic1"));
        assertThat(told(lab)).doesNotContain("beacons-lost esx1/vmnic0", "beacons-lost esx1/vmnic1");
        lab.plug("tor1", "24");
        lab.advanceMillis(6000);
        only(lab, "beacons-clear");
    }

    /// Spec 4.39-4.43: one event for all ports that are announced together, not one for each frame.
    @Test
    void tellsOnceThatPortsAreAnnounced() {
        var lab = start(host().replace("notifySwitches: no", "notifySwitches: yes"));
        lab.advanceMillis(60_000);
        var first = events(lab);
        assertThat(first).extracting(event -> event.type().label()).containsExactly("rarp-sent");
        assertThat(first.getFirst().details()).containsEntry("portsCount", 6);
        lab.pull("esx1", "vmnic0");
        lab.advanceMillis(60_000);
        assertThat(events(lab).getLast().type().label()).isEqualTo("rarp-sent");
        assertThat(events(lab).getLast().details()).containsEntry("ports", List.of("a1.eth0", "b1.eth0", "n1.eth0"));
    }

    /// Spec 5.9: the first at once, then at most once a minute.
    @Test
    void tellsForgedTransmitsWithoutEnd() {
        var lab = quiet(start(withGroup("A", "security: { forgedTransmits: reject }", host())));
        lab.send("a1", frame(X10, UNKNOWN));
        var forged = only(lab, "forged-transmit");
        assertThat(forged.object()).isEqualTo("a1.eth0");
        assertThat(forged.sentence()).startsWith("a1.eth0 sends from 02:00:00:00:00:ff, which is not its address; port group A refuses forged transmits");
        assertThat(forged.details()).containsEntry("source", "02:00:00:00:00:ff").containsEntry("mac", "00:50:56:00:00:01").containsEntry("refused", 1L);
        for (int i = 0; i < 50; i++) {
            lab.send("a1", frame(X10, UNKNOWN));
        }
        only(lab, "forged-transmit");
        lab.advanceMillis(60_000);
        lab.send("a1", frame(X10, UNKNOWN));
        assertThat(events(lab)).hasSize(2);
        assertThat(events(lab).getLast().details()).containsEntry("refused", 51L);
    }

    /// Spec 5.7, 5.8: what a guest asks for and what comes of it, also when it is the policy that changes.
    @Test
    void tellsWhatBecomesOfAnotherAddress() {
        var lab = quiet(start(withGroup("A", "security: { macChanges: reject }", host())));
        lab.set(Setting.Kind.NIC, "a1/0", "effectiveMac=02:00:00:00:00:01");
        assertThat(only(lab, "mac-change-refused").sentence()).isEqualTo("The guest of a1.eth0 has set its address to 02:00:00:00:00:01; "
                + "port group A refuses MAC changes, so nothing is delivered to it.");
        lab.set(Setting.Kind.PORT_GROUP, "esx1/A", "security.macChanges=accept");
        assertThat(only(lab, "mac-changed").details()).containsEntry("effective", "02:00:00:00:00:01");
    }

    /// Spec 5.2.
    @Test
    void tellsWhatBecomesOfPromiscuousMode() {
        var lab = quiet(start(host()));
        lab.set(Setting.Kind.NIC, "a1/0", "promiscuous=yes");
        only(lab, "promiscuous-refused");
        lab.set(Setting.Kind.PORT_GROUP, "esx1/A", "security.promiscuousMode=accept");
        only(lab, "promiscuous-granted");
        lab.set(Setting.Kind.NIC, "a1/0", "promiscuous=no");
        only(lab, "promiscuous-ended");
    }

    /// Spec 2.20: the guard, then both ends of the cable, then the team.
    @Test
    void tellsThatAPortIsDisabledAndThatItRecovers() {
        var lab = start(fabric(2, "failback: yes", "Net.BlockGuestBPDU: 0").replace("\"1\": { trunk: all }", "\"1\": { trunk: all, bpduGuard: yes, portFast: yes }")
                .replace("tor0: { ports", "tor0: { errDisableRecovery: 30s, ports"));
        quiet(lab);
        lab.send("a1", bpdu(A1));
        var told = told(lab);
        assertThat(told.getFirst()).isEqualTo("port-err-disabled tor0/1");
        assertThat(told).contains("physical-port-down tor0/1", "uplink-down esx1/vmnic0", "redundancy-lost esx1/vSwitch0", "failover esx1/vSwitch0");
        lab.advanceMillis(31_000);
        assertThat(told(lab)).contains("port-recovered tor0/1", "physical-port-up tor0/1", "uplink-up esx1/vmnic0");
    }

    /// Spec 4.4: a port whose address hashes otherwise has not failed over.
    @Test
    void tellsThatAnotherAddressMovedAPort() {
        var lab = quiet(start(withTeaming("loadBalancing: sourceMacHash", host())));
        lab.set(Setting.Kind.NIC, "a1/0", "effectiveMac=02:00:00:00:00:02");
        assertThat(told(lab)).containsExactly("ports-moved esx1/vSwitch0", "mac-changed a1.eth0");
        assertThat(only(lab, "ports-moved").details()).containsEntry("ports", List.of("a1.eth0")).containsEntry("from", "vmnic1").containsEntry("to", "vmnic0");
    }

    @Test
    void numbersEventsWithoutAGap() {
        var lab = startHost();
        lab.pull("esx1", "vmnic0");
        lab.pull("esx1", "vmnic1");
        var numbers = events(lab).stream().map(Event::seq).toList();
        for (int i = 0; i < numbers.size(); i++) {
            assertThat(numbers.get(i)).isEqualTo(i + 1);
        }
    }
}
