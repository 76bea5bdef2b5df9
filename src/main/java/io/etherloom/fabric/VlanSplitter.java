package io.etherloom.fabric;

import io.etherloom.discovery.DiscoveryFrames;
import io.etherloom.frame.DropReason;
import io.etherloom.frame.Frame;
import io.etherloom.frame.FrameBatch;
import io.etherloom.frame.FrameSwitch;
import io.etherloom.frame.PortSet;
import io.etherloom.wire.Tag;
import java.util.Arrays;

/// Gives a router one interface for each VLAN of a trunk, where the kernel has no 802.1Q device: port 0 is the cable, each further
/// port an interface without tags. Frames go between the cable and the interface of their VLAN and nowhere else. Belongs to one agent
/// thread.
public final class VlanSplitter implements FrameSwitch {
    /// Index of the port with the cable.
    public static final int TRUNK = 0;
    private static final int NOBODY = -1;

    private final PortSet ports;
    private final int[] vids;
    private final int[] portOf = new int[Tag.MAX_VID + 1];
    private boolean isLinkUp;

    /// @param vids VLAN of the interface at port 1, 2, …; 0 for the untagged one
    public VlanSplitter(PortSet ports, int... vids) {
        this.ports = ports;
        this.vids = vids.clone();
        Arrays.fill(portOf, NOBODY);
        for (int i = 0; i < vids.length; i++) {
            portOf[vids[i]] = i + 1;
        }
    }

    @Override
    public VlanSplitter twin(PortSet ports) {
        var twin = new VlanSplitter(ports, vids);
        twin.isLinkUp = isLinkUp;
        return twin;
    }

    @Override
    public PortSet ports() {
        return ports;
    }

    @Override
    public void receive(int port, FrameBatch batch, long nowNanos) {
        ports.now(nowNanos);
        for (int i = 0; i < batch.size(); i++) {
            forward(port, batch.take(i), batch.tag(i));
        }
        batch.clear();
    }

    private void forward(int ingress, Frame frame, int tag) {
        ports.received(ingress, frame, tag);
        var fault = frame.fault();
        if (fault != null) {
            ports.dropped(ingress, frame, tag, fault);
        } else if (!isLinkUp) {
            ports.dropped(ingress, frame, tag, DropReason.LINK_DOWN);
        } else if (ingress == TRUNK) {
            toInterface(frame, tag);
        } else if (Tag.vid(tag) != 0) {
            ports.dropped(ingress, frame, tag, DropReason.TAG_UNEXPECTED);
        } else {
            int vid = vids[ingress - 1];
            ports.send(TRUNK, frame, vid == 0 ? Tag.NONE : Tag.of(vid));
        }
        frame.release();
    }

    private void toInterface(Frame frame, int tag) {
        int vid = Tag.vid(tag);
        int port = vid > Tag.MAX_VID ? NOBODY : portOf[vid];
        if (port == NOBODY && vid == 0 && DiscoveryFrames.protocolOf(frame) != null) {
            ports.consumed(TRUNK, frame);      // For the router itself, which does not listen.
        } else if (port == NOBODY) {
            ports.dropped(TRUNK, frame, tag, DropReason.VLAN_NOT_ALLOWED);
        } else {
            ports.send(port, frame, Tag.NONE);
        }
    }

    @Override
    public void linkChanged(int port, boolean isUp, long nowNanos) {
        if (port == TRUNK) {
            isLinkUp = isUp;
        }
    }

    @Override
    public long tick(long nowNanos) {
        return Long.MAX_VALUE;
    }
}
