package io.etherloom.capture;

import static java.nio.ByteOrder.BIG_ENDIAN;
import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// The formats of draft-ietf-opsawg-pcap and draft-ietf-opsawg-pcapng, built here octet by octet.
final class PcapReaderTest {
    private static final List<ByteOrder> ORDERS = List.of(BIG_ENDIAN, LITTLE_ENDIAN);
    private static final byte[] FRAME = SampleFrames.udp(33, 1);

    @Test
    void readsPcapInBothByteOrdersAndBothPrecisions() throws IOException {
        for (var order : ORDERS) {
            for (boolean isNanos : new boolean[] {false, true}) {
                var file = classic(order, isNanos ? 0xA1B23C4D : 0xA1B2C3D4);
                file.write(ints(order, 1_700_000_000, 999_999, 60, 75));
                file.write(FRAME, 0, 60);
                var frame = read(file.toByteArray()).getFirst();
                assertThat(frame.epochNanos()).isEqualTo(1_700_000_000_000_000_000L + 999_999L * (isNanos ? 1 : 1000));
                assertThat(frame.bytes()).isEqualTo(Arrays.copyOf(FRAME, 60));
                assertThat(frame.originalLength()).isEqualTo(75);
                assertThat(frame.source().isEthernet()).isTrue();
                assertThat(frame.source().snapLength()).isEqualTo(65_535);
            }
        }
    }

    @Test
    void readsSecondsBeyondTheYear2038() throws IOException {
        var file = classic(LITTLE_ENDIAN, 0xA1B23C4D);
        file.write(ints(LITTLE_ENDIAN, (int) 4_000_000_000L, 5, 0, 0));
        assertThat(read(file.toByteArray()).getFirst().epochNanos()).isEqualTo(4_000_000_000_000_000_005L);
    }

    @Test
    void readsSectionsOfEitherByteOrderWithInterfacesOfTheirOwn() throws IOException {
        var file = new ByteArrayOutputStream();
        for (var order : ORDERS) {
            file.write(section(order));
            file.write(block(order, 1, interfaceBody(order, 1, 0, option(order, 2, order.toString().getBytes()))));
            file.write(block(order, 0x0BAD, new byte[8]));     // a block that nobody knows
            file.write(block(order, 6, packetBody(order, 0, 7, FRAME, option(order, 1, "hello".getBytes()),
                    option(order, 2, ints(order, 2)))));
        }
        var frames = read(file.toByteArray());
        assertThat(frames).extracting(frame -> frame.source().name()).containsExactly("BIG_ENDIAN", "LITTLE_ENDIAN");
        assertThat(frames).allSatisfy(frame -> {
            assertThat(frame.bytes()).isEqualTo(FRAME);
            assertThat(frame.epochNanos()).isEqualTo(7_000);
            assertThat(frame.direction()).isEqualTo(Direction.OUTBOUND);
            assertThat(frame.comment()).isEqualTo("hello");
        });
    }

    @Test
    void convertsEveryTimeResolution() throws IOException {
        assertThat(timeOf(3, null, 0)).as("microseconds when nothing is said").isEqualTo(3_000);
        assertThat(timeOf(3, (byte) 0, 0)).isEqualTo(3_000_000_000L);
        assertThat(timeOf(3_999, (byte) 12, 0)).as("picoseconds are cut").isEqualTo(3);
        assertThat(timeOf(1L << 31, (byte) (0x80 | 32), 0)).as("halves of a second, in 2^-32 s").isEqualTo(500_000_000L);
        assertThat(timeOf(3, (byte) 9, 2)).as("if_tsoffset counts seconds").isEqualTo(2_000_000_003L);
        assertThat(timeOf(1_700_000_000_123_456_789L, (byte) 9, 0)).isEqualTo(1_700_000_000_123_456_789L);
    }

