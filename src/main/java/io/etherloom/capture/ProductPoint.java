package io.etherloom.capture;

import io.etherloom.frame.CapturePoint;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The capture points of pktcap-uw by the product's spelling (spec 8.14): those that a standard vSwitch of ours has, and the others with the
/// reason why they are not here.
public enum ProductPoint {
    UPLINK_RCV(CapturePoint.UPLINK_RCV, "a frame arrives at a pNIC, or at a port of the physical network"),
    UPLINK_SND(CapturePoint.UPLINK_SND, "a frame leaves by a pNIC, or by a port of the physical network"),
    VNIC_TX(CapturePoint.VNIC_TX, "a guest or vmk sends a frame"),
    VNIC_RX(CapturePoint.VNIC_RX, "a guest or vmk gets a frame; its VLAN is taken off"),
    PORT_INPUT(CapturePoint.PORT_INPUT, "a frame enters a port of the vSwitch, before any check"),
    PORT_OUTPUT(CapturePoint.PORT_OUTPUT, "a frame comes to the port that it leaves by, with its VLAN and before the reverse teaming filter"),
    ETHERSWITCH_DISPATH(CapturePoint.ETHERSWITCH_DISPATH, "a frame has passed the checks of its port, has its VLAN, and is looked up"),
    ETHERSWITCH_OUTPUT(CapturePoint.ETHERSWITCH_OUTPUT, "a frame has been looked up and is on its way to a port"),
    DROP(CapturePoint.DROP, "a frame ends; its comment says why"),
    UPLINK_RCV_KERNEL("UplinkRcvKernel", "a pNIC has no driver of the vmkernel behind it; UplinkRcv is what there is"),
    UPLINK_SND_KERNEL("UplinkSndKernel", "a pNIC has no driver of the vmkernel behind it; UplinkSnd is what there is"),
    VMXNET3_TX("Vmxnet3Tx", "it is the older name of VnicTx"),
    VMXNET3_RX("Vmxnet3Rx", "it is the older name of VnicRx"),
    IO_CHAIN("IOChain", "checks are no chain of modules; PortInput is before them, EtherswitchDispath behind them"),
    PRE_DV_FILTER("PreDVFilter", "there are no dvFilters"),
    POST_DV_FILTER("PostDVFilter", "there are no dvFilters"),
    TCPIP_DISPATCH("TcpipDispatch", "vmks use the TCP/IP of Linux; VnicRx of the vmk is the last point before it"),
    TCPIP_RX("TcpipRx", "vmks use the TCP/IP of Linux; VnicRx of the vmk is the last point before it"),
    TCPIP_TX("TcpipTx", "vmks use the TCP/IP of Linux; VnicTx of the vmk is the first point behind it"),
    DYNAMIC("Dynamic", "there are no functions of the vmkernel to hook"),
    PKT_FREE("PktFree", "a buffer that is freed is no event of a frame; Drop shows those that end early"),
    VDR_RX_LEAF("VdrRxLeaf", "there is no distributed router"),
    VDR_RX_TERMINAL("VdrRxTerminal", "there is no distributed router"),
    VDR_TX_LEAF("VdrTxLeaf", "there is no distributed router"),
    VDR_TX_TERMINAL("VdrTxTerminal", "there is no distributed router"),
    PRE_OVERLAY_INPUT("PreOverlayInput", "there are no overlays"),
    POST_OVERLAY_INPUT("PostOverlayInput", "there are no overlays"),
    PRE_OVERLAY_OUTPUT("PreOverlayOutput", "there are no overlays"),
    POST_OVERLAY_OUTPUT("PostOverlayOutput", "there are no overlays"),
    ENS("EnsPortRead", "there is no enhanced data path; so it is with all points that begin with Ens");

    private static final String ENS_PREFIX = "Ens";

    private final String label;
    private final String line;
    private final @Nullable CapturePoint point;

    ProductPoint(CapturePoint point, String line) {
        label = point.label();
        this.line = line;
        this.point = point;
    }

    ProductPoint(String label, String line) {
        this.label = label;
        this.line = line;
        point = null;
    }

    /// The product's spelling.
    public String label() {
        return label;
    }

    /// What passes there, or why there is no such point here.
    public String line() {
        return line;
    }

    /// Whether frames can be captured there.
    public boolean isHere() {
        return point != null;
    }

    /// The point of that name, upper and lower case alike; the older names of the product mean what they always meant.
    ///
    /// @throws IllegalArgumentException for a name of the product that means nothing here, with the reason, and for any other, with the list
    public static CapturePoint here(String name) {
        for (var candidate : values()) {
            if (candidate.label.equalsIgnoreCase(name)) {
                return candidate.require();
            }
        }
        if (name.regionMatches(true, 0, ENS_PREFIX, 0, ENS_PREFIX.length())) {
            return ENS.require();
        }
        throw new IllegalArgumentException("there is no capture point " + name + "; there are " + String.join(", ", labels()));
    }

    private CapturePoint require() {
        var own = point;
        if (own != null) {
            return own;
        }
        return switch (this) {
            case VMXNET3_TX -> CapturePoint.VNIC_TX;
            case VMXNET3_RX -> CapturePoint.VNIC_RX;
            default -> throw new IllegalArgumentException("a standard vSwitch here has no capture point " + label + ": " + line);
        };
    }

    /// The names of those that are here.
    public static List<String> labels() {
        return Arrays.stream(values()).filter(ProductPoint::isHere).map(ProductPoint::label).toList();
    }
}
