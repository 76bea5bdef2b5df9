package io.etherloom.capture;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// Writes the blocks of a pcapng file with one little-endian section (draft-ietf-opsawg-pcapng). Blocks are collected and handed to the
/// stream whole. Used by one thread; interfaces count from 0 in the order of [#describe].
final class PcapngWriter {
    private static final int INITIAL_BYTES = 1 << 18;
    private static final int MAX_TEXT = 4096;
    /// Fixed fields and options of any block, without texts and frame.
    private static final int MAX_FIXED = 256;
    private static final byte NANOSECONDS = 9;

    private final OutputStream out;
    private ByteBuffer blocks = ByteBuffer.allocate(INITIAL_BYTES).order(LITTLE_ENDIAN);
    private int blockStart;

    PcapngWriter(OutputStream out) {
        this.out = out;
    }

    /// The Section Header Block, with which the file begins.
    void section(String hardware, String os, String application) throws IOException {
        begin(Pcapng.SECTION, 3 * MAX_TEXT);
        blocks.putInt(Pcapng.BYTE_ORDER_MAGIC).putShort((short) 1).putShort((short) 0).putLong(-1);
        text(Pcapng.SHB_HARDWARE, hardware);
        text(Pcapng.SHB_OS, os);
        text(Pcapng.SHB_USERAPPL, application);
        end();
    }

    /// An Interface Description Block; texts are cut at 4,096 octets.
    void describe(String name, String description, int snapLength) throws IOException {
        begin(Pcapng.INTERFACE, 2 * MAX_TEXT);
        blocks.putShort((short) Pcapng.LINKTYPE_ETHERNET).putShort((short) 0).putInt(snapLength);
        text(Pcapng.IF_NAME, name);
        text(Pcapng.IF_DESCRIPTION, description);
        option(Pcapng.IF_TSRESOL, 1);
        blocks.put(NANOSECONDS);
        end();
    }

    /// An Enhanced Packet Block.
    ///
    /// @param captured octets from `at` on that are written
    /// @param originalLength octets that the frame had on the wire
    void frame(int interfaceIndex, long epochNanos, Direction direction, MemorySegment bytes, long at, int captured,
            int originalLength, @Nullable String comment) throws IOException {
        begin(Pcapng.ENHANCED_PACKET, captured + MAX_TEXT);
        blocks.putInt(interfaceIndex);
        time(epochNanos);
        blocks.putInt(captured).putInt(originalLength);
        MemorySegment.copy(bytes, ValueLayout.JAVA_BYTE, at, blocks.array(), blocks.position(), captured);
        blocks.position(blocks.position() + captured);
        pad();
        if (comment != null) {
            text(Pcapng.OPT_COMMENT, comment);
        }
        if (direction != Direction.UNKNOWN) {
            option(Pcapng.EPB_FLAGS, 4);
            blocks.putInt(direction.ordinal());
        }
        end();
    }

    /// An Interface Statistics Block.
    ///
    /// @param received frames that passed, whether they are in the file or not
    /// @param dropped those that are not because the writer was too slow
    void statistics(int interfaceIndex, long startNanos, long endNanos, long received, long dropped) throws IOException {
        begin(Pcapng.STATISTICS, 0);
        blocks.putInt(interfaceIndex);
        time(endNanos);
        option(Pcapng.ISB_STARTTIME, 8);
        time(startNanos);
        option(Pcapng.ISB_ENDTIME, 8);
        time(endNanos);
        option(Pcapng.ISB_IFRECV, 8);
        blocks.putLong(received);
        option(Pcapng.ISB_IFDROP, 8);
        blocks.putLong(dropped);
        end();
    }

    /// Hands everything to the stream and flushes that.
    void flush() throws IOException {
        if (blocks.position() > 0) {
            drain();
            out.flush();
        }
    }

    private void drain() throws IOException {
        out.write(blocks.array(), 0, blocks.position());
        blocks.clear();
    }

    private void begin(int type, int size) throws IOException {
        if (blocks.remaining() < size + MAX_FIXED) {
            drain();
            if (blocks.capacity() < size + MAX_FIXED) {
                blocks = ByteBuffer.allocate(size + MAX_FIXED).order(LITTLE_ENDIAN);
            }
        }
        blockStart = blocks.position();
        blocks.putInt(type).putInt(0);
    }

    /// Ends the options, which every block of ours may have, and writes the length at both ends.
    private void end() {
        pad();
        blocks.putInt(Pcapng.OPT_END);
        int length = blocks.position() + 4 - blockStart;
        blocks.putInt(length);
        blocks.putInt(blockStart + 4, length);
    }

    /// The time as its high and its low half, in this order in both byte orders.
    private void time(long epochNanos) {
        blocks.putInt((int) (epochNanos >>> 32)).putInt((int) epochNanos);
    }

    private void option(int code, int length) {
        pad();
        blocks.putShort((short) code).putShort((short) length);
    }

    private void text(int code, String text) {
        var octets = text.getBytes(StandardCharsets.UTF_8);
        int length = Math.min(octets.length, MAX_TEXT - 8);
        while (length < octets.length && (octets[length] & 0xC0) == 0x80) {
            length--;     // not inside a character
        }
        if (length > 0) {
            option(code, length);
            blocks.put(octets, 0, length);
        }
    }

    /// Frames and option values end at a multiple of four; so does every block, hence every position in the buffer.
    private void pad() {
        while ((blocks.position() - blockStart & 3) != 0) {
            blocks.put((byte) 0);
        }
    }
}
