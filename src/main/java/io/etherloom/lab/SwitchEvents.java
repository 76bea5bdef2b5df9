package io.etherloom.lab;

import io.etherloom.event.Details;
import io.etherloom.event.EventLog;
import io.etherloom.event.EventType;
import io.etherloom.lab.Blueprint.Rule;
import io.etherloom.vswitch.TeamState;
import io.etherloom.wire.MacAddress;
import java.time.Instant;
import java.util.Map;

/// Puts into words what switches tell. Under the lab's lock, after the fact: a port that has gone meanwhile is called by its number.
final class SwitchEvents {
    private static final int NO_UPLINK = -1;

    private final EventObjects objects;
    private final EventLog log;
    private final TeamEvents teams;

    /// @param switches of the lab, by key; grows and shrinks with it
    SwitchEvents(Map<String, SwitchRuntime> switches, EventLog log) {
        this.log = log;
        objects = new EventObjects(switches);
        teams = new TeamEvents(objects, log);
    }

    void linkSeen(Instant time, String key, int uplink, boolean isUp) {
        var name = objects.name(key, uplink);
        log.post(time, isUp ? EventType.UPLINK_UP : EventType.UPLINK_DOWN, name,
                "The link of " + name + " on " + key + " is " + (isUp ? "up." : "down."), Details.of("vSwitch", key));
    }

    void flapping(Instant time, String key, int uplink, int downs) {
        var name = objects.name(key, uplink);
        log.post(time, EventType.UPLINK_FLAPPING, name, "The link of " + name + " went down " + downs + " times within a minute.",
                Details.of("vSwitch", key).and("downs", downs));
    }

    void moved(Instant time, String key, int[] ports, int from, int to, TeamState.Cause cause) {
        var type = switch (cause) {
            case LINK_DOWN, BEACONS_LOST -> EventType.FAILOVER;
            case FAILBACK -> EventType.FAILBACK;
            case RECONFIGURED -> EventType.PORTS_MOVED;
        };
        var why = switch (cause) {
            case LINK_DOWN -> "link down";
            case BEACONS_LOST -> "beacons lost";
            case FAILBACK -> "it has recovered";
            case RECONFIGURED -> "their place is another now";
        };
        var names = objects.names(key, ports);
        var change = to == NO_UPLINK
                ? " lost " + objects.uplink(key, from) + ", and there is no other uplink: "
                : " moved from " + objects.uplink(key, from) + " to " + objects.uplink(key, to) + ": ";
        log.post(time, type, key, EventObjects.ports(names) + change + why + ".",
                Details.of("from", objects.uplink(key, from)).and("to", objects.uplink(key, to)).and("why", why).andNames("ports", names));
    }

    void outageEnded(Instant time, String key, int port, long outageNanos) {
        var name = objects.name(key, port);
        long micros = outageNanos / 1000;
        log.post(time, EventType.FAILOVER_ENDED, key, name + " sends again: the outage lasted " + micros + " µs at most.",
                Details.of("port", name).and("outageMicros", micros));
    }

    void teamStands(Instant time, String key, int[] ports, int[] uplinks, int[] healthy) {
        teams.stands(time, key, ports, uplinks, healthy);
    }

    void beacons(Instant time, String key, int uplink, int vlan, boolean isHeard) {
        var name = objects.name(key, uplink);
        var sentence = isHeard
                ? name + " hears the beacons of its peers again in VLAN " + vlan + "."
                : name + " has missed the beacons of its peers in VLAN " + vlan + ": its link is up, and the path behind it is not.";
        log.post(time, isHeard ? EventType.BEACONS_HEARD : EventType.BEACONS_LOST, name, sentence, Details.of("vSwitch", key).and("vlan", vlan));
    }

    void doubt(Instant time, String key, int[] uplinks, int vlan, boolean isInDoubt) {
        var names = objects.uplinks(key, uplinks);
        var sentence = isInDoubt
                ? "Beacons are lost in VLAN " + vlan + " and it cannot be told by which of " + EventObjects.enumerated(names) + ": frames leave by all of them."
                : "Beacons in VLAN " + vlan + " say again which of " + EventObjects.enumerated(names) + " are good.";
        log.post(time, isInDoubt ? EventType.BEACONS_IN_DOUBT : EventType.BEACONS_CLEAR, key, sentence,
                Details.of("vlan", vlan).andNames("uplinks", names));
    }

    void announced(Instant time, String key, int[] ports) {
        var names = objects.names(key, ports);
        log.post(time, EventType.RARP_SENT, key, "The physical switches were told by RARP where " + EventObjects.enumerated(names) + " can be reached.",
                Details.none().andNames("ports", names));
    }

    void forged(Instant time, String key, int index, long source, long refused) {
        var name = objects.name(key, index);
        var port = objects.port(key, index);
        var details = Details.of("source", MacAddress.format(source)).and("refused", refused);
        var group = "";
        if (port != null && port.plan().rule() instanceof Rule.Access access) {
            group = access.portGroup();
            details.and("mac", MacAddress.format(port.vnic(access.vnic(), 0).mac())).and("portGroup", group);
        }
        log.post(time, EventType.FORGED_TRANSMIT, name, name + " sends from " + MacAddress.format(source) + ", which is not its address; "
                + (group.isEmpty() ? "its port group" : "port group " + group) + " refuses forged transmits (" + refused + " since it was told last).", details);
    }

    void errDisabled(Instant time, String key, int port, boolean isDisabled) {
        var name = objects.name(key, port);
        log.post(time, isDisabled ? EventType.PORT_ERR_DISABLED : EventType.PORT_RECOVERED, name,
                isDisabled ? "BPDU guard has disabled " + name + ": a BPDU came in." : name + " is no longer disabled.", Details.none());
    }

    /// A port of a physical switch.
    void physicalLink(Instant time, String name, boolean isUp) {
        log.post(time, isUp ? EventType.PHYSICAL_PORT_UP : EventType.PHYSICAL_PORT_DOWN, name, "The link of " + name + " is " + (isUp ? "up." : "down."),
                Details.none());
    }
}
