package io.etherloom.trace;

import io.etherloom.frame.CapturePoint;
import io.etherloom.frame.DropReason;
import org.jspecify.annotations.Nullable;

/// What a capture at a port of the switch would show of the frame.
///
/// @param port   index of the port
/// @param tag    that the frame has there
/// @param reason why it ended, only at [CapturePoint#DROP]
/// @param frame  the octets without tag; shared by steps, not to be changed; empty when [#isOther]
/// @param atNanos the agent's clock: later than that of the frame's arrival when it waited in a shaper
/// @param isOther whether it happened to another frame, which had to go for the sake of this one
public record Step(CapturePoint point, int port, int tag, @Nullable DropReason reason, byte[] frame, long atNanos, boolean isOther) {}
