package io.etherloom.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.etherloom.frame.DropReason;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// Single rules of forwarding, VLANs and port-id teaming as fixed vectors, beside the scenarios of [SwitchContract].
abstract class SwitchRules extends PolicyRules {
    /// Spec 2.10: the same with the filter off gives the duplicates that the filter is there for.
    @Test
    void aReflectedBroadcastPassesWithoutTheOwnFrameFilter() {
        var subject = start(TOPOLOGY.with("dropsReflected", false));
        var frame = frame(BROADCAST, A1.mac());
        assertThat(subject.fromUplink("u1", tagged(10, frame), 0))
                .isEqualTo(copies(copy("p5", frame), copy("p9", tagged(10, frame))));
    }

    /// Spec 2.11: settable in old releases.
    @Test
    void withoutTheReversePolicyAnyUplinkDelivers() {
        var subject = start(TOPOLOGY.with("filtersReverse", false));
        var frame = frame(A1.mac(), X10);
        assertThat(subject.fromUplink("u1", tagged(10, frame), 0)).isEqualTo(copies(copy("p4", frame)));
    }

    /// Spec 3.14: a service tag is a type like any other.
    @Test
    void aServiceTagIsOpaque() {
        var frame = frame(A2.mac(), A1.mac());
        frame[12] = (byte) 0x88;
        frame[13] = (byte) 0xa8;
        assertThat(start(TOPOLOGY).fromPort(4, frame, 0)).isEqualTo(copies(copy("p5", frame)));
    }

    /// Spec 4.3: survivors stay whatever the number of uplinks becomes. Of three uplinks
    /// slot 4 is at home on u1, 6 on u0, 8 on u2.
    @Test
    void portsOnSurvivingUplinksNeverMove() {
        var uplinks = List.of("u0", "u1", "u2");
        var first = port(4, 10, uplinks);
        var second = port(6, 10, uplinks);
        var third = port(8, 10, uplinks);
        var subject = start(new SwitchConfig(1500, uplinks, SwitchConfig.QUIET, List.of(first, second, third)));
        subject.link("u0", false, 0);
        assertThat(uplinkOf(subject, first, 0)).isEqualTo("u1");
        assertThat(uplinkOf(subject, second, 0)).as("placed anew, slot 6 of two").isEqualTo("u1");
        assertThat(uplinkOf(subject, third, 0)).isEqualTo("u2");
        subject.link("u1", false, 1);
        assertThat(uplinkOf(subject, first, 1)).isEqualTo("u2");
        subject.link("u0", true, 2);
        assertThat(uplinkOf(subject, first, MILLIS * 200)).as("not its home").isEqualTo("u2");
        assertThat(uplinkOf(subject, second, MILLIS * 200)).isEqualTo("u0");
    }

    /// Spec 1.3.
    @Test
    void aSwitchWithoutUplinksSwitchesLocally() {
        var alone = List.<String>of();
        var subject = start(new SwitchConfig(1500, alone, SwitchConfig.QUIET,
                List.of(port(4, 10, alone), port(5, 10, alone), port(7, 20, alone))));
        var all = frame(BROADCAST, A1.mac());
        assertThat(subject.fromPort(4, all, 0)).isEqualTo(copies(copy("p5", all)));
        assertThat(subject.fromPort(7, frame(BROADCAST, C1.mac()), 0))
                .isEqualTo(Outcome.dropped("p7", DropReason.NO_RECEIVER));
        assertThat(subject.fromPort(4, frame(C1.mac(), A1.mac()), 0)).isEqualTo(Outcome.dropped("p4", DropReason.NO_UPLINK));
    }

    /// Spec 1.29, the other reading: frames of any size from port to port, and none of them on the wire.
    @Test
    void jumboFramesStayInsideWhereTheyAreAllowed() {
        var subject = start(TOPOLOGY.with("passesLocalJumbo", true));
        var local = WireFrame.of(A2.mac(), A1.mac(), 0x0800, 9000);
        assertThat(subject.fromPort(4, local, 0)).isEqualTo(copies(copy("p5", local)));
        var away = WireFrame.withDestination(local, X10);
        assertThat(subject.fromPort(4, away, 0)).isEqualTo(Outcome.dropped("p4", DropReason.OVERSIZE));
    }

    /// Spec 1.30.
    @Test
    void aFrameAboveTheMtuOfTheVnicIsDropped() {
        var small = new SwitchConfig.Port(4, 10, A1.mac(), true, 1400, null, A1.team());
        var subject = start(TOPOLOGY.withPorts(List.of(small, A2)));
        var frame = WireFrame.of(A2.mac(), A1.mac(), 0x0800, 1400);
        assertThat(subject.fromPort(4, frame, 0)).isEqualTo(copies(copy("p5", frame)));
        assertThat(subject.fromPort(4, Arrays.copyOf(frame, frame.length + 1), 0))
                .isEqualTo(Outcome.dropped("p4", DropReason.OVERSIZE));
    }

