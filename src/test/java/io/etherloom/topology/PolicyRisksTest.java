package io.etherloom.topology;

import static io.etherloom.topology.Marked.assertProblems;

import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// What is legal and goes wrong in known ways is a warning that names the rule and the cure.
class PolicyRisksTest {
    private static final String VSWITCH = "hosts.esx1.vSwitches.vSwitch0.";

    /// Two ports of tor1 in an EtherChannel, one without, and two on another switch.
    private static String cabled(String pnics, String body) {
        return """
            name: t
            fabric:
              switches:
                tor1:
                  ports: { "1": { trunk: all }, "2": { trunk: all }, "3": { trunk: all }, "4": { trunk: [10] }, "5": { trunk: all } }
                  etherChannels: { po1: { ports: ["1", "2"] }, po2: { ports: ["5"] } }
                tor2: { ports: { "1": { trunk: all }, "2": { trunk: all }, "3": { trunk: all } } }
                tor3: { ports: { "1": { trunk: all } } }
            hosts:
              esx1:
                pnics: { PNICS }
                vSwitches:
                  vSwitch0:
            """.replace("PNICS", pnics) + body.indent(8);
    }

    private static final String CHANNEL = "vmnic0: { link: tor1/1 }, vmnic1: { link: tor1/2 }";
    private static final String APART = "vmnic0: { link: tor1/3 }, vmnic1: { link: tor2/1 }";
    private static final String THREE = "vmnic0: { link: tor1/3 }, vmnic1: { link: tor2/1 }, vmnic2: { link: tor3/1 }";

    /// Spec 9.5, 4.13, 4.14: one warning, however many port groups inherit it.
    @Test void warnsOfIpHashWithoutAnEtherChannel() {
        assertProblems(cabled(APART, """
            uplinks: [vmnic0, vmnic1]
            teaming: { loadBalancing: »ipHash }
            portGroups: { A: {}, B: { vlan: 10 } }
            """), "warning: " + VSWITCH + "teaming.loadBalancing: ipHash needs a static EtherChannel at the physical switch, and tor1/3, tor2/1 is in none: "
                + "the fabric sees one address at several ports (spec 9.5); add etherChannels");
        assertProblems(cabled("vmnic0: { link: tor1/1 }, vmnic1: { link: tor1/5 }", """
            uplinks: [vmnic0, vmnic1]
            portGroups: { A: { teaming: { loadBalancing: »ipHash } } }
            """), "warning: " + VSWITCH + "portGroups.A.teaming.loadBalancing: ipHash needs one EtherChannel, and the uplinks are in tor1/po1, tor1/po2");
    }

    @Test void saysNothingOfIpHashWithItsEtherChannelOrOverTaps() {
        assertProblems(cabled(CHANNEL, "uplinks: [vmnic0, vmnic1]\nteaming: { loadBalancing: ipHash }\nportGroups: { A: {} }"));
        assertProblems(cabled("vmnic0: { tap: up0 }, vmnic1: { tap: up1 }", "uplinks: [vmnic0, vmnic1]\nteaming: { loadBalancing: ipHash }\nportGroups: { A: {} }"));
        assertProblems(cabled(APART, "uplinks: [vmnic0]\nteaming: { loadBalancing: ipHash }\nportGroups: { A: {} }"));
    }

    /// Spec 9.5, the opposite fault.
    @Test void warnsOfAnEtherChannelThatFacesAnotherPolicy() {
        assertProblems(cabled(CHANNEL, "uplinks: [vmnic0, vmnic1]\nportGroups: { »A: {}, B: { teaming: { loadBalancing: »explicit } } }"),
            "warning: " + VSWITCH + "portGroups.A: originatingVirtualPort faces the EtherChannel tor1/po1, which spreads what it sends over vmnic0, vmnic1: "
                + "most of it comes in on the wrong uplink and is dropped (spec 9.5); use ipHash",
            "warning: " + VSWITCH + "portGroups.B.teaming.loadBalancing: explicitFailoverOrder faces the EtherChannel tor1/po1");
    }

