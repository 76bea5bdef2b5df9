package io.etherloom.topology;

import static io.etherloom.topology.Marked.assertProblems;
import static io.etherloom.topology.Marked.topology;
import static org.assertj.core.api.Assertions.assertThat;

import io.etherloom.topology.LinkDiscovery.Operation;
import io.etherloom.topology.LinkDiscovery.Protocol;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/// `linkDiscovery:` of vSwitches and of physical switches.
class LinkDiscoveryTest {
    private static LinkDiscovery vSwitch(String discovery, String options) {
        return topology("name: t\nhosts: { a: { advanced: { " + options + " }, vSwitches: { s: { " + discovery + " } } } }")
            .hosts().get("a").vSwitches().get("s").linkDiscovery();
    }

    private static SwitchDiscovery physicalSwitch(String discovery) {
        return topology("name: t\nfabric: { switches: { tor1: { " + discovery + " } } }").fabric().switches().get("tor1").linkDiscovery();
    }

    /// Spec 8.1: a standard vSwitch listens to CDP unless told otherwise, and has four operations.
    @Test void aStandardSwitchListensToCdp() {
        assertThat(vSwitch("", "")).isEqualTo(new LinkDiscovery(Protocol.CDP, Operation.LISTEN));
        assertThat(vSwitch("linkDiscovery:", "")).isEqualTo(LinkDiscovery.DEFAULT);
        assertThat(List.of("none", "down", "listen", "Advertise", "BOTH")).extracting(word -> vSwitch("linkDiscovery: { operation: " + word + " }", "").operation())
            .containsExactly(Operation.NONE, Operation.NONE, Operation.LISTEN, Operation.ADVERTISE, Operation.BOTH);
        assertThat(Operation.values()).extracting(Operation::listens).containsExactly(false, true, false, true);
        assertThat(Operation.values()).extracting(Operation::advertises).containsExactly(false, false, true, true);
    }

    /// Spec 8.1, Etherloom.StandardLldp: a standard vSwitch speaks LLDP only where the host allows it.
    @Test void lldpNeedsTheHostsPermission() {
        assertProblems("""
            name: t
            hosts:
              a: { vSwitches: { s: { linkDiscovery: { protocol: »lldp, operation: both } } } }
              b: { advanced: { Etherloom.StandardLldp: 1 }, vSwitches: { s: { linkDiscovery: { protocol: lldp } } } }
              c: { vSwitches: { s: { linkDiscovery: { protocol: »ldp, operation: »speak, »interval: 3 } } } }
            """,
            "error: hosts.a.vSwitches.s.linkDiscovery.protocol: a standard vSwitch speaks CDP only, and LLDP came with distributed switches",
            "error: hosts.c.vSwitches.s.linkDiscovery.protocol: 'ldp' is not known here; did you mean 'cdp'? Allowed: cdp, lldp",
            "error: hosts.c.vSwitches.s.linkDiscovery.operation: 'speak' is not known here; allowed: none, listen, advertise, both",
            "error: hosts.c.vSwitches.s.linkDiscovery.interval: unknown key 'interval'");
        assertThat(vSwitch("linkDiscovery: { protocol: lldp }", "Etherloom.StandardLldp: 1").protocol()).isEqualTo(Protocol.LLDP);
    }

    /// In a host `none` otherwise removes what `like` brings.
    @Test void noneIsAnOperationAndRemovesTheRest() {
        var hosts = topology("""
            name: t
            hosts:
              a: { vSwitches: { s: { linkDiscovery: { operation: both } } } }
              b: { like: a, vSwitches: { s: { linkDiscovery: { operation: none } } } }
              c: { like: a, vSwitches: { s: { linkDiscovery: none } } }
            """).hosts();
        assertThat(hosts.values()).extracting(host -> host.vSwitches().get("s").linkDiscovery().operation())
            .containsExactly(Operation.BOTH, Operation.NONE, Operation.LISTEN);
    }

