package io.etherloom.frame;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;

import io.etherloom.wire.Tag;
import io.etherloom.wire.VirtioNetHeader;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What a sender left to do: hostile metadata, and super-frames cut, with every field recomputed here by plain arithmetic on arrays.
final class OffloadTest {
    private final FramePool pool = new FramePool(4, 4);
    private final Segmenter segmenter = new Segmenter();
    private final MemorySegment header = Arena.ofAuto().allocate(VirtioNetHeader.LENGTH, 8);

    @AfterEach
    void everyFrameIsBack() {
        assertThat(pool.free()).isEqualTo(4);
        assertThat(pool.freeTails()).isEqualTo(4);
    }

    private Frame frame(byte[] wire, int flags, int gsoType, int gsoSize, int start, int offset) {
        var frame = Objects.requireNonNull(pool.take());
        int inHead = Math.min(wire.length, Frame.HEAD_CAPACITY);
        MemorySegment.copy(MemorySegment.ofArray(wire), 0, frame.head(), Frame.HEADROOM, inHead);
        var tail = wire.length > inHead ? Objects.requireNonNull(pool.takeTail()) : null;
        if (tail != null) {
            MemorySegment.copy(MemorySegment.ofArray(wire), inHead, tail, 0, wire.length - inHead);
        }
        int tag = frame.parse(wire.length, tail);
        VirtioNetHeader.write(header, 0, flags, gsoType, 0, gsoSize, start, offset);
        frame.offload().read(header, 0, frame, tag);
        return frame;
    }

    private List<byte[]> finished(Frame frame, int tag) {
        var out = new ArrayList<byte[]>();
        segmenter.finish(frame, tag, (bytes, length) -> out.add(bytes.asSlice(0, length).toArray(JAVA_BYTE)));
        return out;
    }

    /// A guest may write anything into the header: nothing is thrown, and what is let through can be cut into frames that together have
    /// every octet of the payload.
    @Test
    void hostileMetadataNeitherThrowsNorPasses() {
        var random = new SplittableRandom(11);
        int accepted = 0;
        int[] types = {0, 1, 4, 5, 3, 0x81, 0x84, 0xff};
        for (int i = 0; i < 200_000; i++) {
            var wire = randomFrame(random);
            int type = types[random.nextInt(types.length)];
            int start = random.nextBoolean() ? (random.nextBoolean() ? 34 : 54) : random.nextInt(70);
            var frame = frame(wire, random.nextInt(4) == 0 ? random.nextInt(256) : 1, type, edge(random), random.nextInt(20) == 0
                    ? random.nextInt(65_536) : start, random.nextBoolean() ? 16 : edge(random));
            if (!frame.offload().isMalformed() && !frame.isTruncated()) {
                accepted += frame.offload().isSuperFrame() ? 1 : 0;
                assertConsistent(frame);
            }
            frame.release();
        }
        assertThat(accepted).as("super-frames that were let through").isGreaterThan(1000);
    }

    private static int edge(SplittableRandom random) {
        return switch (random.nextInt(5)) {
            case 0 -> 0;
            case 1 -> random.nextInt(65_536);
            case 2 -> 1448;
            default -> 1 + random.nextInt(200);
        };
    }

    private static byte[] randomFrame(SplittableRandom random) {
        var wire = new byte[random.nextInt(3) == 0 ? random.nextInt(70) : 50 + random.nextInt(3000)];
        random.nextBytes(wire);
        if (wire.length > 60 && random.nextInt(4) > 0) {
            boolean isV6 = random.nextBoolean();
            wire[12] = (byte) (isV6 ? 0x86 : 0x08);
            wire[13] = (byte) (isV6 ? 0xdd : 0);
            wire[14] = (byte) (isV6 ? 0x60 : 0x45 + (random.nextInt(8) == 0 ? random.nextInt(11) - 5 : 0));
            wire[(isV6 ? 54 : 34) + 12 < wire.length ? (isV6 ? 54 : 34) + 12 : 0] = (byte) (random.nextInt(16) << 4);
        }
        return wire;
    }

    private void assertConsistent(Frame frame) {
        var out = finished(frame, Tag.of(10));
        assertThat(out).isNotEmpty().hasSize(frame.segments());
        assertThat(frame.offload().headerLength()).as("all headers lie in the head").isLessThanOrEqualTo(frame.headLength());
        int octets = out.stream().mapToInt(it -> it.length).sum();
        assertThat(octets).isEqualTo(frame.wireOctets(Tag.of(10)));
        assertThat(out).allMatch(it -> it.length <= frame.wireLength() + Tag.LENGTH);
        if (frame.segments() < 20) {
            assertSegments(frame, finished(frame, Tag.NONE));
        }
        int headers = frame.offload().isSuperFrame() ? frame.offload().headerLength() : frame.length();
        assertThat(octets - out.size() * (headers + Tag.LENGTH)).isEqualTo(frame.length() - headers);
    }

