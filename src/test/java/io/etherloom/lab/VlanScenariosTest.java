package io.etherloom.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.etherloom.frame.DropReason;
import io.etherloom.model.Outcome;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/// VLANs: external, switch and guest tagging (spec section 3).
final class VlanScenariosTest extends Scenario {
    /// Spec 3.1: only untagged frames pass, both ways, and no tag is added.
    @Test
    void aPortGroupWithoutVlanPassesUntaggedFramesBothWays() {
        var lab = startHost();
        var out = frame(X10, N1);
        assertThat(lab.send("n1", out)).isEqualTo(copies(copy("up0", out)));
        var in = frame(N1, X10);
        assertThat(lab.send("up0", in)).isEqualTo(copies(copy("n1", in)));
    }

    /// Spec 3.2: the tag is added only towards an uplink.
    @Test
    void aTaggedPortGroupTagsOnTheWireOnly() {
        var lab = startHost();
        assertThat(lab.send("a1", frame(X10, A1))).isEqualTo(copies(copy("up0", tagged(10, frame(X10, A1)))));
        assertThat(lab.send("a1", frame(A2, A1))).isEqualTo(copies(copy("a2", frame(A2, A1))));
    }

    /// Spec 3.3: the tag is removed for port groups of the VLAN and kept for those that tag themselves.
    @Test
    void aTaggedFrameFromTheWireReachesItsVlanOnly() {
        var lab = startHost();
        var all = frame(BROADCAST, X10);
        assertThat(lab.send("up0", tagged(10, all))).isEqualTo(copies(copy("a1", all), copy("b1", all)));
        assertThat(lab.send("up1", tagged(10, all))).isEqualTo(copies(copy("a2", all), copy("t1", tagged(10, all))));
        assertThat(lab.send("up1", tagged(20, all))).isEqualTo(copies(copy("c1", all), copy("t1", tagged(20, all))));
    }

    /// Spec 3.4: tags of a guest pass untouched both ways, in any VLAN and with any priority.
    @Test
    void aTaggingGuestsTagsAreNotTouched() {
        var lab = startHost();
        for (int tag : new int[] {1, 10, 4094, 0xf000 | 30}) {
            assertThat(lab.send("t1", tagged(tag, frame(X10, T1)))).isEqualTo(copies(copy("up1", tagged(tag, frame(X10, T1)))));
            assertThat(lab.send("up1", tagged(tag, frame(T1, X10)))).isEqualTo(copies(copy("t1", tagged(tag, frame(T1, X10)))));
        }
    }

    /// Spec 3.5: 0 to 4095, as whole numbers.
    @Test
    void refusesVlansOutsideTheRange() {
        for (var vlan : new String[] {"-1", "4096", "10-20", "{ pvlan: 101 }"}) {
            assertThatThrownBy(() -> MemoryLab.of(host().replace("{ vlan: 20 }", "{ vlan: " + vlan + " }")))
                    .as(vlan).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("vlan");
        }
        start(host().replace("{ vlan: 20 }", "{ vlan: 4094 }"));
    }

    /// Spec 3.6: it would be tagged twice. A tag behind a priority tag is one, too.
    @Test
    void aGuestOfATaggedPortGroupMayNotTag() {
        var lab = startHost();
        assertThat(lab.send("a1", tagged(10, frame(A2, A1)))).isEqualTo(dropped("a1", DropReason.TAG_UNEXPECTED));
        assertThat(lab.send("a1", tagged(20, frame(X20, A1)))).isEqualTo(dropped("a1", DropReason.TAG_UNEXPECTED));
        assertThat(lab.send("a1", tagged(0, tagged(20, frame(X20, A1))))).isEqualTo(dropped("a1", DropReason.TAG_UNEXPECTED));
    }

    /// Spec 3.7: VLAN 0 carries untagged frames only; a hidden tag would hop into another VLAN.
    @Test
    void aGuestWithoutVlanMayNotTag() {
        var lab = startHost();
        assertThat(lab.send("n1", tagged(10, frame(A2, N1)))).isEqualTo(dropped("n1", DropReason.TAG_UNEXPECTED));
        assertThat(lab.send("n1", tagged(0, tagged(20, frame(X20, N1))))).isEqualTo(dropped("n1", DropReason.TAG_UNEXPECTED));
    }

