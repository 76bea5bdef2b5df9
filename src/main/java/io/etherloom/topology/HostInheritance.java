package io.etherloom.topology;

import io.etherloom.topology.Item.Named;
import io.etherloom.topology.Yaml.Entry;
import io.etherloom.topology.Yaml.Mapping;
import io.etherloom.topology.Yaml.Scalar;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Resolves `like:` between hosts before anything is bound: mappings merge, lists and single values replace, `none` removes.
/// Every value keeps the place where it was written.
final class HostInheritance {
    private static final String LIKE = "like";

    private final Map<String, Named> written = new LinkedHashMap<>();
    private final Map<String, Yaml> resolved = new HashMap<>();
    private long weight;

    private HostInheritance(List<Named> hosts) {
        hosts.forEach(host -> written.put(host.name(), host));
    }

    /// The hosts with everything that they inherit, in the same order.
    static List<Named> resolve(List<Named> hosts) {
        var inheritance = new HostInheritance(hosts);
        var whole = new ArrayList<Named>();
        for (var host : hosts) {
            var body = inheritance.whole(host);
            whole.add(new Named(host.name(), host.key(), new Item(body, host.value().path(), host.value().problems())));
        }
        return whole;
    }

    /// Follows the chain of `like:` without recursion, and then builds it from its far end.
    private Yaml whole(Named host) {
        var chain = new ArrayList<Named>();
        Set<String> seen = new LinkedHashSet<>();
        for (@Nullable Named at = host; at != null && !resolved.containsKey(at.name()); at = base(at, seen)) {
            chain.add(at);
        }
        for (var one : chain.reversed()) {
            resolved.put(one.name(), overlayOnBase(one));
        }
        return resolved.getOrDefault(host.name(), host.value().node());
    }

    private @Nullable Named base(Named host, Set<String> seen) {
        seen.add(host.name());
        var like = like(host);
        var name = like == null ? null : like.text();
        if (like == null || name == null) {
            return null;
        }
        var base = written.get(name);
        if (base == null) {
            like.error("there is no host '" + name + "'" + Suggestion.withAllowed(name, written.keySet(), written.keySet()));
        } else if (seen.contains(name)) {
            like.error("the hosts are like each other in a circle: " + String.join(" -> ", seen) + " -> " + name + "; remove one 'like'");
            return null;
        }
        return base;
    }

    private static @Nullable Item like(Named host) {
        if (!(host.value().node() instanceof Mapping mapping)) {
            return null;
        }
        var entry = mapping.entries().get(LIKE);
        return entry == null ? null : new Item(entry.value(), host.value().path() + "." + LIKE, host.value().problems());
    }

    private Yaml overlayOnBase(Named host) {
        var own = host.value().node();
        var like = like(host);
        Yaml base = like != null && like.node() instanceof Scalar name ? resolved.get(name.text()) : null;
        if (!(own instanceof Mapping mapping)) {
            return own;
        }
        return overlay(base instanceof Mapping inherited ? inherited : null, mapping, host.value());
    }

    private Mapping overlay(@Nullable Mapping base, Mapping own, Item at) {
        var entries = new LinkedHashMap<String, Entry>();
        if (base != null) {
            entries.putAll(base.entries());
            entries.remove(LIKE);
            charge(base.entries().size(), at);
        }
        for (var entry : own.entries().values()) {
            var key = entry.key().text();
            var inherited = entries.get(key);
            var below = new Item(entry.value(), at.path() + "." + key, at.problems());
            if (entry.value() instanceof Scalar scalar && scalar.plain() && scalar.text().equals("none") && !isWord(below)) {
                if (entries.remove(key) == null) {
                    below.error("'none' removes what 'like' brings, and there is no '" + key + "' to remove; remove this line");
                }
            } else if (entry.value() instanceof Mapping mapping) {
                var inheritedMapping = inherited != null && inherited.value() instanceof Mapping m ? m : null;
                entries.put(key, new Entry(entry.key(), overlay(inheritedMapping, mapping, below)));
            } else if (inherited == null || !isEmpty(entry.value()) || !(inherited.value() instanceof Mapping)) {
                entries.put(key, entry);
            }
        }
        return new Mapping(entries, own.line(), own.column(), own.weight());
    }

    /// Whether `none` is one of the words that may stand here (spec 8.1), rather than what removes something.
    private static boolean isWord(Item place) {
        return place.path().endsWith(".linkDiscovery.operation");
    }

    /// Nothing after a key leaves an inherited mapping as it is.
    private static boolean isEmpty(Yaml value) {
        return value instanceof Scalar scalar && scalar.isNull();
    }

    /// Hosts that are like a large one multiply it; the same bound holds as for aliases.
    private void charge(int copied, Item at) {
        weight += copied;
        if (weight > YamlReader.MAX_WEIGHT) {
            throw new TooMuch(at);
        }
    }

    /// Ends the binding: the hosts stand for more values than any lab needs.
    static final class TooMuch extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final transient Item at;

        TooMuch(Item at) {
            super("like", null, false, false);
            this.at = at;
        }

        void report() {
            at.error("hosts stand for more than " + YamlReader.MAX_WEIGHT + " values once 'like' is written out; no lab is that large");
        }
    }
}
