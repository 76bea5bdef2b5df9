package io.etherloom.topology;

import io.etherloom.topology.Binding.Addresses;
import io.etherloom.topology.Item.Named;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Binds `fabric:`. Switches come first, since everything else names their ports.
final class FabricBinder {
    static final int DEFAULT_MTU = 9216;
    static final Duration DEFAULT_AGEING = Duration.ofSeconds(300);
    /// Largest value of IEEE Std 802.1D-2004, table 17-1.
    private static final Duration MAX_FORWARD_DELAY = Duration.ofSeconds(30);
    private static final Duration MAX_RECOVERY = Duration.ofSeconds(86_400);
    static final int DEFAULT_NATIVE_VLAN = 1;
    private static final Pattern RANGE = Pattern.compile("([0-9]{1,6})(?:\\s*-\\s*([0-9]{1,6}))?");

    private final Binding binding;
    private final @Nullable Section section;
    private final SequencedMap<String, PhysicalSwitch> switches = new LinkedHashMap<>();
    private final FabricPorts ports = new FabricPorts(switches);

    FabricBinder(Binding binding, @Nullable Section section) {
        this.binding = binding;
        this.section = section;
    }

    /// The ports, for those who plug in later. Complete after [#bind].
    FabricPorts ports() {
        return ports;
    }

    Fabric bind() {
        if (section == null) {
            return new Fabric(switches, List.of(), new LinkedHashMap<>(), new LinkedHashMap<>(), List.of());
        }
        for (var named : section.named("switches")) {
            if (binding.claimNode(named, "switch")) {
                switches.put(named.name(), physicalSwitch(named));
            }
        }
        var links = links(section);
        var routers = new LinkedHashMap<String, Router>();
        for (var named : section.named("routers")) {
            var router = binding.claimNode(named, "router") ? router(named) : null;
            if (router != null) {
                routers.put(named.name(), router);
            }
        }
        var machines = new LinkedHashMap<String, Machine>();
        for (var named : section.named("machines")) {
            var machine = binding.claimNode(named, "machine") ? machine(named) : null;
            if (machine != null) {
                machines.put(named.name(), machine);
            }
        }
        return new Fabric(switches, links, routers, machines, taps(section));
    }

    private PhysicalSwitch physicalSwitch(Named named) {
        var body = named.value().section(Keys.SWITCH);
        var ageingItem = body.get("ageing");
        var ageing = ageingItem == null ? null : Units.duration(ageingItem, "s", Duration.ofSeconds(1), Duration.ofSeconds(1_000_000));
        var found = new LinkedHashMap<String, PhysicalPort>();
        for (var port : body.named("ports")) {
            if (!Names.PORT.matcher(port.name()).matches()) {
                port.key().error("'" + port.name() + "' is no name for a port; allowed are letters, digits, '.', '_', '-' and '/', at most 48 characters");
                continue;
            }
            found.put(port.name(), port(port));
        }
        return new PhysicalSwitch(named.name(), body.integer("mtu", 1280, 9216, DEFAULT_MTU), ageing == null ? DEFAULT_AGEING : ageing,
            wait(body.get("forwardDelay"), MAX_FORWARD_DELAY), wait(body.get("errDisableRecovery"), MAX_RECOVERY), found,
            new EtherChannelBinder(named.name(), found).bind(body.named("etherChannels")), binding.macs().forHardware("switch", named.name()),
            DiscoveryBinder.physicalSwitch(body.section("linkDiscovery", Keys.SWITCH_DISCOVERY)));
    }

    private static Duration wait(@Nullable Item item, Duration maximum) {
        var wait = item == null ? null : Units.duration(item, "s", Duration.ZERO, maximum);
        return wait == null ? Duration.ZERO : wait;
    }

    private static PhysicalPort port(Named named) {
        var body = named.value().section(Keys.PORT);
        boolean portFast = body.flag("portFast", false);
        boolean bpduGuard = body.flag("bpduGuard", false);
        boolean linkDiscovery = body.flag("linkDiscovery", true);
        var access = body.get("access");
        var trunk = body.get("trunk");
        if ((access == null) == (trunk == null)) {
            body.item().error((access == null ? "has neither 'access' nor 'trunk'" : "has both 'access' and 'trunk'")
                + "; write access: VLAN, or trunk: all, or trunk: [10, 20-30]");
        }
        if (trunk == null) {
            var nativeVlan = body.get("native");
            if (nativeVlan != null) {
                nativeVlan.error("belongs to a trunk; an access port has one VLAN only");
            }
            var vlan = access == null ? null : access.integer(1, 4094, "an access port has one VLAN");
            return new PhysicalPort.Access(named.name(), vlan == null ? 1 : vlan, portFast, bpduGuard, linkDiscovery);
        }
        return new PhysicalPort.Trunk(named.name(), vlans(trunk), nativeVlan(body.get("native")), portFast, bpduGuard, linkDiscovery);
    }

    private static int nativeVlan(@Nullable Item item) {
        if (item == null) {
            return DEFAULT_NATIVE_VLAN;
        }
        if (item.is("none")) {
            return 0;
        }
        var vlan = item.integer(1, 4094, "or none");
        return vlan == null ? DEFAULT_NATIVE_VLAN : vlan;
    }

    private static VlanSet vlans(Item item) {
        if (item.is("all")) {
            return VlanSet.ALL;
        }
        var members = new BitSet();
        for (var one : item.oneOrMore()) {
            var text = one.text();
            for (var part : text == null ? new String[0] : text.split(",", -1)) {
                addRange(one, part.strip(), members);
            }
        }
        return VlanSet.of(members);
    }

