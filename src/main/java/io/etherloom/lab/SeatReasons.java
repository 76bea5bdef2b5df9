package io.etherloom.lab;

import io.etherloom.vswitch.Balancing;
import io.etherloom.vswitch.Placement;
import io.etherloom.vswitch.PortSpec;
import io.etherloom.wire.MacAddress;
import java.util.function.IntFunction;

/// Says why a port sends by the uplink by which it sends: the rule with its numbers, so that it can be checked by hand.
record SeatReasons(SwitchRuntime runtime, VSwitchSnapshot snapshot) {
    String of(PortRuntime port) {
        var seat = snapshot.seats().get(port.index());
        return of(seat.spec(), seat.placement(), runtime.portId(port), uplink -> PortViews.name(runtime, uplink));
    }

    /// @param names of uplinks by index
    static String of(PortSpec.Access spec, Placement placement, long portId, IntFunction<String> names) {
        int count = spec.team().active().size();
        return switch (placement.reason()) {
            case PORT_ID -> "port id " + portId + ": slot " + spec.slot() + " mod " + count;
            case SOURCE_MAC -> "MAC " + MacAddress.format(spec.effectiveMac()) + ": last octet mod " + count;
            case IP_HASH -> "each frame by its addresses";
            case FIRST_IN_ORDER -> "first usable in the order";
            case FAILED_OVER -> "failed over" + fromHome(spec, names);
            case NO_FAILBACK -> "failback is off" + fromHome(spec, names);
            case SHOTGUN -> "in doubt (shotgun): each frame by every uplink";
            case NO_UPLINK -> count + spec.team().standby().size() == 0 ? "the team has no uplinks" : "no uplink is usable";
        };
    }

    /// The uplink that the port would have if all were well (spec 4.3, 4.4, 4.15); nothing where there is none.
    private static String fromHome(PortSpec.Access spec, IntFunction<String> names) {
        var active = spec.team().active();
        if (active.isEmpty()) {
            return "";
        }
        var balancing = spec.team().balancing();
        int index = balancing == Balancing.PORT_ID ? spec.slot() % active.size()
                : balancing == Balancing.SOURCE_MAC ? (int) (spec.effectiveMac() & 0xff) % active.size()
                : 0;
        return " from " + names.apply(active.get(index));
    }
}
