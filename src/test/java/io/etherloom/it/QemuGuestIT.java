package io.etherloom.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.etherloom.event.EventType;
import io.etherloom.lab.LabException;
import io.etherloom.linux.Processes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Guests of QEMU beside VMs that are namespaces, with the driver of a real kernel.
class QemuGuestIT {
    private static final String TOPOLOGY = """
        name: LAB
        hosts:
          esx1:
            vSwitches:
              vSwitch0:
                portGroups:
                  Net: { vlan: 10, security: { promiscuousMode: accept } }
                  Strict: { vlan: 10, security: { macChanges: reject, forgedTransmits: reject } }
        vms:
          box: { host: esx1, nics: [ { portGroup: Net, ip: 10.0.0.1/24 } ] }
          box2: { host: esx1, nics: [ { portGroup: Net, ip: 10.0.0.2/24 } ] }
          web: { host: esx1, kind: qemu, nics: [ { portGroup: Net, ip: [10.0.0.11/24, "fd00::11/64"], gateway: 10.0.0.254 } ] }
        """;

    @TempDir
    private Path folder;

    private LocalLab lab;

    @BeforeEach
    void needsQemu() {
        Need.root();
        Need.qemu();
        Need.programs("ping", "ip");
    }

    @AfterEach
    void leavesNothing() throws Exception {
        if (lab != null) lab.close();
    }

    private record Outcome(int status, String out, String err) {}

    private Outcome guest(String vm, String script) throws Exception {
        var process = lab.lab().exec(vm, List.of("sh", "-c", script));
        var out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        var err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Outcome(process.waitFor(), out, err);
    }

    /// A command waits until the guest has booted.
    private void awaitGuest(String vm) throws Exception {
        assertThat(guest(vm, "true").status()).isZero();
    }

    private long pid(String vm) {
        var status = lab.lab().vms().stream().filter(it -> it.name().equals(vm)).findFirst().orElseThrow().status();
        var found = Pattern.compile("pid (\\d+), ").matcher(status);
        assertThat(found.find()).as(status).isTrue();
        return Long.parseLong(found.group(1));
    }

    private String power(String vm) {
        return lab.lab().vms().stream().filter(it -> it.name().equals(vm)).findFirst().orElseThrow().power();
    }

    private boolean hasEvent(EventType type, String object) {
        return lab.lab().events().since(0).events().stream().anyMatch(event -> event.type() == type && event.object().equals(object));
    }

    /// Commands, both directions of traffic, the cable, the driver's wishes, a second vNIC that comes and goes.
    @Test
    void aGuestIsAVmAsEveryOther() throws Exception {
        lab = LocalLab.start(folder, TOPOLOGY);
        var told = guest("web", "echo out; echo err >&2; hostname; exit 3");
        assertThat(told.status()).isEqualTo(3);
        assertThat(told.out()).isEqualTo("out\nweb\n");
        assertThat(told.err()).isEqualTo("err\n");
        lab.assertReaches("box", "10.0.0.11");
        assertThat(hasEvent(EventType.PROMISCUOUS_GRANTED, "web.eth0")).as("before its driver says so").isFalse();
        assertThat(guest("web", "ping -c 3 10.0.0.1").status()).isZero();
        assertThat(guest("web", "ip route").out()).contains("default via 10.0.0.254");
        // More than a socket and a queue hold, both ways.
        assertThat(guest("web", "ping -c 2 -s 1400 10.0.0.1 && dd if=/dev/zero bs=1000 count=3000 2>/dev/null | md5sum").status()).isZero();
        guest("web", "(while :; do nc -l -p 7 -e md5sum; done) >/dev/null 2>&1 & until netstat -ltn | grep -q ':7 '; do usleep 20000; done");
        stream();
        seesTheCable();
        followsTheDriver();
        changesItsAdapters();
    }

    private void stream() throws Exception {
        var sent = lab.exec("box", "bash", "-c", "exec 3<>/dev/tcp/10.0.0.11/7; head -c 3000000 /dev/zero >&3; sleep 0.1; echo sent");
        assertThat(sent.out()).contains("sent");
    }

