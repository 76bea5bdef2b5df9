package io.etherloom.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.etherloom.frame.DropReason;
import io.etherloom.topology.Setting;
import org.junit.jupiter.api.Test;

/// Promiscuous mode, and what the reverse teaming filter does to it (spec 2.14-2.17, 3.17, 5.2-5.5; scenarios S20-S22, S49).
final class PromiscuousScenariosTest extends PolicyScenario {
    private static final String ACCEPT = "security: { promiscuousMode: accept }";
    private static final String ASKS = "promiscuous: yes";
    /// The source of a VM that bridges for others.
    private static final long Z = 0x0200_0000_00a5L;

    /// b1, at home on vmnic0, may watch VLAN 10, and asks.
    private static String watched(String... options) {
        return withGroup("B", ACCEPT, withNic("b1", ASKS, host(options)));
    }

    /// Spec 5.2, 5.3, S20: b1 sees what passes between others of its VLAN, and nothing of another.
    @Test
    void aWatcherSeesItsVlan() {
        var lab = start(watched());
        var local = frame(A2, A1);
        assertThat(lab.send("a1", local)).isEqualTo(copies(copy("a2", local), copy("b1", local)));
        assertThat(lab.send("c1", frame(X20, C1))).isEqualTo(copies(copy("up1", tagged(20, frame(X20, C1)))));
        assertThat(lab.send("n1", frame(UNKNOWN, N1))).isEqualTo(copies(copy("up0", frame(UNKNOWN, N1))));
    }

    /// Spec 5.2, 5.4, S21: whose guest does not ask gets no copies.
    @Test
    void whoDoesNotAskSeesNothing() {
        var lab = start(withGroup("B", ACCEPT, host()));
        assertThat(lab.send("a1", frame(A2, A1))).isEqualTo(copies(copy("a2", frame(A2, A1))));
        lab.set(Setting.Kind.NIC, "b1/0", "promiscuous=yes");
        assertThat(places(lab.send("a1", frame(A2, A1)))).containsExactly("a2", "b1");
        lab.set(Setting.Kind.NIC, "b1/0", "promiscuous=no");
        assertThat(places(lab.send("a1", frame(A2, A1)))).containsExactly("a2");
    }

    /// Spec 5.2: where the policy rejects, asking has no effect.
    @Test
    void whereThePolicyRejectsAskingHasNoEffect() {
        var lab = start(withNic("b1", ASKS, host()));
        assertThat(lab.send("a1", frame(A2, A1))).isEqualTo(copies(copy("a2", frame(A2, A1))));
        assertThat(lab.send("up0", tagged(10, frame(UNKNOWN, X10)))).isEqualTo(dropped("vmnic0", DropReason.UNKNOWN_UNICAST));
    }

    /// Spec 5.2, 2.3, 2.5: both directions, known addresses or not, and no copy twice.
    @Test
    void aWatcherSeesBothDirections() {
        var lab = start(watched());
        var out = frame(X10, A1);
        assertThat(lab.send("a1", out)).isEqualTo(copies(copy("up0", tagged(10, out)), copy("b1", out)));
        var in = frame(A1, X10);
        assertThat(lab.send("up0", tagged(10, in))).isEqualTo(copies(copy("a1", in), copy("b1", in)));
        var unknown = frame(UNKNOWN, X10);
        assertThat(lab.send("up0", tagged(10, unknown))).isEqualTo(copies(copy("b1", unknown)));
        var own = frame(B1, X10);
        assertThat(lab.send("up0", tagged(10, own))).isEqualTo(copies(copy("b1", own)));
        var all = frame(BROADCAST, A1);
        assertThat(places(lab.send("a1", all))).containsExactly("a2", "b1", "t1", "up0");
        assertThat(places(lab.send("b1", frame(X10, B1)))).as("its own frames").containsExactly("up0");
    }

    /// Spec 5.3: the receiver's port group decides: b1 in B sees A's frames, a2 in A asks in vain.
    @Test
    void thePortGroupOfTheReceiverDecides() {
        var lab = start(withNic("a2", ASKS, watched()));
        assertThat(places(lab.send("a1", frame(X10, A1)))).containsExactly("b1", "up0");
        assertThat(places(lab.send("b1", frame(A1, B1)))).containsExactly("a1");
    }

    /// Spec 5.4, Etherloom.AssumePromiscuous: 1. Every port whose policy accepts gets its copy, asked for or not.
    @Test
    void askingMayBeAssumed() {
        var lab = start(withGroup("A", ACCEPT, host("Etherloom.AssumePromiscuous: 1")));
        assertThat(places(lab.send("b1", frame(X10, B1)))).containsExactly("a1", "a2", "up0");
        assertThat(places(lab.send("a1", frame(B1, A1)))).containsExactly("a2", "b1");
    }