    /// Spec 3.8.
    @Test
    void aTaggedFrameFromTheWireIsNotForVlanZero() {
        var lab = startHost();
        assertThat(lab.send("up0", tagged(10, frame(N1, X10)))).isEqualTo(dropped("vmnic0", DropReason.UNKNOWN_UNICAST));
        assertThat(lab.send("up0", tagged(1, frame(BROADCAST, X10)))).isEqualTo(dropped("vmnic0", DropReason.WRONG_UPLINK));
    }

    /// Spec 3.9: an untagged frame reaches VLAN 0 and guests that tag, nobody else.
    @Test
    void anUntaggedFrameFromTheWireIsForVlanZero() {
        var lab = startHost();
        var all = frame(BROADCAST, X10);
        assertThat(lab.send("up0", all)).isEqualTo(copies(copy("n1", all)));
        assertThat(lab.send("up1", all)).isEqualTo(copies(copy("t1", all)));
        assertThat(lab.send("up0", frame(A1, X10))).isEqualTo(dropped("vmnic0", DropReason.UNKNOWN_UNICAST));
    }

    /// Spec 3.10: with VLAN 10 native on the physical trunk the question passes and the answer is lost; with VLAN 10 tagged it is not.
    @Test
    void theNativeVlanOfATrunkLosesTheAnswers() {
        var yaml = """
                name: test
                fabric:
                  switches:
                    tor1: { ports: { "1": { trunk: [10], native: NATIVE }, "9": { access: 10 } } }
                  machines: { printer: { link: tor1/9, mac: 02:00:00:00:00:10 } }
                hosts:
                  esx1:
                    pnics: { vmnic0: { link: tor1/1 } }
                    vSwitches: { vSwitch0: { uplinks: [vmnic0], portGroups: { A: { vlan: 10 }, N: { vlan: 0 } } } }
                vms:
                  a1: { host: esx1, kind: memory, nics: [ { portGroup: A, mac: 00:50:56:00:00:01 } ] }
                """;
        var trap = start(yaml.replace("NATIVE", "10"));
        assertThat(trap.send("a1", frame(X10, A1))).isEqualTo(copies(copy("printer", frame(X10, A1))));
        assertThat(trap.send("printer", frame(A1, X10))).isEqualTo(dropped("vmnic0", DropReason.UNKNOWN_UNICAST));
        assertThat(trap.apply(yaml.replace("NATIVE", "none"))).isEqualTo(Outcome.NOTHING);
        assertThat(trap.send("a1", frame(X10, A1))).isEqualTo(copies(copy("printer", frame(X10, A1))));
        assertThat(trap.send("printer", frame(A1, X10))).isEqualTo(copies(copy("a1", frame(A1, X10))));
        trap.apply(yaml.replace("NATIVE", "10").replace("A: { vlan: 10 }", "A: { vlan: 0 }"));
        assertThat(trap.send("a1", frame(X10, A1))).isEqualTo(copies(copy("printer", frame(X10, A1))));
        assertThat(trap.send("printer", frame(A1, X10))).isEqualTo(copies(copy("a1", frame(A1, X10))));
    }

    /// Spec 3.3, 3.8: a guest hides VLAN 10 behind the native VLAN. The physical switch takes the outer tag off, as wires do in a native
    /// VLAN, so what arrives on the other host is tagged 10 and belongs to nobody else.
    @Test
    void aTagBehindTheNativeVlansIsTheTagOnTheNextWire() {
        var lab = start("""
                name: test
                fabric:
                  switches:
                    tor1: { ports: { "1": { trunk: [10], native: 1 }, "2": { trunk: [10], native: 1 } } }
                hosts:
                  esx1:
                    pnics: { vmnic0: { link: tor1/1 } }
                    vSwitches: { vSwitch0: { uplinks: [vmnic0], portGroups: { T: { vlan: 4095 } } } }
                  esx2:
                    pnics: { vmnic0: { link: tor1/2 } }
                    vSwitches: { vSwitch0: { uplinks: [vmnic0], portGroups: { A: { vlan: 10 }, N: { vlan: 0 } } } }
                vms:
                  t1: { host: esx1, kind: memory, nics: [ { portGroup: T, mac: 00:50:56:00:00:01 } ] }
                  a1: { host: esx2, kind: memory, nics: [ { portGroup: A, mac: 00:50:56:00:00:02 } ] }
                  n1: { host: esx2, kind: memory, nics: [ { portGroup: N, mac: 00:50:56:00:00:03 } ] }
                """);
        var all = frame(BROADCAST, 0x0050_5600_0001L);
        assertThat(lab.send("t1", tagged(1, tagged(10, all)))).isEqualTo(copies(copy("a1", all)));
        assertThat(lab.send("t1", tagged(1, all))).isEqualTo(copies(copy("n1", all)));
    }

