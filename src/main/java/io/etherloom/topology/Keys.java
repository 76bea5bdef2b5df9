package io.etherloom.topology;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/// The keys of each kind of mapping in the file: those that are supported, and those that are known and refused so far. The JSON Schema
/// has a definition of the same name for each, and a test keeps the two in step.
enum Keys {
    TOPOLOGY("topology", "name profile metrics agents fabric hosts vms vmotion", "distributedSwitches expect scenarios"),
    AGENTS("agents", "count idle taps", ""),
    METRICS("metrics", "listen", ""),
    VMOTION("vmotion", "testVirtualIntranet hooks", ""),
    HOOK("hook", "run url host vm timeout", ""),
    FABRIC("fabric", "switches links routers machines taps", ""),
    SWITCH("switch", "mtu ageing forwardDelay errDisableRecovery ports etherChannels linkDiscovery", ""),
    SWITCH_DISCOVERY("switchDiscovery",
        "cdp lldp cdpInterval cdpHoldtime lldpInterval lldpHoldMultiplier platform vtpDomain managementAddress", ""),
    PORT("port", "access trunk native portFast bpduGuard linkDiscovery", ""),
    ETHER_CHANNEL("etherChannel", "ports mode hash", ""),
    LINK("link", "between blocked", "latency rate impair"),
    ROUTER("router", "link interfaces run", ""),
    MACHINE("machine", "link ip gateway mac run", ""),
    FABRIC_TAP("fabricTap", "port name", ""),
    HOST("host", "like advanced pnics vSwitches vmkernel", ""),
    PNIC("pnic", "link tap speed", "impair"),
    VSWITCH("vSwitch", "mtu ports uplinks security teaming trafficShaping portGroups linkDiscovery", "",
        "lags 4.49 trafficFiltering 5.16 ingressShaping 6.4 egressShaping 6.4 macLearning 2.21 networkIoControl 6.11"),
    LINK_DISCOVERY("linkDiscovery", "protocol operation", ""),
    PORT_GROUP("portGroup", "vlan security teaming trafficShaping", "",
        "ingressShaping 6.4 egressShaping 6.4 trafficFiltering 5.16 trafficMarking 5.18 blocked 2.32 macLearning 2.21 binding 1.17 allocation 1.20"),
    SECURITY("security", "promiscuousMode macChanges forgedTransmits", "", "macLearning 2.21"),
    TEAMING("teaming", "loadBalancing failureDetection notifySwitches failback failoverOrder", "", "lacp 4.49 lag 4.54"),
    FAILOVER_ORDER("failoverOrder", "active standby unused", ""),
    TRAFFIC_SHAPING("trafficShaping", "enabled averageBandwidth peakBandwidth burstSize", "", "ingress 6.4 egress 6.4"),
    VMKERNEL("vmkernel", "portGroup mac ip gateway mtu services", ""),
    VM("vm", "host kind power nics run replay image command environment pull memory cpus kernel initrd append netdev snapshot readOnly", ""),
    REPLAY("replay", "file rate loop rewriteMacs padCut start", ""),
    NIC("nic", "portGroup mac ip gateway connected adapterType netdev mtu queues effectiveMac promiscuous multicast", "", "blocked 2.32");

    private final String definition;
    private final List<String> supported;
    private final List<String> later;
    private final SequencedMap<String, String> distributed = new LinkedHashMap<>();

    Keys(String definition, String supported, String later) {
        this(definition, supported, later, "");
    }

    Keys(String definition, String supported, String later, String distributed) {
        this.definition = definition;
        this.supported = List.of(supported.split(" "));
        this.later = later.isEmpty() ? List.of() : List.of(later.split(" "));
        var words = distributed.isEmpty() ? new String[0] : distributed.split(" ");
        for (int i = 0; i < words.length; i += 2) {
            this.distributed.put(words[i], words[i + 1]);
        }
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

    /// Keys that administrators know from distributed switches and that a standard one does not have, with the rule of the spec.
    SequencedMap<String, String> distributed() {
        return distributed;
    }

    List<String> all() {
        var all = new ArrayList<>(supported);
        all.addAll(later);
        all.addAll(distributed.keySet());
        return all;
    }

    /// The keys of `advanced:`, which [AdvancedOption] lists.
    static List<String> advanced() {
        return Arrays.stream(AdvancedOption.values()).map(AdvancedOption::key).toList();
    }
}
