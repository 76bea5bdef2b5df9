package io.etherloom.lab;

import io.etherloom.frame.CapturePoint;
import io.etherloom.frame.DropReason;
import io.etherloom.vswitch.PortSpec;

/// The decisions of one vSwitch in words.
record VSwitchWords(VSwitchFacts facts) implements SwitchWords {
    @Override
    public Explanation drop(DropReason reason, int port, SeenFrame frame) {
        return new VSwitchDrops(facts).of(reason, port, frame);
    }

    @Override
    public Explanation stage(CapturePoint point, int port, SeenFrame frame) {
        return new VSwitchStages(facts).of(point, port, frame);
    }

    @Override
    public boolean isDecided(CapturePoint point, int port) {
        var access = facts.access().get(port);
        return switch (point) {
            case ETHERSWITCH_DISPATH -> true;
            case ETHERSWITCH_OUTPUT, UPLINK_SND -> access == null;
            case VNIC_RX -> access != null && access.vlan() != 0 && access.vlan() != PortSpec.VLAN_TRUNK;
            case VNIC_TX, PORT_INPUT, PORT_OUTPUT, UPLINK_RCV, DROP -> false;
        };
    }
}