    @Test void operationAndProtocolAreSetByHand() throws TopologyException {
        var file = "name: t\nhosts: { a: { advanced: { Etherloom.StandardLldp: 1 }, vSwitches: { s: {} } } }";
        var settings = List.of(Setting.parse(Setting.Kind.V_SWITCH, "a/s", "linkDiscovery.operation=both"),
            Setting.parse(Setting.Kind.V_SWITCH, "a/s", "linkDiscovery.protocol=lldp"));
        var set = Topology.parse(file, "t.yaml", settings).hosts().get("a").vSwitches().get("s").linkDiscovery();
        assertThat(set).isEqualTo(new LinkDiscovery(Protocol.LLDP, Operation.BOTH));
    }

    @Test void physicalSwitchesSpeakBothUnlessTold() {
        assertThat(physicalSwitch("")).isEqualTo(SwitchDiscovery.DEFAULT);
        assertThat(SwitchDiscovery.DEFAULT.lldpHoldtime()).isEqualTo(Duration.ofSeconds(120));
        var told = physicalSwitch("linkDiscovery: { cdp: forward, lldp: no, cdpInterval: 5s, cdpHoldtime: 20s, lldpInterval: 2s, lldpHoldMultiplier: 3, "
            + "platform: cisco WS-C3850-24T, vtpDomain: campus, managementAddress: 10.0.0.2 }");
        assertThat(told.cdp()).isEqualTo(SwitchDiscovery.Cdp.FORWARD);
        assertThat(told.lldp()).isFalse();
        assertThat(told.cdpInterval()).isEqualTo(Duration.ofSeconds(5));
        assertThat(told.cdpHoldtime()).isEqualTo(Duration.ofSeconds(20));
        assertThat(told.lldpHoldtime()).isEqualTo(Duration.ofSeconds(6));
        assertThat(told.platform()).isEqualTo("cisco WS-C3850-24T");
        assertThat(told.vtpDomain()).isEqualTo("campus");
        assertThat(told.managementAddress()).hasToString("/10.0.0.2");
        assertThat(physicalSwitch("linkDiscovery: { cdp: true }").cdp()).isEqualTo(SwitchDiscovery.Cdp.YES);
        assertThat(physicalSwitch("linkDiscovery: { cdp: false }").cdp()).isEqualTo(SwitchDiscovery.Cdp.NO);
        assertThat(physicalSwitch("linkDiscovery: { cdp: no }").cdp()).isEqualTo(SwitchDiscovery.Cdp.NO);
    }

    @Test void reportsWhatASwitchCannotSay() {
        assertProblems("""
            name: t
            fabric:
              switches:
                tor1:
                  ports: { "1": { access: 1, linkDiscovery: »perhaps } }
                  linkDiscovery:
                    cdp: »sometimes
                    cdpInterval: »1500ms
                    cdpHoldtime: »256s
                    lldpInterval: »30
                    lldpHoldMultiplier: »1
                    platform: »"a\\tb"
                    managementAddress: »10.0.0.2/24
                tor2: { linkDiscovery: { cdpInterval: 60s, cdpHoldtime: »60s } }
            hosts: { a: { advanced: { Etherloom.CdpHoldtime: »10 } } }
            """,
            "error: fabric.switches.tor1.ports.1.linkDiscovery: 'perhaps' is neither yes nor no",
            "error: fabric.switches.tor1.linkDiscovery.cdp: 'sometimes' is not known here; allowed: yes, no, forward",
            "error: fabric.switches.tor1.linkDiscovery.cdpInterval: is no whole number of seconds",
            "error: fabric.switches.tor1.linkDiscovery.cdpHoldtime: '256s' is outside 1s-255s",
            "error: fabric.switches.tor1.linkDiscovery.lldpInterval: 30 has no unit; write 30s if",
            "error: fabric.switches.tor1.linkDiscovery.lldpHoldMultiplier: 1 is outside 2-10",
            "error: fabric.switches.tor1.linkDiscovery.platform: is sent as it stands, so it is printable ASCII",
            "error: fabric.switches.tor1.linkDiscovery.managementAddress: '10.0.0.2/24' is no IP address",
            "warning: fabric.switches.tor2.linkDiscovery.cdpHoldtime: cdpHoldtime is 60 s and cdpInterval 60 s, so neighbours come and go",
            "warning: hosts.a.advanced.Etherloom.CdpHoldtime: Etherloom.CdpHoldtime is 10 s and Etherloom.CdpInterval 60 s, so neighbours come and go");
    }
}