    @Test
    void cutsTcpOverIpv4() {
        assertCut(false, true, 10_000, 1448);
        assertCut(false, true, 1449, 1448);
        assertCut(false, true, 500, 1);
    }

    @Test
    void cutsTcpOverIpv6() {
        assertCut(true, true, 10_000, 1428);
        assertCut(true, true, 64_000, 8948);
    }

    @Test
    void cutsUdp() {
        assertCut(false, false, 10_000, 1472);
        assertCut(true, false, 5001, 1452);
    }

    private void assertCut(boolean isV6, boolean isTcp, int payload, int size) {
        var wire = ipFrame(isV6, isTcp, payload);
        int transport = isV6 ? 54 : 34;
        int headers = transport + (isTcp ? 32 : 8);
        int type = isTcp ? isV6 ? VirtioNetHeader.GSO_TCPV6 : VirtioNetHeader.GSO_TCPV4 : VirtioNetHeader.GSO_UDP_L4;
        for (int tag : new int[] {Tag.NONE, Tag.of(0xb00a)}) {
            var frame = frame(wire, VirtioNetHeader.NEEDS_CSUM, type, size, transport, isTcp ? 16 : 6);
            assertThat(frame.offload().isMalformed()).isFalse();
            var out = finished(frame, tag);
            assertThat(out).hasSize((payload + size - 1) / size);
            int done = 0;
            for (int i = 0; i < out.size(); i++) {
                var segment = untagged(out.get(i), tag);
                int count = Math.min(size, payload - done);
                assertThat(Arrays.copyOfRange(segment, headers, segment.length))
                        .isEqualTo(Arrays.copyOfRange(wire, headers + done, headers + done + count));
                assertHeaders(segment, wire, isV6, isTcp, i, done, i == out.size() - 1);
                done += count;
            }
            assertThat(done).isEqualTo(payload);
            assertSegments(frame, finished(frame, Tag.NONE));
            frame.release();
        }
    }

    /// Frames cut into pooled memory are those on the wire, with nothing left to do and the tag beside them.
    private void assertSegments(Frame frame, List<byte[]> wire) {
        if (!frame.offload().isSuperFrame()) {
            return;
        }
        assertThat(frame.segments()).isEqualTo(wire.size());
        for (int i = 0; i < wire.size(); i++) {
            var segment = Objects.requireNonNull(segmenter.segment(frame, i, pool));
            assertThat(segment.length()).isEqualTo(segmenter.segmentLength(frame, i)).isEqualTo(wire.get(i).length);
            assertThat(segment.offload().isPlain()).isTrue();
            assertThat(segment.fault()).isNull();
            assertThat(segment.destination()).isEqualTo(frame.destination());
            assertThat(segment.source()).isEqualTo(frame.source());
            assertThat(segment.type()).isEqualTo(frame.type());
            assertThat(finished(segment, Tag.NONE).getFirst()).isEqualTo(wire.get(i));
            segment.release();
        }
    }

    /// A header of 60 octets announced where the head of the frame ends, behind hundreds of inner tags.
    @Test
    void aHeaderBeyondTheFrameIsNotRead() {
        var wire = new byte[2500];
        wire[12] = (byte) 0x88;
        wire[13] = (byte) 0xa8;
        for (int at = 16; at < 1960; at += 4) {
            wire[at] = (byte) 0x81;
        }
        wire[1960] = 0x08;
        wire[1961] = 0;
        wire[1962] = 0x4f;
        var frame = frame(wire, VirtioNetHeader.NEEDS_CSUM, VirtioNetHeader.GSO_UDP_L4, 1, 1962 + 20, 6);
        assertThat(frame.offload().isMalformed()).isFalse();
        assertThat(frame.offload().isSuperFrame()).isTrue();
        assertSegments(frame, finished(frame, Tag.NONE));
        frame.release();
    }

    private static byte[] untagged(byte[] frame, int tag) {
        if (tag == Tag.NONE) {
            return frame;
        }
        assertThat(Arrays.copyOfRange(frame, 12, 16)).containsExactly(0x81, 0x00, 0xb0, 0x0a);
        var untagged = new byte[frame.length - 4];
        System.arraycopy(frame, 0, untagged, 0, 12);
        System.arraycopy(frame, 16, untagged, 12, frame.length - 16);
        return untagged;
    }

