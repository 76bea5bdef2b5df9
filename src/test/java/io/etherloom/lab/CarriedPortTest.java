package io.etherloom.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.etherloom.device.StreamDevice;
import io.etherloom.device.StreamLink;
import io.etherloom.frame.CapturePoint;
import io.etherloom.frame.DropReason;
import io.etherloom.frame.Frame;
import io.etherloom.frame.FramePool;
import io.etherloom.frame.PortSet;
import io.etherloom.linux.Iovec;
import io.etherloom.linux.Libc;
import io.etherloom.linux.UnixSocket;
import io.etherloom.vswitch.VSwitch;
import io.etherloom.wire.Tag;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A port of a guest that is carried gives it little at a time, until that is over, however it ends.
final class CarriedPortTest {
    private static final int POOL = 256;
    private static final int FRAMES = 60;

    private final FramePool pool = new FramePool(POOL, 1);
    private final SwitchAgent agent = new SwitchAgent("test", new ManualClock(), pool, _ -> { });
    private final PortSet ports = new PortSet(pool);
    private final SwitchAgent.Member member = agent.add(new VSwitch(ports));
    private final UnixSocket peer;
    private final StreamLink link;
    private final StreamDevice device;
    private final MemorySegment scratch = Arena.ofAuto().allocate(1 << 20);
    private SwitchAgent.Attachment port;

    CarriedPortTest() {
        var pair = UnixSocket.pair(true);
        peer = pair.getFirst();
        link = new StreamLink(pair.getLast());
        device = new StreamDevice(link, pool, agent.ready(), agent.libc());
        ports.open(0, FRAMES, CapturePoint.VNIC_TX, CapturePoint.VNIC_RX);
        plug();
    }

    @AfterEach
    void nothingIsHeld() {
        agent.detach(port);
        link.close();
        peer.close();
        assertThat(pool.free()).isEqualTo(POOL);
    }

    private void plug() {
        port = agent.attach(member, 0, device);
        device.setLink(true);
    }

    /// @return how many of the frames wait in the port; the guest has read none
    private int send() {
        for (int i = 0; i < FRAMES; i++) {
            var frame = pool.take();
            assertThat(frame).isNotNull();
            frame.head().asSlice(Frame.HEADROOM, 60).fill((byte) 2);
            frame.parse(60, null);
            ports.send(0, frame, Tag.NONE);
            frame.release();
            ports.flush();
        }
        return ports.waiting(0);
    }

    private void read() {
        var into = new Iovec(1);
        into.set(0, scratch.address(), scratch.byteSize());
        do {
            ports.retry();
        } while (peer.read(Libc.current(), into, 1) > 0);
    }

    @ParameterizedTest
    @CsvSource({"given up, 0", "given up, 65536", "woken, 0", "woken, 65536", "put back, 0", "put back, 65536"})
    void itsBacklogIsShortUntilThatIsOver(String ending, long octets) {
        assertThat(send()).isZero();
        read();
        agent.carry(port, octets);
        assertThat(send()).isGreaterThan(FRAMES / 2);
        read();
        switch (ending) {
            case "given up" -> agent.carryNoMore(port);
            case "woken" -> {
                agent.stun(port, null, Long.MAX_VALUE);
                agent.wake(port);
            }
            default -> {
                agent.detach(port);
                plug();
            }
        }
        assertThat(send()).isZero();
        read();
        assertThat(ports.counters(0).drops(DropReason.PORT_DISABLED)).isZero();
    }
}