    private static void addRange(Item item, String text, BitSet members) {
        var range = RANGE.matcher(text);
        if (!range.matches()) {
            item.error("'" + text + "' is no VLAN and no range; write all, or a list like [10, 20-30]");
            return;
        }
        int first = Integer.parseInt(range.group(1));
        int last = range.group(2) == null ? first : Integer.parseInt(range.group(2));
        if (first < 1 || last > 4094) {
            item.error(text + " is outside 1-4094");
        } else if (first > last) {
            item.error(text + " runs backwards; write " + last + "-" + first);
        } else {
            members.set(first, last + 1);
        }
    }

    private List<Link> links(Section fabric) {
        var links = new ArrayList<Link>();
        for (var item : fabric.list("links")) {
            var body = item.section(Keys.LINK);
            var between = body.required("between", "write between: [tor1/24, tor2/24]");
            var ends = between == null ? List.<Item>of() : between.list();
            if (between != null && ends.size() != 2 && (between.isList() || between.isNull())) {
                between.error("needs two switch ports, and has " + ends.size() + "; write between: [tor1/24, tor2/24]");
            }
            boolean blocked = body.flag("blocked", false);
            var plugged = new ArrayList<PortRef>();
            for (var end : ends) {
                var ref = ports.plug(end);
                if (ref != null) {
                    plugged.add(ref);
                }
            }
            if (plugged.size() == 2 && ends.size() == 2) {
                links.add(new Link(plugged.get(0), plugged.get(1), blocked));
                refuseLoop(between, plugged.get(0), plugged.get(1), blocked);
            }
        }
        return links;
    }

    private void refuseLoop(@Nullable Item at, PortRef a, PortRef b, boolean blocked) {
        var loop = blocked ? "" : ports.join(a, b);
        if (at != null && !loop.isEmpty()) {
            at.error("closes a loop: " + loop + "; write 'blocked: yes' on one of these links, since the fabric speaks no spanning tree");
        }
    }

    private @Nullable Router router(Named named) {
        var body = named.value().section(Keys.ROUTER);
        var link = plug(body);
        var interfaces = new LinkedHashMap<Integer, List<InterfaceAddress>>();
        for (var one : body.named("interfaces")) {
            var vlan = vlanKey(one);
            if (vlan != null) {
                interfaces.put(vlan, routerAddresses(one.value(), link, vlan));
            }
        }
        if (interfaces.isEmpty() && !body.has("interfaces")) {
            body.required("interfaces", "write interfaces: { \"10\": 10.0.10.1/24 }");
        }
        var run = Binding.run(body);
        long mac = binding.macs().forHardware("router", named.name());
        return link == null ? null : new Router(named.name(), link, mac, interfaces, run);
    }

    private static @Nullable Integer vlanKey(Named named) {
        // Quotes around a key are good style here, since YAML's integers as keys look like a list's indexes.
        boolean isVlan = named.name().matches("[0-9]{1,4}") && Integer.parseInt(named.name()) <= 4094;
        if (!isVlan) {
            named.key().error("'" + named.name() + "' is no VLAN; allowed are 1-4094, and 0 for untagged frames");
        }
        return isVlan ? Integer.valueOf(named.name()) : null;
    }

    private List<InterfaceAddress> routerAddresses(Item item, @Nullable PortRef link, int vlan) {
        var addresses = new ArrayList<InterfaceAddress>();
        if (item.isNull()) {
            item.text();
        }
        for (var one : item.oneOrMore()) {
            var address = AddressNotation.interfaceAddress(one);
            if (address != null) {
                addresses.add(address);
                binding.addresses().add(address, link == null ? "" : ports.network(link, vlan), true, one);
            }
        }
        var trouble = link == null ? "" : ports.trouble(link, vlan);
        if (!trouble.isEmpty()) {
            item.warning(trouble);
        }
        return addresses;
    }

    private @Nullable Machine machine(Named named) {
        var body = named.value().section(Keys.MACHINE);
        var link = plug(body);
        var addresses = Addresses.of(body);
        var gateways = AddressNotation.gateways(body.get("gateway"), addresses.values(), addresses.whole());
        var run = Binding.run(body);
        long mac = mac(named.name(), body.get("mac"));
        if (link == null) {
            return null;
        }
        addresses.claim(binding.addresses(), ports.network(link, 0), true);
        if (!addresses.values().isEmpty() && !ports.trouble(link, 0).isEmpty()) {
            body.item().warning(ports.trouble(link, 0));
        }
        return new Machine(named.name(), link, mac, addresses.values(), gateways, run);
    }

    private long mac(String machine, @Nullable Item item) {
        var written = item == null || item.is("auto") ? null : MacNotation.station(item);
        if (item != null && written != null) {
            binding.macs().write(written, item);
            return written;
        }
        return binding.macs().forHardware("machine", machine);
    }

    private @Nullable PortRef plug(Section body) {
        var item = body.required("link", "write link: SWITCH/PORT");
        return item == null ? null : ports.plug(item);
    }

    private List<FabricTap> taps(Section fabric) {
        var taps = new ArrayList<FabricTap>();
        for (var item : fabric.list("taps")) {
            var body = item.section(Keys.FABRIC_TAP);
            var port = body.required("port", "write port: SWITCH/PORT");
            var name = body.required("name", "name the interface, at most 15 characters");
            var ref = port == null ? null : ports.plug(port);
            boolean isFree = name != null && binding.names().claimTap(name);
            var text = isFree ? name.text() : null;
            if (ref != null && text != null) {
                taps.add(new FabricTap(ref, text));
            }
        }
        return taps;
    }
}
