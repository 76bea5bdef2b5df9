package io.etherloom.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.etherloom.frame.DropReason;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The acceptance scenarios of section 13 that rest on forwarding, VLANs and port-id teaming, as fixed vectors; with them come
/// the single rules of [SwitchRules]. A subclass makes the switch, and runs all of them.
public abstract class SwitchContract extends SwitchRules {
    /// Scenario S1, spec 2.2.
    @Test
    void unicastToTheSamePortGroupStaysInside() {
        var frame = frame(A2.mac(), A1.mac());
        assertThat(start(TOPOLOGY).fromPort(4, frame, 0)).isEqualTo(copies(copy("p5", frame)));
    }

    /// Scenario S2, spec 1.6: the domain is the VLAN, not the port group.
    @Test
    void portGroupsWithOneVlanTalkDirectly() {
        var frame = frame(B1.mac(), A1.mac());
        assertThat(start(TOPOLOGY).fromPort(4, frame, 0)).isEqualTo(copies(copy("p6", frame)));
    }

    /// Scenario S3, spec 1.7, 2.5.
    @Test
    void anAddressOfAnotherVlanIsNotLocal() {
        var frame = frame(C1.mac(), A1.mac());
        assertThat(start(TOPOLOGY).fromPort(4, frame, 0)).isEqualTo(copies(copy("u0", tagged(10, frame))));
    }

    /// Scenario S4, spec 2.3, 3.2.
    @Test
    void unknownUnicastOfAGuestLeavesByOneUplinkOnly() {
        var frame = frame(UNKNOWN, A1.mac());
        assertThat(start(TOPOLOGY).fromPort(4, frame, 0)).isEqualTo(copies(copy("u0", tagged(10, frame))));
    }

    /// Scenario S5, spec 2.4, 2.6.
    @Test
    void unknownUnicastFromTheWireEnds() {
        var subject = start(TOPOLOGY);
        var frame = tagged(10, frame(UNKNOWN, X10));
        assertThat(subject.fromUplink("u0", frame, 0)).isEqualTo(Outcome.dropped("u0", DropReason.UNKNOWN_UNICAST));
        assertThat(subject.fromUplink("u1", frame, 0)).isEqualTo(Outcome.dropped("u1", DropReason.UNKNOWN_UNICAST));
    }

    /// Scenario S6, spec 2.7, 2.10, 3.12.
    @Test
    void aBroadcastThatTheFabricBringsBackIsDropped() {
        var subject = start(TOPOLOGY);
        var frame = frame(BROADCAST, A1.mac());
        var onWire = tagged(10, frame);
        assertThat(subject.fromPort(4, frame, 0))
                .isEqualTo(copies(copy("p5", frame), copy("p6", frame), copy("p9", onWire), copy("u0", onWire)));
        assertThat(subject.fromUplink("u1", onWire, 0)).isEqualTo(Outcome.dropped("u1", DropReason.REFLECTED));
    }

    /// Scenario S7, spec 2.8, 2.11.
    @Test
    void aBroadcastFromTheWireReachesEachGuestOnce() {
        var subject = start(TOPOLOGY);
        var frame = frame(BROADCAST, X10);
        assertThat(subject.fromUplink("u0", tagged(10, frame), 0)).isEqualTo(copies(copy("p4", frame), copy("p6", frame)));
        assertThat(subject.fromUplink("u1", tagged(10, frame), 0))
                .isEqualTo(copies(copy("p5", frame), copy("p9", tagged(10, frame))));
    }

    /// Scenario S8, spec 2.11, 2.12.
    @Test
    void aUnicastByTheOtherUplinkIsNotDelivered() {
        var subject = start(TOPOLOGY);
        var frame = frame(A1.mac(), X10);
        assertThat(subject.fromUplink("u1", tagged(10, frame), 0)).isEqualTo(Outcome.dropped("u1", DropReason.WRONG_UPLINK));
        assertThat(subject.fromUplink("u0", tagged(10, frame), 0)).isEqualTo(copies(copy("p4", frame)));
    }

