package io.etherloom.topology;

import static io.etherloom.topology.Marked.assertProblems;

import org.junit.jupiter.api.Test;

class HostProblemsTest {
    private static String host(String body) {
        return "name: t\nhosts:\n  esx1:\n" + body.indent(4);
    }

    @Test void checksAdvancedOptions() {
        assertProblems(host("""
            advanced:
              Net.TeamPolicyUpDelay: »600001
              Net.ReversePathFwdCheck: »yes
              »Net.LACPActorSystemPriority: 2
              Net.IGMPQueries: 2
              Net.IGMPVersion: »4
              »Net.TeamPolicyUpDelai: 1
              Etherloom.LinkDetection: »pol
              Etherloom.PortsetBase: 2
            """),
            "error: hosts.esx1.advanced.Net.TeamPolicyUpDelay: 600001 is outside 0-600000",
            "error: hosts.esx1.advanced.Net.ReversePathFwdCheck: 'yes' is not a whole number; allowed are 0-1",
            "error: hosts.esx1.advanced.Net.LACPActorSystemPriority: is not supported yet at another value than 1: it belongs to distributed switches",
            "error: hosts.esx1.advanced.Net.IGMPVersion: 4 is outside 2-3",
            "error: hosts.esx1.advanced.Net.TeamPolicyUpDelai: unknown option 'Net.TeamPolicyUpDelai'; did you mean 'Net.TeamPolicyUpDelay'? Allowed: ",
            "error: hosts.esx1.advanced.Etherloom.LinkDetection: 'pol' is not known here; allowed: event, poll");
    }

    /// Spec 2.11: reversePolicy can be switched off up to 5.0 only.
    @Test void refusesReversePolicyOffInTheModernProfile() {
        assertProblems("""
            name: t
            profile: modern
            hosts: { esx1: { advanced: { Etherloom.ReversePolicy: »0 } } }
            """, "error: hosts.esx1.advanced.Etherloom.ReversePolicy: 0 is possible under the profiles vi3 and vss-classic only");
    }

    @Test void checksPnics() {
        assertProblems(host("""
            pnics:
              »eth0: { tap: up0 }
              vmnic0: »{ speed: 10G }
              vmnic1: { tap: up1, speed: »10 }
              vmnic2: { tap: »up1 }
              vmnic3: »{ tap: up3, link: »tor1/1 }
              vmnic4: { tap: up4, »impair: {} }
              vmnic5: { tap: up5, speed: »10Gb }
            """),
            "error: hosts.esx1.pnics.eth0: 'eth0' is no name for a pNIC; write vmnic and a number",
            "error: hosts.esx1.pnics.vmnic0: is plugged in nowhere; write link: SWITCH/PORT, or tap: NAME",
            "error: hosts.esx1.pnics.vmnic1.speed: 10 has no unit; write 10G if",
            "error: hosts.esx1.pnics.vmnic2.tap: the TAP 'up1' is used by hosts.esx1.pnics.vmnic1.tap in line 7",
            "error: hosts.esx1.pnics.vmnic3: has both 'link' and 'tap'",
            "error: hosts.esx1.pnics.vmnic3.link: there is no physical switch 'tor1'; allowed: nothing",
            "error: hosts.esx1.pnics.vmnic4.impair: is not supported yet",
            "error: hosts.esx1.pnics.vmnic5.speed: 'Gb' is no unit here; did you mean 'Gbps'?".replace("Gbps", "G"));
    }

    /// Spec 1.2, 1.8, 1.22, 1.27, 3.5.
    @Test void checksVSwitchesAndPortGroups() {
        assertProblems(host("""
            pnics: { vmnic0: { tap: up0 }, vmnic1: { tap: up1 } }
            vSwitches:
              vSwitch0:
                mtu: »9001
                ports: »4097
                uplinks: [vmnic0, »vmnic7, »vmnic0]
                linkDiscovery: { protocol: »lldp, operation: »hear }
                portGroups:
                  DMZ: { vlan: »5000, »vlna: 3 }
                  Trunk: { vlan: »{ trunk: [10] } }
                  »" odd": {}
              vSwitch1:
                mtu: »1279
                uplinks: [»vmnic0, vmnic1]
                portGroups:
                  »DMZ: {}
                  dmz: {}
            """),
            "error: hosts.esx1.vSwitches.vSwitch0.mtu: 9001 is outside 1280-9000",
            "error: hosts.esx1.vSwitches.vSwitch0.ports: 4097 is outside 1-4096; or elastic",
            "error: hosts.esx1.vSwitches.vSwitch0.uplinks[1]: this host has no pNIC 'vmnic7'; did you mean 'vmnic0'? Allowed: vmnic0, vmnic1",
            "error: hosts.esx1.vSwitches.vSwitch0.uplinks[2]: 'vmnic0' is an uplink at hosts.esx1.vSwitches.vSwitch0.uplinks[0]",
            "error: hosts.esx1.vSwitches.vSwitch0.linkDiscovery.protocol: a standard vSwitch speaks CDP only",
            "error: hosts.esx1.vSwitches.vSwitch0.linkDiscovery.operation: 'hear' is not known here; allowed: none, listen, advertise, both",
            "error: hosts.esx1.vSwitches.vSwitch0.portGroups.DMZ.vlan: 5000 is outside 0-4095; 0 is untagged",
            "error: hosts.esx1.vSwitches.vSwitch0.portGroups.DMZ.vlna: unknown key 'vlna'; did you mean 'vlan'?",
            "error: hosts.esx1.vSwitches.vSwitch0.portGroups.Trunk.vlan: trunk lists and private VLANs belong to distributed switches",
            "error: hosts.esx1.vSwitches.vSwitch0.portGroups. odd: a label is printable text",
            "error: hosts.esx1.vSwitches.vSwitch1.mtu: 1279 is outside 1280-9000",
            "error: hosts.esx1.vSwitches.vSwitch1.uplinks[0]: 'vmnic0' is an uplink at hosts.esx1.vSwitches.vSwitch0.uplinks[0] in line 9 already; "
                + "a pNIC belongs to one vSwitch, once (spec 1.2)",
            "error: hosts.esx1.vSwitches.vSwitch1.portGroups.DMZ: the label 'DMZ' is taken by");
    }

