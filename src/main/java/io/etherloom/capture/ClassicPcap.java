package io.etherloom.capture;

import static java.nio.ByteOrder.BIG_ENDIAN;
import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The older format, of one interface (draft-ietf-opsawg-pcap).
final class ClassicPcap implements PcapReader.Format {
    private static final int MICROSECONDS = 0xA1B2C3D4;
    private static final int NANOSECONDS = 0xA1B23C4D;
    private static final int REST_OF_FILE_HEADER = 20;
    private static final int PACKET_HEADER = 16;
    private static final int LINK_TYPE_MASK = 0xFFFF;
    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    private final PcapInput input;
    private final CapturedFrame.Source source;
    private final long nanosPerUnit;

    /// @param magic the first four octets, big-endian
    ClassicPcap(PcapInput input, int magic) throws IOException {
        this.input = input;
        input.order(magic == MICROSECONDS || magic == NANOSECONDS ? BIG_ENDIAN : LITTLE_ENDIAN);
        nanosPerUnit = switch (input.order() == BIG_ENDIAN ? magic : Integer.reverseBytes(magic)) {
            case MICROSECONDS -> 1000;
            case NANOSECONDS -> 1;
            default -> throw input.broken("neither pcap nor pcapng: the file begins with %08x".formatted(magic));
        };
        var header = input.read(REST_OF_FILE_HEADER, "file header");
        int snapLength = Math.max(0, header.getInt(12));
        source = new CapturedFrame.Source(0, "", "", header.getInt(16) & LINK_TYPE_MASK, snapLength);
    }

    @Override
    public @Nullable CapturedFrame next() throws IOException {
        var header = input.begin(PACKET_HEADER);
        if (header == null) {
            return null;
        }
        long units = Integer.toUnsignedLong(header.getInt(4));
        if (units * nanosPerUnit >= NANOS_PER_SECOND) {
            throw input.broken("a time stamp with " + units + " parts of a second");
        }
        long epochNanos = Integer.toUnsignedLong(header.getInt(0)) * NANOS_PER_SECOND + units * nanosPerUnit;
        int originalLength = input.originalLength(header.getInt(12));
        var bytes = input.read(Integer.toUnsignedLong(header.getInt(8)), "packet").array();
        input.countPacket();
        return new CapturedFrame(source, epochNanos, bytes, originalLength, Direction.UNKNOWN, null);
    }

    @Override
    public List<CapturedFrame.Statistics> statistics() {
        return List.of();
    }
}
