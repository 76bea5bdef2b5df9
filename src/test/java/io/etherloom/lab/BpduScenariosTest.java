package io.etherloom.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.etherloom.frame.DropReason;
import io.etherloom.model.Drop;
import io.etherloom.topology.Setting;
import org.junit.jupiter.api.Test;

/// Bridge protocol frames of guests, and what they do to physical switches with BPDU guard (spec 2.18-2.20; scenario S23).
final class BpduScenariosTest extends PolicyScenario {
    private static final String GUARDED = """
            name: test
            fabric:
              switches:
                tor1:
                  errDisableRecovery: RECOVERY
                  ports:
                    "1": { trunk: all, bpduGuard: GUARD, portFast: yes }
                    "2": { trunk: all, bpduGuard: GUARD, portFast: yes }
                    "9": { access: 10 }
              machines: { m9: { link: tor1/9, mac: 02:00:00:00:00:10 } }
            hosts:
              esx1:
                advanced: { OPTIONS }
                pnics: { vmnic0: { link: tor1/1 }, vmnic1: { link: tor1/2 } }
                vSwitches:
                  vSwitch0:
                    uplinks: [vmnic0, vmnic1]
                    teaming: { notifySwitches: no }
                    portGroups: { A: { vlan: 10 } }
            vms:
              a1: { host: esx1, kind: memory, nics: [ { portGroup: A, mac: 00:50:56:00:00:01 } ] }
              a2: { host: esx1, kind: memory, nics: [ { portGroup: A, mac: 00:50:56:00:00:02 } ] }
            """;

    private static String guarded(String guard, String recovery, String options) {
        return GUARDED.replace("GUARD", guard).replace("RECOVERY", recovery).replace("OPTIONS", options);
    }

    /// Spec 2.19, S23, Net.BlockGuestBPDU: 1 nothing leaves, to the wire or to a neighbour; 0 it passes as other multicast does.
    @Test
    void bridgeFramesOfGuestsAreFilteredByOption() {
        assertThat(startHost("Net.BlockGuestBPDU: 1").send("a1", bpdu(A1))).isEqualTo(dropped("a1", DropReason.BPDU_FILTERED));
        assertThat(places(startHost("Net.BlockGuestBPDU: 0").send("a1", bpdu(A1)))).containsExactly("a2", "b1", "t1", "up0");
    }

    /// Spec 2.19: the default is 0, and 1 under modern.
    @Test
    void theDefaultFollowsTheProfile() {
        assertThat(places(start("profile: vi3\n" + host()).send("a1", bpdu(A1)))).contains("up0");
        assertThat(places(start("profile: vss-classic\n" + host()).send("a1", bpdu(A1)))).contains("up0");
        assertThat(start("profile: modern\n" + host()).send("a1", bpdu(A1))).isEqualTo(dropped("a1", DropReason.BPDU_FILTERED));
    }

    /// Spec 2.19, Etherloom.BlockGuestPvst: the per-VLAN frames of PVST+ with it or not.
    @Test
    void perVlanBridgeFramesAreFilteredByTheirOwnOption() {
        var both = startHost("Net.BlockGuestBPDU: 1", "Etherloom.BlockGuestPvst: 1");
        assertThat(both.send("a1", pvst(A1))).isEqualTo(dropped("a1", DropReason.BPDU_FILTERED));
        var one = startHost("Net.BlockGuestBPDU: 1", "Etherloom.BlockGuestPvst: 0");
        assertThat(places(one.send("a1", pvst(A1)))).contains("up0");
        assertThat(one.send("a1", bpdu(A1))).isEqualTo(dropped("a1", DropReason.BPDU_FILTERED));
        var none = startHost("Net.BlockGuestBPDU: 0", "Etherloom.BlockGuestPvst: 1");
        assertThat(places(none.send("a1", pvst(A1)))).contains("up0");
    }

    /// Spec 2.19: matched are address and LLC together; other frames to that address, and frames of a tagging guest, are told apart.
    @Test
    void onlyBridgeFramesAreFiltered() {
        var lab = startHost("Net.BlockGuestBPDU: 1");
        var other = frame(0x0180_C200_0000L, A1, 0x88CC, 46);
        assertThat(places(lab.send("a1", other))).contains("up0");
        var llc = payload(0x0180_C200_0000L, A1, 38, 0xAA, 0xAA, 0x03);
        assertThat(places(lab.send("a1", llc))).contains("up0");
        var elsewhere = payload(0x0100_5E00_0001L, A1, 38, 0x42, 0x42, 0x03);
        assertThat(places(lab.send("a1", elsewhere))).contains("up0");
        assertThat(lab.send("t1", tagged(10, bpdu(T1)))).isEqualTo(dropped("t1", DropReason.BPDU_FILTERED));
    }

