package io.etherloom.traffic;

import io.etherloom.linux.PacketSocket;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// Equal frames in native memory that are sent together, each with its own number. The sending thread's; freed with this object.
public final class Burst {
    /// Enough for a system call to be cheap, few beside the thousand frames that the queue of a TAP holds.
    static final int CAPACITY = 64;

    private final MemorySegment memory;
    private final PacketSocket.Batch batch = new PacketSocket.Batch(CAPACITY);
    private final int octets;
    private final long stride;
    private final long base;

    /// @param octets length without frame check sequence, at least [TestFrame#MIN_OCTETS]
    /// @param stream number by which a [Tally] knows them
    Burst(int octets, long destination, long source, int stream) {
        if (octets < TestFrame.MIN_OCTETS) {
            throw new IllegalArgumentException("a frame of " + octets + " octets");
        }
        this.octets = octets;
        stride = octets + 63L & -64L;
        memory = Arena.ofAuto().allocate(stride * CAPACITY, 64);
        base = memory.address();
        for (int i = 0; i < CAPACITY; i++) {
            TestFrame.write(memory, i * stride, destination, source, stream);
            batch.set(i, base + i * stride, octets);
        }
    }

    /// Numbers the first `count` frames from `sequence` on.
    void stamp(int count, long sequence, long sentNanos) {
        for (int i = 0; i < count; i++) {
            TestFrame.stamp(memory, i * stride, sequence + i, sentNanos);
        }
    }

    /// Has the first `count` frames come from `count` addresses that follow one another.
    void sources(int count, long firstMac) {
        for (int i = 0; i < count; i++) {
            TestFrame.source(memory, i * stride, firstMac + i);
        }
    }

    PacketSocket.Batch batch() {
        return batch;
    }

    /// Length of each frame without frame check sequence.
    public int octets() {
        return octets;
    }

    /// A frame as it stands.
    public MemorySegment frame(int index) {
        return memory.asSlice(index * stride, octets);
    }
}