    private static long timeOf(long units, Byte resolution, long offsetSeconds) throws IOException {
        var options = new ByteArrayOutputStream();
        if (resolution != null) {
            options.write(option(LITTLE_ENDIAN, 9, new byte[] {resolution}));
        }
        options.write(option(LITTLE_ENDIAN, 14, ByteBuffer.allocate(8).order(LITTLE_ENDIAN).putLong(offsetSeconds).array()));
        var file = new ByteArrayOutputStream();
        file.write(section(LITTLE_ENDIAN));
        file.write(block(LITTLE_ENDIAN, 1, interfaceBody(LITTLE_ENDIAN, 1, 0, options.toByteArray())));
        file.write(block(LITTLE_ENDIAN, 6, packetBody(LITTLE_ENDIAN, 0, units, FRAME)));
        return read(file.toByteArray()).getFirst().epochNanos();
    }

    @Test
    void readsSimpleAndObsoletePackets() throws IOException {
        for (var order : ORDERS) {
            var file = new ByteArrayOutputStream();
            file.write(section(order));
            file.write(block(order, 1, interfaceBody(order, 1, 20)));
            file.write(block(order, 3, concat(ints(order, FRAME.length), Arrays.copyOf(FRAME, 20))));
            file.write(block(order, 2, concat(ByteBuffer.allocate(4).order(order).putShort((short) 0).putShort((short) 9).array(),
                    Arrays.copyOfRange(packetBody(order, 0, 5, FRAME), 4, 20 + (FRAME.length + 3 & -4)))));
            var frames = read(file.toByteArray());
            assertThat(frames.get(0).bytes()).isEqualTo(Arrays.copyOf(FRAME, 20));
            assertThat(frames.get(0).originalLength()).isEqualTo(FRAME.length);
            assertThat(frames.get(1).bytes()).isEqualTo(FRAME);
            assertThat(frames.get(1).epochNanos()).isEqualTo(5_000);
        }
    }

    @Test
    void namesThePacketAndTheOffsetWhereAFileIsCut() throws IOException {
        var file = twoPackets();
        int second = file.length - packetBlockLength();
        for (int length = second + 1; length < file.length; length++) {
            var cut = Arrays.copyOf(file, length);
            var broken = catchThrowableOfType(PcapFormatException.class, () -> read(cut));
            assertThat(broken.packet()).isEqualTo(2);
            assertThat(broken.offset()).isEqualTo(second);
            assertThat(broken).hasMessageStartingWith("packet 2, offset " + second + ": the file ends ");
        }
        assertThat(read(Arrays.copyOf(file, second))).hasSize(1);
        assertThat(read(file)).hasSize(2);
    }

    @Test
    void saysWhatIsWrong() throws IOException {
        assertBroken(new byte[0], "empty");
        assertBroken("GIF89a".getBytes(), "neither pcap nor pcapng");
        assertBroken(concat(section(BIG_ENDIAN), block(BIG_ENDIAN, 6, packetBody(BIG_ENDIAN, 0, 1, FRAME))), "interface 0");
        var lengths = twoPackets();
        lengths[lengths.length - 4]++;
        assertBroken(lengths, "two lengths differ");
        var large = classic(BIG_ENDIAN, 0xA1B2C3D4);
        large.write(ints(BIG_ENDIAN, 0, 0, 0x7FFF_FFFF, 0x7FFF_FFFF));
        assertBroken(large.toByteArray(), "packet of 2147483647 octets");
        var seconds = classic(BIG_ENDIAN, 0xA1B2C3D4);
        seconds.write(ints(BIG_ENDIAN, 0, 1_000_000, 0, 0));
        assertBroken(seconds.toByteArray(), "1000000 parts of a second");
        assertBroken(concat(section(BIG_ENDIAN), block(BIG_ENDIAN, 1, interfaceBody(BIG_ENDIAN, 1, 0)),
                block(BIG_ENDIAN, 6, packetBody(BIG_ENDIAN, 0, -1, FRAME))), "time stamp");
    }

    private static void assertBroken(byte[] file, String problem) {
        assertThatThrownBy(() -> read(file)).isInstanceOf(PcapFormatException.class).hasMessageContaining(problem);
    }

