package io.etherloom.topology;

import io.etherloom.topology.Item.Named;
import java.util.ArrayList;
import java.util.List;

/// What the binders of one file share: the place for problems, and what names, ports and addresses are taken.
///
/// @param lab       name of the lab
/// @param profile   which defaults hold
/// @param problems  collects what is wrong
/// @param names     names of namespaces and TAPs
/// @param macs      MAC addresses
/// @param addresses IP addresses
record Binding(String lab, Profile profile, Problems problems, Names names, MacLedger macs, AddressLedger addresses) {
    /// The commands under `run`.
    static List<String> run(Section section) {
        var item = section.get("run");
        var commands = new ArrayList<String>();
        for (var one : item == null ? List.<Item>of() : item.oneOrMore()) {
            var text = one.text();
            if (text != null && text.isBlank()) {
                one.error("is an empty command; remove it");
            } else if (text != null) {
                commands.add(text);
            }
        }
        return commands;
    }

    /// The names of a list, each once.
    static List<String> texts(List<Item> items) {
        var texts = new ArrayList<String>();
        for (var item : items) {
            var text = item.text();
            if (text != null && texts.contains(text)) {
                item.error("'" + text + "' stands here twice; remove one");
            } else if (text != null) {
                texts.add(text);
            }
        }
        return texts;
    }

    /// The addresses under `ip`, and whether all of them could be read.
    ///
    /// @param values what could be read
    /// @param items  where each of them stands
    /// @param whole  false when some were reported, so that nothing should be concluded from what is missing
    record Addresses(List<InterfaceAddress> values, List<Item> items, boolean whole) {
        static Addresses of(Section section) {
            var item = section.get("ip");
            var values = new ArrayList<InterfaceAddress>();
            var items = new ArrayList<Item>();
            var all = item == null ? List.<Item>of() : item.oneOrMore();
            for (var one : all) {
                var address = AddressNotation.interfaceAddress(one);
                if (address != null) {
                    values.add(address);
                    items.add(one);
                }
            }
            return new Addresses(values, items, values.size() == all.size());
        }

        /// Notes each address as used in the network.
        void claim(AddressLedger ledger, String network, boolean active) {
            for (int i = 0; i < values.size(); i++) {
                ledger.add(values.get(i), network, active, items.get(i));
            }
        }
    }

    /// Whether the name of a host, VM, switch, router or machine is fit; takes it if so.
    boolean claimNode(Named named, String what) {
        boolean fits = Names.isThing(named, what);
        if (fits) {
            names.claimNode(named);
        }
        return fits;
    }
}
