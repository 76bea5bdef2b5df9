package io.etherloom.topology;

import static io.etherloom.topology.Marked.topology;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.etherloom.topology.Setting.Kind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Values set by hand hold as if they stood in the file, and are refused as if they did.
class SettingTest {
    private static final String LAB = """
        name: t
        hosts:
          esx1:
            advanced: { Net.MinEtherLen: 64 }
            pnics: { vmnic0: { tap: up0 }, vmnic1: { tap: up1 } }
            vSwitches:
              vSwitch0:
                uplinks: [vmnic0, vmnic1]
                trafficShaping: { enabled: yes, averageBandwidth: 8 Mbps, peakBandwidth: 16 Mbps, burstSize: 1 MB }
                portGroups:
                  DMZ: { vlan: 20 }
                  Own: { security: { macChanges: reject }, trafficShaping: { enabled: yes }, teaming: }
                  a/b:
                  Order: { teaming: { failoverOrder: { active: [vmnic0], standby: [vmnic1] } } }
          esx2: { like: esx1, pnics: { vmnic0: { tap: up2 }, vmnic1: { tap: up3 } } }
        vms:
          web1: { host: esx1, kind: memory, nics: [ { portGroup: DMZ }, { portGroup: Own } ] }
          ns1: { host: esx1, nics: [ { portGroup: DMZ } ] }
        """;

    private static Topology with(Setting... settings) {
        try {
            return Topology.parse(LAB, "t.yaml", List.of(settings));
        } catch (TopologyException e) {
            throw new AssertionError(e.getMessage(), e);
        }
    }

    private static Setting group(String target, String assignment) {
        return Setting.parse(Kind.PORT_GROUP, target, assignment);
    }

    private static Policy policy(Topology topology, String label) {
        return topology.hosts().get("esx1").vSwitches().get("vSwitch0").portGroups().get(label).policy();
    }

    private static void assertRefused(String expected, Setting... settings) {
        assertThatThrownBy(() -> Topology.parse(LAB, "t.yaml", List.of(settings))).isInstanceOf(TopologyException.class)
            .satisfies(e -> assertThat(e.getMessage()).startsWith(expected));
    }

    /// Spec 1.40: just that item, on just that port group.
    @Test void changesOneItemOfOnePortGroup() {
        var set = with(group("esx1/DMZ", "security.forgedTransmits=reject"));
        assertThat(policy(set, "DMZ").security().forgedTransmits()).isEqualTo(new Sourced<>(SecurityAction.REJECT, Origin.BY_HAND));
        assertThat(policy(set, "DMZ").security().forgedTransmits().originText()).isEqualTo("set by hand");
        assertThat(policy(set, "DMZ").security().macChanges()).isEqualTo(new Sourced<>(SecurityAction.ACCEPT, Origin.PROFILE));
        assertThat(policy(set, "Own")).isEqualTo(policy(topology(LAB), "Own"));
        assertThat(set.hosts().get("esx2")).isEqualTo(topology(LAB).hosts().get("esx2"));
        assertThat(set.vms()).isEqualTo(topology(LAB).vms());
    }

    /// Spec 1.39: what is set on the vSwitch is inherited where the port group says nothing.
    @Test void inheritsWhatIsSetOnAVSwitch() {
        var set = with(Setting.parse(Kind.V_SWITCH, "esx1/vSwitch0", "security.macChanges=reject"),
            Setting.parse(Kind.V_SWITCH, "esx1/vSwitch0", "mtu=9000"));
        assertThat(policy(set, "DMZ").security().macChanges()).isEqualTo(new Sourced<>(SecurityAction.REJECT, Origin.BY_HAND));
        assertThat(policy(set, "Own").security().macChanges()).isEqualTo(new Sourced<>(SecurityAction.REJECT, Origin.PORT_GROUP));
        assertThat(set.hosts().get("esx1").vSwitches().get("vSwitch0").mtu()).isEqualTo(9000);
    }

