package io.etherloom.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.etherloom.frame.DropReason;
import io.etherloom.model.Drop;
import io.etherloom.topology.SecurityAction;
import io.etherloom.topology.Setting;
import org.junit.jupiter.api.Test;

/// Address changes and forged transmits (spec 5.1, 5.6-5.15; scenarios S16-S19, S52).
final class SecurityScenariosTest extends PolicyScenario {
    private static final long M2 = 0x0050_5600_00a2L;
    private static final long M3 = 0x0050_5600_00a3L;
    private static final String TO_M2 = "effectiveMac=00:50:56:00:00:a2";
    private static final String TO_A1 = "effectiveMac=00:50:56:00:00:01";

    private MemoryLab startWith(String security, String... options) {
        return start(withGroup("A", "security: { " + security + " }", host(options)));
    }

    /// A unicast to an address of VLAN 10 arrives by a1's uplink and comes to a1.
    private static void assertReceives(MemoryLab lab, long mac) {
        assertThat(lab.send("up0", tagged(10, frame(mac, X10)))).isEqualTo(copies(copy("a1", frame(mac, X10))));
    }

    private static void setMac(MemoryLab lab, String assignment) {
        lab.set(Setting.Kind.NIC, "a1/0", assignment);
    }

    /// Spec 5.1: a standard switch rejects promiscuous mode and accepts the others, in every profile.
    @Test
    void theDefaultsAreRejectAcceptAccept() {
        for (var profile : new String[] {"vi3", "vss-classic", "modern"}) {
            var lab = start("profile: " + profile + "\n" + host());
            var security = lab.topology().hosts().get("esx1").vSwitches().get("vSwitch0").portGroups().get("A").policy().security();
            assertThat(security.promiscuousMode().value()).isEqualTo(SecurityAction.REJECT);
            assertThat(security.macChanges().value()).isEqualTo(SecurityAction.ACCEPT);
            assertThat(security.forgedTransmits().value()).isEqualTo(SecurityAction.ACCEPT);
            assertLeaves(lab, "a1", M3, "up0");
        }
    }

    /// Spec 5.6: without a word of the guest the effective address is the configured one.
    @Test
    void atPowerOnTheEffectiveAddressIsTheInitialOne() {
        var lab = startWith("macChanges: reject, forgedTransmits: reject");
        assertReceives(lab, A1);
        assertLeaves(lab, "a1", A1, "up0");
    }

    /// Spec 5.9, S16: a foreign source ends at the sender's port, before the wire, a local port or a watcher sees it.
    @Test
    void forgedFramesEndAtTheSendersPort() {
        var lab = start(withGroup("B", "security: { promiscuousMode: accept }", withNic("b1", "promiscuous: yes",
                withGroup("A", "security: { forgedTransmits: reject }", host()))));
        for (long to : new long[] {X10, A2, BROADCAST}) {
            assertThat(lab.send("a1", frame(to, M3))).isEqualTo(dropped("a1", DropReason.FORGED_TRANSMIT));
        }
        assertThat(lab.port(SWITCH, "a1.eth0").counters().drops(DropReason.FORGED_TRANSMIT)).isEqualTo(3);
        assertThat(places(lab.send("a1", frame(X10, A1)))).containsExactly("b1", "up0");
        assertThat(places(lab.send("c1", frame(X20, M3)))).as("another port group").containsExactly("up1");
    }

    /// Spec 5.9: the address of another local VM is as foreign as any.
    @Test
    void theAddressOfANeighbourIsForged() {
        var lab = startWith("forgedTransmits: reject");
        assertThat(lab.send("a1", frame(X10, A2))).isEqualTo(dropped("a1", DropReason.FORGED_TRANSMIT));
    }

