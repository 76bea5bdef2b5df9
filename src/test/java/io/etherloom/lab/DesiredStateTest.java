package io.etherloom.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.etherloom.lab.LabException.Kind;
import io.etherloom.event.EventLog;
import io.etherloom.lab.view.PlanView;
import io.etherloom.topology.Setting;
import io.etherloom.topology.Topology;
import io.etherloom.topology.TopologyException;
import io.etherloom.vswitch.Vnic;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What a lab shall be after settings by hand, pulled cables and new files. Blueprints are collected instead of converged.
final class DesiredStateTest {
    private static final String FILE = "/labs/test.yaml";
    private static final String TEXT = """
            name: test
            fabric: { switches: { tor1: { ports: { "1": { trunk: all }, "2": { trunk: all } } } } }
            hosts:
              esx1:
                pnics: { vmnic0: { link: tor1/1 }, vmnic1: { link: tor1/2 } }
                vSwitches:
                  vSwitch0:
                    uplinks: [vmnic0, vmnic1]
                    portGroups: { DMZ: { vlan: 20 }, "A/B": { vlan: 30 } }
              esx2: { like: esx1, pnics: { vmnic0: none, vmnic1: none }, vSwitches: { vSwitch0: { uplinks: [] } } }
            vms:
              web1: { host: esx1, kind: memory, nics: [ { portGroup: DMZ } ] }
              web2: { host: esx1, nics: [ { portGroup: DMZ } ] }
            """;

    private final List<Blueprint> converged = new ArrayList<>();
    private RuntimeException fault;
    private final DesiredState desired = new DesiredState(parse(TEXT), FILE, this::converge, new EventLog());

    private void converge(Blueprint wanted) {
        if (fault != null) {
            throw fault;
        }
        converged.add(wanted);
    }

    private static Topology parse(String text) {
        try {
            return Topology.parse(text, FILE);
        } catch (TopologyException refused) {
            throw new IllegalArgumentException(refused);
        }
    }

    private List<String> set(Setting.Kind kind, String target, String... assignments) {
        return desired.set(kind, target, List.of(assignments)).steps().stream().map(DesiredStateTest::line).toList();
    }

    private static String line(PlanView step) {
        return step.action() + " " + step.object() + ": " + step.detail();
    }

    private List<String> plan(String text) {
        return desired.plan(text, FILE).stream().map(DesiredStateTest::line).toList();
    }

    private void refused(Kind kind, String sentence, Setting.Kind what, String target, String... assignments) {
        assertThatThrownBy(() -> set(what, target, assignments)).as("%s %s", target, List.of(assignments))
                .isInstanceOfSatisfying(LabException.class, it -> assertThat(it.kind()).isEqualTo(kind))
                .hasMessageContaining(sentence);
    }

    @Test
    void theNumberOfAgentsIsForTheWholeLifeOfALabAndHowTheyIdleIsNot() {
        for (var changed : List.of("agents: 2", "agents: { taps: spread }")) {
            assertThatThrownBy(() -> plan(TEXT + changed)).isInstanceOf(LabException.class)
                    .hasMessageContaining("cannot change while the lab runs").hasMessageContaining("take it down and up again");
        }
        assertThat(plan(TEXT + "agents: auto")).isEmpty();
        assertThat(plan(TEXT + "agents: { idle: busyPoll }")).containsExactly("change lab test: agents.idle gentle -> busyPoll");
    }

    @Test
    void setsSeveralValuesAsOneChange() {
        assertThat(set(Setting.Kind.PORT_GROUP, "esx1/DMZ", "security.forgedTransmits=reject", "vlan=21")).containsExactly(
                "change port group esx1/DMZ: vlan 20 -> 21",
                "change port group esx1/DMZ: security.forgedTransmits accept -> reject (set by hand)");
        assertThat(converged).hasSize(1);
        assertThat(set(Setting.Kind.PORT_GROUP, "esx1/DMZ", "vlan=21")).as("it is so already").isEmpty();
    }

