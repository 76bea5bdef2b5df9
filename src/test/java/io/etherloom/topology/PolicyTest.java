package io.etherloom.topology;

import static io.etherloom.topology.Marked.assertProblems;
import static io.etherloom.topology.Marked.topology;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/// The policies of vSwitches and port groups: what holds, where it comes from, and what is refused.
class PolicyTest {
    private static String vSwitch(String body) {
        return "name: t\nhosts:\n  esx1:\n    pnics: { vmnic0: { tap: up0 }, vmnic1: { tap: up1 }, vmnic2: { tap: up2 } }\n    vSwitches:\n"
            + "      vSwitch0:\n        uplinks: [vmnic0, vmnic1, vmnic2]\n" + body.indent(8);
    }

    private static Policy group(String body) {
        return topology(vSwitch(body)).hosts().get("esx1").vSwitches().get("vSwitch0").portGroups().get("A").policy();
    }

    /// Spec 4.1, 5.1, 6.1, 6.2: the same under every profile.
    @Test void hasTheDefaultsOfTheProduct() {
        for (var profile : Profile.values()) {
            var policy = topology("profile: " + profile + "\n" + vSwitch("portGroups: { A: {} }")).hosts().get("esx1").vSwitches().get("vSwitch0").policy();
            assertThat(policy.security()).isEqualTo(new SecurityPolicy(new Sourced<>(SecurityAction.REJECT, Origin.PROFILE),
                new Sourced<>(SecurityAction.ACCEPT, Origin.PROFILE), new Sourced<>(SecurityAction.ACCEPT, Origin.PROFILE)));
            assertThat(policy.teaming()).isEqualTo(new TeamingPolicy(new Sourced<>(LoadBalancing.ORIGINATING_VIRTUAL_PORT, Origin.PROFILE),
                new Sourced<>(FailureDetection.LINK_STATUS, Origin.PROFILE), new Sourced<>(true, Origin.PROFILE), new Sourced<>(true, Origin.PROFILE),
                new Sourced<>(new FailoverOrder(List.of("vmnic0", "vmnic1", "vmnic2"), List.of(), List.of()), Origin.PROFILE)));
            assertThat(policy.trafficShaping())
                .isEqualTo(new Sourced<>(new TrafficShaping(false, 100_000_000L, 100_000_000L, 104_857_600L), Origin.PROFILE));
        }
    }

    /// Spec 4.1, 4.4, 4.5, 4.15 in the words of the client, esxcli, the API and PowerCLI.
    @Test void readsEverySpellingOfAPolicy() {
        for (var word : List.of("sourceMacHash", "mac", "loadbalance_srcmac", "LoadBalanceSrcMac")) {
            assertThat(group("portGroups: { A: { teaming: { loadBalancing: " + word + " } } }").teaming().loadBalancing())
                .isEqualTo(new Sourced<>(LoadBalancing.SOURCE_MAC_HASH, Origin.PORT_GROUP));
        }
        for (var word : List.of("ipHash", "iphash", "loadbalance_ip", "LoadBalanceIP")) {
            assertThat(group("portGroups: { A: { teaming: { loadBalancing: " + word + " } } }").teaming().loadBalancing().value())
                .isEqualTo(LoadBalancing.IP_HASH);
        }
        for (var word : List.of("explicitFailoverOrder", "explicit", "failover_explicit", "ExplicitFailover")) {
            assertThat(group("portGroups: { A: { teaming: { loadBalancing: " + word + " } } }").teaming().loadBalancing().value())
                .isEqualTo(LoadBalancing.EXPLICIT_FAILOVER_ORDER);
        }
        for (var word : List.of("originatingVirtualPort", "portid", "loadbalance_srcid", "LoadBalanceSrcId")) {
            assertThat(group("teaming: { loadBalancing: mac }\nportGroups: { A: { teaming: { loadBalancing: " + word + " } } }").teaming().loadBalancing())
                .isEqualTo(new Sourced<>(LoadBalancing.ORIGINATING_VIRTUAL_PORT, Origin.PORT_GROUP));
        }
        for (var word : List.of("beaconProbing", "beacon", "BeaconProbing")) {
            assertThat(group("teaming: { failureDetection: " + word + " }\nportGroups: { A: {} }").teaming().failureDetection())
                .isEqualTo(new Sourced<>(FailureDetection.BEACON_PROBING, Origin.VSWITCH));
        }
        for (var word : List.of("linkStatus", "link")) {
            assertThat(group("teaming: { failureDetection: " + word + " }\nportGroups: { A: {} }").teaming().failureDetection().value())
                .isEqualTo(FailureDetection.LINK_STATUS);
        }
    }

