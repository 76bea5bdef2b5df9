package io.etherloom.topology;

import io.etherloom.topology.Item.Named;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/// Binds the vSwitches of one host with their port groups.
final class VSwitchBinder {
    static final int DEFAULT_MTU = 1500;

    /// What the port groups of a vSwitch take from it.
    private record Base(String name, int mtu, List<String> uplinks, BoundPolicy policy) {}

    private final Binding binding;
    private final SequencedMap<String, Pnic> pnics;
    private final AdvancedOptions advanced;
    private final PolicyRisks risks;
    private final Map<String, Item> uplinkOf = new HashMap<>();
    private final Map<String, Item> labels = new HashMap<>();

    VSwitchBinder(Binding binding, FabricPorts ports, SequencedMap<String, Pnic> pnics, AdvancedOptions advanced) {
        this.binding = binding;
        this.pnics = pnics;
        this.advanced = advanced;
        this.risks = new PolicyRisks(ports, pnics, advanced);
    }

    SequencedMap<String, VSwitch> bind(List<Named> entries) {
        var vSwitches = new LinkedHashMap<String, VSwitch>();
        for (var entry : entries) {
            if (Names.isThing(entry, "vSwitch")) {
                vSwitches.put(entry.name(), vSwitch(entry));
            }
        }
        return vSwitches;
    }

    private VSwitch vSwitch(Named entry) {
        var body = entry.value().section(Keys.VSWITCH);
        int mtu = body.integer("mtu", 1280, 9000, DEFAULT_MTU);
        int portCount = portCount(body);
        var uplinks = uplinks(body.list("uplinks"));
        var policy = new PolicyBinder(Origin.VSWITCH, PolicyBinder.defaults(uplinks), uplinks).bind(body);
        var base = new Base(entry.name(), mtu, uplinks, policy);
        var groups = new LinkedHashMap<String, PortGroup>();
        for (var group : body.named("portGroups")) {
            if (isFreeLabel(group)) {
                groups.put(group.name(), portGroup(base, group));
            }
        }
        risks.warnOfBeaconVlans(entry.name(), groups.values(), policy.place(PolicyBinder.FAILURE_DETECTION, entry.key()));
        var discovery = DiscoveryBinder.vSwitch(body.section("linkDiscovery", Keys.LINK_DISCOVERY), advanced);
        return new VSwitch(entry.name(), mtu, portCount, uplinks, policy.policy(), groups, discovery);
    }

    private int portCount(Section body) {
        int usual = binding.profile().vSwitchPorts();
        var item = body.get("ports");
        if (item == null) {
            return usual;
        }
        if (!item.is("elastic")) {
            var count = item.integer(1, 4096, "or elastic");
            return count == null ? usual : count;
        }
        if (binding.profile() == Profile.VI3) {
            item.error("elastic came with 5.5 and is not possible under the profile vi3 (spec 1.22); write a number");
        }
        return VSwitch.ELASTIC;
    }

    private List<String> uplinks(List<Item> items) {
        var uplinks = new ArrayList<String>();
        for (var item : items) {
            var name = item.text();
            if (name == null) {
                continue;
            }
            var first = uplinkOf.putIfAbsent(name, item);
            if (!pnics.containsKey(name)) {
                item.error("this host has no pNIC '" + name + "'" + Suggestion.withAllowed(name, pnics.keySet(), pnics.keySet()));
            } else if (first != null) {
                item.error("'" + name + "' is an uplink at " + first.where()
                    + " already; a pNIC belongs to one vSwitch, once (spec 1.2)");
            } else {
                uplinks.add(name);
            }
        }
        return uplinks;
    }

    private boolean isFreeLabel(Named group) {
        if (!Names.isPrintable(group.name())) {
            group.key().error("a label is printable text on one line, without blanks at its ends");
            return false;
        }
        var first = labels.putIfAbsent(group.name(), group.key());
        if (first != null) {
            group.key().error("the label '" + group.name() + "' is taken by " + first.where()
                + "; labels are unique on a host (spec 1.8), so rename one");
        }
        return first == null;
    }

    private PortGroup portGroup(Base vSwitch, Named entry) {
        var body = entry.value().section(Keys.PORT_GROUP);
        var vlanItem = body.get("vlan");
        if (vlanItem != null && vlanItem.isMapping()) {
            vlanItem.error("trunk lists and private VLANs belong to distributed switches, which are not supported yet; write 0-4095");
        }
        var vlan = vlanItem == null || vlanItem.isMapping() ? null
            : vlanItem.integer(0, 4095, "0 is untagged, 1-4094 are tagged by the vSwitch, 4095 leaves tags to the guest");
        var policy = new PolicyBinder(Origin.PORT_GROUP, vSwitch.policy(), vSwitch.uplinks()).bind(body);
        var group = new PortGroup(entry.name(), vSwitch.name(), vlan == null ? 0 : vlan, policy.policy());
        if (vlanItem == null || vlan != null) {
            risks.warn(group, policy, vSwitch.uplinks(), vSwitch.policy().policy().teaming().failoverOrder().value(), vSwitch.mtu(),
                vlanItem == null ? entry.key() : vlanItem);
        }
        return group;
    }
}
