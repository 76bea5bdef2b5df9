package io.etherloom.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.etherloom.fabric.ChannelHash;
import io.etherloom.frame.DropReason;
import io.etherloom.model.PhysicalConfig.Channel;
import io.etherloom.model.PhysicalConfig.Port;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What a switch of the fabric owes by EtherChannels, BPDU guard and forward delay, as fixed vectors. A subclass makes the switch.
public abstract class PhysicalPortContract {
    private static final long SECOND = 1_000_000_000L;
    private static final long AGEING = 300 * SECOND;
    private static final long DELAY = 15 * SECOND;
    private static final long A = 0x0200_0000_000aL;
    private static final long B = 0x0200_0000_000bL;
    private static final long BRIDGE_GROUP = 0x0180_c200_0000L;
    private static final long PVST = 0x0100_0ccc_cccdL;

    private final List<PhysicalSwitchUnderTest> made = new ArrayList<>();

    /// Makes the switch that is to be tested.
    protected abstract PhysicalSwitchUnderTest switchOf(PhysicalConfig config);

    @AfterEach
    final void closeSwitches() {
        made.forEach(PhysicalSwitchUnderTest::close);
    }

    private PhysicalSwitchUnderTest start(PhysicalConfig config) {
        var subject = new PacedPhysicalSwitch(switchOf(config));
        made.add(subject);
        return subject;
    }

    /// A station at `e0`, an EtherChannel of the trunks `m0` to `m2`, and so many other stations.
    private PhysicalSwitchUnderTest withChannel(ChannelHash hash, String... others) {
        var ports = new ArrayList<Port>();
        ports.add(Port.access("e0", 10));
        for (var member : List.of("m0", "m1", "m2")) {
            ports.add(Port.trunk(member, PhysicalConfig.NO_NATIVE, Set.of(10, 20)));
        }
        for (var other : others) {
            ports.add(Port.access(other, 10));
        }
        return start(new PhysicalConfig(1500, AGEING, ports, List.of(new Channel("po1", List.of("m0", "m1", "m2"), hash)), 0, 0));
    }

    /// Two stations, the first behind a port that may be guarded and fast.
    private PhysicalSwitchUnderTest withDelays(boolean isGuarded, boolean isFast, long forwardDelay, long recovery) {
        return start(new PhysicalConfig(1500, AGEING, List.of(Port.access("e0", 10).withGuard(isGuarded).withFast(isFast),
                Port.access("e1", 10).withFast(true)), List.of(), forwardDelay, recovery));
    }

    @Test
    void floodsOneCopyIntoAChannel() {
        var outcome = withChannel(ChannelHash.SRC_DST_MAC, "e1").receive("e0", frame(WireFrame.BROADCAST, A), 0);
        // Folded, the broadcast address is 0 and A is 0x02 ^ 0x0a = 8, whose home is the third of three members.
        assertThat(outcome).isEqualTo(copies(new Delivery("e1", frame(WireFrame.BROADCAST, A)),
                new Delivery("m2", WireFrame.tag(frame(WireFrame.BROADCAST, A), 10))));
    }

    /// Spec 4.13: what a team with IP hash sends by all its uplinks comes from one port of the switch.
    @Test
    void learnsOnTheChannelWhateverMemberAFrameComesBy() {
        var subject = withChannel(ChannelHash.SRC_DST_MAC, "e1");
        for (var member : List.of("m0", "m1", "m2")) {
            subject.receive(member, WireFrame.tag(frame(B, A), 10), 0);
            assertThat(place(subject.receive("e0", frame(A, B), 0))).as("A ^ B is 1").isEqualTo("m1");
        }
    }

    @Test
    void neverSendsBackIntoTheChannelByWhichAFrameCame() {
        var subject = withChannel(ChannelHash.SRC_DST_MAC);
        var flooded = subject.receive("m0", WireFrame.tag(frame(WireFrame.BROADCAST, A), 10), 0);
        assertThat(flooded).isEqualTo(copies(new Delivery("e0", frame(WireFrame.BROADCAST, A))));
        assertThat(subject.receive("m1", WireFrame.tag(frame(A, B), 10), 0)).isEqualTo(Outcome.dropped("m1", DropReason.SAME_PORT));
        assertThat(subject.receive("m1", WireFrame.tag(frame(WireFrame.BROADCAST, A), 20), 0))
                .isEqualTo(Outcome.dropped("m1", DropReason.NO_RECEIVER));
    }

    @Test
    void hashesIpAddressesWhereThereAreSome() {
        var subject = withChannel(ChannelHash.SRC_DST_IP);
        // 1 ^ 2 is 3, which the first of three members is home to; 1 ^ 4 is 5, 1 ^ 6 is 7.
        assertThat(place(subject.receive("e0", ipv4(1, 2), 0))).isEqualTo("m0");
        assertThat(place(subject.receive("e0", ipv4(1, 4), 0))).isEqualTo("m2");
        assertThat(place(subject.receive("e0", ipv4(4, 1), 0))).as("the other way").isEqualTo("m2");
        assertThat(place(subject.receive("e0", ipv4(1, 6), 0))).isEqualTo("m1");
        var cut = new byte[33];
        System.arraycopy(ipv4(1, 2), 0, cut, 0, 33);
        assertThat(place(subject.receive("e0", cut, 0))).as("a header that is cut, by MAC: 1").isEqualTo("m1");
    }

