package io.etherloom.topology;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Finds the port groups that vNICs and VMkernel ports name, and counts the ports that they take.
final class Attachments {
    private record Place(String host, String vSwitch) {}

    private final FabricPorts ports;
    private final Map<Place, Integer> taken = new HashMap<>();

    Attachments(FabricPorts ports) {
        this.ports = ports;
    }

    /// The port group that the item names by LABEL or SWITCH/LABEL, or null after a report.
    ///
    /// @param takesPort whether a port is needed from the start; a vNIC that is off or not connected needs none (spec 1.9)
    @Nullable PortGroup attach(Host host, Item item, boolean takesPort) {
        var label = item.text();
        if (label == null) {
            return null;
        }
        var group = find(host, label);
        if (group == null) {
            var labels = labels(host);
            item.error("host " + host.name() + " has no port group '" + label + "'" + Suggestion.withAllowed(label, labels, labels)
                + (labels.stream().anyMatch(label::equalsIgnoreCase) ? "; labels are case sensitive (spec 1.8)" : ""));
        } else if (takesPort) {
            takePort(host, host.vSwitches().get(group.vSwitch()), item);
        }
        return group;
    }

    private static @Nullable PortGroup find(Host host, String label) {
        for (var vSwitch : host.vSwitches().values()) {
            var group = vSwitch.portGroups().get(label);
            if (group != null) {
                return group;
            }
        }
        // A label may hold a slash, so the qualified form is only tried when no label fits.
        int slash = label.indexOf('/');
        var vSwitch = slash < 0 ? null : host.vSwitches().get(label.substring(0, slash));
        return vSwitch == null ? null : vSwitch.portGroups().get(label.substring(slash + 1));
    }

    private static List<String> labels(Host host) {
        var labels = new ArrayList<String>();
        host.vSwitches().values().forEach(vSwitch -> labels.addAll(vSwitch.portGroups().keySet()));
        return labels;
    }

    private void takePort(Host host, VSwitch vSwitch, Item item) {
        int count = taken.merge(new Place(host.name(), vSwitch.name()), 1, Integer::sum);
        if (vSwitch.ports() != VSwitch.ELASTIC && count == vSwitch.ports() + 1) {
            item.error(vSwitch.name() + " of host " + host.name() + " has " + vSwitch.ports()
                + " ports, and this would take one more; raise 'ports' of the vSwitch (spec 1.22)");
        }
    }

    /// Names the broadcast domain of the port group: the fabric's VLAN when an active uplink leads there, else something of the host.
    String network(Host host, PortGroup group) {
        if (group.vlan() != PortGroup.GUEST_TAGGING) {
            for (var uplink : group.policy().teaming().failoverOrder().value().active()) {
                if (host.pnics().get(uplink) instanceof Pnic.Cabled cabled && cabled.link() != FabricPorts.NOWHERE) {
                    return ports.network(cabled.link(), group.vlan());
                }
            }
        }
        return "VLAN " + group.vlan() + " of " + host.name() + "/" + group.vSwitch();
    }

    static String aboveMtu(int mtu, String vSwitch, int switchMtu) {
        return mtu + " is above the MTU of " + vSwitch + ", which drops larger frames than " + switchMtu
            + " without a word (spec 1.29); raise that, or lower this";
    }
}
