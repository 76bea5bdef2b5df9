package io.etherloom.it;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// VLANs that share hosts, uplinks and physical switches, and nothing else. All VMs are in one IP network, so that only the VLAN parts
/// them.
class VlanIsolationIT extends OneLab {
    private static final String TOPOLOGY = """
        name: LAB
        fabric:
          switches:
            tor1: { ports: { "1": { trunk: [10, 20] }, "2": { trunk: [10, 20] }, "3": { access: 20 } } }
          machines:
            printer: { link: tor1/3, ip: 10.9.0.50/24 }
        hosts:
          esx1:
            pnics: { vmnic0: { link: tor1/1 } }
            vSwitches:
              vSwitch0: { uplinks: [vmnic0], portGroups: { Ten: { vlan: 10 }, Twenty: { vlan: 20 } } }
              vSwitch1: { portGroups: { Alone: { vlan: 10 } } }
          esx2: { like: esx1, pnics: { vmnic0: { link: tor1/2 } } }
        vms:
          ten1: { host: esx1, nics: [ { portGroup: Ten, ip: 10.9.0.1/24 } ] }
          ten2: { host: esx2, nics: [ { portGroup: Ten, ip: 10.9.0.2/24 } ] }
          twenty1: { host: esx1, nics: [ { portGroup: Twenty, ip: 10.9.0.11/24 } ] }
          twenty2: { host: esx2, nics: [ { portGroup: Twenty, ip: 10.9.0.12/24 } ] }
          alone1: { host: esx1, nics: [ { portGroup: Alone, ip: 10.9.0.21/24 } ] }
          alone2: { host: esx2, nics: [ { portGroup: Alone, ip: 10.9.0.22/24 } ] }
        """;

    @BeforeEach
    void startLab() throws Exception {
        start(TOPOLOGY, "ping");
    }

    @Test
    void neverCarriesAFrameFromOneVlanIntoAnother() throws Exception {
        lab.assertReaches("ten1", "10.9.0.2");
        lab.assertReaches("twenty1", "10.9.0.12");
        lab.assertReaches("twenty1", "10.9.0.50");
        var sender = lab.guest("ten1");
        var same = lab.guest("ten2");
        var others = java.util.List.of("twenty1", "twenty2", "printer", "alone1", "alone2");
        var ears = others.stream().map(lab::guest).toList();
        // A broadcast, and for each of the others a frame to its very address: ARP is not what keeps them apart.
        sender.send(Guest.BROADCAST, "", "to everybody", 60);
        for (var ear : ears) sender.send(ear.mac(), "", "to everybody", 60);
        sender.send(same.mac(), "", "the last", 60);

        // What comes behind the others on the same way has arrived, so the others have as well if at all.
        assertThat(same.hears("to everybody", 20_000)).as("the broadcast in its own VLAN").isTrue();
        assertThat(same.hears("the last", 20_000)).isTrue();
        for (int i = 0; i < ears.size(); i++) {
            assertThat(ears.get(i).hears("to everybody", 50)).as(others.get(i)).isFalse();
        }
        // Sent in VLAN 10, known in VLAN 20 only: to the wire, where no port of VLAN 10 has it either.
        assertThat(lab.port("twenty1.eth0").drops()).doesNotContainKey("unknown_unicast");
    }

    @Test
    void keepsAVSwitchWithoutUplinkToItself() throws Exception {
        var ears = java.util.List.of("alone2", "ten1", "twenty1").stream().map(lab::guest).toList();
        lab.guest("alone1").send(Guest.BROADCAST, "", "to nobody", 60);
        Await.until("the frame has come", () -> lab.port("alone1.eth0").inFrames() == 1);
        for (var ear : ears) assertThat(ear.hears("to nobody", 20)).isFalse();
        assertThat(lab.port("alone1.eth0").drops()).containsEntry("no_receiver", 1L);
    }
}
