/// The memory a frame lives in and who owns it, what travels with it, and the words for where it ended.
///
/// A [io.etherloom.frame.Frame] comes from a [io.etherloom.frame.FramePool], reaches a [io.etherloom.frame.FrameSwitch] in a
/// [io.etherloom.frame.FrameBatch] and leaves it through the [io.etherloom.frame.FrameQueue]s of the switch's
/// [io.etherloom.frame.PortSet]. Everything here belongs to the agent thread and allocates nothing once started; only counters may be read
/// by others. Start with `Frame`, then `PortSet`.
@NullMarked
package io.etherloom.frame;

import org.jspecify.annotations.NullMarked;
