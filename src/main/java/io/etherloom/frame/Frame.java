package io.etherloom.frame;

import io.etherloom.wire.Ethernet;
import io.etherloom.wire.MacAddress;
import io.etherloom.wire.Tag;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/// One Ethernet frame in pooled memory, without frame check sequence and without 802.1Q tag: the tag belongs to a delivery
/// (frame, port, tag), because the same frame leaves tagged by one port and untagged by another.
///
/// ```
///  head (2 KiB)                                                tail (64 KiB + 64, only for super-frames)
///  0            start-10      start                headEnd     0
///  | headroom … | vnet header | addresses type … |            | … rest of the payload |
/// ```
///
/// All headers lie in the head. From the EtherType on the bytes are never changed while more than one holder shares the frame;
/// the headroom before `start` is scratch for whoever writes the frame out.
///
/// **Ownership.** A frame has holders; each must [#release] it once or hand it on. The count is a plain `int`: a frame never leaves
/// the agent thread it was taken on.
public final class Frame {
    public static final int HEAD_SIZE = 2048;
    public static final int TAIL_SIZE = 65_536 + 64;
    /// Where a received frame starts as a rule: room for a vnet header (10) and a tag (4), aligned so that the IP header is too.
    public static final int HEADROOM = 34;
    /// Where one starts of which a tag was taken off before, which may have to be put back.
    public static final int STRIPPED = HEADROOM + Tag.LENGTH;
    /// Octets of a frame at [#HEADROOM] that fit into the head alone.
    public static final int HEAD_CAPACITY = HEAD_SIZE - HEADROOM;
    public static final int MAX_LENGTH = HEAD_CAPACITY + TAIL_SIZE;

    private final FramePool pool;
    private final MemorySegment head;
    private @Nullable MemorySegment tail;
    private int holders;

    private int start;
    private int length;
    private int headLength;
    private long destination;
    private long source;
    private int type;
    private @Nullable DropReason fault;
    private final Offload offload = new Offload();

    Frame(FramePool pool, MemorySegment head) {
        this.pool = pool;
        this.head = head;
    }

    void taken() {
        holders = 1;
        start = HEADROOM;
        offload.clear();
    }

    /// Makes this frame as long as another one; it has no octets.
    void shapeOf(Frame original) {
        length = original.length;
        headLength = 0;
        fault = null;
    }

    /// Whether this frame only stands for another one, and has no octets and no addresses; see [FramePool#shapeOf].
    public boolean isShape() {
        return head.byteSize() == 0;
    }

    public MemorySegment head() {
        return head;
    }

    public @Nullable MemorySegment tail() {
        return tail;
    }

    /// Offset of the destination address in the head.
    public int start() {
        return start;
    }

    /// Octets of the untagged frame, head and tail together.
    public int length() {
        return length;
    }

    /// Octets of the frame that lie in the head; the rest is at the beginning of the tail.
    public int headLength() {
        return headLength;
    }

    public long destination() {
        return destination;
    }

    public long source() {
        return source;
    }

    /// EtherType or 802.3 length field; zero when the frame is truncated.
    public int type() {
        return type;
    }

    public Offload offload() {
        return offload;
    }

    public boolean isGroup() {
        return MacAddress.isGroup(destination);
    }

    /// Why nobody can forward this frame, or null: its header is cut, its offload metadata contradict it, or there was no memory for
    /// all of it.
    public @Nullable DropReason fault() {
        return fault;
    }

    /// Whether the header is cut, so that neither addresses nor type can be trusted.
    public boolean isTruncated() {
        return fault == DropReason.TRUNCATED;
    }

    void malformed() {
        if (fault == null) {
            fault = DropReason.MALFORMED_OFFLOAD;
        }
    }

    /// Says that the rest of the frame was lost because no tail was free. After [#parse].
    public void lostTail() {
        fault = DropReason.POOL_EXHAUSTED;
    }

    /// Frames on the wire that this one stands for: more than one only for a super-frame.
    public int segments() {
        return offload.segments;
    }

    /// Untagged octets of the longest frame on the wire.
    public int wireLength() {
        return offload.gsoSize == 0 ? length : Math.min(length, offload.headerLength + offload.gsoSize);
    }

    /// Octets on the wire of all segments, each with this tag.
    public int wireOctets(int tag) {
        return length + (offload.segments - 1) * offload.headerLength + offload.segments * Tag.length(tag);
    }

    /// Takes over what a device has put at `HEADROOM` of the head and, beyond `HEAD_CAPACITY`, into `tail`; reads the header once
    /// and moves an outer 802.1Q tag out of the way.
    ///
    /// @param received octets of the frame as received, at most [#MAX_LENGTH]
    /// @param tail memory from [FramePool#takeTail] that the frame owns from now on, or null
    /// @return the tag of the frame as received, [Tag#NONE] if there is none; a frame too short for its header has a [#fault]
    public int parse(int received, @Nullable MemorySegment tail) {
        readHeader(HEADROOM, received, tail);
        return type == Tag.TPID ? untag() : Tag.NONE;
    }