    private static void assertHeaders(byte[] segment, byte[] whole, boolean isV6, boolean isTcp, int index, int done, boolean isLast) {
        int transport = isV6 ? 54 : 34;
        if (isV6) {
            assertThat(u16(segment, 18)).as("payload length").isEqualTo(segment.length - 54);
        } else {
            assertThat(u16(segment, 16)).as("total length").isEqualTo(segment.length - 14);
            assertThat(u16(segment, 18)).as("identification").isEqualTo(u16(whole, 18) + index & 0xffff);
            assertThat(sum(segment, 14, 20)).as("header checksum").isEqualTo(0xffff);
        }
        if (isTcp) {
            assertThat(u32(segment, transport + 4)).as("sequence").isEqualTo(u32(whole, transport + 4) + done & 0xffff_ffffL);
            int flags = 0x10 | (isLast ? 0x09 : 0) | (index == 0 ? 0x80 : 0);
            assertThat(segment[transport + 13] & 0xff).as("flags").isEqualTo(flags);
        } else {
            assertThat(u16(segment, transport + 4)).as("UDP length").isEqualTo(segment.length - transport);
        }
        int length = segment.length - transport;
        long pseudo = (isV6 ? sum(segment, 22, 32) : sum(segment, 26, 8)) + length + (isTcp ? 6 : 17);
        assertThat(fold(pseudo + sum(segment, transport, length))).as("transport checksum").isEqualTo(0xffff);
    }

    /// Completes what the kernel leaves for the device: the pseudo header's sum stands in the checksum field.
    @Test
    void completesAPartialChecksum() {
        for (boolean isV6 : new boolean[] {false, true}) {
            var wire = ipFrame(isV6, true, 333);
            int transport = isV6 ? 54 : 34;
            int length = wire.length - transport;
            int pseudo = fold((isV6 ? sum(wire, 22, 32) : sum(wire, 26, 8)) + length + 6);
            wire[transport + 16] = (byte) (pseudo >> 8);
            wire[transport + 17] = (byte) pseudo;
            var frame = frame(wire, VirtioNetHeader.NEEDS_CSUM, 0, 0, transport, 16);
            var out = untagged(finished(frame, Tag.of(0xb00a)).getFirst(), Tag.of(0xb00a));
            frame.release();
            assertThat(fold(pseudo + (long) sum(out, transport, length))).as("checksum").isEqualTo(0xffff);
            assertThat(Arrays.copyOfRange(out, transport + 18, out.length)).isEqualTo(Arrays.copyOfRange(wire, transport + 18, wire.length));
        }
    }

    /// TCP with CWR, ACK, PSH and FIN and twelve octets of options, or UDP; no checksum is set.
    private static byte[] ipFrame(boolean isV6, boolean isTcp, int payload) {
        int transport = isV6 ? 54 : 34;
        int headers = transport + (isTcp ? 32 : 8);
        var wire = new byte[headers + payload];
        new SplittableRandom(3).nextBytes(wire);
        wire[0] = 0;
        wire[6] = 0;
        wire[12] = (byte) (isV6 ? 0x86 : 0x08);
        wire[13] = (byte) (isV6 ? 0xdd : 0);
        wire[14] = (byte) (isV6 ? 0x60 : 0x45);
        wire[18] = (byte) 0xff;
        wire[isV6 ? 20 : 23] = (byte) (isTcp ? 6 : 17);
        if (isTcp) {
            wire[transport + 12] = (byte) 0x80;
            wire[transport + 13] = (byte) 0x99;
        }
        return wire;
    }

    private static int u16(byte[] bytes, int at) {
        return (bytes[at] & 0xff) << 8 | bytes[at + 1] & 0xff;
    }

    private static long u32(byte[] bytes, int at) {
        return (long) u16(bytes, at) << 16 | u16(bytes, at + 2);
    }

    private static int sum(byte[] bytes, int at, int length) {
        long sum = 0;
        for (int i = 0; i < length; i++) {
            sum += i % 2 == 0 ? (bytes[at + i] & 0xff) << 8 : bytes[at + i] & 0xff;
        }
        return fold(sum);
    }

    private static int fold(long sum) {
        while (sum >>> 16 != 0) {
            sum = (sum & 0xffff) + (sum >>> 16);
        }
        return (int) sum;
    }
}
