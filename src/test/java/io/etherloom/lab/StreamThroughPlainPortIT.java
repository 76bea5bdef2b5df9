package io.etherloom.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.etherloom.agent.NanoClock;
import io.etherloom.device.TapDevice;
import io.etherloom.frame.CapturePoint;
import io.etherloom.frame.DropReason;
import io.etherloom.frame.FramePool;
import io.etherloom.frame.PortCounters;
import io.etherloom.frame.PortSet;
import io.etherloom.linux.KernelCutter;
import io.etherloom.linux.Libc;
import io.etherloom.linux.Netns;
import io.etherloom.linux.Root;
import io.etherloom.linux.Sysctl;
import io.etherloom.linux.Tun;
import io.etherloom.vswitch.ForwardingTables;
import io.etherloom.vswitch.PortSpec;
import io.etherloom.vswitch.Security;
import io.etherloom.vswitch.SwitchSpec;
import io.etherloom.vswitch.Team;
import io.etherloom.vswitch.VSwitch;
import io.etherloom.vswitch.Vnic;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// One stream of the guests' kernels, and what of it leaves by a port whose TAP took offloads and by one whose TAP took none, both tagged:
/// behind the first the kernel cuts, before the second we do, and the packets are the same, octet by octet. On an agent driven by hand.
class StreamThroughPlainPortIT {
    private static final int UPLINK = 0;
    private static final int SENDER = 1;
    private static final int RECEIVER = 2;
    private static final int PLAIN = 3;
    private static final int WHOLE = 4;
    private static final int VLAN = 10;
    private static final int OCTETS = 1_500_000;
    private static final String NOWHERE = "020000000099";
    private static final String PYTHON = "/usr/bin/python3";
    private static final Security PROMISCUOUS = new Security(true, true, true, false);

    private final Netns netns = new Netns();
    private final String sender = Root.name("sa");
    private final String receiver = Root.name("sb");
    private final FramePool pool = new FramePool(8192, 512);
    private final SwitchAgent agent = new SwitchAgent("test", NanoClock.SYSTEM, pool, _ -> { });
    private final PortSet ports = new PortSet(pool);
    private final VSwitch vSwitch = new VSwitch(ports);
    private final List<AutoCloseable> open = new ArrayList<>();

    @BeforeEach
    void makeNamespaces() {
        Root.require();
        netns.create(List.of(sender, receiver));
        for (var name : List.of(sender, receiver)) {
            netns.call(name, () -> {
                Sysctl.disableIpv6();
                return null;
            });
        }
    }

    @AfterEach
    void leavesNothingBehind() throws Exception {
        for (var it : open.reversed()) it.close();
        agent.onEnd();
        netns.delete(sender);
        netns.delete(receiver);
        pool.close();
    }

    private Tun guest(String namespace, String mac, int number, int mtu) throws Exception {
        var tun = netns.call(namespace, () -> {
            var made = Tun.create("eth0", Tun.Options.OFFLOADED);
            Sysctl.setIpv6("eth0", true);
            return made;
        });
        ip(namespace, "link", "set", "eth0", "address", mac, "mtu", Integer.toString(mtu), "up");
        ip(namespace, "address", "add", "10.0.0." + number + "/24", "dev", "eth0");
        ip(namespace, "address", "add", "fd00::" + number + "/64", "dev", "eth0", "nodad");
        return tun;
    }

