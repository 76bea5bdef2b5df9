package io.etherloom.lab;

import io.etherloom.event.Details;
import io.etherloom.event.EventLog;
import io.etherloom.event.EventType;
import io.etherloom.lab.Blueprint.Rule;
import io.etherloom.vswitch.PortSpec;
import io.etherloom.wire.MacAddress;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What guests do to their interfaces and what the policy makes of it, found by comparing ports with how they were: whatever has changed,
/// guest or policy, is told once. Under the lab's lock.
final class GuestEvents {
    private final EventLog log;
    private final News news;
    private final Map<String, Seen> seen = new HashMap<>();

    private enum Promiscuity { NONE, GRANTED, REFUSED }

    /// @param slot of the port, so that one of the same name that was made anew is another
    private record Seen(int slot, long mac, boolean isSilenced, Promiscuity promiscuity) {
        static Seen of(PortSpec.Access port) {
            var promiscuity = !port.vnic().asksPromiscuous() ? Promiscuity.NONE
                    : port.security().allowsPromiscuous() ? Promiscuity.GRANTED : Promiscuity.REFUSED;
            return new Seen(port.slot(), port.vnic().mac(), port.isSilenced(), promiscuity);
        }

        /// As it was when its VM was powered on (spec 5.6).
        static Seen atFirst(PortSpec.Access port) {
            return new Seen(port.slot(), port.vnic().initialMac(), false, Promiscuity.NONE);
        }
    }

    GuestEvents(EventLog log, News news) {
        this.log = log;
        this.news = news;
    }

    /// Tells when a guest has set its interface up or down.
    void link(String name, @Nullable GuestFilter was, @Nullable GuestFilter is) {
        if (is != null && is.isUp() != (was == null || was.isUp())) {
            news.add(time -> log.post(time, is.isUp() ? EventType.GUEST_LINK_UP : EventType.GUEST_LINK_DOWN, name,
                    "The guest has set the interface of " + name + (is.isUp() ? " up." : " down."), Details.none()));
        }
    }

    /// Compares all ports of these switches as they are published.
    void look(Map<String, SwitchRuntime> switches) {
        var before = Map.copyOf(seen);
        seen.clear();
        switches.values().forEach(runtime -> {
            var specs = runtime.published().stream().collect(Collectors.toMap(PortSpec.Access::index, Function.identity()));
            runtime.ports().values().forEach(port -> {
                var spec = specs.get(port.index());
                if (spec != null && port.plan().rule() instanceof Rule.Access access) {
                    var known = before.get(port.plan().key());
                    var was = known != null && known.slot() == spec.slot() ? known : Seen.atFirst(spec);
                    seen.put(port.plan().key(), Seen.of(spec));
                    compare(EventObjects.name(runtime, port), access.portGroup(), spec, was);
                }
            });
        });
    }

    private void compare(String name, String portGroup, PortSpec.Access spec, Seen was) {
        var is = Seen.of(spec);
        if (is.mac() != was.mac() || is.isSilenced() != was.isSilenced()) {
            news.add(time -> address(time, name, portGroup, spec, was));
        }
        if (is.promiscuity() != was.promiscuity()) {
            news.add(time -> promiscuity(time, name, portGroup, is.promiscuity()));
        }
    }

    private void address(Instant time, String name, String portGroup, PortSpec.Access spec, Seen was) {
        var mac = MacAddress.format(spec.vnic().mac());
        var details = Details.of("from", MacAddress.format(was.mac())).and("to", mac)
                .and("effective", MacAddress.format(spec.effectiveMac())).and("portGroup", portGroup);
        if (spec.isSilenced()) {
            log.post(time, EventType.MAC_CHANGE_REFUSED, name, "The guest of " + name + " has set its address to " + mac + "; port group " + portGroup
                    + " refuses MAC changes, so nothing is delivered to it.", details);
        } else {
            log.post(time, EventType.MAC_CHANGED, name, "The address of " + name + " is " + mac + " now.", details);
        }
    }

    private void promiscuity(Instant time, String name, String portGroup, Promiscuity now) {
        var details = Details.of("portGroup", portGroup);
        switch (now) {
            case NONE -> log.post(time, EventType.PROMISCUOUS_ENDED, name, name + " is no longer promiscuous.", details);
            case GRANTED -> log.post(time, EventType.PROMISCUOUS_GRANTED, name, name + " is promiscuous: it is shown the frames of its VLAN.", details);
            case REFUSED -> log.post(time, EventType.PROMISCUOUS_REFUSED, name,
                    "The guest of " + name + " asks for promiscuous mode; port group " + portGroup + " refuses it.", details);
        }
    }
}
