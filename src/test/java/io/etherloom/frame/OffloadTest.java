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
                    ? random.nextInt(65_536) : start, random.nextInt(5) == 0 ? edge(random) : random.nextBoolean() ? 16 : 6);
            if (frame.fault() == null) {
                accepted += frame.offload().isSuperFrame() ? 1 : 0;
                assertConsistent(frame);
            }
            frame.release();
        }
        assertThat(accepted).as("super-frames that were let through").isGreaterThan(500);
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
            wire[isV6 ? 20 : 23] = (byte) (random.nextInt(16) == 0 ? random.nextInt(256) : random.nextBoolean() ? 6 : 17);
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
        assertCut(false, true, 500, 8);
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
            assertThat(frame.fault()).isNull();
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

    /// A header that ends where the frame does, one octet behind it, and behind more tags than the kernel would climb over.
    @Test
    void headersBeyondTheFrameAreNotRead() {
        var wire = ipFrame(false, false, 500);
        wire[14] = 0x4f;
        assertMalformed(frame(wire, VirtioNetHeader.NEEDS_CSUM, VirtioNetHeader.GSO_UDP_L4, 100, 34, 6));
        var whole = frame(wire, VirtioNetHeader.NEEDS_CSUM, VirtioNetHeader.GSO_UDP_L4, 100, 14 + 60, 6);
        assertThat(whole.segments()).isEqualTo(5);
        whole.release();
        for (int length = 14; length < 14 + 60 + 8; length++) {
            assertMalformed(frame(Arrays.copyOf(wire, length), VirtioNetHeader.NEEDS_CSUM, VirtioNetHeader.GSO_UDP_L4, 100, 14 + 60, 6));
        }
        for (int tags = 0; tags < 490; tags++) {
            var piled = piled(wire, tags);
            var frame = frame(piled, VirtioNetHeader.NEEDS_CSUM, VirtioNetHeader.GSO_UDP_L4, 100, 14 + 60 + tags * 4, 6);
            if (tags <= 7) {      // The outermost is not part of the frame.
                assertThat(finished(frame, Tag.NONE)).as("%d tags", tags).hasSize(5);
                frame.release();
            } else {
                assertMalformed(frame);
            }
        }
    }

    private static byte[] piled(byte[] wire, int tags) {
        var piled = new byte[wire.length + tags * 4];
        System.arraycopy(wire, 0, piled, 0, 12);
        for (int i = 0; i < tags; i++) {
            piled[12 + i * 4] = (byte) 0x81;
        }
        System.arraycopy(wire, 12, piled, 12 + tags * 4, wire.length - 12);
        return piled;
    }

    private void assertMalformed(Frame frame) {
        assertThat(frame.fault()).isEqualTo(DropReason.MALFORMED_OFFLOAD);
        assertThat(frame.offload().isPlain()).isTrue();
        frame.release();
    }

    /// What the kernel would refuse, or cut into more frames than any sender asks for.
    @Test
    void metadataThatContradictTheFrame() {
        int sum = VirtioNetHeader.NEEDS_CSUM;
        var tcp = ipFrame(false, true, 5000);
        var udp = ipFrame(false, false, 5000);
        assertMalformed(frame(tcp, sum, VirtioNetHeader.GSO_TCPV6, 1448, 34, 16));
        assertMalformed(frame(tcp, sum, VirtioNetHeader.GSO_UDP_L4, 1448, 34, 6));
        assertMalformed(frame(tcp, sum, VirtioNetHeader.GSO_TCPV4, 1448, 34, 6));
        assertMalformed(frame(tcp, sum, VirtioNetHeader.GSO_TCPV4, 1448, 54, 16));
        assertMalformed(frame(tcp, sum, VirtioNetHeader.GSO_TCPV4, 0, 34, 16));
        assertMalformed(frame(tcp, sum, VirtioNetHeader.GSO_TCPV4, 7, 34, 16));
        assertMalformed(frame(tcp, sum, VirtioNetHeader.GSO_TCPV4, 0xffff, 34, 16));
        assertMalformed(frame(tcp, 0, VirtioNetHeader.GSO_TCPV4, 1448, 34, 16));
        assertMalformed(frame(tcp, sum, VirtioNetHeader.GSO_ECN, 1448, 34, 16));
        assertMalformed(frame(tcp, sum, 3, 1448, 34, 16));
        assertMalformed(frame(tcp, sum, 0, 0, 33, 16));
        assertMalformed(frame(udp, sum, VirtioNetHeader.GSO_UDP_L4, 39, 34, 6));
        assertMalformed(frame(udp, sum, VirtioNetHeader.GSO_UDP_L4 | VirtioNetHeader.GSO_ECN, 1448, 34, 6));
        assertMalformed(frame(udp, sum, VirtioNetHeader.GSO_UDP_L4, 1448, 34, 16));
        assertMalformed(frame(udp, sum, VirtioNetHeader.GSO_TCPV4, 1448, 34, 16));
        var most = frame(udp, sum, VirtioNetHeader.GSO_UDP_L4, 40, 34, 6);
        assertThat(most.segments()).isEqualTo(125);
        most.release();
    }

    /// Who offers to have one segment cut has nothing to cut.
    @Test
    void oneSegmentIsNoSuperFrame() {
        for (int size : new int[] {1448, 5000, 0xfffe}) {
            var frame = frame(ipFrame(true, true, Math.min(size, 5000)), VirtioNetHeader.NEEDS_CSUM, VirtioNetHeader.GSO_TCPV6, size, 54, 16);
            assertThat(frame.fault()).isNull();
            assertThat(frame.offload().isSuperFrame()).isFalse();
            assertThat(frame.offload().gsoType()).isEqualTo(VirtioNetHeader.GSO_NONE);
            assertThat(frame.offload().needsChecksum()).isTrue();
            frame.release();
        }
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
            int pseudo = u16(wire, transport + 16);
            var frame = frame(wire, VirtioNetHeader.NEEDS_CSUM, 0, 0, transport, 16);
            var out = untagged(finished(frame, Tag.of(0xb00a)).getFirst(), Tag.of(0xb00a));
            frame.release();
            assertThat(fold(pseudo + (long) sum(out, transport, length))).as("checksum").isEqualTo(0xffff);
            assertThat(Arrays.copyOfRange(out, transport + 18, out.length)).isEqualTo(Arrays.copyOfRange(wire, transport + 18, wire.length));
        }
    }

    /// TCP with CWR, ACK, PSH and FIN and twelve octets of options, or UDP, with the sum of the pseudo header in the checksum field.
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
        } else {
            set(wire, transport + 4, 8 + payload);
        }
        int pseudo = fold((isV6 ? sum(wire, 22, 32) : sum(wire, 26, 8)) + (long) (wire.length - transport) + (isTcp ? 6 : 17));
        set(wire, transport + (isTcp ? 16 : 6), pseudo);
        return wire;
    }

    private static void set(byte[] bytes, int at, int value) {
        bytes[at] = (byte) (value >> 8);
        bytes[at + 1] = (byte) value;
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