    /// Spec 1.39: shaping is one unit, and setting a member starts from what holds.
    @Test void changesOneFigureOfShaping() {
        assertThat(policy(with(group("esx1/DMZ", "trafficShaping.averageBandwidth=9Mbps")), "DMZ").trafficShaping())
            .isEqualTo(new Sourced<>(new TrafficShaping(true, 9_000_000, 16_000_000, 1L << 20), Origin.BY_HAND));
        assertThat(policy(with(group("esx1/Own", "trafficShaping.averageBandwidth=9 Mbps")), "Own").trafficShaping())
            .isEqualTo(new Sourced<>(new TrafficShaping(true, 9_000_000, 100_000_000, 100L << 20), Origin.BY_HAND));
        assertThat(policy(with(group("esx1/DMZ", "trafficShaping={ enabled: yes, averageBandwidth: 9 Mbps }")), "DMZ").trafficShaping().value())
            .isEqualTo(new TrafficShaping(true, 9_000_000, 100_000_000, 100L << 20));
        assertThat(policy(with(group("esx1/DMZ", "trafficShaping.enabled=no")), "DMZ").trafficShaping().value())
            .isEqualTo(new TrafficShaping(false, 8_000_000, 16_000_000, 1L << 20));
    }

    /// Spec 4.21: an uplink that is put into a list leaves the one where it was, and is unused when it is in none.
    @Test void movesUplinksBetweenTheLists() {
        assertThat(policy(with(group("esx1/DMZ", "teaming.failoverOrder.active=[vmnic1]")), "DMZ").teaming().failoverOrder())
            .isEqualTo(new Sourced<>(new FailoverOrder(List.of("vmnic1"), List.of(), List.of("vmnic0")), Origin.BY_HAND));
        assertThat(policy(with(group("esx1/DMZ", "teaming.failoverOrder.standby=[vmnic1]")), "DMZ").teaming().failoverOrder().value())
            .isEqualTo(new FailoverOrder(List.of("vmnic0"), List.of("vmnic1"), List.of()));
        assertThat(policy(with(group("esx1/Order", "teaming.failoverOrder.active=[vmnic1, vmnic0]")), "Order").teaming().failoverOrder().value())
            .isEqualTo(new FailoverOrder(List.of("vmnic1", "vmnic0"), List.of(), List.of()));
        assertThat(policy(with(group("esx1/Order", "teaming.failoverOrder={ active: [vmnic1] }")), "Order").teaming().failoverOrder().value())
            .isEqualTo(new FailoverOrder(List.of("vmnic1"), List.of(), List.of("vmnic0")));
        assertThat(policy(with(group("esx1/DMZ", "teaming.failoverOrder.unused=[vmnic0]")), "DMZ").teaming().failoverOrder().value())
            .isEqualTo(new FailoverOrder(List.of("vmnic1"), List.of(), List.of("vmnic0")));
    }

    @Test void letsTheLaterSettingWin() {
        var set = with(group("esx1/DMZ", "teaming.failoverOrder={ active: [vmnic0], standby: [vmnic1] }"),
            group("esx1/DMZ", "teaming.failoverOrder.active=[vmnic1]"), group("esx1/DMZ", "vlan=30"), group("esx1/DMZ", "vlan=40"));
        assertThat(policy(set, "DMZ").teaming().failoverOrder().value()).isEqualTo(new FailoverOrder(List.of("vmnic1"), List.of(), List.of("vmnic0")));
        assertThat(set.hosts().get("esx1").vSwitches().get("vSwitch0").portGroups().get("DMZ").vlan()).isEqualTo(40);
    }