    /// Spec 5.4, Etherloom.AssumePromiscuous: 0. Of three ports of such a group the one that asks gets the one copy.
    @Test
    void copiesAreMadeForThoseWhoAsk() {
        var lab = start(withNic("a2", ASKS, withGroup("A", ACCEPT, host("Etherloom.AssumePromiscuous: 0"))));
        assertThat(places(lab.send("b1", frame(X10, B1)))).containsExactly("a2", "up0");
    }

    /// Spec 5.5: what the physical switch does not send to this host nobody sees here.
    @Test
    void promiscuityEndsAtTheHost() {
        var lab = start("""
                name: test
                fabric:
                  switches: { tor1: { ports: { "1": { trunk: all }, "8": { access: 10 }, "9": { access: 10 } } } }
                  machines: { m8: { link: tor1/8, mac: 02:00:00:00:00:08 }, m9: { link: tor1/9, mac: 02:00:00:00:00:09 } }
                hosts:
                  esx1:
                    pnics: { vmnic0: { link: tor1/1 } }
                    vSwitches: { vSwitch0: { uplinks: [vmnic0], portGroups: { B: { vlan: 10, security: { promiscuousMode: accept } } } } }
                vms:
                  b1: { host: esx1, kind: memory, nics: [ { portGroup: B, mac: 00:50:56:00:00:11, promiscuous: yes } ] }
                """);
        long m8 = 0x0200_0000_0008L;
        long m9 = 0x0200_0000_0009L;
        assertThat(places(lab.send("m8", frame(m9, m8)))).as("flooded").containsExactly("b1", "m9");
        assertThat(places(lab.send("m9", frame(m8, m9)))).as("learned").containsExactly("m8");
        assertThat(places(lab.send("m8", frame(m9, m8)))).containsExactly("m9");
    }

    /// Spec 3.17, S22: a guest that tags by itself and may watch sees every VLAN with its tag; in a tagged port group only that one.
    @Test
    void aTaggingWatcherSeesEveryVlan() {
        var lab = start(withGroup("T", ACCEPT, withNic("t1", ASKS, watched())));
        assertThat(lab.send("c1", frame(X20, C1)))
                .isEqualTo(copies(copy("t1", tagged(20, frame(X20, C1))), copy("up1", tagged(20, frame(X20, C1)))));
        assertThat(lab.send("n1", frame(X10, N1))).isEqualTo(copies(copy("t1", frame(X10, N1)), copy("up0", frame(X10, N1))));
        assertThat(lab.send("a1", frame(A2, A1)))
                .isEqualTo(copies(copy("a2", frame(A2, A1)), copy("b1", frame(A2, A1)), copy("t1", tagged(10, frame(A2, A1)))));
        assertThat(places(lab.send("up1", tagged(30, frame(UNKNOWN, X10))))).containsExactly("t1");
    }

    /// Spec 2.15: local to local and local to outside are seen; outside to local only where it comes by the watcher's own uplink.
    @Test
    void aWatcherSeesInboundFramesOfItsOwnUplinkOnly() {
        var lab = start(watched());
        assertThat(uplinks(lab, "a1", "a2", "b1")).containsExactly("vmnic0", "vmnic1", "vmnic0");
        assertThat(places(lab.send("a2", frame(A1, A2)))).containsExactly("a1", "b1");
        assertThat(places(lab.send("a2", frame(X10, A2)))).as("by another uplink").containsExactly("b1", "up1");
        assertThat(places(lab.send("up0", tagged(10, frame(A1, X10))))).containsExactly("a1", "b1");
        assertThat(lab.send("up1", tagged(10, frame(A2, X10)))).isEqualTo(copies(copy("a2", frame(A2, X10))));
        assertThat(lab.send("up1", tagged(10, frame(UNKNOWN, X10)))).isEqualTo(dropped("vmnic1", DropReason.UNKNOWN_UNICAST));
        assertThat(places(lab.send("up0", tagged(10, frame(UNKNOWN, X10))))).as("flooded by the fabric").containsExactly("b1");
    }

    /// Spec 2.16, 2.17, S49, Net.ReversePathFwdCheckPromisc: 0. A bridging VM's broadcast that is flooded back on both uplinks reaches the
    /// watcher twice more; one of a local address does not (2.10).
    @Test
    void aWatcherGetsFloodedFramesFromEveryActiveUplink() {
        var lab = start(watched("Net.ReversePathFwdCheckPromisc: 0"));
        var flood = frame(BROADCAST, Z);
        assertThat(places(lab.send("a2", flood))).containsExactly("a1", "b1", "t1", "up1");
        assertThat(at("b1", lab.send("up0", tagged(10, flood)))).hasSize(1);
        assertThat(at("b1", lab.send("up1", tagged(10, flood)))).as("the extra copy").containsExactly(flood);
        assertThat(lab.send("up0", tagged(10, frame(BROADCAST, A2)))).isEqualTo(dropped("vmnic0", DropReason.REFLECTED));
        assertThat(at("b1", lab.send("up1", tagged(10, frame(UNKNOWN, X10))))).as("unicast stays under 2.11").isEmpty();
    }

