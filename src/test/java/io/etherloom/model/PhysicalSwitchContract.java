package io.etherloom.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.etherloom.frame.DropReason;
import io.etherloom.model.PhysicalConfig.Port;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What a learning switch of the fabric owes, as fixed vectors. A subclass makes the switch.
public abstract class PhysicalSwitchContract {
    private static final long SECOND = 1_000_000_000L;
    private static final long AGEING = 300 * SECOND;
    private static final long A = 0x0200_0000_000aL;
    private static final long B = 0x0200_0000_000bL;
    private static final long GROUP = 0x0100_5e01_0203L;
    /// Two access ports of VLAN 10, one of VLAN 20, a trunk with native VLAN 10, a trunk without.
    private static final PhysicalConfig SWITCH = new PhysicalConfig(1500, AGEING, List.of(Port.access("e0", 10),
            Port.access("e1", 10), Port.access("e2", 20), Port.trunk("e3", 10, Set.of(20)),
            Port.trunk("e4", PhysicalConfig.NO_NATIVE, Set.of(10))));

    private final List<PhysicalSwitchUnderTest> made = new ArrayList<>();

    /// Makes the switch that is to be tested.
    protected abstract PhysicalSwitchUnderTest switchOf(PhysicalConfig config);

    @AfterEach
    final void closeSwitches() {
        made.forEach(PhysicalSwitchUnderTest::close);
    }

    final PhysicalSwitchUnderTest start() {
        var subject = new PacedPhysicalSwitch(switchOf(SWITCH));
        made.add(subject);
        return subject;
    }

    /// IEEE Std 802.1Q, 8.8: the native VLAN leaves untagged.
    @Test
    void floodsUnknownUnicastInItsVlan() {
        var frame = frame(B, A);
        assertThat(start().receive("e0", frame, 0))
                .isEqualTo(copies(copy("e1", frame), copy("e3", frame), copy("e4", tagged(10, frame))));
    }

    @Test
    void forwardsToWhereAStationWasSeen() {
        var subject = start();
        subject.receive("e4", tagged(0xb000 | 10, frame(B, A)), 0);
        var answer = frame(A, B);
        assertThat(subject.receive("e0", answer, 0)).isEqualTo(copies(copy("e4", tagged(10, answer))));
        assertThat(subject.receive("e4", tagged(10, answer), 0)).isEqualTo(Outcome.dropped("e4", DropReason.SAME_PORT));
    }

    @Test
    void learnsPerVlan() {
        var subject = start();
        subject.receive("e0", frame(B, A), 0);
        var frame = frame(A, B);
        assertThat(subject.receive("e2", frame, 0)).isEqualTo(copies(copy("e3", tagged(20, frame))));
    }

    @Test
    void followsAStationThatMoves() {
        var subject = start();
        subject.receive("e0", frame(B, A), 0);
        subject.receive("e1", frame(B, A), 1);
        var frame = frame(A, B);
        assertThat(subject.receive("e3", frame, 2)).isEqualTo(copies(copy("e1", frame)));
    }

    @Test
    void forgetsAStationThatWasNotSeenForLong() {
        var subject = start();
        subject.receive("e1", frame(B, A), 0);
        subject.receive("e1", frame(B, A), AGEING / 2);
        var frame = frame(A, B);
        assertThat(subject.receive("e0", frame, AGEING * 3 / 2 - 1)).isEqualTo(copies(copy("e1", frame)));
        assertThat(subject.receive("e0", frame, AGEING * 3 / 2 + 1).deliveries()).hasSize(3);
    }

    @Test
    void forgetsTheStationsOfADeadLinkAndDoesNotSendThere() {
        var subject = start();
        subject.receive("e1", frame(B, A), 0);
        subject.link("e1", false, 1);
        var frame = frame(A, B);
        var flooded = copies(copy("e3", frame), copy("e4", tagged(10, frame)));
        assertThat(subject.receive("e0", frame, 2)).isEqualTo(flooded);
        assertThat(subject.receive("e1", frame, 2)).isEqualTo(Outcome.dropped("e1", DropReason.LINK_DOWN));
        subject.link("e1", true, 3);
        assertThat(subject.receive("e0", frame, 4).deliveries()).hasSize(3);
    }

    @Test
    void neverLearnsAGroupSource() {
        var subject = start();
        assertThat(subject.receive("e0", frame(B, GROUP), 0)).isEqualTo(Outcome.dropped("e0", DropReason.GROUP_SOURCE));
        assertThat(subject.receive("e1", frame(GROUP, B), 0).deliveries()).hasSize(3);
    }

