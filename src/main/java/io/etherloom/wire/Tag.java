package io.etherloom.wire;

/// The 802.1Q tag of a delivery as one `int` (IEEE Std 802.1Q-2022, 9.6): zero is "no tag", otherwise bit 16 is set and the low
/// 16 bits are the tag control information (priority, drop eligible, VLAN ID). So [#vid] is zero for an untagged and for a
/// priority-tagged frame alike, which is how a switch treats them.
public final class Tag {
    /// No tag on the wire.
    public static final int NONE = 0;
    /// EtherType of the tag that the switch reads; service tags (0x88A8) are payload (spec 3.14).
    public static final int TPID = 0x8100;
    /// Octets that a tag adds to a frame.
    public static final int LENGTH = 4;
    /// Largest VLAN ID that may be used; 4095 is reserved.
    public static final int MAX_VID = 4094;

    private static final int PRESENT = 0x1_0000;
    private static final int VID_MASK = 0x0FFF;

    private Tag() {}

    /// A tag with these 16 bits of control information.
    public static int of(int tagControl) {
        return PRESENT | tagControl & 0xFFFF;
    }

    /// The same priority and drop-eligible bits with another VLAN ID; an absent tag has priority zero.
    public static int withVid(int tag, int vid) {
        return PRESENT | tag & 0xF000 | vid;
    }

    public static boolean isPresent(int tag) {
        return tag != NONE;
    }

    public static int vid(int tag) {
        return tag & VID_MASK;
    }

    /// Priority code point, 0-7.
    public static int priority(int tag) {
        return tag >>> 13 & 7;
    }

    /// The 16 bits as they stand on the wire.
    public static int tagControl(int tag) {
        return tag & 0xFFFF;
    }

    /// Octets that this tag takes on the wire: 0 or 4.
    public static int length(int tag) {
        return tag == NONE ? 0 : LENGTH;
    }
}
