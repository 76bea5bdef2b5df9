package io.etherloom.vmotion;

import static org.assertj.core.api.Assertions.assertThat;

import io.etherloom.topology.PortRef;
import io.etherloom.topology.Topology;
import io.etherloom.topology.Vm;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// What stands against a move, found in the topology alone; that VMkernel ports reach each other is found out in a real lab, by VMotionIT.
class MoveChecksTest {
    private static final String HOSTS = """
        name: lab
        fabric: { switches: { tor1: { ports: { "1": { trunk: [10] }, "2": { trunk: [10] } } } } }
        hosts:
          esx1:
            pnics: { vmnic0: { link: tor1/1 } }
            vSwitches: { vSwitch0: { uplinks: [vmnic0], portGroups: { Ten: { vlan: 10 } } } }
          esx2:
            pnics: { vmnic0: { link: tor1/2 } }
            vSwitches: { vSwitch0: { uplinks: [vmnic0], ports: 8, portGroups: { Ten: { vlan: 10 } } } }
        vms:
          web1: { host: esx1, nics: [ { portGroup: Ten } ] }
        """;

    private static List<Finding> findings(String text) throws Exception {
        return findings(text, Map.of("web1.eth0", "00:50:56:00:00:01", "vmk0", "00:50:56:00:00:02"));
    }

    private static List<Finding> findings(String text, Map<String, String> macs) throws Exception {
        return findings(text, macs, Set.of(), (_, _) -> null);
    }

    private static List<Finding> findings(String text, Map<String, String> macs, Set<PortRef> down, MoveChecks.Ways ways) throws Exception {
        var topology = Topology.parse(text, "/labs/lab.yaml");
        return MoveChecks.of(topology, ways, down, macs, topology.vms().values().stream().filter(Vm::poweredOn).map(Vm::name).collect(Collectors.toSet()), topology.vms().get("web1"),
            topology.hosts().get("esx2"));
    }

    private static void finds(String text, String fault, boolean isFatal, String... words) throws Exception {
        assertThat(findings(text)).singleElement().satisfies(finding -> {
            assertThat(finding.fault()).isEqualTo(fault);
            assertThat(finding.isFatal()).isEqualTo(isFatal);
            assertThat(finding.sentence()).contains(words);
            assertThat(finding.cure()).isNotBlank();
        });
    }

    /// Of esx2 only.
    private static String there(String from, String to) {
        int begin = HOSTS.indexOf("  esx2:");
        assertThat(HOSTS.substring(begin)).contains(from);
        return HOSTS.substring(0, begin) + HOSTS.substring(begin).replaceFirst(java.util.regex.Pattern.quote(from), to);
    }

    @Test
    void nothingStandsAgainstAMoveBetweenEqualHosts() throws Exception {
        assertThat(findings(HOSTS)).isEmpty();
    }

    /// Spec 1.8, 7.1: the label is the key, and it is case sensitive.
    @Test
    void aLabelThatIsNotThereRefuses() throws Exception {
        finds(there("Ten: {", "TEN: {"), "CannotAccessNetwork", true, "port group \"Ten\"", "esx2 has no port group of this label");
    }

    /// Spec 7.1: a VLAN that differs is a warning.
    @Test
    void anotherVlanWarns() throws Exception {
        var text = there("vlan: 10", "vlan: 11");
        assertThat(findings(text)).extracting(Finding::fault).containsExactly("VlanDiffers", "VlanNotOnWire");
        assertThat(findings(text)).noneMatch(Finding::isFatal);
        assertThat(findings(text).getFirst().sentence()).contains("VLAN 10 on esx1 and VLAN 11 on esx2");
        assertThat(findings(text).getLast().sentence()).contains("tor1/2 behind esx2/vmnic0 does not carry");
    }