    private void seesTheCable() throws Exception {
        assertThat(guest("web", "cat /sys/class/net/eth0/carrier").out()).isEqualTo("1\n");
        lab.lab().connect("web", 0, false);
        Await.until("the guest sees its cable pulled", () -> guest("web", "cat /sys/class/net/eth0/carrier").out().equals("0\n"));
        assertThat(lab.reaches("box", "10.0.0.11")).isFalse();
        lab.lab().connect("web", 0, true);
        Await.until("the guest sees its cable", () -> guest("web", "cat /sys/class/net/eth0/carrier").out().equals("1\n"));
        lab.assertReaches("box", "10.0.0.11");
    }

    /// Spec 2.27, 2.33, 5.2, 5.6.
    private void followsTheDriver() throws Exception {
        var view = lab.lab().security().stream().filter(it -> it.usedBy().equals("web.eth0")).findFirst().orElseThrow();
        assertThat(view.effectiveMac()).isEqualTo(view.initialMac());
        assertThat(framesOfGroup("224.0.0.1")).as("a group in which every station is").isGreaterThanOrEqualTo(20);
        assertThat(framesOfGroup("224.1.2.3")).as("a group in which it is not").isLessThan(10);
        guest("web", "ip link set eth0 promisc on");
        Await.until("promiscuity is seen", () -> hasEvent(EventType.PROMISCUOUS_GRANTED, "web.eth0"));
        guest("web", "ip link set eth0 promisc off");
        Await.until("its end is seen", () -> hasEvent(EventType.PROMISCUOUS_ENDED, "web.eth0"));
        guest("web", "ip link set eth0 down; ip link set eth0 address 02:00:00:00:00:05; ip link set eth0 up");
        Await.until("the address is seen", () -> lab.port("web.eth0").mac().equals("02:00:00:00:00:05"));
        assertThat(guest("web", "ping -c 3 10.0.0.1").status()).isZero();
    }

    /// How many more frames the guest has got after twenty to this group.
    private long framesOfGroup(String group) throws Exception {
        long before = lab.port("web.eth0").outFrames();
        lab.exec("box", "ping", "-q", "-n", "-c", "20", "-i", "0.01", "-W", "1", "-I", "eth0", group);
        return lab.port("web.eth0").outFrames() - before;
    }

    private void changesItsAdapters() throws Exception {
        var withTwo = TOPOLOGY.replace("gateway: 10.0.0.254 }", "gateway: 10.0.0.254 }, { portGroup: Net, ip: 10.0.0.12/24, netdev: dgram }");
        lab.apply(withTwo);
        Await.until("the second vNIC is set up", () -> guest("web", "ip addr show eth1").out().contains("10.0.0.12/24"));
        assertThat(guest("web", "ip addr del 10.0.0.11/24 dev eth0; ping -c 2 -I eth1 10.0.0.2").status()).isZero();
        lab.apply(TOPOLOGY);
        awaitInterfaces("eth0", "lo");
        // A guest that lets go late: nobody waits for it, and until then it gets no other in that place.
        lab.apply(withTwo);
        awaitInterfaces("eth0", "eth1", "lo");
        Processes.kill(pid("web"), 19);
        lab.apply(TOPOLOGY);
        Processes.kill(pid("web"), 18);
        awaitInterfaces("eth0", "lo");
        var withTap = withTwo.replace("netdev: dgram", "netdev: tap");
        lab.apply(withTap);
        awaitInterfaces("eth0", "eth1", "lo");
        Await.until("it is set up", () -> guest("web", "ip addr show eth1").out().contains("10.0.0.12/24"));
        assertThat(guest("web", "ping -c 2 -I eth1 10.0.0.2").status()).isZero();
        assertThat(taps("web")).isEqualTo(1);
        lab.apply(TOPOLOGY);
        awaitInterfaces("eth0", "lo");
        Await.until("its TAP is gone", () -> taps("web") == 0);
    }

    /// TAPs that the process of a guest has.
    private long taps(String vm) throws Exception {
        try (var descriptors = Files.list(Path.of("/proc/" + pid(vm) + "/fd"))) {
            return descriptors.filter(QemuGuestIT::isTap).count();
        }
    }

