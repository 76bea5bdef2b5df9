package io.etherloom.capture;

import static java.nio.ByteOrder.BIG_ENDIAN;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/// The octets of a capture file in the byte order that the file has, and where in it we are.
final class PcapInput {
    /// No block or packet that makes sense is longer; a broken length must not cost the memory it names.
    static final int MAX_LENGTH = 1 << 24;

    private final InputStream in;
    private ByteOrder order = BIG_ENDIAN;
    private long position;
    private long start;
    private long packet = 1;

    PcapInput(InputStream in) {
        this.in = in;
    }

    void order(ByteOrder order) {
        this.order = order;
    }

    ByteOrder order() {
        return order;
    }

    /// A packet has been read whole.
    void countPacket() {
        packet++;
    }

    /// The first octets of something that the file may also end before.
    ///
    /// @return null at the end of the file
    @Nullable ByteBuffer begin(int length) throws IOException {
        start = position;
        var bytes = in.readNBytes(length);
        position += bytes.length;
        if (bytes.length == 0) {
            return null;
        }
        return whole(bytes, length);
    }

    /// Octets that must be there.
    ///
    /// @param what names them in the exception
    ByteBuffer read(long length, String what) throws IOException {
        if (length < 0 || length > MAX_LENGTH) {
            throw broken(what + " of " + length + " octets");
        }
        // readNBytes reads in pieces, so that a length beyond the end of the file costs no memory.
        var bytes = in.readNBytes((int) length);
        position += bytes.length;
        return whole(bytes, (int) length);
    }

    private ByteBuffer whole(byte[] bytes, int length) throws PcapFormatException {
        if (bytes.length < length) {
            throw broken("the file ends " + (length - bytes.length) + " octets too early");
        }
        return ByteBuffer.wrap(bytes).order(order);
    }

    /// A length on the wire, which needs no octets in the file.
    int originalLength(int field) throws PcapFormatException {
        if (field < 0) {
            throw broken("a frame of " + Integer.toUnsignedLong(field) + " octets on the wire");
        }
        return field;
    }

    PcapFormatException broken(String problem) {
        return new PcapFormatException(packet, start, problem);
    }
}