    /// Spec 1.39: a port group that says nothing of a policy has what its vSwitch has, also where its file says something or it was set before.
    @Test void letsAPortGroupInheritAgain() {
        assertThat(policy(with(group("esx1/Own", "security.macChanges=inherit")), "Own").security().macChanges())
            .isEqualTo(new Sourced<>(SecurityAction.ACCEPT, Origin.PROFILE));
        assertThat(policy(with(group("esx1/vSwitch0/Own", "trafficShaping=inherit")), "Own").trafficShaping())
            .isEqualTo(policy(topology(LAB), "DMZ").trafficShaping());
        assertThat(policy(with(group("esx1/Order", "teaming.failoverOrder=inherit")), "Order")).isEqualTo(policy(topology(LAB), "DMZ"));
        assertThat(policy(with(group("esx1/DMZ", "teaming.failback=no"), group("esx1/DMZ", "teaming.failback=inherit")), "DMZ"))
            .isEqualTo(policy(topology(LAB), "DMZ"));
        assertThat(with(group("esx1/DMZ", "teaming.failback=inherit")).hosts()).isEqualTo(topology(LAB).hosts());
        assertThat(with(group("esx1/a/b", "teaming.failback=inherit")).hosts()).isEqualTo(topology(LAB).hosts());
        assertRefused("set portgroup esx1/DMX: teaming.failback: host esx1 has no port group 'DMX'; did you mean 'DMZ'?", group("esx1/DMX", "teaming.failback=inherit"));
        assertRefused("set portgroup esx1/DMZ: vlan: ", group("esx1/DMZ", "vlan=inherit"));
        assertRefused("set vswitch esx1/vSwitch0: teaming.failback: ", Setting.parse(Kind.V_SWITCH, "esx1/vSwitch0", "teaming.failback=inherit"));
    }

    @Test void findsPortGroupsByLabelAndBySwitchAndLabel() {
        assertThat(policy(with(group("esx1/a/b", "security.macChanges=reject")), "a/b").security().macChanges().origin()).isEqualTo(Origin.BY_HAND);
        assertThat(policy(with(group("esx1/vSwitch0/DMZ", "security.macChanges=reject")), "DMZ").security().macChanges().origin()).isEqualTo(Origin.BY_HAND);
        assertThat(policy(with(group("esx1/Own", "teaming.failback=no")), "Own").teaming().failback()).isEqualTo(new Sourced<>(false, Origin.BY_HAND));
    }

    @Test void setsHostsThatInheritAndHostsWithoutOptions() {
        var set = with(Setting.parse(Kind.HOST, "esx2", "Net.TeamPolicyUpDelay=0"), Setting.parse(Kind.HOST, "esx2", "Etherloom.IpHashWidth = octet"));
        assertThat(set.hosts().get("esx2").advanced().value(AdvancedOption.TEAM_POLICY_UP_DELAY)).isZero();
        assertThat(set.hosts().get("esx2").advanced().value(AdvancedOption.MIN_ETHER_LEN)).isEqualTo(64);
        assertThat(set.hosts().get("esx2").advanced().isOn(AdvancedOption.IP_HASH_WIDTH)).isTrue();
        assertThat(set.hosts().get("esx1").advanced().value(AdvancedOption.TEAM_POLICY_UP_DELAY)).isEqualTo(100);
    }

    /// Spec 5.6, 2.27.
    @Test void setsWhatAGuestAskedOfItsVnic() {
        var nics = with(Setting.parse(Kind.NIC, "web1/1", "effectiveMac=00:50:56:00:00:09"), Setting.parse(Kind.NIC, "web1/1", "promiscuous=yes"),
            Setting.parse(Kind.NIC, "web1/1", "multicast=[01:00:5e:00:00:fb]")).vms().get("web1").nics();
        var before = topology(LAB).vms().get("web1").nics();
        assertThat(nics.getFirst()).isEqualTo(before.getFirst());
        assertThat(nics.get(1).mac()).isEqualTo(before.get(1).mac());
        assertThat(nics.get(1).effectiveMac()).isEqualTo(0x005056000009L);
        assertThat(nics.get(1).promiscuous()).isTrue();
        assertThat(nics.get(1).multicast()).containsExactly(0x01005e0000fbL);
    }

