package io.etherloom.lab;

import io.etherloom.capture.BpfProgram;
import io.etherloom.capture.CaptureSession;
import io.etherloom.capture.CaptureSettings;
import io.etherloom.capture.WallClock;
import io.etherloom.event.EventLog;
import io.etherloom.linux.MappedArena;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/// Carries out captures of one lab, each on the thread that asks for it: begins and ends them under the lab's lock, and writes without it.
final class Captures {
    /// A reader of a capture that no longer reads must not keep the lab from ending.
    private static final long PATIENCE_NANOS = 1_000_000_000;

    private final ReentrantLock lock;
    private final Condition ended;
    private final DesiredState desired;
    private final Converger converger;
    private final EventLog events;
    private final String version;
    private final RunningCaptures running;
    private volatile boolean isEnding;

    /// @param lock of the lab
    Captures(ReentrantLock lock, DesiredState desired, Converger converger, Agents agents, EventLog events, String version) {
        this.lock = lock;
        this.desired = desired;
        this.converger = converger;
        this.events = events;
        this.version = version;
        ended = lock.newCondition();
        running = new RunningCaptures(agents);
    }

    /// Writes a capture until it is over or `out` fails.
    ///
    /// @param requireOpen throws when the lab is being taken down; under the lock
    /// @return frames written
    long write(CaptureRequest request, OutputStream out, BooleanSupplier isOver, Runnable requireOpen) throws IOException {
        var filters = CaptureFilters.compile(request.filters());      // May ask a name server, so not under the lock.
        try (var memory = new MappedArena()) {
            var session = begin(request, filters, memory, requireOpen);
            try {
                return pump(session, request, out, isOver);
            } finally {
                end(session);
            }
        }
    }

    private long pump(CaptureSession session, CaptureRequest request, OutputStream out, BooleanSupplier isOver) throws IOException {
        var told = new CaptureEvents(desired.topology().name(), request, events);
        try {
            return told.ended(session.pump(out, () -> isEnding || isOver.getAsBoolean()));
        } finally {
            told.end(session.dropped());
        }
    }

    /// The memory goes when this fails, so nobody may record into it then.
    private CaptureSession begin(CaptureRequest request, List<BpfProgram> filters, MappedArena memory, Runnable requireOpen) {
        lock.lock();
        try {
            requireOpen.run();
            var decisions = new Decisions();
            var settings = CaptureSettings.of(version).withSnapLength(request.snapLength()).withMaxFrames(request.count()).withFilters(filters)
                    .withCommentator(decisions);
            var session = CaptureSession.start(List.of(), settings, WallClock.ofSystem(), memory);
            running.add(session, request, decisions, desired.topology(), converger);
            try {
                running.explain(desired.topology(), desired.overrides(), converger);
            } catch (RuntimeException fault) {
                running.remove(session, converger);
                throw fault;
            }
            return session;
        } finally {
            lock.unlock();
        }
    }

    private void end(CaptureSession session) {
        lock.lock();
        try {
            running.remove(session, converger);
            ended.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// Has captures watch and explain what the lab follows now; under the lock.
    void follow() {
        running.follow(desired.topology(), desired.overrides(), converger);
    }

    /// The same when only a guest has asked for something else.
    void guestsChanged() {
        running.explain(desired.topology(), desired.overrides(), converger);
    }

    /// Ends those that run; returns once their last frames are written, or their readers have had their time.
    void endAll() {
        isEnding = true;
        lock.lock();
        try {
            long leftNanos = PATIENCE_NANOS;
            while (!running.isEmpty() && leftNanos > 0) {
                leftNanos = ended.awaitNanos(leftNanos);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }

    /// For metrics; any thread.
    Meters.Captures counts() {
        return running.counts();
    }
}
