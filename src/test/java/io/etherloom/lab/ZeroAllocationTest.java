package io.etherloom.lab;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import io.etherloom.agent.Allocation;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.etherloom.capture.CaptureSession;
import io.etherloom.capture.CaptureSettings;
import io.etherloom.capture.WallClock;
import io.etherloom.device.Cable;
import io.etherloom.device.Device;
import io.etherloom.device.MemoryDevice;
import io.etherloom.device.TemplateDevice;
import io.etherloom.fabric.PhysicalSwitch;
import io.etherloom.fabric.PhysicalSwitchSpec;
import io.etherloom.fabric.PhysicalTables;
import io.etherloom.frame.CapturePoint;
import io.etherloom.frame.DropReason;
import io.etherloom.frame.FramePool;
import io.etherloom.frame.PortSet;
import io.etherloom.vswitch.ForwardingTables;
import io.etherloom.vswitch.PortSpec;
import io.etherloom.vswitch.Security;
import io.etherloom.vswitch.SwitchSpec;
import io.etherloom.vswitch.Team;
import io.etherloom.vswitch.VSwitch;
import io.etherloom.vswitch.Vnic;
import io.etherloom.wire.VirtioNetHeader;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// A frame costs no memory on the heap, whatever becomes of it: 100,000 frames through a vSwitch, a cable and a physical switch, on an
/// agent driven by hand.
final class ZeroAllocationTest {
    private static final int FRAMES = 100_000;
    private static final long SECOND_NANOS = 1_000_000_000L;
    private static final long SENDER = 0x0050_5600_0001L;
    private static final long READER = 0x0050_5600_0002L;
    private static final long STALLED = 0x0050_5600_0003L;
    private static final long BEYOND = 0x0200_0000_0010L;

    private final FramePool pool = new FramePool(8192, 64);
    private final ManualClock clock = new ManualClock();
    private final SwitchAgent agent = new SwitchAgent("test", clock, pool, _ -> { });
    private final PortSet ports = new PortSet(pool);
    private final PortSet fabricPorts = new PortSet(pool);
    private final VSwitch vSwitch = new VSwitch(ports);
    private final PhysicalSwitch fabric = new PhysicalSwitch(fabricPorts);
    private final TemplateDevice sender = new TemplateDevice(pool, agent.ready(), templates());
    private long octetsRead;

    /// Delivery, flood, tag, drop, padding of a shared and of an unshared frame, a queue that is full, cut and partial checksum.
    private static MemorySegment[] templates() {
        return new MemorySegment[] {
            plain(READER, 60), plain(0xffff_ffff_ffffL, 60), plain(BEYOND, 60), plain(STALLED, 1514), plain(0x0100_5e00_0001L, 20),
            plain(BEYOND, 20), plain(SENDER, 60), plain(READER, 1515), superFrame(READER, 4400), superFrame(BEYOND, 4400),
            openChecksum(READER, 1514),
        };
    }

    private static MemorySegment plain(long destination, int length) {
        var template = Arena.ofAuto().allocate(VirtioNetHeader.LENGTH + length, 8);
        template.asSlice(VirtioNetHeader.LENGTH).copyFrom(MemorySegment.ofArray(Scenario.frame(destination, SENDER, length - 14)));
        return template;
    }

    private static MemorySegment superFrame(long destination, int length) {
        var template = plain(destination, length);
        var frame = template.asSlice(VirtioNetHeader.LENGTH);
        frame.set(JAVA_BYTE, 12, (byte) 0x08);
        frame.set(JAVA_BYTE, 13, (byte) 0);
        frame.set(JAVA_BYTE, 14, (byte) 0x45);
        frame.set(JAVA_BYTE, 14 + 9, (byte) 6);
        frame.set(JAVA_BYTE, 14 + 20 + 12, (byte) 0x50);
        VirtioNetHeader.write(template, 0, VirtioNetHeader.NEEDS_CSUM, VirtioNetHeader.GSO_TCPV4, 54, 1448, 34, 16);
        return template;
    }

    private static MemorySegment openChecksum(long destination, int length) {
        var template = plain(destination, length);
        VirtioNetHeader.write(template, 0, VirtioNetHeader.NEEDS_CSUM, VirtioNetHeader.GSO_NONE, 0, 0, 34, 16);
        return template;
    }

    private void build() {
        var member = agent.add(vSwitch);
        var fabricMember = agent.add(fabric);
        var reader = new MemoryDevice(pool, agent.ready());
        reader.sink((_, length) -> octetsRead += length);
        var stalled = new MemoryDevice(pool, agent.ready());
        stalled.stall(true);
        var beyond = new MemoryDevice(pool, agent.ready());
        beyond.sink((_, length) -> octetsRead += length);
        var cable = new Cable(agent.pool(), agent.ready());
        plug(member, ports, 0, cable.a());
        plug(member, ports, 1, sender);
        plug(member, ports, 2, reader);
        plug(member, ports, 3, stalled);
        plug(fabricMember, fabricPorts, 0, cable.b());
        plug(fabricMember, fabricPorts, 1, beyond);
        vSwitch.attachUplink(0, true);
        vSwitch.apply(tables(access(1, SENDER), access(2, READER), access(3, STALLED)), 0);
        fabric.apply(PhysicalTables.compile(new PhysicalSwitchSpec(9216, 300_000_000_000L, 100, List.of(
                PhysicalSwitchSpec.Port.trunk(0, PhysicalSwitchSpec.allVlans(), PhysicalSwitchSpec.Port.NO_VLAN),
                PhysicalSwitchSpec.Port.access(1, 10)))), 0);
        fabric.linkChanged(0, true, 0);
        fabric.linkChanged(1, true, 0);
    }

