package io.etherloom.device;

import io.etherloom.frame.FrameBatch;
import io.etherloom.frame.FrameSink;

/// What a port is plugged into. All methods but [#close] run on the agent thread and allocate nothing per frame; `close` is called when
/// the agent has let go of the device.
public interface Device extends FrameSink, AutoCloseable {
    /// A device that no descriptor announces; it says by [ReadyList] when it has frames.
    int NO_DESCRIPTOR = -1;

    /// Adds frames that have arrived, at most as many as the batch has room for.
    ///
    /// @return how many were added, or -errno when the device has failed for good
    int receive(FrameBatch batch);

    /// The link as the switch commands it: while it is down, frames are refused as `LINK_DOWN` and nothing arrives.
    void setLink(boolean isUp);

    /// Gives the other end little at a time, or no longer: a guest that is about to be carried away leaves behind what lies between it and the device when it
    /// stops, and frames wait better in the queue of the port. Nothing changes where little lies there anyway.
    default void keepBacklogShort(boolean isShort) {}

    /// What `epoll` watches for frames, or [#NO_DESCRIPTOR].
    default int descriptor() {
        return NO_DESCRIPTOR;
    }

    @Override
    void close();
}
