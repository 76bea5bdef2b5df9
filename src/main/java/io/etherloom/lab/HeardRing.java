package io.etherloom.lab;

import io.etherloom.agent.ByteRing;
import io.etherloom.discovery.HeardFrames;
import io.etherloom.frame.Frame;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Frames of CDP and LLDP on their way from one agent to the control side. Bounded: where the reader is behind, frames are lost, and the
/// neighbour says it all again. Written by the agent, read under the lab's lock.
///
/// ```
///  number of the switch | port index | time | octets of the frame, untagged, at most 1514
///  4                      4            8
/// ```
final class HeardRing {
    private static final int CAPACITY = 1 << 16;
    private static final int HEADER = 16;
    private static final int MAX_FRAME = 1514;
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;

    private final ByteRing ring = new ByteRing(CAPACITY);
    private final Runnable onHeard;

    /// @param onHeard run on the agent thread for each frame
    HeardRing(Runnable onHeard) {
        this.onHeard = onHeard;
    }

    /// Takes what a switch of the agent hears.
    HeardFrames of(int switchNumber) {
        return (port, frame, nowNanos) -> put(switchNumber, port, frame, nowNanos);
    }

    private void put(int switchNumber, int port, Frame frame, long nowNanos) {
        int length = Math.min(MAX_FRAME, frame.length());
        long at = ring.claim(HEADER + length);
        if (at < 0) {
            return;
        }
        var memory = ring.memory();
        memory.set(INT, at, switchNumber);
        memory.set(INT, at + 4, port);
        memory.set(LONG, at + 8, nowNanos);
        frame.copy(0, length, memory, at + HEADER);
        ring.commit();
        onHeard.run();
    }

    /// Receives one frame that was heard.
    interface Reader {
        void read(int switchNumber, int port, byte[] frame, long heardNanos);
    }

    /// Reads what was heard so far.
    void drain(Reader reader) {
        long end = ring.committed();
        for (long at = ring.next(end); at >= 0; at = ring.next(end)) {
            var memory = ring.memory();
            var frame = new byte[ring.length() - HEADER];
            MemorySegment.copy(memory, ValueLayout.JAVA_BYTE, at + HEADER, frame, 0, frame.length);
            int switchNumber = memory.get(INT, at);
            int port = memory.get(INT, at + 4);
            long heardNanos = memory.get(LONG, at + 8);
            ring.release();
            reader.read(switchNumber, port, frame, heardNanos);
        }
    }
}