    @Test
    void setsWhatEveryKindHas() {
        assertThat(set(Setting.Kind.V_SWITCH, "esx1/vSwitch0", "mtu=9000")).contains("change vSwitch esx1/vSwitch0: mtu 1500 -> 9000");
        assertThat(set(Setting.Kind.HOST, "esx1", "Net.TeamPolicyUpDelay=0", "Etherloom.IpHashWidth=octet")).containsExactly(
                "change host esx1: Net.TeamPolicyUpDelay 100 -> 0", "change host esx1: Etherloom.IpHashWidth full32 -> octet");
        assertThat(set(Setting.Kind.NIC, "web1", "promiscuous=yes", "effectiveMac=02:00:00:00:00:01", "multicast=[01:00:5e:00:00:12]"))
                .containsExactly(
                        "change nic web1/0: effectiveMac initial -> 02:00:00:00:00:01",
                        "change nic web1/0: promiscuous no -> yes",
                        "change nic web1/0: multicast all -> [01:00:5e:00:00:12]");
    }

    @Test
    void setsAllOrNothing() {
        refused(Kind.INVALID, "set portgroup esx1/DMZ", Setting.Kind.PORT_GROUP, "esx1/DMZ", "security.forgedTransmits=reject", "vlan=9999");
        assertThat(converged).isEmpty();
        assertThat(plan(TEXT)).isEmpty();
    }

    @Test
    void saysWhatThereIsInsteadOfWhatWasMeant() {
        refused(Kind.NOT_FOUND, "no host esx9; did you mean 'esx1'?", Setting.Kind.HOST, "esx9", "Net.TeamPolicyUpDelay=0");
        refused(Kind.NOT_FOUND, "host esx1 has no port group DMX; did you mean 'DMZ'?", Setting.Kind.PORT_GROUP, "esx1/DMX", "vlan=1");
        refused(Kind.NOT_FOUND, "host esx1 has no port group without a name; allowed: DMZ, A/B", Setting.Kind.PORT_GROUP, "esx1", "vlan=1");
        refused(Kind.NOT_FOUND, "host esx1 has no vSwitch vSwitch1; did you mean 'vSwitch0'?", Setting.Kind.V_SWITCH, "esx1/vSwitch1", "mtu=1");
        refused(Kind.NOT_FOUND, "no vm web3; did you mean 'web1'?", Setting.Kind.NIC, "web3/0", "promiscuous=yes");
        refused(Kind.NOT_FOUND, "vm web1 has no nic 7", Setting.Kind.NIC, "web1/7", "promiscuous=yes");
        refused(Kind.INVALID, "did you mean 'security.forgedTransmits'?", Setting.Kind.PORT_GROUP, "esx1/DMZ", "security.forgedTransmit=reject");
        refused(Kind.INVALID, "did you mean 'vlan'?", Setting.Kind.PORT_GROUP, "esx1/DMZ", "vlna=");
        refused(Kind.INVALID, "the guest decides itself", Setting.Kind.NIC, "web2/0", "promiscuous=yes");
        assertThat(converged).isEmpty();
    }

    @Test
    void givesAValueBackToTheFile() {
        set(Setting.Kind.PORT_GROUP, "esx1/DMZ", "teaming.failoverOrder.active=[vmnic1]", "teaming.failoverOrder.standby=[vmnic0]", "vlan=21");
        assertThat(set(Setting.Kind.PORT_GROUP, "esx1/DMZ", "teaming.failoverOrder=")).as("all that is below it").containsExactly(
                "change port group esx1/DMZ: teaming.failoverOrder.active [vmnic1] (set by hand) -> [vmnic0, vmnic1]",
                "change port group esx1/DMZ: teaming.failoverOrder.standby [vmnic0] (set by hand) -> []");
        assertThat(set(Setting.Kind.PORT_GROUP, "esx1/DMZ", "vlan=")).containsExactly("change port group esx1/DMZ: vlan 21 -> 20");
        assertThat(set(Setting.Kind.PORT_GROUP, "esx1/DMZ", "vlan=")).as("twice is no fault").isEmpty();
    }

