package io.etherloom.topology;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// The keys of each kind of mapping in the file: those that are supported, and those that are known and refused so far. The JSON Schema
/// has a definition of the same name for each, and a test keeps the two in step.
enum Keys {
    TOPOLOGY("topology", "name profile metrics fabric hosts vms", "distributedSwitches expect scenarios"),
    METRICS("metrics", "listen", ""),
    FABRIC("fabric", "switches links routers machines taps", ""),
    SWITCH("switch", "mtu ageing ports", "etherChannels"),
    PORT("port", "access trunk native portFast", "bpduGuard"),
    LINK("link", "between blocked", "latency rate impair"),
    ROUTER("router", "link interfaces run", ""),
    MACHINE("machine", "link ip gateway mac run", ""),
    FABRIC_TAP("fabricTap", "port name", ""),
    HOST("host", "like advanced pnics vSwitches vmkernel", ""),
    PNIC("pnic", "link tap speed", "impair"),
    VSWITCH("vSwitch", "mtu ports uplinks security teaming trafficShaping portGroups", "linkDiscovery"),
    PORT_GROUP("portGroup", "vlan security teaming trafficShaping", ""),
    SECURITY("security", "promiscuousMode macChanges forgedTransmits", ""),
    TEAMING("teaming", "loadBalancing failureDetection notifySwitches failback failoverOrder", ""),
    FAILOVER_ORDER("failoverOrder", "active standby unused", ""),
    TRAFFIC_SHAPING("trafficShaping", "enabled", "averageBandwidth peakBandwidth burstSize"),
    VMKERNEL("vmkernel", "portGroup mac ip gateway mtu services", ""),
    VM("vm", "host kind power nics run", "image memory"),
    NIC("nic", "portGroup mac ip gateway connected adapterType mtu", "");

    private final String definition;
    private final List<String> supported;
    private final List<String> later;

    Keys(String definition, String supported, String later) {
        this.definition = definition;
        this.supported = List.of(supported.split(" "));
        this.later = later.isEmpty() ? List.of() : List.of(later.split(" "));
    }

    /// Name of the definition in the JSON Schema.
    String definition() {
        return definition;
    }

    List<String> supported() {
        return supported;
    }

    /// Keys of the format that this release refuses with "not supported yet".
    List<String> later() {
        return later;
    }

    List<String> all() {
        var all = new ArrayList<>(supported);
        all.addAll(later);
        return all;
    }

    /// The keys of `advanced:`, which [AdvancedOption] lists.
    static List<String> advanced() {
        return Arrays.stream(AdvancedOption.values()).map(AdvancedOption::key).toList();
    }
}
