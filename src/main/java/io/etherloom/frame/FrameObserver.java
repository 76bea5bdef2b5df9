package io.etherloom.frame;

import org.jspecify.annotations.Nullable;

/// Looks at frames that pass one port. Called on the agent thread, once for each frame and point, so it must neither keep the frame
/// nor allocate.
public interface FrameObserver {
    /// @param tag the tag that the frame has at this point
    /// @param reason why the frame ended, only at [CapturePoint#DROP]
    /// @param nowNanos the agent's clock at the start of the batch
    void observe(CapturePoint point, Frame frame, int tag, @Nullable DropReason reason, long nowNanos);
}