    /// Spec 2.27.
    @Test
    void aGroupFrameReachesThoseWhoRegisteredTheGroupAndTheWire() {
        var asked = new SwitchConfig.Port(5, 10, A2.mac(), true, 0, Set.of(GROUP), A2.team());
        var deaf = new SwitchConfig.Port(6, 10, B1.mac(), true, 0, Set.of(), B1.team());
        var subject = start(TOPOLOGY.withPorts(List.of(A1, asked, deaf)));
        var frame = WireFrame.of(GROUP, A1.mac(), 0x0800, 50);
        assertThat(subject.fromPort(4, frame, 0)).isEqualTo(copies(copy("p5", frame), copy("u0", tagged(10, frame))));
        var all = frame(BROADCAST, A1.mac());
        assertThat(subject.fromPort(4, all, 0))
                .isEqualTo(copies(copy("p5", all), copy("p6", all), copy("u0", tagged(10, all))));
    }

    /// Spec 2.18.
    @Test
    void aBridgeProtocolFrameFromTheWirePassesLikeOtherMulticast() {
        var frame = WireFrame.of(0x0180_c200_0000L, X10, 0x0026, 46);
        assertThat(start(TOPOLOGY).fromUplink("u0", frame, 0)).isEqualTo(copies(copy("p8", frame)));
    }

    /// Spec 3.11.
    @Test
    void thePriorityTagOfAGuestBecomesTheTagOfItsVlan() {
        var frame = frame(X10, A1.mac());
        assertThat(start(TOPOLOGY).fromPort(4, tagged(0xb000, frame), 0))
                .isEqualTo(copies(copy("u0", tagged(0xb000 | 10, frame))));
        assertThat(start(TOPOLOGY.with("keepsPriority", false))
                .fromPort(4, tagged(0xb000, frame), 0)).isEqualTo(copies(copy("u0", tagged(10, frame))));
    }

    /// Spec 3.6, 3.7: behind a priority tag, too, a guest may not choose a VLAN.
    @Test
    void aTagBehindAPriorityTagIsUnexpected() {
        var subject = start(TOPOLOGY);
        var toA2 = tagged(0xb000, tagged(20, frame(A2.mac(), A1.mac())));
        assertThat(subject.fromPort(4, toA2, 0)).isEqualTo(Outcome.dropped("p4", DropReason.TAG_UNEXPECTED));
        var toWire = tagged(0, tagged(20, frame(UNKNOWN, N1.mac())));
        assertThat(subject.fromPort(8, toWire, 0)).isEqualTo(Outcome.dropped("p8", DropReason.TAG_UNEXPECTED));
        var own = tagged(0, tagged(20, frame(UNKNOWN, T1.mac())));
        assertThat(subject.fromPort(9, own, 0)).isEqualTo(copies(copy("u1", own)));
    }

    /// Spec 3.11: from the wire it is untagged for VLAN 0, and a guest that tags still sees the priority.
    @Test
    void aPriorityTagFromTheWireIsVlanZero() {
        var subject = start(TOPOLOGY);
        var frame = frame(BROADCAST, X10);
        assertThat(subject.fromUplink("u0", tagged(0xb000, frame), 0)).isEqualTo(copies(copy("p8", frame)));
        assertThat(subject.fromUplink("u1", tagged(0xb000, frame), 0)).isEqualTo(copies(copy("p9", tagged(0xb000, frame))));
    }

    /// VLAN ID 4095 is reserved (IEEE Std 802.1Q, table 9-2).
    @Test
    void theReservedVlanIsNotAllowed() {
        var subject = start(TOPOLOGY);
        assertThat(subject.fromPort(9, tagged(4095, frame(BROADCAST, T1.mac())), 0))
                .isEqualTo(Outcome.dropped("p9", DropReason.VLAN_NOT_ALLOWED));
        assertThat(subject.fromUplink("u0", tagged(4095, frame(BROADCAST, X10)), 0))
                .isEqualTo(Outcome.dropped("u0", DropReason.VLAN_NOT_ALLOWED));
    }

    /// Spec 2.9.
    @Test
    void aFrameIsNeverReturnedToItsPort() {
        assertThat(start(TOPOLOGY).fromPort(4, frame(A1.mac(), A1.mac()), 0))
                .isEqualTo(Outcome.dropped("p4", DropReason.SAME_PORT));
    }

    /// Spec 5.12, and frames shorter than the header that they claim.
    @Test
    void malformedFramesEndAtTheDoor() {
        var subject = start(TOPOLOGY);
        var frame = frame(A2.mac(), A1.mac());
        assertThat(subject.fromPort(4, Arrays.copyOf(frame, 13), 0)).isEqualTo(Outcome.dropped("p4", DropReason.TRUNCATED));
        assertThat(subject.fromPort(9, Arrays.copyOf(tagged(10, frame), 17), 0))
                .isEqualTo(Outcome.dropped("p9", DropReason.TRUNCATED));
        assertThat(subject.fromPort(4, frame(A2.mac(), GROUP), 0)).isEqualTo(Outcome.dropped("p4", DropReason.GROUP_SOURCE));
    }

