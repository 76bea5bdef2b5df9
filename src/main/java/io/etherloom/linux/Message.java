package io.etherloom.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// A `struct msghdr` of 64-bit machines (recvmsg(2)) with room for one piece of ancillary data (cmsg(3)), made once and used for every call. Belongs to
/// one thread at a time.
///
///     msghdr:  ptr name, u32 name size | ptr iov, size iov count | ptr control, size | int flags
///     control: size with this header, int level, int type | data
final class Message {
    private static final int BYTES = 56;
    private static final int VECTORS = 16;
    private static final int COUNT = 24;
    private static final int CONTROL = 32;
    private static final int CONTROL_SIZE = 40;
    private static final int LEVEL = 8;
    private static final int TYPE = 12;
    private static final int DATA = 16;
    private static final int CONTROL_BYTES = 64;

    private final MemorySegment header = Arena.ofAuto().allocate(BYTES, 8);
    private final MemorySegment control = Arena.ofAuto().allocate(CONTROL_BYTES, 8);

    /// The message for one call, without ancillary data.
    ///
    /// @param count how many vectors, from the first on
    long plain(Iovec vectors, int count) {
        return of(vectors, count, 0);
    }

    /// The message for one call that receives, with room for ancillary data.
    long receiving(Iovec vectors, int count) {
        return of(vectors, count, CONTROL_BYTES);
    }

    /// The message for one call that sends, with an `int` as ancillary data.
    long with(Iovec vectors, int count, int level, int type, int value) {
        control.set(JAVA_LONG, 0, DATA + Integer.BYTES);
        control.set(JAVA_INT, LEVEL, level);
        control.set(JAVA_INT, TYPE, type);
        control.set(JAVA_INT, DATA, value);
        return of(vectors, count, DATA + Long.BYTES);
    }

    private long of(Iovec vectors, int count, int controlBytes) {
        header.set(JAVA_LONG, VECTORS, vectors.address());
        header.set(JAVA_LONG, COUNT, count);
        header.set(JAVA_LONG, CONTROL, controlBytes == 0 ? 0 : control.address());
        header.set(JAVA_LONG, CONTROL_SIZE, controlBytes);
        return header.address();
    }

    /// Whether the message that was received last came with this kind of ancillary data.
    ///
    /// @param bytes that it has at least
    boolean came(int level, int type, int bytes) {
        return header.get(JAVA_LONG, CONTROL_SIZE) >= DATA + bytes && control.get(JAVA_INT, LEVEL) == level && control.get(JAVA_INT, TYPE) == type;
    }

    /// An `int` of these data.
    int data(int offset) {
        return control.get(JAVA_INT, (long) DATA + offset);
    }
}