    /// Broken files end with [PcapFormatException] and with nothing else, whatever is broken.
    @Test
    void survivesAnyOctets() throws IOException {
        var classic = classic(LITTLE_ENDIAN, 0xA1B23C4D);
        classic.write(ints(LITTLE_ENDIAN, 1, 2, FRAME.length, FRAME.length));
        classic.write(FRAME);
        var seeds = List.of(twoPackets(), classic.toByteArray(), concat(section(BIG_ENDIAN),
                block(BIG_ENDIAN, 1, interfaceBody(BIG_ENDIAN, 1, 0, option(BIG_ENDIAN, 9, new byte[] {9}))),
                block(BIG_ENDIAN, 5, concat(ints(BIG_ENDIAN, 0, 0, 1), option(BIG_ENDIAN, 4, new byte[8])))));
        var random = new Random(20_261_121);
        int broken = 0;
        for (int round = 0; round < 30_000; round++) {
            var file = seeds.get(round % seeds.size()).clone();
            for (int change = random.nextInt(6); change >= 0; change--) {
                file[random.nextInt(file.length)] = (byte) (random.nextBoolean() ? random.nextInt() : random.nextInt(5));
            }
            try {
                read(file);
            } catch (PcapFormatException e) {
                assertThat(e.offset()).isBetween(0L, (long) file.length);
                broken++;
            }
        }
        assertThat(broken).as("rounds that broke the file").isBetween(10_000, 29_000);
    }

    private static byte[] twoPackets() throws IOException {
        return concat(section(LITTLE_ENDIAN), block(LITTLE_ENDIAN, 1, interfaceBody(LITTLE_ENDIAN, 1, 0)), packetBlock(1), packetBlock(2));
    }

    private static byte[] packetBlock(long units) throws IOException {
        return block(LITTLE_ENDIAN, 6, packetBody(LITTLE_ENDIAN, 0, units, FRAME, option(LITTLE_ENDIAN, 2, ints(LITTLE_ENDIAN, 1))));
    }

    private static int packetBlockLength() throws IOException {
        return packetBlock(0).length;
    }

    private static ByteArrayOutputStream classic(ByteOrder order, int magic) throws IOException {
        var file = new ByteArrayOutputStream();
        file.write(ints(order, magic));
        file.write(ByteBuffer.allocate(4).order(order).putShort((short) 2).putShort((short) 4).array());
        file.write(ints(order, 0, 0, 65_535, 1));
        return file;
    }

    private static byte[] section(ByteOrder order) throws IOException {
        return block(order, 0x0A0D0D0A, ByteBuffer.allocate(16).order(order)
                .putInt(0x1A2B3C4D).putShort((short) 1).putShort((short) 0).putLong(-1).array());
    }

    private static byte[] interfaceBody(ByteOrder order, int linkType, int snapLength, byte[]... options) throws IOException {
        var fixed = ByteBuffer.allocate(8).order(order).putShort((short) linkType).putShort((short) 0).putInt(snapLength).array();
        return concat(fixed, concat(options));
    }

    private static byte[] packetBody(ByteOrder order, int index, long units, byte[] frame, byte[]... options) throws IOException {
        return concat(ints(order, index, (int) (units >>> 32), (int) units, frame.length, frame.length),
                Arrays.copyOf(frame, frame.length + 3 & -4), concat(options));
    }

    private static byte[] option(ByteOrder order, int code, byte[] value) {
        return ByteBuffer.allocate(4 + (value.length + 3 & -4)).order(order)
                .putShort((short) code).putShort((short) value.length).put(value).array();
    }

    private static byte[] block(ByteOrder order, int type, byte[] body) throws IOException {
        return concat(ints(order, type, body.length + 12), body, ints(order, body.length + 12));
    }

    private static byte[] ints(ByteOrder order, int... values) {
        var bytes = ByteBuffer.allocate(4 * values.length).order(order);
        for (int value : values) {
            bytes.putInt(value);
        }
        return bytes.array();
    }

    private static byte[] concat(byte[]... parts) throws IOException {
        var all = new ByteArrayOutputStream();
        for (var part : parts) {
            all.write(part);
        }
        return all.toByteArray();
    }

    private static List<CapturedFrame> read(byte[] file) throws IOException {
        var frames = new ArrayList<CapturedFrame>();
        try (var reader = new PcapReader(new ByteArrayInputStream(file))) {
            for (var frame = reader.next(); frame != null; frame = reader.next()) {
                frames.add(frame);
            }
        }
        return frames;
    }
}