    /// Scenario S11, spec 3.6, 3.7.
    @Test
    void aGuestMayNotTagItself() {
        var subject = start(TOPOLOGY);
        assertThat(subject.fromPort(4, tagged(10, frame(A2.mac(), A1.mac())), 0))
                .isEqualTo(Outcome.dropped("p4", DropReason.TAG_UNEXPECTED));
        assertThat(subject.fromPort(8, tagged(10, frame(A2.mac(), N1.mac())), 0))
                .isEqualTo(Outcome.dropped("p8", DropReason.TAG_UNEXPECTED));
    }

    /// Scenario S12, spec 3.12.
    @Test
    void aTaggingGuestTalksToAGuestOfThatVlan() {
        var subject = start(TOPOLOGY);
        var there = frame(A1.mac(), T1.mac());
        assertThat(subject.fromPort(9, tagged(10, there), 0)).isEqualTo(copies(copy("p4", there)));
        var back = frame(T1.mac(), A1.mac());
        assertThat(subject.fromPort(4, back, 0)).isEqualTo(copies(copy("p9", tagged(10, back))));
    }

    /// Scenario S13, spec 3.14.
    @Test
    void onlyTheOuterTagIsRead() {
        var frame = tagged(30, tagged(10, frame(A1.mac(), T1.mac())));
        assertThat(start(TOPOLOGY).fromPort(9, frame, 0)).isEqualTo(copies(copy("u1", frame)));
    }

    /// Scenario S14, spec 3.9, 3.10: the native VLAN trap.
    @Test
    void anUntaggedFrameFromTheWireIsNotForATaggedPortGroup() {
        assertThat(start(TOPOLOGY).fromUplink("u0", frame(A1.mac(), X10), 0))
                .isEqualTo(Outcome.dropped("u0", DropReason.UNKNOWN_UNICAST));
    }

    /// Scenario S15, spec 3.8.
    @Test
    void aTaggedFrameFromTheWireIsNotForVlanZero() {
        assertThat(start(TOPOLOGY).fromUplink("u0", tagged(10, frame(N1.mac(), X10)), 0))
                .isEqualTo(Outcome.dropped("u0", DropReason.UNKNOWN_UNICAST));
    }

    /// Scenario S24 without its RARP, spec 4.3, 4.20: at once, and without moving anybody else.
    @Test
    void thePortsOfADeadUplinkMoveAtOnceAndOnlyThey() {
        var subject = start(TOPOLOGY);
        subject.link("u0", false, 10);
        assertThat(uplinkOf(subject, A1, 10)).isEqualTo("u1");
        assertThat(uplinkOf(subject, A2, 10)).isEqualTo("u1");
        var frame = frame(A1.mac(), X10);
        assertThat(subject.fromUplink("u1", tagged(10, frame), 10)).isEqualTo(copies(copy("p4", frame)));
        assertThat(subject.fromUplink("u0", tagged(10, frame), 10)).isEqualTo(Outcome.dropped("u0", DropReason.LINK_DOWN));
    }

    /// Scenario S25 without its RARP, spec 4.34, 4.36.
    @Test
    void aPortReturnsHomeAfterTheUpDelay() {
        var subject = start(TOPOLOGY);
        subject.link("u0", false, 0);
        subject.link("u0", true, 1_000 * MILLIS);
        assertThat(uplinkOf(subject, A1, 1_100 * MILLIS - 1)).isEqualTo("u1");
        assertThat(uplinkOf(subject, A1, 1_100 * MILLIS)).isEqualTo("u0");
        assertThat(uplinkOf(subject, A2, 1_100 * MILLIS)).isEqualTo("u1");
    }

    /// Scenario S26, spec 4.36, 4.37.
    @Test
    void aDownEventInTheUpDelayStartsItAnew() {
        var subject = start(TOPOLOGY.with("upDelayNanos", 5_000 * MILLIS));
        subject.link("u0", false, 0);
        subject.link("u0", true, MILLIS);
        subject.link("u0", false, 3_000 * MILLIS);
        subject.link("u0", true, 4_000 * MILLIS);
        assertThat(uplinkOf(subject, A1, 9_000 * MILLIS - 1)).isEqualTo("u1");
        assertThat(uplinkOf(subject, A1, 9_000 * MILLIS)).isEqualTo("u0");
    }

