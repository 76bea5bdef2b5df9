package io.etherloom.frame;

/// Where on its way a frame can be watched, by the names of pktcap-uw (spec 8.14).
public enum CapturePoint {
    /// A guest's frame enters the switch.
    VNIC_TX("VnicTx"),
    /// A frame enters a port of the switch from whatever is behind it, before any check.
    PORT_INPUT("PortInput"),
    /// A frame has passed the checks and the shaper of the port where it entered, has its VLAN, and is about to be looked up.
    ETHERSWITCH_DISPATH("EtherswitchDispath"),
    /// A frame has been resolved to this port.
    ETHERSWITCH_OUTPUT("EtherswitchOutput"),
    /// The same frame at the port that it was resolved to, before the reverse teaming filter and the port's other checks (spec 2.13).
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
