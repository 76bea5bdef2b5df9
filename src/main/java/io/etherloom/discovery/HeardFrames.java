package io.etherloom.discovery;

import io.etherloom.frame.Frame;

/// Takes the frames of discovery protocols that ports have heard, and hands them to whoever reads them. Called on the agent thread.
@FunctionalInterface
public interface HeardFrames {
    /// Copies what it needs; the frame stays the caller's. What there is no room for is lost.
    void heard(int port, Frame frame, long nowNanos);
}
