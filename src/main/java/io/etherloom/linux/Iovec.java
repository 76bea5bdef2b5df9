package io.etherloom.linux;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// An array of `struct iovec` (`<linux/uio.h>`: a pointer and a size of 8 octets each) in native memory, allocated once and set again
/// for each call. It holds addresses, not segments: the caller keeps alive what they point to. Belongs to one thread.
public final class Iovec {
    /// `sizeof(struct iovec)`.
    public static final int BYTES = 16;

    private final MemorySegment vectors;

    /// @param size how many vectors, 1 to 1024 (`UIO_MAXIOV`) for one call
    public Iovec(int size) {
        if (size < 1) throw new IllegalArgumentException("an array of " + size + " vectors");
        vectors = Arena.ofAuto().allocate((long) size * BYTES, 8);
    }

    /// Points a vector at native memory.
    ///
    /// @param address of the first octet, from [MemorySegment#address()] of a native segment
    /// @param bytes   how many
    public void set(int index, long address, long bytes) {
        long offset = (long) index * BYTES;
        vectors.set(JAVA_LONG, offset, address);
        vectors.set(JAVA_LONG, offset + 8, bytes);
    }

    /// Where a vector points.
    public long address(int index) {
        return vectors.get(JAVA_LONG, (long) index * BYTES);
    }

    /// How many octets a vector spans.
    public long bytes(int index) {
        return vectors.get(JAVA_LONG, (long) index * BYTES + 8);
    }

    /// Address of the array itself.
    long address() {
        return vectors.address();
    }
}