    private static void ip(String namespace, String... words) throws Exception {
        var command = new ArrayList<>(List.of("ip", "-n", namespace));
        command.addAll(List.of(words));
        assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).as("%s", command).isZero();
    }

    /// A port that hears all VLANs, with its tags (spec 3.4, 5.2).
    private static PortSpec trunk(int index) {
        long mac = 0x0050_5600_0000L + index;
        return new PortSpec.Access(index, 2 + index, PortSpec.VLAN_TRUNK, new Vnic(mac, mac, true, null, 0), PROMISCUOUS,
            Team.portId(List.of(UPLINK)), null, null);
    }

    private static PortSpec access(int index) {
        return new PortSpec.Access(index, 2 + index, VLAN, Vnic.of(0x0050_5600_0000L + index), Security.DEFAULT,
            Team.portId(List.of(UPLINK)), null, null);
    }

    private KernelCutter plug(SwitchAgent.Member member, int index, String name, Tun.Options options) throws Exception {
        var cutter = new KernelCutter(name, options);
        open.add(cutter);
        plug(member, index, cutter.tun());
        return cutter;
    }

    private void plug(SwitchAgent.Member member, int index, Tun tun) {
        ports.open(index, 512, CapturePoint.VNIC_TX, CapturePoint.VNIC_RX);
        var device = new TapDevice(tun, pool, Libc.current());
        agent.attach(member, index, device);
        device.setLink(true);
    }

    /// Two guests and two listeners; the plain one is a port or the uplink.
    private List<KernelCutter> build(int mtu, int guestMtu, int plainPort) throws Exception {
        var member = agent.add(vSwitch);
        var plain = plug(member, plainPort, "sp", Tun.Options.PLAIN);
        var whole = plug(member, WHOLE, "sw", Tun.Options.OFFLOADED);
        plug(member, SENDER, guest(sender, "00:50:56:00:00:01", 1, guestMtu));
        plug(member, RECEIVER, guest(receiver, "00:50:56:00:00:02", 2, guestMtu));
        var specs = new ArrayList<>(List.of(new PortSpec.Uplink(UPLINK, 2, "vmnic0", 0), access(SENDER), access(RECEIVER), trunk(WHOLE)));
        if (plainPort == PLAIN) specs.add(trunk(PLAIN));
        if (plainPort == UPLINK) vSwitch.attachUplink(UPLINK, true);
        vSwitch.apply(ForwardingTables.compile(new SwitchSpec(mtu, specs, SwitchSpec.Options.DEFAULT)), System.nanoTime());
        return List.of(plain, whole);
    }

    private static <T> FutureTask<T> start(Callable<T> work) {
        var task = new FutureTask<>(work);
        Thread.ofPlatform().daemon().start(task);
        return task;
    }

    /// Carries frames until the work is done and all is quiet.
    private <T> T carry(FutureTask<T> work) throws Exception {
        long deadline = System.nanoTime() + 60_000_000_000L;
        int idle = 0;
        while ((!work.isDone() || idle < 50) && System.nanoTime() < deadline) {
            if (agent.doWork() > 0) {
                idle = 0;
            } else {
                idle++;
                Thread.sleep(0, 100_000);
            }
        }
        assertThat(work.isDone()).as("the stream ended in time").isTrue();
        return work.get();
    }

    private void assertTcpAlike(String address, int mtu) throws Exception {
        var listeners = build(9000, mtu, PLAIN);
        var octets = new byte[OCTETS];
        new SplittableRandom(mtu).nextBytes(octets);
        var target = new InetSocketAddress(InetAddress.ofLiteral(address), 5001);
        var server = netns.call(receiver, () -> new ServerSocket(5001, 1, target.getAddress()));
        open.add(server);
        start(() -> netns.call(sender, () -> {
            try (var socket = new Socket()) {
                socket.connect(target, 20_000);
                socket.getOutputStream().write(octets);
            }
            return null;
        }));
        var received = carry(start(() -> {
            try (var connection = server.accept()) {
                return connection.getInputStream().readAllBytes();
            }
        }));
        assertThat(Arrays.equals(received, octets)).as("what was sent came").isTrue();
        assertAlike(listeners, "005056", OCTETS / mtu, 14 + 4 + mtu, PLAIN);
    }

    /// @param target what the packets begin with that are compared: listener reports may come before all ports are open
    private void assertAlike(List<KernelCutter> listeners, String target, int least, int longest, int plainPort) {
        assertThat(ports.counters(plainPort).drops()).as("drops of the plain port").isZero();
        assertThat(ports.counters(WHOLE).drops()).as("drops of the other").isZero();
        var ours = listeners.get(0).finished().stream().filter(it -> it.startsWith(target)).toList();
        var kernels = listeners.get(1).finished().stream().filter(it -> it.startsWith(target)).toList();
        assertThat(ours).allMatch(it -> it.startsWith("8100000a", 24));
        assertThat(ours).hasSizeGreaterThan(least);
        assertThat(ours).allMatch(it -> it.length() / 2 <= longest);
        assertThat(ours.stream().mapToInt(it -> it.length() / 2).max().orElse(0)).as("longest packet").isGreaterThan(longest - 100);
        assertThat(ours.size()).isEqualTo(kernels.size());
        for (int i = 0; i < ours.size(); i++) {
            assertThat(ours.get(i)).as("packet %d of %d", i, ours.size()).isEqualTo(kernels.get(i));
        }
    }

    @Test
    void tcpOverIpv4() throws Exception {
        assertTcpAlike("10.0.0.2", 1500);
    }

    @Test
    void tcpOverIpv6() throws Exception {
        assertTcpAlike("fd00::2", 1500);
    }

    @Test
    void tcpOverIpv4InJumboFrames() throws Exception {
        assertTcpAlike("10.0.0.2", 9000);
    }

    @Test
    void tcpOverIpv6InJumboFrames() throws Exception {
        assertTcpAlike("fd00::2", 9000);
    }

    private FutureTask<Integer> run(String script) {
        assumeTrue(Files.isExecutable(Path.of(PYTHON)), "needs python3, to ask for UDP segmentation");
        return start(() -> new ProcessBuilder("ip", "netns", "exec", sender, PYTHON, "-c", script).inheritIO().start().waitFor());
    }

    /// Datagrams to a station that is nowhere leave by the uplink, which is a trunk without offloads; UDP_SEGMENT (udp(7)) has the guest's
    /// kernel leave them uncut.
    private void assertUdpAlike(String family, String address, int size) throws Exception {
        var listeners = build(1500, 1500, UPLINK);
        ip(sender, "neighbour", "add", address, "lladdr", "02:00:00:00:00:99", "dev", "eth0", "nud", "permanent");
        var script = """
            import os, socket
            s = socket.socket(socket.%s, socket.SOCK_DGRAM)
            s.setsockopt(17, 103, %d)
            for i in range(40):
                s.sendto(os.urandom(%d * 30 + i), ("%s", 4000))
            """.formatted(family, size, size, address);
        assertThat(carry(run(script))).as("exit status of the sender").isZero();
        assertThat(ports.counters(UPLINK).outFrames()).as("datagrams on the wire").isGreaterThanOrEqualTo(40 * 30);
        assertAlike(listeners, NOWHERE, 40 * 30, 14 + 4 + 1500, UPLINK);
    }

    @Test
    void udpOverIpv4() throws Exception {
        assertUdpAlike("AF_INET", "10.0.0.99", 1472);
    }

    @Test
    void udpOverIpv6() throws Exception {
        assertUdpAlike("AF_INET6", "fd00::99", 1452);
    }

    /// Spec 1.28 for super-frames: what counts is a segment, and each of those that are too long is counted.
    @Test
    void segmentsBeyondTheMtuAreDroppedOneByOne() throws Exception {
        build(1500, 9000, UPLINK);
        ip(sender, "neighbour", "add", "10.0.0.99", "lladdr", "02:00:00:00:00:99", "dev", "eth0", "nud", "permanent");
        var script = """
            import socket
            s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            for size in (1472, 1473, 8000):
                s.setsockopt(17, 103, size)
                s.sendto(bytes(size * 7 + 1), ("10.0.0.99", 4000))
            """;
        assertThat(carry(run(script))).as("exit status of the sender").isZero();
        assertThat(ports.counters(SENDER).drops(DropReason.OVERSIZE)).as("segments of 1473 and 8000").isEqualTo(16);
        assertThat(ports.counters(SENDER).drops(DropReason.MALFORMED_OFFLOAD)).isZero();
        assertThat(ports.counters(UPLINK).outFrames(PortCounters.Cast.UNICAST)).as("segments of 1472").isEqualTo(8);
    }
}
