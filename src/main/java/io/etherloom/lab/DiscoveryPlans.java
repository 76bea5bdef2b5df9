package io.etherloom.lab;

import io.etherloom.discovery.Advertisement;
import io.etherloom.discovery.Announcement;
import io.etherloom.discovery.Capability;
import io.etherloom.discovery.DiscoveryProtocol;
import io.etherloom.discovery.PortDiscovery;
import io.etherloom.topology.AdvancedOption;
import io.etherloom.topology.AdvancedOptions;
import io.etherloom.topology.Host;
import io.etherloom.topology.InterfaceAddress;
import io.etherloom.topology.LinkDiscovery;
import io.etherloom.topology.PhysicalPort;
import io.etherloom.topology.PhysicalSwitch;
import io.etherloom.topology.Pnic;
import io.etherloom.topology.SwitchDiscovery;
import io.etherloom.topology.VSwitch;
import io.etherloom.topology.VmKernel;
import io.etherloom.wire.MacAddress;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/// What uplinks and ports of physical switches say and hear by CDP and LLDP (spec 8.1), from the topology.
final class DiscoveryPlans {
    private static final long SECOND_NANOS = 1_000_000_000L;
    /// As an ESX host calls itself in its frames.
    private static final String HOST_PLATFORM = "VMware ESX";
    private static final String HOST_VERSION = "Etherloom host";
    /// Addresses, type and check sequence around the payload, without tag: what IEEE Std 802.3 calls a basic frame.
    private static final int FRAME_OVERHEAD = 18;
    private static final String MANAGEMENT = "management";

    private DiscoveryPlans() {}

    /// Of an uplink. Frames that are not heard end at the host, too, unless the option passes them to VMs (spec 8.2).
    static PortDiscovery of(Host host, VSwitch vSwitch, Pnic pnic) {
        var discovery = vSwitch.linkDiscovery();
        var protocol = discovery.protocol() == LinkDiscovery.Protocol.CDP ? DiscoveryProtocol.CDP : DiscoveryProtocol.LLDP;
        var heard = discovery.operation().listens() ? Set.of(protocol) : Set.<DiscoveryProtocol>of();
        var ended = host.advanced().isOn(AdvancedOption.DISCOVERY_FRAMES) ? EnumSet.allOf(DiscoveryProtocol.class) : Set.<DiscoveryProtocol>of();
        var said = discovery.operation().advertises() ? List.of(hostSays(protocol, host, vSwitch, pnic)) : List.<Announcement>of();
        return new PortDiscovery(said, heard, ended);
    }

    private static Announcement hostSays(DiscoveryProtocol protocol, Host host, VSwitch vSwitch, Pnic pnic) {
        var advanced = host.advanced();
        return switch (protocol) {
            case CDP -> new Announcement(
                    new Advertisement(protocol, host.name(), pnic.name(), advanced.value(AdvancedOption.CDP_HOLDTIME), host.name(), "",
                            HOST_PLATFORM, HOST_VERSION, Set.of(Capability.SWITCH), addresses(host), 0, vSwitch.mtu(), 0, true, "", null),
                    pnic.mac(), seconds(advanced, AdvancedOption.CDP_INTERVAL));
            case LLDP -> new Announcement(
                    new Advertisement(protocol, MacAddress.format(firstMac(host)), pnic.name(),
                            advanced.value(AdvancedOption.LLDP_INTERVAL) * advanced.value(AdvancedOption.LLDP_HOLD_MULTIPLIER), host.name(),
                            "port " + pnic.name() + " on " + vSwitch.name(), "", HOST_PLATFORM + ", " + HOST_VERSION, Set.of(Capability.BRIDGE),
                            addresses(host), 0, 0, vSwitch.mtu() + FRAME_OVERHEAD, null, "", false),
                    pnic.mac(), seconds(advanced, AdvancedOption.LLDP_INTERVAL));
        };
    }

    private static long seconds(AdvancedOptions advanced, AdvancedOption option) {
        return advanced.value(option) * SECOND_NANOS;
    }

    /// What names a host on all its pNICs.
    private static long firstMac(Host host) {
        return host.pnics().values().iterator().next().mac();
    }

    /// Of the VMkernel ports for management, or of all where none is said to be.
    private static List<InetAddress> addresses(Host host) {
        var kernels = host.vmkernel().values();
        boolean isSaid = kernels.stream().anyMatch(DiscoveryPlans::isForManagement);
        return kernels.stream().filter(vmk -> !isSaid || isForManagement(vmk))
                .flatMap(vmk -> vmk.addresses().stream()).map(InterfaceAddress::ip).toList();
    }

    private static boolean isForManagement(VmKernel vmk) {
        return vmk.services().contains(MANAGEMENT);
    }

    /// Of a port of a physical switch.
    static PortDiscovery of(PhysicalSwitch owner, PhysicalPort port) {
        var discovery = owner.linkDiscovery();
        var spoken = EnumSet.noneOf(DiscoveryProtocol.class);
        if (port.linkDiscovery() && discovery.cdp() == SwitchDiscovery.Cdp.YES) {
            spoken.add(DiscoveryProtocol.CDP);
        }
        if (port.linkDiscovery() && discovery.lldp()) {
            spoken.add(DiscoveryProtocol.LLDP);
        }
        var said = new ArrayList<Announcement>();
        spoken.forEach(protocol -> said.add(switchSays(protocol, owner, port)));
        return new PortDiscovery(said, spoken, spoken);
    }

    private static Announcement switchSays(DiscoveryProtocol protocol, PhysicalSwitch owner, PhysicalPort port) {
        var discovery = owner.linkDiscovery();
        var addresses = discovery.managementAddress() == null ? List.<InetAddress>of() : List.of(Objects.requireNonNull(discovery.managementAddress()));
        return switch (protocol) {
            case CDP -> new Announcement(
                    new Advertisement(protocol, owner.name(), port.name(), (int) discovery.cdpHoldtime().toSeconds(), owner.name(), "",
                            discovery.platform(), discovery.platform(), Set.of(Capability.SWITCH), addresses, port.untaggedVlan(), owner.mtu(), 0, true,
                            discovery.vtpDomain(), null),
                    owner.mac(), discovery.cdpInterval().toNanos());
            case LLDP -> new Announcement(
                    new Advertisement(protocol, MacAddress.format(owner.mac()), port.name(),
                            (int) Math.min(0xFFFF, discovery.lldpHoldtime().toSeconds()), owner.name(), description(port), "", discovery.platform(),
                            Set.of(Capability.BRIDGE), addresses, port.untaggedVlan(), 0, owner.mtu() + FRAME_OVERHEAD, null, "",
                            !owner.etherChannelOf(port.name()).isEmpty()),
                    owner.mac(), discovery.lldpInterval().toNanos());
        };
    }

    private static String description(PhysicalPort port) {
        return switch (port) {
            case PhysicalPort.Access access -> "access port of VLAN " + access.vlan();
            case PhysicalPort.Trunk trunk -> "trunk port of VLANs " + trunk.vlans();
        };
    }
}
