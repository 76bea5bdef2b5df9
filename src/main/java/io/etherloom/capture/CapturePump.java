package io.etherloom.capture;

import io.etherloom.frame.CapturePoint;
import io.etherloom.frame.Frame;
import io.etherloom.frame.FramePool;
import io.etherloom.frame.Segmenter;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// The writer's half of a capture: takes records from the rings in the order of their times, finishes what a sender left undone, and writes
/// blocks. Used by one thread.
final class CapturePump implements AutoCloseable {
    private static final long PAUSE_NANOS = 1_500_000;

    private final List<CaptureLane> lanes;
    private final List<CaptureSession.Source> sources;
    private final CaptureSettings settings;
    private final WallClock clock;
    private final PcapngWriter writer;
    private final FramePool pool = new FramePool(1, 1);
    private final Segmenter segmenter = new Segmenter();
    private final Segmenter.Sink sink = this::accept;

    /// Frames written by interface; only the first `described` elements mean something.
    private long[] written = new long[8];
    private int described;
    private long total;
    private long latestNanos;

    // The frame that is being finished.
    private int interfaceIndex;
    private long epochNanos;
    private Direction direction = Direction.UNKNOWN;
    private @Nullable String comment;
    private @Nullable IOException failure;

    CapturePump(
            List<CaptureLane> lanes, List<CaptureSession.Source> sources, CaptureSettings settings, WallClock clock, OutputStream out) {
        this.lanes = lanes;
        this.sources = sources;
        this.settings = settings;
        this.clock = clock;
        writer = new PcapngWriter(out);
        latestNanos = clock.startEpochNanos();
    }

    long run(BooleanSupplier isOver) throws IOException {
        writer.section(System.getProperty("os.arch"), System.getProperty("os.name") + " " + System.getProperty("os.version"),
                "Etherloom " + settings.version());
        describe();
        writer.flush();
        while (true) {
            // Asked first, so that what was copied before the end is written.
            boolean isLast = isOver.getAsBoolean() || Thread.currentThread().isInterrupted();
            int records = drain();
            if (isLast) {
                finish();
                return total;
            }
            if (records == 0) {
                writer.flush();
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
    }

    /// Writes what is in the rings now; later records wait, so that a busy port cannot keep a capture from ending.
    ///
    /// A frame that went from one agent to another was recorded by the first before the second could see it, and with an earlier time. So
    /// whatever a first look finds in any ring, a second look finds all that it came from in the others, and the order of time is that of
    /// cause and effect.
    private int drain() throws IOException {
        var active = lanes.stream().filter(CaptureLane::looksOnce).toList();
        active.forEach(CaptureLane::looksAgain);
        int records = 0;
        while (isLeft(active)) {
            var lane = oldest(active);
            write(lane.ring().memory(), lane.next());
            lane.ring().release();
            records++;
        }
        return records;
    }

    private static boolean isLeft(List<CaptureLane> active) {
        for (var lane : active) {
            if (lane.isLeft()) {
                return true;
            }
        }
        return false;
    }

    /// The lane whose next record is the oldest; at least one has a record.
    private static CaptureLane oldest(List<CaptureLane> active) {
        var oldest = active.getFirst();
        long least = Long.MAX_VALUE;
        for (var lane : active) {
            long at = lane.next();
            long nowNanos = at < 0 ? Long.MAX_VALUE : CaptureRecord.nowNanos(lane.ring().memory(), at);
            if (nowNanos < least) {
                least = nowNanos;
                oldest = lane;
            }
        }
        return oldest;
    }

    private void write(MemorySegment record, long at) throws IOException {
        interfaceIndex = CaptureRecord.interfaceIndex(record, at);
        if (interfaceIndex >= described) {
            describe();
        }
        epochNanos = clock.epochNanos(CaptureRecord.nowNanos(record, at));
        latestNanos = Math.max(latestNanos, epochNanos);
        var point = CaptureRecord.point(record, at);
        direction = Direction.of(point);
        comment = comment(point, record, at);
        int captured = CaptureRecord.capturedLength(record, at);
        if (CaptureRecord.isUnfinished(record, at) && captured <= Frame.MAX_LENGTH) {
            finish(record, at);
        } else {
            write(record, at + CaptureRecord.HEADER, captured, CaptureRecord.originalLength(record, at));
        }
    }

    /// Only what the direction does not say: the ends of the path need no words.
    private static @Nullable String comment(CapturePoint point, MemorySegment record, long at) {
        return switch (point) {
            case VNIC_TX, VNIC_RX, UPLINK_RCV, UPLINK_SND -> null;
            case PORT_INPUT, PORT_OUTPUT -> point.label();
            case DROP -> {
                var reason = CaptureRecord.reason(record, at);
                yield reason == null ? point.label() : point.label() + ": " + reason.label();
            }
        };
    }

    private void finish(MemorySegment record, long at) throws IOException {
        // One frame and one tail are in the pool and both are back after each record.
        var frame = Objects.requireNonNull(pool.take());
        int tag = CaptureRecord.read(record, at, frame, Objects.requireNonNull(pool.takeTail()));
        segmenter.finish(frame, tag, sink);
        frame.release();
        if (failure != null) {
            throw failure;
        }
    }

    private void accept(MemorySegment bytes, int length) {
        if (failure == null) {
            try {
                write(bytes, 0, length, length);
            } catch (IOException e) {
                failure = e;     // the segmenter knows nothing of streams; thrown when it returns
            }
        }
    }

    private void write(MemorySegment bytes, long at, int length, int originalLength) throws IOException {
        int captured = Math.min(length, settings.snapLength());
        writer.frame(interfaceIndex, epochNanos, direction, bytes, at, captured, originalLength, comment);
        written[interfaceIndex]++;
        total++;
    }

    /// Describes the ports that have been added.
    private void describe() throws IOException {
        for (; described < sources.size(); described++) {
            var source = sources.get(described);
            writer.describe(source.name(), source.description(), settings.snapLength());
            if (described == written.length) {
                written = Arrays.copyOf(written, described * 2);
            }
        }
    }

    /// The statistics of every port, at the time of the newest frame: a capture says nothing about a clock that it was not given.
    private void finish() throws IOException {
        describe();
        for (int i = 0; i < described; i++) {
            long dropped = dropped(i);
            writer.statistics(i, clock.startEpochNanos(), latestNanos, written[i] + dropped, dropped);
        }
        writer.flush();
    }

    private long dropped(int source) {
        return lanes.stream().mapToLong(lane -> lane.dropped(source)).sum();
    }

    @Override
    public void close() {
        pool.close();
    }
}
