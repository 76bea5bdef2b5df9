package io.etherloom.vswitch;

import io.etherloom.frame.CapturePoint;
import io.etherloom.frame.Frame;
import io.etherloom.frame.FrameBatch;
import io.etherloom.frame.FramePool;
import io.etherloom.frame.FrameSink;
import io.etherloom.frame.PortSet;
import io.etherloom.wire.Ethernet;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/// What the switch itself costs, without any system call: 60-octet frames from memory to memory, on one thread.
///
/// One invocation is one batch, done as an agent does it. For each frame: a buffer from the pool, the octets copied into it as a device
/// would, the headers read from that memory; then the whole path (counters in, admission, length and tag check, VLAN, look-up, team),
/// the deliveries flushed to devices that take them, counters out, the buffer back to the pool. Ports are switch-tagged (VLAN 10), the sender is port 1, and
/// destinations come in random order from all other ports, so that with 10,000 ports the tables and counters do not fit the near caches.
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class ForwardBenchmark {
    private static final int FRAME_BYTES = 60;
    private static final int STRIDE = 64;
    private static final int VLAN = 10;
    private static final int UPLINK = 0;
    private static final int SECOND_UPLINK = 1;
    private static final int SENDER = 2;
    /// Of the clock for a batch: as long as 64 frames take at 16 M frames/s.
    private static final long BATCH_NANOS = 4_000;
    private static final long FIRST_MAC = 0x0050_5600_0000L;
    private static final long OUTSIDE_MAC = 0x0200_0000_0001L;
    /// Frames that come round and round: 512 KiB, which a prefetcher reads ahead as it would a ring of a device.
    private static final int TRAFFIC_FRAMES = 8192;
    /// A device that is always ready.
    private static final FrameSink READY = (_, _) -> null;

    /// Ports of VMs; the uplink comes on top.
    @Param({"2", "100", "10000"})
    public int ports;

    /// `none`: no more than the check of forged transmits, and one uplink by port id. `watcher`: one more port of the port group is promiscuous and gets a copy of every
    /// frame. `all`: every policy of a port group in force, see [#restricted].
    @Param({"none", "watcher", "all"})
    public String policies;

    private final Arena arena = Arena.ofConfined();
    private final FrameBatch batch = new FrameBatch();
    private final FramePool pool = new FramePool(1024, 4);
    private final MemorySegment toVms = arena.allocate((long) TRAFFIC_FRAMES * STRIDE, STRIDE);
    private final MemorySegment toUplink = arena.allocate((long) TRAFFIC_FRAMES * STRIDE, STRIDE);
    private PortSet set;
    private VSwitch vSwitch;
    private int end;
    private int next;
    private long nowNanos;

    @Setup(Level.Trial)
    public void connect() {
        set = new PortSet(pool);
        vSwitch = new VSwitch(set);
        var specs = new ArrayList<PortSpec>();
        set.open(UPLINK, 512, CapturePoint.UPLINK_RCV, CapturePoint.UPLINK_SND);
        set.open(SECOND_UPLINK, 512, CapturePoint.UPLINK_RCV, CapturePoint.UPLINK_SND);
        set.connect(UPLINK, READY);
        set.connect(SECOND_UPLINK, READY);
        specs.add(new PortSpec.Uplink(UPLINK, 2, "vmnic0", 0x0050_5650_0001L));
        specs.add(new PortSpec.Uplink(SECOND_UPLINK, 3, "vmnic1", 0x0050_5650_0002L));
        boolean isAll = policies.equals("all");
        end = SENDER + ports + (policies.equals("watcher") ? 1 : 0);
        for (int port = SENDER; port < end; port++) {
            set.open(port, 512, CapturePoint.VNIC_TX, CapturePoint.VNIC_RX);
            set.connect(port, READY);
            specs.add(isAll ? restricted(port) : plain(port, port == SENDER + ports));
        }
        vSwitch.attachUplink(UPLINK, true);
        vSwitch.attachUplink(SECOND_UPLINK, true);
        vSwitch.apply(ForwardingTables.compile(new SwitchSpec(1500, specs, isAll ? restricted() : SwitchSpec.Options.DEFAULT)), 0);
        var random = new SplittableRandom(1);
        for (int i = 0; i < TRAFFIC_FRAMES; i++) {
            write(toVms, i, FIRST_MAC + SENDER + 1 + random.nextInt(ports - 1));
            write(toUplink, i, OUTSIDE_MAC);
        }
    }

    private static PortSpec plain(int port, boolean isWatcher) {
        var vnic = new Vnic(FIRST_MAC + port, FIRST_MAC + port, isWatcher, null, 0);
        var security = new Security(isWatcher, true, false, false);
        return new PortSpec.Access(port, port + 2, VLAN, vnic, security, Team.portId(List.of(UPLINK)), null, null);
    }

    /// Forged transmits and MAC changes refused, promiscuous mode allowed, groups registered, IP hash over two uplinks with beacon probing, a
    /// shaper that never has to hold anything back: all that a standard port group has.
    private static PortSpec restricted(int port) {
        var vnic = new Vnic(FIRST_MAC + port, FIRST_MAC + port, false, List.of(0x0100_5E00_0001L), 0);
        var team = new Team(Balancing.IP_HASH, true, true, true, List.of(UPLINK, SECOND_UPLINK), List.of());
        var shaper = new ShaperSpec(1_000_000_000_000L, 1_000_000_000_000L, 1 << 30);
        return new PortSpec.Access(port, port + 2, VLAN, vnic, new Security(true, false, false, false), team, shaper, null);
    }

    /// BPDUs of guests refused; nobody answers the beacons here, so the shotgun state is switched off.
    private static SwitchSpec.Options restricted() {
        var unset = SwitchSpec.Options.DEFAULT;
        var path = new SwitchSpec.PathOptions(true, 60, false, false, true, true, true, true, true, false, false);
        var teams = new SwitchSpec.TeamOptions(100_000_000, 0, 60, true, false, true, true, true, true);
        return new SwitchSpec.Options(path, teams, unset.beacons(), unset.notifications(), unset.queries(), unset.shapers());
    }

    private static void write(MemorySegment traffic, int index, long destination) {
        long at = (long) index * STRIDE;
        Ethernet.addresses(traffic, at, destination, FIRST_MAC + SENDER);
        Ethernet.u16(traffic, at + Ethernet.ADDRESSES, Ethernet.TYPE_IPV4);
    }

    @TearDown(Level.Trial)
    public void requireThatNothingWasDropped() {
        long received = set.counters(SENDER).inFrames();
        long sent = 0;
        long made = 0;
        for (int port = UPLINK; port < end; port++) {
            sent += set.counters(port).outFrames();
            made += set.counters(port).originatedFrames() + set.counters(port).watchedFrames();
        }
        if (received == 0 || sent - made != received || pool.free() != pool.capacity()) {
            throw new IllegalStateException(received + " frames in, " + sent + " out, " + (pool.capacity() - pool.free()) + " lost");
        }
        pool.close();
        arena.close();
    }

    /// Between two VMs of one host and VLAN.
    @Benchmark
    @OperationsPerInvocation(FrameBatch.CAPACITY)
    public void vmToVm() {
        carry(toVms);
    }

    /// From a VM to an address that the switch does not know, which leaves by the uplink of the sender's team, tagged.
    @Benchmark
    @OperationsPerInvocation(FrameBatch.CAPACITY)
    public void vmToUplink() {
        carry(toUplink);
    }

    private void carry(MemorySegment traffic) {
        fill(traffic);
        vSwitch.receive(SENDER, batch, nowNanos);
        nowNanos += BATCH_NANOS;
        if (nowNanos >= vSwitch.dueNanos()) {
            vSwitch.tick(nowNanos);
        }
        set.flush();
    }

    private void fill(MemorySegment traffic) {
        long at = (long) next * STRIDE;
        next = next + FrameBatch.CAPACITY & TRAFFIC_FRAMES - 1;
        for (int i = 0; i < FrameBatch.CAPACITY; i++, at += STRIDE) {
            var frame = pool.take();
            MemorySegment.copy(traffic, at, frame.head(), Frame.HEADROOM, FRAME_BYTES);
            batch.add(frame, frame.parse(FRAME_BYTES, null));
        }
    }
}
