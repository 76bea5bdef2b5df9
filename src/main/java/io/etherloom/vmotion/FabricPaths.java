package io.etherloom.vmotion;

import io.etherloom.topology.Fabric;
import io.etherloom.topology.FabricTap;
import io.etherloom.topology.Link;
import io.etherloom.topology.PhysicalPort;
import io.etherloom.topology.PortRef;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// How far frames of one tag get through the physical switches, and at which port they end: in the topology, without sending any.
///
/// A frame is followed as it is on the wire, so its VLAN may have another number behind an access port or a native VLAN. A cable counts where
/// frames pass both ways. TAPs of the fabric count as joined outside, since nobody here knows better. Routers join no VLANs.
///
/// @param fabric switches and their cables
/// @param down   ports without a link
record FabricPaths(Fabric fabric, Set<PortRef> down) {
    /// Owner of the places beyond the fabric's TAPs, by their tags.
    private static final String OUTSIDE = "";
    /// No frame of the VLAN leaves.
    private static final int NOTHING = -1;

    /// A VLAN of one switch.
    private record Place(String switchName, int vlan) {}

    /// Why a port is the end.
    ///
    /// @param port   the port
    /// @param verb   what it does with the frames
    /// @param reason why it does so; may be empty
    /// @param cure   what can be done about it
    record End(PortRef port, String verb, String reason, String cure) {}

    /// Why frames of this tag, 0 for none, do not pass a port both ways; null when they do.
    @Nullable End atPort(PortRef ref, int tag) {
        var port = port(ref);
        if (inside(port, tag) != 0) {
            return null;
        }
        if (tag == 0) {
            return new End(ref, "drops", ", since it has no native VLAN", "give " + ref + " a native VLAN, or use a tagged one");
        }
        if (port.untaggedVlan() != tag) {
            return lacks(ref, port, tag);
        }
        return port instanceof PhysicalPort.Access ? new End(ref, "drops", ", since it is an access port and the frames are tagged", "make " + ref + " a trunk")
            : new End(ref, "loses", ", since it is native there and comes back untagged (spec 3.10)", "tag it at " + ref);
    }

    private static End lacks(PortRef ref, PhysicalPort port, int vlan) {
        return new End(ref, "does not carry", "", port instanceof PhysicalPort.Access ? "make " + ref + " a trunk with VLAN " + vlan : "add the VLAN to the trunk of " + ref);
    }

    /// Whether frames of this tag get from a port to one of the others, or as far as one of them; all pass the tag ([#atPort]).
    boolean reaches(PortRef from, List<PortRef> to, int tag) {
        var aims = to.stream().map(ref -> place(ref, tag)).toList();
        var seen = new HashSet<>(Set.of(place(from, tag)));
        var waiting = new ArrayDeque<>(seen);
        while (!waiting.isEmpty()) {
            var place = waiting.remove();
            if (aims.contains(place)) {
                return true;
            }
            beside(place).filter(seen::add).forEach(waiting::add);
        }
        return false;
    }

    private Place place(PortRef ref, int tag) {
        return new Place(ref.switchName(), inside(port(ref), tag));
    }

    private Stream<Place> beside(Place place) {
        if (place.switchName().equals(OUTSIDE)) {
            return fabric.taps().stream().map(tap -> place(tap.port(), place.vlan())).filter(it -> it.vlan() != 0);
        }
        var doors = fabric.taps().stream().map(FabricTap::port).filter(ref -> ref.switchName().equals(place.switchName()))
            .map(ref -> outside(port(ref), place.vlan())).filter(tag -> tag != NOTHING).map(tag -> new Place(OUTSIDE, tag));
        var cables = cables(place.switchName()).stream().filter(this::isUp).map(cable -> beyond(cable, place.vlan())).filter(it -> it.vlan() != 0);
        return Stream.concat(doors, cables);
    }

