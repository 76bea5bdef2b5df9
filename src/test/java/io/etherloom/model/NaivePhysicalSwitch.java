package io.etherloom.model;

import io.etherloom.frame.DropReason;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A learning VLAN switch (IEEE Std 802.1Q, 8.6-8.8) that speaks no spanning tree: BPDUs are flooded like other multicast.
public final class NaivePhysicalSwitch implements PhysicalSwitchUnderTest {
    private record Station(int vlan, long mac) {}

    private record Sighting(PhysicalConfig.Port port, long atNanos) {}

    /// A frame inside the switch, without the tag that was read.
    private record Inside(byte[] body, int vlan, int priority) {}

    private final PhysicalConfig config;
    private final Map<Station, Sighting> learned = new HashMap<>();
    private final Set<String> down = new HashSet<>();

    /// Makes the switch with all links up and nothing learned.
    public NaivePhysicalSwitch(PhysicalConfig config) {
        this.config = config;
    }

    @Override
    public Outcome receive(String name, byte[] frame, long nowNanos) {
        tick(nowNanos);
        var ingress = config.port(name);
        var fault = fault(ingress, frame);
        if (fault != null) {
            return Outcome.dropped(name, fault);
        }
        var wire = WireFrame.parse(frame);
        // A priority tag says no VLAN, but the priority that it says is that of the frame (6.9.1, 6.9.3).
        var priority = wire.tagged() ? wire.priority() : 0;
        var vlan = wire.tagged() && wire.vlan() != 0 ? wire.vlan() : ingress.untagged();
        var inside = new Inside(wire.body(), vlan, priority);
        learned.put(new Station(inside.vlan, wire.source()), new Sighting(ingress, nowNanos)); // also moves a station
        var destination = wire.destination();
        // 8.6.3, table 8-1, less the bridge group address, which has nobody to consume it here.
        if (destination >= 0x0180_c200_0001L && destination <= 0x0180_c200_000fL) {
            return Outcome.dropped(name, DropReason.RESERVED_ADDRESS);
        }
        var sighting = WireFrame.group(destination) ? null : learned.get(new Station(inside.vlan, destination));
        return sighting == null ? flood(ingress, inside) : forward(ingress, sighting.port, inside);
    }

    private @Nullable DropReason fault(PhysicalConfig.Port ingress, byte[] frame) {
        if (down.contains(ingress.name())) {
            return DropReason.LINK_DOWN;
        }
        if (WireFrame.truncated(frame)) {
            return DropReason.TRUNCATED;
        }
        if (WireFrame.group(WireFrame.source(frame))) {
            return DropReason.GROUP_SOURCE;
        }
        var wire = WireFrame.parse(frame);
        if (wire.body().length - WireFrame.HEADER > config.mtu()) {
            return DropReason.OVERSIZE;
        }
        var carriesVlanTag = wire.tagged() && wire.vlan() != 0;
        if (!ingress.trunk()) {
            return carriesVlanTag ? DropReason.TAG_UNEXPECTED : null;
        }
        var allowed = carriesVlanTag ? ingress.carries(wire.vlan()) : ingress.untagged() != PhysicalConfig.NO_NATIVE;
        return allowed ? null : DropReason.VLAN_NOT_ALLOWED;
    }

    private Outcome forward(PhysicalConfig.Port ingress, PhysicalConfig.Port egress, Inside frame) {
        return egress == ingress ? Outcome.dropped(ingress.name(), DropReason.SAME_PORT)
                : new Outcome(List.of(deliver(egress, frame)), List.of());
    }

    private Outcome flood(PhysicalConfig.Port ingress, Inside frame) {
        var deliveries = new ArrayList<Delivery>();
        for (var port : config.ports()) {
            if (port != ingress && port.carries(frame.vlan) && !down.contains(port.name())) {
                deliveries.add(deliver(port, frame));
            }
        }
        return deliveries.isEmpty() ? Outcome.dropped(ingress.name(), DropReason.NO_RECEIVER)
                : new Outcome(deliveries, List.of());
    }

    private static Delivery deliver(PhysicalConfig.Port port, Inside frame) {
        return new Delivery(port.name(), frame.vlan == port.untagged() ? frame.body
                : WireFrame.tag(frame.body, frame.priority | frame.vlan));
    }

    /// What was learned on a port is forgotten when its link goes down: the stations may come back elsewhere.
    @Override
    public Outcome link(String port, boolean up, long nowNanos) {
        tick(nowNanos);
        if (up) {
            down.remove(port);
        } else {
            down.add(port);
            learned.values().removeIf(sighting -> sighting.port.name().equals(port));
        }
        return Outcome.NOTHING;
    }

    @Override
    public Outcome tick(long nowNanos) {
        learned.values().removeIf(sighting -> nowNanos - sighting.atNanos > config.ageingNanos());
        return Outcome.NOTHING;
    }
}
