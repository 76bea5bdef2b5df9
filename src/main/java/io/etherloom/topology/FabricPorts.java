package io.etherloom.topology;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The ports of the physical switches, what is plugged into each, and which switches can reach each other.
final class FabricPorts {
    private record Cable(PortRef a, PortRef b) {}

    /// Stands in for a port that could not be found; a file that needs it is refused.
    static final PortRef NOWHERE = new PortRef("?", "?");

    private final SequencedMap<String, PhysicalSwitch> switches;
    private final Map<PortRef, Item> used = new HashMap<>();
    private final Map<String, List<Cable>> cables = new HashMap<>();
    private final Set<String> bundles = new HashSet<>();
    private final Map<String, String> parents = new HashMap<>();

    FabricPorts(SequencedMap<String, PhysicalSwitch> switches) {
        this.switches = switches;
    }

    /// Plugs something into the port that the item names, or gives null after a report.
    @Nullable PortRef plug(Item item) {
        var text = item.text();
        if (text == null) {
            return null;
        }
        int slash = text.indexOf('/');
        if (slash <= 0 || slash == text.length() - 1) {
            item.error("'" + text + "' is no switch port; write SWITCH/PORT, for example tor1/24");
            return null;
        }
        var ref = new PortRef(text.substring(0, slash), text.substring(slash + 1));
        if (!exists(ref, item)) {
            return null;
        }
        var first = used.putIfAbsent(ref, item);
        if (first != null) {
            item.error("port " + ref + " is used by " + first.where() + "; a port takes one cable");
            return null;
        }
        return ref;
    }

    private boolean exists(PortRef ref, Item item) {
        var physical = switches.get(ref.switchName());
        if (physical == null) {
            item.error("there is no physical switch '" + ref.switchName() + "'"
                + Suggestion.withAllowed(ref.switchName(), switches.keySet(), switches.keySet()));
            return false;
        }
        if (!physical.ports().containsKey(ref.port())) {
            item.error("switch " + ref.switchName() + " has no port '" + ref.port() + "'"
                + Suggestion.withAllowed(ref.port(), List.of(), physical.ports().keySet())
                + "; declare it in fabric.switches." + ref.switchName() + ".ports");
            return false;
        }
        return true;
    }

    /// The port itself; the reference must come from [#plug].
    PhysicalPort port(PortRef ref) {
        return Objects.requireNonNull(switches.get(ref.switchName()).ports().get(ref.port()));
    }

    /// The EtherChannel that the port is a member of, as `tor1/po1`; empty for none.
    String etherChannel(PortRef ref) {
        var physical = switches.get(ref.switchName());
        var name = physical == null ? "" : physical.etherChannelOf(ref.port());
        return name.isEmpty() ? "" : ref.switchName() + "/" + name;
    }

    /// Notes the cable, and says whether another one joins the same EtherChannels, so that both are one link.
    private boolean joinsBundle(PortRef a, PortRef b) {
        var one = etherChannel(a);
        var other = etherChannel(b);
        if (one.isEmpty() || other.isEmpty() || one.equals(other)) {
            return false;
        }
        return !bundles.add(one.compareTo(other) < 0 ? one + " " + other : other + " " + one);
    }

    /// Joins two switches by a cable that forwards. Cables between the same two EtherChannels are one. Gives the loop that it closes as `tor1/24 - tor2/24 - tor2/25 - tor1/25`, or an empty text.
    String join(PortRef a, PortRef b) {
        var cable = new Cable(a, b);
        if (joinsBundle(a, b)) {
            return "";
        }
        if (root(a.switchName()).equals(root(b.switchName()))) {
            return loop(cable);
        }
        parents.put(root(a.switchName()), root(b.switchName()));
        cables.computeIfAbsent(a.switchName(), _ -> new ArrayList<>()).add(cable);
        cables.computeIfAbsent(b.switchName(), _ -> new ArrayList<>()).add(new Cable(b, a));
        return "";
    }

    private String loop(Cable closing) {
        var from = closing.b().switchName();
        var to = closing.a().switchName();
        var reachedBy = new HashMap<String, Cable>();
        var waiting = new ArrayDeque<>(List.of(from));
        while (!waiting.isEmpty() && !waiting.peek().equals(to)) {
            for (var cable : cables.getOrDefault(waiting.remove(), List.of())) {
                var next = cable.b().switchName();
                if (!next.equals(from) && reachedBy.putIfAbsent(next, cable) == null) {
                    waiting.add(next);
                }
            }
        }
        var way = new ArrayList<String>();
        for (var at = to; !at.equals(from);) {
            var cable = reachedBy.get(at);
            way.addFirst(cable.a() + " - " + cable.b());
            at = cable.a().switchName();
        }
        way.addFirst(closing.a() + " - " + closing.b());
        return String.join(", ", way);
    }

    private String root(String name) {
        var at = name;
        for (var parent = parents.get(at); parent != null; parent = parents.get(at)) {
            // Halve the way for the next one who asks.
            var grandparent = parents.get(parent);
            if (grandparent != null) {
                parents.put(at, grandparent);
            }
            at = parent;
        }
        return at;
    }

    /// Names the broadcast domain of what stands behind the port with the given tag, 0 for none.
    String network(PortRef ref, int tag) {
        int vlan = tag == 0 ? port(ref).untaggedVlan() : tag;
        return vlan == 0 ? "nothing behind " + ref : "VLAN " + vlan + " of the fabric around " + root(ref.switchName());
    }

    /// Why frames with the tag do not pass the port as one expects, 0 for untagged ones; empty when they do.
    String trouble(PortRef ref, int tag) {
        var port = port(ref);
        if (tag == 0) {
            return port.untaggedVlan() != 0 ? "" : ref + " has no native VLAN and drops untagged frames; give it one, or use a tagged VLAN";
        }
        return switch (port) {
            case PhysicalPort.Access access -> ref + " is an access port of VLAN " + access.vlan() + " and drops frames tagged " + tag
                + "; make it a trunk, or send untagged";
            case PhysicalPort.Trunk trunk when trunk.nativeVlan() == tag -> "VLAN " + tag + " is native on " + ref
                + ", so frames of it come back untagged and are lost (spec 3.10); tag it there, or use VLAN 0";
            case PhysicalPort.Trunk trunk when !trunk.carries(tag) -> ref + " does not carry VLAN " + tag + ", only " + trunk.vlans()
                + "; add it to the trunk";
            case PhysicalPort.Trunk _ -> "";
        };
    }
}
