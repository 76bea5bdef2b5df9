package io.etherloom.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.etherloom.lab.view.FabricView;
import io.etherloom.lab.view.SecurityView;
import io.etherloom.topology.Setting;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Values that are set by hand on a lab with real guests, and what its views say then.
class SettingsIT extends OneLab {
    /// A BPDU behind its addresses: length, LLC 42 42 03, and a configuration message of zeros (IEEE Std 802.1D, 9.2 and 9.3.1).
    private static final String BPDU = "0026" + "424203" + "00".repeat(43);
    private static final String TOPOLOGY = """
        name: LAB
        fabric:
          switches:
            tor1:
              ports:
                "1": { trunk: [10, 20], bpduGuard: yes }
                "2": { trunk: [10, 20] }
        hosts:
          esx1:
            pnics: { vmnic0: { link: tor1/1 } }
            vSwitches:
              vSwitch0:
                uplinks: [vmnic0]
                portGroups: { Ten: { vlan: 10 }, Twenty: { vlan: 20 } }
          esx2:
            pnics: { vmnic0: { link: tor1/2 } }
            vSwitches: { vSwitch0: { uplinks: [vmnic0], portGroups: { Ten: { vlan: 10 } } } }
        vms:
          a: { host: esx1, nics: [ { portGroup: Ten, ip: 10.9.0.1/24 } ] }
          far: { host: esx2, nics: [ { portGroup: Ten, ip: 10.9.0.3/24 } ] }
          c: { host: esx1, nics: [ { portGroup: Twenty, ip: 10.9.1.1/24 } ] }
        """;

    @BeforeEach
    void startLab() throws Exception {
        start(TOPOLOGY, "ping", "ip");
    }

    private void set(String portGroup, String... assignments) {
        lab.lab().set(Setting.Kind.PORT_GROUP, "esx1/" + portGroup, List.of(assignments));
    }

    private SecurityView security(String usedBy) {
        return lab.lab().security().stream().filter(it -> it.usedBy().equals(usedBy)).findFirst().orElseThrow();
    }

    private FabricView fabric(String port) {
        return lab.lab().fabric().stream().filter(it -> it.port().equals(port)).findFirst().orElseThrow();
    }

    /// Spec 5.7, 5.9, 5.11: the guest keeps its new address, and the switch the old one.
    @Test
    void refusesTheAddressThatAGuestGaveItself() throws Exception {
        assertThat(lab.exec("c", "ip", "link", "set", "eth0", "address", "02:00:00:00:00:77").status()).isZero();
        Await.until("the new address is known", () -> security("c.eth0").requestedMac().equals("02:00:00:00:00:77"));
        assertThat(security("c.eth0").effectiveMac()).isEqualTo("02:00:00:00:00:77");
        set("Twenty", "security.macChanges=reject", "security.forgedTransmits=reject");
        assertThat(security("c.eth0").effectiveMac()).isEqualTo(security("c.eth0").initialMac()).isNotEqualTo("02:00:00:00:00:77");
        lab.guest("c").send(Guest.BROADCAST, "", "from a refused address", 60);
        Await.until("the frame is refused", () -> security("c.eth0").refused().get("forged_transmit") > 0);
    }

    /// Frames of ports that a setting does not concern are neither delayed nor lost by it, nor by putting it back.
    @Test
    void doesNotDisturbOtherPortGroups() throws Exception {
        lab.assertReaches("a", "10.9.0.3");
        try (var ping = lab.background("a", "ping", "-n", "-i", "0.01", "10.9.0.3").awaitText("icmp_seq=20 ")) {
            for (int turn = 0; turn < 5; turn++) {
                set("Twenty", "security.forgedTransmits=reject", "trafficShaping.enabled=yes", "trafficShaping.averageBandwidth=8Mbps");
                set("Twenty", "security.forgedTransmits=", "trafficShaping=", "trafficShaping.enabled=", "trafficShaping.averageBandwidth=");
            }
            int answered = Pings.highest(ping);
            Await.until("ping goes on", () -> Pings.highest(ping) > answered + 20);
            assertThat(Pings.missing(ping.out())).isEmpty();
        }
    }

    @Test
    void putsTheFileBack() throws Exception {
        set("Ten", "security.forgedTransmits=reject");
        assertThat(lab.lab().portGroups().getFirst().policies()).anySatisfy(it -> assertThat(it.inheritedFrom()).isEqualTo("set by hand"));
        assertThat(lab.apply(TOPOLOGY)).singleElement()
            .satisfies(step -> assertThat(step.detail()).isEqualTo("security.forgedTransmits reject (set by hand) -> accept"));
        assertThat(lab.lab().portGroups().getFirst().policies()).noneSatisfy(it -> assertThat(it.inheritedFrom()).isEqualTo("set by hand"));
    }

    /// Spec 2.20: the guard takes the cable's link at both ends, and pulling and plugging it brings the port back.
    @Test
    void recoversAPortThatBpduGuardDisabled() throws Exception {
        lab.assertReaches("a", "10.9.0.3");
        var guest = lab.guest("a");
        assertThat(guest.sendHex("0180c2000000" + guest.mac() + BPDU)).isPositive();
        Await.until("the guard is seen", () -> fabric("1").state().equals("err-disabled"));
        Await.until("the host loses its link", () -> lab.uplink("esx1", "vmnic0").link().equals("down"));
        lab.lab().link("tor1", "1", true);
        Await.until("the port forwards again", () -> fabric("1").state().equals("forwarding"));
        Await.until("the uplink is used again", () -> lab.reaches("a", "10.9.0.3"));
    }
}
