package io.etherloom.cli;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/// How the blocks of a lab stand in a file. Keeps what every file must begin with; one thread.
interface CaptureFormat {
    /// Begins a file.
    void begin(WholeItems file) throws IOException;

    /// Adds a block of the stream.
    void add(WholeItems file, PcapngStream block) throws IOException;

    /// The blocks as they are.
    static CaptureFormat pcapng() {
        return new Pcapng();
    }

    /// Frames, their times and lengths, and nothing else (spec 8.18).
    static CaptureFormat pcap() {
        return new Pcap();
    }

    /// Keeps the blocks that describe, in their order.
    final class Pcapng implements CaptureFormat {
        private final List<byte[]> preamble = new ArrayList<>();

        @Override
        public void begin(WholeItems file) throws IOException {
            for (var block : preamble) {
                file.add(block, 0, block.length, 0);
            }
        }

        @Override
        public void add(WholeItems file, PcapngStream block) throws IOException {
            switch (block.type()) {
                case PcapngStream.SECTION, PcapngStream.INTERFACE, PcapngStream.NAMES -> preamble.add(block.copy());
                default -> { }
            }
            file.add(block.octets().array(), block.start(), block.size(), block.isFrame() ? 1 : 0);
        }
    }

    /// The classic format with nanoseconds (draft-ietf-opsawg-pcap).
    final class Pcap implements CaptureFormat {
        private static final int MAGIC_NANOSECONDS = 0xA1B23C4D;
        private static final int LINKTYPE_ETHERNET = 1;
        private static final int SNAP_LENGTH = 262_144;
        private static final int PACKET_HEADER = 16;
        private static final int BLOCK_HEADER = 28;

        private ByteBuffer packet = ByteBuffer.allocate(1 << 12).order(ByteOrder.LITTLE_ENDIAN);

        @Override
        public void begin(WholeItems file) throws IOException {
            var header = ByteBuffer.allocate(24).order(ByteOrder.LITTLE_ENDIAN).putInt(MAGIC_NANOSECONDS).putShort((short) 2).putShort((short) 4)
                .putInt(0).putInt(0).putInt(SNAP_LENGTH).putInt(LINKTYPE_ETHERNET);
            file.add(header.array(), 0, header.capacity(), 0);
        }

        @Override
        public void add(WholeItems file, PcapngStream block) throws IOException {
            if (block.type() != PcapngStream.ENHANCED_PACKET) {
                return;
            }
            var from = block.octets();
            int at = block.start();
            long nanos = (long) from.getInt(at + 12) << 32 | from.getInt(at + 16) & 0xFFFF_FFFFL;
            int captured = from.getInt(at + 20);
            if (packet.capacity() < PACKET_HEADER + captured) {
                packet = ByteBuffer.allocate(PACKET_HEADER + captured).order(ByteOrder.LITTLE_ENDIAN);
            }
            packet.clear().putInt((int) (nanos / 1_000_000_000L)).putInt((int) (nanos % 1_000_000_000L)).putInt(captured).putInt(from.getInt(at + 24))
                .put(from.array(), at + BLOCK_HEADER, captured);
            file.add(packet.array(), 0, packet.position(), 1);
        }
    }
}
