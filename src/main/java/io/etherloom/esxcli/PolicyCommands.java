package io.etherloom.esxcli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// `policy failover`, `policy security` and `policy shaping`, of vSwitches and of port groups. A port group says of each policy whether it overrides
/// its vSwitch (spec 1.39), and gives all of them back by `--use-vswitch`.
final class PolicyCommands {
    private static final String INHERIT = "inherit";
    private static final Option USE_VSWITCH = Option.flag('u', "use-vswitch", "Take all of them from the vSwitch again.");

    /// Whose policies they are.
    private enum Owner {
        VSWITCH("", VSwitchCommands.NAME), PORT_GROUP("Portgroup", PortGroupCommands.NAME);

        private final String prefix;
        private final Option name;

        Owner(String prefix, Option name) {
            this.prefix = prefix;
            this.name = name;
        }

        Policies of(EsxHost host, Arguments arguments) {
            return new Policies(this == VSWITCH ? host.vSwitch(arguments.text(name.name())) : host.portGroup(arguments.text(name.name())));
        }

        void set(EsxHost host, Arguments arguments, Map<String, @Nullable Object> values) {
            var object = of(host, arguments).owner().text("name");
            if (values.isEmpty()) {
                throw Refusal.usage("No policy was given", "");
            }
            if (this == VSWITCH) {
                host.setVSwitch(object, values);
            } else {
                host.setPortGroup(object, values);
            }
        }

        /// The options with what names the owner, and for port groups the way back to the vSwitch.
        List<Option> options(Option... own) {
            var options = new ArrayList<>(List.of(own));
            options.add(name);
            if (this == PORT_GROUP) {
                options.add(USE_VSWITCH);
            }
            return options;
        }

        String help() {
            return this == VSWITCH ? "vSwitch" : "port group";
        }
    }

    private PolicyCommands() {}

    static Namespace[] ofVSwitches() {
        return of(Owner.VSWITCH);
    }

    static Namespace[] ofPortGroups() {
        return of(Owner.PORT_GROUP);
    }

    private static Namespace[] of(Owner owner) {
        char promiscuous = owner == Owner.VSWITCH ? 'p' : 'o';      // -p names the port group.
        return new Namespace[] {
            space("failover", "Which uplinks are used, and when another is.", owner, PolicyCommands::failover, PolicyCommands::setFailover,
                Option.text('a', "active-uplinks", "Uplinks in use, in their order, with commas between."),
                Option.yesNo('b', "failback", "Whether an uplink is used again once it recovers."),
                Option.text('f', "failure-detection", "How a failure is noticed: link or beacon."),
                Option.text('l', "load-balancing", "How ports are spread: portid, mac, iphash or explicit."),
                Option.yesNo('n', "notify-switches", "Whether physical switches are told where an address went."),
                Option.text('s', "standby-uplinks", "Uplinks that wait, in their order, with commas between.")),
            space("security", "What guests may do with addresses.", owner, PolicyCommands::security, PolicyCommands::setSecurity,
                Option.yesNo('f', "allow-forged-transmits", "Whether a guest may send from another address."),
                Option.yesNo('m', "allow-mac-change", "Whether a guest may receive at another address."),
                Option.yesNo(promiscuous, "allow-promiscuous", "Whether a guest may see frames for others.")),
            space("shaping", "How much each port may send.", owner, PolicyCommands::shaping, PolicyCommands::setShaping,
                Option.whole('b', "avg-bandwidth", "Average in kbit/s."),
                Option.yesNo('e', "enabled", "Whether traffic is shaped."),
                Option.whole('k', "peak-bandwidth", "Rate of a burst in kbit/s."),
                Option.whole('t', "burst-size", "Size of a burst in KiB."))
        };
    }

    private interface Get {
        Structure of(Policies policies, Owner owner);
    }

    private interface Set {
        Map<String, @Nullable Object> values(Arguments arguments);
    }

    private static Namespace space(String name, String help, Owner owner, Get get, Set set, Option... options) {
        return new Namespace(name, help, List.of(), List.of(
            new Command("get", "Show them for a " + owner.help() + ".", List.of(owner.name),
                (host, arguments) -> Reply.one(get.of(owner.of(host, arguments), owner))),
            new Command("set", "Change them for a " + owner.help() + ".", owner.options(options), (host, arguments) -> {
                owner.set(host, arguments, set.values(arguments));
                return Reply.SILENCE;
            })));
    }

    private static Structure failover(Policies policies, Owner owner) {
        var structure = Structure.of(owner.prefix + "FailoverPolicy")
            .with("Load Balancing", switch (policies.text("teaming.loadBalancing")) {
                case "ipHash" -> "iphash";
                case "sourceMacHash" -> "srcmac";
                case "explicitFailoverOrder" -> "explicit";
                default -> "srcport";
            })
            .with("Network Failure Detection", policies.is("teaming.failureDetection", "beaconProbing") ? "beacon" : "link")
            .with("Notify Switches", policies.isYes("teaming.notifySwitches"))
            .with("Failback", policies.isYes("teaming.failback"))
            .with("Active Adapters", policies.list("teaming.failoverOrder.active"))
            .with("Standby Adapters", policies.list("teaming.failoverOrder.standby"))
            .with("Unused Adapters", policies.list("teaming.failoverOrder.unused"));
        return owner == Owner.VSWITCH ? structure : structure
            .with("Override Vswitch Load Balancing", policies.overrides("teaming.loadBalancing"))
            .with("Override Vswitch Network Failure Detection", policies.overrides("teaming.failureDetection"))
            .with("Override Vswitch Notify Switches", policies.overrides("teaming.notifySwitches"))
            .with("Override Vswitch Failback", policies.overrides("teaming.failback"))
            .with("Override Vswitch Uplinks", policies.overrides("teaming.failoverOrder.active"));
    }

