package io.etherloom.frame;

/// Where on its way a frame can be watched, by the names of pktcap-uw (spec 8.14).
public enum CapturePoint {
    /// A guest's frame enters the switch.
    VNIC_TX("VnicTx"),
    /// A frame enters a port of the switch from whatever is behind it.
    PORT_INPUT("PortInput"),
    /// A frame has been resolved to this port, before the reverse teaming filter (spec 2.13).
    PORT_OUTPUT("PortOutput"),
    /// A frame is handed to the guest.
    VNIC_RX("VnicRx"),
    /// A frame arrives at a pNIC.
    UPLINK_RCV("UplinkRcv"),
    /// A frame leaves by a pNIC.
    UPLINK_SND("UplinkSnd"),
    /// A frame ended here.
    DROP("Drop");

    private final String label;

    CapturePoint(String label) {
        this.label = label;
    }

    /// The product's spelling.
    public String label() {
        return label;
    }
}
