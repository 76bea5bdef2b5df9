package io.etherloom.device;

import io.etherloom.agent.Inbox;
import io.etherloom.frame.DropReason;
import io.etherloom.frame.Frame;
import io.etherloom.frame.FrameSink;
import io.etherloom.frame.PortSet;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Gives frames to a device and remembers the last of them with their time: those that came after a guest had stopped lie in its hypervisor, which throws
/// them away with the guest, so they are given again where the guest goes on. Owned by the agent of the port.
public final class RecentFrames implements FrameSink {
    /// A power of two; at a million frames a second four milliseconds.
    private static final int COUNT = 4096;

    private final FrameSink device;
    private final LongSupplier clock;
    private final FramePipe pipe;
    private final Outbox outbox = new Outbox();
    private final long[] times = new long[COUNT];
    private long written;
    private long forgotten;

    /// @param octets of what is remembered, about
    /// @param clock  nanoseconds
    /// @throws OutOfMemoryError when the process may not have so much
    public RecentFrames(FrameSink device, long octets, LongSupplier clock) {
        this.device = device;
        this.clock = clock;
        long wanted = Math.max(2L * FramePipe.MAX_RECORD, octets);
        pipe = new FramePipe(new Inbox(() -> { }), (int) (Long.highestOneBit(wanted - 1) << 1));
    }

    @Override
    public @Nullable DropReason transmit(Frame frame, int tag) {
        var refusal = device.transmit(frame, tag);
        if (refusal == null) {
            remember(frame, tag);
        }
        return refusal;
    }

    private void remember(Frame frame, int tag) {
        if (written - forgotten == COUNT) {
            forget();
        }
        while (!pipe.write(frame, tag, outbox)) {
            if (written == forgotten) {
                return;
            }
            forget();
        }
        outbox.publish();
        times[(int) written++ & COUNT - 1] = clock.getAsLong();
    }

    private void forget() {
        if (pipe.look()) {
            pipe.ring().release();
        }
        forgotten++;
    }

    /// Gives what the device has got since then to the hold, oldest first, and forgets everything.
    ///
    /// @return how many frames that are, the last ones that the device got; those too for which there was no room
    public int giveTo(FrameHold hold, PortSet ports, long sinceNanos) {
        int count = 0;
        while (written > forgotten && pipe.look()) {
            boolean isLate = times[(int) forgotten & COUNT - 1] >= sinceNanos;
            if (isLate) {
                var frame = pipe.take(ports.pool());
                if (frame == null) {
                    return count + (int) (written - forgotten);
                }
                hold.transmit(frame, pipe.takenTag());
                frame.release();
                forgotten++;
                count++;
            } else {
                forget();
            }
        }
        return count;
    }
}
