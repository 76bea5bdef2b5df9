package io.etherloom.lab;

import io.etherloom.capture.FrameCommentator;
import io.etherloom.frame.CapturePoint;
import io.etherloom.frame.DropReason;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Comments the frames of one capture: why a frame ended, what was changed in it, by which uplink it was placed and why, with the values that
/// decided and where they come from.
///
/// The control side replaces what sentences are made of whenever the lab changes; what changes by itself is asked anew at most ten times a
/// second. A sentence is made once for all frames of one kind (port, point, reason, addresses, tag) and kept that long, so that most frames cost
/// one look-up. Comments are asked for on the pump's thread.
final class Decisions implements FrameCommentator {
    private static final int MOST_SENTENCES = 4096;

    /// A source of the capture.
    ///
    /// @param port index in its switch
    record Source(SwitchWords words, int port) {}

    /// What makes frames alike as far as decisions go.
    private record Kind(int source, CapturePoint point, @Nullable DropReason reason, SeenFrame frame) {}

    private volatile @Nullable Source[] sources = {};
    private final Map<Kind, String> sentences = new HashMap<>();
    private @Nullable Source[] followed = sources;
    private long begunNanos;

    /// Makes sentences of these from now on, by the index of the source; null for a port that is gone, of which the old words hold. On the control
    /// side.
    void follow(@Nullable Source[] next) {
        var previous = sources;
        for (int i = 0; i < next.length && i < previous.length; i++) {
            next[i] = next[i] == null ? previous[i] : next[i];
        }
        sources = next;
    }

    @Override
    public @Nullable String comment(int source, CapturePoint point, @Nullable DropReason reason, MemorySegment bytes, long at, int captured, int tag) {
        var known = sources;
        var its = source < known.length ? known[source] : null;
        if (its == null) {
            return reason == null ? null : reason.label();
        }
        if (reason == null && !its.words().isDecided(point, its.port())) {
            return null;
        }
        forget(known);
        var kind = new Kind(source, point, reason, SeenFrame.of(bytes, at, captured, tag));
        var sentence = sentences.get(kind);
        if (sentence == null) {
            sentence = sentence(its, kind);
            sentences.put(kind, sentence);
        }
        return sentence.isEmpty() ? null : sentence;
    }

    private void forget(@Nullable Source[] known) {
        long nowNanos = System.nanoTime();
        if (known != followed || nowNanos - begunNanos > AskedStandings.FRESH_NANOS || sentences.size() >= MOST_SENTENCES) {
            sentences.clear();
            followed = known;
            begunNanos = nowNanos;
        }
    }

    private static String sentence(Source source, Kind kind) {
        var reason = kind.reason();
        try {
            return (reason != null ? source.words().drop(reason, source.port(), kind.frame())
                    : source.words().stage(kind.point(), source.port(), kind.frame())).sentence();
        } catch (RuntimeException unanswered) {
            // The port or its agent has gone since the frame was seen, or was asked too much: what can be said without asking.
            return reason == null ? "" : reason.label() + ": " + reason.meaning();
        }
    }
}