    /// Those out of a switch, which is their first end; spanning tree would have the blocked ones carry nothing.
    private List<Link> cables(String switchName) {
        var found = new ArrayList<Link>();
        for (var link : fabric.links()) {
            if (!link.blocked() && link.a().switchName().equals(switchName)) {
                found.add(link);
            } else if (!link.blocked() && link.b().switchName().equals(switchName)) {
                found.add(new Link(link.b(), link.a(), false));
            }
        }
        return found;
    }

    private boolean isUp(Link cable) {
        return !down.contains(cable.a()) && !down.contains(cable.b());
    }

    /// What a VLAN is at the far switch, VLAN 0 for nothing.
    private Place beyond(Link cable, int vlan) {
        int tag = outside(port(cable.a()), vlan);
        return new Place(cable.b().switchName(), tag == NOTHING ? 0 : inside(port(cable.b()), tag));
    }

    private PhysicalPort port(PortRef ref) {
        return Objects.requireNonNull(fabric.switches().get(ref.switchName()).ports().get(ref.port()));
    }

    /// The VLAN inside the switch of frames that pass a port with this tag, both ways; 0 for none.
    private static int inside(PhysicalPort port, int tag) {
        if (tag == 0) {
            return port.untaggedVlan();
        }
        return port.carries(tag) && port.untaggedVlan() != tag ? tag : 0;
    }

    /// The tag with which frames of a VLAN leave by a port, 0 for none.
    private static int outside(PhysicalPort port, int vlan) {
        if (!port.carries(vlan)) {
            return NOTHING;
        }
        return port.untaggedVlan() == vlan ? 0 : vlan;
    }

    /// The first port at which frames end that do not reach any of the others; null when no cables lead there.
    @Nullable End end(PortRef from, List<PortRef> to, int tag) {
        var way = way(from.switchName(), to, this::isUp);
        if (way == null) {
            way = way(from.switchName(), to, _ -> true);
        }
        if (way == null) {
            return null;
        }
        int vlan = inside(port(from), tag);
        for (var cable : way) {
            if (!isUp(cable)) {
                return new End(cable.a(), "does not carry", ", since it has no link", "`etherloom link up " + cable.a() + "`");
            }
            int there = beyond(cable, vlan).vlan();
            if (there == 0) {
                return atCable(cable, vlan);
            }
            vlan = there;
        }
        var last = way.isEmpty() ? from.switchName() : way.getLast().b().switchName();
        var aim = to.stream().filter(ref -> ref.switchName().equals(last)).findFirst().orElseThrow();
        return new End(aim, "does not carry", ", since it is VLAN " + vlan + " of " + last + " and not VLAN " + inside(port(aim), tag),
            "give " + from + " and " + aim + " the same VLAN");
    }

    private @Nullable End atCable(Link cable, int vlan) {
        int tag = outside(port(cable.a()), vlan);
        return tag == NOTHING ? lacks(cable.a(), port(cable.a()), vlan) : atPort(cable.b(), tag);
    }

    /// The shortest way over these cables to a switch that has one of the ports; null for none. Cables that forward form no loop, so there is one way but for bundles.
    private @Nullable List<Link> way(String from, List<PortRef> to, Predicate<Link> usable) {
        var aims = to.stream().map(PortRef::switchName).toList();
        Map<String, @Nullable Link> cameBy = new HashMap<>();
        cameBy.put(from, null);
        var waiting = new ArrayDeque<>(List.of(from));
        while (!waiting.isEmpty()) {
            var at = waiting.remove();
            if (aims.contains(at)) {
                return back(cameBy, at);
            }
            for (var cable : cables(at)) {
                if (usable.test(cable) && !cameBy.containsKey(cable.b().switchName())) {
                    cameBy.put(cable.b().switchName(), cable);
                    waiting.add(cable.b().switchName());
                }
            }
        }
        return null;
    }

    private static List<Link> back(Map<String, @Nullable Link> cameBy, String to) {
        var way = new ArrayList<Link>();
        for (var cable = cameBy.get(to); cable != null; cable = cameBy.get(cable.a().switchName())) {
            way.add(cable);
        }
        Collections.reverse(way);
        return way;
    }
}
