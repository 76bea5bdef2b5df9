package io.etherloom.capture;

import io.etherloom.frame.CapturePoint;

/// Which way a captured frame went, **as the port of the switch sees it** and like the port's counters (RFC 2863): inbound enters the
/// switch, from a guest or from the wire behind an uplink; outbound leaves it. The ordinal is the value of bits 0 and 1 of `epb_flags`
/// (pcapng, Enhanced Packet Block).
public enum Direction {
    UNKNOWN, INBOUND, OUTBOUND;

    /// The direction of what passes this point; a frame that ends has none.
    static Direction of(CapturePoint point) {
        return switch (point) {
            case VNIC_TX, UPLINK_RCV, PORT_INPUT, ETHERSWITCH_DISPATH -> INBOUND;
            case VNIC_RX, UPLINK_SND, PORT_OUTPUT, ETHERSWITCH_OUTPUT -> OUTBOUND;
            case DROP -> UNKNOWN;
        };
    }

    static Direction ofFlags(int flags) {
        return switch (flags & 3) {
            case 1 -> INBOUND;
            case 2 -> OUTBOUND;
            default -> UNKNOWN;
        };
    }
}