    private static boolean isTap(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).endsWith("tun");
        } catch (IOException e) {
            return false;      // Closed meanwhile.
        }
    }

    private void awaitInterfaces(String... names) throws Exception {
        Await.until("the guest has " + List.of(names), () -> Set.of(guest("web", "ls /sys/class/net").out().split("\\s+")).equals(Set.of(names)));
    }

    /// Other adapters than virtio, one of which the shipped guest has a driver for, and all netdevs; a network of jumbo frames; a guest that is given commands by its file.
    @Test
    void otherAdaptersAndLongFrames() throws Exception {
        lab = LocalLab.start(folder, TOPOLOGY.replace("vSwitch0:", "vSwitch0:\n        mtu: 9000").replace("kind: qemu, nics: [ {",
            "kind: qemu, memory: 192M, cpus: 2, run: [ \"echo hello >/tmp/run\" ], nics: [ { adapterType: vmxnet3, netdev: tap, portGroup: Net, ip: 10.0.0.13/24 }, "
            + "{ adapterType: e1000, netdev: tap, portGroup: Net }, { adapterType: e1000e, portGroup: Net }, {"));
        awaitGuest("web");
        assertThat(guest("web", "nproc; ls /sys/class/net").out().split("\\s+")).containsExactlyInAnyOrder("2", "eth0", "eth3", "lo");
        assertThat(guest("web", "cat /sys/bus/pci/devices/*/device").out().lines()).as("e1000 and e1000e, of which it has no driver").contains("0x100e", "0x10d3");
        assertThat(guest("web", "ping -c 2 -s 8900 -I eth0 10.0.0.1").status()).isZero();
        fetchesByItsTap();
        assertThat(guest("web", "ip addr del 10.0.0.13/24 dev eth0; ping -c 2 -s 8900 -I eth3 10.0.0.1").status()).isZero();
        Await.until("its commands run", () -> guest("web", "cat /tmp/run").out().equals("hello\n"));
        assertThat(lab.lab().log("web")).content().contains("guest ready");
    }

    /// More than the TAP and the queue hold; and what nobody but the guest may answer.
    private void fetchesByItsTap() throws Exception {
        guest("web", "ip addr del 10.0.0.11/24 dev eth3; nc -l -p 7 >/tmp/got & until netstat -ltn | grep -q ':7 '; do usleep 20000; done");
        lab.exec("box", "bash", "-c", "exec 3<>/dev/tcp/10.0.0.13/7; head -c 3000000 /dev/zero >&3");
        Await.until("all has come", () -> guest("web", "wc -c </tmp/got").out().equals("3000000\n"));
        guest("web", "ip addr add 10.0.0.11/24 dev eth3");
        lab.lab().connect("web", 0, false);
        Await.until("the guest sees its cable pulled", () -> guest("web", "cat /sys/class/net/eth0/carrier").out().equals("0\n"));
        lab.lab().connect("web", 0, true);
        Await.until("the guest sees its cable", () -> guest("web", "cat /sys/class/net/eth0/carrier").out().equals("1\n"));
        lab.assertReaches("box", "10.0.0.13");
    }

    /// Off and on; a guest that shuts down; one that is killed.
    @Test
    void aGuestThatIsGoneIsOff() throws Exception {
        lab = LocalLab.start(folder, TOPOLOGY);
        awaitGuest("web");
        lab.assertReaches("box", "10.0.0.11");
        long first = pid("web");
        lab.lab().power("web", false);
        assertThat(ProcessHandle.of(first)).isEmpty();
        assertThatThrownBy(() -> guest("web", "true")).isInstanceOf(LabException.class).hasMessageContaining("web is off");
        lab.lab().power("web", true);
        assertThat(guest("web", "poweroff -f").status()).isEqualTo(255);
        Await.until("it is off", () -> power("web").equals("off"));
        assertThat(hasEvent(EventType.VM_FAILED, "web")).isFalse();
        lab.lab().power("web", true);
        awaitGuest("web");
        lab.assertReaches("box", "10.0.0.11");
        Processes.kill(pid("web"), Processes.SIGKILL);
        Await.until("it is off", () -> power("web").equals("off"));
        assertThat(hasEvent(EventType.VM_FAILED, "web")).isTrue();
        assertThat(lab.lab().vms()).filteredOn(vm -> vm.name().equals("web")).singleElement()
            .satisfies(vm -> assertThat(vm.status()).isEqualTo("failed: QEMU was killed by signal 9"));
        lab.assertReaches("box", "10.0.0.2");
    }

    /// A process that does not read: its frames wait, are dropped and counted, and nobody else notices.
    @Test
    void aGuestThatStandsStillDisturbsNobody() throws Exception {
        lab = LocalLab.start(folder, TOPOLOGY.replace("  web:", "  web2: { host: esx1, kind: qemu, netdev: dgram, nics: [ { portGroup: Net, ip: 10.0.0.22/24 } ] }\n"
            + "  web3: { host: esx1, kind: qemu, netdev: tap, nics: [ { portGroup: Net, ip: 10.0.0.23/24 } ] }\n  web:"));
        awaitGuest("web");
        awaitGuest("web2");
        awaitGuest("web3");
        var vms = List.of("web", "web2", "web3");
        for (var address : List.of("10.0.0.11", "10.0.0.22", "10.0.0.23")) {
            lab.assertReaches("box", address);
        }
        for (var vm : vms) {
            Processes.kill(pid(vm), 19);
        }
        var flood = lab.background("box", "bash", "-c", "for i in 11 22 23; do ping -q -n -i 0.001 -s 1000 10.0.0.$i & done; wait");
        Await.until("frames are dropped", () -> vms.stream().allMatch(vm -> lab.drops(vm + ".eth0", "queue_full") > 0));
        var other = lab.exec("box2", "ping", "-n", "-q", "-i", "0.01", "-c", "100", "10.0.0.1");
        assertThat(other.out()).contains(" 0% packet loss");
        flood.close();
        for (var vm : vms) {
            Processes.kill(pid(vm), 18);
        }
        for (var address : List.of("10.0.0.11", "10.0.0.22", "10.0.0.23")) {
            lab.assertReaches("box", address);
        }
    }

    /// What no QEMU says: a length that is none, by QEMU's own end of the connection. The switch hangs up and connects again, and the guest goes on.
    @Test
    void nonsenseEndsTheConnectionAndAnotherIsMade() throws Exception {
        Need.programs("python3");
        lab = LocalLab.start(folder, TOPOLOGY);
        awaitGuest("web");
        lab.assertReaches("box", "10.0.0.11");
        var script = """
            import ctypes, os, sys
            pid = int(sys.argv[1])
            inodes = [l.split()[6] for l in open('/proc/net/unix') if l.rstrip().endswith('/n0') and l.split()[5] == '03' and sys.argv[2] in l]
            fds = [int(f) for f in os.listdir('/proc/%d/fd' % pid) if os.readlink('/proc/%d/fd/%s' % (pid, f))[8:-1] in inodes]
            own = ctypes.CDLL(None).syscall(438, os.pidfd_open(pid), fds[0], 0)
            os.write(own, b'\\xff' * 64)
            """;
        var said = Command.run("python3", "-c", script, Long.toString(pid("web")), folder.toString());
        assertThat(said.status()).as(said.all()).isZero();
        Await.until("it is connected anew", () -> hasEvent(EventType.GUEST_RECONNECTED, "web.eth0"));
        lab.assertReaches("box", "10.0.0.11");
        assertThat(guest("web", "ping -c 2 10.0.0.2").status()).isZero();
    }

    @Test
    void aKilledLabTakesItsGuestsAlong() throws Exception {
        Need.jar();
        var launcher = new Launcher(folder);
        var file = launcher.topology("", TOPOLOGY.replace("kind: qemu,", "kind: qemu, netdev: tap,"));
        launcher.good("up", file, "--detach");
        assertThat(launcher.good("exec", "web", "--", "hostname")).isEqualTo("web\n");
        assertThat(launcher.run("exec", "web", "--", "sh", "-c", "exit 7").status()).isEqualTo(7);
        Processes.kill(launcher.pid(LocalLab.name("")), Processes.SIGKILL);
        launcher.run("ls");
        launcher.end();
        assertThat(Files.exists(launcher.state().resolve(LocalLab.name("")))).isFalse();
    }
}
