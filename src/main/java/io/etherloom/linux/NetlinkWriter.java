package io.etherloom.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;

/// Writes netlink requests one behind the other, in the byte order of the machine (`<linux/netlink.h>`, `<linux/rtnetlink.h>`):
///
///     nlmsghdr: u32 length | u16 type | u16 flags | u32 sequence | u32 port      then a fixed part, then attributes
///     rtattr:   u16 length | u16 type | value, padded to 4 octets
final class NetlinkWriter {
    static final int HEADER_BYTES = 16;

    private final MemorySegment buffer;
    private int start;
    private int end;

    NetlinkWriter(int capacityBytes) {
        buffer = Arena.ofAuto().allocate(capacityBytes, 4);
    }

    /// Forgets what was written.
    void clear() {
        start = 0;
        end = 0;
    }

    /// Begins the next message with its header; the length follows with every field.
    void begin(int type, int flags, int sequence) {
        start = end;
        u32(0);
        u16(type);
        u16(flags);
        u32(sequence);
        u32(0);
    }

    NetlinkWriter u8(int value) {
        buffer.set(JAVA_BYTE, end, (byte) value);
        return grow(1);
    }

    NetlinkWriter u16(int value) {
        buffer.set(JAVA_SHORT_UNALIGNED, end, (short) value);
        return grow(2);
    }

    NetlinkWriter u32(int value) {
        buffer.set(JAVA_INT_UNALIGNED, end, value);
        return grow(4);
    }

    void attribute(int type, int value) {
        u16(8).u16(type).u32(value);
    }

    /// An attribute of octets as they are: an address, which is in network order already.
    void attribute(int type, byte[] value) {
        u16(4 + value.length).u16(type);
        for (byte octet : value) u8(octet);
        while ((end & 3) != 0) u8(0);
    }

    /// A string with the zero that ends it.
    void attribute(int type, String value) {
        attribute(type, (value + '\0').getBytes(StandardCharsets.UTF_8));
    }

    private NetlinkWriter grow(int octets) {
        end += octets;
        // Only a message of at least one field has a length field to correct.
        if (end - start >= 4) buffer.set(JAVA_INT_UNALIGNED, start, end - start);
        return this;
    }

    MemorySegment buffer() {
        return buffer;
    }

    int size() {
        return end;
    }
}
