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
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntSupplier;

/// Gives a real switch one frame at a time and takes everything that comes out, by one memory device that stands for all ports. After
/// each event nothing may be lost or left behind: `received + made + copied = transmitted + dropped + consumed + held`, every queue is
/// empty, and the pool is full but for what shapers hold.
final class SwitchBench implements AutoCloseable {
    private static final int FRAMES = 4;
    private static final int TAILS = 4;
    private static final int QUEUE_LIMIT = 80;

    private final FramePool pool;
    private final PortSet ports;
    private final FrameBatch batch = new FrameBatch();
    private final MemoryDevice device;
    private final IntSupplier held;
    private final List<String> names = new ArrayList<>();
    private final List<Delivery> deliveries = new ArrayList<>();
    private long seenIn;
    private long seenOut;
    private long seenConsumed;
    private final long[] seenDrops = new long[DropReason.COUNT];
    private String leavingBy = "";

    /// For a switch that holds nothing between events.
    SwitchBench() {
        this(FRAMES, () -> 0);
    }

    /// @param frames as many as the switch may hold, and make at one instant
    /// @param held   how many copies shapers hold now
    SwitchBench(int frames, IntSupplier held) {
        pool = new FramePool(frames, TAILS);
        ports = new PortSet(pool);
        device = new MemoryDevice(pool, new ReadyList());
        this.held = held;
        device.sink((bytes, length) -> deliveries.add(new Delivery(leavingBy, bytes.asSlice(0, length).toArray(
                ValueLayout.JAVA_BYTE))));
    }

    PortSet ports() {
        return ports;
    }

    /// Names of the ports by index.
    Map<Integer, String> names() {
        var byIndex = new TreeMap<Integer, String>();
        names.forEach(name -> byIndex.put(byIndex.size(), name));
        return byIndex;
    }

    /// Opens the next port and returns its index.
    int open(String name) {
        ports.open(names.size(), QUEUE_LIMIT, CapturePoint.PORT_INPUT, CapturePoint.PORT_OUTPUT);
        ports.connect(names.size(), (frame, tag) -> {
            leavingBy = name;
            return device.transmit(frame, tag);
        });
        names.add(name);
        return names.size() - 1;
    }

    /// Lets a frame enter by a port and collects what becomes of it.
    Outcome carry(FrameSwitch subject, int port, byte[] frame, long nowNanos) {
        assertThat(device.inject(frame)).as("the pool is full and takes %d octets", frame.length).isTrue();
        device.receive(batch);
        var outcome = collect(names.get(port), () -> subject.receive(port, batch, nowNanos));
        checkConservation(outcome, 1, Delivery.text(frame));
        return outcome;
    }

    /// Lets the switch do something by itself and collects what comes out.
    Outcome run(String name, Runnable action) {
        var outcome = collect(name, action);
        checkConservation(outcome, 0, name);
        return outcome;
    }

    private Outcome collect(String name, Runnable action) {
        deliveries.clear();
        action.run();
        ports.flush();
        return new Outcome(deliveries, drops(name));
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

    private void checkConservation(Outcome outcome, int entered, String what) {
        var in = 0L;
        var out = 0L;
        var consumed = 0L;
        var queued = 0;
        for (var at = 0; at < names.size(); at++) {
            in += ports.counters(at).inFrames();
            out += ports.counters(at).outFrames();
            consumed += ports.counters(at).consumedFrames();
            queued += ports.queued(at);
        }
        var holds = held.getAsInt();
        var ends = outcome.deliveries().size() + outcome.drops().size() + holds + consumed - seenConsumed;
        if (in != seenIn + entered || out != seenOut + outcome.deliveries().size() || queued != 0 || ends < entered
                || pool.free() + holds < pool.capacity() || holds == 0 && pool.free() < pool.capacity()
                || pool.freeTails() + holds < pool.tailCapacity()) {
            throw new IllegalStateException("not conserved: in %d, out %d, queued %d, held %d, free %d and %d, of %s: %s".formatted(
                    in - seenIn, out - seenOut, queued, holds, pool.free(), pool.freeTails(), what, outcome));
        }
        seenIn = in;
        seenOut = out;
        seenConsumed = consumed;
    }

    @Override
    public void close() {
        pool.close();
    }
}