    /// A label may hold a slash, and may be named with its vSwitch: one object all the same.
    @Test
    void knowsAPortGroupByEachOfItsNames() {
        set(Setting.Kind.PORT_GROUP, "esx1/vSwitch0/A/B", "vlan=31");
        assertThat(set(Setting.Kind.PORT_GROUP, "esx1/A/B", "vlan=32")).containsExactly("change port group esx1/A/B: vlan 31 -> 32");
        assertThat(set(Setting.Kind.PORT_GROUP, "esx1/vSwitch0/A/B", "vlan=")).containsExactly("change port group esx1/A/B: vlan 32 -> 30");
    }

    @Test
    void addsAndRemovesAVSwitchWithAllThatIsOnIt() {
        assertThat(set(Setting.Kind.V_SWITCH, "esx1/vSwitch1", "mtu=9000", "exists=yes")).containsExactly("add vSwitch esx1/vSwitch1: ");
        assertThat(desired.topology().hosts().get("esx1").vSwitches().get("vSwitch1").mtu()).isEqualTo(9000);
        assertThat(desired.topology().hosts().get("esx2").vSwitches()).as("a host that is like it").doesNotContainKey("vSwitch1");
        assertThat(set(Setting.Kind.V_SWITCH, "esx1/vSwitch1", "exists=yes")).as("twice is no fault").isEmpty();
        set(Setting.Kind.PORT_GROUP, "esx1/vSwitch1/Test", "exists=yes", "vlan=30", "security.macChanges=reject");
        assertThat(set(Setting.Kind.PORT_GROUP, "esx1/Test", "vlan=31")).containsExactly("change port group esx1/Test: vlan 30 -> 31");
        assertThat(set(Setting.Kind.V_SWITCH, "esx1/vSwitch1", "exists=no")).containsExactly("remove vSwitch esx1/vSwitch1: ");
        assertThat(set(Setting.Kind.V_SWITCH, "esx1/vSwitch1", "exists=no")).as("twice is no fault").isEmpty();
        set(Setting.Kind.V_SWITCH, "esx1/vSwitch1", "exists=yes");
        assertThat(desired.topology().hosts().get("esx1").vSwitches().get("vSwitch1").portGroups()).isEmpty();
        assertThat(plan(TEXT)).containsExactly("remove vSwitch esx1/vSwitch1: ");
        desired.apply(TEXT, FILE);
        assertThat(desired.overrides().settings()).isEmpty();
    }

    @Test
    void removesAPortGroupOfTheFileAndPutsItBackOrMakesItAnew() {
        set(Setting.Kind.PORT_GROUP, "esx1/A/B", "security.macChanges=reject");
        assertThat(set(Setting.Kind.PORT_GROUP, "esx1/A/B", "exists=no")).containsExactly("remove port group esx1/A/B: ");
        refused(Kind.NOT_FOUND, "host esx1 has no port group A/B; allowed: DMZ", Setting.Kind.PORT_GROUP, "esx1/A/B", "vlan=1");
        refused(Kind.NOT_FOUND, "host esx1 has no vSwitch A; allowed: vSwitch0", Setting.Kind.PORT_GROUP, "esx1/A/B", "exists=yes");
        assertThat(set(Setting.Kind.PORT_GROUP, "esx1/vSwitch0/A/B", "exists=yes")).containsExactly("add port group esx1/A/B: ");
        assertThat(desired.topology().hosts().get("esx1").vSwitches().get("vSwitch0").portGroups().get("A/B").vlan()).as("of a new one").isZero();
        assertThat(set(Setting.Kind.PORT_GROUP, "esx1/A/B", "exists=")).containsExactly("change port group esx1/A/B: vlan 0 -> 30");
        assertThat(plan(TEXT)).as("what was set on it went with it").isEmpty();
    }