    /// Spec 9.6.
    @Test void warnsOfActiveAndStandbyInsideOneEtherChannel() {
        assertProblems(cabled(CHANNEL, """
            uplinks: [vmnic0, vmnic1]
            teaming: { failoverOrder: »{ active: [vmnic0], standby: [vmnic1] } }
            portGroups: { A: {} }
            """), "warning: " + VSWITCH + "teaming.failoverOrder: vmnic1 of the EtherChannel tor1/po1 is not active, and what the switch sends there is dropped "
                + "(spec 9.6); make all its members active");
    }

    /// Spec 4.13 for standby uplinks, 4.23 for the override.
    @Test void warnsOfIpHashWithStandbyUplinksAndWithAnOverride() {
        assertProblems(cabled("vmnic0: { tap: up0 }, vmnic1: { tap: up1 }", """
            uplinks: [vmnic0, vmnic1]
            teaming: { loadBalancing: ipHash, failoverOrder: »{ active: [vmnic0], standby: [vmnic1] } }
            portGroups: { A: {}, B: { teaming: { failoverOrder: »{ active: [vmnic1] } } } }
            """),
            "warning: " + VSWITCH + "teaming.failoverOrder: ipHash with the standby uplinks vmnic1: it needs all uplinks of the EtherChannel active (spec 4.13)",
            "warning: " + VSWITCH + "portGroups.B.teaming.failoverOrder: ipHash with an order that differs from the vSwitch's: the EtherChannel sends to every "
                + "member, also to those that are not used here (spec 4.23); remove the override");
    }

    /// Spec 4.13.
    @Test void warnsOfIpHashWithBeaconProbing() {
        assertProblems(cabled("vmnic0: { tap: a }, vmnic1: { tap: b }, vmnic2: { tap: c }", """
            uplinks: [vmnic0, vmnic1, vmnic2]
            teaming: { loadBalancing: ipHash, failureDetection: »beaconProbing }
            portGroups: { A: {} }
            """), "warning: " + VSWITCH + "teaming.failureDetection: beaconProbing with ipHash: ");
    }

    /// Spec 9.7 for two uplinks, 4.26 for one; unused ones do not count (spec 4.22).
    @Test void warnsOfBeaconProbingWithFewUplinks() {
        assertProblems(cabled(APART, "uplinks: [vmnic0, vmnic1]\nteaming: { failureDetection: »beacon }\nportGroups: { A: {}, B: { vlan: 10 } }"),
            "warning: " + VSWITCH + "teaming.failureDetection: beaconProbing with two uplinks: when they stop hearing each other neither can be named bad, "
                + "and every frame leaves by both (spec 9.7); use three uplinks or more");
        assertProblems(cabled(THREE, """
            uplinks: [vmnic0, vmnic1, vmnic2]
            portGroups: { A: { teaming: { failureDetection: »beacon, failoverOrder: { active: [vmnic0] } } } }
            """), "warning: " + VSWITCH + "portGroups.A.teaming.failureDetection: beaconProbing with one uplink: nobody hears its beacons");
        assertProblems(cabled(THREE, """
            uplinks: [vmnic0, vmnic1, vmnic2]
            portGroups: { A: { teaming: { failureDetection: beacon, failoverOrder: { active: [vmnic0, vmnic1], standby: [vmnic2] } } } }
            """));
    }

    /// Spec 4.27.
    @Test void warnsOfBeaconProbingWithGuestTagging() {
        assertProblems(cabled(THREE, "uplinks: [vmnic0, vmnic1, vmnic2]\nteaming: { failureDetection: beacon }\nportGroups: { A: { vlan: »4095 } }"),
            "warning: " + VSWITCH + "portGroups.A.vlan: beaconProbing with VLAN 4095: ");
    }