    /// Spec 7.2.
    @Test
    void aSwitchWithoutUplinksRefuses() throws Exception {
        var there = findings(there("uplinks: [vmnic0], ", "")).getFirst();
        assertThat(there.fault()).isEqualTo("VMOnVirtualIntranet");
        assertThat(there.isFatal()).isTrue();
        assertThat(there.sentence()).isEqualTo("web1.eth0 would be on esx2/vSwitch0, which has no uplink");
        var here = findings(HOSTS.replaceFirst("uplinks: \\[vmnic0], ", "")).getFirst();
        assertThat(here.fault()).isEqualTo("VMOnVirtualIntranet");
        assertThat(here.sentence()).isEqualTo("web1.eth0 is on esx1/vSwitch0, which has no uplink");
    }

    /// Spec 7.2: what is not connected is on no network.
    @Test
    void aVnicThatIsNotConnectedIsOnNoIsland() throws Exception {
        var text = there("uplinks: [vmnic0], ", "").replace("{ portGroup: Ten }", "{ portGroup: Ten, connected: no }");
        assertThat(findings(text)).noneMatch(Finding::isFatal);
    }

    /// Spec 7.4: two enabled ports of one address there must not be; a guest has set it.
    @Test
    void anAddressThatAnotherPortHasRefuses() throws Exception {
        var found = findings(HOSTS, Map.of("web1.eth0", "00:50:56:00:00:01", "web2.eth0", "00:50:56:00:00:01"));
        assertThat(found).singleElement().satisfies(finding -> {
            assertThat(finding.fault()).isEqualTo("DuplicateMac");
            assertThat(finding.isFatal()).isTrue();
            assertThat(finding.sentence()).isEqualTo("web1.eth0 and web2.eth0 both have 00:50:56:00:00:01");
        });
    }

    @Test
    void policiesAndMtuThatDifferWarn() throws Exception {
        finds(there("vlan: 10", "vlan: 10, security: { forgedTransmits: reject }"), "PolicyDiffers", false, "another security policy on esx2 than on esx1");
        finds(there("vlan: 10", "vlan: 10, teaming: { failback: no }"), "PolicyDiffers", false, "teaming");
        finds(there("vlan: 10", "vlan: 10, trafficShaping: { enabled: yes }"), "PolicyDiffers", false, "trafficShaping");
        finds(there("ports: 8", "mtu: 9000, ports: 8"), "MtuDiffers", false, "esx1/vSwitch0 has MTU 1500 and esx2/vSwitch0 has 9000");
    }

    /// Spec 7.3a.
    @Test
    void aFullSwitchRefuses() throws Exception {
        var full = new StringBuilder(HOSTS);
        for (int i = 1; i <= 8; i++) {
            full.append("  full").append(i).append(": { host: esx2, nics: [ { portGroup: Ten } ] }\n");
        }
        finds(full.toString(), "DestinationSwitchFull", true, "esx2/vSwitch0 has 8 ports, 8 of them taken, and web1 needs 1");
    }

    /// Spec 7.3a: where there are VMkernel ports at all, both hosts need one for VMotion.
    @Test
    void aHostWithoutAPortForVMotionRefuses() throws Exception {
        var vmk = "    vmkernel: { vmk0: { portGroup: Ten, ip: 10.0.0.%s/24, services: [%s] } }\n";
        var both = HOSTS.replace("  esx2:\n", vmk.formatted("1", "vmotion") + "  esx2:\n");
        finds(both, "VMotionNotConfigured", true, "esx2 has no VMkernel port for VMotion");
        finds(both.replace("vms:\n", vmk.formatted("2", "management") + "vms:\n"), "VMotionNotConfigured", true, "esx2");
        assertThat(findings(both.replace("vms:\n", vmk.formatted("2", "VMotion") + "vms:\n"))).isEmpty();
    }

