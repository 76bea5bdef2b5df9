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

/// The writer's half of a capture: takes records from the ring, finishes what a sender left undone, and writes blocks. Used by
/// one thread.
final class CapturePump implements AutoCloseable {
    private static final long PAUSE_NANOS = 1_500_000;

    private final ByteRing ring;
    private final List<CaptureSession.Watched> watched;
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

    CapturePump(ByteRing ring, List<CaptureSession.Watched> watched, CaptureSettings settings, WallClock clock, OutputStream out) {
        this.ring = ring;
        this.watched = watched;
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

    /// Writes what is in the ring now; later records wait, so that a busy port cannot keep a capture from ending.
    private int drain() throws IOException {
        long end = ring.committed();
        int records = 0;
        for (long at = ring.next(end); at >= 0; at = ring.next(end)) {
            write(ring.memory(), at);
            ring.release();
            records++;
        }
        return records;
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
        for (; described < watched.size(); described++) {
            var source = watched.get(described).source();
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
            long dropped = watched.get(i).recorder().dropped();
            writer.statistics(i, clock.startEpochNanos(), latestNanos, written[i] + dropped, dropped);
        }
        writer.flush();
    }

    @Override
    public void close() {
        pool.close();
    }
}
