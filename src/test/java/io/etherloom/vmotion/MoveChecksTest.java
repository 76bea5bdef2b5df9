package io.etherloom.vmotion;

import static org.assertj.core.api.Assertions.assertThat;

import io.etherloom.topology.Topology;
import io.etherloom.topology.Vm;
import java.util.List;
import java.util.Map;
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
        var topology = Topology.parse(text, "/labs/lab.yaml");
        return MoveChecks.of(topology, (_, _) -> null, macs, topology.vms().values().stream().filter(Vm::poweredOn).map(Vm::name).collect(Collectors.toSet()), topology.vms().get("web1"),
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
}
