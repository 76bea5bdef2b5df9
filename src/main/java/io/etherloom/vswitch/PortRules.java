package io.etherloom.vswitch;

import io.etherloom.frame.Bpdu;
import io.etherloom.frame.DropReason;
import io.etherloom.frame.Frame;
import io.etherloom.wire.Ethernet;
import io.etherloom.wire.Tag;
import org.jspecify.annotations.Nullable;

/// What may enter by one port, and what becomes of its tag: all that admission asks, side by side. One batch comes by one port, so it is
/// looked up once for 64 frames, and most frames pass each rule by one comparison. Immutable.
final class PortRules {
    /// A port that the tables do not name.
    static final PortRules ABSENT = new PortRules(false, false, PortSpec.VLAN_TRUNK, 0, 0, 0, SwitchSpec.Options.DEFAULT.path());
    static final long ANY_SOURCE = -1;
    private static final int UNBOUNDED = Integer.MAX_VALUE;

    final boolean isConnected;
    final boolean isUplink;
    /// Whether who is behind the port tags by itself: a trunk or an uplink (spec 3.4).
    final boolean isTrunk;
    private final int vlan;
    private final long source;
    /// Octets without tag of the longest frame on the wire, and of the longest that its vNIC sends in one piece.
    private final int wireLimit;
    private final int vnicLimit;
    /// The smaller of both: nothing up to it need be looked at more closely.
    private final int plainLimit;
    /// What becomes of no tag.
    private final int untagged;
    private final boolean keepsPriority;
    private final boolean blocksBpdus;
    private final boolean blocksPvst;

    private PortRules(
            boolean isConnected, boolean isUplink, int vlan, long source, int wireLimit, int vnicLimit, SwitchSpec.PathOptions path) {
        this.isConnected = isConnected;
        this.isUplink = isUplink;
        this.vlan = vlan;
        this.source = source;
        this.wireLimit = wireLimit;
        this.vnicLimit = vnicLimit;
        isTrunk = vlan == PortSpec.VLAN_TRUNK;
        plainLimit = Math.min(wireLimit, vnicLimit);
        untagged = isTrunk || vlan == 0 ? Tag.NONE : Tag.withVid(Tag.NONE, vlan);
        keepsPriority = path.keepsPriority();
        blocksBpdus = path.blocksGuestBpdus() && !isUplink;
        blocksPvst = path.blocksGuestPvst();
    }

    static PortRules uplink(SwitchSpec spec) {
        return new PortRules(true, true, PortSpec.VLAN_TRUNK, ANY_SOURCE, spec.mtu() + Ethernet.HEADER, UNBOUNDED, spec.options().path());
    }

    static PortRules access(PortSpec.Access port, SwitchSpec spec) {
        var path = spec.options().path();
        int vnicMtu = port.vnic().mtu();
        return new PortRules(true, false, port.vlan(), allowedSource(port, path),
                path.passesLocalJumbo() ? UNBOUNDED : spec.mtu() + Ethernet.HEADER,
                vnicMtu > 0 && !path.passesVnicJumbo() ? vnicMtu + Ethernet.HEADER : UNBOUNDED, path);
    }

    private static long allowedSource(PortSpec.Access port, SwitchSpec.PathOptions path) {
        if (port.security().allowsForgedTransmits()) {
            return ANY_SOURCE;
        }
        return path.checksInitialSource() ? port.vnic().initialMac() : port.effectiveMac();
    }

    /// Why a frame of this length may not enter, or null. The tag is not counted (spec 1.28, 1.29, 1.30).
    @Nullable DropReason checkLength(Frame frame) {
        if (frame.length() <= plainLimit) {
            return null;
        }
        boolean isTooLong = frame.wireLength() > wireLimit || !frame.offload().isSuperFrame() && frame.length() > vnicLimit;
        return isTooLong ? DropReason.OVERSIZE : null;
    }

    /// Why a frame with this tag may not enter, or null. A second tag behind a priority tag counts: once the first is taken off or replaced,
    /// the guest would have chosen a VLAN, or be tagged twice (spec 3.6, 3.7).
    @Nullable DropReason checkTag(Frame frame, int tag) {
        if (tag == Tag.NONE) {
            return null;
        }
        int vid = Tag.vid(tag);
        if (!isTrunk && (vid != 0 || frame.type() == Tag.TPID)) {
            return DropReason.TAG_UNEXPECTED;
        }
        return vid > Tag.MAX_VID ? DropReason.VLAN_NOT_ALLOWED : null;
    }

    /// Why the guest may not send this frame, or null (spec 2.19, 5.9).
    @Nullable DropReason checkPolicy(Frame frame) {
        if (source != frame.source() && source != ANY_SOURCE) {
            return DropReason.FORGED_TRANSMIT;
        }
        return blocksBpdus && frame.isGroup() && isBpdu(frame) ? DropReason.BPDU_FILTERED : null;
    }

    private boolean isBpdu(Frame frame) {
        return Bpdu.isSpanningTree(frame) || blocksPvst && Bpdu.isPvst(frame);
    }

    /// The tag that a frame has from here on, from the tag with which it came: that of the port's VLAN, or what the guest or the wire said
    /// (spec 3.1-3.4, 3.11).
    int classify(int tag) {
        return tag == Tag.NONE ? untagged : classifyTagged(tag);
    }

    private int classifyTagged(int tag) {
        if (isTrunk) {
            return Tag.vid(tag) == 0 && !keepsPriority ? Tag.NONE : tag;
        }
        return vlan == 0 ? Tag.NONE : Tag.withVid(keepsPriority ? tag : Tag.NONE, vlan);
    }
}
