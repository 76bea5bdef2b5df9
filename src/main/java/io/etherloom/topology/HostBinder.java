package io.etherloom.topology;

import io.etherloom.topology.Binding.Addresses;
import io.etherloom.topology.Item.Named;
import java.net.InetAddress;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/// Binds one host whose `like:` is resolved: options, pNICs, vSwitches, then the VMkernel ports that need them.
final class HostBinder {
    private static final Map<String, AdvancedOption> OPTIONS = options();
    private static final int PRODUCT_MTU = 1500;

    private final Binding binding;
    private final Attachments attachments;
    private final FabricPorts ports;
    private final Named named;
    private final SequencedMap<String, Pnic> pnics = new LinkedHashMap<>();

    HostBinder(Binding binding, FabricPorts ports, Attachments attachments, Named named) {
        this.binding = binding;
        this.ports = ports;
        this.attachments = attachments;
        this.named = named;
    }

    private static Map<String, AdvancedOption> options() {
        var options = new HashMap<String, AdvancedOption>();
        for (var option : AdvancedOption.values()) {
            options.put(option.key(), option);
        }
        return options;
    }

    Host bind() {
        var body = named.value().section(Keys.HOST);
        var advanced = advanced(body.named("advanced"));
        for (var pnic : body.named("pnics")) {
            bindPnic(pnic);
        }
        var vSwitches = new VSwitchBinder(binding, ports, pnics, advanced).bind(body.named("vSwitches"));
        // Attachments look up port groups of this host, so it is shown to them before the VMkernel ports are bound.
        var bare = new Host(named.name(), advanced, pnics, vSwitches, new LinkedHashMap<>());
        var vmkernel = new LinkedHashMap<String, VmKernel>();
        for (var one : body.named("vmkernel")) {
            var port = vmKernel(bare, one, vmkernel.values());
            if (port != null) {
                vmkernel.put(one.name(), port);
            }
        }
        return new Host(named.name(), advanced, pnics, vSwitches, vmkernel);
    }

    private AdvancedOptions advanced(List<Named> entries) {
        var set = new EnumMap<AdvancedOption, Integer>(AdvancedOption.class);
        for (var entry : entries) {
            var option = OPTIONS.get(entry.name());
            if (option == null) {
                var supported = OPTIONS.values().stream().filter(AdvancedOption::isSupported).sorted().map(AdvancedOption::key).toList();
                entry.key().error("unknown option '" + entry.name() + "'" + Suggestion.withAllowed(entry.name(), OPTIONS.keySet(), supported));
                continue;
            }
            var value = value(option, entry.value());
            if (value != null && !option.isSupported() && value != option.defaultFor(binding.profile())) {
                entry.key().error("is not supported yet at another value than " + option.defaultFor(binding.profile()) + ": it belongs to "
                    + option.belongsTo() + "; remove it");
            } else if (value != null) {
                set.put(option, value);
            }
        }
        var options = AdvancedOptions.of(binding.profile(), set);
        refuseQueuesUpsideDown(entries, options);
        DiscoveryBinder.warnOfShortHoldtime(entries, options);
        return options;
    }

    /// Spec 6.7: a queue has at least the one and at most the other size.
    private static void refuseQueuesUpsideDown(List<Named> entries, AdvancedOptions options) {
        int minimum = options.value(AdvancedOption.NET_SHAPER_QUEUE_SIZE_MIN);
        int maximum = options.value(AdvancedOption.NET_SHAPER_QUEUE_SIZE_MAX);
        if (minimum > maximum) {
            entries.stream().filter(entry -> entry.name().startsWith("Net.NetShaperQueueSize")).findFirst().ifPresent(entry -> entry.value().error(
                "Net.NetShaperQueueSizeMin is " + minimum + " and Net.NetShaperQueueSizeMax " + maximum
                    + "; the smallest queue is at most as large as the largest (spec 6.7)"));
        }
    }

    private @Nullable Integer value(AdvancedOption option, Item item) {
        if (!option.words().isEmpty()) {
            return word(option, item);
        }
        if (option.isAddress()) {
            return AddressNotation.routerAddress(item);
        }
        var value = item.integer(option.minimum(), option.maximum(), "");
        if (option == AdvancedOption.REVERSE_POLICY && Integer.valueOf(0).equals(value) && binding.profile() == Profile.MODERN) {
            item.error("0 is possible under the profiles vi3 and vss-classic only, since the product fixed it at 1 from 5.1 (spec 2.11); write 1");
            return null;
        }
        return value;
    }

