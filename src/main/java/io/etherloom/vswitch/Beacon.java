package io.etherloom.vswitch;

import io.etherloom.frame.Frame;
import io.etherloom.wire.Ethernet;
import io.etherloom.wire.MacAddress;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;

/// What a beacon looks like (spec 4.28). The types are those of the product; the layout behind them was never published, so it is ours: the
/// virtual MAC of the pNIC, one octet of length, and its name.
///
/// ```
/// ESX 3.5    ff:ff:ff:ff:ff:ff  pNIC  05ff                          MAC  length  name
/// ESX 4.0    ff:ff:ff:ff:ff:ff  pNIC  002e  aa aa 03 00 50 56 8922  MAC  length  name
/// from 4.1   ff:ff:ff:ff:ff:ff  pNIC  8922                          MAC  length  name
/// ```
final class Beacon {
    private static final int LENGTH = 60;
    private static final int TYPE_8922 = 0x8922;
    private static final int TYPE_05FF = 0x05FF;
    /// 802.2 SNAP with VMware's organization code.
    private static final byte[] SNAP = {(byte) 0xAA, (byte) 0xAA, 0x03, 0x00, 0x50, 0x56, (byte) 0x89, 0x22};
    private static final MemorySegment SNAP_BYTES = MemorySegment.ofArray(SNAP);
    private static final int MAX_NAME = 15;

    private Beacon() {}

    static boolean isBeacon(Frame frame) {
        if (frame.destination() != MacAddress.BROADCAST) {
            return false;
        }
        int type = frame.type();
        return type == TYPE_8922 || type == TYPE_05FF || type <= Ethernet.MAX_LENGTH_FIELD && hasSnap(frame);
    }

    private static boolean hasSnap(Frame frame) {
        long at = frame.start() + Ethernet.HEADER;
        return frame.headLength() >= Ethernet.HEADER + SNAP.length
                && MemorySegment.mismatch(frame.head(), at, at + SNAP.length, SNAP_BYTES, 0, SNAP.length) < 0;
    }

    /// Makes a fresh frame a beacon of this pNIC.
    static void write(Frame frame, PortSpec.Uplink pnic, SwitchSpec.BeaconFormat format) {
        var bytes = frame.head();
        long at = Frame.HEADROOM;
        bytes.asSlice(at, LENGTH).fill((byte) 0);
        Ethernet.addresses(bytes, at, MacAddress.BROADCAST, pnic.mac());
        Ethernet.u16(bytes, at + Ethernet.ADDRESSES, switch (format) {
            case TYPE_05FF -> TYPE_05FF;
            case LLC -> LENGTH - Ethernet.HEADER;
            case TYPE_8922 -> TYPE_8922;
        });
        long next = at + Ethernet.HEADER;
        if (format == SwitchSpec.BeaconFormat.LLC) {
            MemorySegment.copy(SNAP_BYTES, 0, bytes, next, SNAP.length);
            next += SNAP.length;
        }
        Ethernet.u16(bytes, next, (int) (pnic.mac() >>> 32));
        Ethernet.u32(bytes, next + 2, (int) pnic.mac());
        var name = pnic.name().getBytes(StandardCharsets.US_ASCII);
        int length = Math.min(MAX_NAME, name.length);
        Ethernet.u8(bytes, next + 6, length);
        MemorySegment.copy(name, 0, bytes, ValueLayout.JAVA_BYTE, next + 7, length);
        frame.parse(LENGTH, null);
    }
}
