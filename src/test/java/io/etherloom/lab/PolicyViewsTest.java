package io.etherloom.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.etherloom.lab.view.PortGroupView;
import io.etherloom.lab.view.PortGroupView.PolicyValue;
import io.etherloom.lab.view.SecurityView;
import io.etherloom.topology.Setting;
import io.etherloom.topology.Units;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// What `show portgroups`, `show security`, `show shapers` and the like say of policies that really hold.
final class PolicyViewsTest extends Scenario {
    private static SecurityView security(MemoryLab lab, String usedBy) {
        return new PolicyViews(lab.state()).security().stream().filter(it -> it.usedBy().equals(usedBy)).findFirst().orElseThrow();
    }

    private static PortGroupView portGroup(MemoryLab lab, String label) {
        return new PolicyViews(lab.state()).portGroups().stream().filter(it -> it.name().equals(label)).findFirst().orElseThrow();
    }

    /// Spec 1.39, 1.40: each value with the place that it was inherited from; order and shaping as one unit.
    @Test
    void tellsWhereEachValueComesFrom() {
        var lab = start(host().replace("mtu: 1500", "security: { macChanges: reject }")
                .replace("A: { vlan:", "A: { security: { forgedTransmits: reject }, trafficShaping: { enabled: yes, averageBandwidth: 8 Mbps,"
                        + " peakBandwidth: 16 Mbps, burstSize: 64 KB }, vlan:"));
        assertThat(portGroup(lab, "A").policies()).containsExactly(
                new PolicyValue("security.promiscuousMode", "reject", "profile vss-classic"),
                new PolicyValue("security.macChanges", "reject", "vSwitch esx1/vSwitch0"),
                new PolicyValue("security.forgedTransmits", "reject", "port group A"),
                new PolicyValue("teaming.loadBalancing", "originatingVirtualPort", "profile vss-classic"),
                new PolicyValue("teaming.failureDetection", "linkStatus", "profile vss-classic"),
                new PolicyValue("teaming.notifySwitches", "no", "vSwitch esx1/vSwitch0"),
                new PolicyValue("teaming.failback", "yes", "profile vss-classic"),
                new PolicyValue("teaming.failoverOrder.active", "[vmnic0, vmnic1]", "profile vss-classic"),
                new PolicyValue("teaming.failoverOrder.standby", "[]", "profile vss-classic"),
                new PolicyValue("teaming.failoverOrder.unused", "[]", "profile vss-classic"),
                new PolicyValue("trafficShaping.enabled", "yes", "port group A"),
                new PolicyValue("trafficShaping.averageBandwidth", "8 Mbps", "port group A"),
                new PolicyValue("trafficShaping.peakBandwidth", "16 Mbps", "port group A"),
                new PolicyValue("trafficShaping.burstSize", "64 KB", "port group A"));
    }

    /// Spec 1.39, 1.40: what is set by hand on the vSwitch is no override of the port group, though it is shown as set by hand on both.
    @Test
    void tellsWhichPoliciesAPortGroupOverrides() {
        var lab = start(host().replace("A: { vlan:", "A: { security: { forgedTransmits: reject }, vlan:"));
        assertThat(portGroup(lab, "A").overrides()).containsExactly("security.forgedTransmits");
        assertThat(portGroup(lab, "B").overrides()).isEmpty();
        lab.set(Setting.Kind.V_SWITCH, "esx1/vSwitch0", "security.macChanges=reject");
        assertThat(portGroup(lab, "A").overrides()).containsExactly("security.forgedTransmits");
        lab.set(Setting.Kind.PORT_GROUP, "esx1/A", "security.macChanges=accept");
        lab.set(Setting.Kind.PORT_GROUP, "esx1/A", "trafficShaping.enabled=yes");
        assertThat(portGroup(lab, "A").overrides()).containsExactly("security.macChanges", "security.forgedTransmits", "trafficShaping.enabled",
                "trafficShaping.averageBandwidth", "trafficShaping.peakBandwidth", "trafficShaping.burstSize");
        lab.set(Setting.Kind.PORT_GROUP, "esx1/A", "security.forgedTransmits=inherit");
        lab.set(Setting.Kind.PORT_GROUP, "esx1/A", "security.macChanges=inherit");
        lab.set(Setting.Kind.PORT_GROUP, "esx1/A", "trafficShaping=inherit");
        assertThat(portGroup(lab, "A").overrides()).isEmpty();
    }

