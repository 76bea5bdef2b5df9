package io.etherloom.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.etherloom.device.TapDevice;
import io.etherloom.frame.CapturePoint;
import io.etherloom.frame.FrameBatch;
import io.etherloom.frame.FramePool;
import io.etherloom.frame.PortSet;
import io.etherloom.linux.Libc;
import io.etherloom.linux.Netns;
import io.etherloom.linux.PacketSocket;
import io.etherloom.linux.Rtnetlink;
import io.etherloom.linux.Sysctl;
import io.etherloom.linux.Tun;
import io.etherloom.vswitch.ForwardingTables;
import io.etherloom.vswitch.PortSpec;
import io.etherloom.vswitch.Security;
import io.etherloom.vswitch.SwitchSpec;
import io.etherloom.vswitch.Team;
import io.etherloom.vswitch.VSwitch;
import io.etherloom.vswitch.Vnic;
import io.etherloom.wire.Ethernet;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What a frame costs in system calls, which is what it costs at all, and does not depend on the machine: frames through real TAPs and a
/// vSwitch, on an agent driven by hand.
final class SystemCallsIT {
    private static final int PORTS = 5;
    private static final int BURSTS = 20;
    private static final long FIRST_MAC = 0x0050_5600_0010L;
    private static final int LOCAL_EXPERIMENT = 0x88B5;

    private final String namespace = "el-t" + ProcessHandle.current().pid() + "-calls";
    private final Netns netns = new Netns();
    private final FramePool pool = new FramePool(1024, 8);
    private final SwitchAgent agent = new SwitchAgent("test", new ManualClock(), pool, _ -> { });
    private final PortSet ports = new PortSet(pool);
    private final List<Tun> taps = new ArrayList<>();
    private final List<SwitchAgent.Attachment> attachments = new ArrayList<>();

    /// One VLAN of VMs, each a TAP; they share a namespace, since nothing but the sender looks at them from inside.
    @BeforeEach
    void plugTapsIntoAVSwitch() {
        assumeTrue("root".equals(System.getProperty("user.name")), "needs root, to make network namespaces and TAPs");
        assumeTrue(Files.exists(Path.of("/dev/net/tun")), "needs /dev/net/tun");
        netns.create(namespace);
        var vSwitch = new VSwitch(ports);
        var member = agent.add(vSwitch);
        var specs = new ArrayList<PortSpec>();
        for (int port = 0; port < PORTS; port++) {
            var tap = open("tap" + port, FIRST_MAC + port);
            taps.add(tap);
            ports.open(port, 512, CapturePoint.VNIC_TX, CapturePoint.VNIC_RX);
            var device = new TapDevice(tap, pool, agent.libc());
            attachments.add(agent.attach(member, port, device));
            device.setLink(true);
            specs.add(new PortSpec.Access(port, 2 + port, 10, Vnic.of(FIRST_MAC + port), Security.DEFAULT, Team.portId(List.of()), null, null));
        }
        vSwitch.apply(ForwardingTables.compile(new SwitchSpec(1500, specs, SwitchSpec.Options.DEFAULT)), 0);
        while (agent.doWork() > 0) {
            continue;      // What the kernel says of new interfaces.
        }
    }

    @AfterEach
    void leavesNothing() {
        agent.onEnd();
        taps.forEach(Tun::close);
        netns.delete(namespace);
        pool.close();
    }

    private Tun open(String name, long mac) {
        return netns.call(namespace, () -> {
            Sysctl.disableIpv6();
            var tap = Tun.create(name, Tun.Options.OFFLOADED);
            try (var rtnetlink = Rtnetlink.open()) {
                int index = rtnetlink.index(name);
                rtnetlink.change().mac(index, mac).up(index).apply();
            }
            return tap;
        });
    }

    /// Sends bursts of a full batch from the first VM, each carried before the next one comes; returns how many frames that were.
    private long carry(long destination) {
        return carry(destination, () -> assertThat(agent.doWork()).as("frames carried by one duty cycle").isEqualTo(FrameBatch.CAPACITY));
    }

    private long carry(long destination, Runnable dutyCycles) {
        netns.call(namespace, () -> {
            try (var arena = Arena.ofConfined(); var rtnetlink = Rtnetlink.open();
                    var socket = PacketSocket.open(rtnetlink.index("tap0")).withQdiscBypass()) {
                var frame = arena.allocate(64, 8);
                Ethernet.addresses(frame, 0, destination, FIRST_MAC);
                Ethernet.u16(frame, Ethernet.ADDRESSES, LOCAL_EXPERIMENT);
                var batch = new PacketSocket.Batch(FrameBatch.CAPACITY);
                for (int i = 0; i < FrameBatch.CAPACITY; i++) {
                    batch.set(i, frame.address(), 60);
                }
                for (int burst = 0; burst < BURSTS; burst++) {
                    assertThat(socket.send(Libc.current(), batch, FrameBatch.CAPACITY)).isEqualTo(FrameBatch.CAPACITY);
                    dutyCycles.run();
                }
            }
            return null;
        });
        return (long) BURSTS * FrameBatch.CAPACITY;
    }

    @Test
    void aFrameCostsOneReadAndOneWrite() {
        var calls = agent.libc().calls();
        long reads = calls.reads();
        long writes = calls.writes();
        long waits = calls.waits();
        long frames = carry(FIRST_MAC + 1);
        assertThat(ports.counters(1).outFrames()).as("frames received").isEqualTo(frames);
        assertThat(calls.reads() - reads).as("reads").isEqualTo(frames);
        assertThat(calls.writes() - writes).as("writes").isEqualTo(frames);
        assertThat(calls.waits() - waits).as("waits").isEqualTo(BURSTS);
    }

    /// A frame that comes after a silence is on its way before a second one is looked for.
    @Test
    void fewDescriptorsAreReadWithoutAsking() {
        for (int port = 2; port < PORTS; port++) {
            agent.detach(attachments.get(port));
        }
        agent.doWork();
        var calls = agent.libc().calls();
        long reads = calls.reads();
        long waits = calls.waits();
        long frames = carry(FIRST_MAC + 1, () -> {
            assertThat(agent.doWork()).as("frames carried after a silence").isEqualTo(1);
            assertThat(agent.doWork()).as("frames carried next").isEqualTo(FrameBatch.CAPACITY - 1);
            assertThat(agent.doWork()).as("frames carried in the end").isZero();
        });
        assertThat(calls.waits() - waits).as("waits").isZero();
        assertThat(calls.reads() - reads).as("reads: the frames, the end of the burst twice, the other TAP in three cycles").isEqualTo(frames + BURSTS * 5);
    }

    @Test
    void aBroadcastCostsOneReadAndAWriteForEachReceiver() {
        var calls = agent.libc().calls();
        long reads = calls.reads();
        long writes = calls.writes();
        long frames = carry(0xffff_ffff_ffffL);
        assertThat(calls.reads() - reads).as("reads").isEqualTo(frames);
        assertThat(calls.writes() - writes).as("writes").isEqualTo(frames * (PORTS - 1));
        assertThat(pool.free()).as("frames that nobody holds").isEqualTo(pool.capacity());
    }

    @Test
    void anIdleDutyCycleCostsOneWait() {
        var calls = agent.libc().calls();
        long reads = calls.reads();
        long waits = calls.waits();
        for (int cycle = 0; cycle < 100; cycle++) {
            agent.doWork();
        }
        assertThat(calls.reads() - reads).as("reads").isZero();
        assertThat(calls.waits() - waits).as("waits").isEqualTo(100);
    }
}