    @Test
    void hashesIpv6Addresses() {
        var subject = withChannel(ChannelHash.SRC_DST_IP);
        var frame = WireFrame.of(B, A, 0x86dd, 60);
        Arrays.fill(frame, WireFrame.HEADER, frame.length, (byte) 0);
        assertThat(place(subject.receive("e0", frame, 0))).isEqualTo("m0");
        frame[22] = 4;
        assertThat(place(subject.receive("e0", frame, 0))).as("first octet of the source").isEqualTo("m1");
        frame[53] = 1;
        assertThat(place(subject.receive("e0", frame, 0))).as("last octet of the destination, 4 ^ 1").isEqualTo("m2");
        frame[54] = 7;
        assertThat(place(subject.receive("e0", frame, 0))).as("the payload has no say").isEqualTo("m2");
    }

    @Test
    void movesTheFlowsOfADeadMemberOnlyAndBackAgain() {
        var subject = withChannel(ChannelHash.SRC_DST_IP);
        var before = places(subject, 1);
        subject.link("m1", false, 2);
        var without = places(subject, 3);
        subject.link("m2", false, 4);
        var alone = places(subject, 5);
        subject.link("m1", true, 6);
        subject.link("m2", true, 6);
        for (var flow = 0; flow < before.size(); flow++) {
            if (before.get(flow).equals("m1")) {
                assertThat(without.get(flow)).isIn("m0", "m2");
            } else {
                assertThat(without.get(flow)).isEqualTo(before.get(flow));
            }
        }
        assertThat(without).as("the survivors share them").containsAll(List.of("m0", "m2"));
        assertThat(alone).containsOnly("m0");
        assertThat(places(subject, 7)).isEqualTo(before);
    }

    private static List<String> places(PhysicalSwitchUnderTest subject, long nowNanos) {
        var places = new ArrayList<String>();
        for (var last = 0; last < 256; last++) {
            places.add(place(subject.receive("e0", ipv4(0, last), nowNanos)));
        }
        return places;
    }

    @Test
    void keepsAddressesWhileOneMemberIsUp() {
        var subject = withChannel(ChannelHash.SRC_DST_MAC, "e1");
        subject.receive("m1", WireFrame.tag(frame(B, A), 10), 0);
        subject.link("m1", false, 1);
        subject.link("m0", false, 1);
        assertThat(place(subject.receive("e0", frame(A, B), 2))).isEqualTo("m2");
        subject.link("m2", false, 3);
        assertThat(place(subject.receive("e0", frame(A, B), 4))).as("flooded").isEqualTo("e1");
        subject.link("m2", true, 5);
        assertThat(subject.receive("e0", frame(A, B), 6).deliveries()).as("flooded").hasSize(2);
    }

    /// Spec 2.20.
    @Test
    void aBpduDisablesAGuardedPort() {
        for (var bpdu : List.of(bpdu(0x0180_c200_0000L), WireFrame.tag(bpdu(BRIDGE_GROUP), 10), frame(PVST, A))) {
            var subject = withDelays(true, true, 0, 0);
            subject.receive("e0", frame(B, A), 0);
            assertThat(subject.receive("e0", bpdu, 1)).isEqualTo(Outcome.dropped("e0", DropReason.BPDU_GUARD));
            assertThat(subject.receive("e0", frame(B, A), 2)).isEqualTo(Outcome.dropped("e0", DropReason.BPDU_GUARD));
            assertThat(subject.receive("e1", frame(A, B), 3)).isEqualTo(Outcome.dropped("e1", DropReason.NO_RECEIVER));
            subject.link("e0", false, 4);
            subject.link("e0", true, 5);
            assertThat(subject.receive("e0", frame(B, A), 6)).isEqualTo(Outcome.dropped("e0", DropReason.BPDU_GUARD));
            subject.recover("e0", 7);
            assertThat(subject.receive("e1", frame(A, B), 8)).isEqualTo(copies(new Delivery("e0", frame(A, B))));
        }
    }

    /// Spec 2.20: only a BPDU does, and only at a guarded port.
    @Test
    void nothingElseDisablesAPort() {
        var subject = withDelays(true, true, 0, 0);
        assertThat(subject.receive("e0", frame(BRIDGE_GROUP, A), 0).deliveries()).as("no LLC").hasSize(1);
        var otherLlc = bpdu(BRIDGE_GROUP);
        otherLlc[14] = 0x43;
        assertThat(subject.receive("e0", otherLlc, 0).deliveries()).hasSize(1);
        assertThat(subject.receive("e1", bpdu(BRIDGE_GROUP), 0).deliveries()).as("sent to the guarded port").hasSize(1);
        assertThat(subject.receive("e0", frame(B, A), 0).deliveries()).hasSize(1);
    }

