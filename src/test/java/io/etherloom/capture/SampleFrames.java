package io.etherloom.capture;

import io.etherloom.frame.Frame;
import io.etherloom.frame.FramePool;
import io.etherloom.wire.Ethernet;
import io.etherloom.wire.InternetChecksum;
import io.etherloom.wire.Tag;
import io.etherloom.wire.VirtioNetHeader;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Objects;

/// Frames that a guest could send, with correct checksums or, as an offloading kernel sends them, with the sum of the pseudo header only.
final class SampleFrames {
    static final long WEB1 = 0x0050_5600_0001L;
    static final long WEB2 = 0x0050_5600_0002L;
    static final int TCP_HEADERS = 14 + 20 + 20;
    static final int TCP6_HEADERS = 14 + 40 + 20;

    private static final int TCP = 6;
    private static final int UDP = 17;
    private static final int IP = 14;

    private final FramePool pool;

    SampleFrames(FramePool pool) {
        this.pool = pool;
    }

    /// UDP over IPv4, complete.
    static byte[] udp(int payload, int seed) {
        var bytes = ipv4(UDP, 8 + payload, seed);
        Ethernet.u16(bytes, IP + 20, 4000 + seed);
        Ethernet.u16(bytes, IP + 22, 5000);
        Ethernet.u16(bytes, IP + 24, 8 + payload);
        Ethernet.u16(bytes, IP + 26, 0);
        Ethernet.u16(bytes, IP + 26, InternetChecksum.fold(
                InternetChecksum.add(pseudo4(bytes, UDP, 8 + payload), bytes, IP + 20, 8 + payload)));
        return bytes.toArray(ValueLayout.JAVA_BYTE);
    }

    /// UDP over IPv4 whose checksum field holds the sum of the pseudo header only.
    static byte[] partialUdp(int payload, int seed) {
        var bytes = MemorySegment.ofArray(udp(payload, seed));
        Ethernet.u16(bytes, IP + 26, ~InternetChecksum.fold(pseudo4(bytes, UDP, 8 + payload)) & 0xFFFF);
        return bytes.toArray(ValueLayout.JAVA_BYTE);
    }

    /// A TCP super-frame over IPv4 with ACK, PSH.
    static byte[] tcp4(int payload, int seed) {
        var bytes = ipv4(TCP, 20 + payload, seed);
        tcp(bytes, IP + 20, pseudo4(bytes, TCP, 20 + payload));
        return bytes.toArray(ValueLayout.JAVA_BYTE);
    }

    /// A TCP super-frame over IPv6 with ACK, PSH.
    static byte[] tcp6(int payload, int seed) {
        var bytes = ethernet(Ethernet.TYPE_IPV6, 40 + 20 + payload, seed);
        Ethernet.u32(bytes, IP, 0x6000_0000);
        Ethernet.u16(bytes, IP + 4, 20 + payload);
        Ethernet.u8(bytes, IP + 6, TCP);
        Ethernet.u8(bytes, IP + 7, 64);
        for (int host = 0; host < 2; host++) {
            bytes.asSlice(IP + 8 + 16 * host, 16).fill((byte) 0);
            Ethernet.u16(bytes, IP + 8 + 16 * host, 0xFD00);
            Ethernet.u8(bytes, IP + 23 + 16 * host, 1 + host);
        }
        tcp(bytes, IP + 40, InternetChecksum.add(TCP + 20 + payload, bytes, IP + 8, 32));
        return bytes.toArray(ValueLayout.JAVA_BYTE);
    }

    private static void tcp(MemorySegment bytes, int at, long pseudoSum) {
        Ethernet.u16(bytes, at, 40_000);
        Ethernet.u16(bytes, at + 2, 5001);
        Ethernet.u32(bytes, at + 4, 1000);
        Ethernet.u32(bytes, at + 8, 1);
        Ethernet.u16(bytes, at + 12, 0x5018);
        Ethernet.u16(bytes, at + 14, 0x7FFF);
        Ethernet.u16(bytes, at + 16, ~InternetChecksum.fold(pseudoSum) & 0xFFFF);
        Ethernet.u16(bytes, at + 18, 0);
    }

