package io.etherloom.replay;

import java.util.Map;

/// Names of link types that captures often have, as the registry of LINKTYPE values has them (draft-ietf-opsawg-pcaplinktype).
final class LinkTypes {
    private static final Map<Integer, String> NAMES = Map.ofEntries(
            Map.entry(0, "NULL"), Map.entry(6, "IEEE802_5"), Map.entry(9, "PPP"), Map.entry(50, "PPP_HDLC"), Map.entry(51, "PPP_ETHER"),
            Map.entry(101, "RAW"), Map.entry(104, "C_HDLC"), Map.entry(105, "IEEE802_11"), Map.entry(107, "FRELAY"), Map.entry(108, "LOOP"),
            Map.entry(113, "LINUX_SLL"), Map.entry(119, "IEEE802_11_PRISM"), Map.entry(127, "IEEE802_11_RADIOTAP"), Map.entry(187, "BLUETOOTH_HCI_H4"),
            Map.entry(189, "USB_LINUX"), Map.entry(195, "IEEE802_15_4_WITHFCS"), Map.entry(220, "USB_LINUX_MMAPPED"), Map.entry(227, "CAN_SOCKETCAN"),
            Map.entry(228, "IPV4"), Map.entry(229, "IPV6"), Map.entry(239, "NFLOG"), Map.entry(249, "USBPCAP"), Map.entry(253, "NETLINK"),
            Map.entry(276, "LINUX_SLL2"));

    private LinkTypes() {}

    /// `105 (IEEE802_11)`, or the number alone.
    static String name(int linkType) {
        var name = NAMES.get(linkType);
        return linkType + (name == null ? "" : " (" + name + ")");
    }
}