    /// Spec 4.18: load-based teaming belongs to distributed switches.
    @Test void refusesLoadBasedTeaming() {
        for (var word : List.of("loadBased", "loadbalance_loadbased", "LoadBalanceLoadBased")) {
            assertProblems(vSwitch("teaming: { loadBalancing: »" + word + " }"), "error: hosts.esx1.vSwitches.vSwitch0.teaming.loadBalancing: '" + word
                + "' exists on distributed switches only (spec 4.18), and a standard vSwitch has no such policy; write originatingVirtualPort");
        }
    }

    /// Spec 1.39, 1.40: each security policy is inherited on its own.
    @Test void overridesSecurityItemByItem() {
        var security = group("""
            security: { promiscuousMode: accept, macChanges: reject }
            teaming: { failoverOrder: { active: [vmnic0] } }
            portGroups: { A: { security: { promiscuousMode: reject, forgedTransmits: reject } } }
            """).security();
        assertThat(security.promiscuousMode()).isEqualTo(new Sourced<>(SecurityAction.REJECT, Origin.PORT_GROUP));
        assertThat(security.macChanges()).isEqualTo(new Sourced<>(SecurityAction.REJECT, Origin.VSWITCH));
        assertThat(security.forgedTransmits()).isEqualTo(new Sourced<>(SecurityAction.REJECT, Origin.PORT_GROUP));
    }

    /// Spec 1.40, 4.35, 4.47.
    @Test void overridesNotifyAndFailbackOnTheirOwn() {
        var teaming = group("teaming: { notifySwitches: no }\nportGroups: { A: { teaming: { failback: no } } }").teaming();
        assertThat(teaming.notifySwitches()).isEqualTo(new Sourced<>(false, Origin.VSWITCH));
        assertThat(teaming.failback()).isEqualTo(new Sourced<>(false, Origin.PORT_GROUP));
    }

    /// Spec 4.19, 4.21, 4.23: the order is one unit, and an uplink in no list is unused.
    @Test void overridesTheOrderAsOneUnit() {
        var order = group("""
            teaming: { failoverOrder: { active: [vmnic0], standby: [vmnic1], unused: [vmnic2] } }
            portGroups: { A: { teaming: { failoverOrder: { active: [vmnic2] } } } }
            """).teaming().failoverOrder();
        assertThat(order).isEqualTo(new Sourced<>(new FailoverOrder(List.of("vmnic2"), List.of(), List.of("vmnic0", "vmnic1")), Origin.PORT_GROUP));
        var standby = group("portGroups: { A: { teaming: { failoverOrder: { active: [], standby: [vmnic2, vmnic0] } } } }").teaming().failoverOrder();
        assertThat(standby.value()).isEqualTo(new FailoverOrder(List.of(), List.of("vmnic2", "vmnic0"), List.of("vmnic1")));
    }

    /// Spec 1.39, 6.2: shaping is one unit, so what the port group leaves out is the default and not the vSwitch's.
    @Test void overridesShapingAsOneUnit() {
        var body = """
            trafficShaping: { enabled: yes, averageBandwidth: 8 Mbps, peakBandwidth: 16Mbps, burstSize: 1 MB }
            portGroups: { A: GROUP }
            """;
        assertThat(group(body.replace("GROUP", "{}")).trafficShaping())
            .isEqualTo(new Sourced<>(new TrafficShaping(true, 8_000_000, 16_000_000, 1L << 20), Origin.VSWITCH));
        assertThat(group(body.replace("GROUP", "{ trafficShaping: { enabled: yes, averageBandwidth: 8000 Kbps } }")).trafficShaping())
            .isEqualTo(new Sourced<>(new TrafficShaping(true, 8_000_000, 100_000_000, 100L << 20), Origin.PORT_GROUP));
    }