    /// Spec 5.9, 5.10, S19, Etherloom.ForgedReference: effective. The changed address may send and receive, the old and a third may not.
    @Test
    void aChangedAddressReplacesTheOldOne() {
        var lab = startWith("macChanges: accept, forgedTransmits: reject", "Etherloom.ForgedReference: effective");
        setMac(lab, TO_M2);
        assertLeaves(lab, "a1", M2, "up0");
        assertReceives(lab, M2);
        assertThat(lab.send("a1", frame(X10, A1))).isEqualTo(dropped("a1", DropReason.FORGED_TRANSMIT));
        assertThat(lab.send("a1", frame(X10, M3))).isEqualTo(dropped("a1", DropReason.FORGED_TRANSMIT));
        assertThat(lab.send("up0", tagged(10, frame(A1, X10)))).isEqualTo(dropped("vmnic0", DropReason.UNKNOWN_UNICAST));
    }

    /// Spec 5.9, Etherloom.ForgedReference: initial. What counts is the configured address, whatever the guest has set since.
    @Test
    void theReferenceMayBeTheInitialAddress() {
        var lab = startWith("macChanges: accept, forgedTransmits: reject", "Etherloom.ForgedReference: initial");
        setMac(lab, TO_M2);
        assertThat(lab.send("a1", frame(X10, M2))).isEqualTo(dropped("a1", DropReason.FORGED_TRANSMIT));
        assertLeaves(lab, "a1", A1, "up0");
        assertReceives(lab, M2);
    }

    /// Spec 5.8: local senders, too, find the new address and no longer the old one.
    @Test
    void aLocalSenderFindsTheChangedAddress() {
        var lab = startWith("macChanges: accept");
        setMac(lab, TO_M2);
        assertThat(lab.send("b1", frame(M2, B1))).isEqualTo(copies(copy("a1", frame(M2, B1))));
        assertThat(lab.send("b1", frame(A1, B1))).isEqualTo(copies(copy("up0", tagged(10, frame(A1, B1)))));
    }

    /// Spec 5.7, 5.11, S17: after a rejected change nothing comes in, of any kind and from anywhere; with forged Accept the guest still sends.
    @Test
    void aRejectedChangeSilencesTheGuest() {
        var lab = startWith("macChanges: reject, forgedTransmits: accept");
        setMac(lab, TO_M2);
        var rejected = new Drop("a1", DropReason.MAC_CHANGE_REJECTED);
        assertThat(lab.send("up0", tagged(10, frame(A1, X10)))).isEqualTo(dropped("a1", DropReason.MAC_CHANGE_REJECTED));
        assertThat(lab.send("b1", frame(A1, B1))).isEqualTo(dropped("a1", DropReason.MAC_CHANGE_REJECTED));
        assertThat(lab.send("up0", tagged(10, frame(M2, X10)))).as("the change is not honoured")
                .isEqualTo(dropped("vmnic0", DropReason.UNKNOWN_UNICAST));
        for (long group : new long[] {BROADCAST, 0x0100_5e00_0001L}) {
            var all = frame(group, X10);
            assertThat(lab.send("up0", tagged(10, all))).isEqualTo(copiesAnd(rejected, copy("b1", all)));
        }
        assertLeaves(lab, "a1", M2, "up0");
        assertLeaves(lab, "a1", A1, "up0");
        assertThat(lab.port(SWITCH, "a1.eth0").isLinkUp()).as("the guest sees no error").isTrue();
    }

    /// Spec 5.7, S18: with the address put back it receives again.
    @Test
    void theAddressPutBackEndsTheSilence() {
        var lab = startWith("macChanges: reject");
        setMac(lab, TO_M2);
        assertThat(lab.send("up0", tagged(10, frame(A1, X10)))).isEqualTo(dropped("a1", DropReason.MAC_CHANGE_REJECTED));
        setMac(lab, TO_A1);
        assertReceives(lab, A1);
        assertThat(places(lab.send("up0", tagged(10, frame(BROADCAST, X10))))).containsExactly("a1", "b1");
    }

