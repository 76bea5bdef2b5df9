package io.etherloom.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.etherloom.frame.CapturePoint;
import io.etherloom.frame.DropReason;
import io.etherloom.model.Drop;
import io.etherloom.model.Outcome;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Where frames go (spec section 2), and which switches and port groups make one network (1.1-1.7).
final class ForwardingScenariosTest extends Scenario {
    private static final String TWO_SWITCHES = """
            name: test
            hosts:
              esx1:
                pnics: { vmnic0: { tap: up0 }, vmnic1: { tap: up1 } }
                vSwitches:
                  vSwitch0: { uplinks: [vmnic0], portGroups: { A: { vlan: 10 } } }
                  vSwitch1: { uplinks: [vmnic1], portGroups: { B: { vlan: 10 } } }
            vms:
              a1: { host: esx1, kind: memory, nics: [ { portGroup: A, mac: 00:50:56:00:00:01 } ] }
              b1: { host: esx1, kind: memory, nics: [ { portGroup: B, mac: 00:50:56:00:00:11 } ] }
            """;

    /// Two uplinks on one physical switch, beside a machine in VLAN 10.
    private static final String ON_FABRIC = """
            name: test
            fabric:
              switches:
                tor1: { ports: { "1": { trunk: all }, "2": { trunk: all }, "9": { access: 10 } } }
              machines: { printer: { link: tor1/9, mac: 02:00:00:00:00:10 } }
            hosts:
              esx1:
                advanced: { OPTIONS }
                pnics: { vmnic0: { link: tor1/1 }, vmnic1: { link: tor1/2 } }
                vSwitches: { vSwitch0: { uplinks: [vmnic0, vmnic1], portGroups: { A: { vlan: 10 } } } }
            vms:
              a1: { host: esx1, kind: memory, nics: [ { portGroup: A, mac: 00:50:56:00:00:01 } ] }
              a2: { host: esx1, kind: memory, nics: [ { portGroup: A, mac: 00:50:56:00:00:02 } ] }
            """;

    /// Spec 1.1: nothing crosses inside the host; what is to cross leaves by an uplink and comes back by another.
    @Test
    void twoSwitchesOfAHostShareNothing() {
        var lab = start(TWO_SWITCHES);
        var frame = frame(B1, A1);
        assertThat(lab.send("a1", frame)).isEqualTo(copies(copy("up0", tagged(10, frame))));
        assertThat(lab.send("up1", tagged(10, frame))).isEqualTo(copies(copy("b1", frame)));
        var all = frame(BROADCAST, A1);
        assertThat(lab.send("a1", all)).isEqualTo(copies(copy("up0", tagged(10, all))));
    }

    /// Spec 1.3: without uplinks local switching works, a unicast that is not local ends, a broadcast stays.
    @Test
    void aSwitchWithoutUplinksIsInternal() {
        var lab = start(HOST.replace("OPTIONS", "").replace("uplinks: [vmnic0, vmnic1]", "uplinks: []"));
        assertThat(lab.send("a1", frame(A2, A1))).isEqualTo(copies(copy("a2", frame(A2, A1))));
        assertThat(lab.send("a1", frame(X10, A1))).isEqualTo(dropped("a1", DropReason.NO_UPLINK));
        var all = frame(BROADCAST, A1);
        assertThat(lab.send("a1", all)).isEqualTo(copies(copy("a2", all), copy("b1", all), copy("t1", tagged(10, all))));
        lab.power("t1", false);
        assertThat(lab.send("c1", frame(BROADCAST, C1))).isEqualTo(dropped("c1", DropReason.NO_RECEIVER));
    }

    /// Spec 1.5, 1.6: the domain is switch and VLAN; the port group is only a template.
    @Test
    void portGroupsWithOneVlanAreOneNetwork() {
        var lab = startHost();
        assertThat(lab.send("a1", frame(B1, A1))).isEqualTo(copies(copy("b1", frame(B1, A1))));
        assertThat(lab.send("b1", frame(A2, B1))).isEqualTo(copies(copy("a2", frame(A2, B1))));
    }

    /// Spec 1.7: never delivered inside, it leaves with the sender's tag.
    @Test
    void anotherVlanIsReachedByTheWireOnly() {
        var lab = startHost();
        assertThat(lab.send("a1", frame(C1, A1))).isEqualTo(copies(copy("up0", tagged(10, frame(C1, A1)))));
    }

    /// Spec 2.1: an address that was seen, inside or on the wire, is no more known than before.
    @Test
    void learnsNothing() {
        var lab = startHost();
        var forged = frame(X10, 0x0200_0000_0077L);
        assertThat(lab.send("a1", forged)).isEqualTo(copies(copy("up0", tagged(10, forged))));
        var answer = frame(0x0200_0000_0077L, X10);
        assertThat(lab.send("up0", tagged(10, answer))).isEqualTo(dropped("vmnic0", DropReason.UNKNOWN_UNICAST));
        var local = frame(0x0200_0000_0077L, A2);
        assertThat(lab.send("a2", local)).isEqualTo(copies(copy("up1", tagged(10, local))));
        assertThat(lab.vSwitch(SWITCH).tables()).as("tables are those of the blueprint").isNotNull();
    }