    @Test
    void writesFiguresInTheLargestUnitThatKeepsThemExact() {
        assertThat(Units.rate(1)).isEqualTo("1 bps");
        assertThat(Units.rate(1_500_000)).isEqualTo("1500 Kbps");
        assertThat(Units.rate(1_000_000_000_000L)).isEqualTo("1000 Gbps");
        assertThat(Units.size(1025)).isEqualTo("1025 B");
        assertThat(Units.size(100L << 20)).isEqualTo("100 MB");
    }

    /// Spec 5.7, 5.9: what was asked for, what holds, and what was refused for it.
    @Test
    void tellsWhatAGuestAskedForAndWhatItGot() {
        var lab = start(host().replace("A: { vlan:", "A: { security: { macChanges: reject, forgedTransmits: reject }, vlan:")
                .replace("mac: 00:50:56:00:00:01 }", "mac: 00:50:56:00:00:01, effectiveMac: 02:00:00:00:00:09, promiscuous: yes }"));
        lab.send("a1", frame(X10, 0x0200_0000_0009L));
        lab.send("a2", frame(A1, A2));
        var shown = security(lab, "a1.eth0");
        assertThat(shown.initialMac()).isEqualTo("00:50:56:00:00:01");
        assertThat(shown.requestedMac()).isEqualTo("02:00:00:00:00:09");
        assertThat(shown.effectiveMac()).isEqualTo("00:50:56:00:00:01");
        assertThat(shown.promiscuousRequested()).isTrue();
        assertThat(shown.promiscuousGranted()).isFalse();
        assertThat(shown.policies()).containsExactly(
                new PolicyValue("security.promiscuousMode", "reject", "profile vss-classic"),
                new PolicyValue("security.macChanges", "reject", "port group A"),
                new PolicyValue("security.forgedTransmits", "reject", "port group A"));
        assertThat(shown.refused()).containsEntry("forged_transmit", 1L).containsKeys("mac_change_rejected", "bpdu_filtered");
        assertThat(security(lab, "a2.eth0").refused()).isEqualTo(Map.of("forged_transmit", 0L, "mac_change_rejected", 0L, "bpdu_filtered", 0L));
    }

    /// Spec 5.2, 5.8: accepted, both come true, and other views show the effective address.
    @Test
    void showsTheEffectiveAddressOnceItIsAccepted() {
        var lab = start(host().replace("A: { vlan:", "A: { security: { promiscuousMode: accept }, vlan:")
                .replace("mac: 00:50:56:00:00:01 }", "mac: 00:50:56:00:00:01, effectiveMac: 02:00:00:00:00:09, promiscuous: yes }"));
        assertThat(security(lab, "a1.eth0").effectiveMac()).isEqualTo("02:00:00:00:00:09");
        assertThat(security(lab, "a1.eth0").promiscuousGranted()).isTrue();
        assertThat(new PortViews(lab.state()).ports()).anySatisfy(port -> assertThat(port.mac()).isEqualTo("02:00:00:00:00:09"));
        assertThat(new FabricViews(lab.state()).fdb()).anySatisfy(entry -> assertThat(entry.mac()).isEqualTo("02:00:00:00:00:09"));
        assertThat(new InventoryViews(lab.state()).vms().getFirst().nics().getFirst().mac()).isEqualTo("00:50:56:00:00:01");
    }

    /// Spec 6.1, 6.4, 6.6: each port of the group by itself, named by arrow, in octets on the wire.
    @Test
    void showsAShaperForEachShapedPort() {
        var lab = start(host().replace("A: { vlan:", "A: { trafficShaping: { enabled: yes, averageBandwidth: 8 Mbps, peakBandwidth: 16 Mbps,"
                + " burstSize: 64 KB }, vlan:"));
        lab.send("a1", frame(X10, A1));
        var shapers = new PolicyViews(lab.state()).shapers();
        assertThat(shapers.stream().map(it -> it.usedBy() + " " + it.direction())).containsExactly("a1.eth0 vm -> switch", "a2.eth0 vm -> switch");
        var first = shapers.getFirst();
        assertThat(first.averageBitsPerSecond()).isEqualTo(8_000_000);
        assertThat(first.peakBitsPerSecond()).isEqualTo(16_000_000);
        assertThat(first.burstOctets()).isEqualTo(64 * 1024);
        assertThat(first.passedOctets()).isEqualTo(frame(X10, A1).length + 4);
        assertThat(first.droppedFrames()).isZero();
        assertThat(shapers.getLast().passedOctets()).isZero();
        assertThat(shapers.getLast().tokenOctets()).isEqualTo(64 * 1024);
    }

    @Test
    void showsNoShaperWhereNothingIsShaped() {
        assertThat(new PolicyViews(startHost().state()).shapers()).isEmpty();
    }
}