    /// Spec 2.16, 2.17, S49: the same with 1, or with Etherloom.PromiscReverseStrict: one copy, from its own uplink.
    @Test
    void theExtraCopyIsBlockedByEitherOption() {
        for (var options : new String[][] {
                {"Net.ReversePathFwdCheckPromisc: 1"}, {"Net.ReversePathFwdCheckPromisc: 0", "Etherloom.PromiscReverseStrict: 1"}}) {
            var lab = start(watched(options));
            var flood = tagged(10, frame(BROADCAST, Z));
            assertThat(at("b1", lab.send("up0", flood))).as("%s", options[0]).hasSize(1);
            assertThat(at("b1", lab.send("up1", flood))).as("%s", options[0]).isEmpty();
        }
    }

    /// Spec 2.17: a standby uplink, that nobody uses, delivers no flood to a watcher either.
    @Test
    void aStandbyUplinkDeliversNoFlood() {
        var lab = start(withTeaming("failoverOrder: { active: [vmnic0], standby: [vmnic1] }", watched("Net.ReversePathFwdCheckPromisc: 0")));
        assertThat(lab.send("up1", tagged(10, frame(BROADCAST, Z)))).isEqualTo(dropped("vmnic1", DropReason.WRONG_UPLINK));
    }

    /// Spec 2.16: a change of the option acts only once promiscuous mode is applied anew, by policy or by the guest.
    @Test
    void aChangedOptionWaitsUntilPromiscuousModeIsAppliedAnew() {
        var flood = tagged(10, frame(BROADCAST, Z));
        for (boolean isByGuest : new boolean[] {false, true}) {
            var lab = start(watched());
            lab.set(Setting.Kind.HOST, "esx1", "Net.ReversePathFwdCheckPromisc=1");
            assertThat(at("b1", lab.send("up1", flood))).as("as before").hasSize(1);
            var kind = isByGuest ? Setting.Kind.NIC : Setting.Kind.PORT_GROUP;
            lab.set(kind, isByGuest ? "b1/0" : "esx1/B", isByGuest ? "promiscuous=no" : "security.promiscuousMode=reject");
            lab.set(kind, isByGuest ? "b1/0" : "esx1/B", isByGuest ? "promiscuous=yes" : "security.promiscuousMode=accept");
            assertThat(at("b1", lab.send("up1", flood))).as("applied anew").isEmpty();
            assertThat(at("b1", lab.send("up0", flood))).hasSize(1);
        }
    }

    /// Spec 2.14, S9: with IP hash any active uplink delivers, to watchers as well, unicast and flood.
    @Test
    void withIpHashAnyActiveUplinkDelivers() {
        var lab = start(withTeaming("loadBalancing: ipHash", watched()));
        for (var uplink : new String[] {"up0", "up1"}) {
            assertThat(lab.send(uplink, tagged(10, frame(A1, X10)))).isEqualTo(copies(copy("a1", frame(A1, X10)), copy("b1", frame(A1, X10))));
            assertThat(places(lab.send(uplink, tagged(10, frame(BROADCAST, X10))))).containsExactly("a1", "a2", "b1", "t1");
        }
    }

    /// Spec 2.14, 4.22, S10: what comes by an uplink that is not active for that port group is refused, and delivered to others.
    @Test
    void withIpHashAStandbyUplinkDeliversNothing() {
        var lab = start(withGroup("A", "teaming: { failoverOrder: { active: [vmnic0], standby: [vmnic1] } }",
                withTeaming("loadBalancing: ipHash", host())));
        assertThat(lab.send("up1", tagged(10, frame(A1, X10)))).isEqualTo(dropped("vmnic1", DropReason.WRONG_UPLINK));
        assertThat(lab.send("up0", tagged(10, frame(A1, X10)))).isEqualTo(copies(copy("a1", frame(A1, X10))));
        assertThat(lab.send("up1", tagged(10, frame(B1, X10)))).isEqualTo(copies(copy("b1", frame(B1, X10))));
        lab.pull("esx1", "vmnic0");
        assertThat(lab.send("up1", tagged(10, frame(A1, X10)))).as("now in use").isEqualTo(copies(copy("a1", frame(A1, X10))));
    }

    /// Spec 2.11, 2.17: a copy that the filter refuses is none.
    @Test
    void aCopyThatIsFilteredIsNotCounted() {
        var lab = start(withNic("b1", "promiscuous: yes", withGroup("B", "security: { promiscuousMode: accept }", host())));
        var counters = lab.port(SWITCH, "b1.eth0").counters();
        assertThat(uplink(lab, "b1")).isEqualTo("vmnic0");
        assertThat(lab.send("up1", tagged(10, frame(UNKNOWN, X10)))).isEqualTo(dropped("vmnic1", DropReason.UNKNOWN_UNICAST));
        assertThat(counters.watchedFrames()).isZero();
        lab.send("up0", tagged(10, frame(UNKNOWN, X10)));
        assertThat(counters.watchedFrames()).isEqualTo(1);
    }
}
