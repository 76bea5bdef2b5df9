package io.etherloom.frame;

import io.etherloom.wire.Ethernet;
import io.etherloom.wire.InternetChecksum;
import io.etherloom.wire.Tag;
import io.etherloom.wire.VirtioNetHeader;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// Finishes what the sender of a frame left to do, where the frame leaves to something that did not negotiate it: cuts a super-frame
/// into what stands on the wire, and completes a partial checksum. Does for TCP over IPv4 and IPv6 and for UDP what Linux does
/// (`tcp_gso_segment`, `__udp_gso_segment`, `inet_gso_segment`): the IPv4 identification counts up, FIN and PSH stay with the last segment,
/// CWR with the first, a UDP checksum of zero becomes 0xFFFF.
///
/// One instance per thread; it owns one buffer and allocates nothing per frame.
public final class Segmenter {
    /// Takes finished frames. The bytes are valid during the call only.
    public interface Sink {
        void accept(MemorySegment bytes, int length);
    }

    private static final int TCP_SEQUENCE = 4;
    private static final int TCP_FLAGS = 13;
    private static final int FIN_PSH = 0x09;
    private static final int CWR = 0x80;
    private static final int TCP_CHECKSUM = 16;
    private static final int UDP_LENGTH = 4;
    private static final int UDP_CHECKSUM = 6;
    private static final int PROTOCOL_TCP = 6;
    private static final int PROTOCOL_UDP = 17;

    private final MemorySegment buffer = Arena.ofAuto().allocate(Frame.MAX_LENGTH + Tag.LENGTH, 16);

    /// Gives `sink` every frame that `frame` stands for, as it is on a wire where it carries `tag`. The frame is not changed.
    public void finish(Frame frame, int tag, Sink sink) {
        if (frame.offload().isSuperFrame()) {
            cut(frame, tag, sink);
            return;
        }
        int length = frame.write(tag, buffer, 0, Frame.MAX_LENGTH + Tag.LENGTH);
        if (frame.offload().needsChecksum() && !frame.offload().isMalformed()) {
            completeChecksum(frame, length, Tag.length(tag));
        }
        sink.accept(buffer, length);
    }

    private void completeChecksum(Frame frame, int length, int shift) {
        int start = frame.offload().checksumStart() + shift;
        int at = start + frame.offload().checksumOffset();
        int sum = InternetChecksum.fold(InternetChecksum.add(0, buffer, start, length - start));
        Ethernet.u16(buffer, at, sum == 0 ? 0xFFFF : sum);
    }

    private void cut(Frame frame, int tag, Sink sink) {
        var offload = frame.offload();
        int shift = Tag.length(tag);
        int headers = offload.headerLength() + shift;
        int network = Offload.networkHeader(frame, frame.type()) + shift;
        int transport = offload.checksumStart() + shift;
        int payload = frame.length() - offload.headerLength();
        for (int index = 0, done = 0; done < payload; index++) {
            int count = Math.min(offload.gsoSize(), payload - done);
            frame.write(tag, buffer, 0, headers);
            frame.copy(offload.headerLength() + done, count, buffer, headers);
            boolean isLast = done + count == payload;
            adjustNetwork(network, headers + count - network, index);
            if (offload.gsoType() == VirtioNetHeader.GSO_UDP_L4) {
                Ethernet.u16(buffer, transport + UDP_LENGTH, headers + count - transport);
                checksum(network, transport, headers + count - transport, PROTOCOL_UDP, UDP_CHECKSUM);
            } else {
                adjustTcp(transport, done, index == 0, isLast);
                checksum(network, transport, headers + count - transport, PROTOCOL_TCP, TCP_CHECKSUM);
            }
            sink.accept(buffer, headers + count);
            done += count;
        }
    }

    /// Length, identification and header checksum of IPv4, payload length of IPv6.
    private void adjustNetwork(int network, int length, int index) {
        if (Ethernet.u8(buffer, network) >>> 4 == 6) {
            Ethernet.u16(buffer, network + 4, length - 40);
            return;
        }
        Ethernet.u16(buffer, network + 2, length);
        Ethernet.u16(buffer, network + 4, Ethernet.u16(buffer, network + 4) + index);
        Ethernet.u16(buffer, network + 10, 0);
        int headerLength = (Ethernet.u8(buffer, network) & 15) * 4;
        Ethernet.u16(buffer, network + 10, InternetChecksum.fold(InternetChecksum.add(0, buffer, network, headerLength)));
    }

    private void adjustTcp(int transport, int done, boolean isFirst, boolean isLast) {
        Ethernet.u32(buffer, transport + TCP_SEQUENCE, Ethernet.u32(buffer, transport + TCP_SEQUENCE) + done);
        int flags = Ethernet.u8(buffer, transport + TCP_FLAGS);
        if (!isLast) {
            flags &= ~FIN_PSH;
        }
        if (!isFirst) {
            flags &= ~CWR;
        }
        Ethernet.u8(buffer, transport + TCP_FLAGS, flags);
    }

    /// The full transport checksum of RFC 9293 and RFC 768, with the pseudo header of RFC 791 or RFC 8200.
    private void checksum(int network, int transport, int length, int protocol, int offset) {
        Ethernet.u16(buffer, transport + offset, 0);
        boolean isV6 = Ethernet.u8(buffer, network) >>> 4 == 6;
        long sum = (long) protocol + length;
        sum = InternetChecksum.add(sum, buffer, network + (isV6 ? 8 : 12), isV6 ? 32 : 8);
        sum = InternetChecksum.add(sum, buffer, transport, length);
        int folded = InternetChecksum.fold(sum);
        Ethernet.u16(buffer, transport + offset, folded == 0 && protocol == PROTOCOL_UDP ? 0xFFFF : folded);
    }
}
