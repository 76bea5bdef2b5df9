package io.etherloom.capture;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Writes the blocks of a pcapng file with one little-endian section (draft-ietf-opsawg-pcapng). Blocks are collected and handed to the
/// stream whole. Used by one thread; interfaces count from 0 in the order of [#describe].
final class PcapngWriter {
    private static final int INITIAL_BYTES = 1 << 18;
    private static final int MAX_TEXT = 4096;
    /// Fixed fields and options of any block, without texts and frame.
    private static final int MAX_FIXED = 512;
    private static final byte NANOSECONDS = 9;
    private static final int NAMES_PER_BLOCK = 1000;

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
    ///
    /// @param bitsPerSecond 0 where it is not known
    void describe(String name, String description, int snapLength, long bitsPerSecond) throws IOException {
        begin(Pcapng.INTERFACE, 2 * MAX_TEXT);
        blocks.putShort((short) Pcapng.LINKTYPE_ETHERNET).putShort((short) 0).putInt(snapLength);
        text(Pcapng.IF_NAME, name);
        text(Pcapng.IF_DESCRIPTION, description);
        if (bitsPerSecond > 0) {
            option(Pcapng.IF_SPEED, Long.BYTES);
            blocks.putLong(bitsPerSecond);
        }
        option(Pcapng.IF_TSRESOL, 1);
        blocks.put(NANOSECONDS);
        end();
    }

    /// Name Resolution Blocks; a name is cut at 4,096 octets.
    void names(List<CaptureSession.KnownAddress> known) throws IOException {
        for (int from = 0; from < known.size(); from += NAMES_PER_BLOCK) {
            var part = known.subList(from, Math.min(known.size(), from + NAMES_PER_BLOCK));
            begin(Pcapng.NAME_RESOLUTION, part.stream().mapToInt(it -> 24 + Math.min(MAX_TEXT, it.name().length() * 3)).sum());
            for (var name : part) {
                var address = name.address().getAddress();
                var octets = name.name().getBytes(StandardCharsets.UTF_8);
                int length = Math.min(octets.length, MAX_TEXT - 8);
                option(address.length == 4 ? Pcapng.NRB_RECORD_IPV4 : Pcapng.NRB_RECORD_IPV6, address.length + length + 1);
                blocks.put(address).put(octets, 0, length).put((byte) 0);
            }
            option(Pcapng.NRB_RECORD_END, 0);
            end();
        }
    }

    /// An Enhanced Packet Block.
    ///
    /// @param captured octets from `at` on that are written
    /// @param originalLength octets that the frame had on the wire
    /// @param comment in UTF-8, at most 4,088 octets of it are written
    /// @param lost frames of this interface that are missing before this one
    void frame(int interfaceIndex, long epochNanos, Direction direction, MemorySegment bytes, long at, int captured,
            int originalLength, byte @Nullable [] comment, int lost) throws IOException {
        begin(Pcapng.ENHANCED_PACKET, captured + (comment == null ? 0 : MAX_TEXT));
        blocks.putInt(interfaceIndex);
        time(epochNanos);
        blocks.putInt(captured).putInt(originalLength);
        MemorySegment.copy(bytes, ValueLayout.JAVA_BYTE, at, blocks.array(), blocks.position(), captured);
        blocks.position(blocks.position() + captured);
        pad();
        if (comment != null) {
            text(Pcapng.OPT_COMMENT, comment);
        }
        if (lost > 0) {
            text(Pcapng.OPT_COMMENT, lost + (lost == 1 ? " frame is" : " frames are") + " missing here before this one: the buffer of the capture was full");
            option(Pcapng.EPB_DROPCOUNT, Long.BYTES);
            blocks.putLong(lost);
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
    /// @param comment what is to be said of that
    void statistics(int interfaceIndex, long startNanos, long endNanos, long received, long dropped, String comment) throws IOException {
        begin(Pcapng.STATISTICS, MAX_TEXT);
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
        text(Pcapng.OPT_COMMENT, comment);
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
        text(code, text.getBytes(StandardCharsets.UTF_8));
    }

    private void text(int code, byte[] octets) {
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