    private static Map<String, @Nullable Object> setFailover(Arguments arguments) {
        var values = EsxHost.values();
        if (arguments.isTrue("use-vswitch")) {
            List.of("loadBalancing", "failureDetection", "notifySwitches", "failback", "failoverOrder").forEach(key -> values.put("teaming." + key, INHERIT));
            return values;
        }
        word(arguments, values, "load-balancing", "teaming.loadBalancing", Map.of("portid", "originatingVirtualPort", "mac", "sourceMacHash",
            "iphash", "ipHash", "explicit", "explicitFailoverOrder"));
        word(arguments, values, "failure-detection", "teaming.failureDetection", Map.of("link", "linkStatus", "beacon", "beaconProbing"));
        yesNo(arguments, values, "notify-switches", "teaming.notifySwitches", true, false);
        yesNo(arguments, values, "failback", "teaming.failback", true, false);
        if (arguments.has("active-uplinks")) {
            values.put("teaming.failoverOrder.active", arguments.list("active-uplinks"));
        }
        if (arguments.has("standby-uplinks")) {
            values.put("teaming.failoverOrder.standby", arguments.list("standby-uplinks"));
        }
        return values;
    }

    private static Structure security(Policies policies, Owner owner) {
        var structure = Structure.of(owner.prefix + "SecurityPolicy")
            .with("Allow Promiscuous", policies.is("security.promiscuousMode", "accept"))
            .with("Allow MAC Address Change", policies.is("security.macChanges", "accept"))
            .with("Allow Forged Transmits", policies.is("security.forgedTransmits", "accept"));
        return owner == Owner.VSWITCH ? structure : structure
            .with("Override Vswitch Allow Promiscuous", policies.overrides("security.promiscuousMode"))
            .with("Override Vswitch Allow MAC Address Change", policies.overrides("security.macChanges"))
            .with("Override Vswitch Allow Forged Transmits", policies.overrides("security.forgedTransmits"));
    }

    private static Map<String, @Nullable Object> setSecurity(Arguments arguments) {
        var values = EsxHost.values();
        if (arguments.isTrue("use-vswitch")) {
            List.of("promiscuousMode", "macChanges", "forgedTransmits").forEach(key -> values.put("security." + key, INHERIT));
            return values;
        }
        yesNo(arguments, values, "allow-promiscuous", "security.promiscuousMode", "accept", "reject");
        yesNo(arguments, values, "allow-mac-change", "security.macChanges", "accept", "reject");
        yesNo(arguments, values, "allow-forged-transmits", "security.forgedTransmits", "accept", "reject");
        return values;
    }

    private static Structure shaping(Policies policies, Owner owner) {
        var structure = Structure.of(owner.prefix + "ShapingPolicy")
            .with("Enabled", policies.isYes("trafficShaping.enabled"))
            .with("Average Bandwidth", new Value.Whole(policies.kilobits("trafficShaping.averageBandwidth"), "Kbps"))
            .with("Peak Bandwidth", new Value.Whole(policies.kilobits("trafficShaping.peakBandwidth"), "Kbps"))
            .with("Burst Size", new Value.Whole(policies.kibibytes("trafficShaping.burstSize"), "KiB"));
        return owner == Owner.VSWITCH ? structure : structure.with("Override Vswitch Traffic Shaping", policies.overrides("trafficShaping.enabled"));
    }

    private static Map<String, @Nullable Object> setShaping(Arguments arguments) {
        if (arguments.isTrue("use-vswitch")) {
            return EsxHost.values("trafficShaping", INHERIT);
        }
        var values = EsxHost.values();
        yesNo(arguments, values, "enabled", "trafficShaping.enabled", true, false);
        arguments.whole("avg-bandwidth").ifPresent(kbps -> values.put("trafficShaping.averageBandwidth", kbps + " Kbps"));
        arguments.whole("peak-bandwidth").ifPresent(kbps -> values.put("trafficShaping.peakBandwidth", kbps + " Kbps"));
        arguments.whole("burst-size").ifPresent(kib -> values.put("trafficShaping.burstSize", kib + " KB"));
        return values;
    }

    private static void word(Arguments arguments, Map<String, @Nullable Object> values, String option, String key, Map<String, String> words) {
        if (arguments.has(option)) {
            var word = words.get(arguments.text(option));
            if (word == null) {
                throw Refusal.usage("Invalid value '" + arguments.text(option) + "' for --" + option,
                    "it is one of " + String.join(", ", words.keySet().stream().sorted().toList()));
            }
            values.put(key, word);
        }
    }

    private static void yesNo(Arguments arguments, Map<String, @Nullable Object> values, String option, String key, Object yes, Object no) {
        if (arguments.has(option)) {
            values.put(key, arguments.isTrue(option) ? yes : no);
        }
    }
}
