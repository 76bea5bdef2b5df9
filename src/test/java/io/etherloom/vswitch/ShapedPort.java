package io.etherloom.vswitch;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import io.etherloom.frame.CapturePoint;
import io.etherloom.frame.DropReason;
import io.etherloom.frame.Frame;
import io.etherloom.frame.FramePool;
import io.etherloom.frame.PortSet;
import io.etherloom.frame.Segmenter;
import io.etherloom.wire.Ethernet;
import io.etherloom.wire.Tag;
import io.etherloom.wire.VirtioNetHeader;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/// A shaper at port 0, its time moved by hand, and a list of all that passed it.
final class ShapedPort {
    static final long SECOND = 1_000_000_000L;
    static final long MILLISECOND = 1_000_000L;
    static final SwitchSpec.ShaperOptions FIFO = new SwitchSpec.ShaperOptions(10, 500, false);

    /// What passed, when, with how many octets on the wire, and which flow and number [#frame] gave it.
    record Passed(long nanos, int octets, int flow, int number) {}

    final FramePool pool;
    final PortSet ports;
    final Shaper shaper;
    final List<Passed> passed = new ArrayList<>();
    final List<byte[]> wire = new ArrayList<>();
    boolean keepsOctets;
    long nowNanos = 5 * SECOND;
    private int mtu = 1500;

    ShapedPort(ShaperSpec spec, SwitchSpec.ShaperOptions options) {
        this(spec, options, 4096, 64, 1500);
    }

    ShapedPort(ShaperSpec spec, SwitchSpec.ShaperOptions options, int frames, int tails, int mtu) {
        this.mtu = mtu;
        pool = new FramePool(frames, tails);
        ports = new PortSet(pool);
        ports.open(0, 80, CapturePoint.VNIC_TX, CapturePoint.VNIC_RX);
        shaper = new Shaper(0, ports, new Segmenter());
        configure(spec, options);
    }

    void configure(ShaperSpec spec, SwitchSpec.ShaperOptions options) {
        shaper.configure(spec, options, mtu, nowNanos);
    }

    private void pass(int port, Frame frame, int tag) {
        int length = frame.wireOctets(tag);
        if (keepsOctets) {
            var octets = Arena.ofAuto().allocate(Frame.MAX_LENGTH + 4, 8);
            wire.add(octets.asSlice(0, frame.write(tag, octets, 0, Frame.MAX_LENGTH + 4)).toArray(JAVA_BYTE));
        }
        int number = frame.headLength() < 46 ? 0 : Ethernet.u32(frame.head(), frame.start() + 42L);
        passed.add(new Passed(nowNanos, length, Ethernet.u16(frame.head(), frame.start() + 34L), number));
        frame.release();
    }

    /// A UDP frame of so many untagged octets, at least 46: the flow is its source port, the number stands behind the headers.
    Frame frame(int length, int flow, int number) {
        var frame = Objects.requireNonNull(pool.take());
        var head = frame.head();
        head.asSlice(Frame.HEADROOM).fill((byte) 0);
        long at = Frame.HEADROOM;
        Ethernet.addresses(head, at, 0x0050_5600_0002L, 0x0050_5600_0001L);
        Ethernet.u16(head, at + 12, Ethernet.TYPE_IPV4);
        Ethernet.u8(head, at + 14, 0x45);
        Ethernet.u8(head, at + 23, 17);
        Ethernet.u32(head, at + 26, 0x0A00_0001);
        Ethernet.u32(head, at + 30, 0x0A00_0002);
        Ethernet.u16(head, at + 34, flow);
        Ethernet.u16(head, at + 36, 5001);
        Ethernet.u32(head, at + 42, number);
        frame.parse(length, length > Frame.HEAD_CAPACITY ? Objects.requireNonNull(pool.takeTail()) : null);
        return frame;
    }

    /// A TCP super-frame with so many octets of payload, which count up, to be cut into segments of `size`.
    Frame superFrame(int payload, int size) {
        var octets = new byte[54 + payload];
        for (int i = 0; i < payload; i++) {
            octets[54 + i] = (byte) (i * 7 + (i >> 8));
        }
        var frame = Objects.requireNonNull(pool.take());
        var wire = MemorySegment.ofArray(octets);
        Ethernet.addresses(wire, 0, 0x0050_5600_0002L, 0x0050_5600_0001L);
        Ethernet.u16(wire, 12, Ethernet.TYPE_IPV4);
        Ethernet.u8(wire, 14, 0x45);
        Ethernet.u8(wire, 23, 6);
        Ethernet.u8(wire, 46, 0x50);
        Ethernet.u8(wire, 47, 0x19);
        int inHead = Math.min(octets.length, Frame.HEAD_CAPACITY);
        MemorySegment.copy(wire, 0, frame.head(), Frame.HEADROOM, inHead);
        var tail = octets.length > inHead ? Objects.requireNonNull(pool.takeTail()) : null;
        if (tail != null) {
            MemorySegment.copy(wire, inHead, tail, 0, octets.length - inHead);
        }
        frame.parse(octets.length, tail);
        var header = Arena.ofAuto().allocate(VirtioNetHeader.LENGTH, 8);
        VirtioNetHeader.write(header, 0, VirtioNetHeader.NEEDS_CSUM, VirtioNetHeader.GSO_TCPV4, 54, size, 34, 16);
        frame.offload().read(header, 0, frame, Tag.NONE);
        return frame;
    }

    void offer(Frame frame) {
        offer(frame, Tag.NONE);
    }

    void offer(Frame frame, int tag) {
        shaper.offer(frame, tag, nowNanos, this::pass);
    }

    /// So many frames of one flow at once, numbered from 0.
    void offer(int count, int length, int flow) {
        for (int i = 0; i < count; i++) {
            offer(frame(length, flow, i));
        }
    }

    long release() {
        return shaper.release(nowNanos, this::pass);
    }

    void drainAll() {
        shaper.drainAll(this::pass);
    }

    /// Moves time to `untilNanos`, with a call exactly when each frame is due.
    void runTo(long untilNanos) {
        while (shaper.dueNanos() <= untilNanos) {
            nowNanos = Math.max(nowNanos, shaper.dueNanos());
            release();
        }
        nowNanos = untilNanos;
    }

    /// Moves time by so much, with full queues: frames of `length` octets are offered every `gapNanos`.
    void overload(long nanos, int length, long gapNanos) {
        long end = nowNanos + nanos;
        while (nowNanos < end) {
            offer(frame(length, 1, 0));
            runTo(nowNanos + gapNanos);
        }
    }

    long octets() {
        return octetsUntil(Long.MAX_VALUE);
    }

    /// Octets that passed before this time.
    long octetsUntil(long nanos) {
        long sum = 0;
        for (var each : passed) {
            sum += each.nanos() < nanos ? each.octets() : 0;
        }
        return sum;
    }

    /// The most that passed above this rate in any window, in octets, rounded up: over all first frames the largest sum at the last.
    long mostAbove(long bitsPerSecond) {
        double most = 0;
        double sum = 0;
        long before = passed.isEmpty() ? 0 : passed.getFirst().nanos();
        for (var each : passed) {
            sum = Math.max(0, sum - (each.nanos() - before) * (bitsPerSecond / 8e9)) + each.octets();
            before = each.nanos();
            most = Math.max(most, sum);
        }
        return (long) Math.ceil(most - 1e-3);
    }

    long drops(DropReason reason) {
        return ports.counters(0).drops(reason);
    }

    ShaperState state() {
        return shaper.state(nowNanos);
    }
}