    private static MemorySegment ipv4(int protocol, int length, int seed) {
        var bytes = ethernet(Ethernet.TYPE_IPV4, 20 + length, seed);
        Ethernet.u16(bytes, IP, 0x4500);
        Ethernet.u16(bytes, IP + 2, 20 + length);
        Ethernet.u16(bytes, IP + 4, seed);
        Ethernet.u16(bytes, IP + 6, 0x4000);
        Ethernet.u16(bytes, IP + 8, 64 << 8 | protocol);
        Ethernet.u16(bytes, IP + 10, 0);
        Ethernet.u32(bytes, IP + 12, 0x0A00_0001);
        Ethernet.u32(bytes, IP + 16, 0x0A00_0002);
        Ethernet.u16(bytes, IP + 10, InternetChecksum.fold(InternetChecksum.add(0, bytes, IP, 20)));
        return bytes;
    }

    private static long pseudo4(MemorySegment bytes, int protocol, int length) {
        return InternetChecksum.add((long) protocol + length, bytes, IP + 12, 8);
    }

    private static MemorySegment ethernet(int type, int length, int seed) {
        // Native memory, since the checksum reads the pooled memory of frames as well.
        var bytes = Arena.ofAuto().allocate(14L + length);
        Ethernet.addresses(bytes, 0, WEB2, WEB1);
        Ethernet.u16(bytes, 12, type);
        for (int i = 14; i < 14 + length; i++) {
            Ethernet.u8(bytes, i, i * 31 + seed & 0xFF);
        }
        return bytes;
    }

    /// The same octets with a tag behind the addresses.
    static byte[] tagged(byte[] bytes, int tag) {
        var target = new byte[bytes.length + 4];
        System.arraycopy(bytes, 0, target, 0, 12);
        Ethernet.tag(MemorySegment.ofArray(target), 12, tag);
        System.arraycopy(bytes, 12, target, 16, bytes.length - 12);
        return target;
    }

    /// A pooled frame that was received with these octets.
    Frame frame(byte[] bytes) {
        var frame = Objects.requireNonNull(pool.take());
        int inHead = Math.min(bytes.length, Frame.HEAD_CAPACITY);
        MemorySegment.copy(bytes, 0, frame.head(), ValueLayout.JAVA_BYTE, Frame.HEADROOM, inHead);
        if (bytes.length == inHead) {
            frame.parse(bytes.length, null);
            return frame;
        }
        var tail = Objects.requireNonNull(pool.takeTail());
        MemorySegment.copy(bytes, inHead, tail, ValueLayout.JAVA_BYTE, 0, bytes.length - inHead);
        frame.parse(bytes.length, tail);
        return frame;
    }

    /// The same with a partial checksum at `start + offset`, and to be cut when `gsoSize` is not zero.
    Frame unfinished(byte[] bytes, int gsoType, int gsoSize, int start, int offset) {
        var frame = frame(bytes);
        var header = Arena.ofAuto().allocate(VirtioNetHeader.LENGTH);
        VirtioNetHeader.write(header, 0, VirtioNetHeader.NEEDS_CSUM, gsoType, 0, gsoSize, start, offset);
        frame.offload().read(header, 0, frame, Tag.NONE);
        return frame;
    }

    Frame superTcp4(int payload, int gsoSize, int seed) {
        return unfinished(tcp4(payload, seed), VirtioNetHeader.GSO_TCPV4, gsoSize, IP + 20, 16);
    }

    Frame superTcp6(int payload, int gsoSize, int seed) {
        return unfinished(tcp6(payload, seed), VirtioNetHeader.GSO_TCPV6, gsoSize, IP + 40, 16);
    }
}
