package io.etherloom.fabric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.etherloom.fabric.PhysicalSwitchSpec.Channel;
import io.etherloom.fabric.PhysicalSwitchSpec.Port;
import io.etherloom.frame.CapturePoint;
import io.etherloom.frame.DropReason;
import io.etherloom.frame.Frame;
import io.etherloom.frame.FrameBatch;
import io.etherloom.frame.FramePool;
import io.etherloom.frame.PortSet;
import io.etherloom.wire.Ethernet;
import io.etherloom.wire.Tag;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What of a physical switch the comparison with its model does not see: whom it tells, what it shows, and what a change of
/// configuration does to ports that are in use.
final class PhysicalSwitchTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long DELAY = 15 * SECOND;
    private static final long A = 0x0200_0000_000aL;
    private static final long B = 0x0200_0000_000bL;
    private static final long BROADCAST = 0xffff_ffff_ffffL;
    private static final long PVST = 0x0100_0ccc_cccdL;

    private final FramePool pool = new FramePool(16, 0);
    private final PortSet ports = new PortSet(pool);
    private final PhysicalSwitch subject = new PhysicalSwitch(ports);
    private final FrameBatch batch = new FrameBatch();
    private final List<String> told = new ArrayList<>();

    PhysicalSwitchTest() {
        for (int port = 0; port < 4; port++) {
            ports.open(port, 8, CapturePoint.PORT_INPUT, CapturePoint.PORT_OUTPUT);
        }
        subject.listener(new PhysicalSwitch.Listener() {
            @Override
            public void errDisabled(int port) {
                told.add("disabled " + port + " " + subject.isErrDisabled(port));
                subject.linkChanged(port, false, 0);
            }

            @Override
            public void recovered(int port) {
                told.add("recovered " + port + " " + subject.isErrDisabled(port));
                subject.linkChanged(port, true, 40 * SECOND);
            }
        });
    }

    @AfterEach
    void nothingIsHeld() {
        assertThat(pool.free()).isEqualTo(16);
        pool.close();
    }

    /// Ports 0 to 3 in VLAN 10, the first guarded.
    private static List<Port> fourPorts() {
        return List.of(Port.access(0, 10).withBpduGuard(true), Port.access(1, 10), Port.access(2, 10), Port.access(3, 10));
    }

    private static Channel channel(Integer... members) {
        return new Channel("po1", List.of(members), ChannelHash.SRC_DST_MAC);
    }

    private void follow(List<Port> next, List<Channel> channels, long forwardDelay, long recovery) {
        subject.apply(PhysicalTables.compile(new PhysicalSwitchSpec(1500, 300 * SECOND, 100, next, channels, forwardDelay, recovery)), 0);
    }

    private void allUp(long nowNanos) {
        for (int port = 0; port < 4; port++) {
            subject.linkChanged(port, true, nowNanos);
        }
    }

    private void send(int ingress, long destination, long source, long nowNanos) {
        var frame = pool.take();
        if (frame == null) {
            throw new AssertionError("the pool is exhausted");
        }
        Ethernet.addresses(frame.head(), Frame.HEADROOM, destination, source);
        Ethernet.u16(frame.head(), Frame.HEADROOM + Ethernet.ADDRESSES, Ethernet.TYPE_ARP);
        assertThat(frame.parse(60, null)).isEqualTo(Tag.NONE);
        batch.add(frame, Tag.NONE);
        subject.receive(ingress, batch, nowNanos);
    }

    /// Sends a frame and tells by which ports it left.
    private List<Integer> places(int ingress, long destination, long source, long nowNanos) {
        send(ingress, destination, source, nowNanos);
        var places = new ArrayList<Integer>();
        for (int port = 0; port < 4; port++) {
            int leaving = port;
            ports.connect(port, (_, _) -> {
                places.add(leaving);
                return null;
            });
        }
        ports.flush();
        return places;
    }

    /// Spec 2.20: the far end has to lose its link, too.
    @Test
    void tellsItsListenerWhatTheGuardDoes() {
        follow(fourPorts(), List.of(), 0, 30 * SECOND);
        allUp(0);
        assertThat(places(0, PVST, A, 0)).isEmpty();
        assertThat(places(0, PVST, A, 1)).isEmpty();
        assertThat(told).containsExactly("disabled 0 true");
        assertThat(ports.counters(0).drops(DropReason.BPDU_GUARD)).isEqualTo(1);
        assertThat(ports.counters(0).drops(DropReason.LINK_DOWN)).as("after the listener took the link down").isEqualTo(1);
        assertThat(subject.portState(0, 1)).isEqualTo(PortState.ERR_DISABLED);
        subject.recover(1, 2);
        assertThat(subject.tick(3)).as("when it recovers").isEqualTo(30 * SECOND);
        subject.tick(30 * SECOND);
        assertThat(told).containsExactly("disabled 0 true", "recovered 0 false");
        assertThat(subject.portState(0, 40 * SECOND)).isEqualTo(PortState.FORWARDING);
        assertThat(subject.tick(40 * SECOND)).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void aDisabledPortWaitsForAHandWhereNoTimeIsSet() {
        follow(fourPorts(), List.of(), 0, 0);
        allUp(0);
        send(0, PVST, A, 0);
        assertThat(subject.tick(Long.MAX_VALUE / 2)).isEqualTo(Long.MAX_VALUE);
        assertThat(subject.isErrDisabled(0)).isTrue();
        subject.recover(0, 1);
        assertThat(subject.isErrDisabled(0)).isFalse();
    }

    @Test
    void whatWaitsForADisabledPortIsLost() {
        follow(fourPorts(), List.of(), 0, 0);
        allUp(0);
        send(1, BROADCAST, B, 0);
        send(0, PVST, A, 0);
        assertThat(ports.queued(0)).isZero();
        assertThat(ports.counters(0).drops(DropReason.LINK_DOWN)).isEqualTo(1);
        assertThat(ports.queued(2)).as("the others keep theirs").isEqualTo(1);
        ports.flush();
    }

    /// Spec 9.13.
    @Test
    void showsTheStateOfAPort() {
        follow(fourPorts(), List.of(), DELAY, 0);
        assertThat(subject.portState(1, 0)).isEqualTo(PortState.DOWN);
        assertThat(subject.portState(99, 0)).as("no such port").isEqualTo(PortState.DOWN);
        subject.linkChanged(1, true, SECOND);
        assertThat(subject.portState(1, SECOND)).isEqualTo(PortState.LISTENING);
        assertThat(subject.portState(1, DELAY + SECOND)).isEqualTo(PortState.LEARNING);
        assertThat(subject.portState(1, 2 * DELAY + SECOND)).isEqualTo(PortState.FORWARDING);
        subject.linkChanged(1, true, 99 * SECOND);
        assertThat(subject.portState(1, 99 * SECOND)).as("was up already").isEqualTo(PortState.FORWARDING);
    }

    @Test
    void aShorterDelayHelpsThePortsThatWaitAndALongerOneHurtsNobody() {
        follow(fourPorts(), List.of(), DELAY, 0);
        allUp(0);
        follow(fourPorts(), List.of(), SECOND, 0);
        assertThat(subject.portState(1, 2 * SECOND)).isEqualTo(PortState.FORWARDING);
        follow(fourPorts(), List.of(), DELAY, 0);
        assertThat(subject.portState(1, 2 * SECOND)).isEqualTo(PortState.FORWARDING);
        subject.linkChanged(1, false, 3 * SECOND);
        subject.linkChanged(1, true, 3 * SECOND);
        assertThat(subject.portState(1, 32 * SECOND)).isEqualTo(PortState.LEARNING);
    }

    @Test
    void guardAndPortFastMayChangeWithoutAFlood() {
        follow(fourPorts(), List.of(), 0, 0);
        allUp(0);
        places(0, B, A, 0);
        follow(List.of(Port.access(0, 10).withPortFast(true), Port.access(1, 10), Port.access(2, 10), Port.access(3, 10)),
                List.of(), DELAY, 0);
        assertThat(places(1, A, B, 1)).containsExactly(0);
        follow(List.of(Port.trunk(0, PhysicalSwitchSpec.allVlans(), 10), Port.access(1, 10), Port.access(2, 10), Port.access(3, 10)),
                List.of(), DELAY, 0);
        assertThat(places(1, A, B, 2)).as("other VLANs: flooded").containsExactly(0, 2, 3);
    }

    @Test
    void portsThatForwardAreBundledWithoutAGap() {
        follow(fourPorts(), List.of(), DELAY, 0);
        subject.linkChanged(0, true, 0);
        subject.linkChanged(2, true, 0);
        subject.linkChanged(1, true, 29 * SECOND);
        places(2, B, A, 30 * SECOND);
        follow(fourPorts(), List.of(channel(1, 2)), DELAY, 0);
        assertThat(subject.portState(1, 30 * SECOND)).as("joins one that forwards").isEqualTo(PortState.FORWARDING);
        assertThat(places(0, A, B, 30 * SECOND)).as("A ^ B is 1, the second member; flooded").containsExactly(2);
        places(1, B, A, 31 * SECOND);
        assertThat(places(0, A, B, 31 * SECOND)).containsExactly(2);
        follow(fourPorts(), List.of(), DELAY, 0);
        assertThat(places(0, A, B, 32 * SECOND)).as("flooded again").containsExactly(1, 2);
        assertThat(subject.channelOf(1)).isNull();
    }

    @Test
    void showsAChannelByItsFirstMember() {
        follow(fourPorts(), List.of(channel(2, 1)), 0, 0);
        allUp(0);
        places(1, B, A, 0);
        var seen = new ArrayList<Integer>();
        subject.stations(0, (_, _, port, _) -> seen.add(port));
        assertThat(seen).containsExactly(2);
        assertThat(subject.channelOf(1)).isEqualTo(channel(2, 1)).isEqualTo(subject.channelOf(2));
    }

    /// While a lab converges a channel may name ports that are gone, or not there yet.
    @Test
    void aChannelPassesOverPortsThatTheSwitchDoesNotHave() {
        follow(fourPorts(), List.of(channel(9, 1, 2)), 0, 0);
        allUp(0);
        assertThat(places(0, B, A, 0)).as("A ^ B is 1, the second of 1 and 2").containsExactly(2, 3);
        follow(fourPorts(), List.of(channel(8, 9)), 0, 0);
        assertThat(places(0, B, A, 0)).containsExactly(1, 2, 3);
    }

    @Test
    void theFirstMemberSaysTheVlansOfAChannel() {
        follow(List.of(Port.access(0, 10), Port.access(1, 10), Port.access(2, 20), Port.access(3, 20)), List.of(channel(1, 2)), 0, 0);
        allUp(0);
        assertThat(places(2, B, A, 0)).containsExactly(0);
    }

    @Test
    void aPortThatWasTakenOutComesBackAsNew() {
        follow(fourPorts(), List.of(), 0, 0);
        allUp(0);
        send(0, PVST, A, 0);
        follow(fourPorts().subList(1, 4), List.of(), 0, 0);
        assertThat(subject.portState(0, 1)).isEqualTo(PortState.DOWN);
        follow(fourPorts(), List.of(), 0, 0);
        subject.linkChanged(0, true, 2);
        assertThat(places(0, B, A, 3)).containsExactly(1, 2, 3);
    }

    @Test
    void refusesWhatCannotBe() {
        assertThatThrownBy(() -> follow(fourPorts(), List.of(channel(0, 1), channel(1, 2)), 0, 0))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("port 1 is in two channels");
        assertThatThrownBy(() -> follow(fourPorts(), List.of(), -1, 0)).isInstanceOf(IllegalArgumentException.class);
    }
}
