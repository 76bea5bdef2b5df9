package io.etherloom.topology;

import io.etherloom.topology.Item.Named;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/// A mapping whose keys are known. Unknown keys, and those that are not supported yet, are reported when it is made.
final class Section {
    /// A standard vSwitch shapes one direction only.
    private static final String SHAPING_RULE = "6.4";

    private final Item item;
    private final boolean readable;
    private final SequencedMap<String, Item> values = new LinkedHashMap<>();

    Section(Item item, Keys keys) {
        this.item = item;
        this.readable = item.isMapping();
        for (var entry : item.named()) {
            if (keys.supported().contains(entry.name())) {
                values.put(entry.name(), entry.value());
            } else {
                refuse(entry, keys);
            }
        }
    }

    private static void refuse(Named entry, Keys keys) {
        var rule = keys.distributed().get(entry.name());
        if (rule != null) {
            entry.key().error("exists on distributed switches only (spec " + rule + "), and these are not supported yet; remove it"
                + (rule.equals(SHAPING_RULE) ? ", and write trafficShaping for what VMs send" : ""));
        } else if (keys.later().contains(entry.name())) {
            entry.key().error("is not supported yet; remove it");
        } else {
            entry.key().error("unknown key '" + entry.name() + "'" + Suggestion.withAllowed(entry.name(), keys.all(), keys.supported()));
        }
    }

    /// The mapping itself.
    Item item() {
        return item;
    }

    /// Whether it, or a value directly below it, was set by hand.
    boolean isByHand() {
        return Settings.isByHand(item.node()) || values.values().stream().anyMatch(value -> Settings.isByHand(value.node()));
    }

    boolean has(String key) {
        return values.containsKey(key);
    }

    /// The value under a key, or null when it is not there.
    @Nullable Item get(String key) {
        return values.get(key);
    }

    /// The value under a key that must be there. A mapping that could not be read was reported already.
    @Nullable Item required(String key, String cure) {
        var value = values.get(key);
        if (value == null && readable) {
            item.error("'" + key + "' is missing; " + cure);
        } else if (value == null && item.isNull()) {
            item.error("is empty, and '" + key + "' is missing; " + cure);
        }
        return value;
    }

    /// The named things under a key; none when it is not there.
    List<Named> named(String key) {
        var value = values.get(key);
        return value == null ? List.of() : value.named();
    }

    /// The list under a key; empty when it is not there.
    List<Item> list(String key) {
        var value = values.get(key);
        return value == null ? List.of() : value.list();
    }

    /// The section under a key, or null when it is not there.
    @Nullable Section section(String key, Keys keys) {
        var value = values.get(key);
        return value == null ? null : value.section(keys);
    }

    int integer(String key, int minimum, int maximum, int fallback) {
        var value = values.get(key);
        var number = value == null ? null : value.integer(minimum, maximum, "");
        return number == null ? fallback : number;
    }

    boolean flag(String key, boolean fallback) {
        var value = values.get(key);
        var flag = value == null ? null : value.flag();
        return flag == null ? fallback : flag;
    }

    /// One of the given words; another is reported with a suggestion.
    <T> T word(String key, Map<String, T> words, T fallback) {
        var value = values.get(key);
        var text = value == null ? null : value.text();
        if (value == null || text == null) {
            return fallback;
        }
        var meaning = words.get(text);
        if (meaning == null) {
            value.error("'" + text + "' is not known here" + Suggestion.withAllowed(text, words.keySet(), words.keySet()));
        }
        return meaning == null ? fallback : meaning;
    }
}
