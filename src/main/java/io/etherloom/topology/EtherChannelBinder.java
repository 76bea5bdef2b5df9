package io.etherloom.topology;

import io.etherloom.topology.Item.Named;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/// Binds the EtherChannels of one physical switch, once its ports are known.
final class EtherChannelBinder {
    private static final SequencedMap<String, EtherChannel.Hash> HASHES = hashes();

    private final String switchName;
    private final SequencedMap<String, PhysicalPort> ports;
    private final Map<String, Item> members = new HashMap<>();

    EtherChannelBinder(String switchName, SequencedMap<String, PhysicalPort> ports) {
        this.switchName = switchName;
        this.ports = ports;
    }

    private static SequencedMap<String, EtherChannel.Hash> hashes() {
        var hashes = new LinkedHashMap<String, EtherChannel.Hash>();
        for (var hash : EtherChannel.Hash.values()) {
            hashes.put(hash.toString(), hash);
        }
        return hashes;
    }

    SequencedMap<String, EtherChannel> bind(List<Named> entries) {
        var channels = new LinkedHashMap<String, EtherChannel>();
        for (var entry : entries) {
            if (!Names.PORT.matcher(entry.name()).matches() || ports.containsKey(entry.name())) {
                entry.key().error("'" + entry.name() + "' is no name for an EtherChannel; allowed are letters, digits, '.', '_', '-' and '/', at most 48 "
                    + "characters, and no port may have it");
                continue;
            }
            channels.put(entry.name(), channel(entry));
        }
        return channels;
    }

    private EtherChannel channel(Named entry) {
        var body = entry.value().section(Keys.ETHER_CHANNEL);
        var item = body.required("ports", "name its member ports, for example ports: [\"1\", \"2\"]");
        var names = new ArrayList<String>();
        for (var one : item == null ? List.<Item>of() : item.list()) {
            var name = member(one, names);
            if (name != null) {
                names.add(name);
            }
        }
        if (item != null && item.list().isEmpty() && (item.isList() || item.isNull())) {
            item.error("is empty; an EtherChannel has one member port at least");
        }
        checkMode(body.get("mode"));
        return new EtherChannel(entry.name(), names, body.word("hash", HASHES, EtherChannel.Hash.SRC_DST_IP));
    }

    private @Nullable String member(Item item, List<String> others) {
        var name = item.text();
        var port = name == null ? null : ports.get(name);
        if (name == null) {
            return null;
        }
        if (port == null) {
            item.error("switch " + switchName + " has no port '" + name + "'" + Suggestion.withAllowed(name, List.of(), ports.keySet())
                + "; an EtherChannel has ports of one switch only");
            return null;
        }
        var first = members.putIfAbsent(name, item);
        if (first != null) {
            item.error("port " + name + " is a member at " + first.where() + " already; a port belongs to one EtherChannel, once");
            return null;
        }
        var partner = others.isEmpty() ? null : ports.get(others.getFirst());
        if (partner != null && !hasSameVlans(port, partner)) {
            item.error("port " + name + " has other VLANs than port " + partner.name() + "; all members of an EtherChannel are configured alike");
        }
        return name;
    }

    private static boolean hasSameVlans(PhysicalPort a, PhysicalPort b) {
        return a instanceof PhysicalPort.Trunk x && b instanceof PhysicalPort.Trunk y && x.vlans().equals(y.vlans()) && x.nativeVlan() == y.nativeVlan()
            || a instanceof PhysicalPort.Access v && b instanceof PhysicalPort.Access w && v.vlan() == w.vlan();
    }

    private static void checkMode(@Nullable Item item) {
        var text = item == null ? null : item.text();
        if (item == null || text == null || text.equals("static")) {
            return;
        }
        if (text.equals("lacpActive") || text.equals("lacpPassive")) {
            item.error("'" + text + "' is not supported yet, since a standard vSwitch speaks no LACP (spec 4.49); write static");
        } else {
            item.error("'" + text + "' is no mode" + Suggestion.withAllowed(text, List.of("static"), List.of("static")));
        }
    }
}