    @Test
    void aDisabledPortRecoversByTime() {
        var subject = withDelays(true, true, 0, 30 * SECOND);
        subject.receive("e0", bpdu(BRIDGE_GROUP), SECOND);
        assertThat(subject.receive("e0", frame(B, A), 31 * SECOND - 1)).isEqualTo(Outcome.dropped("e0", DropReason.BPDU_GUARD));
        assertThat(subject.receive("e0", frame(B, A), 31 * SECOND).deliveries()).hasSize(1);
    }

    /// Spec 9.13.
    @Test
    void aPortListensThenLearnsThenForwards() {
        var subject = withDelays(false, false, DELAY, 0);
        subject.receive("e0", frame(B, A), DELAY - 1);
        assertThat(subject.receive("e1", frame(A, B), DELAY - 1)).as("not learned").isEqualTo(Outcome.dropped("e1", DropReason.NO_RECEIVER));
        assertThat(subject.receive("e0", frame(B, A), DELAY)).isEqualTo(Outcome.dropped("e0", DropReason.NOT_FORWARDING));
        assertThat(subject.receive("e1", frame(A, B), 2 * DELAY - 1)).as("learned").isEqualTo(Outcome.dropped("e1", DropReason.NOT_FORWARDING));
        assertThat(place(subject.receive("e1", frame(A, B), 2 * DELAY))).isEqualTo("e0");
        assertThat(place(subject.receive("e0", frame(B, A), 2 * DELAY))).isEqualTo("e1");
        subject.link("e0", false, 40 * SECOND);
        subject.link("e0", true, 50 * SECOND);
        assertThat(subject.receive("e0", frame(B, A), 79 * SECOND)).isEqualTo(Outcome.dropped("e0", DropReason.NOT_FORWARDING));
        assertThat(place(subject.receive("e0", frame(B, A), 80 * SECOND))).isEqualTo("e1");
    }

    /// Spec 9.13: the cure.
    @Test
    void aPortWithPortFastForwardsAtOnce() {
        assertThat(withDelays(false, true, DELAY, 0).receive("e0", frame(B, A), 0).deliveries()).hasSize(1);
        assertThat(withDelays(false, false, 0, 0).receive("e0", frame(B, A), 0).deliveries()).hasSize(1);
    }

    @Test
    void aPortThatRecoversWaitsLikeOneWhoseLinkCameUp() {
        var subject = withDelays(true, false, DELAY, 0);
        subject.receive("e0", bpdu(BRIDGE_GROUP), SECOND);
        subject.recover("e0", 100 * SECOND);
        assertThat(subject.receive("e0", frame(B, A), 129 * SECOND)).isEqualTo(Outcome.dropped("e0", DropReason.NOT_FORWARDING));
        assertThat(subject.receive("e0", frame(B, A), 130 * SECOND).deliveries()).hasSize(1);
    }

    /// IEEE Std 802.1AX, 6.2.1: spanning tree sees the channel, which has been forwarding all the time.
    @Test
    void aMemberThatJoinsAChannelForwardsAtOnce() {
        var subject = start(new PhysicalConfig(1500, AGEING, List.of(Port.access("e0", 10).withFast(true), Port.access("m0", 10),
                Port.access("m1", 10)), List.of(new Channel("po1", List.of("m0", "m1"), ChannelHash.SRC_DST_MAC)), DELAY, 0));
        subject.link("m1", false, 40 * SECOND);
        subject.link("m1", true, 50 * SECOND);
        assertThat(place(subject.receive("m1", frame(B, A), 50 * SECOND))).isEqualTo("e0");
        assertThat(place(subject.receive("e0", frame(A, B), 50 * SECOND))).isEqualTo("m1");
        subject.link("m0", false, 60 * SECOND);
        subject.link("m1", false, 60 * SECOND);
        subject.link("m1", true, 70 * SECOND);
        assertThat(subject.receive("m1", frame(B, A), 70 * SECOND)).isEqualTo(Outcome.dropped("m1", DropReason.NOT_FORWARDING));
    }

    private static byte[] frame(long destination, long source) {
        return WireFrame.of(destination, source, 0x0806, 50);
    }

    private static byte[] bpdu(long destination) {
        var frame = WireFrame.of(destination, A, 38, 38);
        frame[14] = 0x42;
        frame[15] = 0x42;
        return frame;
    }

    /// From 10.0.0.`source` to 10.0.0.`destination`, always between the same MAC addresses.
    private static byte[] ipv4(int source, int destination) {
        var frame = WireFrame.of(B, A, 0x0800, 50);
        frame[26] = frame[30] = 10;
        frame[27] = frame[28] = frame[31] = frame[32] = 0;
        frame[29] = (byte) source;
        frame[33] = (byte) destination;
        return frame;
    }

    private static String place(Outcome outcome) {
        assertThat(outcome.deliveries()).as("copies of %s", outcome).hasSize(1);
        return outcome.deliveries().getFirst().to();
    }

    private static Outcome copies(Delivery... copies) {
        return new Outcome(List.of(copies), List.of());
    }
}