    @Test void namesTheSettingInPlaceOfTheFile() {
        assertRefused("set portgroup esx1/DMZ: security.forgedTransmits: 'deny' is not known here; allowed: accept, reject",
            group("esx1/DMZ", "security.forgedTransmits=deny"));
        assertRefused("set portgroup esx1/DMZ: teaming.failoverOrder.active[1]: 'vmnic2' is no uplink of this vSwitch; did you mean 'vmnic0'?",
            group("esx1/DMZ", "teaming.failoverOrder.active=[vmnic0, vmnic2]"));
        assertRefused("set vswitch esx1/vSwitch0: trafficShaping.peakBandwidth: the peak of 1 Mbps is below the average of 8 Mbps",
            Setting.parse(Kind.V_SWITCH, "esx1/vSwitch0", "trafficShaping.peakBandwidth=1 Mbps"));
        assertRefused("set host esx1: Net.TeamPolicyUpDelay: 600001 is outside 0-600000", Setting.parse(Kind.HOST, "esx1", "Net.TeamPolicyUpDelay=600001"));
        assertRefused("set host esx1: Net.MLDVersion: is not supported yet", Setting.parse(Kind.HOST, "esx1", "Net.MLDVersion=1"));
        assertRefused("set nic ns1/0: promiscuous: cannot be set for a namespace: the guest decides itself", Setting.parse(Kind.NIC, "ns1/0", "promiscuous=yes"));
        assertRefused("set portgroup esx1/DMZ: vlan: has no value", group("esx1/DMZ", "vlan="));
        assertRefused("set portgroup esx1/DMZ: vlan: the value is not YAML", group("esx1/DMZ", "vlan=[1"));
        assertRefused("set portgroup esx1/DMZ: teaming.loadBalancing: 'loadBased' exists on distributed switches only (spec 4.18)",
            group("esx1/DMZ", "teaming.loadBalancing=loadBased"));
    }

    @Test void reportsEverySettingThatIsWrong() {
        assertThatThrownBy(() -> Topology.parse(LAB, "t.yaml", List.of(group("esx1/DMZ", "vlan=5000"), group("esx1/Own", "vlan=5000"),
            group("esx1/Own", "security.macChanges=x")))).isInstanceOfSatisfying(TopologyException.class, e ->
                assertThat(e.problems()).extracting(problem -> problem.file() + " " + problem.path() + " " + problem.line())
                    .containsExactlyInAnyOrder("set portgroup esx1/DMZ vlan 0", "set portgroup esx1/Own vlan 0", "set portgroup esx1/Own security.macChanges 0"));
    }

    @Test void refusesTargetsThatDoNotExist() {
        assertRefused("set portgroup esx3/DMZ: vlan: there is no host 'esx3'; did you mean 'esx1'?", group("esx3/DMZ", "vlan=1"));
        assertRefused("set portgroup esx1/DMX: vlan: host esx1 has no port group 'DMX'; did you mean 'DMZ'?", group("esx1/DMX", "vlan=1"));
        assertRefused("set vswitch esx1/vSwitch1: mtu: host esx1 has no vSwitch 'vSwitch1'; did you mean 'vSwitch0'?",
            Setting.parse(Kind.V_SWITCH, "esx1/vSwitch1", "mtu=1500"));
        assertRefused("set nic web2/0: promiscuous: there is no VM 'web2'; did you mean 'web1'?", Setting.parse(Kind.NIC, "web2/0", "promiscuous=yes"));
        assertRefused("set nic web1/2: promiscuous: VM web1 has no vNIC '2'; it has 0 to 1", Setting.parse(Kind.NIC, "web1/2", "promiscuous=yes"));
    }

    @Test void warnsOfWhatIsRisky() throws TopologyException {
        assertThat(Topology.parse(LAB, "t.yaml", List.of(group("esx1/DMZ", "security.promiscuousMode=accept"))).warnings()).singleElement()
            .satisfies(warning -> assertThat(warning.toString())
                .startsWith("set portgroup esx1/DMZ: warning: security.promiscuousMode: promiscuous mode with the active uplinks vmnic0, vmnic1"));
    }