    /// Spec 5.7, S52: with both rejected nothing passes either way, and RARP carries the initial address.
    @Test
    void bothRejectedNothingPassesAndRarpCarriesTheInitialAddress() {
        var lab = start(withNotifications("loadBalancing: originatingVirtualPort",
                withGroup("A", "security: { macChanges: reject, forgedTransmits: reject }", host())));
        setMac(lab, TO_M2);
        assertThat(lab.send("a1", frame(X10, M2))).isEqualTo(dropped("a1", DropReason.FORGED_TRANSMIT));
        assertThat(lab.send("up0", tagged(10, frame(A1, X10)))).isEqualTo(dropped("a1", DropReason.MAC_CHANGE_REJECTED));
        assertThat(at("up0", lab.advanceMillis(1000))).contains(tagged(10, rarp(A1)));
        var failover = at("up1", lab.pull("esx1", "vmnic0"));
        assertThat(failover).contains(tagged(10, rarp(A1))).doesNotContain(tagged(10, rarp(M2)));
    }

    /// Spec 5.12, Etherloom.DropGroupSource: 1. A group address as source is malformed, from a guest and from the wire.
    @Test
    void aGroupAddressAsSourceIsDropped() {
        var lab = startHost("Etherloom.DropGroupSource: 1");
        for (long source : new long[] {BROADCAST, 0x0300_0000_0001L}) {
            assertThat(lab.send("a1", frame(A2, source))).isEqualTo(dropped("a1", DropReason.GROUP_SOURCE));
            assertThat(lab.send("up0", tagged(10, frame(A1, source)))).isEqualTo(dropped("vmnic0", DropReason.GROUP_SOURCE));
        }
    }

    /// Spec 5.12, Etherloom.DropGroupSource: 0. It passes like any other, but for forged Reject.
    @Test
    void aGroupAddressAsSourceMayPass() {
        var lab = startHost("Etherloom.DropGroupSource: 0");
        assertThat(lab.send("a1", frame(A2, BROADCAST))).isEqualTo(copies(copy("a2", frame(A2, BROADCAST))));
        assertReceives(lab, A1);
        lab.set(Setting.Kind.PORT_GROUP, "esx1/A", "security.forgedTransmits=reject");
        assertThat(lab.send("a1", frame(A2, BROADCAST))).isEqualTo(dropped("a1", DropReason.FORGED_TRANSMIT));
    }

    /// Spec 5.13: a bridge in a guest relays BPDUs of others, which forged Reject stops; those of its own pass.
    @Test
    void forgedRejectStopsRelayedBridgeFrames() {
        var lab = startWith("forgedTransmits: reject");
        assertThat(lab.send("a1", bpdu(M3))).isEqualTo(dropped("a1", DropReason.FORGED_TRANSMIT));
        assertThat(places(lab.send("a1", bpdu(A1)))).contains("up0");
    }

    /// Spec 5.14: an initiator that sends and receives by an address of its own needs MAC changes Accept.
    @Test
    void anInitiatorWithItsOwnAddressNeedsMacChanges() {
        var lab = startWith("macChanges: reject");
        setMac(lab, TO_M2);
        assertThat(lab.send("up0", tagged(10, frame(M2, X10)))).isEqualTo(dropped("vmnic0", DropReason.UNKNOWN_UNICAST));
        lab.set(Setting.Kind.PORT_GROUP, "esx1/A", "security.macChanges=accept");
        assertReceives(lab, M2);
    }

    /// Spec 5.15: what the product logs as L2Sec_EnforcePortCompliance and L2Sec_FilterSrcMACForgeries are two reasons here, each at the port
    /// of the guest concerned.
    @Test
    void deniedRequestsAndForgeriesAreToldApart() {
        var lab = startWith("macChanges: reject, forgedTransmits: reject");
        setMac(lab, TO_M2);
        lab.send("a1", frame(X10, M2));
        lab.send("up0", tagged(10, frame(A1, X10)));
        var counters = lab.port(SWITCH, "a1.eth0").counters();
        assertThat(counters.drops(DropReason.FORGED_TRANSMIT)).isEqualTo(1);
        assertThat(counters.drops(DropReason.MAC_CHANGE_REJECTED)).isEqualTo(1);
        assertThat(counters.drops()).isEqualTo(2);
    }
}