    /// Spec 2.2: to that port only, without a copy to an uplink.
    @Test
    void localUnicastStaysInside() {
        var lab = startHost();
        assertThat(lab.send("a1", frame(A2, A1))).isEqualTo(copies(copy("a2", frame(A2, A1))));
    }

    /// Spec 2.3: one copy to one uplink, none to other VMs.
    @Test
    void unknownUnicastOfAGuestLeavesByOneUplink() {
        var lab = startHost();
        assertThat(lab.send("a2", frame(UNKNOWN, A2))).isEqualTo(copies(copy("up1", tagged(10, frame(UNKNOWN, A2)))));
    }

    /// Spec 2.4, 2.6: unknown unicast from the wire ends, and leaves by no uplink.
    @Test
    void unknownUnicastFromTheWireEnds() {
        var lab = startHost();
        for (int vlan : new int[] {10, 20, 30}) {
            var frame = tagged(vlan, frame(UNKNOWN, X10));
            assertThat(lab.send("up0", frame)).isEqualTo(dropped("vmnic0", DropReason.UNKNOWN_UNICAST));
            assertThat(lab.send("up1", frame)).isEqualTo(dropped("vmnic1", DropReason.UNKNOWN_UNICAST));
        }
    }

    /// Spec 2.5: an address of another VLAN is not local, from either side.
    @Test
    void anAddressOfAnotherVlanIsNotLocal() {
        var lab = startHost();
        assertThat(lab.send("up1", tagged(10, frame(C1, X10)))).isEqualTo(dropped("vmnic1", DropReason.UNKNOWN_UNICAST));
        assertThat(lab.send("up1", tagged(20, frame(C1, X10)))).isEqualTo(copies(copy("c1", frame(C1, X10))));
        assertThat(lab.send("c1", frame(A1, C1))).isEqualTo(copies(copy("up1", tagged(20, frame(A1, C1)))));
    }

    /// Spec 2.6: no frame that came by an uplink leaves by one, whatever its type.
    @Test
    void nothingGoesFromUplinkToUplink() {
        var lab = startHost();
        for (long destination : new long[] {UNKNOWN, BROADCAST, 0x0100_5e01_0203L, 0x0180_c200_0000L, A1}) {
            for (int vlan : new int[] {0, 10, 30}) {
                var outcome = lab.send("up0", vlan == 0 ? frame(destination, X10) : tagged(vlan, frame(destination, X10)));
                assertThat(outcome.deliveries()).noneMatch(it -> it.to().startsWith("up"));
            }
        }
    }

    /// Spec 2.7: every other port of the VLAN, and one uplink.
    @Test
    void aBroadcastOfAGuestReachesItsVlanAndOneUplink() {
        var lab = startHost();
        var all = frame(BROADCAST, A1);
        assertThat(lab.send("a1", all)).isEqualTo(copies(
                copy("a2", all), copy("b1", all), copy("t1", tagged(10, all)), copy("up0", tagged(10, all))));
        var some = frame(0x0100_5e01_0203L, N1);
        assertThat(lab.send("n1", some)).isEqualTo(copies(copy("t1", some), copy("up0", some)));
    }

    /// Spec 2.8: every port of the VLAN that sends by this uplink, and no uplink.
    @Test
    void aBroadcastFromTheWireReachesItsVlan() {
        var lab = startHost();
        var all = frame(BROADCAST, X20);
        assertThat(lab.send("up1", tagged(20, all))).isEqualTo(copies(copy("c1", all), copy("t1", tagged(20, all))));
    }

    /// Spec 2.9.
    @Test
    void aFrameDoesNotReturnToItsPort() {
        var lab = startHost();
        assertThat(lab.send("a1", frame(A1, A1))).isEqualTo(dropped("a1", DropReason.SAME_PORT));
        assertThat(lab.send("t1", tagged(10, frame(T1, A1)))).isEqualTo(dropped("t1", DropReason.SAME_PORT));
    }

    /// Spec 2.10, Net.ReversePathFwdCheck: 1. The fabric floods the broadcast back by the other uplink; nobody gets it twice.
    @Test
    void aReflectedBroadcastIsDropped() {
        var lab = start(ON_FABRIC.replace("OPTIONS", "Net.ReversePathFwdCheck: 1"));
        var all = frame(BROADCAST, A1);
        assertThat(lab.send("a1", all)).isEqualTo(copiesAnd(
                new Drop("vmnic1", DropReason.REFLECTED), copy("a2", all), copy("printer", all)));
    }

