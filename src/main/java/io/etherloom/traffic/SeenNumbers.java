package io.etherloom.traffic;

import org.jspecify.annotations.Nullable;

/// Which sequence numbers have come: one bit each, exactly, however late one comes. Pages that are complete are given back, so a stream
/// without loss needs 16 KiB whatever its length, and one with losses an eighth of an octet for each frame sent. One thread.
final class SeenNumbers {
    private static final int PAGE_BITS = 16;
    private static final int PAGE = 1 << PAGE_BITS;
    private static final long[] COMPLETE = new long[0];

    private long @Nullable [][] pages = new long[16][];
    private int[] counts = new int[16];

    /// Notes a number.
    ///
    /// @param number 0 to 2^37
    /// @return whether it is new
    boolean add(long number) {
        int index = (int) (number >>> PAGE_BITS);
        if (index >= pages.length) {
            grow(index);
        }
        long[] page = pages[index];
        if (page == COMPLETE) {
            return false;
        }
        if (page == null) {
            page = new long[PAGE / Long.SIZE];
            pages[index] = page;
        }
        int at = (int) (number & PAGE - 1) >>> 6;
        long bit = 1L << number;
        if ((page[at] & bit) != 0) {
            return false;
        }
        page[at] |= bit;
        if (++counts[index] == PAGE) {
            pages[index] = COMPLETE;
        }
        return true;
    }

    private void grow(int index) {
        int size = Math.max(index + 1, pages.length * 2);
        pages = java.util.Arrays.copyOf(pages, size);
        counts = java.util.Arrays.copyOf(counts, size);
    }
}
