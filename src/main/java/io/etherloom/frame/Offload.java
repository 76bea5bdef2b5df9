package io.etherloom.frame;

import io.etherloom.wire.Ethernet;
import io.etherloom.wire.Tag;
import io.etherloom.wire.VirtioNetHeader;
import java.lang.foreign.MemorySegment;

/// What the sender left for somebody else to finish: a checksum that covers only the pseudo header, and a super-frame to be cut.
/// Offsets are relative to the untagged frame. Owned by its [Frame]; read and written on the agent thread.
public final class Offload {
    private static final int IPV6_HEADER = 40;
    private static final int IPV4_MIN_HEADER = 20;
    private static final int TCP_MIN_HEADER = 20;
    private static final int UDP_HEADER = 8;

    boolean needsChecksum;
    int checksumStart;
    int checksumOffset;
    int gsoType;
    int gsoSize;
    int headerLength;
    int segments = 1;
    private boolean isMalformed;

    Offload() {}

    void clear() {
        needsChecksum = false;
        isMalformed = false;
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
        isMalformed = other.isMalformed;
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

    /// The metadata contradicts the frame, so that nobody could finish it.
    public boolean isMalformed() {
        return isMalformed;
    }

    /// Reads the vnet header that a device received with `frame`, after [Frame#parse]; checks it, since a guest is hostile.
    ///
    /// @param tag what `parse` returned: offsets were counted with the tag
    public void read(MemorySegment header, long at, Frame frame, int tag) {
        if (VirtioNetHeader.isPlain(header, at)) {
            return;
        }
        int shift = Tag.length(tag);
        needsChecksum = (VirtioNetHeader.flags(header, at) & VirtioNetHeader.NEEDS_CSUM) != 0;
        checksumStart = VirtioNetHeader.checksumStart(header, at) - shift;
        checksumOffset = VirtioNetHeader.checksumOffset(header, at);
        gsoType = VirtioNetHeader.gsoType(header, at);
        isMalformed = needsChecksum
                && (checksumStart < Ethernet.HEADER || checksumStart + checksumOffset + 2 > frame.headLength());
        if (gsoType != VirtioNetHeader.GSO_NONE && !isMalformed) {
            readSegmentation(frame, VirtioNetHeader.gsoSize(header, at));
        }
        if (isMalformed) {
            frame.malformed();
        }
    }

    private void readSegmentation(Frame frame, int size) {
        int type = gsoType();
        int headers = switch (type) {
            case VirtioNetHeader.GSO_TCPV4 -> transportHeader(frame, Ethernet.TYPE_IPV4, true);
            case VirtioNetHeader.GSO_TCPV6 -> transportHeader(frame, Ethernet.TYPE_IPV6, true);
            case VirtioNetHeader.GSO_UDP_L4 -> transportHeader(frame, frame.type(), false);
            default -> -1;
        };
        if (!needsChecksum || size == 0 || headers < 0 || headers >= frame.length() || headers > frame.headLength()) {
            isMalformed = true;
            gsoType = VirtioNetHeader.GSO_NONE;
            return;
        }
        headerLength = headers;
        gsoSize = size;
        segments = (frame.length() - headers + size - 1) / size;
    }

    /// Octets of all headers when the IP header and the transport header at `checksumStart` fit each other, else -1.
    private int transportHeader(Frame frame, int type, boolean isTcp) {
        var head = frame.head();
        int network = networkHeader(frame, type);
        if (network < 0) {
            return -1;
        }
        int version = Ethernet.u8(head, (long) frame.start() + network) >>> 4;
        int minimum = version == 4 ? IPV4_MIN_HEADER : IPV6_HEADER;
        if (version != 4 && version != 6 || checksumStart < network + minimum) {
            return -1;
        }
        if (!isTcp) {
            return checksumStart + UDP_HEADER <= frame.headLength() ? checksumStart + UDP_HEADER : -1;
        }
        if (checksumStart + TCP_MIN_HEADER > frame.headLength()) {
            return -1;
        }
        int tcpHeader = (Ethernet.u8(head, (long) frame.start() + checksumStart + 12) >>> 4) * 4;
        return tcpHeader < TCP_MIN_HEADER ? -1 : checksumStart + tcpHeader;
    }

    /// Offset of the IP header behind inner tags that the switch treats as payload, or -1 when the frame is not IP of this type.
    static int networkHeader(Frame frame, int wanted) {
        int at = Ethernet.ADDRESSES;
        int type = frame.type();
        while ((type == Tag.TPID || type == Ethernet.TYPE_SERVICE_TAG) && at + 8 <= frame.headLength()) {
            at += Tag.LENGTH;
            type = Ethernet.u16(frame.head(), (long) frame.start() + at);
        }
        boolean isIp = type == Ethernet.TYPE_IPV4 || type == Ethernet.TYPE_IPV6;
        boolean isWanted = type == wanted || wanted == frame.type() && isIp;
        return isIp && isWanted && at + 2 + IPV4_MIN_HEADER <= frame.headLength() ? at + 2 : -1;
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