    /// The same for what a device has put at [#STRIPPED] when somebody has taken the outermost tag off and says which it was. A tag that is still in
    /// the octets is an inner one then, and a service tag, which a switch does not read, is put back.
    ///
    /// @param tagType    EtherType of the tag that was taken off; 0 for none
    /// @param tagControl its 16 bits of control information
    public int parseStripped(int received, @Nullable MemorySegment tail, int tagType, int tagControl) {
        readHeader(STRIPPED, received, tail);
        if (tagType == 0 || fault != null) {
            return type == Tag.TPID ? untag() : Tag.NONE;
        }
        if (tagType == Tag.TPID) {
            return Tag.of(tagControl);
        }
        start -= Tag.LENGTH;
        length += Tag.LENGTH;
        headLength += Tag.LENGTH;
        Ethernet.addresses(head, start, destination, source);
        Ethernet.u16(head, (long) start + Ethernet.ADDRESSES, tagType);
        Ethernet.u16(head, (long) start + Ethernet.HEADER, tagControl);
        type = tagType;
        return Tag.NONE;
    }

    private void readHeader(int at, int received, @Nullable MemorySegment tail) {
        this.tail = tail;
        start = at;
        length = received;
        headLength = Math.min(received, HEAD_SIZE - at);
        fault = null;
        if (received < Ethernet.HEADER) {
            fault = DropReason.TRUNCATED;
            destination = 0;
            source = 0;
            type = 0;
            return;
        }
        destination = Ethernet.destination(head, start);
        long sourceAndType = Ethernet.sourceAndType(head, start);
        source = sourceAndType >>> 16;
        type = (int) sourceAndType & 0xFFFF;
    }

    /// Moves the twelve address octets over the tag.
    private int untag() {
        if (length < Ethernet.HEADER + Tag.LENGTH) {
            fault = DropReason.TRUNCATED;      // The tag that the type announces is cut.
            return Tag.NONE;
        }
        int tag = Tag.of(Ethernet.u16(head, start + Ethernet.HEADER));
        start += Tag.LENGTH;
        length -= Tag.LENGTH;
        headLength -= Tag.LENGTH;
        Ethernet.addresses(head, start, destination, source);
        type = Ethernet.type(head, start);
        return tag;
    }

    /// Whether the payload begins with another 802.1Q tag, which becomes the frame's own where it leaves without the outer one.
    public boolean hasInnerTag() {
        return type == Tag.TPID;
    }

    /// Takes the inner tag off, as a receiver does that reads the frame from a wire; the caller is the only holder.
    ///
    /// @return the tag; [Tag#NONE] when it is cut, and then the frame has a [#fault]
    public int takeInnerTag() {
        int tag = untag();
        if (tag != Tag.NONE) {
            offload.shift(-Tag.LENGTH);
        }
        return tag;
    }

    /// Adds one holder.
    public void retain() {
        holders++;
    }

    /// Whether somebody else holds the frame, too.
    public boolean isShared() {
        return holders > 1;
    }

    /// Gives up one hold; the last one returns the memory to the pool.
    public void release() {
        if (--holders == 0) {
            var spent = tail;
            tail = null;
            pool.put(this, spent);
        } else if (holders < 0) {
            throw new IllegalStateException("frame released twice");
        }
    }

    /// Extends a short frame with zeros; the caller is the only holder.
    ///
    /// @param minLength octets without tag, at most 1518
    public void pad(int minLength) {
        head.asSlice(start + length, minLength - length).fill((byte) 0);
        length = minLength;
        headLength = minLength;
    }

    /// Makes this frame a copy.
    ///
    /// @param tail memory from [FramePool#takeTail] when the other has a tail, else null
    void copyOf(Frame other, @Nullable MemorySegment tail) {
        this.tail = tail;
        fault = other.fault;
        if (tail != null) {
            other.copy(other.headLength, other.length - other.headLength, tail, 0);
        }
        start = other.start;
        length = other.length;
        headLength = other.headLength;
        destination = other.destination;
        source = other.source;
        type = other.type;
        offload.copyOf(other.offload);
        MemorySegment.copy(other.head, start, head, start, headLength);
    }

    /// Makes this frame, whose octets without tag stand where [#parse] would look for them, one of those that `whole` stands for, with
    /// nothing left to finish.
    ///
    /// @param tail memory with what is beyond `HEAD_CAPACITY`, or null
    void segmentOf(Frame whole, int length, @Nullable MemorySegment tail) {
        this.tail = tail;
        this.length = length;
        headLength = Math.min(length, HEAD_CAPACITY);
        fault = null;
        destination = whole.destination;
        source = whole.source;
        type = whole.type;
    }

    /// Copies octets `from` to `from + count` of the untagged frame into `target`.
    public void copy(int from, int count, MemorySegment target, long at) {
        int fromHead = Math.min(count, Math.max(0, headLength - from));
        if (fromHead > 0) {
            MemorySegment.copy(head, (long) start + from, target, at, fromHead);
        }
        var rest = tail;
        if (fromHead < count && rest != null) {
            MemorySegment.copy(rest, (long) from + fromHead - headLength, target, at + fromHead, count - fromHead);
        }
    }

    /// Writes the frame as it stands on the wire with `tag`, super-frames uncut, at most `limit` octets.
    ///
    /// @return octets written
    public int write(int tag, MemorySegment target, long at, int limit) {
        int tagLength = Tag.length(tag);
        int total = Math.min(limit, length + tagLength);
        if (tagLength == 0 || length < Ethernet.HEADER) {
            total = Math.min(total, length);
            copy(0, total, target, at);
            return total;
        }
        int addresses = Math.min(total, Ethernet.ADDRESSES);
        copy(0, addresses, target, at);
        if (total >= Ethernet.ADDRESSES + tagLength) {
            Ethernet.tag(target, at + Ethernet.ADDRESSES, tag);
            copy(Ethernet.ADDRESSES, total - Ethernet.ADDRESSES - tagLength, target, at + Ethernet.ADDRESSES + tagLength);
            return total;
        }
        return addresses;
    }
}
