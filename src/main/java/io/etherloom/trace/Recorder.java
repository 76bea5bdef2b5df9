package io.etherloom.trace;

import io.etherloom.frame.CapturePoint;
import io.etherloom.frame.DropReason;
import io.etherloom.frame.Frame;
import io.etherloom.frame.FrameObserver;
import io.etherloom.wire.Tag;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Writes down what the observers of all ports see, in order. The copies of a frame have the same octets, so these are kept once.
final class Recorder {
    private static final byte[] NOTHING = {};

    private final List<Step> steps = new ArrayList<>();
    private @Nullable Frame lastFrame;
    private byte[] lastOctets = NOTHING;

    /// What a port shows its observer.
    FrameObserver at(int port) {
        return (point, frame, tag, reason, nowNanos) -> note(point, port, frame, tag, reason, nowNanos);
    }

    private void note(CapturePoint point, int port, Frame frame, int tag, @Nullable DropReason reason, long nowNanos) {
        steps.add(new Step(point, port, tag, reason, frame.isShape() ? NOTHING : octets(frame), nowNanos, frame.isShape()));
    }

    private byte[] octets(Frame frame) {
        // A frame that went back to the pool and came again is padded, which shows in its length.
        if (frame != lastFrame || frame.length() != lastOctets.length) {
            lastOctets = new byte[frame.length()];
            frame.write(Tag.NONE, MemorySegment.ofArray(lastOctets), 0, lastOctets.length);
            lastFrame = frame;
        }
        return lastOctets;
    }

    /// Hands out what was written down, and begins anew.
    List<Step> take() {
        var taken = List.copyOf(steps);
        steps.clear();
        lastFrame = null;
        return taken;
    }
}
