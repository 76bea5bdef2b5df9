package io.etherloom.device;

import io.etherloom.linux.UnixSocket;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// One connection by which frames come and go, each behind its length in four octets, most significant first: QEMU's `stream` netdev. It keeps
/// what was read and is no whole frame yet, and the rest of a frame that was sent in part, so that a port which moves to another agent goes on
/// where the other stopped.
///
/// ```
/// received:  | taken | length frame length frame … length fra | free |
///            0       begin                                    end
/// ```
///
/// Made by the control side, used by one [StreamDevice] at a time.
public final class StreamLink implements AutoCloseable {
    /// Octets of the length in front of each frame.
    static final int PREFIX = Integer.BYTES;
    /// The longest frame that QEMU may send (`NET_BUFSIZE` of `include/net/net.h`). A greater length is none.
    static final int MAX_LENGTH = 4096 + 65_536;
    /// Some frames of the longest kind, and a hundred and seventy of 1,500 octets.
    private static final int RECEIVED_SIZE = 1 << 18;

    private final UnixSocket socket;
    private final MemorySegment received = Arena.ofAuto().allocate(RECEIVED_SIZE, 16);
    private final MemorySegment unsent = Arena.ofAuto().allocate(PREFIX + MAX_LENGTH, 16);
    int begin;
    int end;
    int unsentBegin;
    int unsentEnd;

    /// @param socket connected; closed by this
    public StreamLink(UnixSocket socket) {
        this.socket = socket;
    }

    UnixSocket socket() {
        return socket;
    }

    MemorySegment received() {
        return received;
    }

    MemorySegment unsent() {
        return unsent;
    }

    /// Moves what is no whole frame yet to the beginning when there is no room for the rest of it.
    void makeRoom() {
        if (begin == end) {
            begin = 0;
            end = 0;
        } else if (RECEIVED_SIZE - begin < PREFIX + MAX_LENGTH) {
            MemorySegment.copy(received, begin, received, 0, end - begin);
            end -= begin;
            begin = 0;
        }
    }

    int room() {
        return RECEIVED_SIZE - end;
    }

    @Override
    public void close() {
        socket.close();
    }
}
