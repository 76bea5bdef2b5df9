package io.etherloom.lab;

import io.etherloom.topology.AdvancedOption;
import io.etherloom.topology.Host;
import io.etherloom.topology.PortGroup;
import io.etherloom.topology.Profile;
import io.etherloom.topology.Setting;
import io.etherloom.topology.Sourced;
import java.util.List;

/// Names the places that values come from: the profile, a vSwitch, a port group, a host, somebody's hand. Immutable.
///
/// @param byHand what was set on the running lab
record Origins(Profile profile, List<Setting> byHand) {
    /// Of a policy of a port group (spec 1.39, 1.40).
    String policy(PortGroup group, Sourced<?> value) {
        var place = "port group " + group.name();
        return switch (value.origin()) {
            case PROFILE -> place + ", default of profile " + profile.word();
            case VSWITCH -> place + ", inherited from " + group.vSwitch();
            case PORT_GROUP -> place;
            case BY_HAND -> place + ", set by hand";
        };
    }

    /// Of a port group's VLAN.
    String vlan(Host host, PortGroup group) {
        return "port group " + group.name() + hand(Setting.Kind.PORT_GROUP, host.name(), group.name(), "vlan");
    }

    /// Of a vSwitch's MTU.
    String mtu(Host host, String vSwitch) {
        return vSwitch + hand(Setting.Kind.V_SWITCH, host.name(), vSwitch, "mtu");
    }

    /// Of an advanced option.
    String option(Host host, AdvancedOption option) {
        var hand = hand(Setting.Kind.HOST, host.name(), "", option.key());
        boolean isDefault = host.advanced().value(option) == option.defaultFor(profile);
        return "host " + host.name() + (!hand.isEmpty() ? hand : isDefault ? ", default of profile " + profile.word() : "");
    }

    private String hand(Setting.Kind kind, String host, String name, String path) {
        return byHand.stream().anyMatch(it -> it.kind() == kind && it.host().equals(host) && it.name().equals(name) && it.path().equals(path))
                ? ", set by hand" : "";
    }
}
