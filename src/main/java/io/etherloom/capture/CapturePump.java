package io.etherloom.capture;

import io.etherloom.frame.Frame;
import io.etherloom.frame.FramePool;
import io.etherloom.frame.Segmenter;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// The writer's half of a capture: takes records from the rings in the order of their times, finishes what a sender left undone, and writes
/// blocks. Used by one thread.
final class CapturePump implements AutoCloseable {
    /// How long records are collected when there are few. Each look costs the forwarding threads two changes of context where they share a
    /// processor with the writer and with the client's connection; the ring has room for 2 GB/s meanwhile, and nobody sees 5 ms in a live view.
    private static final long PAUSE_NANOS = 5_000_000;
    private static final int MANY = 16_384;

    private final List<CaptureLane> lanes;
    private final List<CaptureSession.KnownAddress> names;
    private final CaptureSettings settings;
    private final WallClock clock;
    private final PcapngWriter writer;
    private final CaptureInterfaces interfaces;
    private final CaptureFilter filter;
    private final EncodedComments comments = new EncodedComments();
    private final FramePool pool = new FramePool(1, 1);
    private final Segmenter segmenter = new Segmenter();
    private final Segmenter.Sink sink = this::accept;

    private int resolved;
    private long total;
    private long latestNanos;

    // The frame that is being finished.
    private int interfaceIndex;
    private long epochNanos;
    private Direction direction = Direction.UNKNOWN;
    private byte @Nullable [] comment;
    private @Nullable IOException failure;

    CapturePump(List<CaptureLane> lanes, List<CaptureSession.Source> sources, List<CaptureSession.KnownAddress> names,
            CaptureSettings settings, WallClock clock, OutputStream out) {
        this.lanes = lanes;
        this.names = names;
        this.settings = settings;
        this.clock = clock;
        writer = new PcapngWriter(out);
        interfaces = new CaptureInterfaces(sources, writer, settings.snapLength());
        filter = new CaptureFilter(settings.filters());
        latestNanos = clock.startEpochNanos();
    }

    long run(BooleanSupplier isOver) throws IOException {
        writer.section(System.getProperty("os.arch"), System.getProperty("os.name") + " " + System.getProperty("os.version"),
                "Etherloom " + settings.version());
        interfaces.describe();
        resolve();
        writer.flush();
        while (true) {
            // Asked first, so that what was copied before the end is written.
            boolean isLast = isOver.getAsBoolean() || Thread.currentThread().isInterrupted();
            int records = drain();
            if (isLast || isFull()) {
                finish();
                return total;
            }
            // Little was there, so more is collected before the next look: to look again at once would take the processor from who fills the rings.
            if (records < MANY) {
                resolve();
                writer.flush();
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
    }

    private boolean isFull() {
        return settings.maxFrames() > 0 && total >= settings.maxFrames();
    }

    /// Writes the names that have been added.
    private void resolve() throws IOException {
        int count = names.size();
        if (count > resolved) {
            writer.names(names.subList(resolved, count));
            resolved = count;
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
        while (isLeft(active) && !isFull()) {
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
        var point = CaptureRecord.point(record, at);
        int source = CaptureRecord.source(record, at);
        int captured = CaptureRecord.capturedLength(record, at);
        long frame = at + CaptureRecord.HEADER;
        interfaceIndex = interfaces.index(source, point);
        epochNanos = clock.epochNanos(CaptureRecord.nowNanos(record, at));
        latestNanos = Math.max(latestNanos, epochNanos);
        direction = Direction.of(point);
        interfaces.lost(interfaceIndex, CaptureRecord.lost(record, at));
        comment = comments.of(settings.commentator()
                .comment(source, point, CaptureRecord.reason(record, at), record, frame, captured, CaptureRecord.tag(record, at)));
        if (CaptureRecord.isUnfinished(record, at) && captured <= Frame.MAX_LENGTH) {
            finish(record, at);
        } else {
            write(record, frame, captured, CaptureRecord.originalLength(record, at));
        }
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
        if (failure == null && !isFull() && (filter.isEmpty() || filter.accepts(bytes, 0, length))) {
            try {
                write(bytes, 0, length, length);
            } catch (IOException e) {
                failure = e;     // the segmenter knows nothing of streams; thrown when it returns
            }
        }
    }

    private void write(MemorySegment bytes, long at, int length, int originalLength) throws IOException {
        int captured = Math.min(length, settings.snapLength());
        writer.frame(interfaceIndex, epochNanos, direction, bytes, at, captured, originalLength, comment, interfaces.takeLost(interfaceIndex));
        interfaces.written(interfaceIndex);
        total++;
    }

    /// The statistics of every port, at the time of the newest frame: a capture says nothing about a clock that it was not given.
    private void finish() throws IOException {
        interfaces.finish(lanes, clock.startEpochNanos(), latestNanos);
        writer.flush();
    }

    @Override
    public void close() {
        pool.close();
    }
}
