package io.etherloom.replay;

import java.io.ByteArrayInputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/// A classic pcap with nanoseconds, written octet by octet so that it can be wrong in any way.
final class CaptureFile implements Replay.Source {
    private static final int MAGIC_NANOS = 0xA1B23C4D;
    private static final long BEGIN_SECONDS = 1_700_000_000L;

    private final int linkType;
    private final List<byte[]> packets = new ArrayList<>();
    private int missing;

    CaptureFile(int linkType) {
        this.linkType = linkType;
    }

    static CaptureFile ethernet() {
        return new CaptureFile(1);
    }

    /// A frame from 02:00:00:00:00:01 to 02:00:00:00:00:02 so many nanoseconds after the beginning.
    CaptureFile frame(long nanos, int length) {
        return frame(nanos, wire(2, 1, length), length);
    }

    CaptureFile frame(long nanos, byte[] wire, int originalLength) {
        var packet = ByteBuffer.allocate(16 + wire.length).order(ByteOrder.LITTLE_ENDIAN);
        packet.putInt((int) (BEGIN_SECONDS + nanos / 1_000_000_000)).putInt((int) (nanos % 1_000_000_000)).putInt(wire.length).putInt(originalLength);
        packets.add(packet.put(wire).array());
        return this;
    }

    /// Leaves out the last octets of the file.
    CaptureFile without(int octets) {
        missing = octets;
        return this;
    }

    /// @param destination last octet of the address
    /// @param source last octet of the address
    static byte[] wire(int destination, int source, int length) {
        var wire = new byte[length];
        for (int i = 0; i < length; i++) {
            wire[i] = (byte) i;
        }
        var addresses = new byte[] {2, 0, 0, 0, 0, (byte) destination, 2, 0, 0, 0, 0, (byte) source, 8, 0};
        System.arraycopy(addresses, 0, wire, 0, Math.min(addresses.length, length));
        return wire;
    }

    byte[] octets() {
        int size = 24 + packets.stream().mapToInt(packet -> packet.length).sum();
        var file = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
        file.putInt(MAGIC_NANOS).putShort((short) 2).putShort((short) 4).putLong(0).putInt(65_535).putInt(linkType);
        packets.forEach(file::put);
        return java.util.Arrays.copyOf(file.array(), size - missing);
    }

    @Override
    public ByteArrayInputStream open() {
        return new ByteArrayInputStream(octets());
    }
}
