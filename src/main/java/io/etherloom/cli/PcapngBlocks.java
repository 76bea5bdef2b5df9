package io.etherloom.cli;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/// Cuts a stream of pcapng into its blocks (draft-ietf-opsawg-pcapng, "General Block Structure"), so that a file ends with a whole one
/// whenever the capture ends.
///
///     | type (4) | total length (4) | body … | total length (4) |
final class PcapngBlocks {
    private static final int SECTION_HEADER = 0x0a0d0d0a;
    private static final int BYTE_ORDER_MAGIC = 0x1a2b3c4d;
    private static final int ENHANCED_PACKET = 6;
    private static final int SIMPLE_PACKET = 3;
    private static final int HEAD_SIZE = 12;
    private static final int MAX_SIZE = 16 * 1024 * 1024;

    private final InputStream in;
    private ByteOrder order = ByteOrder.LITTLE_ENDIAN;

    PcapngBlocks(InputStream in) {
        this.in = in;
    }

    /// One block.
    ///
    /// @param isFrame whether it holds a frame
    record Block(byte[] octets, boolean isFrame) {}

    /// The next block, or null at the end of the stream.
    @Nullable Block next() throws IOException {
        var head = in.readNBytes(HEAD_SIZE);
        if (head.length == 0) {
            return null;
        }
        if (head.length < HEAD_SIZE) {
            throw new EOFException("the capture ends within a block");
        }
        var view = ByteBuffer.wrap(head);
        if (view.getInt(0) == SECTION_HEADER) {
            // The type reads the same in both orders; what follows the length tells which one this section has.
            order = view.order(ByteOrder.BIG_ENDIAN).getInt(8) == BYTE_ORDER_MAGIC ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
        }
        view.order(order);
        int size = view.getInt(4);
        if (size < HEAD_SIZE || size > MAX_SIZE) {
            throw new IOException("the lab sent a block of " + size + " octets");
        }
        var octets = java.util.Arrays.copyOf(head, size);
        if (in.readNBytes(octets, HEAD_SIZE, size - HEAD_SIZE) < size - HEAD_SIZE) {
            throw new EOFException("the capture ends within a block");
        }
        int type = view.getInt(0);
        return new Block(octets, type == ENHANCED_PACKET || type == SIMPLE_PACKET);
    }

    /// Whether a part of the next block is already here.
    boolean hasMoreAtOnce() throws IOException {
        return in.available() > 0;
    }
}
