package io.etherloom.agent;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/// A queue of records of any length in native memory, from one producer thread to one consumer thread.
///
/// ```
///  | length | 0 | octets … | pad to 8 | length | 0 | octets … |        | -skipped | (unused up to the end)
/// ```
///
/// A record is never split: one that does not fit before the end of the memory is preceded by a mark that the consumer skips. Positions
/// count up for ever and are masked into the memory, so that full and empty differ. Both sides are wait-free and allocate nothing; a full
/// ring refuses the record. What was written before [#commit] is seen by whoever sees the record (release and acquire).
public final class ByteRing {
    private static final int HEADER = 8;
    private static final int ALIGNMENT = 8;
    private static final ValueLayout.OfInt LENGTH = ValueLayout.JAVA_INT;

    /// A counter alone on its cache lines: 128, because processors fetch lines in pairs.
    @SuppressWarnings("unused")
    private static final class Position {
        static final VarHandle VALUE = valueHandle();

        long p00, p01, p02, p03, p04, p05, p06, p07, p08, p09, p10, p11, p12, p13, p14;
        long value;
        long q00, q01, q02, q03, q04, q05, q06, q07, q08, q09, q10, q11, q12, q13, q14;

        private static VarHandle valueHandle() {
            try {
                return MethodHandles.lookup().findVarHandle(Position.class, "value", long.class);
            } catch (ReflectiveOperationException e) {
                throw new ExceptionInInitializerError(e);
            }
        }

        long acquire() {
            return (long) VALUE.getAcquire(this);
        }

        void release(long next) {
            VALUE.setRelease(this, next);
        }
    }

    private final MemorySegment memory;
    private final int capacity;
    /// Where the producer writes next; read by the consumer.
    private final Position tail = new Position();
    /// Where the consumer reads next; read by the producer.
    private final Position head = new Position();

    // Owned by the producer.
    private long claimedAt;
    private long claimedEnd;
    private long stagedEnd;
    private long knownHead;

    // Owned by the consumer.
    private long readEnd;
    private int readLength;

    /// @param capacityBytes a power of two, at least 64; half of it is the longest record that an empty ring always takes
    public ByteRing(int capacityBytes) {
        this(capacityBytes, Arena.ofAuto());
    }

    /// @param arena gives the memory and keeps it for as long as either side uses the ring
    public ByteRing(int capacityBytes, Arena arena) {
        if (capacityBytes < 64 || Integer.bitCount(capacityBytes) != 1) {
            throw new IllegalArgumentException("a ring has a power of two of octets, at least 64, not " + capacityBytes);
        }
        capacity = capacityBytes;
        memory = arena.allocate(capacityBytes, 64);
    }

    /// The memory that the offsets of [#claim] and [#next] refer to.
    public MemorySegment memory() {
        return memory;
    }

    /// Producer: room for one record, which nobody sees before [#commit].
    ///
    /// @return offset of the record's octets in [#memory], 8-aligned, or -1 when the ring is full
    public long claim(int length) {
        long start = stagedEnd;
        long size = sizeOf(length);
        long offset = start & capacity - 1;
        long skipped = offset + size > capacity ? capacity - offset : 0;
        if (size > capacity || !hasRoom(start + skipped + size)) {
            return -1;
        }
        if (skipped > 0) {
            memory.set(LENGTH, offset, (int) -skipped);
            offset = 0;
        }
        memory.set(LENGTH, offset, length);
        claimedAt = start + skipped;
        claimedEnd = start + skipped + size;
        return offset + HEADER;
    }

    private boolean hasRoom(long end) {
        if (end - knownHead <= capacity) {
            return true;
        }
        knownHead = head.acquire();
        return end - knownHead <= capacity;
    }

    /// Producer: shows the claimed record to the consumer.
    public void commit() {
        stage();
        publish();
    }

    /// Producer: shows the claimed record, of which only the first `length` octets were needed.
    public void commit(int length) {
        memory.set(LENGTH, claimedAt & capacity - 1, length);
        claimedEnd = claimedAt + sizeOf(length);
        commit();
    }

    /// Producer: keeps the claimed record, which the consumer sees with the next [#publish].
    public void stage() {
        stagedEnd = claimedEnd;
    }

    /// Producer: shows all records that were kept.
    public void publish() {
        tail.release(stagedEnd);
    }

    /// Consumer: how far the producer has come; a bound for [#next].
    public long committed() {
        return tail.acquire();
    }

    /// Consumer: the next record that was committed before `end`, which stays in the ring until [#release].
    ///
    /// @param end a value of [#committed]
    /// @return offset of the record's octets in [#memory], or -1 when there is none
    public long next(long end) {
        long start = head.value;
        if (start >= end) {
            return -1;
        }
        long offset = start & capacity - 1;
        int length = memory.get(LENGTH, offset);
        if (length < 0) {
            start -= length;
            offset = 0;
            length = memory.get(LENGTH, 0);
        }
        readLength = length;
        readEnd = start + sizeOf(length);
        return offset + HEADER;
    }

    /// Consumer: octets of the record that [#next] has found.
    public int length() {
        return readLength;
    }

    /// Consumer: gives the memory of that record back to the producer.
    public void release() {
        head.release(readEnd);
    }

    private static long sizeOf(int length) {
        return (long) HEADER + length + ALIGNMENT - 1 & -ALIGNMENT;
    }
}
