package io.etherloom.capture;

import io.etherloom.frame.Frame;
import io.etherloom.wire.Ethernet;
import io.etherloom.wire.Tag;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/// A frame as a filter sees it: as it stands on the wire, with its tag behind the addresses, although in memory the tag is a number beside
/// it and a long frame has a tail. Nothing is copied. One thread.
///
/// ```
/// on the wire   0 … addresses … 12 | tag | 16 … type, payload …
/// in memory     start … addresses        | start + 12 … type, payload …
/// ```
public final class FilterInput {
    static final int[] NO_MEMORY = {};
    private static final ValueLayout.OfShort U16 = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfInt U32 = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final int AFTER_TAG = Ethernet.ADDRESSES + Tag.LENGTH;

    private final int[] memory = new int[16];
    private MemorySegment head = MemorySegment.NULL;
    private @Nullable Frame frame;
    /// What to add to an offset that is beyond the tag.
    private long base;
    /// From here on offsets are read with `base`.
    private int plainFrom;
    private int headEnd;
    private int end;
    private int tagWord;
    private int wireLength;

    /// Shows a frame with the tag that it has here.
    ///
    /// @param wireLength what the filter is told of the frame's length, tag included
    void show(Frame frame, int tag, int wireLength) {
        int tagLength = frame.isTruncated() ? 0 : Tag.length(tag);
        this.frame = frame;
        head = frame.head();
        base = frame.start() - tagLength;
        plainFrom = tagLength == 0 ? 0 : AFTER_TAG;
        headEnd = frame.headLength() + tagLength;
        end = frame.length() + tagLength;
        tagWord = Tag.TPID << 16 | Tag.tagControl(tag);
        this.wireLength = wireLength;
    }

    /// Shows octets that stand in a row.
    public void show(MemorySegment bytes, long at, int length) {
        frame = null;
        head = bytes;
        base = at;
        plainFrom = 0;
        headEnd = length;
        end = length;
        wireLength = length;
    }

    int wireLength() {
        return wireLength;
    }

    int[] memory() {
        return memory;
    }

    /// The octet at an offset, or -1 behind the end.
    long u8(long at) {
        return at >= plainFrom && at < headEnd ? head.get(ValueLayout.JAVA_BYTE, base + at) & 0xFF : slow(at, 1);
    }

    /// Two octets in network order, or -1.
    long u16(long at) {
        return at >= plainFrom && at + 2 <= headEnd ? head.get(U16, base + at) & 0xFFFF : slow(at, 2);
    }

    /// Four octets in network order, or -1.
    long u32(long at) {
        return at >= plainFrom && at + 4 <= headEnd ? head.get(U32, base + at) & 0xFFFF_FFFFL : slow(at, 4);
    }

    private long slow(long at, int size) {
        if (at + size > end) {
            return -1;
        }
        if (size > 1 && at + size <= Math.min(plainFrom, Ethernet.ADDRESSES)) {
            long from = base + Tag.LENGTH + at;
            return size == 2 ? head.get(U16, from) & 0xFFFF : head.get(U32, from) & 0xFFFF_FFFFL;
        }
        if (at == Ethernet.ADDRESSES && plainFrom > 0 && size > 1) {
            return size == 4 ? tagWord & 0xFFFF_FFFFL : tagWord >>> 16;
        }
        long value = 0;
        for (int i = 0; i < size; i++) {
            value = value << 8 | octet((int) at + i);
        }
        return value;
    }

    private int octet(int at) {
        if (at < plainFrom) {
            return at < Ethernet.ADDRESSES
                    ? head.get(ValueLayout.JAVA_BYTE, base + Tag.LENGTH + at) & 0xFF
                    : tagWord >>> 8 * (AFTER_TAG - 1 - at) & 0xFF;
        }
        if (at < headEnd) {
            return head.get(ValueLayout.JAVA_BYTE, base + at) & 0xFF;
        }
        var tail = frame == null ? null : frame.tail();
        return tail == null ? 0 : tail.get(ValueLayout.JAVA_BYTE, at - headEnd) & 0xFF;
    }
}
