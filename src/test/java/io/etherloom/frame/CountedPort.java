package io.etherloom.frame;

import java.lang.foreign.ValueLayout;

/// Port counters that have counted, for tests of what reads them.
public final class CountedPort {
    private CountedPort() {}

    /// Counters of a port by which so many broadcast frames of 60 octets came in, of which the last was dropped, and that was given one for others.
    public static PortCounters withBroadcasts(int frames) {
        var counters = new PortCounters();
        try (var pool = new FramePool(1, 1)) {
            var frame = pool.take();
            for (int i = 0; i < 6; i++) {
                frame.head().set(ValueLayout.JAVA_BYTE, Frame.HEADROOM + i, (byte) 0xff);
            }
            int tag = frame.parse(60, null);
            for (int i = 0; i < frames; i++) {
                counters.received(frame, tag);
            }
            counters.dropped(1, DropReason.NO_RECEIVER);
            counters.watched(frame);
            frame.release();
        }
        return counters;
    }
}