    /// As the file is validated: what needs the object refuses, and nothing has changed.
    @Test
    void refusesToRemoveWhatIsInUse() {
        refused(Kind.INVALID, "vms.web1.nics[0].portGroup", Setting.Kind.PORT_GROUP, "esx1/DMZ", "exists=no");
        refused(Kind.INVALID, "vms.web1.nics[0].portGroup", Setting.Kind.V_SWITCH, "esx1/vSwitch0", "exists=no");
        refused(Kind.NOT_FOUND, "host esx1 has no vSwitch vSwitch1; did you mean 'vSwitch0'?", Setting.Kind.PORT_GROUP, "esx1/vSwitch1/DMZ", "exists=yes");
        refused(Kind.INVALID, "is yes, no or new", Setting.Kind.V_SWITCH, "esx1/vSwitch1", "exists=perhaps");
        refused(Kind.INVALID, "on which vSwitch shall there be a port group Test? Write HOST/SWITCH/LABEL; host esx1 has vSwitch0",
                Setting.Kind.PORT_GROUP, "esx1/Test", "exists=yes");
        refused(Kind.NOT_FOUND, "host esx1 has no vSwitch vSwtch0; did you mean 'vSwitch0'?", Setting.Kind.V_SWITCH, "esx1/vSwtch0", "exists=no");
        refused(Kind.INVALID, "is no name for a vSwitch", Setting.Kind.V_SWITCH, "esx1/../etc", "exists=yes");
        assertThat(plan(TEXT)).isEmpty();
        assertThat(desired.overrides().settings()).isEmpty();
        set(Setting.Kind.V_SWITCH, "esx1/vSwitch1", "exists=yes");
        refused(Kind.INVALID, "the label 'DMZ' is taken", Setting.Kind.PORT_GROUP, "esx1/vSwitch1/DMZ", "exists=yes");
    }

    /// Spec 4.21: no team sends by a pNIC that its vSwitch does not have.
    @Test
    void takesAnUplinkFromTheTeamsOfItsVSwitch() {
        set(Setting.Kind.PORT_GROUP, "esx1/DMZ", "teaming.failoverOrder={ active: [vmnic1], standby: [vmnic0] }");
        assertThat(set(Setting.Kind.V_SWITCH, "esx1/vSwitch0", "uplinks=[vmnic0]"))
                .contains("change vSwitch esx1/vSwitch0: uplinks [vmnic0, vmnic1] -> [vmnic0]",
                        "change port group esx1/DMZ: teaming.failoverOrder.active [vmnic1] -> [] (set by hand)");
        refused(Kind.INVALID, "'vmnic1' is no uplink of this vSwitch", Setting.Kind.PORT_GROUP, "esx1/DMZ", "teaming.failoverOrder.active=[vmnic1]");
        set(Setting.Kind.V_SWITCH, "esx1/vSwitch1", "exists=yes", "uplinks=[vmnic1]");
        refused(Kind.INVALID, "'vmnic1' is an uplink at", Setting.Kind.V_SWITCH, "esx1/vSwitch0", "uplinks=[vmnic0, vmnic1]");
        set(Setting.Kind.V_SWITCH, "esx1/vSwitch1", "exists=no");
        set(Setting.Kind.V_SWITCH, "esx1/vSwitch0", "uplinks=[vmnic0, vmnic1]");
        assertThat(converged.getLast().ports()).containsKey("esx1/vSwitch0|vmnic1");
    }

    @Test
    void addsChangesAndRemovesAVmKernelPort() {
        assertThat(set(Setting.Kind.VMKERNEL, "esx1/vmk1", "exists=yes", "portGroup=A/B", "ip=[10.0.0.5/24]", "mtu=1400"))
                .containsExactly("add vmkernel esx1/vmk1: ");
        assertThat(set(Setting.Kind.VMKERNEL, "esx1/vmk1", "ip=10.0.0.6/24")).containsExactly(
                "change vmkernel esx1/vmk1: addresses [10.0.0.5/24] -> [10.0.0.6/24]");
        refused(Kind.INVALID, "portGroup", Setting.Kind.VMKERNEL, "esx1/vmk2", "exists=yes");
        refused(Kind.NOT_FOUND, "host esx1 has no VMkernel port vmk7; did you mean 'vmk1'?", Setting.Kind.VMKERNEL, "esx1/vmk7", "mtu=1400");
        assertThat(set(Setting.Kind.VMKERNEL, "esx1/vmk1", "exists=no")).containsExactly("remove vmkernel esx1/vmk1: ");
        assertThat(plan(TEXT)).isEmpty();
    }

