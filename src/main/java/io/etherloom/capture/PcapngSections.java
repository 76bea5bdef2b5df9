package io.etherloom.capture;

import static java.nio.ByteOrder.BIG_ENDIAN;
import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The blocks of a pcapng file (draft-ietf-opsawg-pcapng), section after section. A block is `type, length, body, length`; the byte order
/// may change with each section.
final class PcapngSections implements PcapReader.Format {
    private static final int MIN_BLOCK = 12;
    /// Of one section, and more than any machine has.
    private static final int MAX_INTERFACES = 65_536;
    /// The newest ones are kept: a file may be a stream without an end.
    private static final int MAX_STATISTICS = 65_536;

    /// An interface of the current section.
    private record Described(CapturedFrame.Source source, TimeUnits units) {}

    private final PcapInput input;
    private final List<Described> interfaces = new ArrayList<>();
    private final ArrayDeque<CapturedFrame.Statistics> statistics = new ArrayDeque<>();

    /// The type of the first section header has been read.
    PcapngSections(PcapInput input) throws IOException {
        this.input = input;
        readSection(input.read(4, "section header"));
    }

    @Override
    public List<CapturedFrame.Statistics> statistics() {
        return List.copyOf(statistics);
    }

    @Override
    public @Nullable CapturedFrame next() throws IOException {
        while (true) {
            var type = input.begin(4);
            if (type == null) {
                return null;
            }
            var length = input.read(4, "block length");
            if (type.getInt(0) == Pcapng.SECTION) {     // the same in both byte orders
                readSection(length);
                continue;
            }
            var frame = readBlock(type.getInt(0), readBody(Integer.toUnsignedLong(length.getInt(0)), 0));
            if (frame != null) {
                input.countPacket();
                return frame;
            }
        }
    }

    /// @param length the octets of the length field, whose order only the following magic tells
    private void readSection(ByteBuffer length) throws IOException {
        var magic = input.read(4, "byte-order magic");
        magic.order(BIG_ENDIAN);
        input.order(magic.getInt(0) == Pcapng.BYTE_ORDER_MAGIC ? BIG_ENDIAN : LITTLE_ENDIAN);
        if (magic.order(input.order()).getInt(0) != Pcapng.BYTE_ORDER_MAGIC) {
            throw input.broken("a section without byte-order magic");
        }
        var body = readBody(Integer.toUnsignedLong(length.order(input.order()).getInt(0)), 4);
        if (body.remaining() < 12) {
            throw input.broken("a section header that is too short");
        }
        if (body.getShort(0) != 1) {
            throw input.broken("pcapng of version " + body.getShort(0));
        }
        interfaces.clear();
    }

    /// @param done octets of the body that have been read
    private ByteBuffer readBody(long length, int done) throws IOException {
        if (length < MIN_BLOCK + done || (length & 3) != 0) {
            throw input.broken("a block of " + length + " octets");
        }
        var body = input.read(length - MIN_BLOCK - done, "block");
        if (Integer.toUnsignedLong(input.read(4, "block length").getInt(0)) != length) {
            throw input.broken("a block whose two lengths differ");
        }
        return body;
    }

    /// @return null for a block that is no packet
    private @Nullable CapturedFrame readBlock(int type, ByteBuffer body) throws IOException {
        switch (type) {
            case Pcapng.INTERFACE -> describe(fixed(body, 8));
            case Pcapng.STATISTICS -> count(fixed(body, 12));
            case Pcapng.ENHANCED_PACKET -> {
                return readPacket(fixed(body, 20), body.getInt(0));
            }
            case Pcapng.PACKET -> {
                return readPacket(fixed(body, 20), Short.toUnsignedInt(body.getShort(0)));
            }
            case Pcapng.SIMPLE_PACKET -> {
                return readSimplePacket(fixed(body, 4));
            }
            default -> { }
        }
        return null;
    }

    private void describe(ByteBuffer body) throws PcapFormatException {
        if (interfaces.size() == MAX_INTERFACES) {
            throw input.broken("more than " + MAX_INTERFACES + " interfaces");
        }
        var options = new PcapngOptions(input, body, 8);
        var source = new CapturedFrame.Source(interfaces.size(), options.text(Pcapng.IF_NAME),
                options.text(Pcapng.IF_DESCRIPTION), Short.toUnsignedInt(body.getShort(0)), Math.max(0, body.getInt(4)));
        var resolution = options.value(Pcapng.IF_TSRESOL, 1);
        var offset = options.value(Pcapng.IF_TSOFFSET, 8);
        var units = new TimeUnits(resolution == null ? TimeUnits.MICROSECONDS : resolution.get(0),
                offset == null ? 0 : offset.getLong(0));
        interfaces.add(new Described(source, units));
    }

    private void count(ByteBuffer body) throws PcapFormatException {
        var options = new PcapngOptions(input, body, 12);
        var received = options.value(Pcapng.ISB_IFRECV, 8);
        var dropped = options.value(Pcapng.ISB_IFDROP, 8);
        if (statistics.size() == MAX_STATISTICS) {
            statistics.removeFirst();
        }
        statistics.add(new CapturedFrame.Statistics(described(body.getInt(0)).source(),
                received == null ? -1 : received.getLong(0), dropped == null ? -1 : dropped.getLong(0)));
    }

    /// The Enhanced Packet Block, and the obsolete Packet Block, which has another first field only.
    private CapturedFrame readPacket(ByteBuffer body, int interfaceIndex) throws PcapFormatException {
        var at = described(interfaceIndex);
        int captured = body.getInt(12);
        if (captured < 0 || captured > body.capacity() - 20) {
            throw input.broken("a packet that is longer than its block");
        }
        var bytes = new byte[captured];
        body.get(20, bytes);
        var options = new PcapngOptions(input, body, 20 + (captured + 3 & -4));
        var flags = options.value(Pcapng.EPB_FLAGS, 4);
        long units = (long) body.getInt(4) << 32 | Integer.toUnsignedLong(body.getInt(8));
        return new CapturedFrame(at.source(), epochNanos(at.units(), units), bytes, input.originalLength(body.getInt(16)),
                flags == null ? Direction.UNKNOWN : Direction.ofFlags(flags.getInt(0)), options.textOrNull(Pcapng.OPT_COMMENT));
    }

    /// A packet of the first interface without a time: it gets zero.
    private CapturedFrame readSimplePacket(ByteBuffer body) throws PcapFormatException {
        var source = described(0).source();
        int original = input.originalLength(body.getInt(0));
        int captured = source.snapLength() == 0 ? original : Math.min(original, source.snapLength());
        if (captured > body.capacity() - 4) {
            throw input.broken("a packet that is longer than its block");
        }
        var bytes = new byte[captured];
        body.get(4, bytes);
        return new CapturedFrame(source, 0, bytes, original, Direction.UNKNOWN, null);
    }

    private ByteBuffer fixed(ByteBuffer body, int length) throws PcapFormatException {
        if (body.capacity() < length) {
            throw input.broken("a block that is too short for its fields");
        }
        return body;
    }

    private Described described(int index) throws PcapFormatException {
        if (index < 0 || index >= interfaces.size()) {
            throw input.broken("interface " + Integer.toUnsignedLong(index) + " has not been described");
        }
        return interfaces.get(index);
    }

    private long epochNanos(TimeUnits units, long count) throws PcapFormatException {
        try {
            return units.epochNanos(count);
        } catch (ArithmeticException e) {
            throw input.broken("a time stamp outside the years 1678 to 2262");
        }
    }
}
