package io.etherloom.topology;

import static io.etherloom.topology.Marked.assertProblems;
import static io.etherloom.topology.Marked.topology;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TopologyTest {
    private static final String HOST = """
        name: t
        hosts:
          esx1:
            pnics: { vmnic0: { tap: up0, speed: 10G }, vmnic1: { tap: up1 } }
            vSwitches:
              vSwitch0:
                uplinks: [vmnic1, vmnic0]
                security: { forgedTransmits: accept }
                portGroups:
                  A: { vlan: 10 }
                  B: { security: { macChanges: accept }, teaming: { failback: yes, failoverOrder: { active: [vmnic0] } }, trafficShaping: { enabled: no } }
            vmkernel: { vmk0: { portGroup: A }, vmk1: { portGroup: A } }
        vms:
          web1: { host: esx1, nics: [ { portGroup: vSwitch0/A, ip: 10.0.0.1/24, gateway: 10.0.0.254 }, { portGroup: B, connected: no } ] }
        """;

    @Test void fillsInDefaults() {
        var topology = topology("name: t\nfabric: { switches: { tor1: { ports: { 1: { trunk: 10 } } } } }");
        assertThat(topology.profile()).isEqualTo(Profile.VSS_CLASSIC);
        assertThat(topology.metrics()).isEqualTo(new Metrics(InetAddress.ofLiteral("127.0.0.1"), 9480));
        var tor1 = topology.fabric().switches().get("tor1");
        assertThat(tor1.mtu()).isEqualTo(9216);
        assertThat(tor1.ageing()).isEqualTo(Duration.ofSeconds(300));
        assertThat(tor1.ports().get("1")).isInstanceOfSatisfying(PhysicalPort.Trunk.class, trunk -> {
            assertThat(trunk.nativeVlan()).isEqualTo(1);
            assertThat(trunk.carries(10)).isTrue();
            assertThat(trunk.carries(1)).isTrue();
            assertThat(trunk.carries(11)).isFalse();
        });
        var host = topology(HOST).hosts().get("esx1");
        assertThat(host.vSwitches().get("vSwitch0").mtu()).isEqualTo(1500);
        assertThat(host.advanced()).isEqualTo(AdvancedOptions.defaultsOf(Profile.VSS_CLASSIC));
        var web1 = topology(HOST).vms().get("web1");
        assertThat(web1.kind()).isEqualTo(VmKind.NAMESPACE);
        assertThat(web1.poweredOn()).isTrue();
        assertThat(web1.nics()).extracting(Nic::connected).containsExactly(true, false);
        assertThat(web1.nics()).extracting(Nic::portGroup).containsExactly("A", "B");
        assertThat(web1.nics()).extracting(Nic::mtu).containsExactly(1500, 1500);
    }

    /// Spec 1.22 for the ports, 1.10 for the portset base, 1.36 for the hardware's address.
    @Test void takesDefaultsFromTheProfile() {
        var ports = new ArrayList<Integer>();
        var bases = new ArrayList<Integer>();
        for (var profile : Profile.values()) {
            var host = topology(HOST + "profile: " + profile).hosts().get("esx1");
            ports.add(host.vSwitches().get("vSwitch0").ports());
            bases.add(host.advanced().value(AdvancedOption.PORTSET_BASE));
            assertThat(host.vmkernel().get("vmk0").mac() == host.pnics().get("vmnic0").mac()).isEqualTo(profile != Profile.MODERN);
        }
        assertThat(ports).containsExactly(56, 128, VSwitch.ELASTIC);
        assertThat(bases).containsExactly(1, 2, 2);
    }

    /// Spec 1.22.
    @Test void refusesElasticPortsInVi3() {
        assertProblems("name: t\nprofile: vi3\nhosts: { a: { vSwitches: { s: { ports: »elastic } } } }",
            "error: hosts.a.vSwitches.s.ports: elastic came with 5.5");
        assertThat(topology("name: t\nhosts: { a: { vSwitches: { s: { ports: elastic } } } }").hosts().get("a").vSwitches().get("s").ports())
            .isEqualTo(VSwitch.ELASTIC);
    }

    /// Spec 1.39: profile, then vSwitch, then port group.
    @Test void inheritsPoliciesWithTheirOrigin() {
        var a = topology(HOST).hosts().get("esx1").vSwitches().get("vSwitch0").portGroups().get("A").policy();
        assertThat(a.security().promiscuousMode()).isEqualTo(new Sourced<>(SecurityAction.REJECT, Origin.PROFILE));
        assertThat(a.security().forgedTransmits()).isEqualTo(new Sourced<>(SecurityAction.ACCEPT, Origin.VSWITCH));
        assertThat(a.teaming().failoverOrder())
            .isEqualTo(new Sourced<>(new FailoverOrder(List.of("vmnic1", "vmnic0"), List.of(), List.of()), Origin.PROFILE));
        assertThat(a.teaming().notifySwitches()).isEqualTo(new Sourced<>(true, Origin.PROFILE));
    }

    /// Spec 1.40: an override concerns just its item; the failover order is one item, and an uplink in no list is unused.
    @Test void overridesOneItemAndInheritsTheOthers() {
        var vSwitch = topology(HOST).hosts().get("esx1").vSwitches().get("vSwitch0");
        var b = vSwitch.portGroups().get("B").policy();
        assertThat(b.security().macChanges().origin()).isEqualTo(Origin.PORT_GROUP);
        assertThat(b.security().forgedTransmits().origin()).isEqualTo(Origin.VSWITCH);
        assertThat(b.security().promiscuousMode().origin()).isEqualTo(Origin.PROFILE);
        assertThat(b.teaming().failback().origin()).isEqualTo(Origin.PORT_GROUP);
        assertThat(b.teaming().loadBalancing().origin()).isEqualTo(Origin.PROFILE);
        assertThat(b.teaming().failoverOrder())
            .isEqualTo(new Sourced<>(new FailoverOrder(List.of("vmnic0"), List.of(), List.of("vmnic1")), Origin.PORT_GROUP));
        assertThat(b.trafficShaping().origin()).isEqualTo(Origin.PORT_GROUP);
        assertThat(vSwitch.policy().security().macChanges().origin()).isEqualTo(Origin.PROFILE);
    }

    @Test void namesTheVSwitchAsOriginOfItsOwnOrder() {
        var order = topology(HOST.replace("security: { forged", "teaming: { failoverOrder: { active: [vmnic1], unused: [vmnic0] }, notifySwitches: no }\n        security: { forged"))
            .hosts().get("esx1").vSwitches().get("vSwitch0").portGroups().get("A").policy().teaming();
        assertThat(order.failoverOrder()).isEqualTo(new Sourced<>(new FailoverOrder(List.of("vmnic1"), List.of(), List.of("vmnic0")), Origin.VSWITCH));
        assertThat(order.notifySwitches()).isEqualTo(new Sourced<>(false, Origin.VSWITCH));
    }

    /// Spec 1.36: vmk0 has the first pNIC's address, later ones 00:50:56:6x.
    @Test void derivesVmKernelAddresses() {
        var host = topology(HOST).hosts().get("esx1");
        assertThat(host.vmkernel().get("vmk0").mac()).isEqualTo(host.pnics().get("vmnic0").mac());
        assertThat(host.vmkernel().get("vmk1").mac() >> 20).isEqualTo(0x005056600000L >> 20);
        var modern = topology(HOST.replace("pnics:", "advanced: { Net.FollowHardwareMac: 0 }\n    pnics:")).hosts().get("esx1");
        assertThat(modern.vmkernel().get("vmk0").mac() >> 20).isEqualTo(0x005056600000L >> 20);
    }

    /// Spec 1.37: vCenter's range for VMs. The addresses must never change between releases, so some are written here.
    @Test void derivesTheSameVmAddressesInEveryRun() {
        var nics = topology(HOST).vms().get("web1").nics();
        assertThat(nics).extracting(nic -> MacNotation.format(nic.mac())).containsExactly("00:50:56:86:dd:97", "00:50:56:8d:62:1b");
        assertThat(topology(HOST.replace("name: t", "name: u")).vms().get("web1").nics().getFirst().mac()).isNotEqualTo(nics.getFirst().mac());
    }

    @Test void givesEveryVmAnAddressOfItsOwn() {
        var text = new StringBuilder("name: t\nhosts: { esx1: { vSwitches: { s: { ports: elastic, portGroups: { A: {} } } } } }\nvms:\n");
        // The address that vm0 would derive is written elsewhere in the file, and it is the written one that stays.
        long first = topology(text + "  vm0: { host: esx1, nics: [ { portGroup: A } ] }").vms().get("vm0").nics().getFirst().mac();
        for (int i = 0; i < 6000; i++) {
            text.append("  vm").append(i).append(": { host: esx1, nics: [ { portGroup: A } ] }\n");
        }
        text.append("  last: { host: esx1, nics: [ { portGroup: A, mac: ").append(MacNotation.format(first)).append(" } ] }\n");
        var macs = new HashSet<Long>();
        var topology = topology(text.toString());
        topology.vms().values().forEach(vm -> {
            long mac = vm.nics().getFirst().mac();
            assertThat(macs.add(mac)).as(vm.name()).isTrue();
            assertThat(mac).isBetween(0x005056800000L, 0x005056bfffffL);
        });
        assertThat(topology.vms().get("last").nics().getFirst().mac()).isEqualTo(first);
    }

    @Test void resolvesLike() {
        var topology = topology("""
            name: t
            hosts:
              c: { like: b, pnics: { vmnic1: { tap: c1 } } }
              a:
                advanced: { Net.TeamPolicyUpDelay: 5, Net.MinEtherLen: 64 }
                pnics: { vmnic0: { tap: a0 } }
                vSwitches: { s: { mtu: 2000, uplinks: [vmnic0], portGroups: { A: { vlan: 1 }, B: { vlan: 2 } } } }
                vmkernel: { vmk0: { portGroup: A, ip: [10.0.0.1/24, 10.0.1.1/24] } }
              b:
                like: a
                advanced: { Net.TeamPolicyUpDelay: 6 }
                pnics: { vmnic0: none, vmnic1: { tap: b1 } }
                vSwitches: { s: { uplinks: [vmnic1], portGroups: { A: none, B: { vlan: 3 }, C: {} } } }
                vmkernel: none
            """);
        var b = topology.hosts().get("b");
        assertThat(topology.hosts().keySet()).containsExactly("c", "a", "b");
        assertThat(b.advanced().value(AdvancedOption.TEAM_POLICY_UP_DELAY)).isEqualTo(6);
        assertThat(b.advanced().value(AdvancedOption.MIN_ETHER_LEN)).isEqualTo(64);
        assertThat(b.pnics().keySet()).containsExactly("vmnic1");
        assertThat(b.vSwitches().get("s").mtu()).isEqualTo(2000);
        assertThat(b.vSwitches().get("s").portGroups().keySet()).containsExactly("B", "C");
        assertThat(b.vSwitches().get("s").portGroups().get("B").vlan()).isEqualTo(3);
        assertThat(b.vmkernel()).isEmpty();
        assertThat(topology.hosts().get("c").vSwitches()).isEqualTo(b.vSwitches());
    }

    @Test void comparesByValueWithoutPositions() {
        var one = topology(HOST);
        var moved = topology("# a comment moves every line\n\n" + HOST.replace("vlan: 10", "vlan:   0x0a"));
        assertThat(moved).isEqualTo(one).hasSameHashCodeAs(one);
        assertThat(topology(HOST.replace("vlan: 10", "vlan: 11"))).isNotEqualTo(one);
        assertThat(topology(HOST.replace("10.0.0.1/24", "10.0.0.2/24")).hosts()).isEqualTo(one.hosts());
    }

    @Test void isImmutable() {
        var topology = topology(HOST);
        assertThatThrownBy(() -> topology.hosts().clear()).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> topology.hosts().get("esx1").vSwitches().get("vSwitch0").portGroups().pollFirstEntry())
            .isInstanceOf(UnsupportedOperationException.class);
    }

    @Test void checksTheTopLevel() {
        assertProblems("""
            name: »Campus
            profile: »Modern
            metrics: { listen: »"9480" }
            »distributedSwitches: {}
            »expect: []
            »scenarios: {}
            »host: {}
            vms: »[]
            """,
            "error: name: 'Campus' is no name for a lab; allowed are a-z, 0-9",
            "error: profile: 'Modern' is not known here; did you mean 'modern'?",
            "error: metrics.listen: '9480' is no address and port; write ADDRESS:PORT",
            "error: distributedSwitches: is not supported yet",
            "error: expect: is not supported yet",
            "error: scenarios: is not supported yet",
            "error: host: unknown key 'host'; did you mean 'hosts'? Allowed: name, profile, metrics, agents, fabric, hosts, vms",
            "error: vms: is a list, but a mapping");
        assertProblems("name: »" + "a".repeat(25), "error: name: ");
        assertProblems("name: »-a", "error: name: ");
        assertProblems("name:»", "error: name: has no value");
    }

    @Test void readsListenAddresses() {
        assertThat(topology("{ name: t, metrics: { listen: '[::1]:80' } }").metrics()).isEqualTo(new Metrics(InetAddress.ofLiteral("::1"), 80));
        assertThat(topology("{ name: t, metrics: { listen: 'localhost:81' } }").metrics().port()).isEqualTo(81);
        for (var bad : List.of("::1:80", "[127.0.0.1]:80", "127.0.0.1:0", "127.0.0.1:65536", "example.com:80", ":80", "127.0.0.1:")) {
            assertProblems("{ name: t, metrics: { listen: »'" + bad + "' } }", "error: metrics.listen: ");
        }
    }

    @Test void readsAgentsAsACountOrAMapping() {
        assertThat(topology("{ name: t }").agents()).isEqualTo(AgentSettings.DEFAULT);
        assertThat(topology("{ name: t, agents: auto }").agents().count()).isEqualTo(AgentSettings.AUTO);
        assertThat(topology("{ name: t, agents: 3 }").agents()).isEqualTo(new AgentSettings(3, AgentSettings.Idle.GENTLE, AgentSettings.Taps.HOME));
        assertThat(topology("{ name: t, agents: { idle: busyPoll, count: 2, taps: spread } }").agents())
            .isEqualTo(new AgentSettings(2, AgentSettings.Idle.BUSY_POLL, AgentSettings.Taps.SPREAD));
        assertProblems("{ name: t, agents: »0 }", "error: agents: 0 is outside 1-64; or auto");
        assertProblems("{ name: t, agents: »65 }", "error: agents: 65 is outside 1-64; or auto");
        assertProblems("{ name: t, agents: »many }", "error: agents: 'many' is not a whole number; allowed are 1-64; or auto");
        assertProblems("{ name: t, agents: »[1] }", "error: agents: is a list, but one value is expected");
        assertProblems("{ name: t, agents: { count: »-1 } }", "error: agents.count: -1 is outside 1-64; or auto");
        assertProblems("{ name: t, agents: { idle: »busypoll } }", "error: agents.idle: 'busypoll' is not known here; did you mean 'busyPoll'?");
        assertProblems("{ name: t, agents: { »threads: 2 } }", "error: agents.threads: unknown key");
    }

    @Test void printsProblemsAsEditorsLikeThem() {
        assertThatThrownBy(() -> Topology.parse("name: t\nhosts: { a: { vSwitches: { s: { mtu: 1, portGroups: { A: { vlan: 5000 } } } } } }", "lab.yaml"))
            .isInstanceOf(TopologyException.class)
            .hasMessage("""
                lab.yaml:2:38: error: hosts.a.vSwitches.s.mtu: 1 is outside 1280-9000
                lab.yaml:2:66: error: hosts.a.vSwitches.s.portGroups.A.vlan: 5000 is outside 0-4095; 0 is untagged, 1-4094 are tagged by the vSwitch, \
                4095 leaves tags to the guest""");
    }

    @Test void reportsNoMoreThanAPersonCanRead() {
        var many = new StringBuilder("name: t\nvms:\n");
        for (int i = 0; i < 3000; i++) {
            many.append("  v").append(i).append(": { hots: x }\n");
        }
        var problems = Marked.problems(many.toString());
        assertThat(problems).hasSize(Problems.MAX_REPORTED + 1);
        assertThat(problems.getLast().message()).isEqualTo("5000 more problems are not shown");
    }

    /// Spec 1.37, 4.28: beacons tell pNICs apart by virtual addresses that have the last 20 bits of their own.
    @Test
    void noTwoPnicsShareTheirLastTwentyBits() {
        var pnics = IntStream.range(0, 4000).mapToObj("vmnic%1$d: { tap: t%1$d }"::formatted).collect(Collectors.joining(", "));
        var host = topology("name: t\nhosts: { esx1: { pnics: { " + pnics + " } } }").hosts().get("esx1");
        assertThat(host.pnics().values().stream().map(pnic -> pnic.mac() & 0xF_FFFF)).hasSize(4000).doesNotHaveDuplicates();
    }
}
