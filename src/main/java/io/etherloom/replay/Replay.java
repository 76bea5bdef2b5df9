package io.etherloom.replay;

import io.etherloom.capture.CapturedFrame;
import io.etherloom.capture.PcapReader;
import io.etherloom.replay.ReplayReport.End;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// One run: reads a capture file and gives its frames to a port when they are due. Used once, by one thread.
///
/// The file is read frame by frame while it is sent, so its size costs no memory, and what is before a broken packet is sent. A target that
/// takes nothing now is waited for: a frame is late then, and never lost here.
public final class Replay {
    /// Where the octets of a file come from, once for each round.
    @FunctionalInterface
    public interface Source {
        /// The caller closes it.
        InputStream open() throws IOException;
    }

    private static final long PATIENCE_NANOS = 100_000_000;
    private static final long FULL_NANOS = 50_000;
    private static final long PROGRESS_NANOS = 1_000_000_000;
    /// An agent that takes nothing for so long has its port taken away, or the lab is ending.
    private static final long DRAIN_NANOS = 2_000_000_000;

    private final FrameTarget target;
    private final ReplaySettings settings;
    private final ReplayClock clock;
    private final Consumer<ReplayReport> progress;
    private final BooleanSupplier isOver;
    private final FrameEditor editor;
    private final Map<SkipReason, Long> skipped = new EnumMap<>(SkipReason.class);
    private long begunNanos;
    private long saidNanos;
    private long offered;
    private long octets;
    private long padded;
    private long rounds;

    /// @param progress told at the beginning and about once a second
    /// @param isOver   asked between frames and ten times a second
    public Replay(FrameTarget target, ReplaySettings settings, ReplayClock clock, Consumer<ReplayReport> progress, BooleanSupplier isOver) {
        this.target = target;
        this.settings = settings;
        this.clock = clock;
        this.progress = progress;
        this.isOver = isOver;
        editor = new FrameEditor(settings, target.mac(), target.maxLength());
    }

    /// Sends the file.
    ///
    /// @return how it ended; whatever is wrong with the file, or with reading it, is told there
    public ReplayReport run(Source source) {
        begunNanos = clock.nanoTime();
        saidNanos = begunNanos;
        progress.accept(report(End.RUNNING, ""));
        var schedule = new ReplaySchedule(settings.rate(), begunNanos);
        try {
            End end = null;
            while (end == null) {
                long before = offered;
                schedule.nextRound();
                end = round(source, schedule);
                if (end == null && (++rounds == settings.loops() || offered == before)) {
                    end = End.FINISHED;     // What has nothing to send would otherwise be read for ever.
                }
            }
            return ended(end, "");
        } catch (StoppableInput.Stopped _) {
            return ended(End.STOPPED, "");
        } catch (IOException e) {
            var what = e instanceof EOFException ? "the file ends before its time" : e.getMessage();
            return ended(End.BROKEN, String.valueOf(what));
        }
    }

    /// @return null at the end of the file, which is when the next round may begin
    private @Nullable End round(Source source, ReplaySchedule schedule) throws IOException {
        // Whoever ends it may do so while nothing comes but what is no frame.
        try (var in = new StoppableInput(source.open(), isOver); var reader = new PcapReader(in)) {
            long number = 1;
            for (var frame = reader.next(); frame != null; frame = reader.next(), number++) {
                if (!frame.source().isEthernet()) {
                    throw new IOException("packet " + number + ": link type " + LinkTypes.name(frame.source().linkType()) + " is not Ethernet");
                }
                var skip = editor.skips(frame);
                if (skip != null) {
                    skipped.merge(skip, 1L, Long::sum);
                    continue;
                }
                var end = send(frame, schedule);
                if (end != null) {
                    return end;
                }
            }
        }
        return null;
    }

    private @Nullable End send(CapturedFrame frame, ReplaySchedule schedule) {
        var wire = editor.edit(frame);
        long due = schedule.next(frame.epochNanos(), wire.length, clock.nanoTime());
        var end = awaitUntil(due);
        while (end == null && !target.offer(wire)) {
            end = awaitUntil(clock.nanoTime() + FULL_NANOS);
        }
        if (end != null) {
            return end;
        }
        offered++;
        octets += wire.length;
        padded += FrameEditor.isCut(frame) ? 1 : 0;
        return offered == settings.count() ? End.LIMIT : null;
    }

    /// @return why it is of no use to wait, or null when the time has come
    private @Nullable End awaitUntil(long dueNanos) {
        while (true) {
            long nowNanos = clock.nanoTime();
            if (isOver.getAsBoolean() || Thread.currentThread().isInterrupted()) {
                return End.STOPPED;
            }
            if (target.isGone()) {
                return End.PORT_GONE;
            }
            if (isLate(nowNanos)) {
                return End.LIMIT;
            }
            if (nowNanos - saidNanos >= PROGRESS_NANOS) {
                saidNanos = nowNanos;
                progress.accept(report(End.RUNNING, ""));
            }
            if (nowNanos >= dueNanos) {
                return null;
            }
            clock.awaitUntil(Math.min(Math.min(dueNanos, nowNanos + PATIENCE_NANOS), settings.limitNanos() > 0 ? begunNanos + settings.limitNanos() : dueNanos));
        }
    }

    private boolean isLate(long nowNanos) {
        return settings.limitNanos() > 0 && nowNanos - begunNanos >= settings.limitNanos();
    }

    private ReplayReport ended(End end, String problem) {
        long givenUpNanos = clock.nanoTime() + DRAIN_NANOS;
        while (target.taken() < offered && !target.isGone() && clock.nanoTime() < givenUpNanos && !Thread.currentThread().isInterrupted()) {
            clock.awaitUntil(clock.nanoTime() + FULL_NANOS);
        }
        return report(end, end == End.PORT_GONE ? "the port has gone" : problem);
    }

    private ReplayReport report(End end, String problem) {
        return new ReplayReport(target.taken(), octets, padded, rounds, skipped, clock.nanoTime() - begunNanos, end, problem);
    }
}
