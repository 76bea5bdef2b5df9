/// Sends the frames of a capture file again: which of them, when, and with which addresses.
///
/// [io.etherloom.replay.Replay] is one run, on a thread of its own; where the frames go is a [io.etherloom.replay.FrameTarget], when they go
/// a [io.etherloom.replay.ReplaySchedule] says, what of a frame is sent a [io.etherloom.replay.FrameEditor]. Nothing here knows labs, and time is
/// passed in.
@NullMarked
package io.etherloom.replay;

import org.jspecify.annotations.NullMarked;