    private static ForwardingTables tables(PortSpec... guests) {
        var specs = new ArrayList<PortSpec>(List.of(new PortSpec.Uplink(0, 2, "vmnic0", 0)));
        specs.addAll(List.of(guests));
        return ForwardingTables.compile(new SwitchSpec(1500, specs, SwitchSpec.Options.DEFAULT));
    }

    private void plug(SwitchAgent.Member member, PortSet ports, int index, Device device) {
        ports.open(index, 80, CapturePoint.VNIC_TX, CapturePoint.VNIC_RX);
        agent.attach(member, index, device);
    }

    private static PortSpec access(int index, long mac) {
        return new PortSpec.Access(index, 2 + index, 10, Vnic.of(mac), Security.DEFAULT, Team.portId(List.of(0)), null, null);
    }

    private void carry(long frames) {
        sender.send(frames);
        while (!sender.isDone() || !agent.ready().isEmpty()) {
            agent.doWork();
            clock.advance(1000);
        }
    }

    @Test
    void aFrameCostsNoMemoryWhateverBecomesOfIt() {
        build();
        assertThat(Allocation.leastOf(() -> carry(FRAMES))).as("octets allocated by %d frames", FRAMES).isZero();
        assertThat(octetsRead).isGreaterThan(FRAMES);
        assertThat(ports.counters(3).drops(DropReason.QUEUE_FULL)).as("tail drops").isPositive();
        assertThat(ports.counters(1).drops(DropReason.OVERSIZE)).isPositive();
        assertThat(ports.counters(1).drops(DropReason.SAME_PORT)).isPositive();
        assertThat(ports.counters(1).drops(DropReason.MALFORMED_OFFLOAD)).isZero();
        assertThat(fabricPorts.counters(1).outFrames()).as("frames through both switches").isPositive();
        assertThat(ports.counters(2).outFrames()).as("segments").isGreaterThan(ports.counters(2).outOctets() / 1514);
    }

    /// The second query to a guest that has come by VMotion: what happens at the instant of the first is told to listeners, which costs some.
    @Test
    void aQueryCostsNoMemory() {
        build();
        var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        var migrated = tables(new PortSpec.Access(2, 4, 10, Vnic.of(READER), Security.DEFAULT, Team.portId(List.of(0)), null, null, true));
        var without = tables();
        long nowNanos = 0;
        long least = Long.MAX_VALUE;
        for (int round = 0; round < 2_000 && least > 0; round++) {
            vSwitch.apply(without, nowNanos += 100 * SECOND_NANOS);
            vSwitch.apply(migrated, nowNanos);
            tick(nowNanos);
            tick(nowNanos += SECOND_NANOS);
            long asked = ports.counters(2).originatedFrames();
            long before = threads.getCurrentThreadAllocatedBytes();
            tick(nowNanos += SECOND_NANOS);
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
            assertThat(ports.counters(2).originatedFrames()).isEqualTo(asked + 1);
        }
        assertThat(least).as("octets allocated by a query").isZero();
    }

    private void tick(long nowNanos) {
        vSwitch.tick(nowNanos);
        ports.flush();
    }

    /// In parts that the ring of the capture can hold, written out in between, so that copies are measured and not their loss.
    @Test
    void aCapturedFrameCostsNoMemoryOnTheAgent() throws IOException {
        build();
        var session = CaptureSession.start(List.of(CaptureSession.Source.of("reader", "", CapturePoint.VNIC_TX, CapturePoint.VNIC_RX)), CaptureSettings.of("test").withRingBytes(1 << 26),
                new WallClock(clock.nanoTime(), 0));
        carry(FRAMES);
        ports.observe(2, session.observer(0));
        var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        int clean = 0;
        for (int round = 0; round < 400 && clean < FRAMES; round++) {
            carry(FRAMES / 10);
            long before = threads.getCurrentThreadAllocatedBytes();
            carry(FRAMES / 10);
            clean = threads.getCurrentThreadAllocatedBytes() == before ? clean + FRAMES / 10 : 0;
            assertThat(session.pump(OutputStream.nullOutputStream(), () -> true)).as("frames captured").isGreaterThan(FRAMES / 50);
        }
        assertThat(clean).as("frames in a row without an octet allocated").isGreaterThanOrEqualTo(FRAMES);
        assertThat(session.dropped()).as("copies lost").isZero();
    }
}
