package io.etherloom.wire;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HexFormat;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// Fixed octets, read and written, and random ones.
final class WireTest {
    private static final HexFormat HEX = HexFormat.of();

    private static MemorySegment bytes(String hex) {
        var octets = HEX.parseHex(hex);
        var segment = Arena.ofAuto().allocate(octets.length, 1);
        segment.copyFrom(MemorySegment.ofArray(octets));
        return segment;
    }

    private static String hex(MemorySegment bytes) {
        return HEX.formatHex(bytes.toArray(JAVA_BYTE));
    }

    @Test
    void readsAnEthernetHeader() {
        var header = bytes("ff01020304050050568a00018100b00a");
        assertThat(Ethernet.destination(header, 0)).isEqualTo(0xff01_0203_0405L);
        assertThat(Ethernet.source(header, 0)).isEqualTo(0x0050_568a_0001L);
        assertThat(Ethernet.type(header, 0)).isEqualTo(0x8100);
        assertThat(Ethernet.u16(header, 14)).isEqualTo(0xb00a);
        assertThat(Ethernet.u32(header, 12)).isEqualTo(0x8100_b00a);
        assertThat(Ethernet.u8(header, 0)).isEqualTo(0xff);
    }

    @Test
    void writesAnEthernetHeader() {
        var header = bytes("00".repeat(16));
        Ethernet.addresses(header, 0, 0xff01_0203_0405L, 0x8050_568a_f001L);
        Ethernet.tag(header, 12, Tag.of(0xb00a));
        assertThat(hex(header)).isEqualTo("ff01020304058050568af0018100b00a");
    }

    @Test
    void aTagHasPriorityAndVlan() {
        int tag = Tag.of(0xb00a);
        assertThat(Tag.isPresent(tag)).isTrue();
        assertThat(Tag.vid(tag)).isEqualTo(10);
        assertThat(Tag.priority(tag)).isEqualTo(5);
        assertThat(Tag.tagControl(Tag.withVid(tag, 4094))).isEqualTo(0xbffe);
        assertThat(Tag.tagControl(Tag.withVid(Tag.NONE, 7))).isEqualTo(7);
        assertThat(Tag.isPresent(Tag.of(0))).as("a priority tag is a tag").isTrue();
        assertThat(Tag.vid(Tag.NONE)).isZero();
        assertThat(Tag.length(Tag.NONE)).isZero();
        assertThat(Tag.length(Tag.of(0))).isEqualTo(4);
    }

    @Test
    void readsAndWritesAVnetHeader() {
        var header = bytes("01014200a80522001000");
        assertThat(VirtioNetHeader.flags(header, 0)).isEqualTo(VirtioNetHeader.NEEDS_CSUM);
        assertThat(VirtioNetHeader.gsoType(header, 0)).isEqualTo(VirtioNetHeader.GSO_TCPV4);
        assertThat(VirtioNetHeader.gsoSize(header, 0)).isEqualTo(1448);
        assertThat(VirtioNetHeader.checksumStart(header, 0)).isEqualTo(34);
        assertThat(VirtioNetHeader.checksumOffset(header, 0)).isEqualTo(16);
        assertThat(VirtioNetHeader.isPlain(header, 0)).isFalse();
        var written = bytes("ff".repeat(10));
        VirtioNetHeader.write(written, 0, 1, 1, 66, 1448, 34, 16);
        assertThat(hex(written)).isEqualTo("01014200a80522001000");
        VirtioNetHeader.writePlain(written, 0);
        assertThat(hex(written)).isEqualTo("00".repeat(10));
        assertThat(VirtioNetHeader.isPlain(bytes("02000000000000000000"), 0)).as("verified is plain").isTrue();
    }

    @Test
    void addressesReadAsTheyAreWritten() {
        assertThat(MacAddress.parse("00:50:56:8A:00:01")).hasToString("00:50:56:8a:00:01");
        assertThat(MacAddress.parse("ff-ff-ff-ff-ff-ff").value()).isEqualTo(MacAddress.BROADCAST);
        assertThat(MacAddress.isGroup(0x0100_5e00_0001L)).isTrue();
        assertThat(MacAddress.isGroup(0x0200_5e00_0001L)).isFalse();
        for (var wrong : new String[] {"", "00:50:56:8a:00", "00:50:56:8a:00:01:02", "00:50-56:8a:00:01", "0g:50:56:8a:00:01", "0:50:56:8a:0:1"}) {
            assertThatThrownBy(() -> MacAddress.parse(wrong)).as(wrong).isInstanceOf(IllegalArgumentException.class);
        }
    }

    /// The example of RFC 1071, section 3, and sums of any length against octet-by-octet arithmetic.
    @Test
    void sumsAsTheInternetDoes() {
        assertThat(InternetChecksum.fold(InternetChecksum.add(0, bytes("0001f203f4f5f6f7"), 0, 8))).isEqualTo(~0xddf2 & 0xffff);
        var random = new SplittableRandom(5);
        for (int i = 0; i < 2000; i++) {
            var octets = new byte[random.nextInt(2000)];
            random.nextBytes(octets);
            long sum = 0;
            for (int at = 0; at < octets.length; at++) {
                sum += at % 2 == 0 ? (octets[at] & 0xff) << 8 : octets[at] & 0xff;
            }
            while (sum >>> 16 != 0) {
                sum = (sum & 0xffff) + (sum >>> 16);
            }
            var segment = MemorySegment.ofArray(octets);
            assertThat(InternetChecksum.fold(InternetChecksum.add(0, segment, 0, octets.length))).isEqualTo((int) ~sum & 0xffff);
        }
    }

    @Test
    void randomOctetsNeverThrow() {
        var random = new SplittableRandom(9);
        var segment = Arena.ofAuto().allocate(64, 1);
        for (int i = 0; i < 10_000; i++) {
            var octets = new byte[64];
            random.nextBytes(octets);
            segment.copyFrom(MemorySegment.ofArray(octets));
            Ethernet.addresses(segment, 20, Ethernet.destination(segment, 0), Ethernet.source(segment, 0));
            assertThat(segment.asSlice(20, 12).mismatch(segment.asSlice(0, 12))).isEqualTo(-1);
            VirtioNetHeader.write(segment, 40, VirtioNetHeader.flags(segment, 0), VirtioNetHeader.gsoType(segment, 0), 0,
                    VirtioNetHeader.gsoSize(segment, 0), VirtioNetHeader.checksumStart(segment, 0), VirtioNetHeader.checksumOffset(segment, 0));
            assertThat(segment.asSlice(44, 6).mismatch(segment.asSlice(4, 6))).isEqualTo(-1);
            assertThat(MacAddress.parse(MacAddress.format(Ethernet.source(segment, 0))).value()).isEqualTo(Ethernet.source(segment, 0));
        }
    }
}
