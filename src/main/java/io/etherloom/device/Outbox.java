package io.etherloom.device;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The pipes to other agents that have got frames since [#publish]: those are shown to their receivers together, after the switch has counted
/// them and observers have seen them. So a capture has the cause before the effect, and a batch costs one fence. Owned by the agent thread.
public final class Outbox {
    private @Nullable FramePipe[] pipes = new FramePipe[8];
    private int size;

    /// Each pipe once; it says itself whether it is in.
    void add(FramePipe pipe) {
        if (size == pipes.length) {
            pipes = Arrays.copyOf(pipes, size * 2);
        }
        pipes[size++] = pipe;
    }

    /// Shows the receivers what was written, and wakes those that sleep; after each flush of a switch.
    public void publish() {
        for (int i = 0; i < size; i++) {
            var pipe = pipes[i];
            pipes[i] = null;
            if (pipe != null) {
                pipe.publish();
            }
        }
        size = 0;
    }
}
