package io.etherloom.fabric;

import io.etherloom.frame.Frame;
import io.etherloom.wire.Ethernet;

/// Tells bridge protocol data units from other frames (IEEE Std 802.1D, 7.12: bridge group address and LLC address 0x42).
final class Bpdu {
    private static final long BRIDGE_GROUP = 0x0180_C200_0000L;
    /// Per-VLAN spanning tree of one vendor, which uses an address of its own (spec 2.19).
    private static final long PVST = 0x0100_0CCC_CCCDL;
    /// Destination and source service access point, side by side.
    private static final int SPANNING_TREE = 0x4242;

    private Bpdu() {}

    static boolean isBpdu(Frame frame) {
        return frame.destination() == PVST || frame.destination() == BRIDGE_GROUP && isSpanningTree(frame);
    }

    private static boolean isSpanningTree(Frame frame) {
        return frame.type() <= Ethernet.MAX_LENGTH_FIELD && frame.headLength() >= Ethernet.HEADER + 2
                && Ethernet.u16(frame.head(), frame.start() + Ethernet.HEADER) == SPANNING_TREE;
    }
}
