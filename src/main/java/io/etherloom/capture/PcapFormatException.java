package io.etherloom.capture;

import java.io.IOException;

/// A capture file is broken or of a kind that is not read. What was read before it is good.
public final class PcapFormatException extends IOException {
    private static final long serialVersionUID = 1;

    private final long packet;
    private final long offset;

    PcapFormatException(long packet, long offset, String problem) {
        super("packet " + packet + ", offset " + offset + ": " + problem);
        this.packet = packet;
        this.offset = offset;
    }

    /// Number of the packet that could not be read, the first being 1.
    public long packet() {
        return packet;
    }

    /// Where in the file the broken block or packet begins, in octets.
    public long offset() {
        return offset;
    }
}
