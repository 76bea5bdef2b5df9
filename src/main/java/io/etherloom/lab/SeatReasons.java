package io.etherloom.lab;

import io.etherloom.vswitch.Balancing;
import io.etherloom.wire.MacAddress;

/// Says why a port sends by the uplink by which it sends: the rule with its numbers, so that it can be checked by hand.
record SeatReasons(SwitchRuntime runtime, VSwitchSnapshot snapshot) {
    String of(PortRuntime port) {
        var seat = snapshot.seats().get(port.index());
        var spec = seat.spec();
        int count = spec.team().active().size();
        return switch (seat.placement().reason()) {
            case PORT_ID -> "port id " + runtime.portId(port) + ": slot " + spec.slot() + " mod " + count;
            case SOURCE_MAC -> "MAC " + MacAddress.format(spec.effectiveMac()) + ": last octet mod " + count;
            case IP_HASH -> "each frame by its addresses";
            case FIRST_IN_ORDER -> "first usable in the order";
            case FAILED_OVER -> "failed over" + fromHome(seat);
            case NO_FAILBACK -> "failback is off" + fromHome(seat);
            case SHOTGUN -> "in doubt (shotgun): each frame by every uplink";
            case NO_UPLINK -> count + spec.team().standby().size() == 0 ? "the team has no uplinks" : "no uplink is usable";
        };
    }

    /// The uplink that the port would have if all were well (spec 4.3, 4.4, 4.15); nothing where there is none.
    private String fromHome(VSwitchSnapshot.Seat seat) {
        var spec = seat.spec();
        var active = spec.team().active();
        if (active.isEmpty()) {
            return "";
        }
        var balancing = spec.team().balancing();
        int index = balancing == Balancing.PORT_ID ? spec.slot() % active.size()
                : balancing == Balancing.SOURCE_MAC ? (int) (spec.effectiveMac() & 0xff) % active.size()
                : 0;
        return " from " + PortViews.name(runtime, active.get(index));
    }
}
