package io.etherloom.capture;

import io.etherloom.frame.Frame;
import io.etherloom.wire.Tag;
import java.lang.foreign.MemorySegment;
import java.util.List;

/// Which frames a capture wants: those that all programs accept; without a program every one. Each thread has one of its own.
///
/// A super-frame is asked by its headers, once with the length of its first segment and once with that of its last, since it is not cut on
/// the agent. That may let one pass too many, so what is cut is asked again, segment by segment, by the pump. What differs only in fields that the
/// cutting changes (identification, sequence number, total length) is judged by what stands in the super-frame's own headers.
final class CaptureFilter {
    private final BpfProgram[] programs;
    private final FilterInput input = new FilterInput();

    CaptureFilter(List<BpfProgram> programs) {
        this.programs = programs.toArray(BpfProgram[]::new);
    }

    /// Whether there is a program at all.
    boolean isEmpty() {
        return programs.length == 0;
    }

    /// Whether a frame with this tag is wanted, as far as its headers tell.
    boolean accepts(Frame frame, int tag) {
        int tagLength = frame.isTruncated() ? 0 : Tag.length(tag);
        input.show(frame, tag, frame.wireLength() + tagLength);
        if (accepts()) {
            return true;
        }
        int segments = frame.segments();
        if (segments == 1) {
            return false;
        }
        int payload = frame.wireLength() - frame.offload().headerLength();
        input.show(frame, tag, frame.length() - (segments - 1) * payload + tagLength);
        return accepts();
    }

    /// Whether octets that stand as on the wire are wanted.
    boolean accepts(MemorySegment bytes, long at, int length) {
        input.show(bytes, at, length);
        return accepts();
    }

    private boolean accepts() {
        for (var program : programs) {
            if (!program.accepts(input)) {
                return false;
            }
        }
        return true;
    }
}