    /// Spec 2.18, 2.19: those from the wire pass to the VMs of their VLAN whatever the option says; the switch makes none.
    @Test
    void bridgeFramesFromTheWirePass() {
        var lab = startHost("Net.BlockGuestBPDU: 1");
        assertThat(lab.send("up0", tagged(10, bpdu(X10)))).isEqualTo(copies(copy("a1", bpdu(X10)), copy("b1", bpdu(X10))));
        assertThat(lab.advanceMillis(10_000).deliveries()).isEmpty();
    }

    /// Spec 2.20: one BPDU of a guest takes down the port, its VM fails over, the next takes down the other, and the host is cut off.
    @Test
    void oneBridgeFrameAfterTheOtherTakesDownAllUplinks() {
        var lab = start(guarded("yes", "0s", "Net.BlockGuestBPDU: 0"));
        assertThat(uplinks(lab, "a1", "a2")).containsExactly("vmnic0", "vmnic1");
        assertThat(lab.send("a1", bpdu(A1))).isEqualTo(copiesAnd(new Drop("1", DropReason.BPDU_GUARD), copy("a2", bpdu(A1))));
        assertThat(lab.physicalSwitch("tor1").isErrDisabled(lab.port("tor1", "1").index())).isTrue();
        assertThat(uplinks(lab, "a1", "a2")).containsOnly("vmnic1");
        assertThat(places(lab.send("a1", frame(X10, A1)))).containsExactly("m9");
        lab.send("a1", bpdu(A1));
        assertThat(uplink(lab, "a2")).as("an innocent neighbour").isNull();
        assertThat(lab.send("a2", frame(X10, A2))).isEqualTo(dropped("a2", DropReason.NO_UPLINK));
        assertThat(lab.send("m9", frame(A1, X10)).deliveries()).isEmpty();
    }

    /// Spec 2.20: with the guest filter on, with forged Reject against a bridge's frames, or without guard nothing happens.
    @Test
    void theChainHasThreeCures() {
        var filtered = start(guarded("yes", "0s", "Net.BlockGuestBPDU: 1"));
        filtered.send("a1", bpdu(A1));
        assertThat(uplinks(filtered, "a1", "a2")).containsExactly("vmnic0", "vmnic1");
        var strict = start(guarded("yes", "0s", ""));
        strict.set(Setting.Kind.PORT_GROUP, "esx1/A", "security.forgedTransmits=reject");
        strict.send("a1", bpdu(X20));
        assertThat(uplinks(strict, "a1", "a2")).containsExactly("vmnic0", "vmnic1");
        var unguarded = start(guarded("no", "0s", ""));
        assertThat(places(unguarded.send("a1", bpdu(A1)))).containsExactly("a2", "m9");
        assertThat(uplinks(unguarded, "a1", "a2")).containsExactly("vmnic0", "vmnic1");
    }

    /// Spec 2.20: where the physical switch recovers its ports by itself, the uplink comes back, after the host's own delay.
    @Test
    void aDisabledPortMayRecoverByItself() {
        var lab = start(guarded("yes", "30s", "Net.TeamPolicyUpDelay: 100"));
        lab.send("a1", bpdu(A1));
        lab.advanceMillis(30_099);
        assertThat(uplink(lab, "a1")).isEqualTo("vmnic1");
        lab.advanceMillis(1);
        assertThat(uplink(lab, "a1")).isEqualTo("vmnic0");
        assertThat(places(lab.send("a1", frame(X10, A1)))).containsExactly("m9");
    }

    /// Spec 2.20: a pNIC that goes to another vSwitch finds its physical port as it was left: disabled, and so without link.
    @Test
    void aDisabledPortHasNoLinkForAnotherSwitchEither() {
        var yaml = guarded("yes", "0s", "").replace("uplinks: [vmnic0, vmnic1]", "uplinks: [FIRST]")
                .replace("vms:", "      vSwitch1: { uplinks: [SECOND], teaming: { notifySwitches: no } }\nvms:");
        var lab = start(yaml.replace("FIRST", "vmnic0").replace("SECOND", "vmnic1"));
        lab.send("a1", bpdu(A1));
        assertThat(lab.port(SWITCH, "vmnic0").isLinkUp()).isFalse();
        lab.apply(yaml.replace("FIRST", "").replace("SECOND", "vmnic0, vmnic1"));
        assertThat(lab.port("esx1/vSwitch1", "vmnic0").isLinkUp()).isFalse();
        assertThat(lab.port("esx1/vSwitch1", "vmnic1").isLinkUp()).isTrue();
        lab.physicalSwitch("tor1").recover(lab.port("tor1", "1").index(), lab.nowNanos());
        lab.advanceMillis(1);
        assertThat(lab.port("esx1/vSwitch1", "vmnic0").isLinkUp()).isTrue();
    }
}