    /// Spec 1.39, 1.40.
    @Test
    void tellsOfThePortGroupsThatInherit() {
        set(Setting.Kind.PORT_GROUP, "esx1/DMZ", "security.macChanges=accept");
        assertThat(set(Setting.Kind.V_SWITCH, "esx1/vSwitch0", "security.macChanges=reject")).containsExactly(
                "change vSwitch esx1/vSwitch0: security.macChanges accept -> reject (set by hand)",
                "change port group esx1/A/B: security.macChanges accept -> reject (set by hand)");
    }

    @Test
    void saysWhenOnlyTheOriginChanges() {
        assertThat(set(Setting.Kind.PORT_GROUP, "esx1/DMZ", "trafficShaping.enabled=no"))
                .containsExactly("change port group esx1/DMZ: trafficShaping, default -> set by hand");
    }

    @Test
    void applyingTheFilePutsBackWhatWasSetAndSaysSo() {
        set(Setting.Kind.PORT_GROUP, "esx1/DMZ", "security.forgedTransmits=reject");
        set(Setting.Kind.HOST, "esx1", "Net.TeamPolicyUpDelay=0");
        var back = List.of(
                "change host esx1: Net.TeamPolicyUpDelay 0 -> 100",
                "change port group esx1/DMZ: security.forgedTransmits reject (set by hand) -> accept");
        assertThat(plan(TEXT)).isEqualTo(back);
        assertThat(desired.apply(TEXT, FILE).stream().map(DesiredStateTest::line)).isEqualTo(back);
        assertThat(plan(TEXT)).isEmpty();
        assertThat(desired.overrides().settings()).isEmpty();
    }

    /// The file may have been edited since; what runs is the text that was applied last.
    @Test
    void setsOnTheTextThatRuns() {
        desired.apply(TEXT.replace("vlan: 20", "vlan: 22"), FILE);
        assertThat(set(Setting.Kind.PORT_GROUP, "esx1/DMZ", "security.forgedTransmits=reject"))
                .containsExactly("change port group esx1/DMZ: security.forgedTransmits accept -> reject (set by hand)");
    }

    @Test
    void warnsOfWhatIsDoubtfulSinceThisChange() {
        var first = desired.set(Setting.Kind.PORT_GROUP, "esx1/DMZ", List.of("teaming.loadBalancing=ipHash"));
        assertThat(first.warnings()).singleElement().asString()
                .startsWith("set portgroup esx1/DMZ: teaming.loadBalancing: ipHash needs a static EtherChannel");
        assertThat(desired.set(Setting.Kind.PORT_GROUP, "esx1/DMZ", List.of("vlan=21")).warnings()).isEmpty();
    }

    @Test
    void refusesWithoutRepeatingWhatWasDoubtfulBefore() {
        set(Setting.Kind.PORT_GROUP, "esx1/DMZ", "teaming.loadBalancing=ipHash");
        assertThatThrownBy(() -> desired.set(Setting.Kind.HOST, "esx1", List.of("Net.TeamPolicyUpDelay=-1")))
                .hasMessage("set host esx1: Net.TeamPolicyUpDelay: -1 is outside 0-600000");
    }

    @Test
    void leavesAloneWhatElseWasSwitchedByHand() {
        desired.power("web1", false);
        assertThat(set(Setting.Kind.PORT_GROUP, "esx1/DMZ", "vlan=21")).containsExactly("change port group esx1/DMZ: vlan 20 -> 21");
        assertThat(desired.overrides().isPowered("web1", true)).isFalse();
        assertThat(plan(TEXT)).contains("change vm web1: power off -> on");
    }

