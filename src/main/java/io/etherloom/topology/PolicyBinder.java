package io.etherloom.topology;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/// Binds the policies of a vSwitch or port group, and resolves their inheritance: what a level sets holds there, the rest comes
/// from the level above with its origin (spec 1.39, 1.40). Values that this release does not honour are refused.
final class PolicyBinder {
    private static final SequencedMap<String, SecurityAction> ACTIONS = actions();
    private static final String LATER = "' is not supported yet; write ";

    private final Origin level;
    private final Policy above;
    private final List<String> uplinks;

    /// @param level   where values come from that are set here
    /// @param above   what holds for the rest
    /// @param uplinks uplinks of the vSwitch in its order
    PolicyBinder(Origin level, Policy above, List<String> uplinks) {
        this.level = level;
        this.above = above;
        this.uplinks = uplinks;
    }

    private static SequencedMap<String, SecurityAction> actions() {
        var actions = new LinkedHashMap<String, SecurityAction>();
        for (var action : SecurityAction.values()) {
            actions.put(action.toString(), action);
        }
        return actions;
    }

    /// What holds when nobody sets anything: promiscuous mode refused, the other two accepted (spec section 0), all uplinks active.
    static Policy defaults(List<String> uplinks) {
        var security = new SecurityPolicy(profile(SecurityAction.REJECT), profile(SecurityAction.ACCEPT), profile(SecurityAction.ACCEPT));
        var teaming = new TeamingPolicy(profile(LoadBalancing.ORIGINATING_VIRTUAL_PORT), profile(FailureDetection.LINK_STATUS),
            new Sourced<>(false, Origin.FIXED, "spec default yes"), profile(true),
            profile(new FailoverOrder(uplinks, List.of(), List.of())));
        return new Policy(security, teaming, profile(new TrafficShaping(false)));
    }

    private static <T> Sourced<T> profile(T value) {
        return new Sourced<>(value, Origin.PROFILE);
    }

    Policy bind(Section section) {
        return new Policy(security(section.section("security", Keys.SECURITY)), teaming(section.section("teaming", Keys.TEAMING)),
            shaping(section.section("trafficShaping", Keys.TRAFFIC_SHAPING)));
    }

    private SecurityPolicy security(@Nullable Section section) {
        if (section == null) {
            return above.security();
        }
        return new SecurityPolicy(
            action(section, "promiscuousMode", SecurityAction.REJECT, above.security().promiscuousMode()),
            action(section, "macChanges", SecurityAction.ACCEPT, above.security().macChanges()),
            action(section, "forgedTransmits", SecurityAction.ACCEPT, above.security().forgedTransmits()));
    }

    private Sourced<SecurityAction> action(Section section, String key, SecurityAction honoured, Sourced<SecurityAction> inherited) {
        var item = section.get(key);
        if (item == null) {
            return inherited;
        }
        var action = section.word(key, ACTIONS, honoured);
        if (action != honoured) {
            item.error("'" + action + LATER + honoured);
        }
        return new Sourced<>(honoured, level);
    }

    private TeamingPolicy teaming(@Nullable Section section) {
        if (section == null) {
            return above.teaming();
        }
        var balancing = section.get("loadBalancing");
        var detection = section.get("failureDetection");
        if (balancing != null) {
            checkLoadBalancing(balancing);
        }
        if (detection != null) {
            checkFailureDetection(detection);
        }
        return new TeamingPolicy(
            balancing == null ? above.teaming().loadBalancing() : new Sourced<>(LoadBalancing.ORIGINATING_VIRTUAL_PORT, level),
            detection == null ? above.teaming().failureDetection() : new Sourced<>(FailureDetection.LINK_STATUS, level),
            only(section, "notifySwitches", false, above.teaming().notifySwitches()),
            only(section, "failback", true, above.teaming().failback()),
            failoverOrder(section.section("failoverOrder", Keys.FAILOVER_ORDER)));
    }

