package io.etherloom.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.etherloom.frame.DropReason;
import io.etherloom.model.Delivery;
import io.etherloom.model.Outcome;
import io.etherloom.topology.Origin;
import io.etherloom.topology.Topology;
import io.etherloom.wire.MacAddress;
import java.time.Duration;
import java.util.HashSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// Objects, ports, identities and inheritance (spec section 1).
final class PortScenariosTest extends Scenario {
    private static void assertRefused(String yaml, String... words) {
        assertThatThrownBy(() -> MemoryLab.of(yaml)).isInstanceOf(IllegalArgumentException.class).message().contains(words);
    }

    /// Spec 1.2.
    @Test
    void aPnicBelongsToOneSwitch() {
        assertRefused(host().replace("    vSwitches:\n",
                "    vSwitches:\n      vSwitch1: { uplinks: [vmnic1] }\n"), "vmnic1");
    }

    /// Spec 1.4: an uplink is a pNIC, and a pNIC is cabled to a physical port; no port joins two vSwitches.
    @Test
    void noPortJoinsTwoSwitches() {
        assertRefused(host().replace("vmnic1: { tap: up1 }", "vmnic1: { link: esx1/vmnic0 }"), "esx1");
        assertRefused(host().replace("uplinks: [vmnic0, vmnic1]", "uplinks: [vSwitch1]"), "vSwitch1");
    }

    /// Spec 1.8: labels are case sensitive and unique on a host.
    @Test
    void labelsAreUniqueAndCaseSensitive() {
        assertRefused(host().replace("B: { vlan: 10 }", "A: { vlan: 10 }"), "A");
        assertRefused(host().replace("    vSwitches:\n", "    vSwitches:\n      vSwitch1: { portGroups: { A: { vlan: 30 } } }\n"), "A");
        assertRefused(host().replace("portGroup: A, mac: 00:50:56:00:00:01", "portGroup: a, mac: 00:50:56:00:00:01"), "a");
        var lab = start(host().replace("B: { vlan: 10 }", "a: { vlan: 30 }").replace("portGroup: B", "portGroup: a"));
        assertThat(lab.send("b1", frame(A1, B1))).isEqualTo(copies(copy("up0", tagged(30, frame(A1, B1)))));
    }

    /// Spec 1.9: a port exists from connect to disconnect or power-off, and no longer.
    @Test
    void aPortExistsWhileItsVnicIsConnected() {
        var lab = startHost();
        assertThat(lab.runtime(SWITCH).ports()).containsKey("a2.eth0");
        lab.connect("a2", 0, false);
        assertThat(lab.runtime(SWITCH).ports()).doesNotContainKey("a2.eth0");
        assertThat(lab.send("a1", frame(A2, A1))).isEqualTo(copies(copy("up0", tagged(10, frame(A2, A1)))));
        lab.connect("a2", 0, true);
        assertThat(lab.send("a1", frame(A2, A1))).isEqualTo(copies(copy("a2", frame(A2, A1))));
        lab.power("a2", false);
        assertThat(lab.runtime(SWITCH).ports()).doesNotContainKey("a2.eth0");
        lab.power("a2", true);
        assertThat(lab.send("a1", frame(A2, A1))).isEqualTo(copies(copy("a2", frame(A2, A1))));
    }

    /// Spec 1.10: portset index in the upper eight bits; slot 1 is the host's own, then uplinks, vmks and VMs.
    @Test
    void portIdsAreMadeOfPortsetAndSlot() {
        var yaml = host().replace("vms:\n", "    vmkernel: { vmk0: { portGroup: N } }\nvms:\n");
        var lab = start(yaml);
        assertThat(lab.runtime(SWITCH).portId(1)).isEqualTo(33_554_433L);
        assertThat(lab.portId(SWITCH, "vmnic0")).isEqualTo(33_554_434L);
        assertThat(lab.portId(SWITCH, "vmnic1")).isEqualTo(0x200_0003L);
        assertThat(lab.portId(SWITCH, "vmk0")).isEqualTo(0x200_0004L);
        assertThat(lab.portId(SWITCH, "a1.eth0")).isEqualTo(0x200_0005L);
        var second = start(host().replace("    vSwitches:\n", "    vSwitches:\n      vSwitchX: { portGroups: { X: { vlan: 30 } } }\n"));
        assertThat(second.runtime("esx1/vSwitchX").portId(1)).isEqualTo(0x200_0001L);
        assertThat(second.runtime(SWITCH).portId(1)).isEqualTo(0x300_0001L);
    }