    /// Spec 6.2: rates are decimal, sizes 1024-based.
    @Test void readsUnitsOfShaping() {
        var shaping = group("portGroups: { A: { trafficShaping: { enabled: yes, averageBandwidth: 1000 bps, peakBandwidth: 1000 Gbps, burstSize: 1 GB } } }")
            .trafficShaping().value();
        assertThat(shaping).isEqualTo(new TrafficShaping(true, 1000, TrafficShaping.MAX_RATE, TrafficShaping.MAX_BURST));
        assertThat(group("portGroups: { A: { trafficShaping: { enabled: no, averageBandwidth: 100000Kbps, burstSize: 102400 KB } } }").trafficShaping().value())
            .isEqualTo(TrafficShaping.DEFAULT);
    }

    /// Spec 6.3, and no figure without its unit.
    @Test void refusesImpossibleShaping() {
        assertProblems(vSwitch("""
            trafficShaping: { enabled: yes, averageBandwidth: 16 Mbps, peakBandwidth: »8 Mbps }
            portGroups:
              A: { trafficShaping: { enabled: yes, averageBandwidth: »200 Mbps } }
              B: { trafficShaping: { enabled: yes, averageBandwidth: »0 Mbps, peakBandwidth: »1001 Gbps, burstSize: »0 KB } }
              C: { trafficShaping: { enabled: yes, averageBandwidth: »100000, peakBandwidth: »-5 Mbps, burstSize: »102400 } }
              D: { trafficShaping: { enabled: »on, burstSize: »2 GB } }
              E: { trafficShaping: »{ averageBandwidth: 8 Mbps } }
            """),
            "error: hosts.esx1.vSwitches.vSwitch0.trafficShaping.peakBandwidth: the peak of 8 Mbps is below the average of 16 Mbps; "
                + "peakBandwidth must be at least averageBandwidth (spec 6.3)",
            "error: hosts.esx1.vSwitches.vSwitch0.portGroups.A.trafficShaping.averageBandwidth: the peak of 100 Mbps, which nobody set here, is below the average",
            "error: hosts.esx1.vSwitches.vSwitch0.portGroups.B.trafficShaping.averageBandwidth: '0 Mbps' is outside 1 bps-1000 Gbps (spec 6.3)",
            "error: hosts.esx1.vSwitches.vSwitch0.portGroups.B.trafficShaping.peakBandwidth: '1001 Gbps' is outside 1 bps-1000 Gbps",
            "error: hosts.esx1.vSwitches.vSwitch0.portGroups.B.trafficShaping.burstSize: '0 KB' is outside 1 B-1 GB (spec 6.3)",
            "error: hosts.esx1.vSwitches.vSwitch0.portGroups.C.trafficShaping.averageBandwidth: 100000 has no unit; write 100000Kbps if that is what you mean",
            "error: hosts.esx1.vSwitches.vSwitch0.portGroups.C.trafficShaping.peakBandwidth: '-5 Mbps' is not a number with a unit",
            "error: hosts.esx1.vSwitches.vSwitch0.portGroups.C.trafficShaping.burstSize: 102400 has no unit; write 102400KB if that is what you mean",
            "error: hosts.esx1.vSwitches.vSwitch0.portGroups.D.trafficShaping.enabled: 'on' is neither yes nor no",
            "error: hosts.esx1.vSwitches.vSwitch0.portGroups.D.trafficShaping.burstSize: '2 GB' is outside 1 B-1 GB",
            "warning: hosts.esx1.vSwitches.vSwitch0.portGroups.E.trafficShaping: has figures, but nothing is shaped");
    }

