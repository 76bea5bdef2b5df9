package io.etherloom.topology;

import io.etherloom.topology.Item.Named;
import java.net.InetAddress;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/// Binds `linkDiscovery:` of vSwitches and of physical switches (spec 8.1).
final class DiscoveryBinder {
    private static final SequencedMap<String, LinkDiscovery.Protocol> PROTOCOLS = words(LinkDiscovery.Protocol.values());
    private static final SequencedMap<String, SwitchDiscovery.Cdp> CDP = words(SwitchDiscovery.Cdp.values());
    private static final Duration SECOND = Duration.ofSeconds(1);
    /// What a CDP frame can say in its octet for the holdtime.
    private static final Duration MAX_CDP = Duration.ofSeconds(255);
    private static final Duration MAX_LLDP = Duration.ofSeconds(3600);
    private static final int LONGEST_TEXT = 128;

    private DiscoveryBinder() {}

    private static <E extends Enum<E>> SequencedMap<String, E> words(E[] constants) {
        var words = new LinkedHashMap<String, E>();
        for (var constant : constants) {
            words.put(constant.toString(), constant);
        }
        return words;
    }

    /// Of a vSwitch.
    static LinkDiscovery vSwitch(@Nullable Section section, AdvancedOptions advanced) {
        if (section == null) {
            return LinkDiscovery.DEFAULT;
        }
        var protocol = section.word("protocol", PROTOCOLS, LinkDiscovery.DEFAULT.protocol());
        var item = section.get("protocol");
        if (item != null && protocol == LinkDiscovery.Protocol.LLDP && !advanced.isOn(AdvancedOption.STANDARD_LLDP)) {
            item.error("a standard vSwitch speaks CDP only, and LLDP came with distributed switches, which are not supported yet (spec 8.1); write cdp, "
                + "or set Etherloom.StandardLldp: 1 in the host's advanced options to have it here all the same");
        }
        return new LinkDiscovery(protocol, operation(section.get("operation")));
    }

    private static LinkDiscovery.Operation operation(@Nullable Item item) {
        var text = item == null ? null : item.text();
        if (item == null || text == null) {
            return LinkDiscovery.DEFAULT.operation();
        }
        var operation = Spelling.find(text, LinkDiscovery.Operation.values(), LinkDiscovery.Operation::spellings);
        if (operation == null) {
            var words = Spelling.words(LinkDiscovery.Operation.values());
            item.error("'" + text + "' is not known here" + Suggestion.withAllowed(text, words, words));
        }
        return operation == null ? LinkDiscovery.DEFAULT.operation() : operation;
    }

    /// Of a physical switch.
    static SwitchDiscovery physicalSwitch(@Nullable Section section) {
        var usual = SwitchDiscovery.DEFAULT;
        if (section == null) {
            return usual;
        }
        var cdpInterval = duration(section.get("cdpInterval"), MAX_CDP, usual.cdpInterval());
        var holdtimeItem = section.get("cdpHoldtime");
        var cdpHoldtime = duration(holdtimeItem, MAX_CDP, usual.cdpHoldtime());
        if (cdpHoldtime.compareTo(cdpInterval) <= 0) {
            var place = holdtimeItem == null ? section.item() : holdtimeItem;
            place.warning(tooShort(cdpHoldtime.toSeconds(), cdpInterval.toSeconds(), "cdpHoldtime", "cdpInterval"));
        }
        return new SwitchDiscovery(cdp(section), section.flag("lldp", usual.lldp()), cdpInterval, cdpHoldtime,
            duration(section.get("lldpInterval"), MAX_LLDP, usual.lldpInterval()), section.integer("lldpHoldMultiplier", 2, 10, usual.lldpHoldMultiplier()),
            text(section.get("platform"), usual.platform()), text(section.get("vtpDomain"), usual.vtpDomain()), address(section.get("managementAddress")));
    }

    /// The same for the advanced options of a host.
    static void warnOfShortHoldtime(List<Named> entries, AdvancedOptions options) {
        int holdtime = options.value(AdvancedOption.CDP_HOLDTIME);
        int interval = options.value(AdvancedOption.CDP_INTERVAL);
        if (holdtime <= interval) {
            entries.stream().filter(entry -> entry.name().startsWith("Etherloom.Cdp")).findFirst().ifPresent(entry ->
                entry.value().warning(tooShort(holdtime, interval, AdvancedOption.CDP_HOLDTIME.key(), AdvancedOption.CDP_INTERVAL.key())));
        }
    }

    private static String tooShort(long holdtime, long interval, String holdtimeKey, String intervalKey) {
        return holdtimeKey + " is " + holdtime + " s and " + intervalKey + " " + interval + " s, so neighbours come and go; hold for two or three intervals";
    }

    private static SwitchDiscovery.Cdp cdp(Section section) {
        var item = section.get("cdp");
        if (item != null && (item.is("true") || item.is("false"))) {
            return item.is("true") ? SwitchDiscovery.Cdp.YES : SwitchDiscovery.Cdp.NO;
        }
        return section.word("cdp", CDP, SwitchDiscovery.DEFAULT.cdp());
    }

    private static Duration duration(@Nullable Item item, Duration maximum, Duration usual) {
        var found = item == null ? null : Units.duration(item, "s", SECOND, maximum);
        if (item != null && found != null && found.toNanosPart() != 0) {
            item.error("is no whole number of seconds, which is what the frames can say");
        }
        return found == null ? usual : found;
    }

    /// Text that both protocols can carry: printable ASCII.
    private static String text(@Nullable Item item, String usual) {
        var text = item == null ? null : item.text();
        if (item == null || text == null) {
            return usual;
        }
        if (text.length() > LONGEST_TEXT || !text.chars().allMatch(letter -> letter >= ' ' && letter <= '~')) {
            item.error("is sent as it stands, so it is printable ASCII, at most " + LONGEST_TEXT + " characters");
            return usual;
        }
        return text;
    }

    private static @Nullable InetAddress address(@Nullable Item item) {
        var text = item == null ? null : item.text();
        var address = text == null ? null : AddressNotation.parse(text);
        if (item != null && text != null && address == null) {
            item.error("'" + text + "' is no IP address; write it like 10.0.0.2, without a prefix length");
        }
        return address;
    }
}
