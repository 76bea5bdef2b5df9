package io.etherloom.discovery;

import io.etherloom.frame.Frame;
import io.etherloom.wire.Ethernet;
import org.jspecify.annotations.Nullable;

/// Tells frames of CDP and LLDP from others (spec 8.1).
public final class DiscoveryFrames {
    /// Also the address of VTP, DTP, PAgP and UDLD, which the SNAP type tells from CDP.
    public static final long CDP_ADDRESS = 0x0100_0CCC_CCCCL;
    /// Nearest bridge (IEEE Std 802.1AB, clause 7).
    public static final long LLDP_ADDRESS = 0x0180_C200_000EL;
    static final int LLDP_TYPE = 0x88CC;
    /// LLC and SNAP of CDP: AA AA 03, organization 00 00 0C, type 2000; the first and the second half.
    static final int CDP_LLC = 0xAAAA_0300;
    static final int CDP_SNAP = 0x000C_2000;
    static final int SNAP_LENGTH = 8;

    private DiscoveryFrames() {}

    /// The protocol of a frame, or null for another one. Untagged, priority-tagged and tagged frames alike.
    public static @Nullable DiscoveryProtocol protocolOf(Frame frame) {
        long destination = frame.destination();
        if (destination == LLDP_ADDRESS) {
            return frame.type() == LLDP_TYPE ? DiscoveryProtocol.LLDP : null;
        }
        return destination == CDP_ADDRESS && isCdp(frame) ? DiscoveryProtocol.CDP : null;
    }

    private static boolean isCdp(Frame frame) {
        long at = (long) frame.start() + Ethernet.HEADER;
        return frame.type() <= Ethernet.MAX_LENGTH_FIELD
                && frame.headLength() >= Ethernet.HEADER + SNAP_LENGTH
                && Ethernet.u32(frame.head(), at) == CDP_LLC
                && Ethernet.u32(frame.head(), at + 4) == CDP_SNAP;
    }
}