    @Test void refusesWhatIsNoPolicy() {
        assertProblems(vSwitch("""
            security: { promiscuousMode: accept, macChanges: reject, forgedTransmits: »deny }
            teaming: { notifySwitches: »maybe, failback: »1, failoverOrder: { active: [vmnic0] } }
            portGroups:
              B: { teaming: { loadBalancing: »random, failureDetection: »linkstate } }
              C: { teaming: { failoverOrder: »{ unused: [vmnic0] } } }
              D: { teaming: { failoverOrder: { active: [vmnic0, »vmnic9], standby: [»vmnic0, vmnic1], unused: [»vmnic1, »vmnic0] } } }
              E: { teaming: { failoverOrder: { active: [vmnic0, »vmnic0] } } }
            """),
            "error: hosts.esx1.vSwitches.vSwitch0.security.forgedTransmits: 'deny' is not known here; allowed: accept, reject",
            "error: hosts.esx1.vSwitches.vSwitch0.teaming.notifySwitches: 'maybe' is neither yes nor no",
            "error: hosts.esx1.vSwitches.vSwitch0.teaming.failback: '1' is neither yes nor no",
            "error: hosts.esx1.vSwitches.vSwitch0.portGroups.B.teaming.loadBalancing: 'random' is no load balancing; "
                + "allowed: originatingVirtualPort, sourceMacHash, ipHash, explicitFailoverOrder",
            "error: hosts.esx1.vSwitches.vSwitch0.portGroups.B.teaming.failureDetection: 'linkstate' is no failure detection; did you mean 'linkStatus'?",
            "error: hosts.esx1.vSwitches.vSwitch0.portGroups.C.teaming.failoverOrder: 'active' is missing; the order is set as one unit",
            "error: hosts.esx1.vSwitches.vSwitch0.portGroups.D.teaming.failoverOrder.active[1]: 'vmnic9' is no uplink of this vSwitch; did you mean",
            "error: hosts.esx1.vSwitches.vSwitch0.portGroups.D.teaming.failoverOrder.standby[0]: 'vmnic0' is in 'active' already; an uplink stands in one list",
            "error: hosts.esx1.vSwitches.vSwitch0.portGroups.D.teaming.failoverOrder.unused[0]: 'vmnic1' is in 'standby' already",
            "error: hosts.esx1.vSwitches.vSwitch0.portGroups.D.teaming.failoverOrder.unused[1]: 'vmnic0' is in 'active' already",
            "error: hosts.esx1.vSwitches.vSwitch0.portGroups.E.teaming.failoverOrder.active[1]: 'vmnic0' is in 'active' already");
    }

    /// Spec 6.4 for the second direction of shaping, 2.21, 2.32, 4.49, 5.16 for the rest.
    @Test void refusesWhatDistributedSwitchesAloneHave() {
        assertProblems(vSwitch("""
            »lags: []
            teaming: { »lag: lag1 }
            security: { »macLearning: yes }
            trafficShaping: { »egress: {} }
            portGroups:
              A: { »ingressShaping: { enabled: yes }, »egressShaping: {}, »macLearning: {}, »trafficFiltering: [], »trafficMarking: [], »blocked: yes }
              B: { »binding: static, »allocation: elastic }
            """),
            "error: hosts.esx1.vSwitches.vSwitch0.lags: exists on distributed switches only (spec 4.49), and these are not supported yet; remove it",
            "error: hosts.esx1.vSwitches.vSwitch0.teaming.lag: exists on distributed switches only (spec 4.54)",
            "error: hosts.esx1.vSwitches.vSwitch0.security.macLearning: exists on distributed switches only (spec 2.21)",
            "error: hosts.esx1.vSwitches.vSwitch0.trafficShaping.egress: exists on distributed switches only (spec 6.4)",
            "error: hosts.esx1.vSwitches.vSwitch0.portGroups.A.ingressShaping: exists on distributed switches only (spec 6.4), and these are not supported yet; "
                + "remove it, and write trafficShaping for what VMs send",
            "error: hosts.esx1.vSwitches.vSwitch0.portGroups.A.egressShaping: exists on distributed switches only (spec 6.4)",
            "error: hosts.esx1.vSwitches.vSwitch0.portGroups.A.macLearning: exists on distributed switches only (spec 2.21)",
            "error: hosts.esx1.vSwitches.vSwitch0.portGroups.A.trafficFiltering: exists on distributed switches only (spec 5.16)",
            "error: hosts.esx1.vSwitches.vSwitch0.portGroups.A.trafficMarking: exists on distributed switches only (spec 5.18)",
            "error: hosts.esx1.vSwitches.vSwitch0.portGroups.A.blocked: exists on distributed switches only (spec 2.32)",
            "error: hosts.esx1.vSwitches.vSwitch0.portGroups.B.binding: exists on distributed switches only (spec 1.17)",
            "error: hosts.esx1.vSwitches.vSwitch0.portGroups.B.allocation: exists on distributed switches only (spec 1.20)");
    }
}
