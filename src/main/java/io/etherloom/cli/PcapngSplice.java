package io.etherloom.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// Puts several captures of one lab behind each other into one section of pcapng, because not every reader of a pipe knows a second one: the
/// section headers behind the first are left out, and the interfaces of each capture are numbered on (draft-ietf-opsawg-pcapng). All
/// are of the same byte order, which is the lab's.
final class PcapngSplice {
    private static final int SECTION_HEADER = 0x0a0d0d0a;
    private static final int BYTE_ORDER_MAGIC = 0x1a2b3c4d;
    private static final int INTERFACE = 1;
    private static final int STATISTICS = 5;
    private static final int ENHANCED_PACKET = 6;
    private static final int BODY = 8;

    private final OutputStream out;
    private ByteOrder order = ByteOrder.LITTLE_ENDIAN;
    private boolean hasSection;
    private int interfaces;
    private int before;

    PcapngSplice(OutputStream out) {
        this.out = out;
    }

    /// The next capture begins.
    void begin() {
        before = interfaces;
    }

    /// Writes one block.
    void write(byte[] block) throws IOException {
        var view = ByteBuffer.wrap(block);
        if (view.getInt(0) == SECTION_HEADER) {
            order = view.getInt(BODY) == BYTE_ORDER_MAGIC ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
            if (hasSection) {
                return;
            }
            hasSection = true;
        }
        view.order(order);
        switch (view.getInt(0)) {
            case INTERFACE -> interfaces++;
            case STATISTICS, ENHANCED_PACKET -> view.putInt(BODY, view.getInt(BODY) + before);
            default -> { }
        }
        out.write(block);
    }
}
