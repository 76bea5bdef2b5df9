package io.etherloom.frame;

import io.etherloom.wire.Ethernet;

/// Tells bridge protocol data units from other frames (IEEE Std 802.1D, 7.12: bridge group address and LLC address 0x42).
public final class Bpdu {
    private static final long BRIDGE_GROUP = 0x0180_C200_0000L;
    /// Per-VLAN spanning tree of one vendor, which uses an address of its own (spec 2.19).
    private static final long PVST = 0x0100_0CCC_CCCDL;
    /// Destination and source service access point, side by side.
    private static final int SPANNING_TREE = 0x4242;

    private Bpdu() {}

    /// Whether this is one of any kind.
    public static boolean isBpdu(Frame frame) {
        return isPvst(frame) || isSpanningTree(frame);
    }

    /// Whether this is one of per-VLAN spanning tree (PVST+), by its destination.
    public static boolean isPvst(Frame frame) {
        return frame.destination() == PVST;
    }

    /// Whether this is one of the standard spanning tree.
    public static boolean isSpanningTree(Frame frame) {
        return frame.destination() == BRIDGE_GROUP
                && frame.type() <= Ethernet.MAX_LENGTH_FIELD
                && frame.headLength() >= Ethernet.HEADER + 2
                && Ethernet.u16(frame.head(), frame.start() + Ethernet.HEADER) == SPANNING_TREE;
    }
}
