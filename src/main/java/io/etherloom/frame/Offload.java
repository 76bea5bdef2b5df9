package io.etherloom.frame;

import io.etherloom.wire.Ethernet;
import io.etherloom.wire.Tag;
import io.etherloom.wire.VirtioNetHeader;
import java.lang.foreign.MemorySegment;

/// What the sender left for somebody else to finish: a checksum that covers only the pseudo header, and a super-frame to be cut.
/// Offsets are relative to the untagged frame. Owned by its [Frame]; read and written on the agent thread.
public final class Offload {
    private static final int TCP_MIN_HEADER = 20;
    private static final int TCP_CHECKSUM = 16;
    private static final int UDP_HEADER = 8;
    private static final int UDP_CHECKSUM = 6;
    /// What a checksum covers begins behind an IP header.
    private static final int MIN_CHECKSUM_START = Ethernet.HEADER + 20;
    /// No TCP sends less at a time (`TCP_MIN_GSO_SIZE`): 48 octets of segment, 40 of them options. It bounds what one frame can cost.
    private static final int MIN_TCP_SIZE = 8;
    /// One more has another meaning inside the kernel (`GSO_BY_FRAGS`).
    private static final int MAX_SIZE = 0xFFFE;
    /// `UDP_MAX_SEGMENTS`.
    private static final int MAX_DATAGRAMS = 128;

    boolean needsChecksum;
    int checksumStart;
    int checksumOffset;
    int gsoType;
    int gsoSize;
    int headerLength;
    int segments = 1;

    Offload() {}

    void clear() {
        needsChecksum = false;
        gsoType = VirtioNetHeader.GSO_NONE;
        gsoSize = 0;
        headerLength = 0;
        segments = 1;
    }

    /// Moves all offsets, when octets were taken off before the network header.
    void shift(int octets) {
        checksumStart += octets;
        headerLength = gsoSize == 0 ? 0 : headerLength + octets;
    }

    void copyOf(Offload other) {
        needsChecksum = other.needsChecksum;
        checksumStart = other.checksumStart;
        checksumOffset = other.checksumOffset;
        gsoType = other.gsoType;
        gsoSize = other.gsoSize;
        headerLength = other.headerLength;
        segments = other.segments;
    }

    /// Nothing is left to do before the frame stands on a wire.
    public boolean isPlain() {
        return !needsChecksum && gsoSize == 0;
    }

    public boolean isSuperFrame() {
        return gsoSize != 0;
    }

    public boolean needsChecksum() {
        return needsChecksum;
    }

    /// Where the checksum's cover begins, which is the transport header.
    public int checksumStart() {
        return checksumStart;
    }

    /// Where the checksum stands, from [#checksumStart].
    public int checksumOffset() {
        return checksumOffset;
    }

    /// `VIRTIO_NET_HDR_GSO_*` without the ECN bit, [VirtioNetHeader#GSO_NONE] when there is nothing to cut.
    public int gsoType() {
        return gsoType & ~VirtioNetHeader.GSO_ECN;
    }

    /// Transport payload octets per segment, zero when there is nothing to cut.
    public int gsoSize() {
        return gsoSize;
    }

    /// Octets of all headers of a super-frame, which every segment repeats.
    public int headerLength() {
        return headerLength;
    }

    /// Reads the vnet header that a device received with `frame`, after [Frame#parse]; checks it, since a guest is hostile. What passes the
    /// kernel takes, too, with or without a tag (`virtio_net_hdr_to_skb`), and can cut. What does not is a [Frame#fault] and nothing to finish.
    ///
    /// @param tag what `parse` returned: offsets were counted with the tag
    public void read(MemorySegment header, long at, Frame frame, int tag) {
        if (VirtioNetHeader.isPlain(header, at)) {
            return;
        }
        needsChecksum = (VirtioNetHeader.flags(header, at) & VirtioNetHeader.NEEDS_CSUM) != 0;
        checksumStart = VirtioNetHeader.checksumStart(header, at) - Tag.length(tag);
        checksumOffset = VirtioNetHeader.checksumOffset(header, at);
        gsoType = VirtioNetHeader.gsoType(header, at);
        boolean isGood = !needsChecksum || hasChecksumInside(frame);
        if (gsoType != VirtioNetHeader.GSO_NONE) {
            isGood = isGood && needsChecksum && readSegmentation(frame, VirtioNetHeader.gsoSize(header, at));
        }
        if (!isGood) {
            clear();
            frame.malformed();
        }
    }

    private boolean hasChecksumInside(Frame frame) {
        return checksumStart >= MIN_CHECKSUM_START && checksumStart + checksumOffset + 2 <= frame.headLength();
    }

    /// Whether type, size and headers fit each other.
    private boolean readSegmentation(Frame frame, int size) {
        boolean isTcp = gsoType() == VirtioNetHeader.GSO_TCPV4 || gsoType() == VirtioNetHeader.GSO_TCPV6;
        int headers = isTcp ? tcpHeaders(frame) : gsoType == VirtioNetHeader.GSO_UDP_L4 ? udpHeaders(frame) : -1;
        if (headers < 0 || headers > frame.headLength() || size == 0 || size > MAX_SIZE) {
            return false;
        }
        int payload = frame.length() - headers;
        if (payload <= size) {
            gsoType = VirtioNetHeader.GSO_NONE;      // One segment needs no cut, and no receiver need know of it.
            return true;
        }
        headerLength = headers;
        gsoSize = size;
        segments = (payload + size - 1) / size;
        return isTcp ? size >= MIN_TCP_SIZE : segments <= MAX_DATAGRAMS;
    }

    private int tcpHeaders(Frame frame) {
        int type = gsoType() == VirtioNetHeader.GSO_TCPV4 ? Ethernet.TYPE_IPV4 : Ethernet.TYPE_IPV6;
        boolean isTcp = checksumOffset == TCP_CHECKSUM && checksumStart + TCP_MIN_HEADER <= frame.headLength()
                && IpHeaders.reach(frame, type, IpHeaders.TCP, checksumStart);
        int length = isTcp ? (Ethernet.u8(frame.head(), (long) frame.start() + checksumStart + 12) >>> 4) * 4 : 0;
        return length < TCP_MIN_HEADER ? -1 : checksumStart + length;
    }

    private int udpHeaders(Frame frame) {
        boolean isUdp = checksumOffset == UDP_CHECKSUM && checksumStart + UDP_HEADER <= frame.headLength()
                && IpHeaders.reach(frame, IpHeaders.ANY_VERSION, IpHeaders.UDP, checksumStart);
        return isUdp ? checksumStart + UDP_HEADER : -1;
    }

    /// Writes the vnet header of a copy that leaves with `tag`.
    public void write(MemorySegment target, long at, int tag) {
        if (isPlain()) {
            VirtioNetHeader.writePlain(target, at);
            return;
        }
        int shift = Tag.length(tag);
        int headers = gsoSize == 0 ? 0 : headerLength + shift;
        VirtioNetHeader.write(target, at, needsChecksum ? VirtioNetHeader.NEEDS_CSUM : 0, gsoType, headers, gsoSize,
                checksumStart + shift, checksumOffset);
    }
}