    /// Spec 7.3a, 7.12: of several VMkernel ports for VMotion one pair that reaches each other is enough; when none does, all that were tried are named.
    @Test
    void oneOfSeveralPairsOfPortsForVMotionIsEnough() throws Exception {
        var vmks = """
                vmkernel:
                  vmk0: { portGroup: Ten, ip: 10.0.0.%1$s/24, services: [vmotion] }
                  vmk1: { portGroup: Ten, ip: 10.0.1.%1$s/24, services: [vmotion] }
                  vmk2: { portGroup: Ten, ip: 10.0.2.%1$s/24, services: [management] }
            """;
        var text = HOSTS.replace("  esx2:\n", vmks.formatted(1) + "  esx2:\n").replace("vms:\n", vmks.formatted(2) + "vms:\n");
        assertThat(findings(text, Map.of(), Set.of(), (from, to) -> from.equals("esx1/vmk1") && to.equals("esx2/vmk1") ? null : "it has no link")).isEmpty();
        assertThat(findings(text, Map.of(), Set.of(), (_, _) -> "it has no link")).singleElement().satisfies(finding -> {
            assertThat(finding.fault()).isEqualTo("VMotionLinkDown");
            assertThat(finding.isFatal()).isTrue();
            assertThat(finding.sentence()).isEqualTo("esx1/vmk0 does not reach esx2/vmk0: it has no link; esx1/vmk0 does not reach esx2/vmk1: it has no link; "
                + "esx1/vmk1 does not reach esx2/vmk0: it has no link; esx1/vmk1 does not reach esx2/vmk1: it has no link");
            assertThat(finding.cure()).startsWith("`etherloom trace --from esx1/vmk0 --to esx2/vmk0`");
        });
    }

    /// esx1 at tor1, esx2 by its vmnic0 at tor3 and by its vmnic1 at tor1; the three are linked in a row. That the teams differ is a finding of its own.
    private static final String ROW = """
        name: lab
        fabric:
          switches:
            tor1: { ports: { "1": { trunk: [10, 20] }, "2": { trunk: [10, 20] }, "24": { trunk: [10, 20] } } }
            tor2: { ports: { "23": { trunk: all }, "24": { trunk: all } } }
            tor3: { ports: { "1": { trunk: [10, 20] }, "24": { trunk: all } } }
          links: [ { between: [tor1/24, tor2/24] }, { between: [tor2/23, tor3/24] } ]
        hosts:
          esx1:
            pnics: { vmnic0: { link: tor1/1 } }
            vSwitches: { vSwitch0: { uplinks: [vmnic0], portGroups: { Ten: { vlan: 10 } } } }
          esx2:
            pnics: { vmnic0: { link: tor3/1 }, vmnic1: { link: tor1/2 } }
            vSwitches: { vSwitch0: { uplinks: [vmnic0, vmnic1], portGroups: { Ten: { vlan: 10 } } } }
        vms:
          web1: { host: esx1, nics: [ { portGroup: Ten } ] }
        """;

    private static String row(String from, String to) {
        assertThat(ROW).contains(from);
        return ROW.replace(from, to);
    }

    private static List<Finding> onWire(String text, PortRef... down) throws Exception {
        return findings(text, Map.of(), Set.of(down), (_, _) -> null).stream().filter(finding -> !finding.fault().equals("PolicyDiffers")).toList();
    }

    private static void ends(String text, String sentence, String cure) throws Exception {
        assertThat(onWire(text)).singleElement().satisfies(finding -> {
            assertThat(finding.fault()).isEqualTo("VlanNotOnWire");
            assertThat(finding.isFatal()).isFalse();
            assertThat(finding.sentence()).isEqualTo(sentence);
            assertThat(finding.cure()).isEqualTo(cure);
        });
    }

