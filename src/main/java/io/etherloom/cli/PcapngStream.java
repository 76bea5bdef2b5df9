package io.etherloom.cli;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/// Reads a stream of pcapng block by block, in place and without an object for each (draft-ietf-opsawg-pcapng, "General Block Structure").
///
///     | type (4) | total length (4) | body … | total length (4) |
final class PcapngStream {
    static final int SECTION = 0x0a0d0d0a;
    static final int INTERFACE = 1;
    static final int SIMPLE_PACKET = 3;
    static final int NAMES = 4;
    static final int STATISTICS = 5;
    static final int ENHANCED_PACKET = 6;

    private static final int BYTE_ORDER_MAGIC = 0x1a2b3c4d;
    private static final int HEAD_SIZE = 12;
    private static final int MAX_SIZE = 16 * 1024 * 1024;

    private final InputStream in;
    private ByteBuffer octets = ByteBuffer.allocate(1 << 18).order(ByteOrder.LITTLE_ENDIAN);
    /// Octets that have been read.
    private int filled;
    private int start;
    private int size;

    PcapngStream(InputStream in) {
        this.in = in;
    }

    /// Goes on to the next block.
    ///
    /// @return false at the end of the stream
    boolean next() throws IOException {
        start += size;
        size = 0;
        if (!has(HEAD_SIZE)) {
            return false;
        }
        if (octets.getInt(start) == SECTION) {
            // The type reads the same in both orders; what follows the length tells which one this section has.
            boolean isBig = octets.order(ByteOrder.BIG_ENDIAN).getInt(start + 8) == BYTE_ORDER_MAGIC;
            octets.order(isBig ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
        }
        int length = octets.getInt(start + 4);
        if (length < HEAD_SIZE || length > MAX_SIZE) {
            throw new IOException("the lab sent a block of " + length + " octets");
        }
        if (!has(length)) {
            throw new EOFException("the capture ends within a block");
        }
        size = length;
        return true;
    }

    /// Reads until so many octets of the next block are here.
    private boolean has(int wanted) throws IOException {
        while (filled - start < wanted) {
            if (octets.capacity() - start < wanted || filled == octets.capacity()) {
                makeRoom(wanted);
            }
            int count = in.read(octets.array(), filled, octets.capacity() - filled);
            if (count < 0) {
                if (filled > start) {
                    throw new EOFException("the capture ends within a block");
                }
                return false;
            }
            filled += count;
        }
        return true;
    }

    private void makeRoom(int wanted) {
        var kept = wanted > octets.capacity() ? ByteBuffer.allocate(Math.max(wanted, octets.capacity() * 2)).order(octets.order()) : octets;
        System.arraycopy(octets.array(), start, kept.array(), 0, filled - start);
        octets = kept;
        filled -= start;
        start = 0;
    }

    /// What [#start] and [#size] refer to, in the order of the section; changes with [#next].
    ByteBuffer octets() {
        return octets;
    }

    int start() {
        return start;
    }

    int size() {
        return size;
    }

    int type() {
        return octets.getInt(start);
    }

    boolean isFrame() {
        int type = type();
        return type == ENHANCED_PACKET || type == SIMPLE_PACKET;
    }

    /// A copy of the block.
    byte[] copy() {
        return Arrays.copyOfRange(octets.array(), start, start + size);
    }

    /// Whether a part of the next block is already here.
    boolean hasMoreAtOnce() throws IOException {
        return filled > start + size || in.available() > 0;
    }

    /// Frames that the lab says are missing, of a block of statistics (`isb_ifdrop`).
    long missing() {
        for (int at = start + 20; at + 4 <= start + size - 4; ) {
            int code = octets.getShort(at);
            int length = Short.toUnsignedInt(octets.getShort(at + 2));
            if (code == 0) {
                break;
            }
            if (code == 5 && length == 8) {
                return octets.getLong(at + 4);
            }
            at += 4 + (length + 3 & -4);
        }
        return 0;
    }
}