    /// A word of the option, or the number that it stands for.
    private static @Nullable Integer word(AdvancedOption option, Item item) {
        for (int value = option.minimum(); value <= option.maximum(); value++) {
            if (item.is(option.text(value)) || item.is(Integer.toString(value))) {
                return value;
            }
        }
        item.error((item.isList() || item.isMapping() || item.isNull() ? "is " + item.kind() : "'" + item.text() + "' is not known here")
            + "; allowed: " + String.join(", ", option.words()));
        return null;
    }

    private void bindPnic(Named entry) {
        var name = entry.name();
        if (!Names.PNIC.matcher(name).matches()) {
            entry.key().error("'" + name + "' is no name for a pNIC; write vmnic and a number, for example vmnic0");
            return;
        }
        var body = entry.value().section(Keys.PNIC);
        var link = body.get("link");
        var tap = body.get("tap");
        if ((link == null) == (tap == null) && (body.item().isMapping() || body.item().isNull())) {
            body.item().error(link == null ? "is plugged in nowhere; write link: SWITCH/PORT, or tap: NAME"
                : "has both 'link' and 'tap'; keep one (write 'none' for the one that 'like' brings)");
        }
        var speedItem = body.get("speed");
        var speed = speedItem == null ? null : Units.bitsPerSecond(speedItem, "G");
        long mac = binding.macs().forPnic(named.name(), name);
        var ref = link == null ? null : ports.plug(link);
        boolean isTapFree = tap != null && binding.names().claimTap(tap);
        var tapName = isTapFree ? tap.text() : null;
        if (tapName != null) {
            pnics.put(name, new Pnic.Tap(name, mac, speed == null ? 0 : speed, tapName));
        } else {
            // A pNIC whose cable is wrong still exists, so that an uplink that names it is not reported as well.
            pnics.put(name, new Pnic.Cabled(name, mac, speed == null ? 0 : speed, ref == null ? FabricPorts.NOWHERE : ref));
        }
    }

    /// A host is one network namespace, which has one default route of each address family.
    private static void refuseSecondRoute(@Nullable Item item, List<InetAddress> gateways, Collection<VmKernel> earlier) {
        for (var other : earlier) {
            for (var gateway : other.gateways()) {
                if (item != null && gateways.stream().anyMatch(own -> own.getAddress().length == gateway.getAddress().length)) {
                    item.error("is a second default route: " + other.name() + " has " + InterfaceAddress.text(gateway)
                        + ", and a host has one of an address family; keep one");
                }
            }
        }
    }

    /// @param earlier VMkernel ports of the host
    private @Nullable VmKernel vmKernel(Host host, Named entry, Collection<VmKernel> earlier) {
        if (!Names.VMKERNEL.matcher(entry.name()).matches()) {
            entry.key().error("'" + entry.name() + "' is no name for a VMkernel port; write vmk and a number, for example vmk0");
            return null;
        }
        var body = entry.value().section(Keys.VMKERNEL);
        var label = body.required("portGroup", "name the port group that it is on");
        var group = label == null ? null : attachments.attach(host, label, true);
        var addresses = Addresses.of(body);
        var gateways = AddressNotation.gateways(body.get("gateway"), addresses.values(), addresses.whole());
        refuseSecondRoute(body.get("gateway"), gateways, earlier);
        var services = Binding.texts(body.list("services"));
        var mtuItem = body.get("mtu");
        var mtu = mtuItem == null ? null : mtuItem.integer(1280, 9000, "");
        long mac = vmKernelMac(host, entry.name(), body.get("mac"));
        if (group == null) {
            return null;
        }
        addresses.claim(binding.addresses(), attachments.network(host, group), true);
        int switchMtu = host.vSwitches().get(group.vSwitch()).mtu();
        if (mtuItem != null && mtu != null && mtu > switchMtu) {
            mtuItem.warning(Attachments.aboveMtu(mtu, group.vSwitch(), switchMtu));
        }
        return new VmKernel(entry.name(), group.vSwitch(), group.name(), mac, addresses.values(), gateways,
            mtu == null ? Math.min(PRODUCT_MTU, switchMtu) : mtu, services);
    }

    /// Spec 1.36. The first pNIC is the one with the lowest number, whatever the order in the file.
    private long vmKernelMac(Host host, String name, @Nullable Item item) {
        var written = item == null || item.is("auto") ? null : MacNotation.station(item);
        if (item != null && written != null) {
            binding.macs().write(written, item);
            return written;
        }
        boolean followsHardware = name.equals("vmk0") && host.advanced().isOn(AdvancedOption.FOLLOW_HARDWARE_MAC) && !pnics.isEmpty();
        if (followsHardware) {
            return pnics.values().stream().min(Comparator.comparingInt(pnic -> Integer.parseInt(pnic.name().substring("vmnic".length()))))
                .orElseThrow().mac();
        }
        return binding.macs().forVmKernel(host.name(), name);
    }
}
