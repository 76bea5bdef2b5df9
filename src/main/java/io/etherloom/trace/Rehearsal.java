package io.etherloom.trace;

import io.etherloom.frame.CapturePoint;
import io.etherloom.frame.DropReason;
import io.etherloom.frame.Frame;
import io.etherloom.frame.FrameBatch;
import io.etherloom.frame.FramePool;
import io.etherloom.frame.FrameSwitch;
import io.etherloom.frame.PortSet;
import io.etherloom.vswitch.VSwitch;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Carries frames through the twin of a switch and tells what became of them, while the switch itself notices nothing.
///
/// The twin runs the code of the switch, so there is no second description of a frame's path that could be wrong. It stands where the
/// switch stood at [#stand] and goes on from there: what one frame teaches a learning switch, the next one finds. Its memory is its own and
/// small, so a pool that runs low shows in the switch and not here.
///
/// Made and used by any one thread, but [#stand] runs on the agent thread of the switch.
public final class Rehearsal implements AutoCloseable {
    private static final int FRAMES = 64;
    private static final int TAILS = 8;

    /// A port, as whoever rehearses knows it.
    ///
    /// @param index      in the switch
    /// @param isGuests   whether a vNIC or vmk is behind it, so that its points are VnicTx and VnicRx
    /// @param queueLimit frames that may wait there
    /// @param refusal    what the device behind it says to every frame now, null when it takes them
    public record Port(int index, boolean isGuests, int queueLimit, @Nullable DropReason refusal) {}

    private final FramePool pool = new FramePool(FRAMES, TAILS);
    private final PortSet ports = new PortSet(pool);
    private final Recorder recorder = new Recorder();
    private final FrameBatch batch = new FrameBatch();
    private final List<Port> plugged;
    private @Nullable FrameSwitch twin;

    /// @param plugged every port of the switch
    public Rehearsal(List<Port> plugged) {
        this.plugged = List.copyOf(plugged);
        for (var port : plugged) {
            ports.open(port.index(), port.queueLimit(), port.isGuests() ? CapturePoint.VNIC_TX : CapturePoint.UPLINK_RCV,
                    port.isGuests() ? CapturePoint.VNIC_RX : CapturePoint.UPLINK_SND);
            ports.connect(port.index(), (_, _) -> port.refusal());
            ports.observe(port.index(), recorder.at(port.index()));
        }
    }

    /// Takes the place of this switch; on its agent's thread. A port whose queue is full has no room here either.
    public void stand(FrameSwitch original) {
        twin = original.twin(ports);
        for (var port : plugged) {
            if (port.refusal() == null && original.ports().waiting(port.index()) >= original.ports().limit(port.index())) {
                ports.limit(port.index(), 0);
                ports.connect(port.index(), (_, _) -> DropReason.QUEUE_FULL);
            }
        }
    }

    /// The twin, for questions about how it stands.
    public FrameSwitch twin() {
        var made = twin;
        if (made == null) {
            throw new IllegalStateException("the rehearsal stands for no switch yet");
        }
        return made;
    }

    /// Lets a frame enter by a port and tells everything that becomes of it, also what takes time.
    ///
    /// @param wire the octets as on the wire there, tag in place, at most [Frame#MAX_LENGTH]
    public List<Step> carry(int port, byte[] wire, long nowNanos) {
        var switched = twin();
        enter(wire);
        switched.receive(port, batch, nowNanos);
        ports.flush();
        var steps = new ArrayList<>(recorder.take());
        if (switched instanceof VSwitch vSwitch) {
            await(vSwitch, nowNanos);
            steps.addAll(recorder.take());
        }
        return steps;
    }

    private void enter(byte[] wire) {
        var frame = pool.take();
        int inHead = Math.min(wire.length, Frame.HEAD_CAPACITY);
        var tail = wire.length > inHead ? pool.takeTail() : null;
        if (frame == null || wire.length > inHead && tail == null) {
            throw new IllegalStateException("a rehearsal kept a frame");
        }
        var octets = MemorySegment.ofArray(wire);
        MemorySegment.copy(octets, 0, frame.head(), Frame.HEADROOM, inHead);
        if (tail != null) {
            MemorySegment.copy(octets, inHead, tail, 0, wire.length - inHead);
        }
        batch.add(frame, frame.parse(wire.length, tail));
    }

    /// Lets time pass until nothing of the frame waits in a shaper.
    private void await(VSwitch vSwitch, long nowNanos) {
        long at = nowNanos;
        while (pool.free() < pool.capacity() && vSwitch.shapedDueNanos() != Long.MAX_VALUE) {
            at = Math.max(at, vSwitch.shapedDueNanos());
            vSwitch.releaseShaped(at);
            ports.flush();
        }
    }

    @Override
    public void close() {
        pool.close();
    }
}
