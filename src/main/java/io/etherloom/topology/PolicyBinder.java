package io.etherloom.topology;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/// Binds the policies of a vSwitch or port group, and resolves their inheritance: what a level sets holds there, the rest comes
/// from the level above with its origin (spec 1.39, 1.40). Failover order and traffic shaping are one item each.
final class PolicyBinder {
    static final String PROMISCUOUS_MODE = "security.promiscuousMode";
    static final String LOAD_BALANCING = "teaming.loadBalancing";
    static final String FAILURE_DETECTION = "teaming.failureDetection";
    static final String FAILOVER_ORDER = "teaming.failoverOrder";
    static final String BURST_SIZE = "trafficShaping.burstSize";
    private static final SequencedMap<String, SecurityAction> ACTIONS = actions();

    private final Origin level;
    private final Policy above;
    private final List<String> uplinks;
    private final Map<String, Item> places;

    /// @param level   where values come from that are set here
    /// @param above   what holds for the rest
    /// @param uplinks uplinks of the vSwitch in its order
    PolicyBinder(Origin level, BoundPolicy above, List<String> uplinks) {
        this.level = level;
        this.above = above.policy();
        this.uplinks = uplinks;
        this.places = new HashMap<>(above.places());
    }

    private static SequencedMap<String, SecurityAction> actions() {
        var actions = new LinkedHashMap<String, SecurityAction>();
        for (var action : SecurityAction.values()) {
            actions.put(action.toString(), action);
        }
        return actions;
    }

    /// What holds when nobody sets anything (spec 4.1, 5.1, 6.1): promiscuous mode refused, MAC changes and forged transmits accepted under
    /// every profile, teaming by port id over all uplinks, no shaping.
    static BoundPolicy defaults(List<String> uplinks) {
        var security = new SecurityPolicy(profile(SecurityAction.REJECT), profile(SecurityAction.ACCEPT), profile(SecurityAction.ACCEPT));
        var teaming = new TeamingPolicy(profile(LoadBalancing.ORIGINATING_VIRTUAL_PORT), profile(FailureDetection.LINK_STATUS), profile(true),
            profile(true), profile(new FailoverOrder(uplinks, List.of(), List.of())));
        return new BoundPolicy(new Policy(security, teaming, profile(TrafficShaping.DEFAULT)), Map.of());
    }

    private static <T> Sourced<T> profile(T value) {
        return new Sourced<>(value, Origin.PROFILE);
    }

    BoundPolicy bind(Section section) {
        var policy = new Policy(security(section.section("security", Keys.SECURITY)), teaming(section.section("teaming", Keys.TEAMING)),
            shaping(section.section("trafficShaping", Keys.TRAFFIC_SHAPING)));
        return new BoundPolicy(policy, places);
    }

    private <T> Sourced<T> set(T value, Item item) {
        return new Sourced<>(value, Settings.isByHand(item.node()) ? Origin.BY_HAND : level);
    }

    private SecurityPolicy security(@Nullable Section section) {
        if (section == null) {
            return above.security();
        }
        return new SecurityPolicy(
            action(section, "promiscuousMode", above.security().promiscuousMode()),
            action(section, "macChanges", above.security().macChanges()),
            action(section, "forgedTransmits", above.security().forgedTransmits()));
    }

    private Sourced<SecurityAction> action(Section section, String key, Sourced<SecurityAction> inherited) {
        var item = section.get(key);
        if (item == null) {
            return inherited;
        }
        places.put("security." + key, item);
        return set(section.word(key, ACTIONS, inherited.value()), item);
    }

    private TeamingPolicy teaming(@Nullable Section section) {
        if (section == null) {
            return above.teaming();
        }
        return new TeamingPolicy(
            loadBalancing(section.get("loadBalancing")),
            failureDetection(section.get("failureDetection")),
            flag(section.get("notifySwitches"), above.teaming().notifySwitches()),
            flag(section.get("failback"), above.teaming().failback()),
            failoverOrder(section.section("failoverOrder", Keys.FAILOVER_ORDER)));
    }

    private Sourced<Boolean> flag(@Nullable Item item, Sourced<Boolean> inherited) {
        var flag = item == null ? null : item.flag();
        return item == null || flag == null ? inherited : set(flag, item);
    }

    /// Accepts the words of the vSphere client, esxcli, the API and PowerCLI.
    private Sourced<LoadBalancing> loadBalancing(@Nullable Item item) {
        var inherited = above.teaming().loadBalancing();
        var text = item == null ? null : item.text();
        if (item == null || text == null) {
            return inherited;
        }
        places.put(LOAD_BALANCING, item);
        var balancing = Spelling.find(text, LoadBalancing.values(), LoadBalancing::spellings);
        if (balancing != null) {
            return set(balancing, item);
        }
        switch (text.toLowerCase(Locale.ROOT)) {
            case "loadbased", "loadbalance_loadbased", "loadbalanceloadbased" ->
                item.error("'" + text + "' exists on distributed switches only (spec 4.18), and a standard vSwitch has no such policy; "
                    + "write originatingVirtualPort, from which it would start");
            default -> {
                var words = Spelling.words(LoadBalancing.values());
                item.error("'" + text + "' is no load balancing" + Suggestion.withAllowed(text, words, words));
            }
        }
        return inherited;
    }

    private Sourced<FailureDetection> failureDetection(@Nullable Item item) {
        var inherited = above.teaming().failureDetection();
        var text = item == null ? null : item.text();
        if (item == null || text == null) {
            return inherited;
        }
        places.put(FAILURE_DETECTION, item);
        var detection = Spelling.find(text, FailureDetection.values(), FailureDetection::spellings);
        if (detection == null) {
            var words = Spelling.words(FailureDetection.values());
            item.error("'" + text + "' is no failure detection" + Suggestion.withAllowed(text, words, words));
            return inherited;
        }
        return set(detection, item);
    }

    private Sourced<FailoverOrder> failoverOrder(@Nullable Section section) {
        var inherited = above.teaming().failoverOrder();
        if (section == null) {
            return inherited;
        }
        places.put(FAILOVER_ORDER, section.item());
        return unit(new FailoverOrderBinder(uplinks).bind(section, inherited.value()), section);
    }

    private Sourced<TrafficShaping> shaping(@Nullable Section section) {
        if (section == null) {
            return above.trafficShaping();
        }
        var burst = section.get("burstSize");
        places.put(BURST_SIZE, burst == null ? section.item() : burst);
        return unit(new ShapingBinder(section, above.trafficShaping().value()).bind(), section);
    }

    /// What is set as one unit is set by hand as soon as one member is.
    private <T> Sourced<T> unit(T value, Section section) {
        return new Sourced<>(value, section.isByHand() ? Origin.BY_HAND : level);
    }
}
