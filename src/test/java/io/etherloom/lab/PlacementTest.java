package io.etherloom.lab;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Which agent gets what, and that what exists stays where it is.
final class PlacementTest {
    private static final String FABRIC = """
            name: test
            fabric:
              switches: { tor1: { ports: { "1": { trunk: all }, "2": { trunk: all }, "3": { trunk: all }, "8": { trunk: all }, "9": { access: 10 } } } }
              routers: { gw: { link: tor1/8, interfaces: { 10: 10.0.10.1/24 } } }
            """;
    private static final String ESX1 = """
              esx1:
                pnics: { vmnic0: { link: tor1/1 } }
                vSwitches:
                  vSwitch0: { uplinks: [vmnic0], portGroups: { A: { vlan: 10 } } }
                  vSwitch1: { portGroups: { Inside: { vlan: 0 } } }
            """;
    private static final String ESX2 = """
              esx2:
                pnics: { vmnic0: { link: tor1/2 } }
                vSwitches: { vSwitch0: { uplinks: [vmnic0], portGroups: { A: { vlan: 10 } } } }
            """;
    private static final String VMS = """
            vms:
              a1: { host: esx1, kind: memory, nics: [ { portGroup: A, mac: 00:50:56:00:00:01 }, { portGroup: Inside, mac: 00:50:56:00:00:02 } ] }
            """;

    private final MemoryLab lab = MemoryLab.of(FABRIC + "hosts:\n" + ESX1 + ESX2 + VMS, 2);

    @AfterEach
    void close() {
        lab.close();
    }

    private int agentOf(String switchKey) {
        return lab.agents().numberOf(lab.runtime(switchKey).agent());
    }

    @Test
    void hostsAreSpreadAndTheirVSwitchesStayTogether() {
        assertThat(agentOf("esx1/vSwitch0")).isEqualTo(agentOf("esx1/vSwitch1"));
        assertThat(agentOf("esx2/vSwitch0")).isNotEqualTo(agentOf("esx1/vSwitch0"));
    }

    @Test
    void thePhysicalSwitchGoesWhereThereIsRoomAndItsRouterWithIt() {
        assertThat(agentOf("tor1")).isEqualTo(agentOf("esx2/vSwitch0"));
        assertThat(agentOf("gw")).isEqualTo(agentOf("tor1"));
    }

    /// Alone in the file, or first in it, esx2 would be placed elsewhere.
    @Test
    void whatExistsStaysWhereItIs() {
        int before = agentOf("esx2/vSwitch0");
        int fabric = agentOf("tor1");
        var runtime = lab.runtime("esx2/vSwitch0");
        lab.apply(FABRIC + "hosts:\n" + ESX2);
        assertThat(agentOf("esx2/vSwitch0")).isEqualTo(before);
        assertThat(agentOf("tor1")).isEqualTo(fabric);
        lab.apply(FABRIC + "hosts:\n" + ESX2 + ESX1 + VMS);
        assertThat(lab.runtime("esx2/vSwitch0")).isSameAs(runtime);
        assertThat(agentOf("esx1/vSwitch0")).isNotEqualTo(before);
    }

    /// Its interface is open all the time, on another agent than before.
    @Test
    void aVmCanMoveToAHostOfAnotherAgent() {
        byte[] all = Scenario.frame(Scenario.BROADCAST, Scenario.A1);
        lab.apply(FABRIC + "hosts:\n" + ESX1 + ESX2 + """
                vms:
                  a1: { host: esx2, kind: memory, nics: [ { portGroup: A, mac: 00:50:56:00:00:01 } ] }
                  a2: { host: esx1, kind: memory, nics: [ { portGroup: A, mac: 00:50:56:00:00:02 } ] }
                """);
        assertThat(lab.send("a1", all).deliveries()).extracting(it -> it.to()).containsExactly("a2", "gw.eth0.10");
    }
}