    @Test
    void desiresWhatItDidBeforeWhenConvergingFails() {
        set(Setting.Kind.PORT_GROUP, "esx1/DMZ", "vlan=21");
        fault = new LabException(Kind.ENVIRONMENT, "the kernel refused");
        refused(Kind.ENVIRONMENT, "the kernel refused", Setting.Kind.PORT_GROUP, "esx1/DMZ", "vlan=22");
        assertThatThrownBy(() -> desired.link("tor1", "1", false)).hasMessage("the kernel refused");
        fault = null;
        assertThat(plan(TEXT)).containsExactly("change port group esx1/DMZ: vlan 21 -> 20");
        assertThat(desired.overrides().isPulled("tor1", "1")).isFalse();
    }

    @Test
    void keepsPulledCablesWhenTheFileIsApplied() {
        desired.link("esx1", "vmnic0", false);
        desired.link("tor1", "2", false);
        desired.apply(TEXT.replace("vlan: 20", "vlan: 22"), FILE);
        assertThat(converged.getLast().ports().get("esx1/vSwitch0|vmnic0").isLinkUp()).isFalse();
        assertThat(converged.getLast().ports().get("esx1/vSwitch0|vmnic1").isLinkUp()).isFalse();
        desired.link("esx1", "vmnic0", true);
        desired.link("tor1", "2", true);
        assertThat(converged.getLast().ports().get("esx1/vSwitch0|vmnic0").isLinkUp()).isTrue();
        assertThat(converged.getLast().ports().get("tor1|2").isLinkUp()).isTrue();
    }

    @Test
    void plugsACableInByEitherEnd() {
        desired.link("tor1", "1", false);
        desired.link("esx1", "vmnic0", true);
        assertThat(converged.getLast().ports().get("esx1/vSwitch0|vmnic0").isLinkUp()).isTrue();
        desired.link("esx1", "vmnic0", false);
        desired.link("tor1", "1", true);
        assertThat(converged.getLast().ports().get("esx1/vSwitch0|vmnic0").isLinkUp()).isTrue();
        assertThat(converged.getLast().ports().get("tor1|1").isLinkUp()).isTrue();
    }

    @Test
    void saysWhichEndsOfCablesThereAre() {
        assertThatThrownBy(() -> desired.link("tor1", "9", false)).hasMessageContaining("physical switch tor1 has no port 9;").hasMessageContaining("1, 2");
        assertThatThrownBy(() -> desired.link("esx1", "vmnic7", false)).hasMessageContaining("host esx1 has no pnic vmnic7; did you mean");
        assertThatThrownBy(() -> desired.link("tor9", "1", false)).hasMessageContaining("no host or physical switch tor9; did you mean 'tor1'?");
    }

    /// Spec 5.6: at power-on the effective MAC is the initial one, and nothing that the guest asked for holds.
    @Test
    void aGuestThatIsPoweredOffForgetsWhatWasSetInItsPlace() {
        set(Setting.Kind.NIC, "web1/0", "effectiveMac=00:50:56:00:00:99", "promiscuous=yes");
        assertThat(vnic().mac()).isEqualTo(0x0050_5600_0099L);
        desired.power("web1", false);
        desired.power("web1", true);
        assertThat(vnic().mac()).isEqualTo(vnic().initialMac());
        assertThat(vnic().asksPromiscuous()).isFalse();
    }

    private Vnic vnic() {
        var port = converged.getLast().ports().get(Blueprint.PortPlan.key("esx1/vSwitch0", "web1.eth0"));
        return ((Blueprint.Rule.Access) port.rule()).vnic();
    }

    /// Spec 1.10, 1.11.
    @Test
    void portIdsOfARunningLabBeginWithWhatTheyBeganWith() {
        assertThatThrownBy(() -> set(Setting.Kind.HOST, "esx1", "Etherloom.PortsetBase=1"))
                .isInstanceOfSatisfying(LabException.class, refused -> assertThat(refused.kind()).isEqualTo(Kind.CONFLICT))
                .hasMessageContaining("Etherloom.PortsetBase of host esx1 cannot change while the lab runs (2 -> 1); take it down and up again");
    }

    private static final String VISITOR = "{host: esx1, kind: external, nics: [{portGroup: DMZ, mac: 00:50:56:00:00:07, ip: [10.0.0.7/24]}]}";