    /// Spec 7.1: a trunk on the way, at either of its ends and behind another one.
    @Test
    void aTrunkBetweenSwitchesThatLacksTheVlanWarns() throws Exception {
        var way = "port group \"Ten\" on esx2 is VLAN 10, which does not get from tor3/1 behind esx2/vmnic0 to tor1/1 behind esx1/vmnic0: ";
        assertThat(onWire(ROW)).isEmpty();
        ends(row("\"24\": { trunk: [10, 20] }", "\"24\": { trunk: [20] }"), way + "tor1/24 does not carry it", "add the VLAN to the trunk of tor1/24");
        ends(row("tor2: { ports: { \"23\": { trunk: all }", "tor2: { ports: { \"23\": { trunk: [1-9, 11-4094] }"), way + "tor2/23 does not carry it",
            "add the VLAN to the trunk of tor2/23");
        ends(row("\"24\": { trunk: all } }", "\"24\": { access: 20 } }").replace("tor3: { ports: { \"1\": { trunk: [10, 20] }, \"24\": { trunk: all } }",
            "tor3: { ports: { \"1\": { trunk: [10, 20] }, \"24\": { access: 20 } }"), way + "tor3/24 does not carry it", "make tor3/24 a trunk with VLAN 10");
        ends(row("links: [ { between: [tor1/24, tor2/24] }, ", "links: [ "), way + "no cables lead there", "link the physical switches");
    }

    /// A native VLAN is without its tag in a cable, and has the number of the port where it enters.
    @Test
    void aVlanIsFollowedAsItIsInTheCable() throws Exception {
        var renumbered = row("tor2: { ports: { \"23\": { trunk: all }, \"24\": { trunk: all } }", "tor2: { ports: { \"23\": { access: 30 }, \"24\": { access: 30 } }")
            .replace("\"24\": { trunk: [10, 20] }", "\"24\": { access: 10 }");
        assertThat(onWire(renumbered.replace("\"24\": { trunk: all }", "\"24\": { access: 10 }"))).isEmpty();
        ends(renumbered, "port group \"Ten\" on esx2 is VLAN 10, which does not get from tor3/1 behind esx2/vmnic0 to tor1/1 behind esx1/vmnic0: "
            + "tor2/23 does not carry it", "make tor2/23 a trunk with VLAN 10");
        ends(renumbered.replace("{ access: 30 }", "{ access: 10 }"), "port group \"Ten\" on esx2 is VLAN 10, which does not get from tor3/1 behind esx2/vmnic0 to "
            + "tor1/1 behind esx1/vmnic0: tor2/23 drops it, since it is an access port and the frames are tagged", "make tor2/23 a trunk");
    }

    /// An untagged port group is in the VLAN that the ports of the physical switches have for it.
    @Test
    void anUntaggedPortGroupIsFollowedInItsNativeVlan() throws Exception {
        var untagged = row("vlan: 10", "vlan: 0");
        assertThat(onWire(untagged)).as("the native VLAN is 1 unless the file says otherwise").isEmpty();
        assertThat(onWire(untagged.replace("{ trunk: [10, 20] }", "{ trunk: [10, 20], native: none }"))).extracting(Finding::sentence).containsExactly(
            "port group \"Ten\" on esx2 is untagged, which tor3/1 behind esx2/vmnic0 drops, since it has no native VLAN",
            "port group \"Ten\" on esx2 is untagged, which tor1/2 behind esx2/vmnic1 drops, since it has no native VLAN");
        var ten = untagged.replace("\"1\": { trunk: [10, 20] }", "\"1\": { access: 10 }").replace("\"2\": { trunk: [10, 20] }", "\"2\": { trunk: [20], native: 10 }");
        assertThat(onWire(ten)).isEmpty();
        ends(ten.replace("tor3: { ports: { \"1\": { access: 10 }", "tor3: { ports: { \"1\": { access: 20 }"),
            "port group \"Ten\" on esx2 is untagged, which does not get from tor3/1 behind esx2/vmnic0 to tor1/1 behind esx1/vmnic0: "
                + "tor1/1 does not carry it, since it is VLAN 20 of tor1 and not VLAN 10", "give tor3/1 and tor1/1 the same VLAN");
    }