    /// Spec 2.10, Net.ReversePathFwdCheck: 0. A guest on the other uplink gets the broadcast twice.
    @Test
    void aReflectedBroadcastArrivesTwiceWithoutTheFilter() {
        var lab = start(ON_FABRIC.replace("OPTIONS", "Net.ReversePathFwdCheck: 0"));
        var all = frame(BROADCAST, A1);
        assertThat(lab.send("a1", all)).isEqualTo(copies(copy("a2", all), copy("a2", all), copy("printer", all)));
    }

    /// Spec 2.11, 2.12, Etherloom.ReversePolicy: 1. Of one frame on both uplinks one copy is delivered, unicast or not.
    @Test
    void aFrameOnBothUplinksArrivesOnce() {
        var lab = startHost("Etherloom.ReversePolicy: 1");
        var frame = frame(A1, X10);
        assertThat(lab.send("up0", tagged(10, frame))).isEqualTo(copies(copy("a1", frame)));
        assertThat(lab.send("up1", tagged(10, frame))).isEqualTo(dropped("vmnic1", DropReason.WRONG_UPLINK));
        assertThat(lab.send("up0", tagged(20, frame(BROADCAST, X20)))).isEqualTo(dropped("vmnic0", DropReason.WRONG_UPLINK));
    }

    /// Spec 2.11, Etherloom.ReversePolicy: 0, as vi3 and vss-classic may have it. Every port takes from every uplink.
    @Test
    void aFrameOnBothUplinksArrivesTwiceWithoutTheReversePolicy() {
        var lab = startHost("Etherloom.ReversePolicy: 0");
        var frame = frame(A1, X10);
        assertThat(lab.send("up0", tagged(10, frame))).isEqualTo(copies(copy("a1", frame)));
        assertThat(lab.send("up1", tagged(10, frame))).isEqualTo(copies(copy("a1", frame)));
    }

    /// Spec 2.13: the frame that the filter stops has passed PortOutput and not VnicRx.
    @Test
    void theReverseFilterStandsBetweenPortOutputAndVnicRx() {
        var lab = startHost();
        var seen = new ArrayList<CapturePoint>();
        lab.observe(SWITCH, "a1.eth0", (point, _, _, _, _) -> seen.add(point));
        lab.send("up0", tagged(10, frame(A1, X10)));
        assertThat(seen).isEqualTo(List.of(CapturePoint.ETHERSWITCH_OUTPUT, CapturePoint.PORT_OUTPUT, CapturePoint.VNIC_RX));
        seen.clear();
        lab.send("up1", tagged(10, frame(A1, X10)));
        assertThat(seen).isEqualTo(List.of(CapturePoint.ETHERSWITCH_OUTPUT, CapturePoint.PORT_OUTPUT));
    }

    /// Spec 2.18: bridge protocol frames of the wire pass like other multicast, and the switch sends none itself.
    @Test
    void bridgeProtocolFramesArePayload() {
        var lab = startHost("Net.NotifySwitch: 0");
        var bpdu = frame(0x0180_c200_0000L, X10, 0x0026, 46);
        assertThat(lab.send("up0", bpdu)).isEqualTo(copies(copy("n1", bpdu)));
        assertThat(lab.send("up1", tagged(10, bpdu))).isEqualTo(copies(copy("a2", bpdu), copy("t1", tagged(10, bpdu))));
        assertThat(lab.advanceMillis(5000)).isEqualTo(Outcome.NOTHING);
    }

    /// Spec 2.27: multicast goes by destination address and to the wire. A guest in memory registers nothing and so wants all
    /// (2.33); filters are held by the tables and tested there.
    @Test
    void multicastReachesThoseWhoWantItAndTheWire() {
        var lab = startHost();
        var group = frame(0x0100_5e01_0203L, A1);
        assertThat(lab.send("a1", group)).isEqualTo(copies(
                copy("a2", group), copy("b1", group), copy("t1", tagged(10, group)), copy("up0", tagged(10, group))));
    }

    /// Malformed frames end at the port by which they came, and nothing else happens.
    @Test
    void malformedFramesEndAtTheDoor() {
        var lab = startHost();
        assertThat(lab.send("a1", padded(frame(A2, A1), 13))).isEqualTo(dropped("a1", DropReason.TRUNCATED));
        assertThat(lab.send("t1", padded(tagged(10, frame(A2, T1)), 17))).isEqualTo(dropped("t1", DropReason.TRUNCATED));
        assertThat(lab.send("a1", frame(A2, 0x0100_0000_0001L))).isEqualTo(dropped("a1", DropReason.GROUP_SOURCE));
        assertThat(lab.send("up0", tagged(4095, frame(A1, X10)))).isEqualTo(dropped("vmnic0", DropReason.VLAN_NOT_ALLOWED));
        assertThat(lab.send("a1", new byte[0])).isEqualTo(dropped("a1", DropReason.TRUNCATED));
    }
}
