package io.etherloom.frame;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/// How many durations there were of which length, by powers of two, and their sum: a histogram that costs two additions to write and
/// allocates nothing.
///
/// ```
/// cell    0          1              …   20              21       22
///         ≤ 1.024 µs ≤ 2.048 µs         ≤ 1.074 s       longer   sum in ns
/// ```
///
/// One writer; any thread reads. Each cell is one opaque access, so a reader sees every cell whole, not all of one instant.
public final class DurationCounts {
    /// How many bounds there are; beyond the last everything counts alike.
    public static final int BOUNDS = 21;

    private static final VarHandle CELL = MethodHandles.arrayElementVarHandle(long[].class);
    /// The first bound is two to this power, in nanoseconds.
    private static final int FIRST_POWER = 10;
    private static final int SUM = BOUNDS + 1;

    private final long[] cells = new long[SUM + 1];

    /// The longest duration, in nanoseconds, that counts in this cell.
    ///
    /// @param cell below [#BOUNDS]
    public static long boundNanos(int cell) {
        return 1L << FIRST_POWER + cell;
    }

    /// Counts one duration.
    ///
    /// @param nanos a negative one counts as 0
    public void add(long nanos) {
        add(nanos, 1);
    }

    /// Counts so many durations of one length.
    public void add(long nanos, long times) {
        long length = Math.max(0, nanos);
        int cell = length <= boundNanos(0) ? 0 : Math.min(BOUNDS, Long.SIZE - FIRST_POWER - Long.numberOfLeadingZeros(length - 1));
        CELL.setOpaque(cells, cell, cells[cell] + times);
        CELL.setOpaque(cells, SUM, cells[SUM] + length * times);
    }

    /// How many there were whose length is within the bound of this cell and not within that of the cell before.
    ///
    /// @param cell up to [#BOUNDS], which is for all that are longer
    public long count(int cell) {
        return (long) CELL.getOpaque(cells, cell);
    }

    /// How many there were.
    public long count() {
        long count = 0;
        for (int cell = 0; cell <= BOUNDS; cell++) {
            count += count(cell);
        }
        return count;
    }

    /// Their sum in nanoseconds.
    public long sumNanos() {
        return (long) CELL.getOpaque(cells, SUM);
    }
}
