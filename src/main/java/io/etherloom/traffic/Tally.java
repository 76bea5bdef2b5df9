package io.etherloom.traffic;

import io.etherloom.linux.PacketRing;
import java.lang.foreign.MemorySegment;
import org.HdrHistogram.Histogram;

/// Counts the frames of one stream that arrive at one port: each once, duplicates and reordered ones apart (RFC 4737, 3.3: a frame whose
/// number is smaller than that of one that came before), with the time that each took. What is lost is what was sent and is not here.
///
/// Written by one thread; [#arrived] may be read by any, all else when that thread has stopped. Bounded as [SeenNumbers] is; latencies
/// beyond a minute count as a minute.
public final class Tally implements PacketRing.Reader {
    private static final long LONGEST_NANOS = 60_000_000_000L;
    /// Numbers beyond this are not the generator's.
    private static final long MAX_SEQUENCE = 1L << 34;

    private final int stream;
    private final SeenNumbers seen = new SeenNumbers();
    private final Histogram latency = new Histogram(LONGEST_NANOS, 3);
    private long received;
    private long duplicates;
    private long reordered;
    private long highest = -1;
    private long clockSteps;
    private volatile long arrived;

    /// @param stream whose frames count
    public Tally(int stream) {
        this.stream = stream;
    }

    @Override
    public void frame(MemorySegment memory, long offset, int length, long realtimeNanos) {
        if (!TestFrame.isOf(memory, offset, length, stream)) {
            return;
        }
        long sequence = TestFrame.sequence(memory, offset);
        if (sequence < 0 || sequence > MAX_SEQUENCE) {
            return;
        }
        if (!seen.add(sequence)) {
            duplicates++;
            return;
        }
        received++;
        if (sequence < highest) {
            reordered++;
        } else {
            highest = sequence;
        }
        long nanos = realtimeNanos - TestFrame.sentNanos(memory, offset);
        if (nanos < 0) {
            clockSteps++;
        } else {
            latency.recordValue(Math.min(nanos, LONGEST_NANOS));
        }
    }

    /// Makes what was counted so far seen by others.
    public void publish() {
        arrived = received;
    }

    /// Frames received, duplicates not counted, as of the last [#publish].
    public long arrived() {
        return arrived;
    }

    /// Frames received, duplicates not counted.
    public long received() {
        return received;
    }

    public long duplicates() {
        return duplicates;
    }

    public long reordered() {
        return reordered;
    }

    /// Frames that arrived before they were sent, because the machine's clock was set meanwhile; they have no latency.
    public long clockSteps() {
        return clockSteps;
    }

    /// Nanoseconds from just before the system call that sent a frame until the receiving interface had it.
    public Histogram latency() {
        return latency;
    }
}