    /// Spec 3.11, Etherloom.KeepPriority: 1.
    @Test
    void aPriorityTagIsNoVlanAndItsPriorityIsKept() {
        var lab = startHost("Etherloom.KeepPriority: 1");
        assertThat(lab.send("a1", tagged(0xb000, frame(X10, A1)))).isEqualTo(copies(copy("up0", tagged(0xb00a, frame(X10, A1)))));
        assertThat(lab.send("up0", tagged(0xb000, frame(N1, X10)))).isEqualTo(copies(copy("n1", frame(N1, X10))));
        assertThat(lab.send("up1", tagged(0xb000, frame(T1, X10)))).isEqualTo(copies(copy("t1", tagged(0xb000, frame(T1, X10)))));
    }

    /// Spec 3.11, Etherloom.KeepPriority: 0.
    @Test
    void aPriorityTagIsNoVlanAndItsPriorityIsDropped() {
        var lab = startHost("Etherloom.KeepPriority: 0");
        assertThat(lab.send("a1", tagged(0xb000, frame(X10, A1)))).isEqualTo(copies(copy("up0", tagged(10, frame(X10, A1)))));
        assertThat(lab.send("up0", tagged(0xb000, frame(N1, X10)))).isEqualTo(copies(copy("n1", frame(N1, X10))));
        assertThat(lab.send("up1", tagged(0xb000, frame(T1, X10)))).isEqualTo(copies(copy("t1", frame(T1, X10))));
    }

    /// Spec 3.12: the tag is removed or added at the port, and untagged frames of a 4095 port are local to VLAN 0.
    @Test
    void aTaggingGuestTalksToItsVlansLocally() {
        var lab = startHost();
        assertThat(lab.send("t1", tagged(10, frame(A1, T1)))).isEqualTo(copies(copy("a1", frame(A1, T1))));
        assertThat(lab.send("a1", frame(T1, A1))).isEqualTo(copies(copy("t1", tagged(10, frame(T1, A1)))));
        assertThat(lab.send("t1", frame(N1, T1))).isEqualTo(copies(copy("n1", frame(N1, T1))));
        assertThat(lab.send("n1", frame(T1, N1))).isEqualTo(copies(copy("t1", frame(T1, N1))));
    }

    /// Spec 3.14: the inner tag is payload, and an outer 0x88A8 is an ordinary type.
    @Test
    void onlyTheOuterTagIsRead() {
        var lab = startHost();
        var twice = tagged(30, tagged(10, frame(A1, T1)));
        assertThat(lab.send("t1", twice)).isEqualTo(copies(copy("up1", twice)));
        var service = tagged(0x88a8, 10, frame(X10, A1));
        assertThat(lab.send("a1", service)).isEqualTo(copies(copy("up0", tagged(10, service))));
        var fromWire = tagged(0x88a8, 10, frame(N1, X10));
        assertThat(lab.send("up0", fromWire)).isEqualTo(copies(copy("n1", fromWire)));
    }

    /// Spec 3.15: a trunk negotiation frame (DTP, 01:00:0c:cc:cc:cc) is neither answered nor does it change a VLAN.
    @Test
    void speaksNoDynamicTrunking() {
        var lab = startHost("Net.NotifySwitch: 0");
        var dtp = frame(0x0100_0ccc_ccccL, X10, 0x0026, 46);
        assertThat(lab.send("up0", dtp)).isEqualTo(copies(copy("n1", dtp)));
        assertThat(lab.advanceMillis(1000)).isEqualTo(Outcome.NOTHING);
        assertThat(lab.send("up0", frame(A1, X10))).isEqualTo(dropped("vmnic0", DropReason.UNKNOWN_UNICAST));
    }

    /// Spec 3.16: whatever goes in leaves in the same VLAN or not at all.
    @Test
    void aFrameNeverChangesItsVlan() {
        var lab = startHost();
        for (int vlan = 1; vlan <= 30; vlan++) {
            var wire = tagged(vlan, frame(BROADCAST, X10));
            for (var delivery : lab.send("up1", wire).deliveries()) {
                boolean isOfVlan = switch (delivery.to()) {
                    case "t1" -> Arrays.equals(delivery.frame(), wire);
                    case "a2" -> vlan == 10;
                    case "c1" -> vlan == 20;
                    default -> false;
                };
                assertThat(isOfVlan).as("VLAN %d: %s", vlan, delivery).isTrue();
            }
        }
    }
}