    @Test
    void takesTagsOnTrunksOnly() {
        var subject = start();
        assertThat(subject.receive("e0", tagged(10, frame(B, A)), 0))
                .isEqualTo(Outcome.dropped("e0", DropReason.TAG_UNEXPECTED));
        assertThat(subject.receive("e4", tagged(20, frame(B, A)), 0))
                .isEqualTo(Outcome.dropped("e4", DropReason.VLAN_NOT_ALLOWED));
        assertThat(subject.receive("e4", frame(B, A), 0)).isEqualTo(Outcome.dropped("e4", DropReason.VLAN_NOT_ALLOWED));
        assertThat(subject.receive("e4", tagged(0xe000, frame(B, A)), 0))
                .isEqualTo(Outcome.dropped("e4", DropReason.VLAN_NOT_ALLOWED));
    }

    @Test
    void takesTheNativeVlanTaggedAsWell() {
        var frame = frame(B, A);
        assertThat(start().receive("e3", tagged(10, frame), 0))
                .isEqualTo(copies(copy("e0", frame), copy("e1", frame), copy("e4", tagged(10, frame))));
    }

    @Test
    void takesAPriorityTagForNoTag() {
        var frame = frame(B, A);
        assertThat(start().receive("e0", tagged(0, frame), 0))
                .isEqualTo(copies(copy("e1", frame), copy("e3", frame), copy("e4", tagged(10, frame))));
    }

    /// IEEE Std 802.1Q, 6.9.1: the priority of a priority tag is that of the frame in its VLAN.
    @Test
    void keepsThePriorityOfAPriorityTag() {
        var frame = frame(B, A);
        assertThat(start().receive("e0", tagged(0xb000, frame), 0))
                .isEqualTo(copies(copy("e1", frame), copy("e3", frame), copy("e4", tagged(0xb000 | 10, frame))));
    }

    /// IEEE Std 802.1Q, 8.7: what is filtered by its destination was heard nevertheless.
    @Test
    void learnsFromFramesToReservedAddresses() {
        var subject = start();
        subject.receive("e0", frame(0x0180_c200_000eL, A), 0);
        assertThat(subject.receive("e1", frame(A, B), 0)).isEqualTo(copies(copy("e0", frame(A, B))));
    }

    /// IEEE Std 802.1Q, 8.6.3: but bridge protocol frames pass, as nobody here speaks spanning tree.
    @Test
    void filtersReservedAddressesButPassesBridgeProtocolFrames() {
        var subject = start();
        assertThat(subject.receive("e0", frame(0x0180_c200_000eL, A), 0))
                .isEqualTo(Outcome.dropped("e0", DropReason.RESERVED_ADDRESS));
        assertThat(subject.receive("e0", frame(0x0180_c200_0000L, A), 0).deliveries()).hasSize(3);
        assertThat(subject.receive("e0", frame(0x0180_c200_0010L, A), 0).deliveries()).hasSize(3);
    }

    @Test
    void countsTheMtuAsPayload() {
        var subject = start();
        var largest = tagged(10, WireFrame.of(B, A, 0x0800, 1500));
        assertThat(subject.receive("e4", largest, 0).deliveries()).hasSize(3);
        assertThat(subject.receive("e4", Arrays.copyOf(largest, largest.length + 1), 0))
                .isEqualTo(Outcome.dropped("e4", DropReason.OVERSIZE));
        assertThat(subject.receive("e4", Arrays.copyOf(largest, 17), 0))
                .isEqualTo(Outcome.dropped("e4", DropReason.TRUNCATED));
    }

    @Test
    void tellsWhenThereIsNobodyToFloodTo() {
        var subject = start();
        subject.link("e3", false, 0);
        assertThat(subject.receive("e2", frame(B, A), 0)).isEqualTo(Outcome.dropped("e2", DropReason.NO_RECEIVER));
    }

    private static byte[] frame(long destination, long source) {
        return WireFrame.of(destination, source, 0x0800, 50);
    }

    private static byte[] tagged(int tci, byte[] frame) {
        return WireFrame.tag(frame, tci);
    }

    private static Delivery copy(String to, byte[] frame) {
        return new Delivery(to, frame);
    }

    private static Outcome copies(Delivery... copies) {
        return new Outcome(List.of(copies), List.of());
    }
}