    /// A file that says nothing of a VM from outside leaves it alone, where it is and as it was set.
    @Test
    void aVmFromOutsideStaysUntilItLeaves() {
        desired.arrive("c1", VISITOR);
        assertThat(converged.getLast().ports()).containsKey("esx1/vSwitch0|c1.eth0");
        assertThat(converged.getLast().endpoints().get("c1").devices()).singleElement().isInstanceOf(Blueprint.DevicePlan.ExternalTap.class);
        desired.move(desired.prospect("c1", "esx2"));
        desired.connect("c1", 0, false);
        set(Setting.Kind.PORT_GROUP, "esx1/DMZ", "vlan=21");
        assertThat(plan(TEXT)).containsExactly("change port group esx1/DMZ: vlan 21 -> 20");
        desired.apply(TEXT, FILE);
        assertThat(desired.topology().vms().get("c1").host()).isEqualTo("esx2");
        assertThat(converged.getLast().ports()).doesNotContainKey("esx2/vSwitch0|c1.eth0");
        desired.connect("c1", 0, true);
        assertThat(converged.getLast().ports()).containsKey("esx2/vSwitch0|c1.eth0");
        desired.leave("c1");
        assertThat(converged.getLast().endpoints()).doesNotContainKey("c1");
        assertThat(plan(TEXT)).isEmpty();
        desired.arrive("c1", VISITOR);
        assertThat(desired.topology().vms().get("c1").host()).as("it is another one").isEqualTo("esx1");
    }

    @Test
    void aVmFromOutsideIsCheckedLikeOneOfTheFile() {
        refused(Kind.CONFLICT, "there is a VM web1 already", () -> desired.arrive("web1", VISITOR));
        refused(Kind.INVALID, "set vm c1: exists: there is no host 'esx9'", () -> desired.arrive("c1", VISITOR.replace("esx1", "esx9")));
        refused(Kind.INVALID, "host esx1 has no port group 'DMX'", () -> desired.arrive("c1", VISITOR.replace("DMZ", "DMX")));
        refused(Kind.INVALID, "'c 1' is no name for a VM", () -> desired.arrive("c 1", VISITOR));
        refused(Kind.CONFLICT, "only a VM that came by hand can leave", () -> desired.leave("web1"));
        refused(Kind.NOT_FOUND, "no vm c1", () -> desired.leave("c1"));
        desired.arrive("c1", VISITOR);
        refused(Kind.CONFLICT, "there is a VM c1 already", () -> desired.arrive("c1", VISITOR));
        refused(Kind.CONFLICT, "docker stop c1", () -> desired.power("c1", false));
        assertThatThrownBy(() -> parse(TEXT + "  c2: { host: esx1, kind: external }")).hasMessageContaining("VMs of kind external come by hand");
    }

    private static void refused(Kind kind, String sentence, Runnable change) {
        assertThatThrownBy(change::run).isInstanceOfSatisfying(LabException.class, it -> assertThat(it.kind()).isEqualTo(kind)).hasMessageContaining(sentence);
    }

    /// A container, its namespace included, is another one when it is made of something else.
    @Test
    void anotherImageIsAnotherContainer() {
        var text = TEXT + "  db: { host: esx1, kind: container, image: a, nics: [ { portGroup: DMZ } ] }";
        var first = BlueprintCompiler.compile(parse(text), new Overrides());
        var second = BlueprintCompiler.compile(parse(text.replace("image: a", "image: b")), new Overrides());
        assertThat(first.remadeIn(first)).isEmpty();
        assertThat(first.remadeIn(second)).containsExactly("db");
        assertThat(first.without(first.remadeIn(second)).endpoints()).doesNotContainKey("db").containsKey("web2");
        assertThat(first.without(first.remadeIn(second)).ports()).doesNotContainKey("esx1/vSwitch0|db.eth0").containsKey("esx1/vSwitch0|web2.eth0");
        desired.apply(text, FILE);
        assertThat(plan(text.replace("image: a", "image: b, command: [x]"))).containsExactly("change vm db: image a -> b", "change vm db: command [] -> [x]");
    }
}
