package io.etherloom.topology;

import io.etherloom.topology.Item.Named;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;

/// Which names are fit for namespaces, hosts files and metric labels, and which are taken.
final class Names {
    static final Pattern LAB = Pattern.compile("[a-z0-9][a-z0-9-]{0,23}");
    static final Pattern THING = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,47}");
    static final Pattern PORT = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._/-]{0,47}");
    static final Pattern PNIC = Pattern.compile("vmnic(0|[1-9][0-9]{0,3})");
    static final Pattern VMKERNEL = Pattern.compile("vmk(0|[1-9][0-9]{0,3})");
    /// IFNAMSIZ of `<linux/if.h>` is 16 with the final zero.
    static final Pattern TAP = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,14}");

    private final Map<String, Item> nodes = new HashMap<>();
    private final Map<String, Item> taps = new HashMap<>();

    /// Whether the name of a host, VM, switch, router or machine is fit.
    static boolean isThing(Named named, String what) {
        boolean fits = THING.matcher(named.name()).matches();
        if (!fits) {
            named.key().error("'" + named.name() + "' is no name for a " + what
                + "; allowed are letters, digits, '.', '_' and '-', a letter or digit first, at most 48 characters");
        }
        return fits;
    }

    /// Takes the name of something that has a namespace: each can be reached by its name, so all of them share one set.
    void claimNode(Named named) {
        var first = nodes.putIfAbsent(named.name(), named.key());
        if (first != null) {
            named.key().error("the name '" + named.name() + "' is taken by " + first.where()
                + "; hosts, VMs, switches, routers and machines need different names");
        }
    }

    /// Takes the name of a TAP interface; false after a report.
    boolean claimTap(Item item) {
        var name = item.text();
        if (name == null) {
            return false;
        }
        if (!TAP.matcher(name).matches()) {
            item.error("'" + name + "' is no name for an interface; allowed are letters, digits, '.', '_' and '-', at most 15 characters");
            return false;
        }
        var first = taps.putIfAbsent(name, item);
        if (first != null) {
            item.error("the TAP '" + name + "' is used by " + first.where() + "; name another");
        }
        return first == null;
    }

    /// Whether text can be shown on one line of a table: no control characters, no blank at either end.
    static boolean isPrintable(String text) {
        return !text.isEmpty() && text.strip().equals(text) && text.codePoints().noneMatch(Character::isISOControl);
    }
}