    /// Spec 1.10, Etherloom.PortsetBase: 1 under vi3, 2 later, and as the file says.
    @Test
    void theFirstPortsetIsThatOfTheProfile() {
        assertThat(start("profile: vi3\n" + host()).portId(SWITCH, "vmnic0")).isEqualTo(0x100_0002L);
        assertThat(start("profile: vss-classic\n" + host()).portId(SWITCH, "vmnic0")).isEqualTo(0x200_0002L);
        assertThat(start("profile: modern\n" + host()).portId(SWITCH, "vmnic0")).isEqualTo(0x200_0002L);
        assertThat(startHost("Etherloom.PortsetBase: 1").portId(SWITCH, "vmnic0")).isEqualTo(0x100_0002L);
        assertThat(startHost("Etherloom.PortsetBase: 2").portId(SWITCH, "vmnic0")).isEqualTo(0x200_0002L);
    }

    /// Spec 1.11: fixed while the VM runs there; another after a reconnect, and so perhaps another uplink.
    @Test
    void thePortIdIsFixedWhileTheVnicIsConnected() {
        var lab = startHost();
        long id = lab.portId(SWITCH, "b1.eth0");
        lab.power("a1", false);
        lab.connect("a2", 0, false);
        lab.apply(host().replace("A: { vlan: 10 }", "A: { vlan: 30 }"));
        assertThat(lab.portId(SWITCH, "b1.eth0")).isEqualTo(id);
        lab.connect("b1", 0, false);
        lab.connect("b1", 0, true);
        assertThat(lab.portId(SWITCH, "b1.eth0")).isNotEqualTo(id);
        assertThat(lab.send("b1", frame(X10, B1)).deliveries()).hasSize(1);
    }

    /// Spec 1.35, Net.PortDisableTimeout: frames that wait in a port that goes are waited for, so long and no longer.
    @Test
    void aPortThatGoesIsDrainedForAWhile() {
        assertThat(millisToDisconnect("Net.PortDisableTimeout: 0")).isLessThan(60);
        assertThat(millisToDisconnect("Net.PortDisableTimeout: 60")).isBetween(60L, 5000L);
    }

    private long millisToDisconnect(String option) {
        var lab = startHost(option);
        lab.stall("a2", true);
        assertThat(lab.send("a1", frame(A2, A1))).isEqualTo(Outcome.NOTHING);
        long begin = System.nanoTime();
        assertThat(lab.connect("a2", 0, false)).isEqualTo(dropped("a2", DropReason.PORT_DISABLED));
        return Duration.ofNanos(System.nanoTime() - begin).toMillis();
    }

    /// Spec 1.36, Net.FollowHardwareMac: 1, the default before modern, and 0.
    @Test
    void vmk0HasTheAddressOfTheFirstPnicWhereItFollows() throws Exception {
        var yaml = host("OPTION").replace("vms:\n",
                "    vmkernel: { vmk0: { portGroup: N }, vmk1: { portGroup: N } }\nvms:\n");
        var follows = Topology.parse(yaml.replace("OPTION", "Net.FollowHardwareMac: 1"), "t").hosts().get("esx1");
        assertThat(follows.vmkernel().get("vmk0").mac()).isEqualTo(follows.pnics().get("vmnic0").mac());
        var own = Topology.parse(yaml.replace("OPTION", "Net.FollowHardwareMac: 0"), "t").hosts().get("esx1");
        assertThat(own.vmkernel().get("vmk0").mac()).isNotEqualTo(own.pnics().get("vmnic0").mac());
        assertThat(MacAddress.format(follows.vmkernel().get("vmk1").mac())).startsWith("00:50:56:6");
        var classic = Topology.parse(yaml.replace("OPTION", ""), "t").hosts().get("esx1");
        assertThat(classic.vmkernel().get("vmk0").mac()).isEqualTo(classic.pnics().get("vmnic0").mac());
        var modern = Topology.parse("profile: modern\n" + yaml.replace("OPTION", ""), "t").hosts().get("esx1");
        assertThat(modern.vmkernel().get("vmk0").mac()).isNotEqualTo(modern.pnics().get("vmnic0").mac());
        var lab = start(yaml.replace("OPTION", ""));
        long vmk0 = classic.vmkernel().get("vmk0").mac();
        assertThat(lab.send("n1", frame(vmk0, N1))).isEqualTo(copies(new Delivery("esx1.vmk0", frame(vmk0, N1))));
    }

