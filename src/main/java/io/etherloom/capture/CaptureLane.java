package io.etherloom.capture;

import io.etherloom.agent.ByteRing;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/// What one agent adds to a capture: a ring of copies and the recorders of its ports, which are made when they are first asked for. The ring
/// is, too, so that a capture of one agent's ports costs the memory of one. Recorders are made by control, the ring is emptied by the pump.
final class CaptureLane {
    private final CaptureSettings settings;
    private final Arena arena;
    private final List<PortRecorder> recorders = new CopyOnWriteArrayList<>();
    private volatile @Nullable ByteRing ring;

    // Owned by the pump.
    private long firstEnd;
    private long end;

    /// @param arena gives the memory of the ring
    CaptureLane(CaptureSettings settings, Arena arena) {
        this.settings = settings;
        this.arena = arena;
    }

    /// The recorder that was made for a source, or null.
    @Nullable PortRecorder existing(int source) {
        for (var recorder : recorders) {
            if (recorder.source() == source) {
                return recorder;
            }
        }
        return null;
    }

    /// The recorder of a source; asked for by one thread at a time.
    ///
    /// @param points bit set of the ordinals of the points to record
    PortRecorder recorder(int source, int points) {
        var existing = existing(source);
        if (existing != null) {
            return existing;
        }
        var used = ring;
        if (used == null) {
            used = new ByteRing(settings.ringBytes(), arena);
            ring = used;
        }
        var recorder = new PortRecorder(used, source, points, settings.snapLength(), new CaptureFilter(settings.filters()));
        recorders.add(recorder);
        return recorder;
    }

    /// Frames whose copy was lost.
    long dropped() {
        return recorders.stream().mapToLong(PortRecorder::dropped).sum();
    }

    /// Those of one source at the point with this ordinal.
    long dropped(int source, int point) {
        return recorders.stream().filter(it -> it.source() == source).mapToLong(it -> it.dropped(point)).sum();
    }

    /// The memory of the records; after [#looksOnce].
    ByteRing ring() {
        var used = ring;
        if (used == null) {
            throw new IllegalStateException("nothing is recorded here");
        }
        return used;
    }

    /// Pump: what is to be written in this round.
    ///
    /// @return whether anything was ever recorded here
    boolean looksOnce() {
        var used = ring;
        if (used == null) {
            return false;
        }
        firstEnd = used.committed();
        return true;
    }

    /// Pump: what may be written in this round, since something of another lane may come after it.
    void looksAgain() {
        end = ring().committed();
    }

    /// Pump: whether something of this round is left.
    boolean isLeft() {
        return ring().next(firstEnd) >= 0;
    }

    /// Pump: offset of the oldest record, or -1.
    long next() {
        return ring().next(end);
    }
}