    /// Scenario S29, spec 4.21.
    @Test
    void localSwitchingGoesOnWithoutUplinks() {
        var subject = start(TOPOLOGY);
        subject.link("u0", false, 0);
        subject.link("u1", false, 1);
        var local = frame(A2.mac(), A1.mac());
        assertThat(subject.fromPort(4, local, 2)).isEqualTo(copies(copy("p5", local)));
        assertThat(subject.fromPort(4, frame(X10, A1.mac()), 2)).isEqualTo(Outcome.dropped("p4", DropReason.NO_UPLINK));
        var all = frame(BROADCAST, A1.mac());
        assertThat(subject.fromPort(4, all, 2)).isEqualTo(new Outcome(
                List.of(copy("p5", all), copy("p6", all), copy("p9", tagged(10, all))),
                List.of(new Drop("p4", DropReason.NO_UPLINK))));
    }

    /// Scenario S45, spec 1.28, 1.29.
    @Test
    void aFrameAboveTheMtuIsDropped() {
        var subject = start(TOPOLOGY);
        var largest = WireFrame.of(X10, A1.mac(), 0x0800, 1500);
        var larger = WireFrame.of(X10, A1.mac(), 0x0800, 1501);
        assertThat(subject.fromPort(4, largest, 0)).isEqualTo(copies(copy("u0", tagged(10, largest))));
        assertThat(subject.fromPort(4, larger, 0)).isEqualTo(Outcome.dropped("p4", DropReason.OVERSIZE));
        assertThat(subject.fromPort(4, WireFrame.withDestination(larger, A2.mac()), 0))
                .isEqualTo(Outcome.dropped("p4", DropReason.OVERSIZE));
        var fromWire = WireFrame.of(A1.mac(), X10, 0x0800, 1500);
        assertThat(subject.fromUplink("u0", tagged(10, fromWire), 0)).isEqualTo(copies(copy("p4", fromWire)));
        assertThat(subject.fromUplink("u0", tagged(10, larger), 0)).isEqualTo(Outcome.dropped("u0", DropReason.OVERSIZE));
    }

    /// Scenario S46, spec 1.32: 60 octets without the tag, so 64 with it; nothing is padded inside.
    @Test
    void shortFramesArePaddedOnTheWireOnly() {
        var subject = start(TOPOLOGY);
        var frame = WireFrame.of(BROADCAST, A1.mac(), 0x0806, 28);
        var padded = Arrays.copyOf(frame, 60);
        assertThat(subject.fromPort(4, frame, 0)).isEqualTo(copies(copy("p5", frame), copy("p6", frame),
                copy("p9", tagged(10, frame)), copy("u0", tagged(10, padded))));
        var untagged = WireFrame.of(X10, N1.mac(), 0x0806, 28);
        assertThat(subject.fromPort(8, untagged, 0)).isEqualTo(copies(copy("u0", Arrays.copyOf(untagged, 60))));
    }

    /// Scenario S50, spec 2.27, 2.28.
    @Test
    void aFilterOfMoreThan32GroupsGivesUp() {
        var frame = WireFrame.of(GROUP, X10, 0x0800, 50);
        assertThat(start(topologyWithGroups(groups(32))).fromUplink("u0", frame, 0))
                .isEqualTo(Outcome.dropped("u0", DropReason.NO_RECEIVER));
        assertThat(start(topologyWithGroups(groups(33))).fromUplink("u0", frame, 0)).isEqualTo(copies(copy("p8", frame)));
    }

    /// Scenario S51, spec 3.1, 3.12.
    @Test
    void vlanZeroIsLocalToGuestsThatTagAsUntagged() {
        var frame = frame(BROADCAST, N1.mac());
        assertThat(start(TOPOLOGY).fromPort(8, frame, 0)).isEqualTo(copies(copy("p9", frame), copy("u0", frame)));
    }
}
