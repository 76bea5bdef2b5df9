package io.etherloom.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.etherloom.topology.Topology;
import io.etherloom.topology.TopologyException;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Every difference between two files has words of its own.
final class ChangePlanTest {
    private static final String TEXT = """
            name: test
            fabric:
              switches:
                tor1: { forwardDelay: 0s, ports: { "1": { trunk: [10] }, "2": { trunk: [10] } } }
            hosts:
              esx1:
                advanced: { Net.BlockGuestBPDU: 0 }
                pnics: { vmnic0: { link: tor1/1 }, vmnic1: { link: tor1/2 } }
                vSwitches:
                  vSwitch0:
                    uplinks: [vmnic0, vmnic1]
                    portGroups:
                      A: { vlan: 10 }
            vms:
              a1: { host: esx1, kind: memory, nics: [ { portGroup: A, promiscuous: no } ] }
            """;

    private static Topology parse(String text) {
        try {
            return Topology.parse(text, "test.yaml");
        } catch (TopologyException refused) {
            throw new IllegalArgumentException(refused);
        }
    }

    private static List<String> plan(String from, String to) {
        assertThat(TEXT).contains(from);
        return ChangePlan.between(parse(TEXT), new Overrides(), parse(TEXT.replace(from, to))).stream()
                .map(step -> step.action() + " " + step.object() + ": " + step.detail()).toList();
    }

    private static List<String> withPolicy(String policy) {
        return plan("A: { vlan: 10 }", "A: { vlan: 10, " + policy + " }");
    }

    @Test
    void nothingDiffersFromItself() {
        assertThat(plan("name: test", "name: test")).isEmpty();
    }

    @Test
    void namesEachSecurityPolicy() {
        assertThat(withPolicy("security: { promiscuousMode: accept, macChanges: reject, forgedTransmits: reject }")).containsExactly(
                "change port group esx1/A: security.promiscuousMode reject -> accept",
                "change port group esx1/A: security.macChanges accept -> reject",
                "change port group esx1/A: security.forgedTransmits accept -> reject");
    }

    @Test
    void namesEachItemOfTeaming() {
        assertThat(withPolicy("teaming: { loadBalancing: sourceMacHash, failureDetection: beaconProbing, notifySwitches: no, failback: no,"
                + " failoverOrder: { active: [vmnic1], standby: [vmnic0] } }")).containsExactly(
                "change port group esx1/A: teaming.loadBalancing originatingVirtualPort -> sourceMacHash",
                "change port group esx1/A: teaming.failureDetection linkStatus -> beaconProbing",
                "change port group esx1/A: teaming.notifySwitches yes -> no",
                "change port group esx1/A: teaming.failback yes -> no",
                "change port group esx1/A: teaming.failoverOrder.active [vmnic0, vmnic1] -> [vmnic1]",
                "change port group esx1/A: teaming.failoverOrder.standby [] -> [vmnic0]");
        assertThat(withPolicy("teaming: { failoverOrder: { active: [vmnic0] } }"))
                .contains("change port group esx1/A: teaming.failoverOrder.unused [] -> [vmnic1]");
    }

    @Test
    void namesEachFigureOfShaping() {
        assertThat(withPolicy("trafficShaping: { enabled: yes, averageBandwidth: 8 Mbps, peakBandwidth: 16 Mbps, burstSize: 64 KB }"))
                .containsExactly(
                        "change port group esx1/A: trafficShaping.enabled no -> yes",
                        "change port group esx1/A: trafficShaping.averageBandwidth 100 Mbps -> 8 Mbps",
                        "change port group esx1/A: trafficShaping.peakBandwidth 100 Mbps -> 16 Mbps",
                        "change port group esx1/A: trafficShaping.burstSize 100 MB -> 64 KB");
    }

    @Test
    void saysWhereAnUnchangedValueComesFromNow() {
        assertThat(withPolicy("security: { macChanges: accept }"))
                .containsExactly("change port group esx1/A: security.macChanges, default -> of the port group");
    }

    @Test
    void namesOptionsInTheirWords() {
        assertThat(plan("Net.BlockGuestBPDU: 0", "Net.BlockGuestBPDU: 1, Etherloom.BeaconFormat: llc")).containsExactly(
                "change host esx1: Net.BlockGuestBPDU 0 -> 1", "change host esx1: Etherloom.BeaconFormat etherType8922 -> llc");
    }

    @Test
    void namesWhatPhysicalSwitchesDo() {
        assertThat(plan("forwardDelay: 0s", "forwardDelay: 15s, errDisableRecovery: 300s, etherChannels: { po1: { ports: [\"1\", \"2\"] } }"))
                .containsExactly(
                        "change physical switch tor1: forwardDelay 0s -> 15s",
                        "change physical switch tor1: errDisableRecovery 0s -> 300s",
                        "add etherChannel tor1/po1: ");
        assertThat(plan("\"1\": { trunk: [10] }", "\"1\": { trunk: [10], bpduGuard: yes, portFast: yes }")).containsExactly(
                "change port tor1/1: portFast no -> yes", "change port tor1/1: bpduGuard no -> yes");
    }

    @Test
    void namesWhatGuestsAskFor() {
        assertThat(plan("promiscuous: no", "promiscuous: yes, multicast: [01:00:5e:00:00:12]")).containsExactly(
                "change nic a1/0: promiscuous no -> yes", "change nic a1/0: multicast all -> [01:00:5e:00:00:12]");
    }
}