    @Test void refusesWhatIsNoSettingWhenItIsRead() {
        for (var wrong : List.of(List.of("esx1/DMZ", "vlan", "'vlan' is no setting; write KEY=VALUE, for example security.forgedTransmits=reject"),
            List.of("esx1/DMZ", "=1", "'=1' is no setting"), List.of("esx1", "vlan=1", "'esx1' names no portgroup; write HOST/LABEL"),
            List.of("/DMZ", "vlan=1", "'/DMZ' names no portgroup"), List.of("esx1/", "vlan=1", "'esx1/' names no portgroup"),
            List.of("esx1/DMZ", "security.forged=reject", "'security.forged' cannot be set on a portgroup; allowed: vlan, security.promiscuousMode"),
            List.of("esx1/DMZ", "uplinks=[vmnic0]", "'uplinks' cannot be set on a portgroup"),
            List.of("esx1/DMZ", "security.macChange=x", "'security.macChange' cannot be set on a portgroup; did you mean 'security.macChanges'?"))) {
            assertThatThrownBy(() -> group(wrong.get(0), wrong.get(1))).isInstanceOf(IllegalArgumentException.class).hasMessageStartingWith(wrong.get(2));
        }
        assertThatThrownBy(() -> Setting.parse(Kind.HOST, "esx1/x", "Net.MinEtherLen=60")).hasMessageStartingWith("'esx1/x' names no host; write HOST");
        assertThatThrownBy(() -> Setting.parse(Kind.HOST, "esx1", "Net.TeamPolicyUpdelay=0")).hasMessageContaining("did you mean 'Net.TeamPolicyUpDelay'?");
        assertRefused("set portgroup esx1/DMZ: ports: 'ports' cannot be set on a portgroup", new Setting(Kind.PORT_GROUP, "esx1", "DMZ", "ports", "1"));
        assertThat(group("esx1/DMZ", " vlan = 5 ")).isEqualTo(new Setting(Kind.PORT_GROUP, "esx1", "DMZ", "vlan", "5"))
            .hasToString("set portgroup esx1/DMZ vlan=5");
        assertThat(Setting.parse(Kind.HOST, "esx1", "Net.MinEtherLen=60").target()).isEqualTo("esx1");
    }

    /// The paths that can be set are those of the file: none is forgotten, and none is left over.
    @Test void knowsThePathsOfTheFile() {
        var policies = new ArrayList<String>();
        Keys.SECURITY.supported().forEach(key -> policies.add("security." + key));
        Keys.TEAMING.supported().forEach(key -> policies.add("teaming." + key));
        Keys.FAILOVER_ORDER.supported().forEach(key -> policies.add("teaming.failoverOrder." + key));
        policies.add("trafficShaping");
        Keys.TRAFFIC_SHAPING.supported().forEach(key -> policies.add("trafficShaping." + key));
        policies.add(Setting.EXISTS);
        assertThat(Kind.PORT_GROUP.paths()).first().isEqualTo("vlan");
        assertThat(Kind.PORT_GROUP.paths().subList(1, Kind.PORT_GROUP.paths().size())).containsExactlyInAnyOrderElementsOf(policies);
        assertThat(Kind.V_SWITCH.paths()).containsAll(policies).contains("mtu", "ports", "uplinks").allSatisfy(path ->
            assertThat(path.equals(Setting.EXISTS) || Keys.VSWITCH.supported().contains(path.split("\\.")[0])).as(path).isTrue());
        assertThat(Kind.VMKERNEL.paths()).containsAll(Keys.VMKERNEL.supported()).contains(Setting.EXISTS).hasSize(Keys.VMKERNEL.supported().size() + 1);
        assertThat(Keys.NIC.supported()).containsAll(Kind.NIC.paths());
        assertThat(Kind.HOST.paths()).hasSameSizeAs(Arrays.asList(AdvancedOption.values()));
    }
}
