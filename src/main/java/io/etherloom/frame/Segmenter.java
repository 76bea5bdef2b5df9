package io.etherloom.frame;

import io.etherloom.wire.Ethernet;
import io.etherloom.wire.InternetChecksum;
import io.etherloom.wire.Tag;
import io.etherloom.wire.VirtioNetHeader;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

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

    private final MemorySegment buffer = Arena.ofAuto().allocate(Frame.MAX_LENGTH + Tag.LENGTH, 16);

    /// Gives `sink` every frame that `frame` stands for, as it is on a wire where it carries `tag`. The frame is not changed.
    public void finish(Frame frame, int tag, Sink sink) {
        for (int index = 0; index < frame.segments(); index++) {
            finish(frame, tag, index, sink);
        }
    }

    /// The same for one of these frames alone.
    ///
    /// @param index below [Frame#segments]
    public void finish(Frame frame, int tag, int index, Sink sink) {
        sink.accept(buffer, frame.offload().isSuperFrame() ? write(frame, tag, index, buffer, 0) : writeWhole(frame, tag));
    }

    private int writeWhole(Frame frame, int tag) {
        int length = frame.write(tag, buffer, 0, Frame.MAX_LENGTH + Tag.LENGTH);
        if (frame.offload().needsChecksum()) {
            completeChecksum(frame, length, Tag.length(tag));
        }
        return length;
    }

    private void completeChecksum(Frame frame, int length, int shift) {
        int start = frame.offload().checksumStart() + shift;
        int at = start + frame.offload().checksumOffset();
        int sum = InternetChecksum.fold(InternetChecksum.add(0, buffer, start, length - start));
        Ethernet.u16(buffer, at, sum == 0 ? 0xFFFF : sum);
    }

    /// Untagged octets of one of the frames that a super-frame stands for.
    ///
    /// @param index below [Frame#segments]
    public int segmentLength(Frame frame, int index) {
        var offload = frame.offload();
        return Math.min(offload.headerLength() + offload.gsoSize(), frame.length() - index * offload.gsoSize());
    }

    /// One of the frames that a super-frame stands for, as a frame of its own that is finished and has one holder. The super-frame is not
    /// changed.
    ///
    /// @param index below [Frame#segments]
    /// @return null when the pool has no memory for it
    public @Nullable Frame segment(Frame frame, int index, FramePool pool) {
        int length = segmentLength(frame, index);
        return length <= Frame.HEAD_CAPACITY ? shortSegment(frame, index, pool) : longSegment(frame, index, length, pool);
    }

    private @Nullable Frame shortSegment(Frame frame, int index, FramePool pool) {
        var segment = pool.take();
        if (segment != null) {
            segment.segmentOf(frame, write(frame, Tag.NONE, index, segment.head(), Frame.HEADROOM), null);
        }
        return segment;
    }

    /// By way of the buffer, because a checksum is easier to take over one piece of memory; only jumbo frames are so long.
    private @Nullable Frame longSegment(Frame frame, int index, int length, FramePool pool) {
        var tail = pool.takeTail();
        if (tail == null) {
            return null;
        }
        var segment = pool.take();
        if (segment == null) {
            pool.putTail(tail);
            return null;
        }
        write(frame, Tag.NONE, index, buffer, 0);
        MemorySegment.copy(buffer, 0, segment.head(), Frame.HEADROOM, Frame.HEAD_CAPACITY);
        MemorySegment.copy(buffer, Frame.HEAD_CAPACITY, tail, 0, length - Frame.HEAD_CAPACITY);
        segment.segmentOf(frame, length, tail);
        return segment;
    }

    /// Writes one segment of a super-frame.
    ///
    /// @return its octets
    private static int write(Frame frame, int tag, int index, MemorySegment target, long at) {
        var offload = frame.offload();
        int headers = offload.headerLength();
        int done = index * offload.gsoSize();
        int count = Math.min(offload.gsoSize(), frame.length() - headers - done);
        int shift = Tag.length(tag);
        frame.write(tag, target, at, headers + shift);
        frame.copy(headers + done, count, target, at + headers + shift);
        long network = at + IpHeaders.network(frame) + shift;
        long transport = at + offload.checksumStart() + shift;
        long end = at + headers + shift + count;
        adjustNetwork(target, network, (int) (end - network), index);
        int length = (int) (end - transport);
        if (offload.gsoType() == VirtioNetHeader.GSO_UDP_L4) {
            finishUdp(target, transport, length);
        } else {
            int whole = frame.length() - offload.checksumStart();
            adjustTcp(target, transport, done, index == 0, index == offload.segments - 1);
            finishTcp(target, transport, length, whole);
        }
        return headers + shift + count;
    }

    /// Length, identification and header checksum of IPv4, payload length of IPv6.
    private static void adjustNetwork(MemorySegment bytes, long network, int length, int index) {
        int first = Ethernet.u8(bytes, network);
        if (first >>> 4 == 6) {
            Ethernet.u16(bytes, network + 4, length - 40);
            return;
        }
        Ethernet.u16(bytes, network + 2, length);
        Ethernet.u16(bytes, network + 4, Ethernet.u16(bytes, network + 4) + index);
        Ethernet.u16(bytes, network + 10, 0);
        Ethernet.u16(bytes, network + 10, InternetChecksum.fold(InternetChecksum.add(0, bytes, network, (first & 15) * 4L)));
    }

    private static void adjustTcp(MemorySegment bytes, long transport, int done, boolean isFirst, boolean isLast) {
        Ethernet.u32(bytes, transport + TCP_SEQUENCE, Ethernet.u32(bytes, transport + TCP_SEQUENCE) + done);
        int flags = Ethernet.u8(bytes, transport + TCP_FLAGS);
        if (!isLast) {
            flags &= ~FIN_PSH;
        }
        if (!isFirst) {
            flags &= ~CWR;
        }
        Ethernet.u8(bytes, transport + TCP_FLAGS, flags);
    }

    /// The checksum field holds the sum of the pseudo header with the length of the whole, in which this segment's takes its place. It is
    /// not worked out anew: with a routing header the address in it is none of those in the IP header (RFC 8200, 8.1), and a sender that
    /// summed it wrongly is not put right.
    private static void finishTcp(MemorySegment bytes, long transport, int length, int whole) {
        long pseudo = Ethernet.u16(bytes, transport + TCP_CHECKSUM) + Integer.toUnsignedLong(~(whole - length));
        Ethernet.u16(bytes, transport + TCP_CHECKSUM, 0);
        Ethernet.u16(bytes, transport + TCP_CHECKSUM, InternetChecksum.fold(InternetChecksum.add(pseudo, bytes, transport, length)));
    }

    /// The same; what the length was UDP says itself.
    private static void finishUdp(MemorySegment bytes, long transport, int length) {
        int whole = Ethernet.u16(bytes, transport + UDP_LENGTH);
        long pseudo = (long) Ethernet.u16(bytes, transport + UDP_CHECKSUM) + (~whole & 0xFFFF) + length;
        Ethernet.u16(bytes, transport + UDP_LENGTH, length);
        Ethernet.u16(bytes, transport + UDP_CHECKSUM, 0);
        int sum = InternetChecksum.fold(InternetChecksum.add(pseudo, bytes, transport, length));
        Ethernet.u16(bytes, transport + UDP_CHECKSUM, sum == 0 ? 0xFFFF : sum);
    }
}