    /// What a team never uses may lack the VLAN; what stands by may not.
    @Test
    void onlyUplinksThatThePortGroupMayUseCount() throws Exception {
        var cut = row("\"24\": { trunk: [10, 20] }", "\"24\": { trunk: [20] }").replace("tor3: { ports: { \"1\": { trunk: [10, 20] }", "tor3: { ports: { \"1\": { trunk: [20] }");
        var teamed = cut.replace("uplinks: [vmnic0, vmnic1], portGroups: { Ten: { vlan: 10 } }",
            "uplinks: [vmnic0, vmnic1], portGroups: { Ten: { vlan: 10, teaming: { failoverOrder: { active: [vmnic1], TEAM: [vmnic0] } } } }");
        assertThat(onWire(teamed.replace("TEAM", "unused"))).isEmpty();
        assertThat(onWire(teamed.replace("TEAM", "standby"))).hasSize(1);
        var source = row("\"24\": { trunk: [10, 20] }", "\"24\": { trunk: [20] }").replace("esx1:\n    pnics: { vmnic0: { link: tor1/1 } }", "esx1:\n    pnics: { vmnic0: { link: tor1/1 }, vmnic1: { link: tor2/2 } }")
            .replace("tor2: { ports: {", "tor2: { ports: { \"2\": { trunk: [10] },")
            .replace("uplinks: [vmnic0], portGroups: { Ten: { vlan: 10 } }", "uplinks: [vmnic0, vmnic1], portGroups: { Ten: { vlan: 10, teaming: { failoverOrder: { active: [vmnic0], TEAM: [vmnic1] } } } }");
        assertThat(onWire(source.replace("TEAM", "standby"))).isEmpty();
        assertThat(onWire(source.replace("TEAM", "unused"))).hasSize(1);
    }

    /// Nobody knows what is beyond a TAP; and tags of a guest are its own.
    @Test
    void whereTheWayIsNotKnownNothingIsSaid() throws Exception {
        var cut = row("\"24\": { trunk: [10, 20] }", "\"24\": { trunk: [20] }");
        assertThat(onWire(cut.replace("esx1:\n    pnics: { vmnic0: { link: tor1/1 } }", "esx1:\n    pnics: { vmnic0: { tap: up0 } }"))).isEmpty();
        assertThat(onWire(cut.replace("vmnic0: { link: tor3/1 }", "vmnic0: { tap: up0 }"))).isEmpty();
        assertThat(onWire(cut.replace("vlan: 10", "vlan: 4095"))).isEmpty();
        var doors = cut.replace("tor1: { ports: {", "tor1: { ports: { \"9\": { access: 10 },").replace("tor3: { ports: {", "tor3: { ports: { \"9\": { access: 10 },");
        assertThat(onWire(doors.replace("hosts:\n", "  taps: [ { port: tor1/9, name: out1 }, { port: tor3/9, name: out3 } ]\nhosts:\n"))).isEmpty();
        assertThat(onWire(doors.replace("hosts:\n", "  taps: [ { port: tor1/9, name: out1 } ]\nhosts:\n"))).hasSize(1);
    }

    /// A cable that was pulled out carries no VLAN; an uplink without a link is no way at all, and a VM that has no network here loses none there.
    @Test
    void cablesWithoutALinkAreNoWay() throws Exception {
        assertThat(onWire(ROW, new PortRef("tor2", "24"))).singleElement().satisfies(finding -> {
            assertThat(finding.fault()).isEqualTo("VlanNotOnWire");
            assertThat(finding.sentence()).endsWith("tor2/24 does not carry it, since it has no link");
            assertThat(finding.cure()).isEqualTo("`etherloom link up tor2/24`");
        });
        var cut = row("\"24\": { trunk: [10, 20] }", "\"24\": { trunk: [20] }");
        assertThat(onWire(cut, new PortRef("tor3", "1"))).isEmpty();
        assertThat(onWire(cut, new PortRef("tor1", "1"))).isEmpty();
    }
}
