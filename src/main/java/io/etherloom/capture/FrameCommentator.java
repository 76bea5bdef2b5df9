package io.etherloom.capture;

import io.etherloom.frame.CapturePoint;
import io.etherloom.frame.DropReason;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Says in words what was decided about a captured frame; the sentence becomes its comment in the file. Asked once for each copy, on the
/// thread of the pump and never on an agent's, so it may look things up but is worth a cache: a comment that is the same object for the
/// same decision is encoded once. A super-frame is shown as it came, before it is cut; all its segments get the one comment.
@FunctionalInterface
public interface FrameCommentator {
    /// The comment of a frame, or null for none.
    ///
    /// @param source index of the port in the session, in the order of [CaptureSession#start] and [CaptureSession#add]
    /// @param reason why the frame ended, only at [CapturePoint#DROP]
    /// @param bytes holds the frame as it stands on the wire, its tag included; valid during the call
    /// @param at where it begins there
    /// @param captured octets that were copied, at most the snap length unless the frame is unfinished
    /// @param tag the frame's tag at this point, which stands behind the addresses in `bytes` when it is not [io.etherloom.wire.Tag#NONE]
    @Nullable String comment(int source, CapturePoint point, @Nullable DropReason reason, MemorySegment bytes, long at, int captured, int tag);

    /// Names the reason of a drop, and says nothing of any other frame.
    static FrameCommentator reasons() {
        var sentences = Arrays.stream(DropReason.values()).map(reason -> "dropped: " + reason.label()).toArray(String[]::new);
        return (_, _, reason, _, _, _, _) -> reason == null ? null : sentences[reason.ordinal()];
    }
}
