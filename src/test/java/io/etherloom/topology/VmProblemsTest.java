package io.etherloom.topology;

import static io.etherloom.topology.Marked.assertProblems;
import static io.etherloom.topology.Marked.topology;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class VmProblemsTest {
    private static final String ONE_HOST = """
        name: t
        hosts:
          esx1:
            vSwitches:
              vSwitch0: { ports: 16, portGroups: { VM Network: { vlan: 10 }, DMZ: { vlan: 20 }, Other: { vlan: 10 } } }
        vms:
        """;

    /// A guest has one default route of an address family, whatever its vNICs.
    @Test
    void refusesASecondDefaultRoute() {
        assertProblems(ONE_HOST + """
              a: { host: esx1, nics: [ { portGroup: DMZ, ip: 10.0.2.3/24, gateway: 10.0.2.1 }, { portGroup: Other, ip: 10.0.3.3/24, gateway: »10.0.3.1 } ] }
              b: { host: esx1, nics: [ { portGroup: DMZ, ip: 10.0.2.4/24, gateway: 10.0.2.1 }, { portGroup: Other, ip: 2001:db8::4/64, gateway: fe80::1 } ] }
            """,
            "error: vms.a.nics[1].gateway: is a second default route: vNIC 0 has 10.0.2.1, and a VM has one of an address family; keep one");
    }

    @Test void checksVms() {
        assertProblems(ONE_HOST + """
              »-bad: { host: esx1 }
              »esx1: { host: esx1 }
              a: »{ }
              b: { host: »esx2, kind: »external, image: »x.qcow2 }
              c: { host: esx1, kind: »vm, power: »yes, run: [»" ", x] }
              d: { host: esx1, nics: »3 }
              e: { host: esx1, nics: [ »{}, { portGroup: »VM network }, { portGroup: DMZ, adapterType: »vmxnet2, connected: »on, mtu: »9001 } ] }
              f: { host: esx1, »nic: [] }
            """,
            "error: vms.-bad: '-bad' is no name for a VM",
            "error: vms.esx1: the name 'esx1' is taken by hosts.esx1 in line 3",
            "error: vms.a: 'host' is missing",
            "error: vms.b.host: there is no host 'esx2'; did you mean 'esx1'? Allowed: esx1",
            "error: vms.b.kind: VMs of kind external come by hand",
            "error: vms.b.image: only a VM of kind container or qemu has it",
            "error: vms.c.kind: 'vm' is no kind of VM; allowed: namespace, container, memory",
            "error: vms.c.power: 'yes' is neither on nor off",
            "error: vms.c.run[0]: is an empty command",
            "error: vms.d.nics: is the single value '3', but a list is expected",
            "error: vms.e.nics[0]: 'portGroup' is missing",
            "error: vms.e.nics[1].portGroup: host esx1 has no port group 'VM network'; did you mean 'VM Network'? Allowed: VM Network, DMZ, Other; "
                + "labels are case sensitive (spec 1.8)",
            "error: vms.e.nics[2].adapterType: 'vmxnet2' is not known here; did you mean 'vmxnet3'? Allowed: vmxnet3, e1000, e1000e, flexible, virtio",
            "error: vms.e.nics[2].connected: 'on' is neither yes nor no",
            "error: vms.e.nics[2].mtu: 9001 is outside 68-9000",
            "error: vms.f.nic: unknown key 'nic'; did you mean 'nics'?");
    }

    /// Spec 1.37, and 9.17 for two stations with one address.
    @Test void checksMacAddresses() {
        assertProblems(ONE_HOST + """
              a: { host: esx1, nics: [ { portGroup: DMZ, mac: 00:50:56:00:00:01 }, { portGroup: DMZ, mac: 00-50-56-3F-FF-FF } ] }
              b: { host: esx1, nics: [ { portGroup: DMZ, mac: »00:50:56:00:00:01 }, { portGroup: DMZ, mac: »00:50:56:40:00:00 } ] }
              c: { host: esx1, nics: [ { portGroup: DMZ, mac: »03:00:00:00:00:01 }, { portGroup: DMZ, mac: »00:50:56 } ] }
              d: { host: esx1, nics: [ { portGroup: DMZ, mac: »00:00:00:00:00:00 }, { portGroup: DMZ, mac: auto } ] }
            """,
            "warning: vms.b.nics[0].mac: 00:50:56:00:00:01 is also the address of vms.a.nics[0].mac in line 7; frames reach one of the two",
            "warning: vms.b.nics[1].mac: 00:50:56:40:00:00 is outside 00:50:56:00:00:00-00:50:56:3f:ff:ff",
            "error: vms.c.nics[0].mac: 03:00:00:00:00:01 is a group address",
            "error: vms.c.nics[1].mac: '00:50:56' is no MAC address; write six octets",
            "error: vms.d.nics[0].mac: 00:00:00:00:00:00 is the null address");
    }

    @Test void checksAddressesAndGateways() {
        assertProblems(ONE_HOST + """
              a: { host: esx1, nics: [ { portGroup: DMZ, ip: »10.1/24 }, { portGroup: DMZ, ip: »10.0.0.1/33 }, { portGroup: DMZ, ip: »10.0.0.0/24 } ] }
              b: { host: esx1, nics: [ { portGroup: DMZ, ip: »224.0.0.1/24 }, { portGroup: DMZ, ip: [»"::1/128", »fe80::1%eth0/64] } ] }
              c: { host: esx1, nics: [ { portGroup: DMZ, gateway: »10.0.0.1 }, { portGroup: DMZ, ip: 10.0.2.2/24, gateway: »10.0.2.2 } ] }
              d: { host: esx1, nics: [ { portGroup: DMZ, ip: 10.0.2.3/24, gateway: [10.0.2.1, »10.0.2.9, »nowhere] }, { portGroup: DMZ, ip: »{ } } ] }
              e: { host: esx1, power: off, nics: [ { portGroup: DMZ, ip: 2001:db8::5/64, gateway: fe80::1 }, { portGroup: DMZ, ip: »2001:db8::7 } ] }
            """.replace("»fe80::1%eth0/64", "»\"fe80::1%eth0/64\""),
            "error: vms.a.nics[0].ip: '10.1/24' is no IP address",
            "error: vms.a.nics[1].ip: the prefix length '33' is outside 1-32",
            "error: vms.a.nics[2].ip: 10.0.0.0/24 is the first or last address of its subnet",
            "error: vms.b.nics[0].ip: 224.0.0.1 is no address that an interface can have",
            "error: vms.b.nics[1].ip[0]: ::1 is no address that an interface can have",
            "error: vms.b.nics[1].ip[1]: 'fe80::1%eth0/64' is no IP address",
            "error: vms.c.nics[0].gateway: 10.0.0.1 is outside every subnet, since there is no 'ip'",
            "error: vms.c.nics[1].gateway: 10.0.2.2 is the interface's own address",
            "error: vms.d.nics[0].gateway[1]: 10.0.2.9 is a second gateway of one address family",
            "error: vms.d.nics[0].gateway[2]: 'nowhere' is no IP address",
            "error: vms.d.nics[1].ip: is a mapping, but one value or a list of values is expected",
            "error: vms.e.nics[1].ip: 2001:db8::7 has no prefix length; write 2001:db8::7/64");
    }

    /// Spec 1.5: the domain is vSwitch and VLAN, not the port group.
    @Test void findsOneAddressTwiceInANetwork() {
        assertProblems(ONE_HOST + """
              a: { host: esx1, nics: [ { portGroup: VM Network, ip: 10.0.0.1/24 } ] }
              b: { host: esx1, nics: [ { portGroup: Other, ip: »10.0.0.1/24 } ] }
              c: { host: esx1, nics: [ { portGroup: DMZ, ip: »10.0.0.1/24 } ] }
              d: { host: esx1, power: off, nics: [ { portGroup: VM Network, ip: »10.0.0.1/24 } ] }
              e: { host: esx1, nics: [ { portGroup: VM Network, ip: »10.0.0.2/16 } ] }
            """,
            "error: vms.b.nics[0].ip: 10.0.0.1 is also the address of vms.a.nics[0].ip in line 7, in the same network; give one of them another",
            "warning: vms.c.nics[0].ip: 10.0.0.1 is also the address of vms.a.nics[0].ip in line 7, in another network",
            "warning: vms.d.nics[0].ip: 10.0.0.1 is also the address of vms.a.nics[0].ip in line 7, in the same network; do not switch on both",
            "warning: vms.e.nics[0].ip: 10.0.0.2/16 and 10.0.0.1/24 of vms.a.nics[0].ip in line 7 overlap");
    }

    @Test void findsOneAddressTwiceAcrossTheFabric() {
        assertProblems("""
            name: t
            fabric:
              switches:
                tor1: { ports: { "1": { trunk: [10] }, "2": { trunk: all } } }
                tor2: { ports: { "1": { trunk: [10], native: 10 }, "2": { trunk: all }, "3": { access: 10 } } }
              links: [ { between: [tor1/2, tor2/2] } ]
              machines: { m: { link: tor2/3, ip: 10.0.0.1/24 } }
            hosts:
              esx1: { pnics: { vmnic0: { link: tor1/1 } }, vSwitches: { vSwitch0: { uplinks: [vmnic0], portGroups: { A: { vlan: 10 } } } } }
              esx2: { pnics: { vmnic0: { link: tor2/1 } }, vSwitches: { vSwitch0: { uplinks: [vmnic0], portGroups: { B: { vlan: 0 } } } } }
            vms:
              a: { host: esx1, nics: [ { portGroup: A, ip: »10.0.0.1/24 } ] }
              b: { host: esx2, nics: [ { portGroup: B, ip: »10.0.0.1/24 } ] }
            """,
            "error: vms.a.nics[0].ip: 10.0.0.1 is also the address of fabric.machines.m.ip in line 7, in the same network",
            "error: vms.b.nics[0].ip: 10.0.0.1 is also the address of fabric.machines.m.ip in line 7, in the same network");
    }

    /// Spec 1.9 and 1.22: a connected vNIC of a running VM takes a port, and a vSwitch has so many.
    @Test void countsThePortsOfAVSwitch() {
        assertProblems("""
            name: t
            hosts:
              esx1: { vSwitches: { vSwitch0: { ports: 2, portGroups: { A: {} } } }, vmkernel: { vmk0: { portGroup: A } } }
            vms:
              a: { host: esx1, nics: [ { portGroup: A }, { portGroup: A, connected: no } ] }
              b: { host: esx1, power: off, nics: [ { portGroup: A } ] }
              c: { host: esx1, nics: [ { portGroup: »A }, { portGroup: A } ] }
            """, "error: vms.c.nics[0].portGroup: vSwitch0 of host esx1 has 2 ports, and this would take one more; raise 'ports'");
    }

    /// Spec 1.29: what is larger than the switch allows is lost in silence, so it is said here.
    @Test void warnsOfAnMtuAboveTheSwitch() {
        assertProblems(ONE_HOST + "  a: { host: esx1, nics: [ { portGroup: DMZ, mtu: »9000 } ] }",
            "warning: vms.a.nics[0].mtu: 9000 is above the MTU of vSwitch0, which drops larger frames than 1500");
    }

    @Test void refusesQueuesWhereThereIsNoTap() {
        assertProblems(ONE_HOST + """
              a: { host: esx1, nics: [ { portGroup: DMZ, queues: 2 }, { portGroup: DMZ, queues: »9 } ] }
              b: { host: esx1, kind: memory, nics: [ { portGroup: DMZ, queues: »2 } ] }
            """,
            "error: vms.a.nics[1].queues: 9 is outside 1-8",
            "error: vms.b.nics[0].queues: only a namespace or a container has a TAP with queues; remove it, or make the VM kind: namespace");
    }

    @Test void refusesAnEleventhNic() {
        assertProblems(ONE_HOST.replace("ports: 16", "ports: elastic") + "  a: { host: esx1, nics: [ " + "{ portGroup: DMZ }, ".repeat(10) + "»{ portGroup: DMZ } ] }",
            "error: vms.a.nics[10]: is one vNIC too many; a VM has 10 at most");
    }

    /// Spec 2.33: who can be asked is not told.
    @Test void refusesToDecideForTheGuestOfANamespace() {
        assertProblems(ONE_HOST + "  a: { host: esx1, nics: [ { portGroup: DMZ, effectiveMac: »00:50:56:00:00:02, promiscuous: »no, multicast: »[] } ] }",
            "error: vms.a.nics[0].effectiveMac: cannot be set for a namespace: the guest decides itself (spec 2.33); set it inside the VM, or remove it",
            "error: vms.a.nics[0].promiscuous: cannot be set for a namespace",
            "error: vms.a.nics[0].multicast: cannot be set for a namespace");
    }

    /// Spec 5.6 for the addresses, 2.27 for the groups.
    @Test void readsWhatOtherGuestsAskedFor() {
        var nics = topology(ONE_HOST + """
              a:
                host: esx1
                kind: memory
                nics:
                  - { portGroup: DMZ, mac: 00:50:56:00:00:01 }
                  - { portGroup: DMZ, effectiveMac: 02:00:00:00:00:07, promiscuous: yes, multicast: [33:33:00:00:00:01, 01:00:5e:00:00:01] }
                  - { portGroup: DMZ, multicast: [] }
                  - { portGroup: DMZ, multicast: all }
            """).vms().get("a").nics();
        assertThat(nics).extracting(Nic::effectiveMac).containsExactly(0x005056000001L, 0x020000000007L, nics.get(2).mac(), nics.get(3).mac());
        assertThat(nics).extracting(Nic::promiscuous).containsExactly(false, true, false, false);
        assertThat(nics).extracting(Nic::multicast).containsExactly(null, List.of(0x01005e000001L, 0x333300000001L), List.of(), null);
        assertThat(nics.get(1).mac()).isNotEqualTo(nics.get(1).effectiveMac());
    }

    /// Spec 2.28 and 9.21 for more than 32 groups.
    @Test void checksWhatOtherGuestsAskedFor() {
        assertProblems(ONE_HOST + """
              a: { host: esx1, kind: memory, nics: [ { portGroup: DMZ, effectiveMac: »01:00:5e:00:00:01, promiscuous: »on,
                   multicast: [»00:50:56:00:00:01, »ff:ff:ff:ff:ff:ff, »x, 01:00:5e:00:00:01, »01-00-5E-00-00-01] } ] }
            """,
            "error: vms.a.nics[0].effectiveMac: 01:00:5e:00:00:01 is a group address",
            "error: vms.a.nics[0].promiscuous: 'on' is neither yes nor no",
            "error: vms.a.nics[0].multicast[0]: 00:50:56:00:00:01 is the address of a station",
            "error: vms.a.nics[0].multicast[1]: ff:ff:ff:ff:ff:ff is the broadcast address",
            "error: vms.a.nics[0].multicast[2]: 'x' is no MAC address; write six octets, for example 01:00:5e:00:00:fb",
            "error: vms.a.nics[0].multicast[4]: '01-00-5E-00-00-01' stands here twice");
        var groups = IntStream.range(0, 33).mapToObj("01:00:5e:00:00:%02x"::formatted).collect(Collectors.joining(", "));
        var nic = ONE_HOST + "  a: { host: esx1, kind: memory, nics: [ { portGroup: DMZ, multicast: »[" + groups + "] } ] }";
        assertProblems(nic, "warning: vms.a.nics[0].multicast: these are more than 32 groups, so the filter gives up and every group is delivered (spec 9.21)");
        assertProblems(nic.replace("»", "").replace(", 01:00:5e:00:00:20", ""));
    }

    @Test void checksGuestsOfQemu() {
        assertProblems(ONE_HOST + """
              a: { host: esx1, kind: qemu, image: »missing.qcow2, memory: »100, cpus: »65, run: »x, append: »y,
                   nics: [ { portGroup: DMZ, adapterType: »flexible, netdev: »taps, queues: »2 }, { portGroup: DMZ, netdev: »strem, effectiveMac: »02:00:00:00:00:01 } ] }
              b: { host: esx1, kind: qemu, initrd: »x, snapshot: »yes, readOnly: no, memory: »1K, netdev: dgram, nics: [ { portGroup: DMZ, adapterType: e1000, promiscuous: yes } ] }
              c: { host: esx1, image: »builtin, nics: [ { portGroup: DMZ, netdev: »stream, adapterType: »virtio } ] }
            """,
            "error: vms.a.image: ",
            "error: vms.a.memory: 100 has no unit; write 100M if that is what you mean",
            "error: vms.a.cpus: 65 is outside 1-64",
            "error: vms.a.run: commands run only in the guest that Etherloom ships; remove it, or write kernel: builtin",
            "error: vms.a.append: is the command line of a kernel, and this VM starts from its disk",
            "error: vms.a.nics[0].adapterType: 'flexible' is no adapter of QEMU; allowed: virtio, vmxnet3, e1000, e1000e",
            "error: vms.a.nics[0].netdev: 'taps' is no netdev; did you mean 'tap'? Allowed: stream, dgram, tap",
            "error: vms.a.nics[0].queues: only a namespace or a container has a TAP with queues",
            "error: vms.a.nics[1].netdev: 'strem' is no netdev; did you mean 'stream'? Allowed: stream, dgram, tap",
            "error: vms.a.nics[1].effectiveMac: cannot be set for virtio: the guest decides itself (spec 2.33)",
            "error: vms.b.initrd: belongs to a kernel; write kernel: too, or remove it",
            "error: vms.b.snapshot: is of a disk, and this VM has none; name one with image:, or remove it",
            "error: vms.b.memory: '1K' is no whole number of MB between 32M and 1024G",
            "error: vms.c.image: only a VM of kind container or qemu has it, and this one is of kind namespace; remove it, or write its kind",
            "error: vms.c.nics[0].netdev: only a VM of kind qemu has it; remove it, or write kind: qemu",
            "error: vms.c.nics[0].adapterType: only a VM of kind qemu has 'virtio'; allowed: vmxnet3, e1000, e1000e, flexible");
    }

    @Test void bindsGuestsOfQemu() {
        var vms = topology(ONE_HOST + """
              a: { host: esx1, kind: qemu, nics: [ { portGroup: DMZ, netdev: dgram }, { portGroup: DMZ, adapterType: vmxnet3 }, { portGroup: DMZ, netdev: tap } ] }
              b: { host: esx1, kind: qemu, kernel: builtin, append: quiet, memory: 1G, cpus: 2, netdev: dgram, nics: [ { portGroup: DMZ } ] }
              c: { host: esx1, nics: [ { portGroup: DMZ } ] }
            """).vms();
        var a = vms.get("a");
        assertThat(a.nics()).extracting(Nic::adapterType).containsExactly(AdapterType.VIRTIO, AdapterType.VMXNET3, AdapterType.VIRTIO);
        assertThat(a.qemu()).isEqualTo(new Qemu(true, null, 128, 1, null, null, "", false, false, List.of(Qemu.Netdev.DGRAM, Qemu.Netdev.STREAM, Qemu.Netdev.TAP)));
        assertThat(vms.get("b").qemu()).isEqualTo(new Qemu(true, null, 1024, 2, null, null, "quiet", false, false, List.of(Qemu.Netdev.DGRAM)));
        assertThat(vms.get("c").qemu()).isNull();
        assertThat(vms.get("c").nics()).extracting(Nic::adapterType).containsExactly(AdapterType.VMXNET3);
    }
}