    @Test void checksVmKernelPorts() {
        assertProblems(host("""
            vSwitches: { vSwitch0: { portGroups: { Mgmt: {} } } }
            vmkernel:
              »vmx0: { portGroup: Mgmt }
              vmk0: »{ ip: 10.0.0.5/24 }
              vmk1: { portGroup: »mgmt, ip: [10.0.0.6/24, »10.0.0.300/24], services: [vmotion, »vmotion] }
              vmk2: { portGroup: Mgmt, mtu: »1600 }
              vmk3: { portGroup: Mgmt, ip: 10.0.3.1/24, gateway: 10.0.3.254 }
              vmk4: { portGroup: Mgmt, ip: "2001:db8::4/64", gateway: "2001:db8::1" }
              vmk5: { portGroup: Mgmt, ip: 10.0.5.1/24, gateway: »10.0.5.254 }
            """),
            "error: hosts.esx1.vmkernel.vmx0: 'vmx0' is no name for a VMkernel port",
            "error: hosts.esx1.vmkernel.vmk0: 'portGroup' is missing",
            "error: hosts.esx1.vmkernel.vmk1.portGroup: host esx1 has no port group 'mgmt'; did you mean 'Mgmt'? Allowed: Mgmt; labels are case sensitive",
            "error: hosts.esx1.vmkernel.vmk1.ip[1]: '10.0.0.300/24' is no IP address",
            "error: hosts.esx1.vmkernel.vmk1.services[1]: 'vmotion' stands here twice",
            "warning: hosts.esx1.vmkernel.vmk2.mtu: 1600 is above the MTU of vSwitch0",
            "error: hosts.esx1.vmkernel.vmk5.gateway: is a second default route: vmk3 has 10.0.3.254, and a host has one of an address family; keep one");
    }

    /// Spec 3.10 and 9.10: what a port group sends must be carried by the trunk that its uplink is cabled to.
    @Test void warnsWhenTheFabricDoesNotCarryThePortGroup() {
        assertProblems("""
            name: t
            fabric: { switches: { tor1: { ports: { "1": { trunk: [10, 20], native: 20 }, "2": { access: 10 }, "3": { trunk: [10], native: none } } } } }
            hosts:
              esx1:
                pnics: { vmnic0: { link: tor1/1 }, vmnic1: { link: tor1/2 }, vmnic2: { link: tor1/3 } }
                vSwitches:
                  vSwitch0:
                    uplinks: [vmnic0]
                    portGroups: { A: { vlan: 10 }, B: { vlan: »20 }, C: { vlan: »30 }, D: { vlan: 4095 }, E: {} }
                  vSwitch1: { uplinks: [vmnic1], portGroups: { F: { vlan: »10 } } }
                  vSwitch2: { uplinks: [vmnic2], portGroups: { »G: {} } }
            """,
            "warning: hosts.esx1.vSwitches.vSwitch0.portGroups.B.vlan: uplink vmnic0: VLAN 20 is native on tor1/1",
            "warning: hosts.esx1.vSwitches.vSwitch0.portGroups.C.vlan: uplink vmnic0: tor1/1 does not carry VLAN 30, only 10, 20",
            "warning: hosts.esx1.vSwitches.vSwitch1.portGroups.F.vlan: uplink vmnic1: tor1/2 is an access port of VLAN 10",
            "warning: hosts.esx1.vSwitches.vSwitch2.portGroups.G: uplink vmnic2: tor1/3 has no native VLAN");
    }

    @Test void checksLike() {
        assertProblems("""
            name: t
            hosts:
              a: { like: b }
              b: { like: »a }
              c: { like: »d1 }
              d: { pnics: { vmnic0: »none } }
              e: { like: »e }
              f: »12
            """,
            "error: hosts.b.like: the hosts are like each other in a circle",
            "error: hosts.c.like: there is no host 'd1'; did you mean",
            "error: hosts.d.pnics.vmnic0: 'none' removes what 'like' brings, and there is no 'vmnic0' to remove",
            "error: hosts.e.like: the hosts are like each other in a circle: e -> e",
            "error: hosts.f: is the single value '12', but a mapping (name: value) is expected");
    }

    @Test void reportsAnInheritedMistakeOnce() {
        assertProblems("""
            name: t
            hosts:
              a: { vSwitches: { vSwitch0: { mtu: »1 } } }
              b: { like: a }
            """, "error: hosts.a.vSwitches.vSwitch0.mtu: 1 is outside 1280-9000");
    }

    @Test void refusesACableThatTwoHostsInherit() {
        assertProblems("""
            name: t
            fabric: { switches: { tor1: { ports: { "1": { trunk: all } } } } }
            hosts:
              a: { pnics: { vmnic0: { link: »tor1/1 } } }
              b: { like: a }
            """, "error: hosts.b.pnics.vmnic0.link: port tor1/1 is used by hosts.a.pnics.vmnic0.link in line 4");
    }
}
