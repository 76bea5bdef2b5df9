package io.etherloom.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.etherloom.device.MemoryDevice;
import io.etherloom.device.ReadyList;
import io.etherloom.frame.CapturePoint;
import io.etherloom.frame.DropReason;
import io.etherloom.frame.FrameBatch;
import io.etherloom.frame.FramePool;
import io.etherloom.frame.FrameSwitch;
import io.etherloom.frame.PortSet;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/// Gives a real switch one frame at a time and takes everything that comes out, by one memory device that stands for all ports. After
/// each frame nothing may be lost, left behind or held: `received + copied = transmitted + dropped + queued`, every queue is empty and
/// the pool is full.
final class SwitchBench implements AutoCloseable {
    private static final int FRAMES = 4;
    private static final int TAILS = 4;
    private static final int QUEUE_LIMIT = 80;

    private final FramePool pool = new FramePool(FRAMES, TAILS);
    private final PortSet ports = new PortSet(pool);
    private final FrameBatch batch = new FrameBatch();
    private final MemoryDevice device = new MemoryDevice(pool, new ReadyList());
    private final List<String> names = new ArrayList<>();
    private final List<Delivery> deliveries = new ArrayList<>();
    private long seenIn;
    private long seenOut;
    private final long[] seenDrops = new long[DropReason.COUNT];
    private String leavingBy = "";

    SwitchBench() {
        device.sink((bytes, length) -> deliveries.add(new Delivery(leavingBy, bytes.asSlice(0, length).toArray(
                ValueLayout.JAVA_BYTE))));
    }

    PortSet ports() {
        return ports;
    }

    /// Opens the next port and returns its index.
    int open(String name) {
        ports.open(names.size(), QUEUE_LIMIT, CapturePoint.PORT_INPUT, CapturePoint.PORT_OUTPUT);
        names.add(name);
        return names.size() - 1;
    }

    /// Lets a frame enter by a port and collects what becomes of it.
    Outcome carry(FrameSwitch subject, int port, byte[] frame, long nowNanos) {
        deliveries.clear();
        assertThat(device.inject(frame)).as("the pool is full and takes %d octets", frame.length).isTrue();
        device.receive(batch);
        subject.receive(port, batch, nowNanos);
        for (var at = 0; at < ports.dirtyCount(); at++) {
            leavingBy = names.get(ports.dirtyPort(at));
            device.transmit(ports.queue(ports.dirtyPort(at)));
        }
        ports.flushed();
        var outcome = new Outcome(deliveries, drops(names.get(port)));
        checkConservation(outcome, frame);
        return outcome;
    }

    /// A drop is told under the name by which the frame entered, wherever the switch counts it.
    private List<Drop> drops(String entered) {
        var drops = new ArrayList<Drop>();
        for (var reason : DropReason.values()) {
            var sum = 0L;
            for (var at = 0; at < names.size(); at++) {
                sum += ports.counters(at).drops(reason);
            }
            for (; seenDrops[reason.ordinal()] < sum; seenDrops[reason.ordinal()]++) {
                drops.add(new Drop(entered, reason));
            }
        }
        return drops;
    }

    private void checkConservation(Outcome outcome, byte[] frame) {
        var in = 0L;
        var out = 0L;
        var queued = 0;
        for (var at = 0; at < names.size(); at++) {
            in += ports.counters(at).inFrames();
            out += ports.counters(at).outFrames();
            queued += ports.queue(at).size();
        }
        var ends = outcome.deliveries().size() + outcome.drops().size();
        if (in != seenIn + 1 || out != seenOut + outcome.deliveries().size() || queued != 0 || ends < 1
                || pool.free() != FRAMES || pool.freeTails() != TAILS) {
            throw new IllegalStateException("not conserved: in %d, out %d, queued %d, free %d and %d, of %s: %s".formatted(
                    in - seenIn, out - seenOut, queued, pool.free(), pool.freeTails(), Delivery.text(frame), outcome));
        }
        seenIn = in;
        seenOut = out;
    }

    @Override
    public void close() {
        pool.close();
    }
}