    /// A flag of which one value is honoured.
    private Sourced<Boolean> only(Section section, String key, boolean honoured, Sourced<Boolean> inherited) {
        var item = section.get(key);
        if (item == null) {
            return inherited;
        }
        var flag = item.flag();
        if (flag != null && flag != honoured) {
            item.error("'" + (flag ? "yes" : "no") + LATER + (honoured ? "yes" : "no"));
        }
        return new Sourced<>(honoured, level);
    }

    /// Accepts the words of the vSphere client, esxcli, the API and PowerCLI.
    private static void checkLoadBalancing(Item item) {
        var text = item.text();
        if (text == null) {
            return;
        }
        var canonical = switch (text.toLowerCase(Locale.ROOT)) {
            case "originatingvirtualport", "portid", "loadbalance_srcid", "loadbalancesrcid" -> "";
            case "sourcemachash", "mac", "loadbalance_srcmac", "loadbalancesrcmac" -> "sourceMacHash";
            case "iphash", "loadbalance_ip", "loadbalanceip" -> "ipHash";
            case "explicitfailoverorder", "explicit", "failover_explicit", "explicitfailover" -> "explicitFailoverOrder";
            case "loadbased", "loadbalance_loadbased", "loadbalanceloadbased" -> "loadBased";
            default -> "?";
        };
        switch (canonical) {
            case "" -> { }
            case "?" -> {
                var words = List.of("originatingVirtualPort", "sourceMacHash", "ipHash", "explicitFailoverOrder");
                item.error("'" + text + "' is no load balancing" + Suggestion.withAllowed(text, words, List.of(words.getFirst())));
            }
            case "loadBased" -> item.error("'" + text + "' exists on distributed switches only (spec 4.18); write originatingVirtualPort");
            default -> item.error("'" + canonical + LATER + "originatingVirtualPort");
        }
    }

    private static void checkFailureDetection(Item item) {
        var text = item.text();
        if (text == null) {
            return;
        }
        switch (text.toLowerCase(Locale.ROOT)) {
            case "linkstatus", "link" -> { }
            case "beaconprobing", "beacon" -> item.error("'beaconProbing" + LATER + "linkStatus");
            default -> item.error("'" + text + "' is no failure detection"
                + Suggestion.withAllowed(text, List.of("linkStatus", "beaconProbing"), List.of("linkStatus")));
        }
    }

    private Sourced<FailoverOrder> failoverOrder(@Nullable Section section) {
        if (section == null) {
            return above.teaming().failoverOrder();
        }
        var active = section.required("active", "the order is set as one unit, so write active: [...] with every uplink to be used");
        var standby = section.get("standby");
        var places = new LinkedHashMap<String, String>();
        var activeNames = active == null ? List.<String>of() : names(active, "active", places);
        if (standby != null && !names(standby, "standby", places).isEmpty()) {
            standby.error("standby uplinks are not supported yet; leave the list empty");
        }
        for (var item : section.list("unused")) {
            name(item, "unused", places);
        }
        var unused = new ArrayList<>(uplinks);
        unused.removeAll(activeNames);
        return new Sourced<>(new FailoverOrder(activeNames, List.of(), unused), level);
    }

    private List<String> names(Item list, String place, Map<String, String> places) {
        var names = new ArrayList<String>();
        for (var item : list.list()) {
            var name = name(item, place, places);
            if (name != null) {
                names.add(name);
            }
        }
        return names;
    }

    private @Nullable String name(Item item, String place, Map<String, String> places) {
        var name = item.text();
        if (name == null) {
            return null;
        }
        if (!uplinks.contains(name)) {
            item.error("'" + name + "' is no uplink of this vSwitch" + Suggestion.withAllowed(name, uplinks, uplinks));
            return null;
        }
        var other = places.putIfAbsent(name, place);
        if (other != null) {
            item.error("'" + name + "' is in '" + other + "' already; an uplink stands in one list, once");
            return null;
        }
        return name;
    }

    private Sourced<TrafficShaping> shaping(@Nullable Section section) {
        if (section == null) {
            return above.trafficShaping();
        }
        var item = section.get("enabled");
        var enabled = item == null ? null : item.flag();
        if (item != null && Boolean.TRUE.equals(enabled)) {
            item.error("'yes" + LATER + "no");
        }
        return new Sourced<>(new TrafficShaping(false), level);
    }
}