    /// Spec 1.37: addresses that are drawn lie in 00:50:56:80:00:00 to 00:50:56:bf:ff:ff, are the same each time, and differ.
    @Test
    void drawnAddressesLieInTheVirtualCentersRange() throws Exception {
        var yaml = host().replaceAll(", mac: [0-9a-f:]+", "");
        var macs = new HashSet<Long>();
        Topology.parse(yaml, "t").vms().values().forEach(vm -> macs.add(vm.nics().getFirst().mac()));
        assertThat(macs).hasSize(6).allMatch(mac -> mac >= 0x0050_5680_0000L && mac <= 0x0050_56bf_ffffL);
        var again = new HashSet<Long>();
        Topology.parse(yaml, "t").vms().values().forEach(vm -> again.add(vm.nics().getFirst().mac()));
        assertThat(again).isEqualTo(macs);
        assertThat(Topology.parse(host().replace("00:50:56:00:00:01", "02:00:00:00:00:01"), "t").warnings())
                .anyMatch(it -> it.message().contains("00:50:56"));
    }

    /// Spec 1.39, 1.40: a port group follows the switch item by item; what it sets is its own, and nothing else is.
    @Test
    void aPortGroupOverridesItemByItem() throws Exception {
        var yaml = host()
                .replace("teaming: {", "teaming: { failoverOrder: { active: [vmnic0] },")
                .replace("B: { vlan: 10 }", "B: { vlan: 10, teaming: { failoverOrder: { active: [vmnic1] } } }");
        var groups = Topology.parse(yaml, "t").hosts().get("esx1").vSwitches().get("vSwitch0").portGroups();
        assertThat(groups.get("A").policy().teaming().failoverOrder().origin()).isEqualTo(Origin.VSWITCH);
        assertThat(groups.get("B").policy().teaming().failoverOrder().origin()).isEqualTo(Origin.PORT_GROUP);
        assertThat(groups.get("B").policy().teaming().loadBalancing().origin()).isNotEqualTo(Origin.PORT_GROUP);
        assertThat(groups.get("B").policy().security().macChanges().origin()).isNotEqualTo(Origin.PORT_GROUP);
        var lab = start(yaml);
        assertThat(lab.uplinkOf(SWITCH, "a2.eth0")).isEqualTo("vmnic0");
        assertThat(lab.uplinkOf(SWITCH, "b1.eth0")).isEqualTo("vmnic1");
    }

    /// Section 0, spec 1.22: 56 ports under vi3, 128 under vss-classic, as many as wanted under modern.
    @Test
    void theProfileSaysHowManyPortsASwitchHas() {
        withVms("vi3", 56);
        assertRefused(yamlWithVms("vi3", 57), "56");
        withVms("vss-classic", 128);
        assertRefused(yamlWithVms("vss-classic", 129), "128");
        withVms("modern", 200);
    }

    private void withVms(String profile, int vms) {
        var lab = start(yamlWithVms(profile, vms));
        assertThat(lab.send("m0", frame(BROADCAST, A1)).deliveries()).hasSize(vms - 1);
    }

    private static String yamlWithVms(String profile, int count) {
        var text = new StringBuilder("name: test\nprofile: " + profile
                + "\nhosts: { esx1: { vSwitches: { vSwitch0: { portGroups: { A: { vlan: 10 } } } } } }\nvms:\n");
        IntStream.range(0, count).forEach(i ->
                text.append("  m").append(i).append(": { host: esx1, kind: memory, nics: [ { portGroup: A } ] }\n"));
        return text.toString();
    }

    /// Section 0: what a profile would need and this release has not is refused, and so is what the profile does not have.
    @Test
    void theProfileSaysWhatMayBeSet() {
        assertRefused("profile: modern\n" + host("Etherloom.ReversePolicy: 0"), "ReversePolicy");
        assertRefused("profile: vss-2\n" + host(), "profile");
        assertRefused(host("Net.MLDVersion: 1"), "MLDVersion", "multicast snooping");
        start("profile: vi3\n" + host("Etherloom.ReversePolicy: 0"));
    }

    /// A converging change of one port group leaves ports, devices and counters of the others alone.
    @Test
    void portsThatAreNotNamedDoNotBlink() {
        var lab = startHost();
        lab.send("b1", frame(A1, B1));
        var port = lab.port(SWITCH, "b1.eth0");
        var counters = port.counters();
        var device = port.device();
        lab.apply(host().replace("C: { vlan: 20 }", "C: { vlan: 21 }"));
        assertThat(lab.port(SWITCH, "b1.eth0")).isSameAs(port);
        assertThat(port.counters()).isSameAs(counters);
        assertThat(port.device()).isSameAs(device);
        assertThat(counters.inFrames()).isEqualTo(1);
        assertThat(lab.send("c1", frame(X20, C1))).isEqualTo(copies(copy("up1", tagged(21, frame(X20, C1)))));
    }
}
