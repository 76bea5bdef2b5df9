package io.etherloom.topology;

import static io.etherloom.topology.Marked.assertProblems;

import org.junit.jupiter.api.Test;

class FabricProblemsTest {
    @Test void reportsSwitchesAndPortsOutOfRange() {
        assertProblems("""
            name: t
            fabric:
              switches:
                »tor 1: {}
                tor2:
                  mtu: »9217
                  ageing: »300
                  forwardDelay: »31s
                  errDisableRecovery: »10
                  »ageign: 5s
                  ports:
                    "1": { access: »4095 }
                    "2": { access: »"10" }
                    "3": »{ access: 10, trunk: all }
                    "4": »{ }
                    "5": { access: 1, native: »2 }
                    "6": { trunk: [»0, »20-10, »4000-5000, »x], bpduGuard: »on }
                    "7": { trunk: all, native: »0, portFast: »perhaps }
                    »"a b": { access: 1 }
            """,
            "error: fabric.switches.tor 1: 'tor 1' is no name for a switch; allowed are letters",
            "error: fabric.switches.tor2.mtu: 9217 is outside 1280-9216",
            "error: fabric.switches.tor2.ageing: 300 has no unit; write 300s if",
            "error: fabric.switches.tor2.forwardDelay: '31s' is outside 0s-30s",
            "error: fabric.switches.tor2.errDisableRecovery: 10 has no unit; write 10s if",
            "error: fabric.switches.tor2.ageign: unknown key 'ageign'; did you mean 'ageing'? Allowed: mtu, ageing, forwardDelay, errDisableRecovery, ports, etherChannels, linkDiscovery",
            "error: fabric.switches.tor2.ports.1.access: 4095 is outside 1-4094",
            "error: fabric.switches.tor2.ports.2.access: \"10\" is text because of its quotes; write 10 without them",
            "error: fabric.switches.tor2.ports.3: has both 'access' and 'trunk'",
            "error: fabric.switches.tor2.ports.4: has neither 'access' nor 'trunk'; write access: VLAN",
            "error: fabric.switches.tor2.ports.5.native: belongs to a trunk",
            "error: fabric.switches.tor2.ports.6.trunk[0]: 0 is outside 1-4094",
            "error: fabric.switches.tor2.ports.6.trunk[1]: 20-10 runs backwards; write 10-20",
            "error: fabric.switches.tor2.ports.6.trunk[2]: 4000-5000 is outside 1-4094",
            "error: fabric.switches.tor2.ports.6.trunk[3]: 'x' is no VLAN and no range; write all",
            "error: fabric.switches.tor2.ports.6.bpduGuard: 'on' is neither yes nor no",
            "error: fabric.switches.tor2.ports.7.native: 0 is outside 1-4094; or none",
            "error: fabric.switches.tor2.ports.7.portFast: 'perhaps' is neither yes nor no",
            "error: fabric.switches.tor2.ports.a b: 'a b' is no name for a port");
    }

    private static final String TWO_SWITCHES = """
        name: t
        fabric:
          switches:
            tor1: { ports: { "1": { trunk: all }, "2": { trunk: all }, "3": { access: 10 }, "4": { trunk: [10], native: none } } }
            tor2: { ports: { "1": { trunk: all }, "2": { trunk: all }, "3": { access: 10 } } }
        """;

    @Test void refusesCablesThatLeadNowhere() {
        assertProblems(TWO_SWITCHES + """
              links:
                - { between: [»tro1/1, »tor1/9] }
                - { between: »[tor1/1] }
                - { between: [tor2/1, »tor1/1], »latency: 1ms }
                - »{ }
                - { between: [»tor1, tor2/2] }
            """,
            "error: fabric.links[0].between[0]: there is no physical switch 'tro1'; did you mean 'tor1'? Allowed: tor1, tor2",
            "error: fabric.links[0].between[1]: switch tor1 has no port '9'; allowed: 1, 2, 3, 4; declare it in fabric.switches.tor1.ports",
            "error: fabric.links[1].between: needs two switch ports, and has 1",
            "error: fabric.links[2].between[1]: port tor1/1 is used by fabric.links[1].between[0] in line 8; a port takes one cable",
            "error: fabric.links[2].latency: is not supported yet",
            "error: fabric.links[3]: 'between' is missing; write between:",
            "error: fabric.links[4].between[0]: 'tor1' is no switch port; write SWITCH/PORT");
    }