    /// Spec 9.8: as many as Net.MaxBeaconVlans are fine, one more is not.
    @Test void warnsOfBeaconsInTooManyVlans() {
        var pnics = "vmnic0: { tap: a }, vmnic1: { tap: b }, vmnic2: { tap: c }";
        var most = IntStream.rangeClosed(1, 100).mapToObj(vlan -> "A" + vlan + ": { vlan: " + vlan + " }").collect(Collectors.joining(", "));
        var body = "uplinks: [vmnic0, vmnic1, vmnic2]\nteaming: { failureDetection: %sbeacon }\nportGroups: { " + most + " %s }";
        assertProblems(cabled(pnics, body.formatted("", ", B: { vlan: 100 }")));
        assertProblems(cabled(pnics, body.formatted("»", ", B: { vlan: 101 }")), "warning: " + VSWITCH
            + "teaming.failureDetection: beacons would go out in 101 VLANs of vSwitch0 every second, and Net.MaxBeaconVlans stops at 100");
    }

    /// Spec 4.33.
    @Test void warnsOfSeveralBeaconUplinksOnOneSwitch() {
        assertProblems(cabled("vmnic0: { link: tor1/3 }, vmnic1: { link: tor2/1 }, vmnic2: { link: tor2/2 }",
            "uplinks: [vmnic0, vmnic1, vmnic2]\nteaming: { failureDetection: »beacon }\nportGroups: { A: {} }"),
            "warning: " + VSWITCH + "teaming.failureDetection: beaconProbing with vmnic1, vmnic2 on the one physical switch tor2: they hear each other there");
    }

    /// Spec 9.2 and 9.14; with Net.ReversePathFwdCheckPromisc the second remains.
    @Test void warnsOfPromiscuousModeWithSeveralUplinks() {
        var body = "uplinks: [vmnic0, vmnic1]\nportGroups: { A: { security: { promiscuousMode: »accept } } }";
        var path = "warning: " + VSWITCH + "portGroups.A.security.promiscuousMode: promiscuous mode with the active uplinks vmnic0, vmnic1: ";
        assertProblems(cabled(APART, body), path + "flooded frames come back on the others, so CARP hears itself and steps down (spec 9.2), and a promiscuous vNIC "
            + "misses unicast that comes in on another uplink than its own (spec 9.14); set Net.ReversePathFwdCheckPromisc: 1 for the first");
        for (var option : new String[] {"Net.ReversePathFwdCheckPromisc", "Etherloom.PromiscReverseStrict"}) {
            assertProblems(cabled(APART, body).replace("    pnics:", "    advanced: { " + option + ": 1 }\n    pnics:"),
                path + "a promiscuous vNIC misses unicast that comes in on another uplink than its own (spec 9.14); use one active uplink");
        }
        assertProblems(cabled(APART, "uplinks: [vmnic0, vmnic1]\nportGroups: { A: { security: { promiscuousMode: accept }, "
            + "teaming: { failoverOrder: { active: [vmnic0], standby: [vmnic1] } } } }"));
    }

    /// Spec 9.10: of a standby uplink, too.
    @Test void warnsOfAVlanThatIsMissingOnOneTrunk() {
        assertProblems(cabled("vmnic0: { link: tor1/3 }, vmnic1: { link: tor1/4 }", """
            uplinks: [vmnic0, vmnic1]
            portGroups: { A: { vlan: »20 }, B: { vlan: 10 }, C: { vlan: »30, teaming: { failoverOrder: { active: [vmnic0], standby: [vmnic1] } } } }
            """),
            "warning: " + VSWITCH + "portGroups.A.vlan: uplink vmnic1: tor1/4 does not carry VLAN 20, only 10; add it to the trunk. Only the ports that use vmnic1 "
                + "fail, since vmnic0 carries the VLAN, and link status sees nothing (spec 9.10)",
            "warning: " + VSWITCH + "portGroups.C.vlan: uplink vmnic1: tor1/4 does not carry VLAN 30");
    }

    /// Spec 6.6: a frame of the vSwitch's MTU, with its header and a tag.
    @Test void warnsOfABurstBelowOneFrame() {
        var body = "mtu: 9000\ntrafficShaping: { enabled: yes, burstSize: %s }\nportGroups: { A: {} }";
        assertProblems(cabled("", body.formatted("»9017 B")),
            "warning: " + VSWITCH + "trafficShaping.burstSize: the burst of 9017 octets is smaller than one full frame of 9018 octets");
        assertProblems(cabled("", body.formatted("9018 B")));
        assertProblems(cabled("", body.formatted("1 B").replace("enabled: yes", "enabled: no")));
    }
}