    /// Of several faults the first in the order of [DropReason] is told.
    @Test
    void theFirstFaultIsTold() {
        var subject = start(TOPOLOGY);
        var worst = tagged(10, WireFrame.of(A2.mac(), GROUP, 0x0800, 1600));
        assertThat(subject.fromPort(4, worst, 0)).isEqualTo(Outcome.dropped("p4", DropReason.GROUP_SOURCE));
        var large = tagged(10, WireFrame.of(A2.mac(), A1.mac(), 0x0800, 1600));
        assertThat(subject.fromPort(4, large, 0)).isEqualTo(Outcome.dropped("p4", DropReason.OVERSIZE));
        subject.disconnect(4, 1);
        assertThat(subject.fromPort(4, worst, 1)).isEqualTo(Outcome.dropped("p4", DropReason.GROUP_SOURCE));
        assertThat(subject.fromPort(4, large, 1)).isEqualTo(Outcome.dropped("p4", DropReason.PORT_DISABLED));
    }

    /// Spec 1.9, 1.11.
    @Test
    void aDisconnectedVnicIsGoneUntilItComesBack() {
        var subject = start(TOPOLOGY);
        var frame = frame(A2.mac(), A1.mac());
        subject.disconnect(5, 0);
        assertThat(subject.fromPort(4, frame, 0)).isEqualTo(copies(copy("u0", tagged(10, frame))));
        assertThat(subject.fromPort(5, frame(A1.mac(), A2.mac()), 0))
                .isEqualTo(Outcome.dropped("p5", DropReason.PORT_DISABLED));
        subject.connect(5, 1);
        assertThat(subject.fromPort(4, frame, 1)).isEqualTo(copies(copy("p5", frame)));
    }

    /// Spec 1.11: a vNIC that comes back is placed as a new one, while a port that was there stays where it is.
    @Test
    void aVnicThatComesBackIsPlacedAnew() {
        var uplinks = List.of("u0", "u1", "u2");
        var port = port(4, 10, uplinks);
        var subject = start(new SwitchConfig(1500, uplinks, SwitchConfig.QUIET, List.of(port)));
        subject.link("u1", false, 0);
        assertThat(uplinkOf(subject, port, 0)).isEqualTo("u2");
        subject.link("u2", false, 1);
        subject.link("u2", true, 2);
        assertThat(uplinkOf(subject, port, MILLIS * 200)).isEqualTo("u0");
        subject.disconnect(4, MILLIS * 200);
        subject.connect(4, MILLIS * 200);
        assertThat(uplinkOf(subject, port, MILLIS * 200)).isEqualTo("u2");
    }

    /// Of two vNICs with one address in a VLAN the one connected last has it, but a guest that tags never takes it from them.
    @Test
    void theVnicConnectedLastHasTheAddress() {
        var twin = new SwitchConfig.Port(6, 10, A2.mac(), true, 0, null, B1.team());
        var tagging = new SwitchConfig.Port(9, SwitchConfig.GUEST_TAGGING, A2.mac(), true, 0, null, T1.team());
        var subject = start(TOPOLOGY.withPorts(List.of(A1, A2, twin, tagging)));
        var frame = frame(A2.mac(), A1.mac());
        assertThat(subject.fromPort(4, frame, 0)).isEqualTo(copies(copy("p6", frame)));
        subject.disconnect(5, 0);
        subject.connect(5, 0);
        assertThat(subject.fromPort(4, frame, 0)).isEqualTo(copies(copy("p5", frame)));
        subject.disconnect(5, 1);
        subject.disconnect(6, 1);
        assertThat(subject.fromPort(4, frame, 1)).isEqualTo(copies(copy("p9", tagged(10, frame))));
    }

    /// Spec 3.1, 3.11: a port of VLAN 0 passes nothing but untagged frames.
    @Test
    void thePriorityTagOfAGuestInVlanZeroIsTakenOff() {
        var frame = frame(BROADCAST, N1.mac());
        assertThat(start(TOPOLOGY).fromPort(8, tagged(0xb000, frame), 0))
                .isEqualTo(copies(copy("p9", frame), copy("u0", frame)));
    }

    /// Spec 3.4, 3.11: the tags of a guest that tags are not touched, but one with VLAN ID 0 goes where priorities are not kept.
    @Test
    void thePriorityTagOfATaggingGuestGoesWithThePriority() {
        var frame = frame(BROADCAST, T1.mac());
        assertThat(start(TOPOLOGY).fromPort(9, tagged(0xb000, frame), 0))
                .isEqualTo(copies(copy("p8", frame), copy("u1", tagged(0xb000, frame))));
        var without = start(TOPOLOGY.with("keepsPriority", false));
        assertThat(without.fromPort(9, tagged(0xb000, frame), 0)).isEqualTo(copies(copy("p8", frame), copy("u1", frame)));
        assertThat(without.fromPort(9, tagged(0xb000 | 30, frame), 0))
                .isEqualTo(copies(copy("u1", tagged(0xb000 | 30, frame))));
    }
}