    @Test void namesTheLoopThatLinksForm() {
        assertProblems("""
            name: t
            fabric:
              switches:
                a: { ports: { "1": { trunk: all }, "2": { trunk: all } } }
                b: { ports: { "1": { trunk: all }, "2": { trunk: all } } }
                c: { ports: { "1": { trunk: all }, "2": { trunk: all } } }
              links:
                - { between: [a/1, b/1] }
                - { between: [b/2, c/1] }
                - { between: »[c/2, a/2] }
            """,
            "error: fabric.links[2].between: closes a loop: c/2 - a/2, a/1 - b/1, b/2 - c/1; write 'blocked: yes' on one of these links");
    }

    @Test void refusesASwitchCabledToItself() {
        assertProblems(TWO_SWITCHES + "  links: [ { between: »[tor1/1, tor1/2] } ]",
            "error: fabric.links[0].between: closes a loop: tor1/1 - tor1/2;");
    }

    @Test void acceptsALoopWithOneBlockedLink() {
        assertProblems(TWO_SWITCHES + """
              links:
                - { between: [tor1/1, tor2/1] }
                - { between: [tor1/2, tor2/2], blocked: yes }
            """);
    }

    @Test void checksRoutersMachinesAndTaps() {
        assertProblems(TWO_SWITCHES + """
              routers:
                gw: { link: tor1/4, interfaces: { "0": »10.0.0.1/24, "10": 10.0.10.1/24, "20": »10.0.20.1/24, »"4095": 10.0.30.1/24 } }
                g2: »{ link: tor1/1 }
              machines:
                »gw: { link: tor1/3, ip: 10.0.10.1, mac: "»01:00:5e:00:00:01" }
                m1: »{ ip: 10.0.1.5/24, gateway: »10.0.2.1 }
              taps:
                - { port: tor2/1, name: »far-too-long-name }
                - { port: tor2/2, name: lan0 }
                - { port: tor2/3, name: »lan0 }
            """.replace("ip: 10.0.10.1,", "ip: »10.0.10.1,").replace("\"»01", "»\"01"),
            "warning: fabric.routers.gw.interfaces.0: tor1/4 has no native VLAN and drops untagged frames",
            "warning: fabric.routers.gw.interfaces.20: tor1/4 does not carry VLAN 20, only 10; add it to the trunk",
            "error: fabric.routers.gw.interfaces.4095: '4095' is no VLAN; allowed are 1-4094, and 0",
            "error: fabric.routers.g2: 'interfaces' is missing",
            "error: fabric.machines.gw: the name 'gw' is taken by fabric.routers.gw in line 7",
            "error: fabric.machines.gw.ip: 10.0.10.1 has no prefix length; write 10.0.10.1/24",
            "error: fabric.machines.gw.mac: 01:00:5e:00:00:01 is a group address",
            "error: fabric.machines.m1: 'link' is missing; write link: SWITCH/PORT",
            "error: fabric.machines.m1.gateway: 10.0.2.1 is outside the subnet of 10.0.1.5/24",
            "error: fabric.taps[0].name: 'far-too-long-name' is no name for an interface; allowed are letters, digits, '.', '_' and '-', at most 15",
            "error: fabric.taps[2].name: the TAP 'lan0' is used by fabric.taps[1].name in line 14");
    }

    @Test void warnsOfTaggedFramesOnAnAccessPort() {
        assertProblems(TWO_SWITCHES + "  routers: { gw: { link: tor1/3, interfaces: { \"10\": »10.0.10.1/24 } } }",
            "warning: fabric.routers.gw.interfaces.10: tor1/3 is an access port of VLAN 10 and drops frames tagged 10");
    }

    /// A router is a switch of the data plane, too: one name for both would be one place in every table.
    @Test void keepsTheNamesOfSwitchesAndRoutersApart() {
        assertProblems("""
            name: t
            fabric:
              switches: { tor1: { ports: { "1": { access: 10 } } } }
              routers: { »tor1: { link: tor1/1, interfaces: { "0": 10.0.10.1/24 } } }
            """,
            "error: fabric.routers.tor1: the name 'tor1' is taken by fabric.switches.tor1 in line 3");
    }
}
