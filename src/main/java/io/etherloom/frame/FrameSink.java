package io.etherloom.frame;

import org.jspecify.annotations.Nullable;

/// Who takes the frames that leave by a port: a device, a recorder in a test. Called on the agent thread.
@FunctionalInterface
public interface FrameSink {
    /// Takes the bytes of a frame, as it stands on the wire with this tag. The caller keeps its hold; a sink that needs the frame for longer
    /// adds one of its own.
    ///
    /// @return null when the frame was taken; [DropReason#QUEUE_FULL] when there is no room now, so that the frame waits in the switch; any other
    ///     reason when it cannot be had at all
    @Nullable DropReason transmit(Frame frame, int tag);
}
